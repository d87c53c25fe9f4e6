"""The nightly sweep: 1 % of the accounts are due, of 100,000 and of 1,000,000.

The time has to grow with the accounts that are due, not with all: ten times the accounts at the same rate. Accounts
that are not due are bare rows; the sweep must not touch them.
"""

from __future__ import annotations

import os
import statistics
import time
from datetime import date
from typing import Any

import psycopg

from bench.population import DUE, accounts, tidy
from bench.report import Context, Row

GOAL = 0.6
ROUNDS = 3

_NOT_DUE = """
    WITH holders AS (
        INSERT INTO licences_holder
            (citizen_number, name, name_folded, name_key, birth_date, sex, address, province_code)
        SELECT 'x' || n, 'Người Mẫu', 'nguoi mau', '', '1990-01-01', 'male', '', '01'
        FROM generate_series((SELECT count(*) FROM licences_holder) + 1, %(total)s::bigint) AS n
        RETURNING id
    )
    INSERT INTO points_account
        (holder_id, part, balance, revoked, restores_on, wait_ground, needs_drug_free_certificate, next_change_on,
         entry_count, settled_on)
    SELECT id, 'car', 10, false, %(due)s::date + 1 + (id %% 300)::int, '', false, %(due)s::date + 1 + (id %% 300)::int,
           1, %(due)s::date - 1
    FROM holders
"""


def run(context: Context) -> list[Row]:
    connection = context.connect()
    connection.execute("DROP INDEX holder_name_by_trigrams")  # of no use here, and slow to fill
    os.environ["GPLX_TODAY"] = DUE.isoformat()
    rows: list[Row] = []
    for total in (1_000, 10_000) if context.quick else (100_000, 1_000_000):
        rows.append(_measure(context, connection, total, yardstick=not rows))
    connection.close()
    del os.environ["GPLX_TODAY"]
    return rows


def _measure(context: Context, connection: psycopg.Connection[Any], total: int, *, yardstick: bool) -> Row:
    from gplx.points.actions import _LOCK_DUE
    from gplx.points.sweep import sweep

    due = total // 100
    rates = []
    for number in range(ROUNDS):
        accounts(connection, due)
        connection.execute(_NOT_DUE, {"total": total, "due": DUE})
        tidy(connection)
        if number == 0:
            lines = connection.execute(
                "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) " + _LOCK_DUE,
                {"today": DUE, "after_day": date.min, "after_id": 0, "limit": 1000},
            ).fetchall()
        begun = time.perf_counter()
        assert sweep().accounts == due
        rates.append(due / (time.perf_counter() - begun))
        context.say(f"sweep: {due:,} due of {total:,}, round {number + 1} of {ROUNDS}")
    return Row(
        "sweep",
        f"{due:,} due of {total:,} accounts",
        statistics.median(rates),
        "due accounts/s",
        yardstick=yardstick,
        goal=None if yardstick else GOAL,
        rounds=tuple(rates),
        detail={"how the due ones are found": "\n".join(line for (line,) in lines)},
    )
