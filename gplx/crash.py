"""Named places at which a test may end the process at once, as if the machine had lost power.

`GPLX_CRASH_AT=settle.stored` ends the process the first time it comes to that place, `GPLX_CRASH_AT=settle.stored:3`
the third time. Without that variable `at` does nothing. The names are part of the code: `tests/faults` goes through all.
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
    "deliver.written",
    "deliver.done",
)

_wanted, _, _count = os.environ.get("GPLX_CRASH_AT", "").partition(":")
_left = int(_count or 1)


def at(name: str) -> None:
    """End this process here if the environment says so: no clean-up, no goodbye to the database."""
    if name != _wanted:
        return
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
