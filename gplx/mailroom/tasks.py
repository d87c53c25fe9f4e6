"""Background work of the mailroom: making the papers of a batch."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.task(name="mailroom.make", queue="letters", retry=RETRY)
def make(batch_id: int) -> None:
    """Make the papers of one batch from where it stands. Safe to run twice, also at the same time (F06)."""
    from gplx.mailroom import actions

    actions.make(batch_id)


@app.periodic(cron="* * * * *", periodic_id="mailroom.resume")
@app.task(name="mailroom.resume", queue="letters")
def resume(timestamp: int | None = None) -> None:
    """Take up batches whose worker was killed (F03).

    Args:
        timestamp: of the periodic call; not used.
    """
    from gplx.mailroom import actions

    actions.resume()
