"""Named places at which a test may end the process at once, as if the machine had lost power.

`GPLX_CRASH_AT=settle.stored` ends the process the first time it comes to that place, `GPLX_CRASH_AT=settle.stored:3`
the third time. Without that variable `at` does nothing. The names are part of the code: `tests/faults` goes through
all of them.
"""

from __future__ import annotations

import os
import signal

NAMES = (
    "record.kept",
    "settle.locked",
    "settle.stored",
    "settle.told",
    "sweep.between",
    "follow.written",
    "publish.signed",  # these two: tests/wallet
    "push.sent",
    "deliver.written",
    "deliver.done",
    "send.begun",  # these three: tests/notices
    "send.answered",
    "report.kept",
    "batch.step",  # tests/mailroom
    "files.kept",  # these two: tests/sanctions
    "files.between",
    "sitting.admitted",  # these: tests/sittings
    "sitting.absent",
    "sitting.answered",
    "sitting.marked",
    "result.copies",
    "result.minutes",
    "result.closed",
    "result.told",
    "official.kept",
    "official.told",
)

_wanted = ""
_left = 0
_blow = signal.SIGKILL


def arm(where: str, blow: signal.Signals = signal.SIGKILL) -> None:
    """Wait for a place, `name` or `name:times`; an empty text disarms."""
    global _wanted, _left, _blow
    name, _, times = where.partition(":")
    if name and name not in NAMES:
        raise ValueError(f"no such place: {name}; known: {', '.join(NAMES)}")
    _wanted, _left, _blow = name, int(times or 1), blow


def at(name: str) -> None:
    """End this process here if the environment says so: no clean-up, no goodbye to the database."""
    if name != _wanted:
        return
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), _blow)


arm(os.environ.get("GPLX_CRASH_AT", ""))
