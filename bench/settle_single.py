"""One decision per transaction, 8 clients: `record` against pgbench running the least that such a transaction must do.

The yardstick locks the account, keeps the fact, appends the entry, renews the snapshot, keeps the notice and puts the
job into the queue, one statement each, prepared. It trusts its input, knows one kind of decision, and does not look at
what the account has lived through. A third row sends the same work as one statement, the least a client can do.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import uuid4

from bench.population import accounts, tidy
from bench.report import Context, Row
from gplx import pgdev

CLIENTS = 8
PROCESSES = min(os.cpu_count() or 1, CLIENTS)
GOAL = 0.5
ROUNDS = 3
WARM_UPS = 400  # a process
WHY = """The yardstick writes one known deduction. `record` reads the whole life of the account and replays it, so that
a late decision, a floor, a revocation or an annulment needs no other way; that, and four round trips of psycopg, is
Python, and client and server share two cores. One decision alone is 0.58 ms of Python and 0.8 ms of PostgreSQL."""
TODAY = date(2026, 5, 31)

_CONTENT = """'{"acted_on": "2026-05-20", "offences": [{"points": 2, "drug": false}]}'"""
_NOTICE = """jsonb_build_object(
    'on', '2026-05-31', 'points', -2, 'before', :balance::int, 'balance', :balance::int - 2, 'part', 'car',
    'sources', ARRAY['reading 2', 'seed 003', 'reading 4'], 'restores_on', '2027-06-01',
    'decision', jsonb_build_object('key', :account::text, 'acted_on', '2026-05-20'),
    'offence', jsonb_build_object('code', NULL, 'points', 2))"""
_STATEMENTS = f"""
\\set account random(:first, :last)
BEGIN;
SELECT holder_id, balance, entry_count FROM points_account WHERE id = :account FOR NO KEY UPDATE \\gset
INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)
    VALUES (:account, 'decision', gen_random_uuid()::text, '2026-05-31', gen_random_uuid()::text, {_CONTENT},
            '2026-05-31')
    RETURNING id AS fact \\gset
INSERT INTO points_entry
    (account_id, number, kind, takes_effect_on, points, balance, cause_id, sources, recorded_on)
    VALUES (:account, :entry_count + 1, 'deduction', '2026-05-31', -2, :balance - 2, :fact,
            '{{reading 2,seed 003,reading 4}}', '2026-05-31')
    RETURNING id AS entry \\gset
UPDATE points_account SET balance = greatest(balance - 2, 0), entry_count = entry_count + 1, settled_on = '2026-05-31',
    restores_on = '2027-06-01', next_change_on = '2027-06-01' WHERE id = :account;
INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
    VALUES (:entry, :holder_id, 'deduction', {_NOTICE}, '2026-05-31')
    RETURNING id AS notice \\gset
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    VALUES ('notices', 'notices.deliver', jsonb_build_object('notice_ids', jsonb_build_array(:notice::bigint)));
COMMIT;
"""
_ONE_STATEMENT = f"""
\\set account random(:first, :last)
WITH account AS MATERIALIZED (
    SELECT id, holder_id, balance, entry_count FROM points_account WHERE id = :account FOR NO KEY UPDATE
), fact AS (
    INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)
    SELECT id, 'decision', gen_random_uuid()::text, '2026-05-31', gen_random_uuid()::text, {_CONTENT}, '2026-05-31'
    FROM account RETURNING id, account_id
), entry AS (
    INSERT INTO points_entry
        (account_id, number, kind, takes_effect_on, points, balance, cause_id, sources, recorded_on)
    SELECT account_id, entry_count + 1, 'deduction', '2026-05-31', -2, balance - 2, fact.id,
           '{{reading 2,seed 003,reading 4}}', '2026-05-31'
    FROM fact JOIN account ON account.id = account_id RETURNING id
), renewed AS (
    UPDATE points_account SET balance = greatest(points_account.balance - 2, 0), settled_on = '2026-05-31',
        entry_count = points_account.entry_count + 1, restores_on = '2027-06-01', next_change_on = '2027-06-01'
    FROM account WHERE points_account.id = account.id
), notice AS (
    INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
    SELECT entry.id, holder_id, 'deduction', {_NOTICE.replace(":balance", "balance")}, '2026-05-31'
    FROM entry, account RETURNING id
)
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'notices', 'notices.deliver', jsonb_build_object('notice_ids', jsonb_build_array(id)) FROM notice;
"""


def run(context: Context) -> list[Row]:
    """Alternating rounds; the medians."""
    seconds = 3 if context.quick else 10
    count = 5_000 if context.quick else 100_000
    connection = context.connect()
    ids = accounts(connection, count, due=False)
    tidy(connection)
    ways: dict[str, Callable[[], tuple[float, dict[str, float]]]] = {
        "record, one decision a transaction": lambda: _by_the_register(ids, seconds),
        "pgbench, a statement for each step": lambda: _pgbench(context, _STATEMENTS, ids, seconds),
        "pgbench, all steps in one statement": lambda: _pgbench(context, _ONE_STATEMENT, ids, seconds),
    }
    measured: dict[str, list[tuple[float, dict[str, float]]]] = {case: [] for case in ways}
    for number in range(1 if context.quick else ROUNDS):
        for case, way in ways.items():
            connection.execute("CHECKPOINT")
            measured[case].append(way())
        context.say(f"settle-single: round {number + 1} of {ROUNDS}")
    connection.close()
    rows = []
    for place, (case, rounds) in enumerate(measured.items()):
        rates = tuple(rate for rate, _ in rounds)
        detail: dict[str, Any] = {
            name: statistics.median(latency[name] for _, latency in rounds) for name in rounds[0][1]
        }
        if "client" in detail:
            busy = detail.pop("client")
            detail["where the time goes"] = f"{busy:.2f} ms of processor time a decision in Python; the rest waits."
        yardstick, goal = place == 1, GOAL if place == 0 else None
        median = statistics.median(rates)
        if goal is not None and median < goal * statistics.median(rate for rate, _ in list(measured.values())[1]):
            detail["why the goal is not met"] = WHY
        rows.append(Row("settle-single", case, median, "decisions/s", yardstick, goal, rates, detail))
    return rows


def _pgbench(context: Context, script: str, ids: list[int], seconds: int) -> tuple[float, dict[str, float]]:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                *(str(pgdev.demo_cluster().program("pgbench")), "--no-vacuum", "--protocol=prepared"),
                *("--client", str(CLIENTS), "--jobs", str(PROCESSES), "--time", str(seconds)),
                *("--define", f"first={ids[0]}", "--define", f"last={ids[-1]}", "--file", file.name),
                context.database_url,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    rate = re.search(r"tps = ([\d.]+) ", done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:]}")
    return float(rate[1]), {}


def _by_the_register(ids: list[int], seconds: int) -> tuple[float, dict[str, float]]:
    """The rate of all clients together, and their latencies: a process for each core, as `gplx serve` runs them."""
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_id FROM points_account WHERE id = ANY(%s)", [ids])
        holders = [row[0] for row in cursor.fetchall()]
    connections.close_all()
    gc.collect()
    gc.freeze()  # as servers do that fork their workers: the children then share these pages
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(PROCESSES * (CLIENTS // PROCESSES))
    ends: list[Connection] = []
    processes = []
    for number in range(PROCESSES):
        ours, theirs = fork.Pipe(duplex=False)
        processes.append(fork.Process(target=_process, args=(number, holders, seconds, start, theirs)))
        processes[-1].start()
        ends.append(ours)
    done = [end.recv() for end in ends]
    for process in processes:
        process.join()
    latencies = sorted(latency for some, _ in done for latency in some)
    return len(latencies) / seconds, {
        "client": sum(busy for _, busy in done) / len(latencies) * 1000,
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[len(latencies) * 99 // 100] * 1000,
    }


def _process(number: int, holders: list[int], seconds: int, start: Barrier, end: Connection) -> None:
    with ThreadPoolExecutor(CLIENTS // PROCESSES) as threads:
        seeds = range(number * CLIENTS, number * CLIENTS + CLIENTS // PROCESSES)
        latencies = threads.map(lambda seed: _client(seed, holders, seconds, start), seeds)
        all_of_them = [latency for client in latencies for latency in client]
    end.send((all_of_them, time.process_time() * len(all_of_them) / (len(all_of_them) + WARM_UPS)))


def _client(seed: int, holders: list[int], seconds: int, start: Barrier) -> list[float]:
    """Decide for a while on a connection of its own."""
    from gplx.points.actions import NewFact, record
    from gplx.points.models import FactKind

    chosen = random.Random(seed)
    content = {"acted_on": "2026-05-20", "offences": [{"points": 2, "drug": False}]}

    def decide() -> None:
        key = uuid4().hex
        fact = NewFact(chosen.choice(holders), "car", FactKind.DECISION, key, TODAY, content, key)
        assert len(record([fact], today=TODAY).entries) >= 1

    for _ in range(WARM_UPS // (CLIENTS // PROCESSES)):
        decide()
    start.wait()
    latencies = []
    last = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < last:
        decide()
        latencies.append(time.perf_counter() - begun)
    return latencies
