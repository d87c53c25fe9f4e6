"""Keeps the register's programs running, and leaves none behind.

A program that ends is started again, after a pause that grows while it keeps failing. Every program gets a process
group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then stops the programs in order, and what
a killed program left of its own children is ended with it. Should the supervisor itself be killed, the kernel tells
every program (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

PAUSE_SECONDS_MAX = 15
STEADY_SECONDS = 20
"""A program that ran this long before it ended is started again at once."""
STOP_SECONDS_MAX = 15
LOG_BYTES_MAX = 5_000_000

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """One program to keep running.

    Args:
        name: how messages and the log file call it.
        command: what to run.
        environment: added to the supervisor's own.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Running:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    starts_at: float = 0.0
    failures_in_a_row: int = 0


class Supervisor:
    """Runs programs until it is told to stop. Programs start in the order given and stop in the opposite order."""

    def __init__(self, programs: Sequence[Program], *, log_dir: Path, say: Callable[[str], None] = print) -> None:
        self._running = [_Running(program) for program in programs]
        self._log_dir = log_dir
        self._say = say
        self._stop_asked = False

    def run(self, when_started: Callable[[], None] = lambda: None) -> None:
        """Start everything, call `when_started`, and stay until a signal asks to stop; then stop everything."""
        self._log_dir.mkdir(parents=True, exist_ok=True)
        # Grandchildren whose parent was killed come to us, so that we can end and bury them.
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        before = {number: signal.signal(number, self._ask_stop) for number in _STOP_SIGNALS}
        try:
            self._start_due()
            when_started()
            while not self._stop_asked:
                self._bury()
                self._start_due()
                time.sleep(0.2)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def is_stopping(self) -> bool:
        return self._stop_asked

    def is_steady(self) -> bool:
        """Look after the programs once; True when none of them has ended since it was first started."""
        self._bury()
        self._start_due()
        return all(running.process is not None and not running.failures_in_a_row for running in self._running)

    def log_file(self, name: str) -> Path:
        return self._log_dir / f"{name}.log"

    def _ask_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked = True

    def _start_due(self) -> None:
        for running in self._running:
            if running.process is None and time.monotonic() >= running.starts_at and not self._stop_asked:
                running.process = self._start(running.program)
                running.started_at = time.monotonic()

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        supervisor = os.getpid()

        def end_with_supervisor() -> None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != supervisor:  # It was killed in between.
                os._exit(1)

        log_file = self.log_file(program.name)
        with contextlib.suppress(FileNotFoundError):
            if log_file.stat().st_size > LOG_BYTES_MAX:
                log_file.rename(log_file.with_suffix(".log.1"))
        with log_file.open("ab") as log:
            return subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **program.environment},
                start_new_session=True,
                preexec_fn=end_with_supervisor,
            )

    def _bury(self) -> None:
        """Take note of every process that has ended: ours, and orphans that came to us."""
        while True:
            try:
                # Looked at, not yet buried: its number stays taken while its group is ended.
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if ended is None:
                return
            running = next((one for one in self._running if one.process and one.process.pid == ended.si_pid), None)
            if running is None:
                os.waitpid(ended.si_pid, 0)
            else:
                self._ended(running)

    def _ended(self, running: _Running) -> None:
        process = running.process
        assert process is not None
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        running.process = None
        if self._stop_asked:
            return
        now = time.monotonic()
        if now - running.started_at >= STEADY_SECONDS:
            running.failures_in_a_row = 0
        pause = min(PAUSE_SECONDS_MAX, 2**running.failures_in_a_row - 1)
        running.failures_in_a_row += 1
        running.starts_at = now + pause
        name, code = running.program.name, process.returncode
        cause = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
        again = f"in {pause} s" if pause else "now"
        self._say(f"{name} {cause}; starting it again {again}. Its log: {self.log_file(name)}")

    def _stop_all(self) -> None:
        self._stop_asked = True
        for running in reversed(self._running):
            process = running.process
            if process is None:
                continue
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self._say(f"{running.program.name} does not stop; ending it.")
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
            running.process = None
        self._bury()


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def say(text: str) -> None:
    """Print a line at once, to a terminal that may be gone."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stdout, flush=True)
