"""Spoken texts are kept by the digest of what was said, so that the second listener gets a file. The oldest go first.

They may hold what a notice says: the folder is its owner's alone, and a name tells nothing about the text.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

BYTES_MAX = 256 * 1024 * 1024
_CLEAR_TO = 0.8


def name(*of: str) -> str:
    """The digest of what is said and how: each part preceded by its length, so none can shift."""
    digest = hashlib.sha256()
    for part in of:
        written = part.encode()
        digest.update(len(written).to_bytes(8, "big"))
        digest.update(written)
    return digest.hexdigest()


def read(named: str) -> bytes | None:
    """What is kept under this name; None when nothing is. Reading it makes it young again."""
    path = _folder() / f"{named}.mp3"
    try:
        kept = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return kept


def write(named: str, data: bytes) -> None:
    """Keep data under a name, whole or not at all. A full disk keeps nothing, and nobody minds."""
    folder = _folder()
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, unfinished = tempfile.mkstemp(dir=folder, suffix=".unfinished")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(unfinished).replace(folder / f"{named}.mp3")
        _make_room(folder)


def _make_room(folder: Path) -> None:
    files = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may be clearing too
            seen = path.stat()
            files.append((seen.st_mtime, seen.st_size, path))
    size = sum(size for _, size, _ in files)
    if size <= BYTES_MAX:
        return
    for _, bytes_freed, path in sorted(files):
        if size <= BYTES_MAX * _CLEAR_TO:
            return
        path.unlink(missing_ok=True)
        size -= bytes_freed


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "speech"
