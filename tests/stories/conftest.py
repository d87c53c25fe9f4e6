"""One register for all stories of a module, and a browser to go through its pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.browser.conftest import browser_context_args, browser_type_launch_args, look_at
from tests.stories.house import House, a_house

__all__ = ["browser_context_args", "browser_type_launch_args", "house", "look_at"]

TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with a_house(tmp_path_factory.mktemp("house"), TODAY) as running:
        yield running
