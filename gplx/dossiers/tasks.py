"""Background work of the dossiers room."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="41 3 * * *", periodic_id="dossiers.forget_codes")
@app.task(name="dossiers.forget_codes", queue="housekeeping")
def forget_codes(timestamp: int | None = None) -> None:
    """Remove one-time codes and counts of questions that are a day old."""
    from gplx.dossiers.tracking import forget_old

    forget_old()
