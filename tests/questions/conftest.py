"""The bank, recorded."""

from __future__ import annotations

import pytest

from gplx.questions.actions import record_own_bank


@pytest.fixture
def bank(db: None) -> None:
    """The project's own questions are in the bank."""
    record_own_bank()
