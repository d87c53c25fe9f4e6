"""Background work of the wallet: putting status lists out."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=5, wait=5)


@app.periodic(cron="* * * * *", periodic_id="wallet.publish")
@app.task(name="wallet.publish", queue="wallet", lock="wallet.publish", retry=RETRY)
def publish(timestamp: int | None = None) -> None:
    """Put out the status lists that are due; asked for by each change, and each minute in any case (F10).

    One at a time: whatever was changed while one was at work is put out by the next, and those after it find nothing.
    """
    from gplx.wallet import publication

    publication.publish_due()
