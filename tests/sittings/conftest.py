"""A bank, an examiner and a colleague of his."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gplx.accounts.models import User
from gplx.exams.models import Registration
from gplx.wallet.keys import KeyStore
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


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room") / "keys"
    KeyStore(folder).make_missing(at=datetime(2026, 1, 1, tzinfo=UTC))
    return folder


@pytest.fixture
def sealing(key_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register has keys to seal with."""
    monkeypatch.setenv("GPLX_KEYS", str(key_folder))
