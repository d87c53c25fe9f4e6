"""The only writers of sittings: admission, help that is granted, absence, and `move`, the one mover.

What the candidate does is `candidate_actions`, what becomes of the result `result_actions`, results of other test
systems `official_actions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from gplx import clock, crash
from gplx.accounts.models import User
from gplx.dossiers.states import officer
from gplx.errors import MoveNotAllowedError
from gplx.exams import actions as exams
from gplx.exams.models import Registration
from gplx.law import test_room
from gplx.licences import own
from gplx.sittings import codes, instants, papers, queries
from gplx.sittings.errors import (
    NotTodayError,
    OwnSittingError,
    ReasonMissingError,
    SessionClosedError,
)
from gplx.sittings.models import Adjustment, Admission, Closing, Sitting, State, Step
from gplx.sittings.states import MOVES

_NUMBERS_TRIED_MAX = 20


@dataclass(frozen=True, slots=True)
class Admitted:
    """What an admission led to: a code for the tablet, or what stands in the way.

    Attributes:
        code: shown once, to be typed with the candidate's number; empty when he is not let in.
        findings: what the law has against it, each with its article; nothing happens to the points by a refusal.
    """

    sitting: Sitting | None = None
    code: str = ""
    findings: Sequence[queries.Obstacle] = field(default_factory=tuple)


@transaction.atomic
def admit(registration_id: int, *, identity_paper: str, by: User, reason: str = "") -> Admitted:
    """Let a candidate in and give out a code for one tablet; again, when his tablet broke.

    Whether the test can have an effect is looked at anew that day (reading 15). A second admission ends the first
    tablet's session at once; what was answered stays, and so does the deadline.

    Args:
        identity_paper: one of `law.test_room.IDENTITY_PAPERS`.
        reason: why a second tablet is needed; must be given for a second admission.

    Raises:
        OwnSittingError, NotTodayError, SessionClosedError, ReasonMissingError
        MoveNotAllowedError: the paper was handed in already, or the dossier is not ready.

    Source:
        65/2024/TT-BCA art. 7(5).
    """
    today = clock.today()
    registration = _locked(registration_id, by=by)
    assert registration.session is not None
    if registration.session.on != today:
        raise NotTodayError
    if identity_paper not in test_room.IDENTITY_PAPERS.on(today):
        raise MoveNotAllowedError
    sitting = Sitting.objects.select_for_update(of=("self",)).filter(registration=registration).first()
    if sitting is None:
        if obstacles := queries.obstacles(registration, on=today):
            return Admitted(findings=obstacles)
        sitting = _open(registration, by=by, today=today)
    elif sitting.state not in (State.ADMITTED, State.STARTED):
        raise MoveNotAllowedError
    elif not reason:
        raise ReasonMissingError
    code = codes.new_code()
    Admission.objects.create(
        sitting=sitting,
        identity_paper=identity_paper,
        by=by,
        reason=reason,
        code_digest=codes.digest(code, sitting_id=sitting.pk),
        code_expires_at=instants.now() + codes.CODE_LASTS,
    )
    crash.at("sitting.admitted")
    return Admitted(sitting, code)


@transaction.atomic
def mark_absent(registration_id: int, *, by: User) -> Sitting:
    """Nobody came, or came and did not begin: the dossier is finished so.

    Raises:
        OwnSittingError, NotTodayError, SessionClosedError
        MoveNotAllowedError: the person has begun the test.
    """
    today = clock.today()
    registration = _locked(registration_id, by=by)
    assert registration.session is not None
    if registration.session.on > today:
        raise NotTodayError
    sitting = Sitting.objects.select_for_update(of=("self",)).filter(registration=registration).first()
    if sitting is None:
        sitting = _create(registration, State.ABSENT, seed="", drawn=papers.Drawn([], "", {}))
        _log(sitting, "absent", origin="", by=by)
    else:
        sitting = move(sitting, "absent", by=by)
    exams.close(registration.pk, outcome="absent", on=registration.session.on, decided_by=officer(by))
    crash.at("sitting.absent")
    return sitting


@transaction.atomic
def grant(sitting_id: int, *, kind: str, minutes: int = 0, reason: str, by: User) -> Adjustment:
    """Help that is a right: an interpreter, reading aloud, or more time for what that costs.

    More time moves the deadline of a test that has begun.

    Raises:
        OwnSittingError, SessionClosedError, ReasonMissingError
        MoveNotAllowedError: the paper is handed in; no such right; more minutes than the paper itself has.

    Source:
        65/2024/TT-BCA art. 7(6); ADR 0056.
    """
    sitting = locked(sitting_id)
    _refuse_own(sitting.holder, by)
    _refuse_closed(sitting.session_id)
    if kind not in test_room.RIGHTS.on(sitting.held_on) or sitting.state not in (State.ADMITTED, State.STARTED):
        raise MoveNotAllowedError
    if not reason:
        raise ReasonMissingError
    if (kind == "extra_time") != (0 < minutes <= sitting.rule["minutes"]):
        raise MoveNotAllowedError
    if minutes and sitting.state == State.STARTED:
        Sitting.objects.filter(pk=sitting.pk).update(deadline_at=F("deadline_at") + timedelta(minutes=minutes))
    return Adjustment.objects.create(sitting=sitting, kind=kind, minutes=minutes, reason=reason, by=by)


@transaction.atomic
def close_session(session_id: int, *, by: User) -> Closing:
    """Close a session; possible once every registration has its outcome.

    Raises:
        SessionClosedError: it is closed already.
        SessionOpenError: somebody has no outcome yet.
    """
    session = queries.lock_session(session_id)
    _refuse_closed(session.pk)
    counts = queries.counts(session.pk)
    queries.refuse_open(counts)
    return Closing.objects.create(session=session, counts=counts._asdict(), by=by)


def locked(sitting_id: int) -> Sitting:
    """A sitting under its row lock, with holder and session."""
    return (
        Sitting.objects.select_for_update(of=("self",))
        .select_related("holder", "session", "registration__dossier")
        .get(pk=sitting_id)
    )


def move(
    sitting: Sitting, name: str, *, by: User | None = None, said: Mapping[str, Any] | None = None, **columns: Any
) -> Sitting:
    """The one place that changes the state of a sitting. The caller holds its row lock (F18).

    Raises:
        MoveNotAllowedError: the move does not start from the state it is in.
    """
    rule = MOVES[name]
    if sitting.state not in rule.origins:
        raise MoveNotAllowedError
    origin = sitting.state
    sitting.state = rule.to
    for column, value in columns.items():
        setattr(sitting, column, value)
    Sitting.objects.filter(pk=sitting.pk).update(state=rule.to, **columns)
    _log(sitting, name, origin=origin, by=by, said=said)
    return sitting


def refuse_own(sitting: Sitting, by: User) -> None:
    """I14: nobody admits himself, helps himself or signs for himself."""
    _refuse_own(sitting.holder, by)


def _locked(registration_id: int, *, by: User) -> Registration:
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("holder", "session", "dossier")
        .get(pk=registration_id)
    )
    _refuse_own(registration.holder, by)
    if registration.session is None:
        raise NotTodayError
    _refuse_closed(registration.session.pk)
    return registration


def _refuse_own(holder: Any, by: User) -> None:
    if own.is_own(by.citizen_number, holder):
        raise OwnSittingError


def _refuse_closed(session_id: int) -> None:
    if Closing.objects.filter(session_id=session_id).exists():
        raise SessionClosedError


def _open(registration: Registration, *, by: User, today: date) -> Sitting:
    """A new sitting with its seed and its paper."""
    exams.admit(registration.pk, on=today, by=officer(by))
    seed = codes.new_seed()
    drawn = papers.draw(registration.category, registration.regime, seed=seed, on=today)
    sitting = _create(registration, State.ADMITTED, seed=seed, drawn=drawn)
    _log(sitting, "admit", origin="", by=by)
    return sitting


def _create(registration: Registration, state: State, *, seed: str, drawn: papers.Drawn) -> Sitting:
    assert registration.session is not None
    for _ in range(_NUMBERS_TRIED_MAX):
        try:
            with transaction.atomic():
                return Sitting.objects.create(
                    registration=registration,
                    session=registration.session,
                    holder=registration.holder,
                    part=registration.part,
                    category=registration.category,
                    regime=registration.regime,
                    held_on=registration.session.on,
                    number=codes.new_number(),
                    seed=seed,
                    versions=drawn.versions,
                    paper_digest=drawn.digest,
                    rule=drawn.rule,
                    state=state,
                )
        except IntegrityError as error:
            if "a_candidate_number_is_of_one_sitting_a_day" not in str(error):
                raise
    raise AssertionError("no number was free")


def _log(sitting: Sitting, name: str, *, origin: str, by: User | None, said: Mapping[str, Any] | None = None) -> None:
    Step.objects.create(sitting=sitting, name=name, origin=origin, to=sitting.state, by=by, said=dict(said or {}))
