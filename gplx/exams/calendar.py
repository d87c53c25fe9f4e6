"""The sessions of the test: proposed, published, changed, moved and called off. The only writers of sessions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from gplx import clock
from gplx.clock import ZONE
from gplx.dossiers.models import State
from gplx.dossiers.states import Actor
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.exams import eligibility, queries, registering
from gplx.exams.models import Registration, Session, SessionChange
from gplx.law import exams as law
from gplx.law.working_days import is_working_day

CAPACITY_MAX = 500
_MOVABLE = (State.REGISTERED, State.RECEIVED, State.SUPPLEMENT)


class SessionFaultError(RegisterError):
    """The session cannot be held like this."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class StaleSessionError(MoveNotAllowedError):
    """The session has changed since this page was drawn. Open it again to see how it stands."""


def at(day: date, hour: time) -> datetime:
    """An hour of a day in Viet Nam."""
    return datetime.combine(day, hour, ZONE)


@transaction.atomic
def propose(
    *, province_code: str, unit: str, place: str, starts_at: datetime, capacity: int, by: Actor,
    today: date | None = None,
) -> Session:  # fmt: skip
    """Keep a session as a proposal; nobody but the desk sees it.

    Raises:
        SessionFaultError: past, on a day of rest, of no or too many places, or the place holds one then already.
    """
    today = today or clock.today()
    _check(starts_at, capacity, today)
    try:
        with transaction.atomic():
            session = Session.objects.create(
                province_code=province_code, unit=unit, place=place, starts_at=starts_at, capacity=capacity
            )
    except IntegrityError:
        raise SessionFaultError("twice") from None
    _changed(session, "proposed", {}, by=by, today=today)
    return session


@transaction.atomic
def propose_month(
    month: date, *, province_code: str, unit: str, place: str, hour: time, capacity: int, a_week: int | None,
    by: Actor, today: date | None = None,
) -> list[Session]:  # fmt: skip
    """Propose as many sessions of a month as are due, on working days that have none at this place yet.

    Returns:
        The sessions proposed now; none when they are there already.
    """
    today = today or clock.today()
    held = {session.on for session in queries.between(month.replace(day=1), law.weeks_of(month)[-1].days[-1])
            .filter(province_code=province_code, unit=unit, place=place)}  # fmt: skip
    return [
        propose(
            province_code=province_code,
            unit=unit,
            place=place,
            starts_at=at(day, hour),
            capacity=capacity,
            by=by,
            today=today,
        )
        for day in law.propose_days(month, a_week)
        if day > today and day not in held
    ]


@transaction.atomic
def publish(session_ids: Sequence[int], *, province_code: str, by: Actor, today: date | None = None) -> list[Session]:
    """Publish proposed sessions of a province; people can register from now on.

    Sessions that are published already are left as they are.

    Raises:
        StaleSessionError: one of them is past, was cancelled, or is another province's.
    """
    today = today or clock.today()
    found = list(
        Session.objects.select_for_update().filter(pk__in=session_ids, province_code=province_code).order_by("pk")
    )
    if len(found) != len(set(session_ids)):
        raise StaleSessionError
    fresh = [session for session in found if session.published_on is None]
    for session in fresh:
        if session.cancelled_at is not None or session.on <= today:
            raise StaleSessionError
        Session.objects.filter(pk=session.pk).update(published_at=Now(), published_on=today)
        _changed(session, "published", {}, by=by, today=today)
    return fresh


@transaction.atomic
def change_capacity(session_id: int, capacity: int, *, version: int, by: Actor, today: date | None = None) -> Session:
    """Change how many people a session takes, never below those it has.

    Raises:
        SessionFaultError, StaleSessionError
    """
    today = today or clock.today()
    session = _locked(session_id, version)
    if not 1 <= capacity <= CAPACITY_MAX:
        raise SessionFaultError("capacity")
    if capacity < queries.taken([session.pk])[session.pk]:
        raise SessionFaultError("taken")
    before = _as_json(session)
    session.capacity, session.version = capacity, session.version + 1
    session.save(update_fields=["capacity", "version"])
    _changed(session, "changed", before, by=by, today=today)
    return session


@dataclass(frozen=True, slots=True)
class Affected:
    """One person of a session that is moved or called off.

    Attributes:
        in_the_way: what keeps him from the new day; he then chooses a session himself.
    """

    registration: Registration
    in_the_way: Sequence[law.Condition]

    @property
    def comes_along(self) -> bool:
        return not self.in_the_way


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving or calling off a session would do to its people.

    Attributes:
        token: of the session and its people as they are now; whoever confirms sends it back.
        is_told_in_time: the new day leaves two working days for telling.
    """

    session: Session
    people: Sequence[Affected]
    token: str
    is_told_in_time: bool


def preview(session: Session, starts_at: datetime | None, *, today: date | None = None) -> Preview:
    """What would follow: from moving a session to another time, or, without one, from calling it off."""
    today = today or clock.today()
    people = []
    for registration in _people(session):
        in_the_way: Sequence[law.Condition] = ()
        if starts_at is not None:
            standing = eligibility.look(
                registration.holder,
                registration.part,
                session_on=starts_at.astimezone(ZONE).date(),
                certificate=registration.certificate,
                today=today,
            )
            in_the_way = standing.in_the_way
        people.append(Affected(registration, in_the_way))
    in_time = starts_at is None or law.notice_by(starts_at.astimezone(ZONE).date()) >= today
    said = [session.pk, session.version, *((one.registration.pk, one.registration.dossier.version) for one in people)]
    token = hashlib.sha256(repr(said).encode()).hexdigest()[:24]
    return Preview(session, people, token, in_time)


@transaction.atomic
def reschedule(
    session_id: int, *, starts_at: datetime, place: str, reason: str, token: str, by: Actor, today: date | None = None
) -> Session:
    """Move a session to another time or place, with everybody who can come along; all are told.

    Who may not sit the test on the new day keeps his dossier and chooses another session.

    Raises:
        SessionFaultError: the new day is no day for it; or, with people in it, too near for telling them in time.
        StaleSessionError: session or people have changed since the preview.
    """
    today = today or clock.today()
    session = _locked(session_id, None)
    _check(starts_at, session.capacity, today)
    seen = preview(session, starts_at, today=today)
    if session.cancelled_at is not None or seen.token != token:
        raise StaleSessionError
    if seen.people and not seen.is_told_in_time:
        raise SessionFaultError("notice")
    before = _as_json(session)
    was = Session(pk=session.pk, starts_at=session.starts_at, version=session.version)
    session.starts_at, session.place, session.version = starts_at, place, session.version + 1
    try:
        with transaction.atomic():
            session.save(update_fields=["starts_at", "place", "version"])
    except IntegrityError:
        raise SessionFaultError("twice") from None
    _changed(session, "moved", before, by=by, today=today, reason=reason)
    for one in seen.people:
        registration = queries.locked(one.registration.pk)
        registering.place(registration, session if one.comes_along else None, by=by, reason=reason, today=today)
        if one.comes_along:
            registering.tell_moved(registration, reason, today)
        else:
            registering.tell_without_session(registration, was, reason, today)
    return session


@transaction.atomic
def cancel(session_id: int, *, reason: str, token: str, by: Actor, today: date | None = None) -> Session:
    """Call a session off. Its people keep their dossiers, are told, and choose another.

    Raises:
        StaleSessionError: it is past or off already, or its people have changed since the preview.
    """
    today = today or clock.today()
    session = _locked(session_id, None)
    seen = preview(session, None, today=today)
    if session.cancelled_at is not None or session.on < today or seen.token != token:
        raise StaleSessionError
    before = _as_json(session)
    Session.objects.filter(pk=session.pk).update(cancelled_at=Now(), cancel_reason=reason, version=session.version + 1)
    _changed(session, "cancelled", before, by=by, today=today, reason=reason)
    for one in seen.people:
        registration = queries.locked(one.registration.pk)
        registering.place(registration, None, by=by, reason=reason, today=today)
        registering.tell_without_session(registration, session, reason, today)
    session.refresh_from_db()
    return session


def _people(session: Session) -> list[Registration]:
    return list(
        Registration.objects.select_related("dossier", "holder")
        .filter(session=session, dossier__state__in=_MOVABLE)
        .order_by("pk")
    )


def _check(starts_at: datetime, capacity: int, today: date) -> None:
    day = starts_at.astimezone(ZONE).date()
    if day <= today:
        raise SessionFaultError("past")
    if not is_working_day(day, provisional=True):
        raise SessionFaultError("rest_day")
    if not 1 <= capacity <= CAPACITY_MAX:
        raise SessionFaultError("capacity")


def _locked(session_id: int, version: int | None) -> Session:
    session = Session.objects.select_for_update().get(pk=session_id)
    if version is not None and session.version != version:
        raise StaleSessionError
    return session


def _as_json(session: Session) -> dict[str, object]:
    return {
        "starts_at": session.starts_at.astimezone(ZONE).isoformat(),
        "place": session.place,
        "capacity": session.capacity,
    }


def _changed(
    session: Session, name: str, before: dict[str, object], *, by: Actor, today: date, reason: str = ""
) -> None:
    SessionChange.objects.create(
        session=session,
        name=name,
        before=before,
        after=_as_json(session),
        reason=reason,
        actor=f"{by.kind}:{by.id}",
        on=today,
    )
