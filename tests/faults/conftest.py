"""One register for all tests of this folder, on a server of its own: they kill its programs and the server itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from gplx import pgdev
from tests.faults.register import Register, a_register


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Register]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("GPLX_PG_DIR", str(tmp_path_factory.mktemp("faults") / "pg"))
        # What a killed process has written is safe in the kernel: only a power cut needs fsync.
        patch.setenv("GPLX_PG_OPTIONS", "-c fsync=off -c shared_buffers=32MB")
        cluster = pgdev.demo_cluster()
    with a_register(cluster, django_db_blocker.unblock) as made:
        yield made


@pytest.fixture(autouse=True)
def _sound_at_the_end(register: Register) -> Iterator[None]:
    """Whatever a test does to the register, every invariant holds after it."""
    register.cluster.ensure_running()
    yield
    register.end_children()
    register.cluster.ensure_running()
    assert register.broken() == []
