"""Many at once on the same few accounts (F11, F18, F19): no anomaly, no decision twice, no deadlock left."""

from __future__ import annotations

import pytest

from tests.faults import work
from tests.faults.register import Register

CLIENTS = 8


@pytest.mark.parametrize("count", [12, pytest.param(250, marks=pytest.mark.long)])
def test_f18_eight_clients_decide_annul_and_sweep_on_four_accounts(register: Register, count: int) -> None:
    holder_ids = register.run(work.holders, 4)
    clients = [register.start(work.decide_at_random, seed, holder_ids, count) for seed in range(CLIENTS)]
    assert [client.result(600) for client in clients] == [count] * CLIENTS
    standing = register.ask(
        "SELECT cause_id, count(*) FROM points_entry entry WHERE kind = 'deduction'"
        " AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id)"
        " GROUP BY 1 HAVING count(*) > 1"
    )
    assert standing == []


def test_f11_the_same_decisions_told_by_eight_clients_at_once(register: Register) -> None:
    holder_ids = register.run(work.holders, 4)
    clients = [register.start(work.feed, holder_ids, "F11", 5) for _ in range(CLIENTS)]
    assert sum(client.result(120) for client in clients) == 4 * 5
    told = "SELECT count(*) FROM points_fact WHERE natural_key LIKE 'decision:F11-%%' AND %s"
    assert register.one(told, True) == 4 * 5


def test_f18_without_the_lock_the_invariants_would_break(register: Register) -> None:
    """A seeded bug: were accounts not locked, clients would state the same number twice or overwrite each other."""
    holder_ids = register.run(work.holders, 2)
    clients = [register.start(_without_the_lock, seed, holder_ids) for seed in range(CLIENTS)]
    failures = [failure for client in clients if (failure := client.failure(120))]
    assert failures
    unique = ("entries_are_numbered_within_their_account", "voids_id")
    assert [failure for failure in failures if not any(name in failure for name in unique)] == []


def _without_the_lock(seed: int, holder_ids: list[int]) -> None:
    from gplx.points import actions

    actions._LOCK_TOLD = actions._LOCK_TOLD.replace("FOR NO KEY UPDATE", "")
    work.decide_at_random(seed, holder_ids, 30)
