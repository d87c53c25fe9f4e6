"""Background work of the sanctions room: checking and taking files."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.task(name="sanctions.check_file", queue="files", retry=RETRY)
def check_file(file_id: int) -> None:
    """The dry run of one file. Safe to run twice, also at the same time (F06)."""
    from gplx.sanctions import file_actions

    file_actions.check(file_id)


@app.task(name="sanctions.take_file", queue="files", retry=RETRY)
def take_file(file_id: int) -> None:
    """Take a confirmed file from where it stands. Safe to run twice, also at the same time (F06)."""
    from gplx.sanctions import file_actions

    file_actions.take(file_id)


@app.periodic(cron="* * * * *", periodic_id="sanctions.resume_files")
@app.task(name="sanctions.resume_files", queue="files")
def resume_files(timestamp: int | None = None) -> None:
    """Take up files whose worker was killed (F03)."""
    from gplx.sanctions import file_actions

    file_actions.resume()
