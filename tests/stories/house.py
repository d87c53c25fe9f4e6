"""A whole register for a story: database, web server, worker and sandbox as programs of their own, with a small demo.

Nothing is played here that the demo does not play: the stories go through pages and interfaces alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests
from psycopg import sql

from gplx import pgdev

T = TypeVar("T")
HOST = "127.0.0.1"
GPLX = str(Path(sys.executable).with_name("gplx"))
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class House:
    """A running register.

    Attributes:
        url: of the pages and interfaces.
        sandbox: of the make-believe partners.
        environment: what a command line of this register needs.
    """

    url: str
    sandbox: str
    environment: Mapping[str, str]
    logs: Path

    def gplx(self, *words: str) -> str:
        """Run a command of the register; what it printed."""
        done = subprocess.run([GPLX, *words], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"gplx {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def prepare(self) -> None:
        """Make the tables and collect the static files, as `gplx up` does."""
        command = [sys.executable, "-m", "gplx.project.up"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def move_to(self, day: date) -> None:
        """Move the day of the register, and wait until what comes due with it is settled."""
        self.gplx("clock", day.isoformat())
        self.gplx("sweep")

    def client(self, authority: str, *scopes: str) -> Api:
        """A machine client with a token."""
        told = self.gplx(
            "client", "create", f"Hệ thống {authority}", "--authority", authority,
            *(word for scope in scopes for word in ("--scope", scope)),
        )  # fmt: skip
        name, secret = (re.search(rf"client_{part}=(\S+)", told) for part in ("id", "secret"))
        assert name is not None, told
        assert secret is not None, told
        answer = requests.post(
            f"{self.url}/api/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(name[1], secret[1]),
            timeout=PATIENCE_SECONDS,
        )
        assert answer.status_code == 200, answer.text
        return Api(self.url, name[1], {"Authorization": f"Bearer {answer.json()['access_token']}"})


@dataclass(frozen=True)
class Api:
    """The machine interface as one client calls it."""

    url: str
    client_id: str
    headers: Mapping[str, str]

    def get(self, path: str, *, status: int = 200, **given: Any) -> Any:
        return self._call("GET", path, status, **given)

    def post(self, path: str, body: object, *, status: int = 201, **given: Any) -> Any:
        return self._call("POST", path, status, data=json.dumps(body).encode(), **given)

    def _call(self, method: str, path: str, status: int, **given: Any) -> Any:
        headers = {
            **self.headers,
            "Content-Type": "application/json",
            "Access-Purpose": "case_handling",
            "Access-Reference": "TRUYEN-1",
            **given.pop("headers", {}),
        }
        address = f"{self.url}/api/v1{path}"
        answer = requests.request(method, address, headers=headers, timeout=PATIENCE_SECONDS, **given)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def soon(what: str, ask: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """Wait until a question has an answer: the background work of other programs brings it."""
    deadline = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < deadline, f"it did not come: {what}"
        time.sleep(0.2)


@contextlib.contextmanager
def a_house(folder: Path, today: date) -> Iterator[House]:
    """A register with the named people of the demo and some more, on free ports and a database of its own."""
    server = os.environ.get("DATABASE_URL") or pgdev.database_url("postgres", cluster=pgdev.test_cluster())
    name = f"stories_{os.getpid()}_{folder.name}"
    ports = _free_ports(2)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("GPLX_", "DJANGO_"))},
        "DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}")),
        "GPLX_DEMO": "1",
        "GPLX_PORT": str(ports[0]),
        "GPLX_SANDBOX_PORT": str(ports[1]),
        "GPLX_KEYS": str(folder / "keys"),
        "GPLX_FILES": str(folder / "files"),
        "GPLX_SANDBOX_PEOPLE": str(folder / "people.json"),
    }
    house = House(f"http://{HOST}:{ports[0]}", f"http://{HOST}:{ports[1]}", environment, folder)
    with psycopg.connect(server, autocommit=True) as connection, contextlib.ExitStack() as programs:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        programs.callback(connection.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        house.prepare()
        house.gplx("clock", today.isoformat())
        house.gplx("demo", "--licences", "60", "--decisions", "20")
        for program in (["sandbox"], ["worker"], ["serve", "--workers", "1"]):
            programs.enter_context(_running(program, house))
        soon("the register answers", lambda: _answers(f"{house.url}/api/v1/ready"))
        soon("the sandbox answers", lambda: _answers(f"{house.sandbox}/"))
        yield house


@contextlib.contextmanager
def _running(command: list[str], house: House) -> Iterator[None]:
    with (house.logs / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            [GPLX, *command], env=house.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _answers(address: str) -> bool:
    try:
        requests.get(address, timeout=2)
    except requests.RequestException:
        return False
    return True


def _free_ports(count: int) -> list[int]:
    """A run of free ports: the sandbox takes those after its own for other protocols."""
    while True:
        with socket.socket() as first:
            first.bind((HOST, 0))
            port = int(first.getsockname()[1])
        wanted = [port, port + 1, port + 2]
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for number in wanted:
                stack.enter_context(socket.socket()).bind((HOST, number))
            return wanted[:count]
