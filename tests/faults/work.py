"""What the register's programs do while the tests of this folder kill them. These functions run in children."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection

R = TypeVar("R")
FIRST_DAY = date(2025, 3, 10)
TODAY = date(2025, 6, 1)


def holders(count: int) -> list[int]:
    """New people; their numbers."""
    from tests.points.people import people

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM licences_holder")
        (there,) = cursor.fetchone()
    return [holder.pk for holder in people(count, first=there + 1)]


def feed(holder_ids: Sequence[int], label: str, batches: int, acknowledge: Any = None) -> int:
    """Tell the register of one decision a person in each batch, from the start; how many entries were stated now.

    Told again, a decision changes nothing, so a feeder that does not know how far it came begins anew.
    """
    from gplx.points.actions import record
    from tests.points.people import decision

    entries = 0
    for batch in range(batches):
        on = FIRST_DAY + timedelta(days=batch)
        facts = [decision(holder_id, f"{label}-{holder_id}-{batch}", on, 2) for holder_id in holder_ids]
        entries += len(patiently(lambda facts=facts: record(facts, today=TODAY)).entries)  # type: ignore[misc]
        if acknowledge is not None:
            acknowledge.send(batch)
    return entries


def patiently(action: Callable[[], R], seconds: float = 60) -> R:
    """Do it again until the database is back, as a client does that got no answer (F05)."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.05)


def sweep(batch_size: int) -> int:
    from gplx.points.sweep import sweep as sweep_due

    return sweep_due(batch_size=batch_size).accounts


def decide_at_random(seed: int, holder_ids: Sequence[int], count: int) -> int:
    """Decisions, annulments and sweeps on the same few people, in an order of this seed's own."""
    import random

    from gplx.points.actions import record
    from gplx.points.sweep import sweep as sweep_due
    from tests.points.people import annulment, decision

    chosen = random.Random(seed)
    told: list[tuple[int, str]] = []
    for number in itertools.count(1):
        if number > count:
            return count
        act = chosen.random()
        if act < 0.7 or not told:
            some = chosen.sample(list(holder_ids), chosen.randint(1, len(holder_ids)))
            facts = []
            for holder_id in some:
                key = f"R-{os.getppid()}-{seed}-{number}-{holder_id}"
                on = FIRST_DAY + timedelta(days=chosen.randrange(80))
                facts.append(decision(holder_id, key, on, chosen.choice((1, 2, 4, 12))))
                told.append((holder_id, key))
            record(facts, today=TODAY)
        elif act < 0.95:
            holder_id, key = told.pop(chosen.randrange(len(told)))
            record([annulment(holder_id, key, TODAY)], today=TODAY)
        else:
            sweep_due()
    raise AssertionError


def work_off_the_queue() -> None:
    """A worker that ends when the queue is empty."""
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(wait=False, listen_notify=False, install_signal_handlers=False, concurrency=1)


def rescue() -> None:
    """What the periodic job `queue:rescue` does, as if the workers had been silent for an hour."""
    from procrastinate.contrib.django import app

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    app.configure_task("queue:rescue", queue="housekeeping", priority=10).defer()
    work_off_the_queue()
