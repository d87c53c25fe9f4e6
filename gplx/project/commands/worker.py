"""Run a background worker in the foreground: it takes jobs from the queue in the database. Any number may run.

On Ctrl-C or SIGTERM it takes no more jobs and gives those it has begun some seconds to end. It ends with an error when
the database goes away, for the supervisor to start it again; at its own start it waits for the database.
"""

from __future__ import annotations

import argparse

from django.core.management import call_command
from django.db import connection

DRAIN_SECONDS = 10
POLLING_SECONDS = 1
"""How long a job may wait that was put into the queue without waking the workers (`notices`)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at once (default: 4)")


def run(arguments: argparse.Namespace) -> int:
    connection.close()  # the worker's own connections are asynchronous ones
    call_command(
        "procrastinate",
        "worker",
        f"--concurrency={arguments.concurrency}",
        f"--fetch-job-polling-interval={POLLING_SECONDS}",
        f"--shutdown-graceful-timeout={DRAIN_SECONDS}",
    )
    return 0
