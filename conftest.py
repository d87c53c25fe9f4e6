"""What holds for every test: which browser to drive, and how Hypothesis looks for counter-examples.

The browser: `./dev test` sets the variables; without them a Chromium of this system is used, and without one the
browser tests fail. This file stands at the top because its fixtures then win over those of pytest-playwright.

Tests in a browser come last: once Playwright has begun, an event loop runs in this process until the end, and what
brings a loop of its own (the check of a seal) would find it in its way.

Hypothesis: the same examples at every run, so that a newcomer's first run says nothing else than the last one here;
GPLX_EXPLORE=1 looks for new ones. How long an example takes is never a failure.
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tooling.browser import NAMES

settings.register_profile(
    "register",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("GPLX_EXPLORE") != "1",
)
settings.load_profile("register")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


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
