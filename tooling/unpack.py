"""Unpack the test browser: run by the environment's Python, because Brotli is not in the standard library."""

from __future__ import annotations

import io
import sys
import tarfile
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types


def unpack(packed: Path, target: Path) -> None:
    """Unpack Chromium, and the parts it looks for beside itself."""
    chromium = target / "chromium"
    chromium.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    chromium.chmod(0o755)
    for name in ("swiftshader", "al2023", "fonts"):
        archive = brotli.decompress((packed / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar.getmembers():
                path = (target / member.name).resolve()
                if not path.is_relative_to(target.resolve()):
                    raise ValueError(f"{name} wants to write outside its folder: {member.name}")
                content = tar.extractfile(member) if member.isfile() else None
                if content is not None:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.read())


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
