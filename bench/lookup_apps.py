"""The servers that the look-up is compared with: a constant, Django's own route, and FastAPI with psycopg."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import fastapi
from psycopg_pool import AsyncConnectionPool

CONSTANT = b'{"licence_number": "790000000001", "padding": "' + b"x" * 900 + b'"}'
"""About as long as a standing."""

_BARE = """
    SELECT licence.number, licence.status, account.part, account.balance, account.restores_on
    FROM licences_licence licence JOIN points_account account ON account.holder_id = licence.holder_id
    WHERE licence.number = %s
"""


def constant(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The least that this server can do."""
    headers = [
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("Content-Length", str(len(CONSTANT))),
    ]
    start_response("200 OK", headers)
    return [CONSTANT]


_pool = AsyncConnectionPool(os.environ.get("DATABASE_URL", ""), min_size=8, max_size=16, open=False)


@asynccontextmanager
async def _with_pool(_: fastapi.FastAPI) -> AsyncIterator[None]:
    async with _pool:
        yield


bare = fastapi.FastAPI(lifespan=_with_pool)


@bare.get("/api/v1/licences/{number}/standing")
async def look(number: str) -> dict[str, Any]:
    """The bare look: no token, no log, no limits, one row of two narrow tables."""
    async with _pool.connection() as connection:
        row = await (await connection.execute(_BARE, [number])).fetchone()
    if row is None:
        raise fastapi.HTTPException(404)
    return dict(zip(("number", "status", "part", "balance", "restores_on"), row, strict=True))
