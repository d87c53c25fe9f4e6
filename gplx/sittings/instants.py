"""The instant by the database's clock: one clock for all servers (F23)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The instant of this statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [instant] = cursor.fetchone()
    assert isinstance(instant, datetime)
    return instant
