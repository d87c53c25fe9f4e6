"""Readings 8 to 11: what one decision takes. 168/2024 art. 50."""

from __future__ import annotations

import pytest

from gplx.law.points import Offence, heaviest
from tests.law.lives import DRAFT, IN_FORCE, Life, Profile


@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_reading_08_only_the_highest_offence_of_a_decision_counts(profile: Profile) -> None:
    life = Life(profile).decision("2025-03-10", 2, 6, 4, 6)
    assert life.story("2025-03-10") == ["2025-03-10 deduction -6 -> 6"]
    assert "reading 8" in life.on("2025-03-10").lines[0].sources


def test_reading_08_two_decisions_are_two_occasions() -> None:
    life = Life().decision("2025-03-10", 2).decision("2025-03-10", 6)
    assert life.balance("2025-03-10") == 4


def test_reading_08_of_equal_offences_a_drug_offence_goes_first() -> None:
    assert heaviest([Offence(12, False, "a"), Offence(12, True, "b"), Offence(12, False, "c")]).code == "b"
    assert Life().decision("2025-03-10", 12, (12, "drug")).exhaustion("2025-03-10")["ground"] == "drugs"


def test_reading_08_a_lower_drug_offence_does_not_count() -> None:
    life = Life().decision("2025-03-10", 12, (6, "drug"))
    assert life.exhaustion("2025-03-10")["ground"] == "twelve_points"


@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_reading_09_the_balance_stops_at_0(profile: Profile) -> None:
    life = Life(profile).decision("2025-03-10", 10).decision("2025-04-10", 6)
    assert life.story("2025-04-10")[-1] == "2025-04-10 deduction -2 -> 0"
    assert "reading 9" in life.on("2025-04-10").lines[-1].sources


def test_reading_09_a_deduction_at_0_is_a_line_that_restarts_no_clock_and_changes_no_ground() -> None:
    life = Life().decision("2025-03-10", 10).decision("2025-04-10", 6)
    before = life.exhaustion("2025-04-10")
    life.decision("2025-05-10", (12, "drug"))
    assert life.story()[-1] == "2025-05-10 deduction 0 -> 0"
    assert (
        life.exhaustion("2025-06-01")
        == before
        == {
            "on": "2025-04-10",
            "ground": "other",
            "months": 6,
            "test_from": "2025-10-11",
            "certificate": False,
        }
    )


@pytest.mark.parametrize(("effective_on", "balance"), [
    ("2025-05-31", 8),
    ("2025-06-01", 12),
    ("2025-08-31", 12),
    ("2025-09-01", 8),
])  # fmt: skip
@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_reading_10_first_and_last_day_belong_to_the_revocation(
    profile: Profile, effective_on: str, balance: int
) -> None:
    life = Life(profile).revoked("2025-06-01", "2025-08-31").decision(effective_on, 4)
    assert life.balance(effective_on) == balance


def test_reading_10_a_decision_during_revocation_is_a_line_and_restarts_no_clock() -> None:
    life = Life().decision("2025-03-10", 4).revoked("2025-06-01", "2025-08-31").decision("2025-07-01", 6)
    assert life.story() == [
        "2025-03-10 deduction -4 -> 8",
        "2025-07-01 not_deducted 0 -> 8",
        "2026-03-11 restoration +4 -> 12",
    ]


def test_reading_10_restoration_by_time_goes_on_during_revocation() -> None:
    """168/2024 art. 51(2)(a)."""
    life = Life(IN_FORCE).decision("2025-03-10", 4).revoked("2026-01-01", "2026-12-31")
    assert life.balance("2026-03-11") == 12


@pytest.mark.parametrize(
    ("on", "may"), [("2025-05-31", True), ("2025-06-01", False), ("2025-08-31", False), ("2025-09-01", True)]
)
def test_reading_10_nobody_drives_while_revoked(on: str, may: bool) -> None:
    assert Life().revoked("2025-06-01", "2025-08-31").on(on).may_drive is may


def test_reading_11_each_part_is_an_account_of_its_own() -> None:
    """An account is one part: what happens to the other part is not among its facts."""
    car, motorcycle = Life().decision("2025-03-10", 12), Life()
    assert (car.balance("2025-03-10"), motorcycle.balance("2025-03-10")) == (0, 12)
