"""Readings 17 to 19: annulled and late decisions; what counts and what was known."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.lives import Life


def test_reading_17_an_annulled_decision_was_never_there() -> None:
    life = (
        Life().decision("2025-03-10", 4, number="A").decision("2025-06-10", 6, number="B").annulled("B", "2025-09-01")
    )
    assert life.story() == ["2025-03-10 deduction -4 -> 8", "2026-03-11 restoration +4 -> 12"]


def test_reading_17_an_annulled_decision_never_revoked() -> None:
    life = Life().revoked("2025-03-01", "2025-12-31", decision="R").decision("2025-03-10", 4, number="A")
    assert life.story() == ["2025-03-10 not_deducted 0 -> 12"]
    life.annulled("R", "2025-06-01")
    assert life.story() == ["2025-03-10 deduction -4 -> 8", "2026-03-11 restoration +4 -> 12"]
    assert not life.on("2025-03-10").revoked


def test_reading_17_an_exhaustion_vanishes() -> None:
    life = Life().decision("2025-03-10", 4, number="A").decision("2025-06-10", 12, number="B")
    assert life.on("2025-07-01").standing == "exhausted"
    life.annulled("B", "2025-07-02")
    statement = life.on("2025-07-01")
    assert (statement.standing, statement.balance, statement.restores_on) == ("reduced", 8, date(2026, 3, 11))


def test_reading_17_a_wait_gets_another_ground() -> None:
    life = Life().decision("2025-03-10", 10, number="A").decision("2025-06-10", (12, "drug"), number="B")
    life.decision("2025-06-11", 4, number="C")
    assert life.exhaustion("2025-06-12")["ground"] == "drugs"
    life.annulled("B", "2025-07-01")
    assert life.exhaustion("2025-06-12") == {
        "on": "2025-06-11",
        "ground": "other",
        "months": 6,
        "test_from": "2025-12-12",
        "certificate": False,
    }


def test_reading_17_an_earlier_restoration_appears() -> None:
    life = Life().decision("2025-03-10", 4, number="A").decision("2025-12-10", 2, number="B")
    life.decision("2026-06-01", 10, number="C")
    assert life.balance("2026-06-01") == 0
    life.annulled("B", "2026-07-01")
    assert life.story("2026-06-01") == [
        "2025-03-10 deduction -4 -> 8",
        "2026-03-11 restoration +4 -> 12",
        "2026-06-01 deduction -10 -> 2",
    ]


def test_reading_17_a_test_passed_under_the_annulled_exhaustion_becomes_a_finding() -> None:
    life = Life().decision("2025-03-10", 12, number="A").test("2026-09-11")
    assert life.balance("2026-09-11") == 12
    life.annulled("A", "2026-10-01")
    assert life.findings() == [("test_while_points_left", "2026-09-11")]


def test_reading_18_as_counted_and_as_known() -> None:
    life = Life().decision("2025-03-10", 4, number="A", known="2025-03-20").annulled("A", "2025-06-01")
    assert life.balance("2025-03-15", as_known_on="2025-03-19") == 12
    assert life.balance("2025-03-15", as_known_on="2025-03-20") == 8
    assert life.balance("2025-03-15", as_known_on="2025-05-31") == 8
    assert life.balance("2025-03-15", as_known_on="2025-06-01") == 12
    assert life.balance("2025-03-15") == 12


@pytest.mark.parametrize("known", ["2027-03-31", "2027-04-02"])
def test_reading_18_a_certificate_counts_from_the_day_it_is_known(known: str) -> None:
    life = Life().decision("2025-03-15", (12, "drug")).certificate("2027-03-20", known=known).test("2027-04-01")
    assert life.balance("2027-04-01", as_known_on="2027-04-01") == (12 if known <= "2027-04-01" else 0)
    assert life.balance("2027-04-01") == 12


def test_reading_19_a_late_decision_takes_its_place_in_time() -> None:
    life = Life().decision("2025-03-10", 4, number="A").decision("2026-06-01", 6, number="C")
    assert life.balance("2026-06-01") == 6
    life.decision("2025-12-10", 2, number="B", known="2026-08-01")
    assert life.story("2026-08-01") == [
        "2025-03-10 deduction -4 -> 8",
        "2025-12-10 deduction -2 -> 6",
        "2026-06-01 deduction -6 -> 0",
    ]
    assert life.on("2026-08-01").standing == "exhausted"
    assert life.balance("2026-07-01", as_known_on="2026-07-31") == 6


def test_what_is_known_and_takes_effect_later_is_pending() -> None:
    life = Life().decision("2025-03-20", 4, number="A", known="2025-03-10")
    statement = life.on("2025-03-15")
    assert (statement.balance, [decision.number for decision in statement.pending]) == (12, ["A"])
    assert statement.next_change_on == date(2025, 3, 20)


@pytest.mark.parametrize(
    ("on", "next_change_on"),
    [
        ("2025-03-01", "2025-03-10"),
        ("2025-03-10", "2025-06-01"),
        ("2025-06-01", "2025-09-01"),
        ("2025-08-31", "2025-09-01"),
        ("2025-09-01", "2026-03-11"),
        ("2026-03-11", "2026-05-01"),
        ("2026-05-01", None),
    ],
)
def test_the_next_change_is_the_next_day_on_which_something_happens_by_itself(
    on: str, next_change_on: str | None
) -> None:
    life = Life().decision("2025-03-10", 4).revoked("2025-06-01", "2025-08-31").test("2026-05-01", known="2025-03-01")
    found = life.on(on).next_change_on
    assert (found and found.isoformat()) == next_change_on


def test_a_revocation_for_ever_never_ends() -> None:
    statement = Life().revoked("2025-06-01", "9999-12-31").on("2025-06-01")
    assert (statement.revoked, statement.may_drive, statement.next_change_on) == (True, False, None)


def test_a_statement_says_of_which_day_it_is_and_what_it_rests_on() -> None:
    life = Life().decision("2025-01-20", 4, acted_on="2024-12-31").decision("2025-02-01", 12, number="B")
    life.test("2026-08-01").test("2026-08-02")
    statement = life.on("2026-08-01", as_known_on="2026-09-01")
    assert (statement.on, statement.as_known_on, statement.revoked) == (date(2026, 8, 1), date(2026, 9, 1), False)
    assert [(finding.code, finding.on.isoformat(), finding.sources) for finding in statement.findings] == [
        ("act_before_points_system", "2025-01-20", ("reading 3",)),
        ("test_too_early", "2026-08-01", ("reading 15",)),
    ]
    passed = life.on("2026-08-02").lines[-1]
    assert (passed.kind, passed.test and passed.test.on, passed.decision) == (
        "test_restoration",
        date(2026, 8, 2),
        None,
    )
    [decision] = [line for line in statement.lines if line.decision]
    assert decision.sources == ("seed 003", "reading 4", "reading 12")


def test_a_certificate_at_the_end_of_the_calendar_is_valid() -> None:
    life = Life().decision("9990-01-01", (12, "drug")).certificate("9999-06-01").test("9999-12-31")
    assert life.balance("9999-12-31") == 12
