"""What happens before a command's own work: settings, database and profile, each with a plain refusal."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import date

from gplx import pgdev
from gplx.errors import CannotStartError
from gplx.law.profiles import UnknownProfileError

SETTINGS = "gplx.project.settings"
DATABASE_SECONDS_MAX = 60
"""How long a program that stays (web server, worker) waits for the database at its start."""


@contextlib.contextmanager
def plain_refusals() -> Iterator[None]:
    """What an operator can put right becomes a CannotStartError that says how.

    Raises:
        CannotStartError: a setting is missing or unknown, or the database does not answer.
    """
    from django.core.exceptions import ImproperlyConfigured

    try:
        yield
    except UnknownProfileError as error:
        raise CannotStartError(f"GPLX_LAW names an {error.args[0]} (docs/operations.md).") from None
    except ImproperlyConfigured as error:
        raise CannotStartError(str(error)) from None
    except pgdev.PostgresError as error:
        raise CannotStartError(str(error)) from None


def read_settings() -> None:
    """Read the settings, so that a fault in them is said now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with plain_refusals():
        from django.conf import settings

        try:
            settings.LAW_PROFILE  # noqa: B018  the first look reads them all
            date.fromisoformat(os.environ.get("GPLX_TODAY") or "2026-01-01")
        except ValueError:
            # Not what Python says: it would repeat a part of an address, and with it perhaps of a password.
            raise CannotStartError(
                "A setting does not have its form: GPLX_PORT and GPLX_SANDBOX_PORT are numbers, GPLX_TODAY is a day"
                " (YYYY-MM-DD), DATABASE_URL is postgresql://user:password@host:port/name (docs/operations.md)."
            ) from None


def set_up() -> None:
    """Set Django up, and start the private database where there is no `DATABASE_URL`."""
    import django

    read_settings()
    with plain_refusals():
        pgdev.database_url("gplx")
        django.setup()


def connect(*, patience_seconds: float = 0) -> None:
    """Make the first connection.

    Raises:
        CannotStartError: the database has not answered in time, or refuses this user.
    """
    from django.db import OperationalError, connection

    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            with plain_refusals():
                connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() >= deadline:
                reason = " ".join(str(error).split())
                raise CannotStartError(
                    f"The database does not answer: {reason}\nStart PostgreSQL, or correct DATABASE_URL"
                    " (docs/operations.md)."
                ) from None
            time.sleep(1)
        else:
            return
