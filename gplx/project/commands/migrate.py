"""Create or update the tables of the register."""

from __future__ import annotations

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only show what would be done")


def run(arguments: argparse.Namespace) -> int:
    call_command("migrate", plan=arguments.plan, interactive=False, verbosity=1)
    return 0
