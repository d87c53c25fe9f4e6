"""The job queue: jobs are rows of the same database."""

from __future__ import annotations

import procrastinate
from procrastinate import JobContext
from procrastinate.blueprints import Blueprint
from procrastinate.jobs import Status

RESCUES_MAX = 3
"""A job that took its worker down with it so often is not tried again: it stays in the queue as failed (F07)."""
SILENT_SECONDS = 60
"""A worker whose heart has not beaten for so long is taken for dead; it beats every 10 seconds."""
KEPT_HOURS = 72
"""How long jobs that are done are kept; those that failed stay until a person has looked at them."""

housekeeping = Blueprint()


def on_app_ready(app: procrastinate.App) -> None:
    """Called by Procrastinate when Django is ready; other tasks are found in each room's `tasks` module."""
    app.add_tasks_from(housekeeping, namespace="queue")


@housekeeping.periodic(cron="* * * * *")
@housekeeping.task(name="rescue", queue="housekeeping", pass_context=True)
async def rescue(context: JobContext, timestamp: int | None = None) -> None:
    """Give jobs of dead workers to living ones, up to a limit (F06 to F08).

    The dead may only have been paused: every task must bear being run twice.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        if job.attempts >= RESCUES_MAX:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await jobs.retry_job(job)


@housekeeping.periodic(cron="17 * * * *")
@housekeeping.task(name="remove_done", queue="housekeeping", pass_context=True)
async def remove_done(context: JobContext, timestamp: int | None = None) -> None:
    """Remove jobs that were done some days ago."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
