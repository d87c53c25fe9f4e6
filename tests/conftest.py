"""What all tests share: the tests' own PostgreSQL, started once."""

from __future__ import annotations

import os

import pytest

from gplx import pgdev


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_URL" not in os.environ:
        pgdev.test_cluster().ensure_running()


@pytest.fixture(scope="session", autouse=True)
def _quiet_days() -> None:
    """Tests say which day it is: nothing from the caller's environment decides it."""
    os.environ.pop("GPLX_TODAY", None)
