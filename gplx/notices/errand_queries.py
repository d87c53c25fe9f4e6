"""Reads of errands that wait for a person: the dead-letter desk (I17)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from gplx.notices.models import Errand, ErrandState


class DeadLetters(NamedTuple):
    """How much waits for a person.

    Attributes:
        people: how many people are not told because of it.
        since: when the oldest came here.
    """

    errands: int
    people: int
    since: datetime | None


_COUNT = """
    SELECT count(*), count(DISTINCT notice.holder_id), min(errand.moved_at)
    FROM notices_errand errand JOIN notices_notice notice ON notice.id = errand.notice_id
    WHERE errand.state = 'dead'
"""


def dead_letters() -> DeadLetters:
    """Errands that could not be done and that nobody has looked at yet."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return DeadLetters(*cursor.fetchone())


def dead_by_cause() -> dict[str, int]:
    """How many of each cause."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cause, count(*) FROM notices_errand WHERE state = 'dead' GROUP BY cause ORDER BY cause")
        return dict(cursor.fetchall())


def dead(cause: str = "") -> QuerySet[Errand]:
    """The errands themselves, longest first."""
    rows = Errand.objects.filter(state=ErrandState.DEAD).select_related("notice").order_by("moved_at", "pk")
    return rows.filter(cause=cause) if cause else rows
