"""The database dies under its clients (F04, F05): what was acknowledged is there, once; what was not is told again."""

from __future__ import annotations

import signal

import pytest
from django.db import connection

from tests.faults import work
from tests.faults.register import FORK, Register, until

IDLE = "FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"


def kill_a_backend(register: Register) -> None:
    register.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def kill_the_server(register: Register) -> None:
    register.kill_server()
    register.cluster.ensure_running()


@pytest.mark.parametrize("kill", [kill_a_backend, kill_the_server])
def test_f04_the_database_dies_twice_under_a_feeder(register: Register, kill: object) -> None:
    holder_ids = register.run(work.holders, 3)
    heard, acknowledge = FORK.Pipe(duplex=False)
    label = "F04" + kill.__name__  # type: ignore[attr-defined]
    feeder = register.start(work.feed, holder_ids, label, 40, acknowledge)
    acknowledge.close()
    acknowledged: list[int] = []
    for stop in (5, 20):
        while len(acknowledged) < stop:
            acknowledged.append(heard.recv())
        kill(register)  # type: ignore[operator]
        facts = register.one("SELECT count(*) FROM points_fact WHERE natural_key LIKE %s", f"decision:{label}-%")
        assert facts >= len(acknowledged) * 3
    feeder.result()
    assert register.one("SELECT count(*) FROM points_fact WHERE natural_key LIKE %s", f"decision:{label}-%") == 40 * 3


def test_f09_a_lock_held_by_a_sleeping_program_is_freed_when_its_connection_ends(register: Register) -> None:
    holder_ids = register.run(work.holders, 1)
    sleeper = register.start(work.feed, holder_ids, "F09", 1, crash_at="settle.told", blow=signal.SIGSTOP)
    holding = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()"
    )
    until(lambda: register.one(holding) == 1)
    other = register.start(work.feed, holder_ids, "F09-other", 1)
    until(lambda: register.one("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1)
    register.ask(f"SELECT pg_terminate_backend(pid) {IDLE}")
    assert other.result() == 1
    sleeper.send(signal.SIGCONT)
    assert sleeper.result() == 1  # it noticed, and told again


def test_f09_the_server_ends_such_a_connection_by_itself_within_two_minutes(register: Register) -> None:
    assert 0 < register.run(_idle_seconds_max) <= 120


def _idle_seconds_max() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int / 1000 FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
        return int(cursor.fetchone()[0])
