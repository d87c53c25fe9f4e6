"""Background work of the accounts room: removing what has ended."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.periodic(cron="29 * * * *", periodic_id="accounts.remove_ended_sessions")
@app.task(name="accounts.remove_ended_sessions", queue="housekeeping", retry=RETRY)
def remove_ended_sessions(timestamp: int | None = None) -> None:
    """Remove sessions that nobody can use any more. Safe to run twice (F06).

    Args:
        timestamp: of the periodic call; not used.
    """
    from gplx.accounts import actions

    actions.remove_ended_sessions()
