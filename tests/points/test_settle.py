"""`record` and `settle`: the stored record agrees with what the law makes of the facts."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from gplx.licences.models import Holder
from gplx.notices.models import Notice
from gplx.points.actions import NewFact, record, settle
from gplx.points.models import Account, Entry, EntryKind, Fact, FactKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder() -> Holder:
    return Holder.objects.create(
        citizen_number="001099000001",
        name="Người Mẫu Một",
        name_folded="nguoi mau mot",
        name_key="x",
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )


def decision(holder: Holder, key: str, effective_on: date, points: int, acted_on: date | None = None) -> NewFact:
    content = {"acted_on": (acted_on or effective_on).isoformat(), "offences": [{"points": points, "drug": False}]}
    return NewFact(holder.pk, "car", FactKind.DECISION, f"decision:{key}", effective_on, content, decision_key=key)


def annulment(holder: Holder, key: str, on: date) -> NewFact:
    return NewFact(holder.pk, "car", FactKind.ANNULMENT, f"annulment:{key}", on, {}, decision_key=key)


def story(account: Account) -> list[str]:
    """The entries as a reader would say them."""
    return [
        f"{entry.number}: {entry.takes_effect_on} {entry.kind} {entry.points:+d}"
        + (f" voids {entry.voids.number}" if entry.voids else "")
        for entry in account.entries.order_by("number")
    ]


def test_a_decision_takes_its_points_and_12_clean_months_give_them_back(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
    account = Account.objects.get()
    assert (account.balance, account.restores_on, account.next_change_on) == (8, date(2026, 3, 11), date(2026, 3, 11))
    settle([account.pk], today=date(2026, 3, 10))
    assert story(account) == ["1: 2025-03-10 deduction -4"]
    settle([account.pk], today=date(2026, 3, 11))
    account.refresh_from_db()
    assert story(account)[1:] == ["2: 2026-03-11 restoration +4"]
    assert (account.balance, account.restores_on, account.next_change_on) == (12, None, None)


def test_a_decision_of_tomorrow_waits(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 11), 4, acted_on=date(2025, 3, 1))], today=date(2025, 3, 10))
    account = Account.objects.get()
    assert (account.balance, account.next_change_on, story(account)) == (12, date(2025, 3, 11), [])
    settle([account.pk], today=date(2025, 3, 11))
    account.refresh_from_db()
    assert (account.balance, story(account)) == (8, ["1: 2025-03-11 deduction -4"])


def test_an_annulment_voids_what_was_stated_and_says_which(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 10)], today=date(2025, 3, 10))
    record([decision(holder, "QD-2", date(2025, 4, 10), 4)], today=date(2025, 4, 10))
    record([annulment(holder, "QD-1", date(2025, 5, 1))], today=date(2025, 5, 1))
    account = Account.objects.get()
    assert story(account) == [
        "1: 2025-03-10 deduction -10",
        "2: 2025-04-10 deduction -2",
        "3: 2025-03-10 reversal +10 voids 1",
        "4: 2025-04-10 reversal +2 voids 2",
        "5: 2025-04-10 deduction -4",
    ]
    assert account.balance == 8
    assert account.balance == 12 + sum(entry.points for entry in account.entries.all())


def reversals() -> list[list[str]]:
    return list(Entry.objects.filter(kind=EntryKind.REVERSAL).order_by("number").values_list("sources", flat=True))


def test_what_an_annulment_voids_rests_on_reading_17_alone(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 10)], today=date(2025, 3, 10))
    record([decision(holder, "QD-2", date(2025, 4, 10), 4)], today=date(2025, 4, 10))
    record([annulment(holder, "QD-1", date(2025, 5, 1))], today=date(2025, 5, 1))
    assert reversals() == [["reading 17"], ["reading 17"]]


def test_what_a_late_fact_voids_rests_on_reading_19_alone(holder: Holder) -> None:
    record([decision(holder, "QD-2", date(2025, 3, 10), 11)], today=date(2025, 3, 10))
    record([decision(holder, "QD-1", date(2025, 2, 1), 4)], today=date(2025, 4, 1))
    assert reversals() == [["reading 19"]]


def test_an_amendment_voids_by_its_annulment_and_places_the_rest_anew(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 10)], today=date(2025, 3, 10))
    record([decision(holder, "QD-2", date(2025, 4, 10), 4)], today=date(2025, 4, 10))
    amended = [annulment(holder, "QD-1", date(2025, 5, 1)), decision(holder, "QD-3", date(2025, 3, 10), 11)]
    record(amended, today=date(2025, 5, 1))
    assert reversals() == [["reading 17"], ["reading 19"]]


def test_settling_again_finds_no_difference(holder: Holder) -> None:
    facts = [decision(holder, "QD-1", date(2025, 3, 10), 4)]
    record(facts, today=date(2025, 3, 10))
    assert record(facts, today=date(2025, 3, 10)).entries == []
    assert settle([Account.objects.get().pk], today=date(2025, 3, 10)).entries == []
    assert (Fact.objects.count(), Entry.objects.count()) == (1, 1)


def test_each_entry_has_one_notice(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 4)], today=date(2026, 4, 1))
    assert sorted(Notice.objects.values_list("entry__number", "kind")) == [(1, "deduction"), (2, "restoration")]


def test_the_day_never_goes_back(holder: Holder) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 4)], today=date(2026, 4, 1))
    assert settle([Account.objects.get().pk], today=date(2025, 4, 1)).entries == []


@pytest.mark.parametrize("statement", ["UPDATE points_entry SET points = 0", "DELETE FROM points_fact"])
def test_facts_and_entries_are_never_changed(holder: Holder, statement: str) -> None:
    record([decision(holder, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        transaction.get_connection().cursor().execute(statement)
