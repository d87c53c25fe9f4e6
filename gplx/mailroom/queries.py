"""Reads of the mailroom: what waits, batches, letters by their code."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, QuerySet

from gplx.mailroom import papers
from gplx.mailroom.models import Batch, Letter, LetterState


class Waiting(NamedTuple):
    """Letters of one province that are in no batch yet, and since when the oldest waits."""

    province_code: str
    letters: int
    since: date


# What waits: a letter was asked for by `notices`, nothing came of it, and nobody has taken it.
UNTAKEN = """
    FROM notices_attempt attempt
    JOIN notices_notice notice ON notice.id = attempt.notice_id
    JOIN licences_holder holder ON holder.id = notice.holder_id
    JOIN notices_errand errand
      ON errand.notice_id = notice.id AND errand.channel = 'paper' AND errand.state = 'sent'
     AND errand.round = attempt.round
    WHERE attempt.channel = 'paper'
      AND NOT EXISTS (SELECT FROM mailroom_letter letter WHERE letter.attempt_id = attempt.id)
      AND NOT EXISTS (SELECT FROM notices_outcome outcome WHERE outcome.attempt_id = attempt.id)
"""
_BY_PROVINCE = f"""
    SELECT holder.province_code, count(*), min(errand.due_on)
    {UNTAKEN} GROUP BY 1 ORDER BY 2 DESC, 1
"""
_BY_KIND = f"SELECT notice.kind, count(*) {UNTAKEN} AND holder.province_code = %s GROUP BY 1 ORDER BY 2 DESC, 1"


def waiting() -> list[Waiting]:
    """Letters that wait, by province, most first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PROVINCE)
        return [Waiting(*row) for row in cursor.fetchall()]


def waiting_kinds(province_code: str) -> list[tuple[str, int]]:
    """What the waiting letters of a province tell, by kind of notice."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KIND, [province_code])
        return list(cursor.fetchall())


def waiting_of(holder_id: int) -> list[int]:
    """The attempts on paper for one person that nobody has taken yet, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT attempt.id {UNTAKEN} AND holder.id = %s ORDER BY attempt.id", [holder_id])
        return [row[0] for row in cursor.fetchall()]


def batches() -> QuerySet[Batch]:
    """All batches, latest first."""
    return Batch.objects.order_by("-id")


def letters(batch: Batch) -> QuerySet[Letter]:
    """The letters of a batch in their order."""
    return batch.letters.select_related("paper").order_by("sequence")


def counts(batch: Batch) -> list[tuple[LetterState, int]]:
    """How many letters of a batch are where."""
    found = dict(batch.letters.values_list("state").annotate(count=Count("id")))
    return [(state, found[state]) for state in LetterState if found.get(state)]


def by_code(code: str) -> Letter | None:
    """The letter with a code, as somebody typed or scanned it."""
    spelled = papers.written(code)
    if spelled is None:
        return None
    return (
        Letter.objects.select_related("paper", "batch", "attempt__notice__holder").filter(paper__code=spelled).first()
    )


def returned() -> QuerySet[Letter]:
    """Letters that came back and were not handed over yet: each is an open task. Longest waiting first."""
    return (
        Letter.objects.filter(state=LetterState.RETURNED)
        .select_related("paper", "attempt__notice")
        .order_by("moved_on", "id")
    )


def of_holder(holder_id: int) -> list[Letter]:
    """Letters of a person that did not reach him yet, latest first."""
    open_states = (LetterState.IN_BATCH, LetterState.POSTED, LetterState.RETURNED)
    return list(
        Letter.objects.filter(attempt__notice__holder_id=holder_id, state__in=open_states)
        .select_related("paper", "attempt__notice")
        .order_by("-id")
    )


def open_count(holder_id: int) -> int:
    """How many letters have not reached a person yet, whether taken or not."""
    return len(waiting_of(holder_id)) + len(of_holder(holder_id))
