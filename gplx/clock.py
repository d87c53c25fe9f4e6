"""The register's only source of "today": the day in Viet Nam, movable in the demo.

`GPLX_TODAY=2026-03-11` fixes the day for one process. In the demo the day can also be moved for all processes at
once; it is then a row that web server, worker and command line read anew each time. A register in service
(`GPLX_DEMO` not set) reads the machine's clock and nothing else.

Source:
    reading 7 (all days are days in Asia/Ho_Chi_Minh).
"""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2060, 12, 31)
"""The days a demo's clock can be moved to: from the first day of the points system on, and not into the absurd."""


class ClockFixedError(RuntimeError):
    """The clock of this installation cannot be moved."""


class DayOutOfRangeError(ValueError):
    """The demo's clock does not go to this day."""


def machine_today() -> date:
    """The day in Viet Nam by the machine's clock."""
    return datetime.now(ZONE).date()


def today() -> date:
    """The day the register goes by."""
    fixed = os.environ.get("GPLX_TODAY")
    if fixed and settings.DEMO:
        return date.fromisoformat(fixed)
    if settings.DEMO:
        moved = _moved_to()
        if moved is not None:
            return moved
    return machine_today()


def move_to(day: date | None) -> None:
    """Move the demo's clock to a day for all processes; None returns to the machine's clock.

    Raises:
        ClockFixedError: this is not a demo, or this process was started with `GPLX_TODAY`.
        DayOutOfRangeError: the day is before FIRST_DAY or after LAST_DAY.
    """
    if not settings.DEMO:
        raise ClockFixedError("Only a demo's clock can be moved: set GPLX_DEMO=1.")
    if os.environ.get("GPLX_TODAY"):
        raise ClockFixedError("This process was started with GPLX_TODAY; start it without to move the clock.")
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutOfRangeError(f"The clock can be moved to the days from {FIRST_DAY} to {LAST_DAY}, not to {day}.")
    # In one step for every reader, and one mover after the other: there is one row or none at any moment.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE demo_clock IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM demo_clock")
        if day is not None:
            cursor.execute("INSERT INTO demo_clock (moved_to) VALUES (%s)", [day])


def _moved_to() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT moved_to FROM demo_clock")
        row = cursor.fetchone()
    return None if row is None else row[0]
