"""The only writers of the files room: what passed the gate is kept, object first, then row (F33)."""

from __future__ import annotations

import logging
from typing import NamedTuple

from django.db import transaction

from gplx.files import gates, queries, store
from gplx.files.gates import FileRefusedError
from gplx.files.models import HostileFile, MediaType, Purpose, StoredFile

FILES_A_DAY_MAX = 40
BYTES_A_DAY_MAX = 100 * 1024 * 1024
ORPHAN_SECONDS = 24 * 3600
"""An object that no row has claimed for so long is left over from a crash."""

log = logging.getLogger(__name__)


class Swept(NamedTuple):
    """What the sweep removed and what it found missing."""

    removed: int
    missing: int


def keep(data: bytes, *, purpose: Purpose, holder_id: int | None = None, uploaded_by: int | None = None) -> StoredFile:
    """Let a file from outside pass the gate and keep it. The same file for the same person and purpose is one row.

    Args:
        data: the bytes as they came.
        purpose: decides which types and sizes are taken.
        holder_id: whose file it is.
        uploaded_by: the user who brings it; quotas count by person, or else by him.

    Raises:
        FileRefusedError: it did not pass; nothing was kept, but for hostile files, which are laid apart.
    """
    if gates.is_hostile(data):
        _lay_apart(data, purpose, holder_id, uploaded_by)
        raise FileRefusedError("hostile")
    if holder_id is not None or uploaded_by is not None:
        used = queries.used_today(holder_id=holder_id, uploaded_by=uploaded_by)
        if used.files >= FILES_A_DAY_MAX or used.size_bytes + len(data) > BYTES_A_DAY_MAX:
            raise FileRefusedError("quota")
    passed = gates.check(data, Purpose(purpose))
    return _keep(passed, store.digest_of(data), purpose, holder_id, uploaded_by)


def keep_made(data: bytes, *, media_type: MediaType = MediaType.PDF, holder_id: int | None = None) -> StoredFile:
    """Keep a document that the register made itself; it passes no gate."""
    made = gates.Passed(data, media_type, 1, "")
    return _keep(made, store.digest_of(data), Purpose.REGISTER_DOCUMENT, holder_id, None)


def _keep(
    passed: gates.Passed, received_digest: str, purpose: Purpose, holder_id: int | None, uploaded_by: int | None
) -> StoredFile:
    digest = store.put(passed.data)
    with transaction.atomic():
        kept, _ = StoredFile.objects.get_or_create(
            digest=digest,
            purpose=purpose,
            holder_id=holder_id,
            defaults={
                "received_digest": received_digest,
                "size_bytes": len(passed.data),
                "media_type": passed.media_type,
                "pages": passed.pages,
                "picture_hash": passed.picture_hash,
                "uploaded_by": uploaded_by,
            },
        )
    return kept


def _lay_apart(data: bytes, purpose: Purpose, holder_id: int | None, uploaded_by: int | None) -> None:
    digest = store.put(data, folder=store.HOSTILE)
    laid = HostileFile.objects.create(
        digest=digest,
        size_bytes=len(data),
        found="eicar",
        purpose=purpose,
        holder_id=holder_id,
        uploaded_by=uploaded_by,
    )
    log.error("A hostile file was brought and laid apart: hostile file %s (B47).", laid.pk)


def sweep(*, older_than_seconds: float = ORPHAN_SECONDS) -> Swept:
    """Remove objects that no row has claimed for long; name rows whose object is missing (I16). May run twice."""
    missing = queries.rows_without_object()
    for row in missing:
        log.error("The object of stored file %s is missing or changed: bring it back from the backup (I16).", row)
    removed = store.remove_unfinished(older_than_seconds=older_than_seconds)
    for digest in queries.objects_without_row(older_than_seconds=older_than_seconds):
        store.remove(digest)
        removed += 1
    return Swept(removed, len(missing))
