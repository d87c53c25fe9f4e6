"""The private PostgreSQL survives what happens to processes on a desk: kill -9, races, restarts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gplx import pgdev
from tests.tooling.waiting import until


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pgdev.Cluster]:
    """A private server of these tests' own, which they may kill."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("GPLX_PG_DIR", str(tmp_path_factory.mktemp("postgres") / "pg"))
        # What a killed process has written is safe in the kernel: only a power cut needs fsync.
        patch.setenv("GPLX_PG_OPTIONS", "-c shared_buffers=16MB -c fsync=off")
        cluster = pgdev.demo_cluster()
        yield cluster
        cluster.remove()
        cluster.data_dir.with_name(cluster.data_dir.name + ".lock").unlink(missing_ok=True)


def postmaster(cluster: pgdev.Cluster) -> int | None:
    """The number of the cluster's server, None when there is none or it is only just starting."""
    try:
        return int((cluster.data_dir / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError):
        return None


def kill_server(cluster: pgdev.Cluster) -> None:
    number = postmaster(cluster)
    assert number is not None
    os.kill(number, signal.SIGKILL)


def value(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def test_the_address_is_known_without_starting_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("GPLX_PG_DIR", str(tmp_path / "pg"))
    assert pgdev.database_url("gplx", start=False) == pgdev.demo_cluster().url("gplx")
    assert not pgdev.demo_cluster().data_dir.exists()


def test_a_server_named_by_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPLX_PG_DIR", str(tmp_path / "pg"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://register@db.example/gplx")
    assert pgdev.database_url() == "postgresql://register@db.example/gplx"
    assert not pgdev.demo_cluster().data_dir.exists()


def test_accented_letters_are_letters(cluster: pgdev.Cluster) -> None:
    url = pgdev.database_url()
    assert value(url, "select upper('nguyễn thị ấp')") == "NGUYỄN THỊ ẤP"
    value(url, "create extension pg_trgm")
    # A server that does not know the letter drops it, and the two words become one.
    assert value(url, "select similarity('Ấp', 'p') < 1")


def test_committed_rows_survive_the_death_of_the_server(cluster: pgdev.Cluster) -> None:
    url = pgdev.database_url()
    connection = psycopg.connect(url)
    connection.execute("create table kept as select generate_series(1, 5000)")
    connection.commit()
    connection.execute("insert into kept select generate_series(1, 7)")  # Not committed.
    kill_server(cluster)
    connection.close()
    assert pgdev.database_url() == url
    assert value(url, "select count(*) from kept") == 5000


def test_processes_that_race_find_one_server(cluster: pgdev.Cluster) -> None:
    cluster.stop()
    start = [sys.executable, "-m", "gplx.pgdev", "start"]
    racing = [subprocess.Popen(start, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate()[0] for process in racing}
    assert answers == {pgdev.database_url(start=False) + "\n"}
    assert all(process.returncode == 0 for process in racing)


def test_a_stranger_with_the_dead_servers_number_does_not_keep_it_from_starting(cluster: pgdev.Cluster) -> None:
    url = pgdev.database_url()
    kill_server(cluster)
    cluster.ensure_running()  # Waits until the old one's helpers are gone.
    cluster.stop()
    user = pgdev.NOBODY_ID if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "300"], user=user, cwd="/") as stranger:
        note = cluster.data_dir / "postmaster.pid"
        note.write_text(f"{stranger.pid}\n{cluster.data_dir}\n1\n5432\n{cluster.socket_dir}\n\n0 0\nready\n")
        try:
            cluster.ensure_running()
            assert postmaster(cluster) != stranger.pid
            assert value(url, "select 1") == 1
        finally:
            stranger.kill()


def test_a_kept_server_comes_back_and_stops_with_its_keeper(cluster: pgdev.Cluster) -> None:
    url = pgdev.database_url()
    before = postmaster(cluster)
    assert before is not None
    keeper = subprocess.Popen([sys.executable, "-m", "gplx.pgdev", "keep"])
    try:
        os.kill(before, signal.SIGKILL)
        until(lambda: postmaster(cluster) not in {None, before} and cluster.is_answering())
        assert value(url, "select 1") == 1
        keeper.terminate()
        assert keeper.wait() == 0
    finally:
        keeper.kill()
        keeper.wait()
    assert postmaster(cluster) is None


def test_without_programs_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GPLX_PG_BIN", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("pathlib.Path.glob", lambda self, pattern: iter(()))
    with pytest.raises(pgdev.ProgramsMissingError, match="DATABASE_URL"):
        pgdev.program_dir()
