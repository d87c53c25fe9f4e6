"""Which kind of notice is told by which channels, on every day, with its source."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gplx.law import notices as law
from gplx.law.notices import EMAIL, INBOX, PAPER, SITE, SMS, plan_on
from gplx.law.sources import INSTRUMENTS

FIRST_DAY = date(2025, 1, 1)


def plan(kind: str, on: date = FIRST_DAY) -> law.Plan:
    found = plan_on(kind, on).value
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["deduction", "exhausted", "absorbed", "not_deducted"])
def test_art_50_3_b_a_deduction_is_told_electronically_on_the_polices_page_and_on_paper_otherwise(kind: str) -> None:
    told = plan(kind)
    assert set(told.at_once) == {INBOX, SITE, EMAIL, SMS}
    assert told.paper_otherwise
    assert str(law.source_of(kind, FIRST_DAY)) == "168/2024 art. 50(3)(b)"


def test_art_51_2_c_a_restoration_by_time_is_told_without_paper() -> None:
    told = plan("restoration")
    assert set(told.at_once) == {INBOX, SITE, EMAIL, SMS}
    assert not told.paper_otherwise
    assert str(law.source_of("restoration", FIRST_DAY)) == "168/2024 art. 51(2)(c)"


def test_art_51_3_a_restoration_by_test_is_told_in_the_name_of_the_unit() -> None:
    assert plan("test_restoration").paper_otherwise
    assert str(law.source_of("test_restoration", FIRST_DAY)) == "168/2024 art. 51(3)"


@pytest.mark.parametrize("kind", ["reversal", "revoked", "revocation_annulled"])
def test_what_the_text_leaves_out_is_told_as_a_deduction_is(kind: str) -> None:
    assert plan(kind) == plan("deduction")


@pytest.mark.parametrize("kind", ["restoration_soon", "test_day_reached", "contact_changed", "something_new"])
def test_everything_else_is_a_message_and_stands_on_no_open_page(kind: str) -> None:
    assert plan(kind) == law.Plan((INBOX, EMAIL, SMS), paper_otherwise=False)


def test_each_day_has_one_plan_for_each_kind() -> None:
    days = [FIRST_DAY + timedelta(days=number) for number in range(0, 1500, 7)]
    for kind in (*law._PLANS, "message"):
        for day in days:
            row = plan_on(kind, day)
            assert row.value is not None
            assert row.source.instrument in INSTRUMENTS
            assert set(row.value.at_once) <= set(law.CHANNELS) - {PAPER}


def test_what_was_decided_before_the_points_system_is_told_by_its_first_rows() -> None:
    assert plan("deduction", FIRST_DAY - timedelta(days=1)) == plan("deduction")
