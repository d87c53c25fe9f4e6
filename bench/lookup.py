"""The look at a licence over HTTP: one worker of each server, the same load, in turns.

Yardstick: the same server answering a constant, that is the register's own constant route, `GET /api/v1/health`. What
granian alone could do, without the register and without a database, is shown beside it. FastAPI with psycopg does the
bare look: no token, no access log. The load comes from wrk where it is installed (package wrk), else from a client in
Python, which then is the limit.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bench.report import Context, Row

LICENCES, FEW_LICENCES = 100_000, 2_000
ROUNDS, SECONDS = 3, 8
CONNECTIONS = 16
FIRST_NUMBER = 790_000_000_000
GOAL = 0.6
HOST = "127.0.0.1"
REGISTER, FASTAPI = "the register: token, log, standing", "FastAPI + psycopg, bare look"
WHY = """The bare look reads one row of two tables. The register's statement also checks the token, counts what the
client missed of late, reads classes and both parts, and commits a row of the access log before it answers: several
times the work for PostgreSQL. On a busy machine the register was seen ahead, because its looks share one flush."""

_POPULATION = """
    WITH people AS (
        INSERT INTO licences_holder
            (citizen_number, name, name_folded, name_key, birth_date, sex, address, province_code)
        SELECT lpad(n::text, 12, '0'), 'Người Mẫu ' || n, 'nguoi mau ' || n, n::text, '1990-01-01', 'male', '', '01'
        FROM generate_series(1, %(count)s) AS n
        RETURNING id, citizen_number
    ), documents AS (
        INSERT INTO licences_licence (number, holder_id, blank_number, issue_date, issuing_province, status)
        SELECT %(first)s + citizen_number::bigint, id, '', '2020-01-01', '01', 'valid' FROM people
        RETURNING id
    ), classes AS (
        INSERT INTO licences_entitlement (licence_id, category, regime, part, issue_date, restriction)
        SELECT documents.id, class.category, 'pre-2025', class.part, '2020-01-01', ''
        FROM documents, (VALUES ('B2', 'car'), ('A1', 'motorcycle')) AS class (category, part)
    )
    INSERT INTO points_account
        (holder_id, part, balance, revoked, restores_on, wait_ground, needs_drug_free_certificate, next_change_on,
         entry_count, settled_on)
    SELECT id, 'car', 8, false, '2199-01-01', '', false, '2199-01-01', 1, '2026-01-01' FROM people
"""
_SCRIPT = """
    math.randomseed(os.time())
    local headers = {{ {headers} }}
    request = function()
        local number = string.format("%d", {first} + math.random({count}))
        local path = string.gsub("{path}", "NUMBER", number)
        return wrk.format("GET", path, headers)
    end
"""


class Server(NamedTuple):
    """One way to answer, and how to start it on a port."""

    case: str
    command: list[str]
    path: str = "/api/v1/licences/NUMBER/standing"
    goal: float | None = None
    yardstick: bool = False


class Measured(NamedTuple):
    """What one round of load saw."""

    rate: float
    p50_ms: float
    p99_ms: float


def run(context: Context) -> list[Row]:
    count = FEW_LICENCES if context.quick else LICENCES
    context.say(f"{count} licences; load by {'wrk' if shutil.which('wrk') else 'a client in Python'}")
    with context.connect() as connection:
        connection.execute(_POPULATION, {"count": count, "first": FIRST_NUMBER})
        connection.execute("VACUUM ANALYZE")
    headers = {"Authorization": f"Bearer {_token()}", "Access-Purpose": "roadside_check", "Access-Reference": "BENCH-1"}
    rounds: dict[str, list[Measured]] = {}
    for number in range(1 if context.quick else ROUNDS):
        for server in _servers():
            context.say(f"round {number + 1}: {server.case}")
            with _running(server) as port:
                _load(port, server.path, headers, count, 1)
                measured = _load(port, server.path, headers, count, 2 if context.quick else SECONDS)
            rounds.setdefault(server.case, []).append(measured)
    rows = {server.case: _row(server, rounds[server.case]) for server in _servers()}
    # The same figures once more, to be ahead of FastAPI.
    why = {} if rows[REGISTER].rate >= rows[FASTAPI].rate else {"why the goal is not met": WHY}
    ahead = [
        replace(rows[REGISTER], benchmark="lookup-fastapi", goal=1.0, detail={**rows[REGISTER].detail, **why}),
        replace(rows[FASTAPI], benchmark="lookup-fastapi", yardstick=True),
    ]
    return [*rows.values(), *ahead]


def _servers() -> list[Server]:
    python = sys.executable
    granian = [
        python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", "PORT", "--workers", "1",
        "--blocking-threads", str(_threads()), "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    register = [*granian, "gplx.project.wsgi:application"]
    uvicorn = [
        python, "-m", "uvicorn", "--host", HOST, "--port", "PORT", "--loop", "uvloop", "--http", "httptools",
        "--no-access-log", "--log-level", "warning", "bench.lookup_apps:bare",
    ]  # fmt: skip
    return [
        Server("the same server, a constant", register, "/api/v1/health", yardstick=True),
        Server(REGISTER, register, goal=GOAL),
        Server("the same by Django's route", [*granian, "bench.django_alone:application"]),
        Server(FASTAPI, uvicorn),
        Server("granian alone, a constant", [*granian, "bench.lookup_apps:constant"]),
    ]


def _threads() -> int:
    from gplx.project.commands.serve import THREADS

    return THREADS


def _token() -> str:
    from gplx.accounts import tokens
    from gplx.accounts.models import MachineClient

    made = tokens.create_client("Bench", "BENCH", ["standing:read"])
    return tokens.issue(MachineClient.objects.get(client_id=made.client_id)).token


def _row(server: Server, measured: list[Measured]) -> Row:
    return Row(
        benchmark="lookup",
        case=server.case,
        rate=statistics.median(one.rate for one in measured),
        unit="looks/s",
        yardstick=server.yardstick,
        goal=server.goal,
        rounds=tuple(one.rate for one in measured),
        detail={
            "p50": statistics.median(one.p50_ms for one in measured),
            "p99": statistics.median(one.p99_ms for one in measured),
            "connections": CONNECTIONS,
        },
    )


@contextmanager
def _running(server: Server) -> Iterator[int]:
    """A server on a free port, ended at the end."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [str(port) if word == "PORT" else word for word in server.command]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.service_settings", "GPLX_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{server.case} does not start")
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _load(port: int, path: str, headers: dict[str, str], count: int, seconds: int) -> Measured:
    """Random looks for some seconds from `CONNECTIONS` connections."""
    if not shutil.which("wrk"):
        from bench import lookup_client

        return Measured(*lookup_client.load(HOST, port, path, headers, FIRST_NUMBER, count, CONNECTIONS, seconds))
    listed = ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "look.lua")
        script.write_text(_SCRIPT.format(path=path, headers=listed, first=FIRST_NUMBER, count=count))
        command = [
            "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), f"http://{HOST}:{port}",
        ]  # fmt: skip
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"not every look was answered:\n{said}")
    return Measured(_number(r"Requests/sec:\s+([\d.]+)", said), _latency("50%", said), _latency("99%", said))


def _number(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    assert found is not None, said
    return float(found[1])


def _latency(share: str, said: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", said)
    assert found is not None, said
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
