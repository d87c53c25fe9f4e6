"""How `./dev` speaks to the person at the terminal, and how it runs programs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent


class DevError(Exception):
    """`./dev` cannot go on; the message says what to do."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name one piece of work, and how long it took when that is worth knowing."""
    began = time.monotonic()
    print(f"· {title}", flush=True)
    yield
    took = time.monotonic() - began
    if took >= 3:
        print(f"  {took:.0f} s", flush=True)


def run(command: Sequence[object], *, env: Mapping[str, str] | None = None, cwd: Path = PROJECT_DIR) -> None:
    """Run a program quietly; show what it said only when it fails.

    Raises:
        DevError: it ended with an error.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        check=False,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise DevError(f"{' '.join(words)} ended with {done.returncode}; its last words are above.")


def output(command: Sequence[object], *, env: Mapping[str, str] | None = None) -> str:
    """What a program prints, or nothing when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        check=False,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        errors="replace",
    )
    return done.stdout if done.returncode == 0 else ""
