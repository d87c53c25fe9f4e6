"""Readings 3 to 7: which law, which day, which order."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from gplx.law.periods import Dated, InForce, NotInForceError, add_months, day_after_months
from gplx.law.sources import reading
from tests.law.lives import DRAFT, IN_FORCE, Life, Profile


@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_reading_03_an_act_of_2024_takes_no_points(profile: Profile) -> None:
    life = Life(profile).decision("2025-01-20", 4, acted_on="2024-12-31")
    assert (life.balance("2025-02-01"), life.story()) == (12, [])
    assert life.findings() == [("act_before_points_system", "2025-01-20")]


@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_reading_03_an_act_of_the_first_day_takes_points(profile: Profile) -> None:
    assert Life(profile).decision("2025-01-20", 4, acted_on="2025-01-01").balance("2025-01-20") == 8


def test_reading_03_an_act_of_2024_restarts_no_clock() -> None:
    life = Life().decision("2025-01-10", 4).decision("2025-06-10", 4, acted_on="2024-12-01")
    assert life.story() == ["2025-01-10 deduction -4 -> 8", "2026-01-11 restoration +4 -> 12"]


def test_reading_04_points_are_gone_from_the_day_of_effect_not_of_typing_in() -> None:
    life = Life().decision("2025-03-10", 4, acted_on="2025-02-01", known="2025-05-01")
    assert [life.balance("2025-03-09"), life.balance("2025-03-10")] == [12, 8]


@pytest.mark.parametrize(
    ("anchor", "months", "last_day"),
    [
        ("2025-03-10", 12, "2026-03-10"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2025-05-31", 9, "2026-02-28"),
        ("2025-12-31", 18, "2027-06-30"),
        ("2026-01-31", 24, "2028-01-31"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-30", 1, "2025-02-28"),
    ],
)
def test_reading_05_a_period_ends_on_the_corresponding_day_or_the_last_of_the_month(
    anchor: str, months: int, last_day: str
) -> None:
    assert add_months(date.fromisoformat(anchor), months) == date.fromisoformat(last_day)


def test_reading_05_what_follows_starts_on_the_next_day() -> None:
    assert day_after_months(date(2025, 8, 31), 6) == date(2026, 3, 1)
    assert day_after_months(date(2024, 2, 29), 12) == date(2025, 3, 1)


@pytest.mark.parametrize("months", [6, 9, 12, 18, 24])
def test_reading_05_later_anchors_never_end_earlier(months: int) -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(80 * 366)]
    ends = [add_months(anchor, months) for anchor in days]
    assert all(first <= second for first, second in itertools.pairwise(ends))
    for anchor, end in zip(days, ends, strict=True):
        assert end.day == anchor.day or (end + timedelta(days=1)).day == 1


def test_reading_05_a_period_past_the_calendar_is_refused() -> None:
    with pytest.raises(OverflowError):
        add_months(date(9999, 6, 1), 12)


def test_reading_05_a_deduction_at_the_end_of_the_calendar_never_comes_back() -> None:
    life = Life().decision("9999-06-01", 4)
    assert life.on("9999-12-31").restores_on is None
    assert life.balance("9999-12-31") == 8


def test_reading_06_restoration_then_decision_then_test_on_one_day() -> None:
    life = Life().decision("2025-03-10", 4).decision("2026-03-11", 6)
    assert life.story("2026-03-11") == [
        "2025-03-10 deduction -4 -> 8",
        "2026-03-11 restoration +4 -> 12",
        "2026-03-11 deduction -6 -> 6",
    ]
    exhausted = Life(IN_FORCE).decision("2025-01-10", 10).decision("2025-01-11", 10)
    exhausted.decision("2025-07-12", 4).test("2025-07-12")
    assert exhausted.story("2025-07-12")[2:] == [
        "2025-07-12 deduction 0 -> 0",
        "2025-07-12 test_restoration +12 -> 12",
    ]


def test_reading_06_a_decision_one_day_earlier_restarts_the_clock() -> None:
    life = Life().decision("2025-03-10", 4).decision("2026-03-10", 6)
    assert life.story() == [
        "2025-03-10 deduction -4 -> 8",
        "2026-03-10 deduction -6 -> 2",
        "2027-03-11 restoration +10 -> 12",
    ]


def test_reading_06_decisions_of_one_day_count_by_day_of_act_then_number() -> None:
    life = Life()
    life.decision("2025-05-05", 8, number="B", acted_on="2025-04-02")
    life.decision("2025-05-05", 6, number="A", acted_on="2025-04-02")
    life.decision("2025-05-05", 2, number="Z", acted_on="2025-04-01")
    statement = life.on("2025-05-05")
    assert [(line.decision and line.decision.number, line.points) for line in statement.lines] == [
        ("Z", -2),
        ("A", -6),
        ("B", -4),
    ]


def test_values_hold_until_the_next_row_and_none_repeals() -> None:
    rule = InForce(
        Dated(date(2030, 1, 1), 12, reading(1)),
        Dated(date(2034, 7, 1), 15, reading(1)),
        Dated(date(2040, 1, 1), None, reading(1)),
    )
    assert [rule.on(date(2030, 1, 1)), rule.on(date(2034, 6, 30)), rule.on(date(2034, 7, 1))] == [12, 12, 15]
    for outside in (date(2029, 12, 31), date(2040, 1, 1)):
        with pytest.raises(NotInForceError, match=outside.isoformat()):
            rule.on(outside)
