"""Background work of the test room: papers whose time is over are handed in."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *", periodic_id="sittings.hand_in")
@app.task(name="sittings.hand_in", queue="points", retry=RetryStrategy(max_attempts=3, exponential_wait=5))
def hand_in(timestamp: int | None = None) -> None:
    """Hand in every paper whose time is over. Selects by the deadline, never by the moment of the call (F10)."""
    from gplx.sittings.candidate_actions import submit_overdue

    submit_overdue()
