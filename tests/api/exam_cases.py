"""A session, an exhausted person who may register, and two registrations a client of the first authority made."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from gplx.clock import ZONE
from gplx.dossiers.models import Channel
from gplx.dossiers.states import Actor
from gplx.exams import registering
from gplx.exams.models import Session
from tests.api.conftest import TODAY, Machine
from tests.exams.people import EXHAUSTED, OFFICER, exhausted

FIRST, OTHER = 900_001, 900_002
CODE, ASKED_CODE = "G01.000.00-261122-010001", "G01.000.00-261122-010002"
OPEN, ASKED = f"/api/v1/exams/registrations/{CODE}", f"/api/v1/exams/registrations/{ASKED_CODE}"
REGISTRATION: dict[str, Any] = {
    "licence_number": "790000000093",
    "part": "car",
    "session": FIRST,
    "certificate": "00001/GKSKLX/01001/26",
}
ANNOUNCED = {"province_code": "01", "place": "Phòng 2", "starts_at": "2026-12-10T08:00:00+07:00", "capacity": 20}
OTHER_SESSION = {"session": OTHER}


def a_session(pk: int, day: date) -> Session:
    return Session.objects.create(
        pk=pk,
        province_code="01",
        unit="Phòng CSGT Mẫu",
        place="Phòng 1",
        starts_at=datetime.combine(day, time(8), ZONE),
        capacity=20,
        published_at=datetime(2026, 11, 20, tzinfo=ZONE),
        published_on=date(2026, 11, 20),
    )


def prepare(machine: Machine) -> None:
    """Make them; the codes of the day are counted from one."""
    session = a_session(FIRST, date(2026, 12, 3))
    a_session(OTHER, date(2026, 12, 8))
    by = Actor("client", machine.client_id)
    made = []
    for index in (91, 92):
        holder = exhausted(index, on=EXHAUSTED)
        made.append(
            registering.register(
                holder, "car", session_id=session.pk, channel=Channel.ONLINE, by=by, certificate="1/2", today=TODAY
            )
        )
    registering.ask_supplement(made[1].pk, by=OFFICER, reason="Thiếu trang hai", today=TODAY)
    assert [one.dossier.code for one in made] == [CODE, ASKED_CODE]
    exhausted(93, on=EXHAUSTED)
