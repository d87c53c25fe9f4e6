"""A key store for the seal, and one sealed paper."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gplx.letters import pdf, seal
from gplx.wallet.keys import KeyStore
from tests.letters.papers import PAPER

SEALED_AT = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = KeyStore(tmp_path_factory.mktemp("seal") / "keys")
    store.make_missing(at=datetime(2026, 3, 1, tzinfo=UTC))
    return store


@pytest.fixture(scope="session")
def paper() -> bytes:
    return pdf.render("document", PAPER, on=date(2026, 3, 12))


@pytest.fixture(scope="session")
def sealed(store: KeyStore, paper: bytes) -> bytes:
    return seal.sign(paper, reason="Thông báo trừ điểm", at=SEALED_AT, store=store)
