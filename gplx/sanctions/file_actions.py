"""The only writers of files of decisions: upload, check (dry run), confirm, take.

A file is worked on in batches, each one transaction together with its progress: a worker that is killed at any row
leaves whole batches behind, and the next one goes on from there (F03). The same bytes are the same file (B29).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import orjson
from django.db import transaction
from django.db.models.functions import Now

from gplx import clock, crash, database
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.points.queries import installed_profile
from gplx.sanctions import files
from gplx.sanctions.actions import preview, receive
from gplx.sanctions.intake import IntakeError, Key, StatedDecision, read_authority
from gplx.sanctions.models import DecisionFile, FileRow, FileState, QuarantineReason, RowOutcome
from gplx.sanctions.queries import is_doubtful
from gplx.sanctions.reader import Fault

BATCH_SIZE = 500
STANDSTILL = timedelta(minutes=2)
"""A file that should be worked on and was not touched for so long has lost its worker."""
TRIES_MAX = 3
"""So often a file that gets no further is taken up again. Who wants more uploads it again."""

Progress = Callable[[int, int], None]
T = TypeVar("T")


class TooManyBadRowsError(RegisterError):
    """More than 5 % of the rows would not be recorded: look at them, then confirm that the others be taken anyway."""


class OtherAuthorityError(RegisterError):
    """This very file was uploaded before as one of another authority."""


class _Judged(NamedTuple):
    """What became of one row."""

    line: int
    number: str
    outcome: str
    faults: list[Fault]
    decision_id: int | None


def upload(
    content: bytes, *, name: str, authority: str, uploaded_by: int | None, in_background: bool = True
) -> DecisionFile:
    """Keep a file and have it checked. The same bytes again are the same file, however far it has come.

    A file that was given up (`resume`) is checked again.

    Args:
        name: what the uploader calls it; shown, never used as a path.
        authority: whose decisions these are.
        in_background: let a worker check it; otherwise the caller does, by `check`.

    Raises:
        IntakeError: the authority's name cannot be one.
        FileRefusedError: it is too large to keep.
        OtherAuthorityError: as it says.
    """
    authority = read_authority(authority)
    if len(content) > files.BYTES_MAX:
        raise files.too_large()
    digest = sha256(content).hexdigest()
    shown = "".join(character for character in name if character.isprintable())[-200:]
    with transaction.atomic():
        file, is_new = DecisionFile.objects.defer("content").get_or_create(
            digest=digest,
            defaults={
                "name": shown,
                "authority": authority,
                "state": FileState.CHECKING,
                "uploaded_by": uploaded_by,
                "content": content,
            },
        )
        if file.authority != authority:
            raise OtherAuthorityError
        if (is_new or _is_tried_again(file)) and in_background:
            from gplx.sanctions.tasks import check_file

            check_file.defer(file_id=file.pk)
    return file


def check(file_id: int, *, progress: Progress | None = None) -> None:
    """The dry run: read every row and say what would become of it. Begins anew when it was interrupted."""
    content = _content(file_id, FileState.CHECKING)
    if content is None:
        return
    try:
        total = files.count(content, alive=partial(_touch, file_id))
    except files.FileRefusedError as refusal:
        _refuse(file_id, refusal)
        return
    with transaction.atomic():
        if _lock(file_id, FileState.CHECKING) is None:
            return
        FileRow.objects.filter(file_id=file_id).delete()
        _touch(file_id, rows_total=total, rows_done=0)
    seen: dict[bytes, str] = {}
    done = 0
    authority = DecisionFile.objects.values_list("authority", flat=True).get(pk=file_id)
    for batch in _batches(files.rows(content), BATCH_SIZE):
        with transaction.atomic():
            file = _lock(file_id, FileState.CHECKING)
            if file is None or file.rows_done != done:
                return  # another worker has taken over
            done += len(batch)
            _keep(file_id, _judged_dry(batch, authority, seen))
            # It begins anew after an interruption: only the end is further than the last time.
            ended = {"state": FileState.CHECKED, "tries": 0} if done == total else {}
            _touch(file_id, rows_done=done, **ended)
        if progress:
            progress(done, total)


def confirm(
    file_id: int, *, confirmed_by: int | None, accept_bad_rows: bool = False, in_background: bool = True
) -> None:
    """Have a checked file taken: its good rows, each whole; the others stay where they are.

    Raises:
        MoveNotAllowedError: it is not waiting for that.
        TooManyBadRowsError: as it says, unless `accept_bad_rows`.
    """
    with transaction.atomic():
        file = _lock(file_id, FileState.CHECKED)
        if file is None:
            raise MoveNotAllowedError
        if is_doubtful(file_id) and not accept_bad_rows:
            raise TooManyBadRowsError
        _touch(file_id, state=FileState.TAKING, rows_done=0, taken_by=confirmed_by)
        if in_background:
            from gplx.sanctions.tasks import take_file

            take_file.defer(file_id=file_id)


def take(file_id: int, *, progress: Progress | None = None) -> None:
    """Take a confirmed file, batch by batch, from where it stands."""
    content = _content(file_id, FileState.TAKING)
    if content is None:
        return
    authority, total = DecisionFile.objects.values_list("authority", "rows_total").get(pk=file_id)
    done = 0
    for batch in _batches(files.rows(content), BATCH_SIZE):
        begin, done = done, done + len(batch)
        with transaction.atomic():
            file = _lock(file_id, FileState.TAKING)
            if file is None:
                return
            if file.rows_done <= begin:
                assert file.rows_done == begin
                _keep(file_id, _judged_taken(file_id, batch, authority))
                _touch(file_id, rows_done=done, tries=0, state=FileState.TAKEN if done == total else FileState.TAKING)
                crash.at("files.kept")
        crash.at("files.between")
        if progress:
            progress(done, total)


def resume() -> None:
    """Give work that stands still to another worker: its own was killed, or lost its connection (F03).

    A file with a job in the queue is not standing still. One that gets no further by being taken up again is refused:
    something in it kills its workers.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob

    from gplx.sanctions.tasks import check_file, take_file

    tasks = {FileState.CHECKING: check_file, FileState.TAKING: take_file}
    jobs = ProcrastinateJob.objects.filter(status="todo", task_name__in=[task.name for task in tasks.values()])
    still = DecisionFile.objects.filter(state__in=tasks, touched_at__lt=Now() - STANDSTILL)
    with transaction.atomic():
        queued = set(jobs.values_list("args__file_id", flat=True))
        waiting = still.exclude(pk__in=queued).select_for_update(skip_locked=True)
        for file_id, state, tries, done, total in waiting.values_list(
            "pk", "state", "tries", "rows_done", "rows_total"
        ):
            if tries >= TRIES_MAX:
                _give_up(file_id, FileState(state), done, total)
            else:
                _touch(file_id, tries=tries + 1)
                tasks[FileState(state)].defer(file_id=file_id)


def _is_tried_again(file: DecisionFile) -> bool:
    """Have a file that was given up checked again; whether it had been."""
    given_up = DecisionFile.objects.filter(pk=file.pk, state=FileState.REFUSED, tries__gte=TRIES_MAX)
    if not given_up.update(state=FileState.CHECKING, tries=0, rows_done=0, touched_at=Now()):
        return False
    file.refresh_from_db(fields=["state", "tries", "rows_done"])
    return True


def _give_up(file_id: int, state: FileState, done: int, total: int) -> None:
    vi = f"Đã thử lại {TRIES_MAX} lần mà không xử lý xong. Gửi lại chính tệp này để thử tiếp."
    en = f"Taken up again {TRIES_MAX} times and not finished. Upload this very file again for another try."
    if state == FileState.TAKING:
        vi, en = f"{vi} Đã ghi nhận {done:,} trên {total:,} dòng.", f"{en} {done:,} of {total:,} rows were taken."
        _touch(file_id, state=FileState.REFUSED, refused_because=vi, refused_because_en=en)
    else:
        _refuse(file_id, files.FileRefusedError("given_up", vi, en))


# --- rows -----------------------------------------------------------------------------------------------------------


def _judged_dry(batch: Sequence[files.Row], authority: str, seen: dict[bytes, str]) -> list[_Judged]:
    """What would become of these rows. `seen` remembers what earlier rows of the file stated."""
    stated, judged = _read(batch, authority)
    ahead: list[tuple[files.Row, StatedDecision]] = []
    for row, decision in stated:
        key = _fingerprint(decision.key)
        before = seen.get(key)
        if before is None:
            seen[key] = decision.digest
            ahead.append((row, decision))
        else:
            judged.append(_judge(row, "exists" if before == decision.digest else "conflict", ""))
    answers = preview([decision for _, decision in ahead])
    for (row, _), (state, reason) in zip(ahead, answers, strict=True):
        judged.append(_judge(row, "new" if state == "recorded" else state, reason))
    return judged


def _judged_taken(file_id: int, batch: Sequence[files.Row], authority: str) -> list[_Judged]:
    """Receive these rows. One that the dry run refused stays refused."""
    lines = [row.line for row in batch]
    refused = set(
        FileRow.objects.filter(file_id=file_id, line__in=lines, outcome=RowOutcome.REFUSED).values_list(
            "line", flat=True
        )
    )
    stated, judged = _read([row for row in batch if row.line not in refused], authority)
    sources = [f"file {file_id} line {row.line}" for row, _ in stated]
    outcomes = receive([decision for _, decision in stated], source=sources) if stated else []
    for (row, _), outcome in zip(stated, outcomes, strict=True):
        judged.append(_judge(row, outcome.state, outcome.reason, outcome.decision_id))
    return judged


def _read(batch: Iterable[files.Row], authority: str) -> tuple[list[tuple[files.Row, StatedDecision]], list[_Judged]]:
    """The rows that can be read, and those that cannot."""
    today, under = clock.today(), installed_profile()
    stated: list[tuple[files.Row, StatedDecision]] = []
    refused: list[_Judged] = []
    for row in batch:
        try:
            stated.append((row, files.read_row(row, authority=authority, today=today, under=under)))
        except IntakeError as error:
            refused.append(_Judged(row.line, files.number_of(row), RowOutcome.REFUSED, error.faults, None))
    return stated, refused


_CONFLICT = Fault(
    "number",
    "conflict",
    "Số quyết định này đã có với nội dung khác; không có gì thay đổi.",
    "This decision is known with other content; nothing was changed.",
)


def _judge(row: files.Row, state: str, reason: str, decision_id: int | None = None) -> _Judged:
    faults = [_CONFLICT] if state == "conflict" else []
    if state == "quarantined":
        said = QuarantineReason(reason)
        faults = [
            Fault("", reason, f"{said.label}: chờ cán bộ đối chiếu.", f"{_REASONS_EN[said]}: an officer decides.")
        ]
    return _Judged(row.line, files.number_of(row), state, faults, decision_id)


_REASONS_EN = {
    QuarantineReason.LICENCE_UNKNOWN: "No licence has this number",
    QuarantineReason.BIRTH_DATE_DIFFERS: "The birth date differs",
    QuarantineReason.NAME_DIFFERS: "The name differs",
    QuarantineReason.PART_NOT_HELD: "The person holds no licence for this kind of vehicle",
    QuarantineReason.FOREIGN_LICENCE: "A foreign licence or international permit",
}
_KEEP = """
    INSERT INTO sanctions_filerow (file_id, line, number, outcome, faults, decision_id)
    SELECT %(file_id)s, judged.*
    FROM unnest(%(lines)s::int[], %(numbers)s::text[], %(outcomes)s::text[], %(faults)s::jsonb[],
                %(decision_ids)s::bigint[]) AS judged (line, number, outcome, faults, decision_id)
    ON CONFLICT (file_id, line) DO UPDATE
    SET outcome = excluded.outcome, faults = excluded.faults, decision_id = excluded.decision_id
"""


def _keep(file_id: int, judged: Sequence[_Judged]) -> None:
    database.send(
        _KEEP,
        {
            "file_id": file_id,
            "lines": [row.line for row in judged],
            "numbers": [row.number for row in judged],
            "outcomes": [str(row.outcome) for row in judged],
            "faults": [orjson.dumps([list(fault) for fault in row.faults]).decode() for row in judged],
            "decision_ids": [row.decision_id for row in judged],
        },
    )


# --- the file -------------------------------------------------------------------------------------------------------


def _content(file_id: int, state: FileState) -> bytes | None:
    """The bytes of a file that is in that state."""
    found = DecisionFile.objects.filter(pk=file_id, state=state).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


def _lock(file_id: int, state: FileState) -> DecisionFile | None:
    """The file under lock, if it is in that state; without its bytes."""
    locked = DecisionFile.objects.defer("content").select_for_update(of=("self",))
    with suppress(DecisionFile.DoesNotExist):
        return locked.get(pk=file_id, state=state)
    return None


def _touch(file_id: int, **changes: Any) -> None:
    DecisionFile.objects.filter(pk=file_id).update(touched_at=Now(), **changes)


def _refuse(file_id: int, refusal: files.FileRefusedError) -> None:
    with transaction.atomic():
        if _lock(file_id, FileState.CHECKING) is not None:
            FileRow.objects.filter(file_id=file_id).delete()
            _touch(
                file_id,
                state=FileState.REFUSED,
                rows_done=0,
                refused_because=refusal.message_vi,
                refused_because_en=refusal.message_en,
            )


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, size)):
        yield batch


def _fingerprint(key: Key) -> bytes:
    """A key in 16 bytes, so that those of a long file fit into memory."""
    return sha256(orjson.dumps(key)).digest()[:16]
