"""The knowledge test by the API alone: who may, sessions, registration, session changed, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.audit.models import Access
from gplx.exams import registering
from gplx.exams.models import Registration, Session
from gplx.notices.models import Notice
from tests.api import exam_cases
from tests.api.conftest import OTHER_AUTHORITY, WHY, Machine, faults, machine
from tests.api.exam_cases import FIRST, OPEN, OTHER, REGISTRATION
from tests.exams.people import OFFICER

pytestmark = pytest.mark.django_db
REGISTER = "/api/v1/exams/registrations"
PERSON = f"/api/v1/exams/licences/{REGISTRATION['licence_number']}/car"


@pytest.fixture(autouse=True)
def _prepared(police: Machine) -> None:
    exam_cases.prepare(police)


def conditions(answer: Any) -> dict[str, str]:
    return {one["code"]: one["state"] for one in answer.json()["conditions"]}


def test_the_whole_way_by_the_api(police: Machine) -> None:
    listed = police.get("/api/v1/exams/sessions?province=01").json()["items"]
    assert [one["id"] for one in listed] == [FIRST, OTHER]
    assert listed[0]["free"] == 18
    assert listed[0]["register_until"] == "2026-11-30"
    may = police.get(f"{PERSON}?session={FIRST}&certificate=00001/GKSKLX/01001/26", **WHY)
    assert may.json()["may_register"] is True
    assert may.json()["test_from"] == "2026-11-22"
    assert conditions(may)["health_certificate"] == "not_known"
    sent = police.post(REGISTER, REGISTRATION, **WHY)
    assert sent.status_code == 201, sent.content
    code = sent.json()["code"]
    assert (sent.json()["state"], sent.json()["portal_status"]) == ("registered", 1)
    # The 22nd is a Sunday: received on Monday, the 24th is a holiday.
    assert sent.json()["due_on"] == "2026-11-26"
    again = police.post(REGISTER, REGISTRATION, **WHY)
    assert (again.status_code, again.json()["code"]) == (200, code)
    changed = police.post(f"{REGISTER}/{code}/session", {"session": OTHER}, **WHY)
    assert changed.json()["session"]["id"] == OTHER
    assert police.get(f"{REGISTER}/{code}", **WHY).json()["version"] == 1
    withdrawn = police.post(f"{REGISTER}/{code}/withdrawal", {"reason": "Đổi ý"}, **WHY)
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert [move["move"] for move in withdrawn.json()["moves"]] == ["submit", "withdraw"]
    refused = police.post(f"{REGISTER}/{code}/withdrawal", {}, **WHY)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_now")
    looked = Access.objects.filter(actor=police.client_id).values_list("what", flat=True)
    assert {"eligibility", "registration"} <= set(looked)


def test_one_day_early_is_refused_and_nothing_is_kept(police: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2026-11-10")
    early = exam_cases.a_session(900_003, date(2026, 11, 20))
    before = Registration.objects.count(), Notice.objects.count()
    answer = police.post(REGISTER, {**REGISTRATION, "session": early.pk}, **WHY)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_eligible")
    assert faults(answer) == [("waited", "not_met")]
    assert "22/11/2026" in answer.json()["fields"][0]["title"]
    assert (Registration.objects.count(), Notice.objects.count()) == before


def test_what_was_asked_for_is_added(police: Machine) -> None:
    answer = police.post(f"{exam_cases.ASKED}/supplement", {"note": "Đã có", "certificate": "3/4"}, **WHY)
    assert (answer.json()["state"], answer.json()["certificate"]) == ("registered", "3/4")


def test_a_full_session_takes_nobody(police: Machine) -> None:
    Session.objects.filter(pk=FIRST).update(capacity=2)
    answer = police.post(REGISTER, REGISTRATION, **WHY)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_not_open")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"session": "1"}, ("session", "not_integer")),
        ({"session": True}, ("session", "not_integer")),
        ({"session": 0}, ("session", "out_of_range")),
        ({"part": "tram"}, ("part", "not_listed")),
        ({"part": "motorcycle"}, ("part", "part_not_held")),
        ({"certificate": "x" * 41}, ("certificate", "too_long")),
        ({"certificate": "\u200b"}, ("certificate", "text_character")),
        ({"state": "received"}, ("state", "unknown_field")),
        ({"licence_number": "79"}, ("number", "licence_number")),
    ],
)
def test_bad_input(police: Machine, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    answer = police.post(REGISTER, {**REGISTRATION, **changes}, **WHY)
    assert (answer.status_code, faults(answer)) == (422, [fault])


def test_a_purpose_is_needed_and_another_authority_s_dossier_does_not_exist(police: Machine) -> None:
    assert police.get(OPEN).status_code == 422
    stranger = machine(authority=OTHER_AUTHORITY)
    for answer in (
        stranger.get(OPEN, **WHY),
        stranger.post(f"{OPEN}/withdrawal", {}, **WHY),
        police.get(f"{REGISTER}/G01.000.00-261122-019999", **WHY),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_provinces_behind_and_people_not_told_are_alarms(police: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def checks() -> dict[str, Any]:
        return {check["name"]: check for check in police.get("/api/v1/ready").json()["checks"]}

    # December's dates may still be announced on the 24th; the province held none before.
    monkeypatch.setenv("GPLX_TODAY", "2026-11-24")
    assert checks()["exam_calendar"] == {"name": "exam_calendar", "status": "ok", "provinces": []}
    monkeypatch.setenv("GPLX_TODAY", "2026-11-25")
    assert checks()["exam_calendar"] == {"name": "exam_calendar", "status": "late", "provinces": ["01"]}
    assert police.get("/api/v1/ready").json()["status"] == "degraded"
    assert checks()["exam_notices"]["people"] == 0
    registration = Registration.objects.get(dossier__code=exam_cases.CODE)
    registering.accept(registration.pk, by=OFFICER, today=date(2026, 12, 1))
    monkeypatch.setenv("GPLX_TODAY", "2026-12-01")
    assert checks()["exam_notices"] == {"name": "exam_notices", "status": "late", "people": 1}


def test_a_unit_announces_its_sessions_once(police: Machine) -> None:
    asked = exam_cases.ANNOUNCED
    made = police.post("/api/v1/exams/sessions", asked)
    assert made.status_code == 201, made.content
    assert made.json()["starts_at"].startswith("2026-12-10T01:00:00")
    again = police.post("/api/v1/exams/sessions", asked)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    listed = police.get("/api/v1/exams/sessions?province=01").json()["items"]
    assert made.json()["id"] in [one["id"] for one in listed]
    assert Session.objects.filter(place=asked["place"]).count() == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"starts_at": "2026-12-10T08:00:00"}, "starts_at"),
        ({"starts_at": "2026-12-32T08:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-12-12T08:00:00+07:00"}, "starts_at"),  # a Saturday
        ({"starts_at": "2026-11-20T08:00:00+07:00"}, "starts_at"),  # past
        ({"starts_at": 1_800_000_000}, "starts_at"),
        ({"province_code": "99"}, "province_code"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
        ({"place": ""}, "place"),
        ({"unit": "Phòng khác"}, "unit"),
    ],
)
def test_a_session_that_cannot_be_is_not_announced(police: Machine, change: dict[str, Any], place: str) -> None:
    before = Session.objects.count()
    refused = police.post("/api/v1/exams/sessions", {**exam_cases.ANNOUNCED, **change})
    assert refused.status_code == 422, refused.content
    assert place in [one["field"] for one in refused.json()["fields"]]
    assert Session.objects.count() == before


def test_t23_a_registration_that_was_submitted_elsewhere_is_not_shown(police: Machine) -> None:
    """Sending again answers with one's own; what a person or another authority submitted is not read that way."""
    assert police.post(REGISTER, REGISTRATION, **WHY).status_code == 201
    other = machine(["exams:register"], authority=OTHER_AUTHORITY)
    answer = other.post(REGISTER, REGISTRATION, **WHY)
    assert (answer.status_code, answer.json()["code"]) == (409, "registered_elsewhere")
    assert "moves" not in answer.json()
