"""Prove that the stored record agrees with the facts, row by row, and name every row that does not.

Exit status 0 when everything holds, 1 when a row breaks an invariant (I01 to I04, I06, I10, I11, I14 to I16: see docs).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain, starmap

import orjson
from tqdm import tqdm

from gplx import clock, database
from gplx.files import fsck as files
from gplx.health import fsck as health
from gplx.points import fsck as points
from gplx.points.sweep import count_due
from gplx.sanctions import fsck as sanctions
from gplx.sittings import fsck as sittings
from gplx.wallet import fsck as wallet

SHOWN_MAX = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="every broken row as a line of JSON")
    parser.add_argument("--limit", type=int, default=SHOWN_MAX, help=f"rows to show (default: {SHOWN_MAX})")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")


def run(arguments: argparse.Namespace) -> int:
    count = database.send("SELECT count(*), coalesce(sum(entry_count), 0) FROM points_account").fetchone()
    assert count is not None
    accounts, entries = count
    by_invariant: Counter[str] = Counter()
    shown: list[points.Broken] = []
    with tqdm(total=accounts, unit=" accounts", disable=arguments.quiet or None, file=sys.stderr) as bar:

        def progress(read: int) -> None:
            bar.update(read)

        with points.one_picture():
            files_broken = starmap(points.Broken, files.check())
            rooms = chain(points.check(progress), sanctions.check(), health.check(), sittings.check())
            for broken in chain(rooms, _published(), files_broken):
                by_invariant[broken.invariant] += 1
                if arguments.json:
                    sys.stdout.buffer.write(orjson.dumps(broken._asdict(), option=orjson.OPT_APPEND_NEWLINE))
                elif len(shown) < arguments.limit:
                    shown.append(broken)
    if arguments.json:
        sys.stdout.flush()
        return 1 if by_invariant else 0
    for broken in shown:
        print(f"{broken.invariant}  {broken.table:<16} {broken.row:<10} {broken.problem}")
    total = by_invariant.total()
    if total > len(shown):
        print(f"… and {total - len(shown)} more; --json shows all")
    said = ", ".join(f"{name}: {number}" for name, number in sorted(by_invariant.items()))
    print(f"{accounts:,} accounts, {entries:,} entries: {said or 'every invariant holds'}")
    due = count_due(clock.today())
    if due:
        print(f"{due:,} accounts are due and wait for the sweep")
    old = wallet.too_old()
    if old:
        print(f"{old:,} status lists were not put out within their time to live; is the worker running?")
    return 1 if total else 0


def _published() -> Iterator[points.Broken]:
    yield from points.set_based(wallet.STANDINGS)
    for table, row, problem in wallet.check():
        yield points.Broken("I15", table, row, problem)
