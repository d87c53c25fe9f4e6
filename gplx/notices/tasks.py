"""Background work of the notices room: sending what is to be told."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.task(name="notices.deliver", queue="notices")
def deliver(notice_ids: list[int]) -> None:
    """Put notices into their holders' inboxes, with the text as told and its digest as evidence."""
    raise NotImplementedError
