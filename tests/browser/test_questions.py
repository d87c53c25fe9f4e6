"""Practice and the question bank in a real browser, on a phone and on a desktop, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.questions.actions import record_own_bank
from gplx.questions.files import template
from tests.desk.conftest import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Look = Callable[..., None]


@pytest.fixture(autouse=True)
def _bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2026-11-25")
    record_own_bank()


@pytest.fixture(params=[(360, False), (1280, True)], ids=["360-nojs", "1280-js"])
def context(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer, browser_context_args: dict[str, str]
) -> Iterator[BrowserContext]:
    width, scripts = request.param
    opened = browser.new_context(
        **browser_context_args,  # type: ignore[arg-type]
        base_url=live_server.url,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    yield opened
    opened.close()


def seen(page: Page, look_at: Look, name: str, context: BrowserContext) -> None:
    size = page.viewport_size
    assert size is not None
    look_at(page, name, axe=size["width"] != 360)  # axe itself is a script
    if size["width"] == 360:
        wide = page.locator("html").evaluate("element => element.scrollWidth")
        assert wide <= 360, f"{name} is {wide} wide"


def pictures_are_drawn(page: Page) -> None:
    for picture in page.locator("img.app-drawing").all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")


def test_anybody_practises_a_topic_and_a_paper(context: BrowserContext, look_at: Look) -> None:
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto("/on-tap")
    page.get_by_label("Hạng giấy phép lái xe").select_option("A1")
    page.get_by_role("button", name="Tiếp tục").click()
    seen(page, look_at, "practice-start", context)
    page.get_by_role("link", name="Thứ tự ưu tiên qua nơi giao nhau").click()
    pictures_are_drawn(page)
    seen(page, look_at, "practice-question", context)
    page.locator(".govuk-radios__label").first.click()
    page.get_by_role("button", name="Trả lời").click()
    assert page.get_by_text("Đáp án đúng").or_(page.get_by_text("Bạn chọn, đúng")).count() == 1
    seen(page, look_at, "practice-explained", context)
    page.get_by_role("button", name="Câu tiếp theo").click()
    page.get_by_role("button", name="Trả lời").click()
    expect(page.get_by_text("Chọn một phương án.")).to_be_visible()
    page.get_by_role("link", name="Ôn tập").first.click()
    page.get_by_role("button", name="Làm thử cả bài").click()
    assert page.locator("fieldset").count() == 25
    pictures_are_drawn(page)
    seen(page, look_at, "practice-paper", context)
    for question in range(1, 26):
        page.locator(f"label[for=cau-{question}-1]").click()
    page.get_by_role("button", name="Nộp bài").click()
    seen(page, look_at, "practice-marked", context)
    assert page.locator("section").count() == 25
    assert refused == []


def desk(context: BrowserContext, live_server: LiveServer, user: User) -> Page:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "gplx.accounts.backends.IdentityBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": live_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def test_an_examiner_finds_a_question_and_draws_a_sample(
    context: BrowserContext, live_server: LiveServer, look_at: Look
) -> None:
    page = desk(context, live_server, a_user(Role.EXAMINER))
    page.goto("/desk/cau-hoi")
    seen(page, look_at, "questions", context)
    page.get_by_label("Từ cần tìm").fill("den do")
    page.get_by_role("button", name="Lọc").click()
    page.locator("tbody a").first.click()
    seen(page, look_at, "question", context)
    page.goto("/desk/cau-hoi/ma/sa-hinh-03")
    pictures_are_drawn(page)
    seen(page, look_at, "question-drawn", context)
    page.goto("/desk/cau-hoi/de-mau")
    page.get_by_label("Hạng").select_option("D2")
    page.get_by_role("button", name="Lập đề").click()
    assert page.locator("section").count() == 45
    seen(page, look_at, "questions-sample", context)


def test_an_administrator_brings_in_a_file(context: BrowserContext, live_server: LiveServer, look_at: Look) -> None:
    page = desk(context, live_server, a_user(Role.ADMINISTRATOR))
    page.goto("/desk/cau-hoi/nap")
    seen(page, look_at, "questions-bring-in", context)
    upload = {"name": "mau.csv", "mimeType": "text/csv", "buffer": template("csv")}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    seen(page, look_at, "questions-file", context)
    page.get_by_role("button", name="Ghi nhận 1 dòng đạt").click()
    expect(page.get_by_text("Đã ghi nhận lúc")).to_be_visible()
