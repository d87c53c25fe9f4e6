"""Workers that die, sleep, or are killed by their own job: every notice is delivered once, and others go on."""

from __future__ import annotations

import asyncio
import signal
from types import SimpleNamespace
from typing import cast

import pytest
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from gplx.project import jobs as queue
from gplx.project.jobs import RESCUES_MAX
from tests.faults import work
from tests.faults.register import KilledError, Register, until


@pytest.fixture
def notice_ids(register: Register) -> list[int]:
    """Notices of two batches that wait for delivery, in two jobs; nothing else waits in the queue."""
    register.run(work.work_off_the_queue)
    holder_ids = register.run(work.holders, 2)
    register.run(work.feed, holder_ids, "F06", 2)
    found = register.ask("SELECT id FROM notices_notice WHERE holder_id = ANY(%s) ORDER BY id", holder_ids)
    return [notice_id for (notice_id,) in found]


def deliveries(register: Register, notice_ids: list[int]) -> list[int]:
    """How often each notice is in an inbox."""
    counted = register.ask(
        "SELECT notice.id, count(delivery.id) FROM notices_notice notice LEFT JOIN notices_delivery delivery"
        " ON delivery.notice_id = notice.id WHERE notice.id = ANY(%s) GROUP BY 1",
        notice_ids,
    )
    return [dict(counted)[notice_id] for notice_id in notice_ids]


def jobs(register: Register) -> list[tuple[str, int]]:
    """Status and number of the deliveries that are not done."""
    return register.ask(
        "SELECT status::text, count(*) FROM procrastinate_jobs"
        " WHERE status <> 'succeeded' AND task_name = 'notices.deliver' GROUP BY 1 ORDER BY 1"
    )


@pytest.mark.parametrize("place", ["deliver.written", "deliver.done"])
def test_f03_a_worker_is_killed_and_another_takes_its_job(
    register: Register, notice_ids: list[int], place: str
) -> None:
    with pytest.raises(KilledError):
        register.run(work.work_off_the_queue, crash_at=place)
    assert jobs(register) == [("doing", 1), ("todo", 1)]
    register.run(work.rescue)
    register.run(work.work_off_the_queue)
    assert deliveries(register, notice_ids) == [1, 1, 1, 1]
    assert jobs(register) == []


def test_f06_a_worker_sleeps_is_taken_for_dead_and_wakes(register: Register, notice_ids: list[int]) -> None:
    sleeper = register.start(work.work_off_the_queue, crash_at="deliver.done", blow=signal.SIGSTOP)
    until(lambda: register.one("SELECT count(*) FROM notices_delivery WHERE notice_id = ANY(%s)", notice_ids) >= 2)
    register.run(work.rescue)
    register.run(work.work_off_the_queue)
    assert deliveries(register, notice_ids) == [1, 1, 1, 1]
    sleeper.send(signal.SIGCONT)
    struck_off = sleeper.failure()  # it is no longer on the list of workers: it ends, to be started again
    assert "procrastinate_jobs_worker_id_fkey" in struck_off or not struck_off
    assert deliveries(register, notice_ids) == [1, 1, 1, 1]


def test_f07_a_job_that_kills_its_worker_is_given_up_and_others_go_on(
    register: Register, notice_ids: list[int]
) -> None:
    for _ in range(RESCUES_MAX + 1):
        with pytest.raises(KilledError):
            register.run(work.work_off_the_queue, crash_at="deliver.written")
        register.run(_rescue_only)
    assert jobs(register) == [("failed", 1), ("todo", 1)]
    register.run(work.work_off_the_queue)
    assert jobs(register) == [("failed", 1)]
    assert sorted(deliveries(register, notice_ids)) == [0, 0, 1, 1]


def _rescue_only() -> None:
    """The rescue, without working off what was rescued."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")

    async def call() -> None:
        async with working.open_async():
            await queue.rescue.func(cast(JobContext, SimpleNamespace(app=working)))

    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(call())
