"""Telling the person whose certificate has come: whoever asked to be told is told once."""

from __future__ import annotations

from datetime import date

from gplx.health.models import ArrivalWish, Version
from gplx.law.sources import cite
from gplx.notices import actions as notices
from gplx.notices.actions import NewMessage


def arrived(version: Version, holder_id: int, *, today: date) -> None:
    """Tell the person, if he wished it and was not told yet; in the caller's transaction."""
    wish = ArrivalWish.objects.select_for_update().filter(holder_id=holder_id, told_on__isnull=True).first()
    if wish is None:
        return
    wish.told_on = today
    wish.save(update_fields=["told_on"])
    notices.announce(
        [
            NewMessage(
                holder_id,
                "health_certificate_arrived",
                f"health_arrived:{version.reference}",
                {
                    "on": today.isoformat(),
                    "concluded_on": version.concluded_on.isoformat(),
                    "sources": [cite("36/2024/TT-BYT", "annex II")],
                },
            )
        ],
        recorded_on=today,
    )
