"""Run a background worker in the foreground: it takes jobs from the queue in the database. Any number may run."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, help="jobs at once (default: 4)")


def run(arguments: argparse.Namespace) -> int:
    call_command("procrastinate", "worker", "--concurrency", str(arguments.concurrency))
    return 0
