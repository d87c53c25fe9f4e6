"""Working days: what the announcements say, counted by the Civil Code (ADR 0047)."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law import working_days as law
from gplx.law.working_days import Moment, NotAnnouncedError

KNOWN_YEARS = (2025, 2026)
DAYS = st.dates(date(2025, 1, 1), date(2026, 11, 30))
# The library has not heard of the swap of 2 January 2026, which was decided on 25 December 2025.
SWAPPED = {date(2026, 1, 2): False, date(2026, 1, 10): True}


@pytest.mark.parametrize("year", KNOWN_YEARS)
def test_each_day_agrees_with_a_second_opinion(year: int) -> None:
    other = holidays.country_holidays("VN", years=year)
    day = date(year, 1, 1)
    while day.year == year:
        expected = SWAPPED.get(day, other.is_working_day(day))
        assert law.is_working_day(day) == expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), "working"),
        (date(2026, 2, 16), "holiday"),
        (date(2026, 2, 20), "holiday"),
        (date(2026, 2, 21), "weekly_rest"),
        (date(2026, 2, 23), "working"),
        (date(2026, 4, 26), "holiday"),
        (date(2026, 4, 27), "compensation"),
        (date(2026, 8, 21), "working"),
        (date(2026, 8, 22), "working_saturday"),
        (date(2026, 8, 31), "swapped_rest"),
        (date(2026, 11, 24), "holiday"),
        (date(2025, 11, 24), "working"),
        (date(2025, 4, 26), "working_saturday"),
        (date(2025, 5, 2), "swapped_rest"),
    ],
)
def test_each_kind_of_day_and_the_day_beside_it(day: date, kind: str) -> None:
    assert law.describe(day).kind == kind


def test_every_row_says_how_well_it_is_known() -> None:
    rows = [law.describe(date(2025, 1, 1) + timedelta(days=ahead)) for ahead in range(730)]
    arranged = [row for row in rows if row.mark]
    assert len(arranged) == 30
    assert {row.mark for row in arranged} == {"V", "S"}
    assert all(row.name_vi and row.name_en and row.source for row in arranged)
    # Each swapped day is worked on another, in the same year.
    for year in KNOWN_YEARS:
        kinds = [row.kind for row in arranged if row.day.year == year]
        assert kinds.count("swapped_rest") == kinds.count("working_saturday") > 0


def test_a_year_that_is_not_announced_is_not_guessed() -> None:
    assert law.announced_years() == {2025, 2026}
    with pytest.raises(NotAnnouncedError, match="2027"):
        law.is_working_day(date(2027, 1, 4))
    with pytest.raises(NotAnnouncedError):
        law.add_working_days(date(2026, 12, 31), 1)
    assert not law.add_working_days(date(2026, 12, 31), 1, provisional=True).is_announced


def test_as_far_as_is_known_holidays_of_the_solar_calendar_and_days_in_lieu_count() -> None:
    def kind(day: date) -> str:
        return law.describe(day, provisional=True).kind

    assert kind(date(2027, 1, 1)) == "holiday"
    assert kind(date(2027, 5, 1)) == "holiday"  # a Saturday
    assert kind(date(2027, 5, 3)) == "compensation"
    assert kind(date(2027, 5, 4)) == "working"
    assert kind(date(2027, 11, 24)) == "holiday"
    assert kind(date(2027, 1, 2)) == "weekly_rest"
    assert kind(date(2028, 5, 1)) == "holiday"  # a Monday, after a Sunday that is one
    assert kind(date(2028, 5, 2)) == "compensation"


@pytest.mark.parametrize(
    ("anchor", "days", "end"),
    [
        (date(2026, 11, 19), 1, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # over a weekend
        (date(2026, 11, 20), 2, date(2026, 11, 25)),  # and over Culture Day
        (date(2025, 11, 21), 2, date(2025, 11, 25)),  # which did not exist a year before
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 8, 20), 2, date(2026, 8, 22)),  # a Saturday that is worked
        (date(2026, 8, 22), 7, date(2026, 9, 4)),
    ],
)
def test_the_first_day_is_not_counted(anchor: date, days: int, end: date) -> None:
    assert law.add_working_days(anchor, days).last_day == end


def test_half_days_end_at_noon() -> None:
    received = date(2026, 11, 9)
    assert law.add_half_days(received, 7).end == Moment(date(2026, 11, 13), "morning")
    assert law.add_half_days(received, 8).end == Moment(date(2026, 11, 13), "afternoon")
    assert law.add_half_days(received, 9).end == Moment(date(2026, 11, 16), "morning")
    with pytest.raises(ValueError, match="half a day"):
        law.add_half_days(received, 0)


def test_why_this_day() -> None:
    counted = law.add_working_days(date(2026, 8, 28), 2)
    assert [(day.day.day, day.kind) for day in counted.days] == [
        (29, "weekly_rest"),
        (30, "weekly_rest"),
        (31, "swapped_rest"),
        (1, "holiday"),
        (2, "holiday"),
        (3, "working"),
        (4, "working"),
    ]


@pytest.mark.parametrize(
    ("session_on", "told_by"),
    [
        (date(2026, 12, 3), date(2026, 11, 30)),  # Tuesday and Wednesday lie between
        (date(2026, 12, 8), date(2026, 12, 3)),  # Friday and Monday
        (date(2026, 11, 26), date(2026, 11, 22)),  # Monday and Wednesday: the 24th is a holiday
    ],
)
def test_two_whole_working_days_lie_between(session_on: date, told_by: date) -> None:
    assert law.last_day_before(session_on, 2) == told_by


@given(anchor=DAYS, half_days=st.integers(1, 20))
def test_a_longer_period_never_ends_earlier(anchor: date, half_days: int) -> None:
    one = law.add_half_days(anchor, half_days, provisional=True)
    more = law.add_half_days(anchor, half_days + 1, provisional=True)
    assert anchor < one.last_day <= more.last_day
    assert one.days[-1].is_working
    assert sum(day.is_working for day in one.days) == -(-half_days // 2)


@given(day=DAYS, days=st.integers(0, 10))
def test_counting_back_and_forth_agree(day: date, days: int) -> None:
    told = law.last_day_before(day, days, provisional=True)
    between = [told + timedelta(days=ahead) for ahead in range(1, (day - told).days)]
    assert sum(law.is_working_day(one, provisional=True) for one in between) == days
    # One day later would be too late.
    assert not between or law.is_working_day(between[0], provisional=True)


@given(day=DAYS)
def test_what_comes_on_a_day_of_rest_is_received_on_the_next_working_day(day: date) -> None:
    received = law.next_working_day(day, provisional=True)
    assert law.is_working_day(received, provisional=True)
    assert (received == day) == law.is_working_day(day)
