"""The supervisor brings programs back and leaves none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tooling.waiting import until

SUPERVISE = """
    import sys
    from pathlib import Path
    from gplx.project.processes import Program, Supervisor, say
    folder = Path(sys.argv[1])
    note = 'echo $$ >> "$0"; exec sleep 600'
    family = 'sleep 601 & echo $! >> "$0.child"; echo $$ >> "$0"; wait'
    Supervisor(
        [
            Program("steady", ["bash", "-c", note, str(folder / "steady")]),
            Program("family", ["bash", "-c", family, str(folder / "family")]),
            Program("deaf", ["bash", "-c", 'trap "" HUP INT; ' + note, str(folder / "deaf")]),
        ],
        log_dir=folder / "logs",
        say=say,
    ).run(lambda: say("started"))
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-c", textwrap.dedent(SUPERVISE), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        until(lambda: all(numbers(tmp_path, name) for name in ("steady", "family", "deaf", "family.child")))
        yield process
        process.terminate()
        process.wait()


def numbers(folder: Path, name: str) -> list[int]:
    """The process numbers a program has had."""
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def everyone(folder: Path) -> list[int]:
    return [number for name in ("steady", "family", "family.child", "deaf") for number in numbers(folder, name)]


def lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_program_is_started_again(supervisor: subprocess.Popen[str], tmp_path: Path) -> None:
    os.kill(numbers(tmp_path, "steady")[0], signal.SIGKILL)
    until(lambda: len(numbers(tmp_path, "steady")) == 2)
    assert supervisor.stdout is not None
    assert "steady was ended by signal 9" in supervisor.stdout.readline()


def test_the_children_of_a_killed_program_end_with_it(supervisor: subprocess.Popen[str], tmp_path: Path) -> None:
    child = numbers(tmp_path, "family.child")[0]
    assert lives(child)
    os.kill(numbers(tmp_path, "family")[0], signal.SIGKILL)
    until(lambda: not lives(child))
    until(lambda: len(numbers(tmp_path, "family")) == 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(supervisor: subprocess.Popen[str], tmp_path: Path, number: signal.Signals) -> None:
    supervisor.send_signal(number)
    assert supervisor.wait() == 0
    assert not [one for one in everyone(tmp_path) if lives(one)]


def test_programs_end_with_a_killed_supervisor(supervisor: subprocess.Popen[str], tmp_path: Path) -> None:
    supervisor.kill()
    supervisor.wait()
    until(lambda: not any(lives(one) for name in ("steady", "deaf") for one in numbers(tmp_path, name)))
    for orphan in numbers(tmp_path, "family.child"):  # A shell's own child: not ours to promise, ours to tidy.
        if lives(orphan):
            os.kill(orphan, signal.SIGKILL)
