"""Looks at a licence: standing, statement and what-if; each recorded, none says more than it must (T35 to T37)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.api import limits
from gplx.audit.models import Access
from gplx.licences.models import Holder
from gplx.points.models import Account
from tests.api.conftest import AUTHORITY, NUMBER, WHY, Machine, a_decision, a_holder, faults, machine

pytestmark = pytest.mark.django_db

STANDING, STATEMENT = f"/api/v1/licences/{NUMBER}/standing", f"/api/v1/licences/{NUMBER}/statement"
WHAT_IF = "/api/v1/what-if"


def parts_of(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.content
    return {part["part"]: part for part in response.json()["parts"]}


def test_a_standing_shows_each_part(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision(offences=[{"points": 12}]))
    response = police.get(STANDING, **WHY)
    parts = parts_of(response)
    assert (parts["car"]["balance"], parts["car"]["standing"], parts["car"]["may_drive"]) == (0, "exhausted", False)
    assert parts["car"]["test_from"] == "2028-05-04"
    assert (parts["motorcycle"]["balance"], parts["motorcycle"]["may_drive"]) == (12, True)
    assert response.json()["licence_number"] == NUMBER
    assert response["Content-Type"] == "application/json"


def test_i13_each_look_is_recorded_with_its_purpose(police: Machine, holder: Holder) -> None:
    police.get(STANDING, **WHY)
    police.get(STATEMENT, HTTP_ACCESS_PURPOSE="case_handling", HTTP_ACCESS_REFERENCE="123/Q%C4%90-XPHC")
    kept = Access.objects.order_by("id").values_list(
        "holder_id", "actor_kind", "actor", "actor_name", "purpose", "reference", "what"
    )
    name = f"Hệ thống Mẫu ({AUTHORITY})"
    assert list(kept) == [
        (holder.pk, "client", police.client_id, name, "roadside_check", "TT-2026-000123", "standing"),
        (holder.pk, "client", police.client_id, name, "case_handling", "123/QĐ-XPHC", "statement"),
    ]


@pytest.mark.parametrize("path", [STANDING, STATEMENT])
@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ({"HTTP_ACCESS_PURPOSE": ""}, ("Access-Purpose", "required")),
        ({"HTTP_ACCESS_PURPOSE": "curiosity"}, ("Access-Purpose", "not_listed")),
        ({"HTTP_ACCESS_REFERENCE": ""}, ("Access-Reference", "required")),
        ({"HTTP_ACCESS_REFERENCE": "x" * 81}, ("Access-Reference", "too_long")),
        ({"HTTP_ACCESS_REFERENCE": "<script>"}, ("Access-Reference", "text_character")),
        ({"HTTP_ACCESS_REFERENCE": "\xff"}, ("Access-Reference", "text_character")),
        ({"HTTP_ACCESS_REFERENCE": "%ff"}, ("Access-Reference", "text_character")),
        ({"HTTP_ACCESS_REFERENCE": "a%00"}, ("Access-Reference", "text_character")),
        ({"HTTP_ACCESS_REFERENCE": " "}, ("Access-Reference", "text_character")),
    ],
)
def test_i13_without_a_reason_there_is_no_look(
    police: Machine, holder: Holder, path: str, headers: dict[str, str], fault: tuple[str, str]
) -> None:
    response = police.get(path, **{**WHY, **headers})
    assert (response.status_code, faults(response)) == (422, [fault])
    assert Access.objects.count() == 0


def test_b11_an_unknown_licence_is_404_and_the_attempt_is_recorded(police: Machine, holder: Holder) -> None:
    first = police.get("/api/v1/licences/790000000777/standing", **WHY)
    second = police.get("/api/v1/licences/790000000778/statement", **WHY)
    assert first.status_code == second.status_code == 404
    assert first.content == second.content
    assert list(Access.objects.values_list("holder_id", "what").order_by("id")) == [
        (None, "standing"),
        (None, "statement"),
    ]


@pytest.mark.parametrize("what", ["standing", "statement"])
def test_t35_a_client_that_finds_nothing_is_stopped(
    police: Machine, holder: Holder, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    Access.objects.bulk_create(
        Access(actor_kind="client", actor=police.client_id, actor_name="x", purpose="roadside_check", what="standing")
        for _ in range(limits.MISSES_OF_A_CLIENT_MAX - 1)
    )
    assert police.get(f"/api/v1/licences/{NUMBER}/{what}", **WHY).status_code == 200
    assert police.get(f"/api/v1/licences/790000000777/{what}", **WHY).status_code == 404
    for number in (NUMBER, "790000000777"):
        stopped = police.get(f"/api/v1/licences/{number}/{what}", **WHY)
        assert (stopped.status_code, stopped.json()["code"]) == (429, "too_many_misses")
        assert int(stopped["Retry-After"]) > 0
    assert (
        caplog.messages.count(
            f"{police.client_id} looks up licences that do not exist too often; its look-ups are refused for now."
        )
        == 2
    )
    assert machine().get(STANDING, **WHY).status_code == 200


def test_a_standing_needs_its_own_scope(holder: Holder) -> None:
    other = machine(["statement:read", "decisions:write", "catalogue:read"])
    response = other.get(STANDING, **WHY)
    assert (response.status_code, response.json()["code"]) == (403, "scope_missing")
    assert 'scope="standing:read"' in response["WWW-Authenticate"]
    assert Access.objects.count() == 0


def test_a_snapshot_that_fell_behind_is_answered_by_the_law(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    police.post("/api/v1/decisions", a_decision(effective_on="2026-11-23"))
    assert parts_of(police.get(STANDING, **WHY))["car"]["balance"] == 12
    monkeypatch.setenv("GPLX_TODAY", "2026-11-23")
    assert parts_of(police.get(STANDING, **WHY))["car"]["balance"] == 8
    assert Account.objects.get().balance == 12


def test_a_statement_says_why_in_one_sentence(police: Machine, holder: Holder) -> None:
    offences = [{"code": "168/2024:6.9.b"}, {"points": 2}]
    police.post("/api/v1/decisions", a_decision(offences=offences))
    police.post("/api/v1/decisions", a_decision(number="2", effective_on="2026-12-01"))
    part = parts_of(police.get(STATEMENT, **WHY))["car"]
    [line] = part["lines"]
    assert (line["on"], line["kind"], line["points"], line["balance"]) == ("2026-11-03", "deduction", -4, 8)
    assert line["decision"] == {"authority": AUTHORITY, "number": "1/QĐ-XPHC", "year": 2026}
    assert line["acted_on"] == "2026-11-01"
    assert [offence["counts"] for offence in line["offences"]] == [True, False]
    assert line["offences"][0]["provision"].startswith("điểm")
    assert "reading 8" in line["sources"]
    assert line["explanation"] == (
        "Ngày 03/11/2026: bị trừ 4 điểm vì hành vi ngày 01/11/2026,"
        " chỉ tính hành vi bị trừ nhiều điểm nhất; còn 8 điểm."
    )
    assert line["explanation_en"].startswith("03/11/2026: 4 points taken for the act of 01/11/2026")
    assert [(one["decision"]["number"], one["points"]) for one in part["pending"]] == [("2", 4)]


def test_a_statement_of_another_day_and_as_it_was_known(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2026-11-05")
    police.post("/api/v1/decisions", a_decision())
    assert parts_of(police.get(f"{STATEMENT}?on=2026-11-02", **WHY))["car"]["balance"] == 12
    assert parts_of(police.get(f"{STATEMENT}?on=2026-11-04", **WHY))["car"]["balance"] == 8
    then = parts_of(police.get(f"{STATEMENT}?on=2026-11-04&as_known_on=2026-11-04", **WHY))["car"]
    assert (then["balance"], then["lines"]) == (12, [])
    after = parts_of(police.get(f"{STATEMENT}?on=2027-11-04", **WHY))["car"]
    assert [line["kind"] for line in after["lines"]] == ["deduction", "restoration"]


def test_a_statement_under_the_other_law(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision(offences=[{"points": 10}]))
    police.post("/api/v1/decisions", a_decision(number="2", offences=[{"points": 2}]))
    wait = {
        law: parts_of(police.get(f"{STATEMENT}?law={law}", **WHY))["car"]["wait_months"]
        for law in ("draft-2024-10", "in-force")
    }
    assert wait == {"draft-2024-10": 6, "in-force": 6}
    assert parts_of(police.get(f"{STATEMENT}?law=in-force", **WHY))["car"]["wait_ground"] == "any"


def test_a_record_the_other_law_does_not_know_is_not_compared(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision(number="1", offences=[{"points": 2}]))
    police.post("/api/v1/decisions", a_decision(number="2", offences=[{"points": 5}]))
    asked = police.get(f"{STATEMENT}?law=in-force", **WHY)
    assert (asked.status_code, asked.json()["code"]) == (422, "not_comparable")
    assert faults(asked) == [("law", "not_in_schedule")]
    assert f"2/2026/{AUTHORITY}" in asked.json()["fields"][0]["title_en"]
    tried = police.post("/api/v1/what-if", {"licence": NUMBER, "part": "car", "law": "in-force", "facts": []}, **WHY)
    assert (tried.status_code, tried.json()) == (422, asked.json())
    for law in ("", "?law=draft-2024-10"):
        assert police.get(f"{STATEMENT}{law}", **WHY).status_code == 200
    annulment = {"document_number": "9/QĐ-HB", "annulled_on": "2026-11-20", "reason": "Nhầm người vi phạm"}
    assert police.post(f"/api/v1/decisions/{AUTHORITY}/2/2026/annulment", annulment).status_code == 201
    assert police.get(f"{STATEMENT}?law=in-force", **WHY).status_code == 200


def test_an_act_before_the_points_system_is_a_finding(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision(acted_on="2024-12-31"))
    [finding] = parts_of(police.get(STATEMENT, **WHY))["car"]["findings"]
    assert (finding["code"], finding["decision"]["number"]) == ("act_before_points_system", "1/QĐ-XPHC")
    assert finding["explanation"].endswith("trước ngày 01/01/2025.")


FACT: dict[str, Any] = {
    "kind": "decision",
    "number": "QD-1",
    "acted_on": "2025-02-01",
    "effective_on": "2025-02-20",
    "offences": [{"code": "168/2024:6.9.b"}, {"points": 2}],
}
DOCUMENT: dict[str, Any] = {
    "law": "draft-2024-10",
    "since": "2025-01-01",
    "facts": [FACT],
    "ask": [{"on": "2025-04-01"}],
}


def test_what_if_answers_a_replay_document_and_keeps_nothing(police: Machine) -> None:
    answer = police.post(WHAT_IF, DOCUMENT)
    assert answer.status_code == 200
    assert answer.json()["answers"][0]["balance"] == 8
    assert answer.json()["lines"][0]["decision"] == "QD-1"
    assert Account.objects.count() == Access.objects.count() == 0


def test_what_if_of_a_licence_adds_facts_to_what_is_known(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision())
    decision = {"kind": "decision", "number": "mai", "acted_on": "2026-11-20", "effective_on": "2026-11-25"}
    facts = [{**decision, "offences": [{"points": 8}]}]
    asked = {"licence": NUMBER, "part": "car", "facts": facts, "ask": [{"on": "2026-11-25"}]}
    answer = police.post(WHAT_IF, asked, **WHY)
    assert answer.status_code == 200, answer.content
    assert [line["balance"] for line in answer.json()["lines"]] == [8, 0]
    assert Access.objects.get().what == "what_if"
    without = {
        **asked,
        "facts": [{"kind": "annulment", "decision": f"1/QĐ-XPHC/2026/{AUTHORITY}", "recorded_on": "2026-11-22"}],
    }
    assert police.post(WHAT_IF, without, **WHY).json()["answers"][0]["balance"] == 12
    assert Account.objects.get().balance == 8


def test_what_if_of_a_licence_is_a_look_like_any_other(police: Machine, holder: Holder) -> None:
    asked: dict[str, Any] = {"licence": NUMBER, "part": "car", "facts": []}
    assert faults(police.post(WHAT_IF, asked)) == [("Access-Purpose", "required"), ("Access-Reference", "required")]
    assert machine(["catalogue:read"]).post(WHAT_IF, asked, **WHY).status_code == 403
    assert police.post(WHAT_IF, {**asked, "licence": "790000000777"}, **WHY).status_code == 404
    assert faults(police.post(WHAT_IF, {**asked, "licence": 1}, **WHY)) == [("licence", "licence_number")]
    assert faults(police.post(WHAT_IF, {"licence": NUMBER, "facts": []}, **WHY)) == [("part", "part_needed")]
    a_holder(2, parts=("motorcycle",))
    assert police.post(WHAT_IF, {"licence": "790000000002", "facts": []}, **WHY).json()["answers"][0]["balance"] == 12
    assert faults(police.post(WHAT_IF, {**asked, "licence": "790000000002"}, **WHY)) == [("part", "part_not_held")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"since": "2025-02-30"}, ("since", "not_a_day")),
        ({"colour": 1}, ("colour", "unknown_field")),
        ({"Nguyễn Văn": 1}, ("?", "unknown_field")),
        ({"facts": 1}, ("facts", "not_a_list")),
        ({"facts": [1]}, ("facts[0]", "not_an_object")),
        ({"facts": [{"kind": "wish"}]}, ("facts[0].kind", "not_listed")),
        ({"law": "lex"}, ("law", "not_listed")),
        (
            {"facts": [{"kind": "annulment", "decision": "x", "recorded_on": "2026-01-01"}]},
            ("facts[0].decision", "unknown_decision"),
        ),
        ({"facts": [{}] * 1001}, ("facts", "too_many")),
        ({"ask": [{"on": "2026-01-01"}] * 101}, ("ask", "too_many")),
        ({"facts": [{**FACT, "offences": [{"points": 1}] * 51}]}, ("facts[0].offences", "too_many")),
        (
            {"facts": [{**FACT, "offences": [{"points": 13}]}]},
            ("facts[0].offences[0].points", "not_in_schedule"),
        ),
        (
            {"facts": [{**FACT, "offences": [{"code": "1:2"}]}]},
            ("facts[0].offences[0].code", "not_listed"),
        ),
        (
            {"facts": [{**FACT, "offences": [{"code": "168/2024:9.9"}]}]},
            ("facts[0].offences[0].code", "unknown_code"),
        ),
        (
            {"facts": [{**FACT, "effective_on": "2025-01-31"}]},
            ("facts[0].effective_on", "order_of_days"),
        ),
    ],
)
def test_t44_faults_of_a_document_name_the_place_and_never_the_value(
    police: Machine, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    response = police.post(WHAT_IF, {**DOCUMENT, **change})
    assert (response.status_code, faults(response)) == (422, [fault])
    for value in ("2025-02-30", "Nguyễn", "wish", "lex", "9.9"):
        assert value not in response.content.decode()


def test_the_days_of_a_document_reach_the_end_of_the_calendar(police: Machine) -> None:
    facts = [{**FACT, "acted_on": "9999-12-30", "effective_on": "9999-12-31"}]
    answer = police.post(WHAT_IF, {**DOCUMENT, "facts": facts, "ask": [{"on": "9999-12-31"}, {"on": "0001-01-01"}]})
    assert answer.status_code == 200
    assert date.fromisoformat(answer.json()["answers"][0]["on"]) == date.max
