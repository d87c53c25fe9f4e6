"""Invented people who have lost all their points, and sessions they can register for."""

from __future__ import annotations

from datetime import date, datetime, time

from gplx.clock import ZONE
from gplx.dossiers.models import Channel
from gplx.dossiers.states import Actor
from gplx.exams import registering
from gplx.exams.models import Registration, Session
from gplx.licences.models import Holder
from gplx.points import actions as points
from tests.points.people import decision
from tests.portal.people import a_holder

TODAY = date(2026, 11, 20)
"""A Friday; the 24th is a holiday."""
EXHAUSTED = date(2026, 5, 21)
TEST_FROM = date(2026, 11, 22)
"""Six months after `EXHAUSTED`, a Sunday."""
APPLICANT = Actor("applicant", "1")
OFFICER = Actor("officer", "2", "Cán bộ tổ chức kiểm tra, Đội Mẫu")


def exhausted(index: int = 1, *, drug: bool = False, on: date = EXHAUSTED, parts: tuple[str, ...] = ("car",)) -> Holder:
    """A person without points since a day: by drugs, or by decisions of six and six."""
    holder = a_holder(index, parts=parts)
    taken = (12,) if drug else (6, 6)
    points.record(
        [
            decision(holder.pk, f"{index}-{number}/2026/CSGT", on, level, drug=drug)
            for number, level in enumerate(taken)
        ],
        today=on,
    )
    return holder


def a_session(on: date = date(2026, 12, 3), *, capacity: int = 20, province_code: str = "01", hour: int = 8) -> Session:
    """A published session."""
    return Session.objects.create(
        province_code=province_code,
        unit="Phòng CSGT Mẫu",
        place="Phòng kiểm tra số 1",
        starts_at=datetime.combine(on, time(hour), ZONE),
        capacity=capacity,
        published_at=datetime(2026, 11, 20, 3, tzinfo=ZONE),
        published_on=TODAY,
    )


def registered(
    holder: Holder, session: Session, *, certificate: str = "1/GKSKLX/01001/26", today: date = TODAY
) -> Registration:
    return registering.register(
        holder,
        "car",
        session_id=session.pk,
        channel=Channel.ONLINE,
        by=APPLICANT,
        certificate=certificate,
        today=today,
    )
