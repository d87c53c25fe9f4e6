"""Work on what strangers sent, or by programs that are not ours, in a process of its own that is given little.

The process limits itself before it reads anything (`give_little`), and who asked waits no longer than told (`ask`).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gplx.errors import RegisterError

_ROOT = Path(__file__).resolve().parent.parent
_ANSWER_BYTES_MAX = 64 * 1024 * 1024


class NoAnswerError(RegisterError):
    """A process of its own gave no answer within its limits."""


def ask(module: str, arguments: Sequence[str], given: bytes, *, seconds: float) -> bytes:
    """Run `python -m module arguments`, give it bytes, and return what it answers.

    Args:
        seconds: how long to wait, by the wall clock; then the process is killed.

    Raises:
        NoAnswerError: it took too long, was killed by its limits, or ended with a fault.
    """
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=seconds, env=environment, cwd=_ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoAnswerError(f"{module} took longer than {seconds} seconds.") from error
    if done.returncode != 0 or len(done.stdout) > _ANSWER_BYTES_MAX:
        raise NoAnswerError(f"{module} ended with status {done.returncode}.")
    return done.stdout


def give_little(*, seconds: int, megabytes: int) -> None:
    """Limit this process, for good: processor time, memory, no files written, no core dump."""
    for what, limit in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
