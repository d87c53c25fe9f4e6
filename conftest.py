"""Tells pytest-playwright which browser to drive, and fails the browser tests loudly when there is none.

`./dev test` sets the variables; without them a Chromium of this system is used. It stands at the top because fixtures
of a `conftest.py` win over those of pytest-playwright.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tooling.browser import NAMES


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How Playwright starts the browser."""
    browser = os.environ.get("GPLX_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        pytest.fail("No Chromium was found. ./dev test fetches one.", pytrace=False)
    environment: dict[str, str | float | bool] = dict(os.environ)
    libraries, fonts = os.environ.get("GPLX_BROWSER_LIBRARIES"), os.environ.get("GPLX_BROWSER_FONTS")
    if libraries:
        environment["LD_LIBRARY_PATH"] = libraries
    if fonts:
        environment["FONTCONFIG_FILE"] = fonts
    arguments = ["--disable-dev-shm-usage", "--disable-gpu"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to sandbox root's own processes.
    return {"executable_path": browser, "args": arguments, "env": environment, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A visitor from Viet Nam; the window's size is each test's own."""
    return {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
