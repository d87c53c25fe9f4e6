"""Fixtures of the tests of signing in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from gplx.accounts import oidc
from tests.accounts import sandbox as playing


@pytest.fixture(scope="session")
def sandbox_address() -> Iterator[str]:
    with playing.running() as address:
        yield address


@pytest.fixture
def sandbox(sandbox_address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A sandbox that the register trusts."""
    monkeypatch.setenv("GPLX_SANDBOX_PEOPLE", str(Path(__file__).with_name("people.json")))
    settings.CITIZEN_ISSUER = f"{sandbox_address}/citizen"
    settings.OFFICER_ISSUER = f"{sandbox_address}/officer"
    oidc._providers.clear()
    oidc._keys.clear()
    return sandbox_address
