"""The look at one licence: token, limit, access log and standing in one statement.

The same code answers behind Django and before it (`gplx.project.wsgi`): it takes plain values and gives bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

import psycopg
from django.db import OperationalError, connection
from django.db.utils import InterfaceError

from gplx import clock, database
from gplx.accounts import tokens
from gplx.api import limits, strict
from gplx.api.access import Purposed, name_of, purposed, scope_missing, unauthorized
from gplx.api.problems import Problem, field, invalid
from gplx.api.transport import FIXED_HEADERS
from gplx.audit.actions import RECORD_ACCESS
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY
from gplx.points import queries as points

SCOPE = "standing:read"

_LOOK_UP = " ".join(
    f"""
    WITH bearer AS MATERIALIZED ({tokens.BEARER}),
    permitted AS MATERIALIZED (
        SELECT bearer.client_id, bearer.name, bearer.authority FROM bearer
        WHERE %(scope)s::text = ANY(bearer.scopes) AND ({limits.MISSES}) < {limits.MISSES_OF_A_CLIENT_MAX}
    ),
    found (holder_id, stale, body) AS MATERIALIZED ({points.STANDING}),
    logged AS (
        {RECORD_ACCESS}
        SELECT found.holder_id, 'client', permitted.client_id, {name_of("permitted")},
               %(purpose)s::text, %(reference)s::text, 'standing'
        FROM permitted LEFT JOIN found ON true
    )
    SELECT bearer.client_id, %(scope)s::text = ANY(bearer.scopes), permitted.client_id IS NOT NULL,
           found.stale, found.body
    FROM bearer LEFT JOIN permitted ON true LEFT JOIN found ON true
""".split()
)


class Asked(NamedTuple):
    """One request for a standing, as it came."""

    number: str
    query: str
    authorization: str
    purpose: str
    reference: str


class Answer(NamedTuple):
    """What goes back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


_Row: TypeAlias = tuple[str, bool, bool, list[int] | None, bytes | None]
"""The client, may it, is it within its limit, accounts whose snapshot is stale, and the answer."""

_OK_HEADERS = {"Content-Type": "application/json", **FIXED_HEADERS}


_LOST = (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError)
"""How a connection shows that the server behind it was restarted or has gone."""


def respond(asked: Asked) -> Answer:
    """Answer a request for a standing; what stands in the way is a problem document."""
    try:
        return Answer(200, _OK_HEADERS, _look_twice_at_most(asked))
    except Problem as problem:
        return Answer(problem.status, {**problem.headers, **FIXED_HEADERS}, problem.body())


def _look_twice_at_most(asked: Asked) -> bytes:
    """Look once more, on a new connection, when the server was restarted since this one was made (F04).

    The connection of a thread lives longer than a request, and no request of Django's may ever come by to renew it.
    """
    try:
        return _look(asked)
    except _LOST:
        if connection.in_atomic_block:
            raise
        connection.close()
    try:
        return _look(asked)
    except _LOST as error:
        connection.close()
        raise Problem("unavailable", headers={"Retry-After": "5"}) from error


def _look(asked: Asked) -> bytes:
    token = tokens.token_of(asked.authorization)
    if token is None:
        raise unauthorized()
    try:
        why = _read(asked)
    except Problem:
        if tokens.bearer(token) is None:
            raise unauthorized() from None
        raise
    today = clock.today()
    row = _row(asked.number, token, why, today)
    if row is None:
        raise unauthorized()
    client_id, may, is_within_limit, stale, body = row
    if not may:
        raise scope_missing(SCOPE)
    if not is_within_limit:
        raise limits.too_many_misses(client_id)
    if body is None:
        raise Problem("not_found")
    return points.replayed(body, stale, today) if stale else body


def _read(asked: Asked) -> Purposed:
    strict.licence_number(asked.number)
    unknown = strict.query(asked.query)
    if unknown:
        raise invalid(*(field(strict.shown_key(key), "unknown_parameter") for key in unknown))
    return purposed(asked.purpose, asked.reference)


def _row(number: str, token: str, why: Purposed, today: date) -> _Row | None:
    given = {
        "token_digest": tokens.digest(token),
        "scope": SCOPE,
        "window": limits.MISSES_WINDOW_SECONDS,
        "number": number,
        "today": today,
        "full": FULL_BALANCE_POINTS.on(max(today, POINTS_SYSTEM_FIRST_DAY)),
        "purpose": why.purpose,
        "reference": why.reference,
    }
    return _execute(given)


def _execute(given: dict[str, object]) -> _Row | None:
    with database.cursor() as cursor:
        cursor.execute(_LOOK_UP, given, binary=True)
        row: _Row | None = cursor.fetchone()
    return row
