"""The object store: bytes under the SHA-256 digest of themselves, in the folder of `GPLX_FILES`.

An object is written whole under another name, flushed to the disk and then given its name, so what has a name is
complete. The same bytes are one object. Objects are never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

OBJECTS, HOSTILE = "objects", "hostile"
_NAME = re.compile(r"[0-9a-f]{64}")


class ObjectMissingError(LookupError):
    """The store has no object of that digest, or its bytes are not those of that digest any more."""


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def put(data: bytes, *, folder: str = OBJECTS) -> str:
    """Keep bytes; the same bytes again change nothing. Returns their digest."""
    digest = digest_of(data)
    path = _path(digest, folder)
    if path.exists():
        # The sweep takes what is old and belongs to nobody: this object is wanted again from now on.
        os.utime(path)
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder_descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder_descriptor)
    finally:
        os.close(folder_descriptor)
    return digest


def read(digest: str) -> bytes:
    """The bytes of an object.

    Raises:
        ObjectMissingError: there is no such object, or its bytes have changed.
    """
    try:
        data = _path(digest, OBJECTS).read_bytes()
    except FileNotFoundError:
        raise ObjectMissingError(digest) from None
    if digest_of(data) != digest:
        raise ObjectMissingError(digest)
    return data


def is_whole(digest: str) -> bool:
    """Is the object there, with the bytes of its name?"""
    try:
        read(digest)
    except ObjectMissingError:
        return False
    return True


def objects(*, older_than_seconds: float = 0) -> Iterator[str]:
    """The digests of all objects, in order; only those not touched for so long."""
    latest = time.time() - older_than_seconds
    for path in sorted((settings.MEDIA_ROOT / OBJECTS).glob("??/*")):
        if _NAME.fullmatch(path.name):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime <= latest:
                    yield path.name


def remove_unfinished(*, older_than_seconds: float) -> int:
    """Remove what a crash left half written; how many."""
    latest, removed = time.time() - older_than_seconds, 0
    for path in settings.MEDIA_ROOT.glob("*/??/.*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime <= latest:
                path.unlink()
                removed += 1
    return removed


def remove(digest: str) -> None:
    """Remove an object that belongs to no row: for the sweep only."""
    _path(digest, OBJECTS).unlink(missing_ok=True)


def _path(digest: str, folder: str) -> Path:
    if not _NAME.fullmatch(digest):
        raise ObjectMissingError(digest)
    return Path(settings.MEDIA_ROOT) / folder / digest[:2] / digest
