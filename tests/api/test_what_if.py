"""What-if about a licence starts from what is known of it, as the law sees it."""

from __future__ import annotations

from typing import Any

import pytest

from gplx.licences.models import Holder
from tests.api.conftest import AUTHORITY, NUMBER, WHY, Machine, a_decision, faults

pytestmark = pytest.mark.django_db

WHAT_IF = "/api/v1/what-if"
ASKED: dict[str, Any] = {"licence": NUMBER, "part": "car", "facts": []}
REVOKING = a_decision(number="7", offences=[], revocation={"from": "2026-11-10", "to": "2027-01-10"})
KEY = f"7/2026/{AUTHORITY}"


def answer(police: Machine, *facts: dict[str, Any]) -> tuple[int, bool]:
    response = police.post(WHAT_IF, {**ASKED, "facts": list(facts)}, **WHY)
    assert response.status_code == 200, response.content
    [only] = response.json()["answers"]
    return only["balance"], only["may_drive"]


def test_a_revocation_that_was_annulled_was_never_there(police: Machine, holder: Holder) -> None:
    assert police.post("/api/v1/decisions", REVOKING).status_code == 201
    assert answer(police) == (12, False)
    annulment = {"document_number": "9/QĐ-HB", "annulled_on": "2026-11-20", "reason": "Nhầm người vi phạm"}
    assert police.post(f"/api/v1/decisions/{AUTHORITY}/7/2026/annulment", annulment).status_code == 201
    assert answer(police) == (12, True)


def test_what_is_known_can_be_annulled_for_a_try(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", REVOKING)
    police.post("/api/v1/decisions", a_decision(number="8"))
    assert answer(police) == (8, False)
    annulled = [
        {"kind": "annulment", "decision": key, "recorded_on": "2026-11-20"} for key in (KEY, f"8/2026/{AUTHORITY}")
    ]
    assert answer(police, annulled[0]) == (8, True)
    assert answer(police, annulled[1]) == (12, False)
    assert answer(police, *annulled) == (12, True)


def test_a_further_fact_is_judged_by_its_own_place(police: Machine, holder: Holder) -> None:
    police.post("/api/v1/decisions", a_decision(number="8"))
    again = {
        "kind": "decision",
        "number": f"8/2026/{AUTHORITY}",
        "acted_on": "2026-11-01",
        "effective_on": "2026-11-02",
        "offences": [{"points": 2}],
    }
    unknown = {"kind": "annulment", "decision": "77", "recorded_on": "2026-11-20"}
    response = police.post(WHAT_IF, {**ASKED, "facts": [again, unknown]}, **WHY)
    assert faults(response) == [("facts[0].number", "used_twice"), ("facts[1].decision", "unknown_decision")]
    assert answer(police, {**again, "number": "new"}) == (6, True)
