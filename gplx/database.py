"""Statements for the places where one round trip more, or planning a statement anew, would be felt.

Django's own cursors write the parameters into the text, so the server plans every call anew, and they wait for each
answer. These send parameters apart, so that plans are kept, and several statements at once. They use Django's
connection and are part of its transaction; errors are Django's.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

_here = threading.local()
_LOST = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
TRIES_MAX = 3
"""How often a transaction is tried that lost against another one (F19)."""


def cursor() -> psycopg.Cursor[Any]:
    """A cursor that sends parameters apart from the statement, so that the server keeps its plan."""
    return psycopg.Cursor(_connected())


def send(statement: str, parameters: Mapping[str, Any] | None = None) -> psycopg.Cursor[Any]:
    """Execute one statement; inside `together` it is only sent, and its rows are read after the block."""
    connected = getattr(_here, "together", None)
    if connected is not None:
        return psycopg.Cursor(connected).execute(statement, parameters)
    with connection.wrap_database_errors:
        return cursor().execute(statement, parameters)


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Send the statements of the block in one go. Each sees what those before it did.

    Rows must not be read before the block ends.
    """
    connected = _connected()
    with connection.wrap_database_errors, connected.pipeline():
        _here.together = connected
        try:
            yield
        finally:
            _here.together = None


def _connected() -> psycopg.Connection[Any]:
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return connection.connection  # type: ignore[no-any-return]


def array(values: Iterable[int | date | None]) -> str:
    """Numbers, truth values or days as the text of a PostgreSQL array.

    Several times faster than handing a list over, which is worth it with ten thousand rows.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def text_array(values: Iterable[str]) -> str:
    """Texts as the text of a PostgreSQL array."""
    quoted = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def tried_again_after_deadlock(action: Callable[P, R]) -> Callable[P, R]:
    """Try a whole transaction again when the server chose it to end a deadlock or a conflict (F19).

    Inside another transaction the error goes to that one, which has lost its work.
    """

    @functools.wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES_MAX):
            if connection.in_atomic_block:
                break
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(
                    error.__cause__, (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
                ):
                    raise
                time.sleep(0.05 * attempt)
        return action(*args, **kwargs)

    return tried
