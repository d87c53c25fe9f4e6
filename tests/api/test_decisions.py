"""Decisions over HTTP: sent once or many times, annulled, amended, asked about (B11, B16 to B20)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest

from gplx.licences.models import Holder
from gplx.points.models import Account, Entry
from gplx.sanctions.models import Decision
from tests.api.conftest import AUTHORITY, OTHER_AUTHORITY, Machine, a_decision, faults

pytestmark = pytest.mark.django_db

SEND, BATCH = "/api/v1/decisions", "/api/v1/decisions/batch"
FIRST = f"{SEND}/{AUTHORITY}/{quote('1/QĐ-XPHC')}/2026"


def annulment(**changes: Any) -> dict[str, Any]:
    return {"document_number": "9/QĐ-HB", "annulled_on": "2026-11-20", "reason": "Nhầm người vi phạm", **changes}


def test_a_decision_is_recorded_and_takes_its_points_at_once(police: Machine, holder: Holder) -> None:
    response = police.post(SEND, a_decision())
    assert response.status_code == 201
    assert response.json() == {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "outcome": "recorded",
        "state": "recorded",
        "reason": None,
        "annulled": False,
        "findings": [],
    }
    assert Account.objects.get(holder=holder, part="car").balance == 8
    assert Decision.objects.get().source == police.client_id


def test_b18_the_same_again_is_200_and_other_content_409(police: Machine, holder: Holder) -> None:
    police.post(SEND, a_decision())
    again = police.post(SEND, a_decision(holder_name="NGƯỜI MẪU MỘT"))
    assert (again.status_code, again.json()["outcome"], again.json()["state"]) == (200, "exists", "recorded")
    other = police.post(SEND, a_decision(offences=[{"points": 6}]))
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert Entry.objects.count() == 1


def test_b18_another_authority_has_numbers_of_its_own(police: Machine, other_police: Machine, holder: Holder) -> None:
    assert police.post(SEND, a_decision()).status_code == 201
    assert other_police.post(SEND, a_decision(authority=OTHER_AUTHORITY)).status_code == 201
    assert Decision.objects.count() == 2


def test_what_matches_nobody_waits_for_a_person_with_202(police: Machine, holder: Holder) -> None:
    response = police.post(SEND, a_decision(birth_date="1999-01-02"))
    assert response.status_code == 202
    assert (response.json()["state"], response.json()["reason"]) == ("quarantined", "birth_date_differs")
    assert Account.objects.count() == 0


def test_a_decision_of_tomorrow_is_accepted_and_waits(police: Machine, holder: Holder) -> None:
    assert police.post(SEND, a_decision(effective_on="2026-11-23")).status_code == 201
    account = Account.objects.get()
    assert (account.balance, account.next_change_on) == (12, date(2026, 11, 23))


def test_b16_days_are_in_order(police: Machine) -> None:
    response = police.post(SEND, a_decision(decided_on="2026-10-31"))
    assert (response.status_code, faults(response)) == (422, [("decided_on", "order_of_dates")])
    future = police.post(SEND, a_decision(acted_on="2026-12-01", decided_on="2026-12-01", effective_on="2026-12-01"))
    assert ("acted_on", "future") in faults(future)


def test_b17_a_code_must_hold_on_the_day_of_the_act(police: Machine, holder: Holder) -> None:
    response = police.post(SEND, a_decision(offences=[{"code": "168/2024:7.99.z"}]))
    assert faults(response) == [("offences[0].code", "unknown_code")]
    early = police.post(SEND, a_decision(acted_on="2024-12-31"))
    assert (early.status_code, early.json()["findings"]) == (201, ["act_before_points_system"])
    assert Account.objects.get().balance == 12


def test_t21_a_client_sends_decisions_of_its_own_authority_only(police: Machine, holder: Holder) -> None:
    response = police.post(SEND, a_decision(authority=OTHER_AUTHORITY))
    assert (response.status_code, response.json()["code"]) == (403, "other_authority")
    path = f"{SEND}/{OTHER_AUTHORITY}/1/2026"
    assert police.post(f"{path}/annulment", annulment()).status_code == 403
    amendment = {"annulled_on": "2026-11-20", "reason": "Sửa", "decision": a_decision(number="2")}
    assert police.post(f"{path}/amendment", amendment).status_code == 403
    amendment["decision"] = a_decision(number="2", authority=OTHER_AUTHORITY)
    assert police.post(f"{FIRST}/amendment", amendment).status_code == 403
    assert Decision.objects.count() == 0


def test_b11_a_decision_of_another_authority_is_as_unknown_as_none(
    police: Machine, other_police: Machine, holder: Holder
) -> None:
    police.post(SEND, a_decision())
    assert police.get(FIRST).status_code == 200
    theirs, nobodys = other_police.get(FIRST), other_police.get(f"{SEND}/{OTHER_AUTHORITY}/no/2026")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_how_a_decision_stands_names_no_person(police: Machine, holder: Holder) -> None:
    police.post(SEND, a_decision())
    known = police.get(FIRST)
    assert known.json()["state"] == "recorded"
    assert known.json()["annulment"] is None
    assert "Người Mẫu" not in known.content.decode()


def test_an_annulment_gives_the_points_back(police: Machine, holder: Holder) -> None:
    police.post(SEND, a_decision())
    response = police.post(f"{FIRST}/annulment", annulment())
    assert (response.status_code, response.json()["outcome"]) == (201, "recorded")
    assert Account.objects.get().balance == 12
    assert police.get(FIRST).json()["annulment"]["document_number"] == "9/QĐ-HB"


def test_b19_an_annulment_may_come_first_or_twice(police: Machine, holder: Holder) -> None:
    first = police.post(f"{FIRST}/annulment", annulment())
    assert (first.status_code, first.json()["outcome"]) == (202, "waiting")
    again = police.post(f"{FIRST}/annulment", annulment())
    assert (again.status_code, again.json()["outcome"]) == (200, "exists")
    assert police.post(f"{FIRST}/annulment", annulment(reason="Khác")).status_code == 409
    sent = police.post(SEND, a_decision())
    assert (sent.status_code, sent.json()["annulled"]) == (201, True)
    assert Account.objects.get().balance == 12


def test_an_amendment_replaces_the_decision(police: Machine, holder: Holder) -> None:
    police.post(SEND, a_decision())
    amendment = {
        "annulled_on": "2026-11-20",
        "reason": "Sửa mức trừ",
        "decision": a_decision(number="2/QĐ-XPHC", offences=[{"points": 2}]),
    }
    response = police.post(f"{FIRST}/amendment", amendment)
    assert (response.status_code, response.json()["annulment"]["outcome"]) == (201, "recorded")
    assert Account.objects.get().balance == 10
    assert police.get(FIRST).json()["annulment"]["replaced_by"] == "2/QĐ-XPHC"
    assert police.post(f"{FIRST}/amendment", amendment).status_code == 200


def test_the_address_names_the_decision_and_the_body_no_other(police: Machine) -> None:
    assert faults(police.post(f"{FIRST}/annulment", annulment(number="2"))) == [("number", "unknown_field")]
    assert faults(police.post(f"{FIRST}/annulment", {})) == [
        ("annulled_on", "required"),
        ("document_number", "required"),
        ("reason", "required"),
    ]


def test_a_batch_takes_or_refuses_each_decision_by_itself(police: Machine, holder: Holder) -> None:
    listed = [
        a_decision(),
        a_decision(number="2", offences=[{"points": 13}]),
        a_decision(number="3", authority=OTHER_AUTHORITY),
        a_decision(number="4", licence_number="790000000999"),
        a_decision(),
        a_decision(offences=[{"points": 1}]),
        "nothing",
    ]
    response = police.post(BATCH, {"decisions": listed})
    assert response.status_code == 200
    items = response.json()["items"]
    assert [item["index"] for item in items] == list(range(7))
    outcomes = ["recorded", "refused", "refused", "quarantined", "exists", "conflict", "refused"]
    assert [item["outcome"] for item in items] == outcomes
    assert response.json()["counts"] == {name: outcomes.count(name) for name in set(outcomes)}
    assert [one["field"] for one in items[1]["fields"]] == ["offences[0].points"]
    assert items[2]["code"] == "other_authority"
    assert Account.objects.get(part="car").balance == 8
    again = police.post(BATCH, {"decisions": listed})
    assert again.json()["items"][0]["outcome"] == "exists"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({}, ("decisions", "required")),
        ({"decisions": []}, ("decisions", "required")),
        ({"decisions": {}}, ("decisions", "not_a_list")),
        ({"decisions": [1], "dry_run": True}, ("dry_run", "unknown_field")),
        ({"decisions": [1] * 10_001}, ("decisions", "too_many")),
    ],
)
def test_a_batch_is_a_list_of_1_to_10_000(police: Machine, value: object, fault: tuple[str, str]) -> None:
    assert faults(police.post(BATCH, value)) == [fault]
