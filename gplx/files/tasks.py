"""Background work of the files room: the sweep of the object store."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.periodic(cron="25 2 * * *", periodic_id="files.sweep")
@app.task(name="files.sweep", queue="housekeeping", retry=RetryStrategy(max_attempts=3, exponential_wait=60))
def sweep(timestamp: int | None = None) -> None:
    """Remove objects that a crash left without a row, and name rows without an object (F33, I16)."""
    from gplx.files import actions

    actions.sweep()
