"""Run the whole register on this machine: database, web server, worker and the sandbox of outside partners."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gplx import pgdev
from gplx.errors import CannotStartError
from gplx.project.processes import Program, Supervisor, say

HOST = "127.0.0.1"
DATA_DIR = pgdev.PROJECT_DIR / ".data"
START_SECONDS_MAX = 90
SETTINGS = "gplx.project.settings"
CANNOT_START = 2
"""Exit status where the settings must be changed first."""


class UpError(Exception):
    """The register cannot be started; the message says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=int(os.environ.get("GPLX_PORT", "8000")), help="of the pages")
    parser.add_argument(
        "--sandbox-port",
        type=int,
        help="of the sandbox that plays the identity providers and the other partners (default: the next port);"
        " its mail server takes the port after that",
    )
    parser.add_argument("--without-demo", action="store_true", help="no invented people: leave an empty register empty")


def run(given: argparse.Namespace) -> int:
    """Start everything and stay until Ctrl-C; every part that ends is started again."""
    sandbox_port = given.sandbox_port or given.port + 1
    os.environ.update(GPLX_PORT=str(given.port), GPLX_SANDBOX_PORT=str(sandbox_port))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    # Until the supervisor takes over, a request to stop interrupts like Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with _alone():
            check_port(given.port, cure=f"./dev up --port {given.port + 100}")
            for port in (sandbox_port, sandbox_port + 1):
                check_port(port, cure=f"./dev up --port {given.port} --sandbox-port {sandbox_port + 100}")
            return _up(given.port, sandbox_port, with_demo=not given.without_demo)
    except (UpError, pgdev.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1


def check_port(port: int, *, cure: str, patience_seconds: float = 3) -> None:
    """Refuse a port that another program listens on.

    Raises:
        UpError: it is taken, or this user may not use it.
    """
    deadline = time.monotonic() + patience_seconds  # Programs of a killed run need a moment to go.
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise UpError(
                        f"Port {port} on {HOST} cannot be used ({error.strerror}). Stop the program that uses it, or"
                        f" choose another port:\n\n    {cure}\n"
                    ) from None
        time.sleep(0.2)


def programs(port: int, sandbox_port: int) -> list[Program]:
    """What runs, in the order of starting."""
    private = (
        [] if os.environ.get("DATABASE_URL") else [Program("database", [sys.executable, "-m", "gplx.pgdev", "keep"])]
    )
    return [
        *private,
        Program("sandbox", [_gplx(), "sandbox", "--port", str(sandbox_port)]),
        Program("worker", [_gplx(), "worker"]),
        Program("web", [_gplx(), "serve", "--host", HOST, "--port", str(port)]),
    ]


def _gplx() -> str:
    """The command line of this environment."""
    return str(Path(sys.executable).with_name("gplx"))


def _up(port: int, sandbox_port: int, *, with_demo: bool) -> int:
    try:
        if not os.environ.get("DATABASE_URL"):
            say("· Starting the database")
            pgdev.database_url()
        say("· Preparing the database and the pages")
        empty = _prepare()
        if with_demo and os.environ.get("GPLX_DEMO", "1") == "1":
            _show_demo(empty)
        supervisor = Supervisor(programs(port, sandbox_port), log_dir=DATA_DIR / "logs", say=say)

        def welcome() -> None:
            if _wait_until_ready(supervisor, port, sandbox_port):
                say(
                    f"\nSổ đăng ký đang chạy; nhấn Ctrl-C để dừng.\n    http://{HOST}:{port}\n"
                    f"The register runs; Ctrl-C stops it. Logs: {_short(DATA_DIR / 'logs')}"
                )

        supervisor.run(welcome)
    finally:
        if not os.environ.get("DATABASE_URL"):
            pgdev.demo_cluster().stop()
    say("Đã dừng. Stopped.")
    return 0


def _show_demo(empty: bool) -> None:
    """Fill an empty register with invented people; say whom to sign in as."""
    if empty:
        say("· Filling the empty register with invented people (once)")
    if subprocess.call([_gplx(), "demo", *([] if empty else ["--people"])]) != 0:
        raise UpError("The demo data could not be loaded; the reason is above.")


def _prepare() -> bool:
    """Bring tables and static files up to date in one process; True when the register is empty."""
    done = subprocess.run(
        [sys.executable, "-m", "gplx.project.up"],
        check=False,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        if done.returncode == CANNOT_START:
            raise CannotStartError("The register was not started.")
        raise UpError("The database could not be prepared; the reason is above.")
    return done.stdout.split()[-1:] == ["empty"]


def _wait_until_ready(supervisor: Supervisor, port: int, sandbox_port: int) -> bool:
    """Wait for the pages and the sandbox; False when stopping, or when they do not come (their logs are named)."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while not supervisor.is_stopping:
        if supervisor.is_steady() and _answers(sandbox_port) and _answers(port):
            return True
        if time.monotonic() > deadline:
            say(f"The pages do not answer yet. See {_short(DATA_DIR / 'logs')}.")
            return False
        time.sleep(0.2)
    return False


def _answers(port: int) -> bool:
    """Whether a web server answers there without an error of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _short(path: Path) -> str:
    return os.path.relpath(path)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one `gplx up` run in this folder; the operating system frees the lock when it dies."""
    DATA_DIR.mkdir(exist_ok=True)
    with (DATA_DIR / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise UpError(f"The register already runs from this folder (process {lock.read().strip()}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def prepare() -> None:
    """Migrate, collect static files, and print whether the register is empty."""
    from gplx.project import start

    start.set_up()
    start.connect()

    from django.apps import apps
    from django.core.management import call_command

    from gplx.points import installation

    installation.refuse_another_profile()
    call_command("migrate", verbosity=0, interactive=False)
    _collect_static_files()
    print("empty" if not apps.get_model("licences", "Licence").objects.exists() else "filled")


def _collect_static_files() -> None:
    """Collect and compress the static files, unless none has changed since: compressing takes a while."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(repr(settings.STORAGES).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    try:
        prepare()
    except CannotStartError as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(CANNOT_START)
