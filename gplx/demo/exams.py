"""Sessions of the knowledge test for the coming weeks, and named people who wait, are registered or were refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta

from gplx.dossiers.models import Channel
from gplx.dossiers.states import Actor
from gplx.exams import calendar, queries, registering
from gplx.exams.models import Registration, Session
from gplx.law.working_days import next_working_day
from gplx.licences.models import Holder

OFFICER = Actor("officer", "0", "Cán bộ tổ chức kiểm tra, Phòng kiểm tra Mẫu")
APPLICANT = Actor("applicant", "0")
CAPACITY = 24
PLACES = (
    ("01", "Phòng CSGT Mẫu Hà Nội", "Phòng kiểm tra số 1, 1 phố Mẫu"),
    ("79", "Phòng CSGT Mẫu Thành phố Hồ Chí Minh", "Hội trường A, 2 đường Mẫu"),
    ("48", "Phòng CSGT Mẫu Đà Nẵng", "Phòng kiểm tra, 3 đường Mẫu"),
)
BEHIND = "48"
"""This province has proposed next month's sessions and not announced them."""
CERTIFICATE = "00001/GKSKLX/01999/26"


def hold_sessions(today: date) -> None:
    """Announce what is left of this month and next month, in all places but one."""
    for province_code, unit, place in PLACES:
        for month in (today, queries.next_month(today)):
            made = calendar.propose_month(
                month,
                province_code=province_code,
                unit=unit,
                place=place,
                hour=time(8),
                capacity=CAPACITY,
                a_week=None,
                by=OFFICER,
                today=today,
            )
            if province_code != BEHIND or month == today:
                calendar.publish([one.pk for one in made], province_code=province_code, by=OFFICER, today=today)


def register_people(people: Mapping[str, Holder], today: date) -> None:
    """One is registered for the next working day, one was refused; a third, whose wait is over, has done nothing yet.

    Args:
        people: the named people by their keys.
    """
    asked_on = today - timedelta(days=12)
    soon = next_working_day(today + timedelta(days=1), provisional=True)
    session = _session(soon, asked_on)
    registered = _register(people["registered"], session, asked_on)
    registering.accept(registered.pk, by=OFFICER, today=asked_on + timedelta(days=1))
    later = queries.between(today + timedelta(days=7), today + timedelta(days=60)).filter(
        province_code="01", published_on__isnull=False
    )
    if (chosen := later.first()) is not None:
        refused = _register(people["refused"], chosen, today - timedelta(days=3))
        registering.refuse(
            refused.pk,
            by=OFFICER,
            reason="Giấy khám sức khỏe ghi tên người khác.",
            unit=PLACES[0][1],
            today=today - timedelta(days=1),
        )


def _session(day: date, announced_on: date) -> Session:
    """The session of a day in the first place; one more where there is none."""
    province_code, unit, place = PLACES[0]
    found = queries.between(day, day).filter(province_code=province_code, published_on__isnull=False).first()
    if found is not None:
        return found
    made = calendar.propose(
        province_code=province_code,
        unit=unit,
        place=place,
        starts_at=calendar.at(day, time(8)),
        capacity=CAPACITY,
        by=OFFICER,
        today=announced_on,
    )
    [published] = calendar.publish([made.pk], province_code=province_code, by=OFFICER, today=announced_on)
    published.refresh_from_db()
    return published


def _register(holder: Holder, session: Session, on: date) -> Registration:
    return registering.register(
        holder,
        "car",
        session_id=session.pk,
        channel=Channel.ONLINE,
        by=APPLICANT,
        certificate=CERTIFICATE,
        today=on,
    )
