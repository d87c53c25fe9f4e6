"""What waits for somebody: counts and ages for the desk's front page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils.formats import number_format

WEEKS = 16

_NOW = """
    SELECT (SELECT count(*) FROM sanctions_decision WHERE state = 'quarantined'),
           (SELECT min(recorded_on) FROM sanctions_decision WHERE state = 'quarantined'),
           (SELECT count(*) FROM sanctions_decisionfile WHERE state IN ('checking', 'taking')),
           (SELECT count(*) FROM sanctions_decisionfile WHERE state = 'checked'),
           (SELECT count(*) FROM sanctions_annulment WHERE decision_id IS NULL),
           (SELECT min(recorded_on) FROM sanctions_annulment WHERE decision_id IS NULL),
           (SELECT count(*) FROM desk_annulmentproposal WHERE state = 'waiting'),
           (SELECT min(proposed_at) FROM desk_annulmentproposal WHERE state = 'waiting'),
           (SELECT count(*) FROM notices_errand WHERE state = 'dead'),
           (SELECT min(moved_at) FROM notices_errand WHERE state = 'dead'),
           (SELECT count(*) FROM health_version WHERE state = 'waiting'),
           (SELECT count(*) FROM health_certifiedcopy WHERE state = 'waiting'),
           (SELECT count(*) FROM points_account WHERE next_change_on <= %(today)s),
           (SELECT min(next_change_on) FROM points_account WHERE next_change_on <= %(today)s)
"""
# date_trunc: weeks begin on Monday.
BY_WEEK = """
    SELECT day::date, coalesce(told.count, 0)
    FROM generate_series(%(first)s::date, %(last)s::date, interval '7 days') AS day
    LEFT JOIN (
        SELECT date_trunc('week', recorded_on::timestamp) AS day, count(*) AS count
        FROM sanctions_decision
        WHERE recorded_on >= %(first)s::date AND recorded_on < %(last)s::date + 7
        GROUP BY 1
    ) told USING (day)
    ORDER BY day
"""


@dataclass(frozen=True)
class Waits:
    """How much waits, and since when.

    Attributes:
        overdue_accounts: accounts on which something has come due that the daily sweep has not stated yet.
    """

    quarantined: int
    quarantined_since: date | None
    files_running: int
    files_checked: int
    annulments: int
    annulments_since: date | None
    proposals: int
    proposals_since: datetime | None
    undelivered: int
    undelivered_since: datetime | None
    certificates: int
    copies: int
    overdue_accounts: int
    overdue_since: date | None


BAR_WIDTH, BAR_GAP, PLOT_HEIGHT, LABEL_GAP = 26, 10, 120, 6
LABEL_COUNT_MAX = 1000


@dataclass(frozen=True)
class Week:
    """One bar of the plot: decisions recorded from Monday on, and where the bar stands in the drawing."""

    first_day: date
    count: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR_WIDTH // 2

    @property
    def label_y(self) -> int:
        return self.y - LABEL_GAP

    @property
    def label(self) -> str:
        """The count as it fits above a bar: 987, then 3,5k; the table below the plot has it exactly."""
        if self.count < LABEL_COUNT_MAX:
            return str(self.count)
        return f"{number_format(self.count / 1000, 1)}k" if self.count < 100_000 else f"{self.count // 1000}k"


def now(today: date) -> Waits:
    """What waits now, by one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"today": today})
        return Waits(*cursor.fetchone())


def decisions_by_week(today: date) -> list[Week]:
    """Decisions told in each of the last weeks, Monday to Sunday, by the register's day."""
    last = today - timedelta(days=today.weekday())
    first = last - timedelta(weeks=WEEKS - 1)
    with connection.cursor() as cursor:
        cursor.execute(BY_WEEK, {"first": first, "last": last})
        rows = cursor.fetchall()
    most = max((count for _, count in rows), default=0) or 1
    weeks = []
    for position, (first_day, count) in enumerate(rows):
        height = round(PLOT_HEIGHT * count / most) if count else 0
        x = position * (BAR_WIDTH + BAR_GAP)
        weeks.append(Week(first_day, count, x, PLOT_HEIGHT - height, height))
    return weeks
