"""Is the server alive, can it answer, and is background work in time?"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from ninja import Router, Status

from gplx import clock
from gplx.api import schemas
from gplx.exams import queries as exams
from gplx.notices.errand_queries import dead_letters
from gplx.wallet import fsck as wallet
from gplx.wallet import lags

JOB_SECONDS_MAX = 300
SWEEP_DAYS_MAX = 1

router = Router(tags=["health"], auth=None)

_OLDEST_JOB = """
    SELECT extract(epoch FROM now() - min(coalesce(job.scheduled_at, deferred.at)))
    FROM procrastinate_jobs job
    JOIN LATERAL (
        SELECT max(event.at) AS at FROM procrastinate_events event WHERE event.job_id = job.id
    ) deferred ON true
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
_OLDEST_DUE = "SELECT min(next_change_on) FROM points_account WHERE next_change_on <= %s"
_migrated = False


@router.get("/health", response={200: schemas.Live}, summary="Alive")
def live(request: HttpRequest) -> Any:
    """This process answers; nothing else is asked."""
    return {"status": "ok"}


@router.get("/ready", response={200: schemas.Readiness, 503: schemas.Readiness}, exclude_none=True, summary="Ready")
def ready(request: HttpRequest) -> Any:
    """503 when nothing can be answered. Late background work is told, but answers stay right: 200."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Status(503, {"status": "unavailable", "checks": [{"name": "database", "status": "failed"}]})
    checks: list[dict[str, Any]] = [{"name": "database", "status": "ok"}]
    if not _is_migrated():
        checks.append({"name": "migrations", "status": "failed"})
        return Status(503, {"status": "unavailable", "checks": checks})
    checks += [{"name": "migrations", "status": "ok"}, _job_queue(), _sweep(), *_exams(), _dead_letters()]
    checks += [_status_lists(), _pushes()]
    late = any(check["status"] == "late" for check in checks)
    return Status(200, {"status": "degraded" if late else "ok", "checks": checks})


def _is_migrated() -> bool:
    """Whether the tables are those of this release; once true it stays true for this process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _job_queue() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_JOB)
        (age,) = cursor.fetchone()
    seconds = max(0, int(age or 0))
    return {"name": "job_queue", "status": "late" if seconds > JOB_SECONDS_MAX else "ok", "seconds": seconds}


def _dead_letters() -> dict[str, Any]:
    """Notices that could not be told and that wait for a person (I17)."""
    count = dead_letters().errands
    return {"name": "undelivered_notices", "status": "late" if count else "ok", "count": count}


def _sweep() -> dict[str, Any]:
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_DUE, [today])
        (oldest,) = cursor.fetchone()
    days = 0 if oldest is None else (today - oldest).days
    return {"name": "sweep", "status": "late" if days >= SWEEP_DAYS_MAX else "ok", "days": days}


def _exams() -> list[dict[str, Any]]:
    """65/2024/TT-BCA art. 7(4), 8(4)-(5): provinces behind with announcing, and people not told in time."""
    behind, untold = exams.alarms(clock.today())
    return [
        {"name": "exam_calendar", "status": "late" if behind else "ok", "provinces": behind},
        {"name": "exam_notices", "status": "late" if untold else "ok", "people": untold},
    ]


def _status_lists() -> dict[str, Any]:
    """Lists of electronic licences that verifiers should have got anew by now."""
    old = wallet.too_old()
    return {"name": "status_lists", "status": "late" if old else "ok", "lists": old}


def _pushes() -> dict[str, Any]:
    seconds = lags.oldest_seconds()
    return {"name": "pushes", "status": "late" if seconds > lags.LATE_SECONDS else "ok", "seconds": seconds}
