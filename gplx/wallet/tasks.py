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


@app.task(name="wallet.push", queue="wallet", retry=RETRY)
def push(target: str) -> None:
    """Send what waits for one target; asked for with a lock of the target's own, so that one runs at a time.

    Safe to run twice (F06): a message keeps its identifier, and receivers count events by account.
    """
    from gplx.wallet import pushes

    pushes.send_waiting(target)


@app.periodic(cron="* * * * *", periodic_id="wallet.push_all")
@app.task(name="wallet.push_all", queue="wallet")
def push_all(timestamp: int | None = None) -> None:
    """Ask for each target's turn: what waits for its next try is nobody else's to remember (F10)."""
    from gplx.wallet.models import Target

    for name in Target.objects.filter(is_active=True).values_list("name", flat=True):
        push.configure(lock=f"wallet.push {name}").defer(target=name)
