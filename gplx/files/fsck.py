"""Proof that each row of the files room has its object, and each object its row (I16)."""

from __future__ import annotations

from collections.abc import Iterator

from gplx.files import queries

SETTLED_SECONDS = 3600
"""An object gets its row within the hour or never: younger ones are not held against the store."""


def check() -> Iterator[tuple[str, str, int | str, str]]:
    """Invariant, table, row and problem of everything that stands alone."""
    for row in queries.rows_without_object():
        yield "I16", "files_storedfile", row, "its object is missing, or not what its digest says"
    for digest in queries.objects_without_row(older_than_seconds=SETTLED_SECONDS):
        yield "I16", "object store", digest[:16], "no row has this object"
