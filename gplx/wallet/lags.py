"""How far behind each target is, and what it does not take: reads for the desk, for watchers and for tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

HOURS = 24
LATE_SECONDS = 300
"""A target whose oldest waiting event is older is late."""
_WIDTH, _HEIGHT = 24, 120

_LAGS = """
    SELECT target.id, target.name, target.kind, target.is_active, target.paused_until,
           waiting.count, dead.count, waiting.seconds, done.count, done.middle, done.high
    FROM wallet_target target
    LEFT JOIN LATERAL (
        SELECT count(*) AS count, extract(epoch FROM statement_timestamp() - min(at)) AS seconds
        FROM (
            SELECT event.recorded_at AS at FROM wallet_push push JOIN wallet_event event ON event.id = push.event_id
            WHERE push.target_id = target.id AND push.state = 'waiting'
            UNION ALL
            SELECT event.recorded_at FROM wallet_event event WHERE event.transaction >= target.dealt_before
        ) told
    ) waiting ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS count FROM wallet_push push WHERE push.target_id = target.id AND push.state = 'dead'
    ) dead ON true
    LEFT JOIN LATERAL (
        SELECT count(*) AS count,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY taken.seconds) AS middle,
               percentile_cont(0.95) WITHIN GROUP (ORDER BY taken.seconds) AS high
        FROM (
            SELECT extract(epoch FROM push.delivered_at - event.recorded_at) AS seconds
            FROM wallet_push push JOIN wallet_event event ON event.id = push.event_id
            WHERE push.target_id = target.id AND push.state = 'delivered'
              AND push.delivered_at > statement_timestamp() - %(hours)s * interval '1 hour'
        ) taken
    ) done ON true
    ORDER BY target.name
"""
_BY_HOUR = """
    SELECT date_trunc('hour', push.delivered_at), count(*),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM push.delivered_at - event.recorded_at))
    FROM wallet_push push JOIN wallet_event event ON event.id = push.event_id
    WHERE push.target_id = %(target)s AND push.state = 'delivered'
      AND push.delivered_at > date_trunc('hour', statement_timestamp()) - (%(hours)s - 1) * interval '1 hour'
    GROUP BY 1
"""
_DEAD = """
    SELECT push.id, push.answer, push.attempts, event.recorded_at
    FROM wallet_push push JOIN wallet_event event ON event.id = push.event_id
    WHERE push.target_id = %(target)s AND push.state = 'dead' ORDER BY push.id LIMIT 50
"""


class Lag(NamedTuple):
    """One target now. Seconds run from the change to its delivery; the last two are of the last day's deliveries."""

    target_id: int
    name: str
    kind: str
    is_active: bool
    paused_until: datetime | None
    waiting: int
    dead: int
    oldest_seconds: float | None
    delivered: int
    middle_seconds: float | None
    high_seconds: float | None

    @property
    def is_late(self) -> bool:
        return (self.oldest_seconds or 0) > LATE_SECONDS


class Hour(NamedTuple):
    """The deliveries of one hour, with the place of its bar in the plot."""

    begins_at: datetime
    delivered: int
    seconds: float | None
    x: int
    y: float
    height: float


class Dead(NamedTuple):
    """A push that was given up."""

    push_id: int
    answer: str
    attempts: int
    recorded_at: datetime


def lags() -> list[Lag]:
    """Every target."""
    with connection.cursor() as cursor:
        cursor.execute(_LAGS, {"hours": HOURS})
        return [Lag(*row) for row in cursor.fetchall()]


def by_hour(target_id: int, *, at: datetime) -> list[Hour]:
    """The last day by hours, oldest first: 95 of 100 events of that hour were there within so many seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_HOUR, {"target": target_id, "hours": HOURS})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    last = at.replace(minute=0, second=0, microsecond=0)
    highest = max((float(seconds) for _, seconds in found.values()), default=0.0) or 1.0
    hours = []
    for number in range(HOURS):
        begins_at = last - timedelta(hours=HOURS - 1 - number)
        count, seconds = found.get(begins_at, (0, None))
        height = round(float(seconds or 0) / highest * _HEIGHT, 1)
        if seconds is not None:
            height = max(height, 1.0)
        hours.append(Hour(begins_at, count, seconds, number * _WIDTH, round(_HEIGHT - height, 1), height))
    return hours


def dead(target_id: int) -> list[Dead]:
    """What was given up, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DEAD, {"target": target_id})
        return [Dead(*row) for row in cursor.fetchall()]


def oldest_seconds() -> int:
    """How long the oldest event waits for any target; 0 when none does."""
    return int(max((one.oldest_seconds or 0 for one in lags() if one.is_active), default=0))
