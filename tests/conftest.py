"""What all tests share: the tests' own PostgreSQL, started once."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from django.db import connection

from gplx import pgdev
from gplx.wallet.keys import KeyStore, default_folder


def pytest_configure(config: pytest.Config) -> None:
    if "DATABASE_URL" not in os.environ:
        pgdev.test_cluster().ensure_running()


@pytest.fixture(scope="session", autouse=True)
def _quiet_days() -> None:
    """Tests say which day it is: nothing from the caller's environment decides it."""
    os.environ.pop("GPLX_TODAY", None)


@pytest.fixture(scope="session", autouse=True)
def _keys() -> None:
    """The tests' own key store, with a key for each use."""
    KeyStore(default_folder()).make_missing(at=datetime.now(UTC))


@pytest.fixture(autouse=True)
def _an_empty_queue(request: pytest.FixtureRequest) -> None:
    """Django empties its own tables after a test of several connections, but not those of the job queue."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        transactional = "transactional_db" in request.fixturenames
        request.getfixturevalue("transactional_db" if transactional else "db")
        with connection.cursor() as cursor:
            for table in ("procrastinate_periodic_defers", "procrastinate_events", "procrastinate_jobs"):
                cursor.execute(f"DELETE FROM {table}")
