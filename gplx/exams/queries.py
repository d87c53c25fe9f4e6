"""Reads of sessions and registrations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet

from gplx.clock import ZONE
from gplx.dossiers.models import LIVE, State
from gplx.exams.models import Registration, Session
from gplx.law import exams as law
from gplx.law.provinces import Province, provinces
from gplx.law.working_days import is_working_day

READY = (State.RECEIVED, State.IN_PROCESS)
"""The states of a dossier whose person may sit: accepted, or admitted to the room already."""
AHEAD_DAYS = 75
"""How far ahead sessions are offered."""


def ready_to_sit(session_id: int) -> list[Registration]:
    """The registrations of a session whose people may sit it, with holder and dossier, by dossier code."""
    return list(
        Registration.objects.select_related("dossier", "holder", "session")
        .filter(session_id=session_id, outcome="", dossier__state__in=READY)
        .order_by("dossier__code")
    )


def by_code(code: str) -> Registration | None:
    """The registration of a dossier's code, with holder, dossier and session."""
    return (
        Registration.objects.select_related("dossier", "holder", "session").filter(dossier__code=code.strip()).first()
    )


def own(code: str, holder_id: int) -> Registration | None:
    """A person's own registration; None also where the dossier is somebody else's (T01)."""
    registration = by_code(code)
    return registration if registration is not None and registration.holder_id == holder_id else None


def of_person(holder_id: int) -> list[Registration]:
    """All registrations of a person, the newest first."""
    found = Registration.objects.select_related("dossier", "session").filter(holder_id=holder_id)
    return list(found.order_by("-dossier_id"))


def locked(registration_id: int) -> Registration:
    """A registration with holder, dossier and session, locked until the caller commits."""
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("dossier", "holder", "session")
        .get(pk=registration_id)
    )


# -- sessions ---------------------------------------------------------------------------------------------------------


def day_begins(day: date) -> datetime:
    """The first instant of a day in Viet Nam."""
    return datetime.combine(day, time(), ZONE)


def between(first: date, last: date) -> QuerySet[Session]:
    """The sessions of these days that were not cancelled."""
    return Session.objects.filter(
        cancelled_at__isnull=True,
        starts_at__gte=day_begins(first),
        starts_at__lt=day_begins(last + timedelta(days=1)),
    ).order_by("starts_at", "pk")


def taken(session_ids: Iterable[int]) -> dict[int, int]:
    """How many places of each session are taken."""
    counts = dict.fromkeys(session_ids, 0)
    rows = (
        Registration.objects.filter(session_id__in=counts, dossier__state__in=LIVE)
        .values_list("session_id")
        .annotate(count=Count("pk"))
    )
    return counts | {session_id: count for session_id, count in rows if session_id is not None}


def is_open(session: Session, today: date) -> bool:
    """Is it published, not cancelled, and far enough away for its people to be told in time?"""
    return session.published_at is not None and session.cancelled_at is None and law.notice_by(session.on) >= today


@dataclass(frozen=True, slots=True)
class Offered:
    """A session as it is offered.

    Attributes:
        free: places left.
        is_near: in the person's own province.
    """

    session: Session
    free: int
    province: Province | None
    is_near: bool


def offered(
    *, today: date, first: date | None, province_code: str, is_all: bool = False, but: int | None = None
) -> list[Offered]:
    """Sessions with places left that may be chosen, those of the person's own province first, then by time.

    Args:
        first: the first permitted day.
        province_code: the person's province today.
        is_all: other provinces as well; they are offered also where the own province has none.
        but: a session to leave out.
    """
    start = max(today, first or today)
    found = [
        session
        for session in between(start, start + timedelta(days=AHEAD_DAYS))
        if session.pk != but and is_open(session, today)
    ]
    counts = taken(session.pk for session in found)
    names = {one.code: one for one in provinces(today)}
    offers = [
        Offered(
            session,
            session.capacity - counts[session.pk],
            names.get(session.province_code),
            session.province_code == province_code,
        )
        for session in found
        if session.capacity > counts[session.pk]
    ]
    near = [offer for offer in offers if offer.is_near]
    return near if near and not is_all else near + [offer for offer in offers if not offer.is_near]


# -- duties -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """How one province keeps to its duty to announce a month's sessions (65/2024/TT-BCA art. 7(4), 8(4)).

    Attributes:
        published, proposed: how many sessions of the month there are.
        short: weeks without enough published sessions, and how many are missing.
        due_on: the last day to announce them.
    """

    province: Province
    month: date
    published: int
    proposed: int
    short: Sequence[tuple[law.Week, int]]
    due_on: date

    @property
    def is_done(self) -> bool:
        return not self.short

    def is_late(self, today: date) -> bool:
        return bool(self.short) and today > self.due_on


def duties(month: date) -> list[Duty]:
    """How each province keeps to its duty for a month, those with weeks missing first."""
    first = month.replace(day=1)
    last = law.weeks_of(first)[-1].days[-1]
    by_province: dict[str, list[Session]] = {}
    for session in between(first, last):
        by_province.setdefault(session.province_code, []).append(session)
    due_on = law.announce_by(first)
    found = []
    for province in provinces(first):
        sessions = by_province.get(province.code, [])
        days = [session.on for session in sessions if session.published_on is not None]
        short = law.weeks_short(first, days)
        found.append(Duty(province, first, len(days), len(sessions) - len(days), short, due_on))
    return sorted(found, key=lambda duty: (duty.is_done, duty.province.name_vi))


def next_month(today: date) -> date:
    """The first day of the month after."""
    return (today.replace(day=28) + timedelta(days=7)).replace(day=1)


def due_month(today: date) -> date:
    """The month whose dates have to be announced by now: next month after the 24th, this month before."""
    following = next_month(today)
    return following if today > law.announce_by(following) else today.replace(day=1)


def provinces_behind(today: date) -> list[Duty]:
    """The provinces that have not announced what they should have by now."""
    return [duty for duty in duties(due_month(today)) if duty.is_late(today)]


def alarms(today: date) -> tuple[list[str], int]:
    """What somebody has to be woken for: provinces behind with announcing, and how many people were not told in time.

    Only provinces that have begun to hold sessions in this register are waited for; the desk's page shows all.
    """
    end = day_begins(next_month(due_month(today)))
    taking_part = set(Session.objects.filter(starts_at__lt=end).values_list("province_code", flat=True).distinct())
    behind = [duty.province.code for duty in provinces_behind(today)] if taking_part else []
    return [code for code in behind if code in taking_part], len(untold(today))


def untold(today: date) -> list[Registration]:
    """Accepted people of sessions to come who were not told two working days before, or not yet with that day past."""
    near = today + timedelta(days=21)
    found = Registration.objects.select_related("dossier", "session").filter(
        session__cancelled_at__isnull=True,
        session__starts_at__gte=day_begins(today),
        session__starts_at__lt=day_begins(near),
        dossier__state__in=READY,
    )
    late = []
    for registration in found.order_by("session__starts_at", "pk"):
        assert registration.session is not None
        if (registration.told_on or today) > law.notice_by(registration.session.on):
            late.append(registration)
    return late


def on_rest_days(sessions: Iterable[Session]) -> list[Session]:
    """Sessions on days on which offices rest."""
    return [session for session in sessions if not is_working_day(session.on, provisional=True)]
