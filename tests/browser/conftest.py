"""A real Chromium in Vietnamese for the tests, and how a page is looked at.

`./dev test` says which browser to drive by GPLX_BROWSER; run by hand, the tests find or fetch one the same way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from gplx.accounts import oidc
from tests.accounts import sandbox as playing
from tooling import browser as chromium

# The folder is emptied when a run begins; GPLX_SCREENSHOTS names one that is kept.
PHONE, DESKTOP = 360, 1280
RESULTS = Path(os.environ.get("GPLX_SCREENSHOTS") or Path(__file__).resolve().parent.parent.parent / "test-results")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    told = {
        **chromium.ensure(),
        **{name: value for name, value in os.environ.items() if name.startswith("GPLX_BROWSER")},
    }
    env = dict(os.environ)
    if told.get("GPLX_BROWSER_LIBRARIES"):
        env["LD_LIBRARY_PATH"] = told["GPLX_BROWSER_LIBRARIES"]
    if told.get("GPLX_BROWSER_FONTS"):
        env["FONTCONFIG_FILE"] = told["GPLX_BROWSER_FONTS"]
    return {
        "executable_path": told["GPLX_BROWSER"],
        "env": env,
        # The tests may run as root and in small containers.
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "color_scheme": "light"}


@pytest.fixture(scope="session")
def sandbox_address() -> Iterator[str]:
    with playing.running() as address:
        yield address


@pytest.fixture
def sandbox(sandbox_address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A sandbox that the register trusts, also as a place that forms may lead to."""
    settings.CITIZEN_ISSUER = f"{sandbox_address}/citizen"
    settings.OFFICER_ISSUER = f"{sandbox_address}/officer"
    policy = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "form-action": ["'self'", sandbox_address]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    oidc._providers.clear()
    oidc._keys.clear()
    return sandbox_address


@pytest.fixture
def look_at() -> Callable[..., None]:
    """The page fits its window and has no accessibility violation; a picture of it is kept in test-results/.

    A page on a phone is looked at in a desktop's window as well, so that a path is gone once. Without JavaScript (not
    `axe`, which is a script itself) there is only the picture.
    """

    def look(page: Page, name: str, *, axe: bool = True) -> None:
        for width in in_turn(page, axe=axe):
            RESULTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=RESULTS / f"{name}-{width}.png", full_page=True)
            if axe:
                page.wait_for_load_state()
                assert_sound(page, name, width)

    return look


def in_turn(page: Page, *, axe: bool) -> Iterator[int]:
    """The widths to look at a page in; its own comes last."""
    size = page.viewport_size
    assert size is not None
    own = size["width"]
    if not axe or own != PHONE:
        yield own
        return
    for width in (DESKTOP, PHONE):
        page.set_viewport_size(ViewportSize(width=width, height=size["height"]))
        yield width


def assert_sound(page: Page, name: str, width: int) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{name} is {wide} wide in a window of {width}"
    found = Axe().run(page)
    assert found.violations_count == 0, json.dumps(found.response["violations"], indent=1, ensure_ascii=False)[:4000]
