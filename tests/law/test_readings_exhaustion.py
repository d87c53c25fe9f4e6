"""Readings 12 to 16: exhaustion, its ground, the wait and the test. 36/2024/QH15 art. 58(3); seed 003."""

from __future__ import annotations

from typing import Any

import pytest

from tests.law.lives import IN_FORCE, Life, day_before


def ground(*decisions: int | tuple[int, str]) -> dict[str, Any]:
    """The exhaustion after decisions on 1, 2, 3 … March 2025."""
    life = Life()
    for number, points in enumerate(decisions, start=1):
        life.decision(f"2025-03-{number:02d}", points)
    return life.exhaustion("2025-03-31")


def test_reading_12_drugs_24_months_and_a_certificate() -> None:
    assert ground((12, "drug")) == {
        "on": "2025-03-01",
        "ground": "drugs",
        "months": 24,
        "test_from": "2027-03-02",
        "certificate": True,
    }


@pytest.mark.parametrize("decisions", [[4, (12, "drug")], [(2, "drug"), 12], [2, 2, (2, "drug"), 6], [10, (3, "drug")]])
def test_reading_12_any_drug_offence_of_the_cycle_decides(decisions: list[int | tuple[int, str]]) -> None:
    found = ground(*decisions)
    assert (found["ground"], found["months"], found["certificate"]) == ("drugs", 24, True)


@pytest.mark.parametrize("decisions", [[12], [4, 12], [10, 12], [2, 2, 12]])
def test_reading_12_an_offence_set_at_12_points_18_months_even_when_less_was_left(decisions: list[int]) -> None:
    found = ground(*decisions)
    assert (found["ground"], found["months"], found["certificate"]) == ("twelve_points", 18, False)


@pytest.mark.parametrize("decisions", [[4, 4, 4], [6, 4, 10], [2, 2, 10]])
def test_reading_12_exactly_three_deductions_9_months(decisions: list[int]) -> None:
    found = ground(*decisions)
    assert (found["ground"], found["months"]) == ("three_deductions", 9)


@pytest.mark.parametrize("decisions", [[6, 6], [2, 2, 4, 4], [3, 3, 3, 3], [2, 2, 2, 2, 2, 2]])
def test_reading_12_every_other_way_6_months(decisions: list[int]) -> None:
    found = ground(*decisions)
    assert (found["ground"], found["months"]) == ("other", 6)


def test_reading_12_a_cycle_begins_when_the_balance_was_last_12() -> None:
    life = Life().decision("2025-01-10", 4).decision("2026-01-11", 6).decision("2026-02-01", 6)
    assert life.exhaustion("2026-02-01")["ground"] == "other"
    after_test = Life().decision("2025-01-10", (12, "drug")).certificate("2027-01-05").test("2027-01-11")
    after_test.decision("2027-02-01", 6).decision("2027-02-02", 6)
    assert after_test.exhaustion("2027-02-02")["ground"] == "other"


def test_reading_12_absorbed_and_not_deducted_decisions_are_not_among_the_three() -> None:
    life = Life().decision("2025-01-10", 4).revoked("2025-02-01", "2025-02-28").decision("2025-02-10", 4)
    life.decision("2025-03-10", 4).decision("2025-04-10", 4)
    assert life.exhaustion("2025-04-10")["ground"] == "three_deductions"


def test_reading_12_absorbed_lines_on_the_day_of_exhaustion_change_nothing() -> None:
    life = Life().decision("2025-03-01", 10).decision("2025-03-02", 6).decision("2025-03-02", 4)
    assert life.exhaustion("2025-03-02")["ground"] == "other"


@pytest.mark.parametrize("decisions", [[10, 10], [4, 4, 4], [10, (10, "drug")]])
def test_reading_13_in_force_6_months_whatever_the_ground(decisions: list[int | tuple[int, str]]) -> None:
    life = Life(IN_FORCE)
    for number, points in enumerate(decisions, start=1):
        life.decision(f"2025-08-{28 + number}", points)
    found = life.exhaustion("2025-09-30")
    assert (found["ground"], found["months"], found["certificate"]) == ("any", 6, False)
    assert found["test_from"] == "2026-03-01"


def drugs() -> Life:
    """Exhausted by drugs on 2025-03-15: the test is permitted from 2027-03-16."""
    return Life().decision("2025-03-15", (12, "drug"))


@pytest.mark.parametrize(
    ("concluded_on", "passes"),
    [("2026-03-31", False), ("2026-04-01", True), ("2027-04-01", True), ("2027-04-02", False)],
)
def test_reading_14_the_certificate_is_concluded_by_the_test_and_at_most_12_months_old(
    concluded_on: str, passes: bool
) -> None:
    life = drugs().certificate(concluded_on).test("2027-04-01")
    assert life.balance("2027-04-01") == (12 if passes else 0)
    assert life.findings() == ([] if passes else [("test_without_certificate", "2027-04-01")])


def test_reading_14_one_good_certificate_is_enough() -> None:
    life = drugs().certificate("2025-01-01").certificate("2027-03-20").certificate("2027-05-01").test("2027-04-01")
    assert life.balance("2027-04-01") == 12


def test_reading_14_a_certificate_of_long_ago_is_no_certificate() -> None:
    assert drugs().certificate("1990-01-01").test("2027-04-01").findings() == [
        ("test_without_certificate", "2027-04-01")
    ]


def test_reading_15_a_test_one_day_early_has_no_effect() -> None:
    life = Life().decision("2025-08-31", 12)
    assert life.exhaustion("2025-08-31")["test_from"] == "2027-03-01"
    early = day_before("2027-03-01")
    life.test(early)
    assert (life.balance(early), life.findings()) == (0, [("test_too_early", early)])
    life.test("2027-03-01")
    assert life.balance("2027-03-01") == 12


def test_reading_15_a_test_while_points_are_left_has_no_effect() -> None:
    life = Life().decision("2025-03-10", 4).test("2025-04-01")
    assert (life.balance("2025-04-01"), life.findings()) == (8, [("test_while_points_left", "2025-04-01")])


def test_reading_15_a_failed_test_has_no_effect_and_a_later_pass_has() -> None:
    life = Life(IN_FORCE).decision("2025-01-10", 10).decision("2025-01-11", 10)
    life.test("2025-07-12", passed=False)
    assert (life.balance("2025-07-12"), life.findings()) == (0, [])
    assert life.test("2025-07-23").balance("2025-07-23") == 12


def test_reading_16_passing_restores_on_the_day_of_the_test() -> None:
    life = Life(IN_FORCE).decision("2025-01-10", 10).decision("2025-01-11", 10).test("2025-07-12")
    assert [life.balance("2025-07-11"), life.balance("2025-07-12")] == [0, 12]
    assert life.story()[-1] == "2025-07-12 test_restoration +12 -> 12"


@pytest.mark.parametrize("on", ["2027-03-15", "2030-01-01", "2100-12-31"])
def test_reading_16_time_alone_never_refills_0(on: str) -> None:
    statement = drugs().on(on)
    assert (statement.balance, statement.standing, statement.may_drive, statement.restores_on) == (
        0,
        "exhausted",
        False,
        None,
    )


def test_the_line_that_exhausts_rests_on_the_wait_too_and_names_nothing_twice() -> None:
    statement = Life().decision("2025-03-10", 4).decision("2025-04-10", 12).on("2025-04-10")
    assert statement.lines[0].sources == ("seed 003", "reading 4")
    assert statement.lines[1].sources == ("seed 003", "reading 4", "reading 9", "reading 12")
    enacted = Life(IN_FORCE).decision("2025-01-10", 10).decision("2025-01-11", 10).on("2025-01-11")
    assert "168/2024 art. 51(3)" not in enacted.lines[0].sources
    exhausting = enacted.lines[1].sources
    assert exhausting[-3:] == ("36/2024/QH15 art. 58(3)", "168/2024 art. 51(3)", "reading 13")
    assert len(exhausting) == len(set(exhausting))


def test_a_decision_that_meets_no_points_states_no_wait() -> None:
    absorbed = Life().decision("2025-03-10", 12).decision("2025-04-10", 2).on("2025-04-10").lines[1]
    assert absorbed.sources == ("seed 003", "reading 4", "reading 9")
