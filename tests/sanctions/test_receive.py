"""What becomes of decisions: recorded, known already, in conflict, or waiting for a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gplx import database
from gplx.licences.models import Holder
from gplx.notices.models import Notice
from gplx.points.actions import settle
from gplx.points.models import Account, Entry, Fact
from gplx.sanctions.actions import DECISIONS_MAX, Outcome, receive
from gplx.sanctions.models import Decision
from tests.sanctions.conftest import TODAY, a_holder, read

pytestmark = pytest.mark.django_db


def told(*decisions: Any, today: date = TODAY) -> list[Outcome]:
    return receive(list(decisions), source="test", today=today)


def states(outcomes: list[Outcome]) -> list[str]:
    return [outcome.state for outcome in outcomes]


def test_a_decision_takes_its_points(holder: Holder) -> None:
    (outcome,) = told(read())
    account = Account.objects.get()
    assert (outcome.state, outcome.reason, outcome.account_id) == ("recorded", "", account.pk)
    assert (account.holder_id, account.part, account.balance) == (holder.pk, "car", 8)
    kept = Decision.objects.get(pk=outcome.decision_id)
    assert (kept.account_id, kept.state, kept.source, kept.recorded_on) == (account.pk, "recorded", "test", TODAY)
    fact = Fact.objects.get()
    assert fact.natural_key == "decision:CSGT-01|1/QĐ-XPHC|2026"
    assert fact.decision_key == "1/QĐ-XPHC/2026/CSGT-01"
    assert Notice.objects.count() == Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"licence_number": "790000000009"}, "licence_unknown"),
        ({"birth_date": "1999-01-02"}, "birth_date_differs"),
        ({"holder_name": "Người Mẫu Hai"}, "name_differs"),
        ({"licence_number": "790000000002", "part": "motorcycle"}, "part_not_held"),
        ({"foreign_licence": True, "licence_number": "AB-123"}, "foreign_licence"),
    ],
)
def test_t21_what_does_not_surely_belong_to_a_licence_waits_for_a_person(
    holder: Holder, changes: dict[str, Any], reason: str
) -> None:
    a_holder(2, parts=("car",))
    (outcome,) = told(read(**changes))
    assert (outcome.state, outcome.reason, outcome.account_id) == ("quarantined", reason, None)
    assert not Account.objects.exists()


@pytest.mark.parametrize("name", ["NGUOI MAU MOT", "người  mẫu một", "Người Mẫu Một"])
def test_t21_a_name_is_compared_without_diacritics_and_case(holder: Holder, name: str) -> None:
    assert states(told(read(holder_name=name))) == ["recorded"]


def test_the_vehicle_driven_chooses_the_part(holder: Holder) -> None:
    told(read(part="motorcycle"), read(number="2", part="car", offences=[{"points": 6}]))
    assert dict(Account.objects.values_list("part", "balance")) == {"motorcycle": 8, "car": 6}


def test_f11_the_same_again_exists_and_changes_nothing(holder: Holder) -> None:
    first = told(read())
    again = told(read(), read(holder_name="NGƯỜI MẪU MỘT", offences=[{"points": 4, "drug": False}]))
    assert states(again) == ["exists", "exists"]
    assert {outcome.decision_id for outcome in [*first, *again]} == {Decision.objects.get().pk}
    assert (Fact.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [{"offences": [{"points": 6}]}, {"effective_on": "2026-11-04"}, {"part": "motorcycle"}, {"place": "Đường Mẫu"}],
)
def test_f12_the_same_number_with_other_content_is_refused(holder: Holder, changes: dict[str, Any]) -> None:
    told(read())
    assert states(told(read(**changes))) == ["conflict"]
    assert Account.objects.get().balance == 8
    assert Decision.objects.get().digest == read().digest


def test_b18_another_authority_or_year_makes_another_decision(holder: Holder) -> None:
    told(read())
    others = [
        read(authority="CSGT-79"),
        read(year=2025, acted_on="2025-11-01", decided_on="2025-11-02", effective_on="2025-11-03"),
    ]
    assert states(told(*others)) == ["recorded", "recorded"]


def test_b29_duplicates_inside_one_call(holder: Holder) -> None:
    outcomes = told(read(), read(offences=[{"points": 6}]), read(), read(number="2"))
    assert states(outcomes) == ["recorded", "conflict", "exists", "recorded"]
    assert len({outcome.decision_id for outcome in outcomes}) == 2


def test_a_decision_of_tomorrow_waits(holder: Holder) -> None:
    told(read(effective_on="2026-11-23"))
    account = Account.objects.get()
    assert account.balance == 12
    settle([account.pk], today=date(2026, 11, 23))
    account.refresh_from_db()
    assert account.balance == 8


def test_a_decision_that_revokes_takes_no_points(holder: Holder) -> None:
    told(read(revocation={"from": "2026-11-03", "to": "2027-11-02"}))
    account = Account.objects.get()
    assert (account.balance, account.revoked, Entry.objects.count()) == (12, True, 0)
    assert Fact.objects.get().natural_key == "revocation:CSGT-01|1/QĐ-XPHC|2026"


def test_b20_while_revoked_nothing_is_deducted_and_at_0_it_is_absorbed(holder: Holder) -> None:
    told(read(revocation={"from": "2026-11-03", "to": "2026-11-10"}, offences=[]))
    told(read(number="2"), read(number="3", effective_on="2026-11-11", offences=[{"points": 12}]))
    told(read(number="4", effective_on="2026-11-12"))
    assert list(Entry.objects.order_by("number").values_list("kind", "points")) == [
        ("not_deducted", 0),
        ("deduction", -12),
        ("deduction", 0),
    ]


def test_b17_an_act_before_the_points_system_is_kept_and_takes_nothing(holder: Holder) -> None:
    days = {"decided_on": "2025-01-02", "effective_on": "2025-01-03", "year": 2025}
    before, first = told(read(acted_on="2024-12-31", **days), read(acted_on="2025-01-01", number="2", **days))
    assert (before.state, before.findings) == ("recorded", ("act_before_points_system",))
    assert (first.state, first.findings) == ("recorded", ())
    deducted = Entry.objects.filter(kind="deduction").values_list("cause__decision_key", flat=True)
    assert list(deducted) == ["2/2025/CSGT-01"]


def test_ten_thousand_take_as_many_statements_as_one(holders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    holders(41)
    sent: list[str] = []
    send = database.send

    def counted(statement: str, parameters: dict[str, Any] | None = None) -> Any:
        sent.append(statement)
        return send(statement, parameters)

    monkeypatch.setattr(database, "send", counted)

    def statements(*decisions: Any) -> int:
        sent.clear()
        with CaptureQueriesContext(connection) as captured:
            assert set(states(told(*decisions))) == {"recorded"}
        return len(captured) + len(sent)

    # The one loses all points as the many do: what follows from that costs statements of its own.
    of_one = statements(read(number="one", licence_number="790000000041", offences=[{"points": 12}]))
    many = [
        read(number=f"{index}", licence_number=f"{790_000_000_001 + index % 40}", offences=[{"points": 1 + index % 3}])
        for index in range(DECISIONS_MAX)
    ]
    assert 5 < of_one < 30
    assert statements(*many) == of_one
    assert Decision.objects.count() == DECISIONS_MAX + 1


def test_more_than_ten_thousand_are_refused(holder: Holder) -> None:
    with pytest.raises(ValueError, match="10000"):
        told(*[read()] * (DECISIONS_MAX + 1))
