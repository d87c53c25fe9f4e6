"""`settle` for 10,000 accounts at once, against set-based SQL written by hand for this one case.

The yardstick does the same reads and writes on the same tables, with their indexes, triggers and foreign keys: it locks
the accounts, reads facts and standing entries, states one deduction each, with its notice, snapshot and jobs. It knows
nothing of floors, restorations, revocations, tests or corrections.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.population import DUE, accounts, tidy
from bench.report import Context, Row

GOAL = 0.5
ROUNDS = 5

_LOCK = "SELECT id FROM points_account WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
_STATE = """
    WITH due AS MATERIALIZED (
        SELECT account.id AS account_id, account.holder_id, account.part, account.balance, account.entry_count,
               fact.id AS fact_id, fact.counts_on, fact.decision_key, fact.content,
               least(account.balance, (fact.content -> 'offences' -> 0 ->> 'points')::int) AS taken
        FROM points_account account
        JOIN points_fact fact ON fact.account_id = account.id AND fact.kind = 'decision' AND fact.counts_on <= %(on)s
        WHERE account.id = ANY(%(ids)s)
          AND NOT EXISTS (
              SELECT FROM points_entry entry
              WHERE entry.account_id = account.id AND entry.cause_id = fact.id AND entry.kind <> 'reversal'
                AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id))
    ), stated AS (
        INSERT INTO points_entry
            (account_id, number, kind, takes_effect_on, points, balance, cause_id, sources, recorded_on)
        SELECT account_id, entry_count + 1, 'deduction', counts_on, -taken, balance - taken, fact_id,
               '{reading 2,seed 003,reading 4}', %(on)s
        FROM due
        RETURNING id, account_id, points, balance, takes_effect_on, sources
    ), told AS (
        INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
        SELECT stated.id, due.holder_id, 'deduction',
               jsonb_build_object(
                   'on', stated.takes_effect_on, 'points', stated.points, 'before', due.balance,
                   'balance', stated.balance, 'part', due.part, 'sources', stated.sources,
                   'decision', jsonb_build_object('key', due.decision_key, 'acted_on', due.content -> 'acted_on'),
                   'restores_on', (stated.takes_effect_on + interval '12 months' + interval '1 day')::date,
                   'offence', jsonb_build_object('code', NULL, 'points', due.content -> 'offences' -> 0 -> 'points')),
               %(on)s
        FROM stated JOIN due USING (account_id)
        RETURNING id
    ), renewed AS (
        UPDATE points_account account
        SET balance = stated.balance, entry_count = account.entry_count + 1, settled_on = %(on)s,
            restores_on = (stated.takes_effect_on + interval '12 months' + interval '1 day')::date,
            next_change_on = (stated.takes_effect_on + interval '12 months' + interval '1 day')::date
        FROM stated WHERE account.id = stated.account_id
    ), jobs AS (
        SELECT jsonb_build_object('notice_ids', jsonb_agg(id)) AS arguments
        FROM (SELECT id, (row_number() OVER () - 1) / 1000 AS share FROM told) numbered GROUP BY share
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW('notices', 'notices.deliver', 0, NULL, NULL, arguments, NULL)::procrastinate_job_to_defer_v1))
    FROM jobs
"""


def run(context: Context) -> list[Row]:
    """Alternating rounds over fresh accounts; the medians."""
    from gplx.points import fsck
    from gplx.points.actions import settle

    size = 1000 if context.quick else 10_000
    connection = context.connect(autocommit=True)

    def by_hand(ids: list[int]) -> None:
        with connection.transaction(), connection.pipeline():
            connection.execute(_LOCK, {"ids": ids})
            connection.execute(_STATE, {"ids": ids, "on": DUE})

    def by_the_register(ids: list[int]) -> None:
        assert len(settle(ids, today=DUE).entries) == size

    shares = [accounts(connection, size) for _ in range(2 * ROUNDS + 2)]
    tidy(connection)
    rates: dict[Callable[[list[int]], None], list[float]] = {by_hand: [], by_the_register: []}
    for way in rates:
        way(shares.pop())
    for number in range(ROUNDS):
        for way, measured in rates.items():
            connection.execute("CHECKPOINT")
            ids = shares.pop()
            begun = time.perf_counter()
            way(ids)
            measured.append(size / (time.perf_counter() - begun))
        context.say(f"settle-batch: round {number + 1} of {ROUNDS}")
    connection.close()
    broken = list(fsck.check())
    if broken:
        raise AssertionError(f"the two ways did not leave the same record: {broken[:3]}")

    def row(case: str, way: Callable[[list[int]], None], *, yardstick: bool) -> Row:
        measured = rates[way]
        return Row(
            "settle-batch",
            case,
            statistics.median(measured),
            "accounts/s",
            yardstick=yardstick,
            goal=None if yardstick else GOAL,
            rounds=tuple(measured),
        )

    return [
        row(f"settle, {size:,} accounts at once", by_the_register, yardstick=False),
        row("SQL by hand, this case alone", by_hand, yardstick=True),
    ]
