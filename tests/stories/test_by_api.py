"""Both stories over the machine interfaces alone, as the systems of other authorities and a phone would go them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from gplx.clock import ZONE
from gplx.gateways.sandbox import hospital as hospitals
from tests.stories.conftest import TODAY
from tests.stories.house import Api, House, soon

BORN = date(1990, 1, 1)
EXHAUSTED_ON = date(2025, 1, 20)
EARLY, PERMITTED, SITTING = date(2027, 1, 20), date(2027, 1, 21), date(2027, 1, 26)
SYSTEM = "may-chu-mau"


@pytest.fixture(scope="module")
def police(house: House) -> Api:
    scopes = ("decisions:write", "standing:read", "statement:read", "notices:read")
    return house.client("CSGT-01", *scopes)


@pytest.fixture(scope="module")
def portal(house: House) -> Api:
    return house.client("CDVC", "exams:register")


@pytest.fixture(scope="module")
def key(house: House) -> ECKey:
    return ECKey.generate_key("P-256")


@pytest.fixture(scope="module")
def test_system(house: House, key: ECKey) -> Api:
    """Another test system, whose public key an operator has registered."""
    api = house.client("Phòng kiểm tra Mẫu", "exams:publish", "results:write")
    path = Path(house.logs, "key.json")
    path.write_text(json.dumps(key.as_dict(private=False)))
    house.gplx("results", "register", SYSTEM, "--client", api.client_id, "--key", str(path))
    return api


def decision(number: str, person: dict[str, str], effective_on: date, offence: dict[str, Any]) -> dict[str, Any]:
    return {
        "authority": "CSGT-01", "number": number, "year": effective_on.year, "licence_number": person["licence"],
        "holder_name": person["name"], "birth_date": BORN.isoformat(), "part": "car",
        "acted_on": (effective_on - timedelta(days=10)).isoformat(),
        "decided_on": (effective_on - timedelta(days=5)).isoformat(),
        "effective_on": effective_on.isoformat(), "offences": [offence],
    }  # fmt: skip


def car(api: Api, licence: str) -> dict[str, Any]:
    parts = api.get(f"/licences/{licence}/standing")["parts"]
    return next(part for part in parts if part["part"] == "car")


def status(api: Api, licence: str) -> tuple[str, str | None]:
    """The electronic licence: what the register says, and what the published list says."""
    parts = api.get(f"/licences/{licence}/credential-status")["parts"]
    one = next(part for part in parts if part["part"] == "car")
    return one["status"], one["published"]


def channels(api: Api, licence: str, kind: str) -> set[str]:
    """By which channels notices of a kind were told, as far as anything is known of them."""
    found = api.get(f"/licences/{licence}/notices")["notices"]
    told = [one for one in found if one["kind"] == kind]
    reached = {attempt["channel"] for one in told for attempt in one["attempts"] if attempt["outcome"]}
    return reached | {"inbox" for one in told if one["inbox_at"]}


def signed_result(key: ECKey, **stated: Any) -> dict[str, str]:
    header = {"alg": "ES256", "typ": "gplx-test-result+jws", "kid": SYSTEM}
    return {"token": jws.serialize_compact(header, json.dumps(stated).encode(), key)}


def test_from_twelve_points_to_none_and_back(
    house: House, police: Api, portal: Api, test_system: Api, key: ECKey
) -> None:
    # Of the demo's people one whose phone carries the licence, and whom mail reaches.
    person = {"name": "Mẫu Thị An", "licence": "990000000001", "citizen": "999090000001"}
    licence = person["licence"]
    assert (car(police, licence)["balance"], status(police, licence)) == (12, ("valid", "valid"))

    police.post("/decisions", decision("910/QĐ-XPHC", person, EXHAUSTED_ON, {"code": "draft-2024:any.drugs.driving"}))
    now = car(police, licence)
    assert (now["standing"], now["wait_ground"], now["wait_months"]) == ("exhausted", "drugs", 24)
    assert (now["test_from"], now["needs_drug_free_certificate"]) == (PERMITTED.isoformat(), True)
    soon("the list is out", lambda: status(police, licence) == ("suspended", "suspended"), 90)
    soon("every channel", lambda: {"inbox", "site", "email", "sms"} <= channels(police, licence, "exhausted"))
    soon("a receipt", lambda: car(police, licence)["told"]["state"] == "confirmed")

    house.move_to(date(2026, 12, 18))
    sessions = {day: announce(test_system, day) for day in (EARLY, SITTING)}
    house.move_to(date(2027, 1, 13))
    early = {"licence_number": licence, "part": "car", "session": sessions[EARLY]}
    refused = portal.post("/exams/registrations", early, status=422)
    assert f"{PERMITTED:%d/%m/%Y}" in str(refused["fields"])
    assert "Điều" in str(refused["fields"])

    house.move_to(EARLY)
    stated = {
        "licence_number": licence, "holder_name": person["name"], "birth_date": BORN.isoformat(), "part": "car",
        "category": "B2", "unit": "Phòng kiểm tra Mẫu", "passed": True,
    }  # fmt: skip
    too_early = signed_result(key, number="KQ-1", held_on=EARLY.isoformat(), **stated)
    told = test_system.post("/exams/results", too_early)
    assert told["outcome"] == "without_effect"
    assert [finding["code"] for finding in told["findings"]] == ["test_too_early"]
    assert car(police, licence)["balance"] == 0

    house.move_to(PERMITTED)
    wanted = {"licence_number": licence, "part": "car", "session": sessions[SITTING]}
    missing = portal.post("/exams/registrations", wanted, status=422)
    assert "drug_free_certificate" in [one["field"] for one in missing["fields"]]
    send_certificate(house, person)
    made = portal.post("/exams/registrations", wanted)
    assert made["state"] == "received"

    house.move_to(SITTING)
    passed = signed_result(key, number="KQ-2", held_on=SITTING.isoformat(), dossier=made["code"], **stated)
    assert test_system.post("/exams/results", passed)["outcome"] == "recorded"
    assert test_system.post("/exams/results", passed, status=200)["outcome"] == "exists"
    assert car(police, licence)["balance"] == 12
    assert portal.get(f"/exams/registrations/{made['code']}")["outcome"] == "passed"
    soon("the list is out", lambda: status(police, licence) == ("valid", "valid"), 90)
    soon("every channel", lambda: {"inbox", "email", "sms"} <= channels(police, licence, "test_restoration"))
    lines = police.get(f"/licences/{licence}/statement")
    assert "test_restoration" in str(lines)
    assert "every invariant holds" in house.gplx("fsck")


def announce(unit: Api, day: date) -> int:
    asked = {
        "province_code": "01",
        "place": "Phòng máy số 9, Trụ sở Mẫu",
        "starts_at": datetime(day.year, day.month, day.day, 8, tzinfo=ZONE).isoformat(),
        "capacity": 10,
    }
    return int(unit.post("/exams/sessions", asked)["id"])


def send_certificate(house: House, person: dict[str, str]) -> None:
    """The hospital of the demo finds no drugs, signs, and sends; once more changes nothing."""
    hospital = hospitals.kept_hospital(Path(house.environment["GPLX_FILES"], "sandbox-hospital"))
    stated = hospitals.fields(
        hospital,
        name=person["name"],
        birth_date=BORN,
        identity_number=person["citizen"],
        concluded_on=PERMITTED,
        number="90001/GKSKLX/99001/27",
        sex="female",
    )
    sent = hospitals.message(hospital, stated)
    api = house.client(hospitals.CODE, "health:write")
    assert api.post("/health/certificates", sent)["outcome"] == "recorded"
    assert api.post("/health/certificates", sent, status=200)["outcome"] == "exists"
    forged = hospitals.message(hospital, {**stated, "SO": "90002/GKSKLX/99001/27"}, mistake="stranger")
    assert api.post("/health/certificates", forged, status=401)["code"] == "signature_refused"


def test_an_annulled_exhaustion_was_never_there(house: House, police: Api) -> None:
    person = {"name": "Mẫu Văn Bốn", "licence": "990000000002"}
    licence = person["licence"]
    before = car(police, licence)
    told_on = date.fromisoformat(police.get(f"/licences/{licence}/standing")["on"])
    police.post("/decisions", decision("911/QĐ-XPHC", person, max(TODAY, told_on), {"points": 12}))
    now = car(police, licence)
    assert (now["standing"], now["may_drive"], now["reasons"]) == ("exhausted", False, ["exhausted"])
    assert status(police, licence)[0] == "suspended"
    soon("the driver is told", lambda: "inbox" in channels(police, licence, "exhausted"))

    year = max(TODAY, told_on).year
    annulment = {"document_number": "13/QĐ-HB", "annulled_on": told_on.isoformat(), "reason": "Nhầm người vi phạm"}
    path = f"/decisions/CSGT-01/911%2FQ%C4%90-XPHC/{year}/annulment"
    police.post(path, annulment)
    police.post(path, annulment, status=200)

    after = car(police, licence)
    same = ("balance", "standing", "may_drive", "restores_on", "exhausted_on", "wait_ground", "test_from")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert status(police, licence)[0] == "valid"
    soon("the correction is told", lambda: "inbox" in channels(police, licence, "reversal"))
    then = police.get(f"/licences/{licence}/statement", params={"as_known_on": told_on.isoformat()})
    assert "911/QĐ-XPHC" not in str(then)
    assert "every invariant holds" in house.gplx("fsck")
