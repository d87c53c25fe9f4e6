"""Reads of the access log: what a person may see about who looked at his record."""

from __future__ import annotations

from gplx.audit.models import Access


def accesses_of(holder_id: int, *, limit: int = 50, before_id: int | None = None) -> list[Access]:
    """The looks at one person's record, newest first (I13).

    Args:
        before_id: only looks older than this one, for the next page.
    """
    looks = Access.objects.filter(holder_id=holder_id)
    if before_id is not None:
        looks = looks.filter(pk__lt=before_id)
    return list(looks.order_by("-accessed_at", "-pk")[:limit])
