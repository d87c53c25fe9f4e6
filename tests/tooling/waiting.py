"""Waiting in tests for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

LOOKS_MAX = 3000


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that must happen; give up only after a minute or more, so that no slow machine fails."""
    for _ in range(LOOKS_MAX):
        if happened():
            return
        time.sleep(0.02)
    pytest.fail("It did not happen.")
