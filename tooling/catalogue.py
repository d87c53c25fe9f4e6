"""Compiles the English catalogue. Vietnamese is the source text and needs none; GNU msgfmt is not needed either."""

from __future__ import annotations

from pathlib import Path

from tooling import environment
from tooling.say import PROJECT_DIR, run, step


def ensure() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for source in sorted((PROJECT_DIR / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            with step(f"Compiling {source.relative_to(PROJECT_DIR)}"):
                _compile(source, compiled)


def _compile(source: Path, compiled: Path) -> None:
    language = source.parent.parent.name
    babel = [environment.VENV / "bin" / "pybabel", "--quiet", "compile"]
    run([*babel, "--input-file", source, "--output-file", compiled, "--locale", language])
