"""The demo's movable clock."""

from __future__ import annotations

from django.db import models


class Clock(models.Model):
    """The day the demo's clock was moved to; no row: the machine's day. Read by `gplx.clock`."""

    moved_to = models.DateField(primary_key=True)

    class Meta:
        db_table = "demo_clock"

    def __str__(self) -> str:
        return self.moved_to.isoformat()
