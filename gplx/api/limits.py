"""Limits against guessing: failed client secrets, and look-ups that find nothing."""

from __future__ import annotations

import logging

from django.db import connection

from gplx.api.problems import Problem

logger = logging.getLogger(__name__)

ATTEMPTS_WINDOW_SECONDS = 60
ATTEMPTS_OF_A_CLIENT_MAX = 10
ATTEMPTS_OF_AN_ADDRESS_MAX = 100
MISSES_WINDOW_SECONDS = 3600
MISSES_OF_A_CLIENT_MAX = 300
"""A client that finds nothing this often within the window is guessing numbers (T35)."""

MISSES = f"""
    SELECT count(*) FROM (
        SELECT FROM audit_access miss
        WHERE miss.holder_id IS NULL AND miss.actor = bearer.client_id AND miss.actor_kind = 'client'
          AND miss.accessed_at > statement_timestamp() - make_interval(secs => %(window)s::int)
        LIMIT {MISSES_OF_A_CLIENT_MAX}
    ) recent
"""
"""How often `bearer`, a row of an outer query, found nothing of late: read from the access log itself."""

_COUNT_ATTEMPTS = """
    SELECT count(*), count(*) FILTER (WHERE client_id = %(client_id)s)
    FROM (SELECT client_id FROM api_refusedattempt
          WHERE address = %(address)s AND refused_at > statement_timestamp() - make_interval(secs => %(window)s)
          ORDER BY refused_at DESC LIMIT %(address_max)s) recent
"""
_KEEP_ATTEMPT = """
    WITH old AS (
        DELETE FROM api_refusedattempt
        WHERE refused_at < statement_timestamp() - make_interval(secs => %(window)s * 10)
    )
    INSERT INTO api_refusedattempt (address, client_id) VALUES (%(address)s, %(client_id)s)
"""


def too_many_misses(client_id: str) -> Problem:
    """The refusal of a client that is guessing; whoever watches the log hears of it (T35)."""
    logger.warning("%s looks up licences that do not exist too often; its look-ups are refused for now.", client_id)
    return Problem("too_many_misses", headers={"Retry-After": str(MISSES_WINDOW_SECONDS // 4)})


def refuse_guessing(client_id: str) -> None:
    """Refuse a client that found nothing too often of late.

    Raises:
        Problem: too_many_misses.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({MISSES}) FROM (SELECT %(client_id)s::text AS client_id) bearer",
            {"client_id": client_id, "window": MISSES_WINDOW_SECONDS},
        )
        (misses,) = cursor.fetchone()
    if misses >= MISSES_OF_A_CLIENT_MAX:
        raise too_many_misses(client_id)


def refuse_hurried_attempts(address: str, client_id: str) -> None:
    """Refuse to look at a secret after too many wrong ones of late, whether or not this one is right.

    Counted for the client at this address, so that nobody can lock a client out from elsewhere, and for the address.

    Raises:
        Problem: too_many_attempts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_ATTEMPTS,
            {
                "address": address[:60],
                "client_id": client_id[:80],
                "window": ATTEMPTS_WINDOW_SECONDS,
                "address_max": ATTEMPTS_OF_AN_ADDRESS_MAX,
            },
        )
        of_address, of_client = cursor.fetchone()
    if of_client >= ATTEMPTS_OF_A_CLIENT_MAX or of_address >= ATTEMPTS_OF_AN_ADDRESS_MAX:
        raise Problem("too_many_attempts", headers={"Retry-After": str(ATTEMPTS_WINDOW_SECONDS)})


def keep_refused_attempt(address: str, client_id: str) -> None:
    """Remember a wrong secret; what no longer counts is removed."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_ATTEMPT,
            {"address": address[:60], "client_id": client_id[:80], "window": ATTEMPTS_WINDOW_SECONDS},
        )
