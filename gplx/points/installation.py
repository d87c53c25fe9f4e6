"""The profile this register was set up with: stored once, and compared with the settings at each start.

Entries are stated under one profile. Settling under another would void and restate the whole record, so a process whose
`GPLX_LAW` differs from what is stored does not start.

Source:
    reading 1; ADR 0012.
"""

from __future__ import annotations

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from gplx import clock
from gplx.errors import CannotStartError

_CHOOSE = """
    INSERT INTO points_installation (is_the_only, law_profile, chosen_on) VALUES (true, %s, %s)
    ON CONFLICT DO NOTHING
"""


class NotPreparedError(CannotStartError):
    """The database has not been prepared for this register. Run `gplx migrate`."""


class OtherProfileError(CannotStartError):
    """The settings name another profile than this register was set up with."""


def choose(using: str = DEFAULT_DB_ALIAS) -> None:
    """Store the profile of the settings, unless one is stored: of several that choose at once the first wins."""
    with connections[using].cursor() as cursor:
        cursor.execute(_CHOOSE, [settings.LAW_PROFILE, clock.machine_today()])


def chosen() -> str | None:
    """The stored profile; None in a database where `gplx migrate` has not stored one yet."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT to_regclass('points_installation') IS NOT NULL")
        (is_there,) = cursor.fetchone()
        if not is_there:
            return None
        cursor.execute("SELECT law_profile FROM points_installation")
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def refuse_another_profile() -> None:
    """Refuse settings that name another profile than the stored one; nothing stored is no obstacle.

    Raises:
        OtherProfileError: they differ; the message names both, and what to do.
    """
    stored = chosen()
    if stored is not None and stored != settings.LAW_PROFILE:
        raise OtherProfileError(
            f"This register was set up under the profile {stored}, and GPLX_LAW asks for {settings.LAW_PROFILE}. An"
            f" installation keeps one profile (reading 1): set GPLX_LAW={stored}, or use another database. A demo"
            f" alone can begin anew, and loses its record: GPLX_LAW={settings.LAW_PROFILE} gplx demo --reset"
        )


def check() -> None:
    """Refuse to work on a database that is not prepared, or that was set up under another profile.

    Raises:
        NotPreparedError, OtherProfileError: the message says what to do.
    """
    refuse_another_profile()
    if chosen() is None:
        raise NotPreparedError
