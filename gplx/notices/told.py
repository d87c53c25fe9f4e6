"""Was the driver told? One answer for one part of a licence, with the evidence behind it (T07, ADR 0032)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple, TypeAlias

import orjson
from django.db import connection

from gplx.notices.plan_actions import SIGNS_IN

State: TypeAlias = Literal["confirmed", "sent", "not_yet"]


class Told(NamedTuple):
    """What is known about a driver's being told of the latest line that took points and stands.

    Attributes:
        state: ``confirmed``: opened in the inbox, or delivered by e-mail, SMS or paper. ``sent``: in the inbox, or a
            provider took it. ``not_yet``: nothing has gone out.
        channel: the first that confirmed it, else the first by which it was sent.
        at: when that was.
        notice_on: the day of notice; None as long as no way was completed that is available to the person.
        attempts: how often it was tried, on all channels but the inbox.
        line_on: from which day the line counts.
    """

    state: State
    channel: str | None
    at: datetime | None
    notice_on: date | None
    attempts: int
    line_on: date


# `account` is a row of the caller's statement: id and holder_id. By keys all the way: the look at the roadside is one
# statement and holds this for each part (`points.queries.STANDING`).
TOLD = f"""
    SELECT json_build_object(
        'state', CASE WHEN confirmed.at IS NOT NULL THEN 'confirmed' WHEN sent.at IS NOT NULL THEN 'sent'
                      ELSE 'not_yet' END,
        'channel', coalesce(confirmed.channel, sent.channel),
        'at', coalesce(confirmed.at, sent.at),
        'notice_on', (least(confirmed.at, CASE WHEN inbox.at < coalesce(confirmed.at, 'infinity') AND
                      {SIGNS_IN.format(holder="account.holder_id")} THEN inbox.at END)
                      AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
        'attempts', (SELECT count(*) FROM notices_attempt attempt WHERE attempt.notice_id = notice.id),
        'line_on', latest.takes_effect_on)
    FROM (
        SELECT entry.id, entry.takes_effect_on FROM points_entry entry
        WHERE entry.account_id = account.id AND entry.kind = 'deduction' AND entry.points < 0
          AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id)
        ORDER BY entry.number DESC LIMIT 1
    ) latest
    JOIN notices_notice notice ON notice.entry_id = latest.id
    LEFT JOIN LATERAL (
        SELECT channel, at FROM (
            SELECT 'inbox' AS channel, reading.read_at AS at
            FROM notices_reading reading WHERE reading.notice_id = notice.id
            UNION ALL
            SELECT attempt.channel, outcome.recorded_at
            FROM notices_attempt attempt JOIN notices_outcome outcome ON outcome.attempt_id = attempt.id
            WHERE attempt.notice_id = notice.id AND attempt.channel IN ('email', 'sms', 'paper')
              AND outcome.outcome = 'delivered'
        ) ways ORDER BY at LIMIT 1
    ) confirmed ON true
    LEFT JOIN LATERAL (
        SELECT delivery.attempted_at AS at FROM notices_delivery delivery
        WHERE delivery.notice_id = notice.id AND delivery.channel = 'inbox'
    ) inbox ON true
    LEFT JOIN LATERAL (
        SELECT channel, at FROM (
            SELECT 'inbox' AS channel, inbox.at WHERE inbox.at IS NOT NULL
            UNION ALL
            SELECT attempt.channel, outcome.recorded_at
            FROM notices_attempt attempt JOIN notices_outcome outcome ON outcome.attempt_id = attempt.id
            WHERE attempt.notice_id = notice.id AND outcome.outcome IN ('accepted', 'delivered')
        ) ways ORDER BY at LIMIT 1
    ) sent ON true
"""
_TOLD_OF = f"""
    SELECT ({TOLD})::text FROM points_account account
    WHERE account.holder_id = %(holder_id)s AND account.part = %(part)s AND account.balance < %(full)s
"""


def told(holder_id: int, part: str, *, full: int) -> Told | None:
    """Whether a person was told of the latest line that took points from a part and stands; one statement.

    Args:
        full: the full balance: a part that has all its points has nothing that had to be told.

    Returns:
        None when there is nothing to be told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOLD_OF, {"holder_id": holder_id, "part": part, "full": full})
        row = cursor.fetchone()
    return None if row is None or row[0] is None else read(orjson.loads(row[0]))


def not_told(line_on: date) -> dict[str, object]:
    """The answer of `TOLD` about a line that has come due and is not stated yet: nobody can have been told."""
    nothing = dict.fromkeys(("channel", "at", "notice_on"))
    return {"state": "not_yet", **nothing, "attempts": 0, "line_on": line_on.isoformat()}


def read(found: dict[str, object]) -> Told:
    """The answer of `TOLD` in our types."""
    at, notice_on, line_on = found["at"], found["notice_on"], found["line_on"]
    return Told(
        found["state"],  # type: ignore[arg-type]  # one of the three words of the statement
        None if found["channel"] is None else str(found["channel"]),
        None if at is None else datetime.fromisoformat(str(at)),
        None if notice_on is None else date.fromisoformat(str(notice_on)),
        int(str(found["attempts"])),
        date.fromisoformat(str(line_on)),
    )


# --- the trail of each notice ----------------------------------------------------------------------------------------


class Step(NamedTuple):
    """One attempt and the last thing known about it.

    Attributes:
        outcome: empty when its answer never came.
        maybe_twice: an earlier attempt by e-mail went out without an answer, so this may be the second copy (F31).
    """

    channel: str
    number: int
    begun_at: datetime
    outcome: str
    outcome_at: datetime | None
    answer: dict[str, str]
    maybe_twice: bool


class Trail(NamedTuple):
    """A notice with everything that shows how it was told.

    Attributes:
        part: of the licence, where it tells of a line of the record.
        digest: SHA-256 of the text in the inbox; empty as long as it is not there.
        open: channels on which something is still to be done; `for_a_person`: that wait for a person.
    """

    id: int
    kind: str
    part: str | None
    recorded_on: date
    title_vi: str
    title_en: str
    digest: str
    text_version: str
    inbox_at: datetime | None
    read_at: datetime | None
    steps: list[Step]
    open: list[str]
    for_a_person: list[str]


_TRAILS = """
    SELECT notice.id, notice.kind, account.part, notice.recorded_on,
           coalesce(delivery.title_vi, ''), coalesce(delivery.title_en, ''), coalesce(delivery.digest, ''),
           coalesce(delivery.text_version, ''), delivery.attempted_at, reading.read_at,
           coalesce(steps.list, '[]')::text, coalesce(errands.open, '{}'), coalesce(errands.dead, '{}')
    FROM notices_notice notice
    LEFT JOIN points_entry entry ON entry.id = notice.entry_id
    LEFT JOIN points_account account ON account.id = entry.account_id
    LEFT JOIN notices_delivery delivery ON delivery.notice_id = notice.id AND delivery.channel = 'inbox'
    LEFT JOIN notices_reading reading ON reading.notice_id = notice.id
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(
                   attempt.channel, attempt.number, attempt.begun_at, coalesce(last.outcome, ''), last.recorded_at,
                   coalesce(last.answer, '{}'),
                   attempt.channel = 'email' AND EXISTS (
                       SELECT FROM notices_attempt earlier
                       WHERE earlier.notice_id = attempt.notice_id AND earlier.key = attempt.key
                         AND earlier.number < attempt.number
                         AND NOT EXISTS (SELECT FROM notices_outcome known WHERE known.attempt_id = earlier.id))
               ) ORDER BY attempt.begun_at, attempt.id) AS list
        FROM notices_attempt attempt
        LEFT JOIN LATERAL (
            SELECT outcome, recorded_at, answer FROM notices_outcome
            WHERE attempt_id = attempt.id ORDER BY id DESC LIMIT 1
        ) last ON true
        WHERE attempt.notice_id = notice.id
    ) steps ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(channel ORDER BY channel) FILTER (WHERE state IN ('waiting', 'sent')) AS open,
               array_agg(channel ORDER BY channel) FILTER (WHERE state = 'dead') AS dead
        FROM notices_errand WHERE notice_id = notice.id
    ) errands ON true
    WHERE notice.holder_id = %(holder_id)s AND (%(notice_id)s::bigint IS NULL OR notice.id = %(notice_id)s)
      AND (%(before_id)s::bigint IS NULL OR notice.id < %(before_id)s)
    ORDER BY notice.id DESC LIMIT %(limit)s
"""


def trails(
    holder_id: int, *, limit: int = 50, before_id: int | None = None, notice_id: int | None = None
) -> list[Trail]:
    """A person's notices, newest first, each with its evidence.

    Args:
        before_id: only notices older than this one, for the next page.
        notice_id: this notice only.
    """
    asked = {"holder_id": holder_id, "limit": limit, "before_id": before_id, "notice_id": notice_id}
    with connection.cursor() as cursor:
        cursor.execute(_TRAILS, asked)
        rows = cursor.fetchall()
    found: list[Trail] = []
    for *row, steps, open_, dead in rows:
        told_steps = [_step(one) for one in orjson.loads(steps)]
        found.append(Trail._make((*row, told_steps, list(open_), list(dead))))
    return found


def _step(told: list[object]) -> Step:
    channel, number, begun_at, outcome, outcome_at, answer, maybe_twice = told
    return Step(
        str(channel),
        int(str(number)),
        datetime.fromisoformat(str(begun_at)),
        str(outcome),
        None if outcome_at is None else datetime.fromisoformat(str(outcome_at)),
        {str(name): str(said) for name, said in answer.items()} if isinstance(answer, dict) else {},
        bool(maybe_twice),
    )
