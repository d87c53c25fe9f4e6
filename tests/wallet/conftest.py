"""One house for all wallet tests: a key store, a holder, and credentials that are as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wallet.house import House, build


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(Path(tmp_path_factory.mktemp("wallet")))
