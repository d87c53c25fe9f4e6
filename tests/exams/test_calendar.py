"""Sessions: announced before the 25th, two a week, moved and called off with their people (65/2024/TT-BCA art. 7-8)."""

from __future__ import annotations

from datetime import date, time

import pytest

from gplx.errors import MoveNotAllowedError
from gplx.exams import calendar, queries
from gplx.exams.calendar import SessionFaultError, StaleSessionError, at
from gplx.exams.models import Session, SessionChange
from gplx.law.provinces import provinces
from gplx.notices.models import Notice
from tests.exams.people import OFFICER, TODAY, a_session, exhausted, registered

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
MONTH = {
    "province_code": "01",
    "unit": "Phòng CSGT Mẫu",
    "place": "Phòng kiểm tra số 1",
    "hour": time(8),
    "capacity": 20,
}


def proposed(**changes: object) -> list[Session]:
    return calendar.propose_month(DECEMBER, **{**MONTH, "a_week": None, **changes}, by=OFFICER, today=TODAY)  # type: ignore[arg-type]


def duty(province_code: str = "01", month: date = DECEMBER) -> queries.Duty:
    return next(one for one in queries.duties(month) if one.province.code == province_code)


def test_a_month_is_proposed_once_and_seen_by_nobody_until_it_is_published() -> None:
    sessions = proposed()
    assert len(sessions) == 10
    assert proposed() == []
    assert queries.offered(today=TODAY, first=None, province_code="01") == []
    assert (duty().published, duty().proposed, duty().is_done) == (0, 10, False)
    ids = [session.pk for session in sessions]
    assert calendar.publish(ids, province_code="01", by=OFFICER, today=TODAY)
    assert calendar.publish(ids, province_code="01", by=OFFICER, today=TODAY) == []
    assert duty().is_done
    offers = queries.offered(today=TODAY, first=date(2026, 12, 20), province_code="01")
    assert [offer.session.on for offer in offers] == [date(2026, 12, day) for day in (22, 24, 29, 31)]
    assert {offer.free for offer in offers} == {20}
    assert SessionChange.objects.filter(name="published").count() == 10


def test_the_duty_is_late_from_the_25th_on_and_names_the_provinces() -> None:
    # December's dates are due by 24 November; the units of every other province are behind as well.
    assert queries.due_month(date(2026, 11, 24)) == date(2026, 11, 1)
    assert queries.due_month(date(2026, 11, 25)) == DECEMBER
    calendar.publish([session.pk for session in proposed()], province_code="01", by=OFFICER, today=TODAY)
    behind = {late.province.code for late in queries.provinces_behind(date(2026, 11, 25))}
    assert behind == {province.code for province in provinces(DECEMBER)} - {"01"}
    assert not duty("79").is_late(date(2026, 11, 24))
    assert duty("79").is_late(date(2026, 11, 25))


def test_a_session_called_off_is_missing() -> None:
    sessions = proposed()
    calendar.publish([session.pk for session in sessions], province_code="01", by=OFFICER, today=TODAY)
    off = sessions[3]
    calendar.cancel(off.pk, reason="Mất điện", token=calendar.preview(off, None).token, by=OFFICER, today=TODAY)
    [(week, missing)] = duty().short
    assert (off.on in week.days, missing) == (True, 1)


@pytest.mark.parametrize(
    ("starts_at", "capacity", "code"),
    [
        (at(TODAY, time(8)), 20, "past"),
        (at(date(2026, 11, 24), time(8)), 20, "rest_day"),
        (at(date(2026, 12, 5), time(8)), 20, "rest_day"),
        (at(date(2026, 12, 3), time(8)), 0, "capacity"),
        (at(date(2026, 12, 3), time(8)), 501, "capacity"),
        (at(date(2026, 12, 2), time(8)), 20, "twice"),
    ],
)
def test_what_no_session_can_be(starts_at, capacity: int, code: str) -> None:
    proposed()
    where = {name: MONTH[name] for name in ("province_code", "unit", "place")}
    with pytest.raises(SessionFaultError) as refused:
        calendar.propose(**where, starts_at=starts_at, capacity=capacity, by=OFFICER, today=TODAY)  # type: ignore[arg-type]
    assert refused.value.code == code


def test_capacity_never_falls_below_the_people_in_it() -> None:
    session = a_session(capacity=2)
    for index in (1, 2):
        registered(exhausted(index), session)
    with pytest.raises(SessionFaultError):
        calendar.change_capacity(session.pk, 1, version=1, by=OFFICER, today=TODAY)
    assert calendar.change_capacity(session.pk, 3, version=1, by=OFFICER, today=TODAY).version == 2
    with pytest.raises(StaleSessionError):
        calendar.change_capacity(session.pk, 4, version=1, by=OFFICER, today=TODAY)


def test_moving_a_session_takes_its_people_along_and_tells_each() -> None:
    session = a_session()
    early, late = exhausted(1), exhausted(2, on=date(2026, 6, 2))  # from 3 December on
    registrations = [registered(early, session), registered(late, session)]
    to = at(date(2026, 12, 2), time(9))
    seen = calendar.preview(session, to, today=TODAY)
    assert [one.comes_along for one in seen.people] == [True, False]
    calendar.reschedule(
        session.pk, starts_at=to, place="Phòng số 2", reason="Sửa phòng.", token=seen.token, by=OFFICER, today=TODAY
    )
    for registration in registrations:
        registration.refresh_from_db()
    assert [registration.session_id for registration in registrations] == [session.pk, None]
    kinds = [Notice.objects.filter(holder=person).latest("pk").kind for person in (early, late)]
    assert kinds == ["test_moved", "test_without_session"]
    # Nobody confirms what he has not seen: the people have changed since.
    with pytest.raises(StaleSessionError):
        calendar.cancel(session.pk, reason="x", token=seen.token, by=OFFICER, today=TODAY)


def test_people_are_not_moved_to_a_day_they_cannot_be_told_of_in_time() -> None:
    session = a_session()
    registered(exhausted(), session)
    to = at(date(2026, 11, 26), time(8))
    token = calendar.preview(session, to, today=date(2026, 11, 23)).token
    with pytest.raises(SessionFaultError) as refused:
        calendar.reschedule(
            session.pk, starts_at=to, place="P", reason="x", token=token, by=OFFICER, today=date(2026, 11, 23)
        )
    assert refused.value.code == "notice"


def test_a_session_called_off_keeps_its_people_s_dossiers() -> None:
    session, holder = a_session(), exhausted()
    registration = registered(holder, session)
    token = calendar.preview(session, None, today=TODAY).token
    calendar.cancel(session.pk, reason="Bão", token=token, by=OFFICER, today=TODAY)
    registration.refresh_from_db()
    assert registration.session is None
    assert registration.dossier.is_live
    assert queries.offered(today=TODAY, first=None, province_code="01") == []
    with pytest.raises(MoveNotAllowedError):
        calendar.cancel(session.pk, reason="Bão", token=token, by=OFFICER, today=TODAY)


def test_own_province_first() -> None:
    far = a_session(date(2026, 12, 1), province_code="79")
    assert [offer.session for offer in queries.offered(today=TODAY, first=None, province_code="01")] == [far]
    near = a_session(date(2026, 12, 8))
    assert [offer.session for offer in queries.offered(today=TODAY, first=None, province_code="01")] == [near]
    both = queries.offered(today=TODAY, first=None, province_code="01", is_all=True)
    assert [offer.session for offer in both] == [near, far]
