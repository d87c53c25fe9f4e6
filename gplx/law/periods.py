"""Periods in months, and values that hold from a day on."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, Literal, TypeAlias, TypeVar

from gplx.law.sources import Citation

T = TypeVar("T")
Mark: TypeAlias = Literal["V", "S", "U"]
"""How well something is known. V: a text of the act was read. S: others report it. U: no text says so; never law."""
_ONE_DAY = timedelta(days=1)


class NotInForceError(LookupError):
    """No value of this rule is in force on that day."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value that holds from `first_day` until the next row; None repeals. `mark` is None where nobody has said it."""

    first_day: date
    value: T | None
    source: Citation
    mark: Mark | None = None


class InForce(Generic[T]):
    """A rule's values in the order of their first days."""

    def __init__(self, *rows: Dated[T]) -> None:
        self.rows: Sequence[Dated[T]] = tuple(sorted(rows, key=lambda row: row.first_day))
        self._first_days = [row.first_day for row in self.rows]

    def row_on(self, day: date) -> Dated[T]:
        """The row in force on `day`.

        Raises:
            NotInForceError: `day` is before the first row, or the rule is repealed on it.
        """
        index = bisect_right(self._first_days, day)
        if index == 0 or self.rows[index - 1].value is None:
            raise NotInForceError(f"no value in force on {day.isoformat()}")
        return self.rows[index - 1]

    def on(self, day: date) -> T:
        """The value in force on `day`; raises NotInForceError like `row_on`."""
        value = self.row_on(day).value
        assert value is not None
        return value


def add_months(anchor: date, months: int) -> date:
    """The last day of a period of whole months that starts after `anchor`.

    The anchor day is not counted; the period ends on the corresponding day of its last month, or on that
    month's last day where there is no corresponding day. Always counted from the anchor, never month by month.

    Raises:
        OverflowError: the period would end after the last day the calendar knows.

    Source:
        91/2015/QH13 art. 147-148; reading 5.
    """
    years, month_index = divmod(anchor.month - 1 + months, 12)
    year, month, day = anchor.year + years, month_index + 1, anchor.day
    if year > 9999:
        raise OverflowError(f"{months} months after {anchor.isoformat()} is past the calendar")
    if day > 28:
        day = min(day, monthrange(year, month)[1])
    return date(year, month, day)


def day_after_months(anchor: date, months: int) -> date:
    """The first day after the period that `add_months` ends: the day on which what follows begins.

    Source:
        91/2015/QH13 art. 147-148; reading 5.
    """
    return add_months(anchor, months) + _ONE_DAY
