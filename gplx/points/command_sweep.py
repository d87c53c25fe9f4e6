"""Settle all accounts that are due by now, as the background worker does every few minutes. Safe to run at any time."""

from __future__ import annotations

import argparse
import sys

from tqdm import tqdm

from gplx import clock
from gplx.points.sweep import BATCH_SIZE, AccountsNotSettledError, count_due, sweep


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=int, default=BATCH_SIZE, help=f"accounts a transaction (default: {BATCH_SIZE})")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace) -> int:
    if arguments.batch < 1:
        print("--batch must be at least 1", file=sys.stderr)
        return 2
    today = clock.today()
    with tqdm(total=count_due(today), unit=" accounts", disable=arguments.quiet or None, file=sys.stderr) as bar:

        def progress(accounts: int) -> None:
            bar.update(accounts)

        try:
            swept = sweep(progress, batch_size=arguments.batch)
        except AccountsNotSettledError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"{today.isoformat()}: {swept.accounts} accounts were due, {swept.entries} entries stated")
    return 0
