"""Show the register's day, or move the demo's clock for web server, worker and command line at once."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from gplx import clock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", help="YYYY-MM-DD, or 'now' for the machine's day")


def run(arguments: argparse.Namespace) -> int:
    if arguments.day is not None:
        try:
            day = None if arguments.day == "now" else date.fromisoformat(arguments.day)
        except ValueError:
            print(f"not a calendar day: {arguments.day}", file=sys.stderr)
            return 2
        try:
            clock.move_to(day)
        except (clock.ClockFixedError, clock.DayOutOfRangeError) as error:
            print(error, file=sys.stderr)
            return 2
    print(clock.today().isoformat())
    return 0
