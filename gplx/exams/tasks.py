"""Background work of the test: calling people to their sessions, and looking again at what registrations rest on."""

from __future__ import annotations

import logging

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gplx import clock

logger = logging.getLogger(__name__)
_RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="7 * * * *", periodic_id="exams.call")
@app.task(name="exams.call", queue="points", retry=_RETRY)
def call(timestamp: int | None = None) -> None:
    """Call everybody whose session is near and who was not called yet; a missed hour is made up (F10)."""
    from gplx.exams.duty import call_due

    call_due(clock.today())


@app.periodic(cron="23 * * * *", periodic_id="exams.look_again")
@app.task(name="exams.look_again", queue="points", retry=_RETRY)
def look_again(timestamp: int | None = None) -> None:
    """Stop registrations that have lost their ground, and name provinces and sessions that are behind in the log."""
    from gplx.exams.duty import stop_groundless
    from gplx.exams.queries import alarms

    today = clock.today()
    stop_groundless(today)
    behind, late = alarms(today)
    if behind:
        logger.error("The sessions that are due are not announced in provinces %s.", ", ".join(behind))
    if late:
        logger.error("%s people were not called two working days before their session.", late)
