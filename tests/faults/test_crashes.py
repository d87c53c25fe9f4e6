"""Killed at a named place, started again: nothing is lost, nothing is there twice, every invariant holds."""

from __future__ import annotations

import itertools
import random
import signal
import time
from datetime import date

import pytest

from tests.faults import work
from tests.faults.register import KilledError, Register

BATCHES = 3
PEOPLE = 4
PLACES = ("record.kept", "settle.stored", "settle.told")
EVERY = [f"{place}:{times}" for place, times in itertools.product(PLACES, range(1, BATCHES + 1))]


def number_of(table: str, register: Register, holder_ids: list[int]) -> int:
    by_account = {
        "points_fact": "JOIN points_account account ON account.id = told.account_id",
        "points_entry": "JOIN points_account account ON account.id = told.account_id",
        "notices_notice": "JOIN points_account account ON account.holder_id = told.holder_id",
    }[table]
    return int(
        register.one(f"SELECT count(*) FROM {table} told {by_account} WHERE account.holder_id = ANY(%s)", holder_ids)
    )


@pytest.mark.parametrize("place", ["record.kept:1", "settle.stored:2", "settle.told:3"])
def test_f01_killed_before_the_commit(register: Register, place: str) -> None:
    told_again_until_done(register, place)


@pytest.mark.long
@pytest.mark.parametrize("place", EVERY)
def test_f01_killed_at_every_place(register: Register, place: str) -> None:
    told_again_until_done(register, place)


def told_again_until_done(register: Register, place: str) -> None:
    holder_ids = register.run(work.holders, PEOPLE)
    with pytest.raises(KilledError):
        register.run(work.feed, holder_ids, "F01", BATCHES, crash_at=place)
    done_before = number_of("points_entry", register, holder_ids)
    assert done_before == (int(place[-1]) - 1) * PEOPLE  # whole batches only
    assert register.run(work.feed, holder_ids, "F01", BATCHES) == BATCHES * PEOPLE - done_before
    for table in ("points_fact", "points_entry", "notices_notice"):
        assert number_of(table, register, holder_ids) == BATCHES * PEOPLE


@pytest.mark.parametrize("place", ["sweep.between:1", "settle.locked:2", "settle.told:1"])
def test_f03_a_sweep_is_killed_and_goes_on(register: Register, place: str) -> None:
    holder_ids = register.run(work.holders, 6)
    register.run(work.feed, holder_ids, "F03", 1)
    due = date(2026, 3, 11)
    with pytest.raises(KilledError):
        register.run(work.sweep, 2, crash_at=place, today=due)
    register.run(work.sweep, 2, today=due)
    restored = register.ask(
        "SELECT account.holder_id, count(*) FROM points_entry entry JOIN points_account account"
        " ON account.id = entry.account_id WHERE entry.kind = 'restoration' AND account.holder_id = ANY(%s) GROUP BY 1",
        holder_ids,
    )
    assert dict(restored) == dict.fromkeys(holder_ids, 1)
    assert register.run(work.sweep, 2, today=due) == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_f03_killed_at_any_moment(register: Register, seed: int) -> None:
    holder_ids = register.run(work.holders, 3)
    chosen = random.Random(seed)
    for _ in range(3):
        feeder = register.start(work.feed, holder_ids, "F03", 20)
        time.sleep(chosen.uniform(0.02, 0.4))
        feeder.send(signal.SIGKILL)
        feeder.process.join()
    register.run(work.feed, holder_ids, "F03", 20)
    assert number_of("points_fact", register, holder_ids) == 20 * 3


def test_f01_killed_while_the_electronic_licence_follows(register: Register) -> None:
    """I15: points and the right to drive change together, or neither does."""
    holder_ids = register.run(work.holders, 2)
    with pytest.raises(KilledError):
        register.run(work.feed, holder_ids, "F01W", 6, crash_at="follow.written:1")
    suspended = "SELECT count(*) FROM wallet_standing WHERE suspended AND holder_id = ANY(%s)"
    exhausted = "SELECT count(*) FROM points_account WHERE balance = 0 AND holder_id = ANY(%s)"
    assert (register.one(suspended, holder_ids), register.one(exhausted, holder_ids)) == (0, 0)
    register.run(work.feed, holder_ids, "F01W", 6)
    assert (register.one(suspended, holder_ids), register.one(exhausted, holder_ids)) == (2, 2)
    logged = "SELECT count(*) FROM wallet_statuschange WHERE holder_id = ANY(%s)"
    assert register.one(logged, holder_ids) == 2
