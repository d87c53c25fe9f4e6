"""Background work of the health room: looking again whose a waiting certificate is."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

_AT_ONCE = 1_000


@app.periodic(cron="*/10 * * * *", periodic_id="health.match_waiting")
@app.task(name="health.match_waiting", queue="housekeeping", retry=RetryStrategy(max_attempts=3, exponential_wait=30))
def match_waiting(timestamp: int | None = None) -> None:
    """Let certificates count whose holder has appeared, and tell new accounts of the certificates of their holder."""
    from gplx.health import actions, queries
    from gplx.health.matching import BY_PERSON

    for version_id in queries.waiting().filter(reason__in=BY_PERSON).values_list("id", flat=True)[:_AT_ONCE]:
        actions.match_waiting(version_id)
    actions.tell_new_parts(limit=_AT_ONCE)
