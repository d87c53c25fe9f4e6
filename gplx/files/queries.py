"""Reads of the files room."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Now

from gplx.files import store
from gplx.files.models import StoredFile

_AT_ONCE = 500


class Used(NamedTuple):
    """How many files somebody brought within the last 24 hours, and how large they are together."""

    files: int
    size_bytes: int


def content(file: StoredFile) -> bytes:
    """The bytes of a file, proved against its digest.

    Raises:
        ObjectMissingError: the store lost them.
    """
    return store.read(file.digest)


def used_today(*, holder_id: int | None, uploaded_by: int | None) -> Used:
    """What counts against the quota of a person, or of the user who brings files of nobody."""
    whose = Q(holder_id=holder_id) if holder_id is not None else Q(uploaded_by=uploaded_by)
    recent = StoredFile.objects.filter(
        whose, uploaded_by__isnull=False, uploaded_at__gt=Now() - timedelta(hours=24)
    ).aggregate(files=Count("id"), size=Sum("size_bytes"))
    return Used(recent["files"], recent["size"] or 0)


def of_others(file: StoredFile) -> QuerySet[StoredFile]:
    """The same file or the same picture, brought for somebody else: a person should look (B46)."""
    same = Q(digest=file.digest) | Q(received_digest=file.received_digest)
    if file.picture_hash:
        same |= Q(picture_hash=file.picture_hash)
    others = StoredFile.objects.filter(same, purpose=file.purpose).exclude(pk=file.pk)
    return others.exclude(holder_id=file.holder_id).order_by("id")


def rows_without_object() -> list[int]:
    """The rows whose object is missing or is not what its name says (I16)."""
    rows = StoredFile.objects.order_by("id").values_list("id", "digest").iterator(chunk_size=_AT_ONCE)
    return [row_id for row_id, digest in rows if not store.is_whole(digest)]


def objects_without_row(*, older_than_seconds: float) -> list[str]:
    """The objects that belong to no row and were not touched for so long (I16)."""
    left: list[str] = []
    found = store.objects(older_than_seconds=older_than_seconds)
    while some := list(islice(found, _AT_ONCE)):
        known = set(StoredFile.objects.filter(digest__in=some).values_list("digest", flat=True))
        left += [digest for digest in some if digest not in known]
    return left
