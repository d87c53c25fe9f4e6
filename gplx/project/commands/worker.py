"""Run a background worker in the foreground: it takes jobs from the queue in the database. Any number may run.

On Ctrl-C or SIGTERM it takes no more jobs and gives those it has begun some seconds to end. It ends with an error when
the database goes away, for the supervisor to start it again; at its own start it waits for the database.
"""

from __future__ import annotations

import argparse
import sys
import time

from django.core.management import call_command
from django.db import OperationalError, connection

DATABASE_SECONDS_MAX = 60
DRAIN_SECONDS = 10
POLLING_SECONDS = 1
"""How long a job may wait that was put into the queue without waking the workers (`notices`)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at once (default: 4)")


def run(arguments: argparse.Namespace) -> int:
    if not _database_answers():
        print(f"The database has not answered for {DATABASE_SECONDS_MAX} seconds.", file=sys.stderr)
        return 1
    call_command(
        "procrastinate",
        "worker",
        f"--concurrency={arguments.concurrency}",
        f"--fetch-job-polling-interval={POLLING_SECONDS}",
        f"--shutdown-graceful-timeout={DRAIN_SECONDS}",
    )
    return 0


def _database_answers() -> bool:
    deadline = time.monotonic() + DATABASE_SECONDS_MAX
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > deadline:
                return False
            time.sleep(1)
        else:
            connection.close()
            return True
