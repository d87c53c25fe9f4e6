"""The officer's desk in a real browser: main paths on a phone and on a desktop, with and without JavaScript."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from tests.desk.conftest import TODAY, a_holder, a_user, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]

WIDTHS = [360, 1280]
SHOTS = os.environ.get("GPLX_SCREENSHOTS")
"""A folder to put pictures of the pages into, to be looked at."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["js", "nojs"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def context(
    browser: Browser, live_server: LiveServer, width: int, scripts: bool, browser_context_args: dict[str, str]
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args,  # type: ignore[arg-type]
        base_url=live_server.url,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    yield opened
    opened.close()


def sign_in(context: BrowserContext, user: User, url: str) -> Page:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "gplx.accounts.backends.IdentityBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": url}])
    page = context.new_page()
    page.on("console", lambda message: _no_complaint(message.type, message.text))
    return page


def _no_complaint(kind: str, text: str) -> None:
    # A page that answers 422 or 409 is reported by the browser as a failed load; that is no fault of the page.
    if kind == "error" and "the server responded with a status of 4" not in text:
        raise AssertionError(text)


def look_at(page: Page, name: str, width: int, *, scripts: bool) -> None:
    """The page fits its window, has no accessibility violation, and is photographed when asked for."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"desk-{name}-{width}{'' if scripts else '-nojs'}.png", full_page=True)
    if not scripts:
        return
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the window"
    found = Axe().run(page)
    assert found.violations_count == 0, json.dumps(found.response["violations"], indent=1, ensure_ascii=False)[:4000]


def test_looking_a_person_up(context: BrowserContext, live_server: LiveServer, width: int, scripts: bool):
    a_holder(1)
    a_holder(2)
    a_holder(3, "Trần Hết Điểm", old_number="012345678")
    told(number="1/QĐ-XPHC", offences=[{"code": "168/2024:6.9.b"}, {"points": 2}])
    told(number="2/QĐ-XPHC", effective_on="2026-12-01", offences=[{"points": 2}])
    told(number="3/QĐ-XPHC", licence_number="790000000003", holder_name="Trần Hết Điểm", offences=[{"points": 12}])
    page = sign_in(context, a_user(Role.ROADSIDE, "Cán Bộ Tuần Tra"), live_server.url)
    page.goto("/desk/")
    look_at(page, "home-patrol", width, scripts=scripts)
    page.get_by_role("link", name="Tra cứu giấy phép lái xe").click()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    assert page.get_by_role("alert").count() == 1
    look_at(page, "look-up-faults", width, scripts=scripts)
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("nguyen nguoi mau")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    look_at(page, "choose", width, scripts=scripts)
    page.get_by_role("button", name="Mở").first.click()
    assert page.get_by_role("heading", name="ĐƯỢC lái ô tô").is_visible()
    look_at(page, "look", width, scripts=scripts)
    page.get_by_role("link", name="Bản kê điểm ô tô").click()
    look_at(page, "statement", width, scripts=scripts)
    page.get_by_role("link", name="Kết quả tra cứu").click()
    page.get_by_role("link", name="Tra cứu người khác").click()
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("012345678")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    assert page.get_by_role("heading", name="KHÔNG được lái ô tô").is_visible()
    look_at(page, "look-exhausted", width, scripts=scripts)
    page.goto("/desk/tra-cuu")
    look_at(page, "look-up", width, scripts=scripts)
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("790000000999")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    look_at(page, "not-found", width, scripts=scripts)
    page.goto("/desk/danh-muc?q=den+do")
    look_at(page, "catalogue", width, scripts=scripts)
    page.get_by_role("link", name="đèn tín hiệu").first.click()
    look_at(page, "offence", width, scripts=scripts)
