"""Files of questions at the desk: kept, checked row by row, and taken once."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from gplx.questions import files
from gplx.questions.actions import Outcome, record
from gplx.questions.content import Fault
from gplx.questions.models import QuestionFile


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What would become, or became, of one row of a file."""

    line: int
    key: str
    text: str
    outcome: str
    faults: tuple[Fault, ...]


@transaction.atomic
def upload(content: bytes, *, name: str, uploaded_by: int | None) -> QuestionFile:
    """Keep a file; the same bytes again are the same file.

    Raises:
        FileRefusedError: it cannot be read as a file of questions.
    """
    files.read(content)
    kept, _ = QuestionFile.objects.get_or_create(
        digest=hashlib.sha256(content).hexdigest(),
        defaults={"name": name[:200], "content": content, "uploaded_by": uploaded_by},
    )
    return kept


def check(file: QuestionFile) -> list[CheckedRow]:
    """What would become of each row now, without recording anything."""
    return _go_through(file, recorded_by=None, dry_run=True)


@transaction.atomic
def take(file_id: int, *, taken_by: int) -> list[CheckedRow]:
    """Record the good rows of a file; taken again, it changes nothing."""
    file = QuestionFile.objects.select_for_update().get(pk=file_id)
    rows = _go_through(file, recorded_by=taken_by, dry_run=False)
    if file.taken_at is None:
        counts = Counter(row.outcome for row in rows)
        QuestionFile.objects.filter(pk=file_id).update(taken_by=taken_by, taken_at=Now(), counts=dict(counts))
    return rows


def _go_through(file: QuestionFile, *, recorded_by: int | None, dry_run: bool) -> list[CheckedRow]:
    found = files.read(bytes(file.content))
    good = [row for row in found if row.version is not None]
    taken = record([row.version for row in good if row.version], recorded_by=recorded_by, dry_run=dry_run)
    rows = [
        CheckedRow(row.line, one.version.key, one.version.content.text_vi, one.outcome.value, one.faults)
        for row, one in zip(good, taken, strict=True)
    ]
    rows += [
        CheckedRow(row.line, row.key, "", Outcome.REFUSED.value, row.faults) for row in found if row.version is None
    ]
    return sorted(rows, key=lambda row: row.line)
