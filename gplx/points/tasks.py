"""Background work of the points room: the sweep."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from gplx import clock

HELPERS_MAX = 8
"""How many further jobs a sweep with much to do asks for; as many run at once as there are workers."""


@app.periodic(cron="7 * * * *", periodic_id="points.remind")
@app.task(name="points.remind", queue="points", retry=RetryStrategy(max_attempts=3, exponential_wait=5))
def remind(timestamp: int | None = None) -> None:
    """Announce what is near: restorations, and days from which the test may be taken (F10).

    Args:
        timestamp: of the periodic call; not used.
    """
    from gplx.points.announcements import remind as remind_all

    remind_all()


@app.periodic(cron="*/5 * * * *", periodic_id="points.sweep")
@app.task(name="points.sweep", queue="points", retry=RetryStrategy(max_attempts=3, exponential_wait=5))
def sweep(timestamp: int | None = None, with_helpers: bool = True) -> None:
    """Settle every account that is due. Selects by what is due, never by the day of the call (F10).

    Args:
        timestamp: of the periodic call; not used.
        with_helpers: ask for more jobs of this kind when there is more than a few batches to do.
    """
    from gplx.points.sweep import BATCH_SIZE, count_due
    from gplx.points.sweep import sweep as sweep_due

    if with_helpers:
        batches = count_due(clock.today(), limit=BATCH_SIZE * HELPERS_MAX * 2) // BATCH_SIZE
        if batches > 1:
            helper: JSONDict = {"with_helpers": False}
            sweep.batch_defer(*[helper] * min(batches // 2, HELPERS_MAX))
    sweep_due()
