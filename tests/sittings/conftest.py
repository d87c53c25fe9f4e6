"""A bank, an examiner and a colleague of his."""

from __future__ import annotations

import pytest

from gplx.accounts.models import User
from gplx.exams.models import Registration
from tests.sittings import room


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())


@pytest.fixture
def examiner(db: None) -> User:
    return room.a_user(name="Cán Bộ Mẫu Một", citizen_number="999199000011")


@pytest.fixture
def colleague(db: None) -> User:
    return room.a_user(name="Cán Bộ Mẫu Hai", citizen_number="999199000012")


@pytest.fixture
def candidate(db: None) -> Registration:
    room.fill_bank()
    return room.a_candidate()
