"""How notices reach the worker: in the same transaction, several to a job, without waking it."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from gplx.notices import actions
from gplx.notices.models import Notice
from gplx.points.actions import record, sweep_soon
from tests.points.people import decision, people

DAY = date(2025, 3, 10)


def told_ids() -> list[list[int]]:
    jobs = ProcrastinateJob.objects.filter(task_name="notices.deliver").order_by("id")
    return [job.args["notice_ids"] for job in jobs]


@pytest.fixture
def _empty_queue() -> None:
    """The queue's tables are not of Django's making: it does not empty them between tests."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers")


@pytest.mark.django_db
@pytest.mark.usefixtures("_empty_queue")
def test_the_notices_of_a_batch_are_shared_among_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "NOTICES_A_JOB", 2)
    record([decision(holder.pk, f"QD-{holder.pk}", DAY, 4) for holder in people(5)], today=DAY)
    shares = told_ids()
    assert [len(share) for share in shares] == [2, 2, 1]
    assert sorted(notice_id for share in shares for notice_id in share) == sorted(
        Notice.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("_empty_queue")
def test_a_transaction_that_fails_tells_nobody() -> None:
    (holder,) = people(1)

    @transaction.atomic
    def fail_after_recording() -> None:
        record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert (Notice.objects.count(), told_ids()) == (0, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_empty_queue")
def test_notices_do_not_wake_the_workers_and_other_jobs_do() -> None:
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as worker:
        worker.execute("LISTEN procrastinate_any_queue_v1")
        record([decision(holder.pk, f"QD-{holder.pk}", DAY, 4) for holder in people(1)], today=DAY)
        assert len(told_ids()) == 1
        sweep_soon()
        heard = list(worker.notifies(timeout=10, stop_after=1))
    (job,) = ProcrastinateJob.objects.filter(task_name="points.sweep")
    assert [f'"job_id" : {job.pk}' in notification.payload for notification in heard] == [True]
