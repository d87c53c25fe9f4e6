"""Background work of the notices room: sending what is to be told."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from gplx import crash

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)
"""A job that fails is tried again after 5 and 25 seconds; then it stays in the queue's table as failed (F08)."""


@app.task(name="notices.deliver", queue="notices", retry=RETRY)
def deliver(notice_ids: list[int]) -> None:
    """Put notices into their holders' inboxes, with the text as told and its digest as evidence.

    Safe to run twice, also at the same time (F06): a notice is in the inbox once.
    """
    from gplx.notices import actions

    actions.deliver_to_inbox(notice_ids)
    crash.at("deliver.done")
