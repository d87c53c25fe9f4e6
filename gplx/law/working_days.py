"""Working days of public offices: weekly rest, holidays, days in lieu, swapped days and working Saturdays.

The arrangement of a year is announced by the authorities; it is data (`tables/working-days.csv`), never computed. A
year that is not announced raises; whoever may say "as far as is known" asks with `provisional=True` and says so
(ADR 0047).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple, TypeAlias, cast, get_args

from gplx.law import tables
from gplx.law.periods import Dated, InForce
from gplx.law.sources import Citation, cite

DayKind: TypeAlias = Literal["working", "weekly_rest", "holiday", "compensation", "swapped_rest", "working_saturday"]
Mark: TypeAlias = Literal["V", "S"]
Half: TypeAlias = Literal["morning", "afternoon"]

_ONE_DAY = timedelta(days=1)
_WORKED = ("working", "working_saturday")
_LABOUR_CODE = cite("45/2019/QH14", "art. 111-112")

WEEKLY_REST = InForce(Dated(date(2025, 1, 1), frozenset({5, 6}), cite("ADR", "0047")))
"""Days of the week on which offices rest (Monday is 0). That the police keep to them: ADR 0047."""

_SOLAR_HOLIDAYS: InForce[tuple[tuple[int, int], ...]] = InForce(
    Dated(date(2025, 1, 1), ((1, 1), (4, 30), (5, 1), (9, 2)), cite("45/2019/QH14", "art. 112(1)")),
    Dated(date(2026, 7, 1), ((1, 1), (4, 30), (5, 1), (9, 2), (11, 24)), cite("28/2026/QH16", "")),
)
"""Month and day of the holidays that need no announcement: they answer for years that are not announced."""


class NotAnnouncedError(LookupError):
    """The days off of that year are not announced, or not yet in the table."""


class DayInfo(NamedTuple):
    """What a day is for offices.

    Attributes:
        name_vi, name_en: why the day is not what its weekday says; empty for ordinary days.
        mark: V: a text was read; S: it was reported. None for ordinary days.
        is_announced: False where the arrangement of the year is not known, so the day may still turn out otherwise.
    """

    day: date
    kind: DayKind
    name_vi: str
    name_en: str
    source: Citation
    mark: Mark | None
    is_announced: bool

    @property
    def is_working(self) -> bool:
        return self.kind in _WORKED


class Moment(NamedTuple):
    """A half of a working day."""

    day: date
    half: Half


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a count of working days ends, and every day it passed over: the answer to "why this date?".

    Attributes:
        end: the last half day of the period.
        days: each day after the first up to the last, working or not.
        is_announced: False where one of the days may still turn out otherwise.
    """

    end: Moment
    days: tuple[DayInfo, ...]

    @property
    def last_day(self) -> date:
        return self.end.day

    @property
    def is_announced(self) -> bool:
        return all(day.is_announced for day in self.days)


@cache
def _arranged() -> dict[date, DayInfo]:
    arranged: dict[date, DayInfo] = {}
    for cells in tables.rows("working-days"):
        day, kind, mark = date.fromisoformat(cells["day"]), cells["kind"], cells["mark"]
        if kind not in get_args(DayKind) or mark not in get_args(Mark) or day in arranged:
            raise ValueError(f"working-days: {cells['day']}: {kind} {mark}")
        arranged[day] = DayInfo(
            day,
            cast(DayKind, kind),
            cells["name_vi"],
            cells["name_en"],
            cite(cells["instrument"], cells["locator"]),
            cast(Mark, mark),
            True,
        )
    return arranged


@cache
def announced_years() -> frozenset[int]:
    """The years whose arrangement is in the table."""
    return frozenset(day.year for day in _arranged())


def describe(day: date, *, provisional: bool = False) -> DayInfo:
    """What a day is for offices.

    Args:
        provisional: answer also for a year that is not announced, from weekly rest and the holidays of the solar
            calendar alone, and mark the answer so.

    Raises:
        NotAnnouncedError: the year is not announced and `provisional` was not asked for.

    Source:
        45/2019/QH14 art. 111(3), 112; 28/2026/QH16 (24 November); the yearly announcements in the table; ADR 0047.
    """
    arranged = _arranged().get(day)
    if arranged is not None:
        return arranged
    is_announced = day.year in announced_years()
    if not is_announced and not provisional:
        raise NotAnnouncedError(f"the days off of {day.year} are not announced; known: {sorted(announced_years())}")
    if not is_announced and (found := _by_the_solar_calendar(day)) is not None:
        return found
    kind: DayKind = "weekly_rest" if _is_weekly_rest(day) else "working"
    return DayInfo(day, kind, "", "", _LABOUR_CODE, None, is_announced)


def is_working_day(day: date, *, provisional: bool = False) -> bool:
    """Do offices work on this day? Arguments, errors and source as `describe`."""
    return describe(day, provisional=provisional).is_working


def add_working_days(anchor: date, days: int, *, provisional: bool = False) -> Counted:
    """The end of a period of whole working days. The first day is not counted: day 1 is the next working day.

    Raises:
        NotAnnouncedError: as `describe`, for any day that is passed.

    Source:
        91/2015/QH13 art. 147-148; ADR 0047.
    """
    return add_half_days(anchor, 2 * days, provisional=provisional)


def add_half_days(anchor: date, half_days: int, *, provisional: bool = False) -> Counted:
    """The same for limits such as three and a half days, counted in halves from the next working day's morning.

    Args:
        half_days: one or more.
    """
    if half_days < 1:
        raise ValueError("a period has at least half a day")
    passed: list[DayInfo] = []
    left = half_days
    for day in _days_after(anchor, provisional):
        passed.append(day)
        if day.is_working:
            left -= 2
            if left <= 0:
                return Counted(Moment(day.day, "afternoon" if left == 0 else "morning"), tuple(passed))
    raise AssertionError("unreachable: days do not end")


def last_day_before(day: date, working_days: int, *, provisional: bool = False) -> date:
    """The last day on which something may be told that is due so many working days before a day.

    So many whole working days lie between the two; neither of them is counted (ADR 0047).

    Raises:
        NotAnnouncedError: as `describe`.

    Source:
        91/2015/QH13 art. 147; ADR 0047.
    """
    left, current = working_days, day
    while left:
        current -= _ONE_DAY
        left -= is_working_day(current, provisional=provisional)
    return current - _ONE_DAY


def next_working_day(day: date, *, provisional: bool = False) -> date:
    """This day if offices work on it, else the first one after it on which they do.

    What is handed in on a day of rest is received then.

    Raises:
        NotAnnouncedError: as `describe`.

    Source:
        91/2015/QH13 art. 148(5); ADR 0047.
    """
    while not is_working_day(day, provisional=provisional):
        day += _ONE_DAY
    return day


def _days_after(anchor: date, provisional: bool) -> Iterator[DayInfo]:
    day = anchor
    while True:
        day += _ONE_DAY
        yield describe(day, provisional=provisional)


def _is_weekly_rest(day: date) -> bool:
    return day.weekday() in WEEKLY_REST.on(max(day, WEEKLY_REST.rows[0].first_day))


def _by_the_solar_calendar(day: date) -> DayInfo | None:
    """A holiday of the solar calendar, or the day in lieu of one on a day of weekly rest."""
    rows = _SOLAR_HOLIDAYS
    first_day = rows.rows[0].first_day
    row = rows.row_on(max(day, first_day))
    holidays = rows.on(row.first_day)
    if (day.month, day.day) in holidays:
        return DayInfo(day, "holiday", "Ngày nghỉ lễ", "Public holiday", row.source, None, False)
    if _is_weekly_rest(day):
        return None
    before = day - _ONE_DAY
    while _is_weekly_rest(before) or (before.month, before.day) in holidays:
        if _is_weekly_rest(before) and (before.month, before.day) in holidays:
            source = cite("45/2019/QH14", "art. 111(3)")
            return DayInfo(day, "compensation", "Nghỉ bù", "Day in lieu", source, None, False)
        before -= _ONE_DAY
    return None
