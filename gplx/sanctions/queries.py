"""Reads of the sanctions record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.db.models import Count, QuerySet

from gplx.law.text import fold
from gplx.licences.models import Holder
from gplx.sanctions.models import Annulment, Decision, DecisionFile, DecisionState, FileRow, RowOutcome
from gplx.sanctions.stated import Key

CANDIDATES_MAX = 20
BAD_ROWS_PERCENT_MAX = 5
"""A file with a larger share of rows that would not be recorded is not taken without a second look (B26, T21)."""
_BAD = (RowOutcome.REFUSED, RowOutcome.CONFLICT, RowOutcome.QUARANTINED)


def by_key(key: Key) -> Decision | None:
    """The decision that is kept under this key; one that was returned is not."""
    authority, number, year = key
    kept = Decision.objects.exclude(state=DecisionState.REJECTED)
    return kept.filter(authority=authority, number=number, year=year).first()


def of_accounts(account_ids: Iterable[int]) -> QuerySet[Decision]:
    """The recorded decisions of some accounts, with their annulments, latest effect first."""
    decisions = Decision.objects.filter(account_id__in=list(account_ids)).select_related("annulment")
    return decisions.order_by("-effective_on", "-id")


def quarantined() -> QuerySet[Decision]:
    """What waits at the quarantine desk, longest first."""
    return Decision.objects.filter(state=DecisionState.QUARANTINED).order_by("received_at", "id")


def quarantined_by_reason() -> dict[str, int]:
    """How many wait at the quarantine desk, by reason."""
    counted = quarantined().order_by().values_list("reason").annotate(count=Count("id"))
    return dict(counted.order_by("reason"))


def candidates(decision: Decision) -> list[Holder]:
    """Whom a quarantined decision may mean: the licence of that number, and everybody of that name and birth day."""
    by_number = Holder.objects.filter(licences__number=decision.licence_number)
    by_name = Holder.objects.filter(name_folded=fold(decision.holder_name), birth_date=decision.birth_date)
    found = {holder.pk: holder for holder in [*by_number, *by_name[:CANDIDATES_MAX]]}
    return list(found.values())


def waiting_annulments() -> QuerySet[Annulment]:
    """Annulments whose decision has not arrived, longest first (B19)."""
    return Annulment.objects.filter(decision__isnull=True).order_by("received_at", "id")


def recent_files() -> QuerySet[DecisionFile]:
    """Files of decisions, latest first, without their bytes."""
    return DecisionFile.objects.defer("content").order_by("-uploaded_at", "-id")


def file(file_id: int) -> DecisionFile | None:
    """One file, without its bytes."""
    return recent_files().filter(pk=file_id).first()


def file_totals(file_id: int) -> dict[RowOutcome, int]:
    """How many rows of a file have which outcome; all outcomes, in their order."""
    counted = FileRow.objects.filter(file_id=file_id).order_by().values_list("outcome").annotate(count=Count("id"))
    counts: dict[str, int] = dict(counted)
    return {outcome: counts.get(outcome.value, 0) for outcome in RowOutcome}


def is_doubtful(file_id: int) -> bool:
    """Would so many rows not be recorded that the whole file is in doubt?"""
    totals = file_totals(file_id)
    return sum(totals[outcome] for outcome in _BAD) * 100 > sum(totals.values()) * BAD_ROWS_PERCENT_MAX


def bad_rows(file_id: int) -> QuerySet[FileRow]:
    """The rows of a file that are not recorded as they stand, in the order of the file."""
    return FileRow.objects.filter(file_id=file_id, outcome__in=_BAD).order_by("line")


def file_results(file_id: int) -> Iterator[str]:
    """What became of each row, as the lines of a CSV file, a few at a time.

    A spreadsheet takes text that begins with = + - @ for a formula: such cells get an apostrophe in front (B28).
    """
    line = io.StringIO()
    writer = csv.writer(line)
    header = ("line", "number", "outcome", "kết quả", "field", "code", "giải thích", "explanation")
    rows = FileRow.objects.filter(file_id=file_id).order_by("line").values_list("line", "number", "outcome", "faults")
    yield "\ufeff"
    for cells in chain([header], _result_rows(rows)):
        writer.writerow([_harmless(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _result_rows(rows: Any) -> Iterator[tuple[object, ...]]:
    for line, number, outcome, faults in rows.iterator(chunk_size=2_000):
        for field, code, message_vi, message_en in faults or [("", "", "", "")]:
            yield line, number, outcome, RowOutcome(outcome).label, field, code, message_vi, message_en


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
