"""A look at one licence: what it shows, and that it is right before the sweep has been there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.licences.models import Entitlement, Holder, Licence
from gplx.points import queries
from gplx.points.actions import NewFact, record, settle
from gplx.points.models import Account, FactKind

pytestmark = pytest.mark.django_db

NUMBER = "010990000001"
TODAY = date(2025, 6, 1)


@pytest.fixture
def licence() -> Licence:
    holder = Holder.objects.create(
        citizen_number="001099000001",
        name="Người Mẫu Một",
        name_folded="nguoi mau mot",
        name_key="x",
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )
    licence = Licence.objects.create(number=NUMBER, holder=holder, issue_date=date(2020, 5, 4), issuing_province="01")
    for category, part, expiry_date in (("A1", "motorcycle", None), ("B2", "car", date(2030, 5, 4))):
        Entitlement.objects.create(
            licence=licence,
            category=category,
            regime="12/2017",
            part=part,
            issue_date=date(2020, 5, 4),
            expiry_date=expiry_date,
        )
    return licence


def decision(licence: Licence, key: str, effective_on: date, points: int, part: str = "car") -> NewFact:
    content = {"acted_on": effective_on.isoformat(), "offences": [{"points": points, "drug": False}]}
    kind = FactKind.DECISION
    return NewFact(licence.holder_id, part, kind, f"decision:{key}", effective_on, content, decision_key=key)


def part(name: str, today: date = TODAY) -> dict[str, Any]:
    answer = queries.standing(NUMBER, today=today)
    assert answer is not None
    return next(part for part in answer["parts"] if part["part"] == name)


def test_a_licence_without_facts_has_all_its_points(licence: Licence) -> None:
    answer = queries.standing(NUMBER, today=TODAY)
    assert answer is not None
    assert answer["holder"] == {"name": "Người Mẫu Một", "birth_date": "1999-01-01", "sex": "male"}
    assert [(entitlement["category"], entitlement["expiry_date"]) for entitlement in answer["entitlements"]] == [
        ("A1", None),
        ("B2", "2030-05-04"),
    ]
    assert [(part["part"], part["balance"], part["standing"], part["may_drive"]) for part in answer["parts"]] == [
        ("car", 12, "full", True),
        ("motorcycle", 12, "full", True),
    ]


def test_an_unknown_number_shows_nothing() -> None:
    assert queries.look_up("999999999999", today=TODAY) is None


def test_each_part_has_its_own_points(licence: Licence) -> None:
    record([decision(licence, "QD-1", date(2025, 3, 10), 4)], today=TODAY)
    assert (part("car")["balance"], part("car")["restores_on"]) == (8, "2026-03-11")
    assert (part("motorcycle")["balance"], part("motorcycle")["restores_on"]) == (12, None)


def test_an_exhausted_part_says_since_when_and_from_when_a_test_is_possible(licence: Licence) -> None:
    record([decision(licence, "QD-1", date(2025, 3, 10), 12)], today=TODAY)
    shown = part("car")
    assert (shown["standing"], shown["may_drive"], shown["reasons"]) == ("exhausted", False, ["exhausted"])
    assert (shown["exhausted_on"], shown["wait_months"], shown["test_from"]) == ("2025-03-10", 18, "2026-09-11")


def test_a_withdrawn_or_expired_document_cannot_be_driven_with(licence: Licence) -> None:
    assert part("car", date(2030, 5, 4))["reasons"] == []
    assert part("car", date(2030, 5, 5))["reasons"] == ["expired"]
    Licence.objects.update(status="withdrawn")
    assert part("motorcycle")["reasons"] == ["licence_withdrawn"]


def test_what_came_due_shows_before_the_sweep_has_been_there(licence: Licence) -> None:
    record(
        [decision(licence, "QD-1", date(2025, 6, 2), 12), decision(licence, "QD-2", date(2025, 3, 1), 1)], today=TODAY
    )
    assert part("car")["balance"] == 11
    shown = part("car", date(2025, 6, 2))
    assert (shown["balance"], shown["may_drive"], shown["exhausted_on"]) == (0, False, "2025-06-02")
    settle([Account.objects.get().pk], today=date(2025, 6, 2))
    assert part("car", date(2025, 6, 2)) == shown


def test_a_day_before_the_snapshot_shows_that_day(licence: Licence) -> None:
    record([decision(licence, "QD-1", date(2025, 3, 10), 4)], today=date(2026, 3, 11))
    assert part("car", date(2026, 3, 11))["balance"] == 12
    assert part("car", date(2026, 3, 10))["balance"] == 8


def test_a_look_names_the_person_for_the_access_log_but_does_not_show_the_number(licence: Licence) -> None:
    found = queries.look_up(NUMBER, today=TODAY)
    assert found is not None
    assert found.holder_id == licence.holder_id
    assert b'"id"' not in found.body
