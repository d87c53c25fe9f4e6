"""Many clients at once: real threads, real connections."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gplx.accounts.models import Role, User
from gplx.errors import MoveNotAllowedError
from gplx.notices.models import Notice
from gplx.points.models import Account, Entry, Fact
from gplx.sanctions.actions import annul, match, receive, return_to_authority
from gplx.sanctions.models import Annulment, Decision, QuarantineMove
from tests.sanctions.conftest import TODAY, a_holder, read
from tests.sanctions.test_annul import an_annulment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    """Jobs are not Django's tables: emptying those between tests leaves them behind."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all of them at the same moment, each on a connection of its own; their results or errors."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_f11_sixteen_clients_tell_one_decision() -> None:
    a_holder(1)
    outcomes = at_once([lambda: receive([read()], source="test", today=TODAY)[0]] * 16)
    assert Counter(outcome.state for outcome in outcomes) == {"recorded": 1, "exists": 15}
    assert {outcome.account_id for outcome in outcomes} == {Account.objects.get().pk}
    assert [model.objects.count() for model in (Decision, Fact, Entry, Notice)] == [1, 1, 1, 1]


def test_f12_of_sixteen_contents_one_is_kept() -> None:
    a_holder(1)
    decisions = [read(offences=[{"points": points}]) for points in (*range(1, 13), *range(1, 5))]
    outcomes = [
        outcome for (outcome,) in at_once([partial(receive, [one], source="test", today=TODAY) for one in decisions])
    ]
    states = Counter(outcome.state for outcome in outcomes)
    assert states["recorded"] == 1
    assert states["conflict"] >= 14
    assert [model.objects.count() for model in (Decision, Fact, Entry)] == [1, 1, 1]


def test_overlapping_batches_in_any_order_neither_lose_nor_double() -> None:
    for index in range(1, 5):
        a_holder(index)
    decisions = [read(number=f"{index}", licence_number=f"{790_000_000_001 + index % 4}") for index in range(60)]

    def batch(seed: int) -> list[str]:
        order = random.Random(seed).sample(decisions, 40)
        return [outcome.state for outcome in receive(order, source=f"{seed}", today=TODAY)]

    results = at_once([partial(batch, seed) for seed in range(8)])
    assert not [result for result in results if isinstance(result, Exception)]
    states = Counter(state for result in results for state in result)
    assert set(states) == {"recorded", "exists"}
    assert states["recorded"] == Decision.objects.count() == Fact.objects.count()
    for account in Account.objects.all():
        assert account.balance == 12 + sum(entry.points for entry in account.entries.all())


@pytest.mark.parametrize("attempt", range(5))
def test_f13_a_decision_and_its_annulment_never_pass_each_other(attempt: int) -> None:
    a_holder(1)
    acts: list[Callable[[], Any]] = [
        lambda: receive([read()], source="test", today=TODAY)[0],
        lambda: annul(an_annulment(), source="test", today=TODAY),
    ]
    results = at_once([*acts, *acts])
    assert not [result for result in results if isinstance(result, Exception)]
    assert Annulment.objects.get().decision_id == Decision.objects.get().pk
    assert Account.objects.get().balance == 12
    assert set(Fact.objects.values_list("kind", flat=True)) == {"decision", "annulment"}


def test_f18_of_eight_officers_one_handles_a_waiting_decision() -> None:
    holder = a_holder(1)
    (waiting,) = receive([read(birth_date="1999-10-01")], source="test", today=TODAY)
    officers = [
        User.objects.create(
            issuer="x", subject=f"{number}", identity=f"x {number}", role=Role.CASE_OFFICER, display_name=f"{number}"
        )
        for number in range(8)
    ]
    matching = partial(match, waiting.decision_id, holder_id=holder.pk, part="car", note="x", today=TODAY)
    acts: list[Callable[[], Any]] = [partial(matching, officer=officer) for officer in officers[:4]]
    acts += [partial(return_to_authority, waiting.decision_id, officer=officer, note="x") for officer in officers[4:]]
    results = at_once(acts)
    assert sum(isinstance(result, MoveNotAllowedError) for result in results) == 7
    assert sum(isinstance(result, Decision) for result in results) == 1
    assert QuarantineMove.objects.count() == 1
    assert Fact.objects.count() == (Decision.objects.get().state == "recorded")
