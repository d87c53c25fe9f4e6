"""A register on a server of its own, whose programs and whose server the tests may kill.

Programs are forked from the test itself, which has everything imported already: a child takes a connection of its own,
does its work, and hands back what it found, unless it was killed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any

import psycopg
from django.db import connections

from gplx import crash, pgdev
from gplx.project.settings import database

FORK = multiprocessing.get_context("fork")
DATABASE = "faults"


class KilledError(Exception):
    """The child was killed before it could hand anything back."""


@dataclass
class Child:
    """A program at work on the register."""

    process: ForkProcess
    answers: Connection

    def result(self, timeout: float = 60) -> Any:
        """What the child's function returned.

        Raises:
            KilledError: it was killed.
            AssertionError: it failed, with its traceback.
        """
        try:
            if not self.answers.poll(timeout):
                raise AssertionError("the child is stuck")
            worked, answer = self.answers.recv()
        except EOFError:
            self.process.join(timeout)
            raise KilledError(self.process.exitcode) from None
        finally:
            if self.process.exitcode is None and not self.process.is_alive():
                self.process.join()
        self.process.join(timeout)
        if not worked:
            raise AssertionError(answer)
        return answer

    def failure(self, timeout: float = 60) -> str:
        """The traceback of a child that failed; empty when it did not."""
        try:
            self.result(timeout)
        except AssertionError as error:
            return str(error)
        return ""

    def send(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)


@dataclass(frozen=True)
class Register:
    """The register under attack.

    Attributes:
        unblock: lets a child use the database, which pytest-django keeps from tests without its mark.
    """

    cluster: pgdev.Cluster
    unblock: Callable[[], object]
    children: list[Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.cluster.url(DATABASE)

    def start(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        crash_at: str = "",
        blow: signal.Signals = signal.SIGKILL,
        today: date | None = None,
    ) -> Child:
        """Run a function in a child of its own."""
        ours, theirs = FORK.Pipe(duplex=False)

        def work() -> None:
            ours.close()
            try:
                self.unblock()
                _connect_to(self.url)
                if today is not None:
                    os.environ["GPLX_TODAY"] = today.isoformat()
                crash.arm(crash_at, blow)
                answer = (True, function(*arguments))
            except BaseException:
                answer = (False, traceback.format_exc())
            theirs.send(answer)
            theirs.close()
            # Nothing that the test itself would do at its end.
            os._exit(0)

        process = FORK.Process(target=work)
        process.start()
        theirs.close()
        self.children.append(Child(process, ours))
        return self.children[-1]

    def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Run a function in a child, and wait for its answer."""
        return self.start(function, *arguments, **options).result()

    def ask(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of the database, outside all programs."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(statement.encode(), parameters).fetchall()

    def do(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def one(self, statement: str, *parameters: object) -> Any:
        return self.ask(statement, *parameters)[0][0]

    def kill_server(self) -> None:
        """Kill the postmaster as a power cut would; its children follow."""
        number = int((self.cluster.data_dir / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGKILL)

    def end_children(self) -> None:
        """End what a test has left running or asleep."""
        for child in self.children:
            if child.process.is_alive():
                child.process.kill()
            child.process.join()
        self.children.clear()

    def broken(self) -> list[Any]:
        """What `gplx fsck` has to say."""
        return list(self.run(_fsck))


def _connect_to(url: str) -> None:
    """Point Django at the register; the test's own connection belongs to the parent and is left alone."""
    connection = connections["default"]
    connection.connection = None
    connection.settings_dict.update({**database(url), "CONN_MAX_AGE": 0})
    connection.in_atomic_block = False
    connection.savepoint_ids.clear()
    connection.needs_rollback = False


def _fsck() -> list[Any]:
    from gplx.points.fsck import check

    return list(check())


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def a_register(cluster: pgdev.Cluster, unblock: Callable[[], object]) -> Iterator[Register]:
    """A register with empty tables on a server that nobody else uses."""
    cluster.ensure_database(DATABASE)
    register = Register(cluster, unblock)
    try:
        register.run(_migrate)
        yield register
    finally:
        register.end_children()
        cluster.remove()
        cluster.data_dir.with_name(cluster.data_dir.name + ".lock").unlink(missing_ok=True)


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
