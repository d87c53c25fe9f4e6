"""Writes the lock files: versions and hashes, and never where files come from, so that any mirror can serve them."""

from __future__ import annotations

import itertools
import json

from tooling import environment, frontend
from tooling.say import PROJECT_DIR, run, step

LOCKS = (*reversed(environment.SETS), "tool", "node")
"""The largest set first: a smaller one holds the versions of the larger one, so that what runs is what was tested."""


def write(*, upgrade: bool) -> None:
    """Resolve `requirements/*.in` and `package.json` anew; versions stay where they may, unless `upgrade`."""
    compile_ = [environment.UV, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    silent = ["--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]
    larger = dict(itertools.pairwise(environment.SETS))
    for name in LOCKS:
        with step(f"requirements/{name}.txt"):
            files = [f"requirements/{name}.in", "-o", f"requirements/{name}.txt"]
            if name in larger:
                files += ["-c", f"requirements/{larger[name]}.txt"]
            run([*compile_, *silent, *(["--upgrade"] if upgrade else []), *files], env=environment.uv_environment())
    with step("package-lock.json"):
        npm, settings = frontend.npm()
        verb = "update" if upgrade else "install"
        options = ["--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit"]
        run([*npm, verb, *options], env=settings)
        _drop_addresses()


def _drop_addresses() -> None:
    """Take out what npm adds besides versions and integrity hashes."""
    lock_file = PROJECT_DIR / "package-lock.json"
    lock = json.loads(lock_file.read_text())
    for package in lock["packages"].values():
        for key in ("funding", "resolved"):
            package.pop(key, None)
    lock_file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
