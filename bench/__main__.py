"""Run benchmarks: `python -m bench [NAME …]`. Without names, all. Results go to bench/results/.

They use the private PostgreSQL of this folder, or the server of DATABASE_URL, in a database of their own that is made
before and dropped after. Nothing else should be at work on the machine.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from bench import report
from gplx import pgdev

BENCHMARKS = {
    "settle-batch": "bench.settle_batch",
    "settle-single": "bench.settle_single",
    "lookup": "bench.lookup",
    "sweep": "bench.sweep",
    "replay": "bench.replay",
}
DATABASE = "gplx_bench"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs; nothing is written")
    parser.add_argument("--keep", action="store_true", help="keep the rows of other benchmarks from the newest results")
    given = parser.parse_args()
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    rows: list[report.Row] = []
    about = report.machine()
    server = pgdev.database_url("postgres")
    for name in given.names or BENCHMARKS:
        if importlib.util.find_spec(BENCHMARKS[name]) is None:
            print(f"· {name}: not here", file=sys.stderr)
            continue
        with _database(server) as url:
            _set_django_up(url)
            _migrate()
            found = importlib.import_module(BENCHMARKS[name]).run(report.Context(url, given.quick, _say))
        rows += found
        for cells in report.table(found):
            print("  ".join(cells))
    if not given.quick:
        if given.keep and (newest := sorted(report.RESULTS.glob("*.json"))):
            earlier, _ = report.read(newest[-1])
            measured = {row.benchmark for row in rows}
            rows = [row for row in earlier if row.benchmark not in measured] + rows
        print(report.write(rows, about))
    return 1 if any(report.is_met(rows, row) is False for row in rows) else 0


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database of our own on the server, dropped at the end; its address."""
    parts = urlsplit(server)
    address = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        try:
            yield address
        finally:
            _close_django()
            connection.execute(drop)


def _set_django_up(url: str) -> None:
    import django

    # Programs that a benchmark starts read it too.
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("GPLX_DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gplx.project.settings")
    django.setup()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _close_django() -> None:
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
