"""Run the web server in the foreground: Granian, one wheel that needs nothing in front of it for a demonstration."""

from __future__ import annotations

import argparse
import os
import sys

from gplx.project.up import HOST

WORKERS_MAX = 4
THREADS = 16
"""Requests at once in one process. Each look at a licence waits until its access row is safe on disk; those that wait
together share one flush, so more of them wait better than few."""

HEADER_SECONDS_MAX = 10
"""A reader who has not said by then what he wants is let go. A body that trickles in is not: it keeps a thread, so a
register in service stands behind a proxy that reads whole requests first (docs/operations.md)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    workers = max(2, min(WORKERS_MAX, os.cpu_count() or 2))
    parser.add_argument("--host", default=HOST, help=f"where to listen (default: {HOST}, this machine alone)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("GPLX_PORT", "8000")))
    parser.add_argument("--workers", type=int, default=workers, help="processes (default: one per core, from 2 to 4)")


def run(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gplx.project.settings")
    os.environ["GPLX_PORT"] = str(arguments.port)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", arguments.host, "--port", str(arguments.port),
        "--workers", str(arguments.workers), "--blocking-threads", str(THREADS), "--no-ws",
        "--http1-header-read-timeout", str(HEADER_SECONDS_MAX * 1000),
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "gplx.project.wsgi:application",
    ]  # fmt: skip
    os.execv(sys.executable, command)
