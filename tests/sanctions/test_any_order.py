"""Property (I08): the same decisions and annulments, in any order and however often, give the same record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gplx.points.models import Account, Entry
from gplx.sanctions.actions import annul, receive
from gplx.sanctions.intake import StatedAnnulment, StatedDecision
from tests.sanctions.conftest import TODAY, a_holder, read
from tests.sanctions.test_annul import an_annulment

pytestmark = pytest.mark.django_db

Told = StatedDecision | StatedAnnulment


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Told], list[list[Told]]]:
    """What there is to tell, and another order of telling it, with repetitions, in calls of several decisions."""
    told: list[Told] = []
    for number in range(draw(st.integers(1, 5))):
        acted_on = date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 600)))
        decided_on = acted_on + timedelta(days=draw(st.integers(0, 20)))
        effective_on = decided_on + timedelta(days=draw(st.integers(0, 40)))
        changes: dict[str, Any] = {
            "number": f"{number}",
            "year": decided_on.year,
            "acted_on": acted_on.isoformat(),
            "decided_on": decided_on.isoformat(),
            "effective_on": effective_on.isoformat(),
            "offences": [{"points": draw(st.integers(1, 12)), "drug": draw(st.booleans())}],
        }
        if draw(st.integers(0, 4)) == 0:
            last_day = effective_on + timedelta(days=draw(st.integers(0, 400)))
            changes["revocation"] = {"from": effective_on.isoformat(), "to": last_day.isoformat()}
        told.append(read(**changes))
        if draw(st.booleans()):
            told.append(an_annulment(number=f"{number}", year=decided_on.year))
    repeated = told + draw(st.lists(st.sampled_from(told), max_size=3))
    order = draw(st.permutations(repeated))
    calls: list[list[Told]] = []
    for one in order:
        if calls and isinstance(one, StatedDecision) and draw(st.booleans()):
            calls[-1].append(one)
        else:
            calls.append([one])
    return told, calls


def record_of(calls: Sequence[Sequence[Told]]) -> tuple[Any, ...]:
    """What the register says after these calls; nothing of it is kept."""
    with transaction.atomic():
        a_holder(1)
        for call in calls:
            decisions = [one for one in call if isinstance(one, StatedDecision)]
            for one in call:
                if isinstance(one, StatedAnnulment):
                    annul(one, source="test", today=TODAY)
            if decisions:
                receive(decisions, source="test", today=TODAY)
        accounts = list(Account.objects.values_list("balance", "revoked", "restores_on", "exhausted_on", "test_from"))
        standing = Entry.objects.exclude(kind="reversal").filter(voided_by=None)
        entries = sorted(standing.values_list("takes_effect_on", "kind", "points", "cause__natural_key"), key=str)
        for account in Account.objects.all():
            assert account.balance == 12 + sum(Entry.objects.filter(account=account).values_list("points", flat=True))
            assert account.balance == 12 + sum(entry[2] for entry in entries)
        transaction.set_rollback(True)
    return accounts, entries


@given(lives())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_i08_the_order_of_arrival_changes_nothing(life: tuple[list[Told], list[list[Told]]]) -> None:
    told, calls = life
    assert record_of([[one] for one in told]) == record_of(calls)
