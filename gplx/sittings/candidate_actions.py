"""What a candidate does on a tablet: open it by a code, begin, answer, hand in. Answers are kept as they are given.

The deadline is an instant in the database, and the database's clock decides: after it no answer is taken, and whoever
comes first (the candidate's next page, or the periodic job) hands the paper in as it stands (F10).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Sum

from gplx import crash
from gplx.errors import MoveNotAllowedError
from gplx.sittings import actions, codes, instants, papers, queries
from gplx.sittings.errors import DeviceEndedError, NotInPaperError, TimeOverError, WrongCodeError
from gplx.sittings.models import Admission, Answer, Flag, Result, Sitting, State


@dataclass(frozen=True, slots=True)
class Device:
    """What a tablet proves itself by: the number of its admission, and the secret it got for the code."""

    admission_id: int
    secret: str


def open_device(number: str, code: str) -> Device:
    """Give a tablet its secret for a candidate's number and code. The code counts once.

    A wrong try is counted also though nothing else is kept.

    Raises:
        WrongCodeError: number or code is wrong, used, run out, or was tried too often; nobody is told which.
    """
    device = _opened(codes.only_digits(number, codes.NUMBER_DIGITS), codes.only_digits(code, codes.CODE_DIGITS))
    if device is None:
        raise WrongCodeError
    return device


@transaction.atomic
def _opened(number: str, code: str) -> Device | None:
    sitting = queries.awaited(number)
    if sitting is None:
        return None
    admission = sitting.admissions.select_for_update().order_by("-id").first()
    if admission is None or admission.opened_at or admission.wrong_tries >= codes.TRIES_MAX:
        return None
    now = instants.now()
    if now >= admission.code_expires_at:
        return None
    if not codes.is_right(code, admission.code_digest, sitting_id=sitting.pk):
        Admission.objects.filter(pk=admission.pk).update(wrong_tries=admission.wrong_tries + 1)
        return None
    secret = codes.new_secret()
    Admission.objects.filter(pk=admission.pk).update(opened_at=now, device_digest=codes.secret_digest(secret))
    return Device(admission.pk, secret)


@transaction.atomic
def start(device: Device) -> Sitting:
    """Begin: from now on the time runs. A second time changes nothing.

    Raises:
        DeviceEndedError: this tablet's session is over.
    """
    sitting = _locked(device)
    if sitting.state != State.ADMITTED:
        return sitting
    now = instants.now()
    extra = sitting.adjustments.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    return actions.move(sitting, "start", started_at=now, deadline_at=now + papers.length(sitting, extra))


@transaction.atomic
def answer(device: Device, position: int, choice: int) -> None:
    """Keep an answer. Of several to one question the last counts; the same again adds nothing.

    Raises:
        DeviceEndedError: this tablet's session is over, or the paper is handed in.
        TimeOverError: it came after the deadline.
        NotInPaperError: the paper has no such question, or the question no such answer.
    """
    sitting = _answering(device, position)
    [asked] = [one for one in papers.of(sitting).asked if one.number == position]
    if not 1 <= choice <= len(asked.order):
        raise NotInPaperError
    last = sitting.answers.filter(position=position).order_by("-id").first()
    if last is not None and last.choice == choice:
        return
    Answer.objects.create(
        sitting=sitting, admission_id=device.admission_id, position=position, version=asked.version, choice=choice
    )
    crash.at("sitting.answered")


@transaction.atomic
def flag(device: Device, position: int, *, wanted: bool) -> None:
    """Remember that the candidate wants to look at a question again, or no longer.

    Raises:
        DeviceEndedError, TimeOverError, NotInPaperError: as `answer`.
    """
    sitting = _answering(device, position)
    if wanted:
        Flag.objects.get_or_create(sitting=sitting, position=position)
    else:
        sitting.flags.filter(position=position).delete()


@transaction.atomic
def submit(device: Device) -> Sitting:
    """Hand the paper in and have it marked. A second time, also at the same moment, changes nothing.

    Raises:
        DeviceEndedError: this tablet's session is over.
        MoveNotAllowedError: the test has not begun.
    """
    sitting = _locked(device)
    if sitting.state == State.ADMITTED:
        raise MoveNotAllowedError
    if sitting.state == State.STARTED:
        _hand_in(sitting, "time" if _is_over(sitting) else "submit")
    return sitting


@transaction.atomic
def submit_if_over(sitting_id: int) -> bool:
    """Hand in a paper whose time is over; was it, and not handed in yet?"""
    sitting = actions.locked(sitting_id)
    if sitting.state != State.STARTED or not _is_over(sitting):
        return False
    _hand_in(sitting, "time")
    return True


def submit_overdue(limit: int = 500) -> int:
    """Hand in every paper whose time is over, whenever that was (F10); how many."""
    return sum(submit_if_over(sitting_id) for sitting_id in queries.overdue(limit))


def _hand_in(sitting: Sitting, how: str) -> None:
    """Marked and moved in one: a paper that is handed in has its result."""
    at = min(instants.now(), sitting.deadline_at) if sitting.deadline_at else instants.now()
    marked = papers.mark(sitting, queries.last_answers(sitting.pk))
    Result.objects.create(
        sitting=sitting,
        asked=len(marked.answers),
        right=marked.marks,
        pass_mark=marked.pass_mark,
        fatal_right=not marked.fatal_wrong,
        passed=marked.passed,
        marks=[
            {"version": one.asked.version.pk, "choice": one.choice, "right": one.asked.right_choice}
            for one in marked.answers
        ],
        findings=[{"code": why, "source": str(marked.result.source)} for why in marked.result.failed_because],
    )
    crash.at("sitting.marked")
    actions.move(sitting, how, submitted_at=at)


def _answering(device: Device, position: int) -> Sitting:
    sitting = _locked(device)
    if sitting.state != State.STARTED:
        raise DeviceEndedError
    if _is_over(sitting):
        raise TimeOverError
    if not 1 <= position <= len(sitting.versions):
        raise NotInPaperError
    return sitting


def _is_over(sitting: Sitting) -> bool:
    assert sitting.deadline_at is not None
    return instants.now() >= sitting.deadline_at


def _locked(device: Device) -> Sitting:
    """The sitting under its row lock; a second admission, which takes the same lock, ends this one."""
    found = queries.sitting_of(device.admission_id, device.secret)
    if found is None:
        raise DeviceEndedError
    sitting = actions.locked(found.pk)
    if queries.sitting_of(device.admission_id, device.secret) is None:
        raise DeviceEndedError
    return sitting
