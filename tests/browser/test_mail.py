"""Letters, the check page and listening in a real browser: on a phone and on a desktop."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.mailroom import actions, papers
from gplx.mailroom.models import Batch, Letter, Paper
from gplx.notices.models import Notice
from tests.browser.conftest import PHONE
from tests.desk.conftest import TODAY, a_user
from tests.mailroom.conftest import waiting
from tests.portal.people import a_user as a_citizen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture
def context(
    browser: Browser, live_server: LiveServer, browser_context_args: dict[str, str]
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args,  # type: ignore[arg-type]
        base_url=live_server.url,
        viewport={"width": PHONE, "height": 900},
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def sign_in(context: BrowserContext, user: User, url: str) -> Page:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "gplx.accounts.backends.IdentityBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": url}])
    return context.new_page()


def test_a_batch_at_the_desk(
    context: BrowserContext, live_server: LiveServer, look_at: Callable[..., None], tmp_path: Path
):
    waiting(3)
    waiting(1, first=300, province_code="79")
    page = sign_in(context, a_user(Role.CASE_OFFICER), live_server.url)
    page.goto("/desk/thu-giay")
    look_at(page, "mail-home")
    page.get_by_role("link", name="Lập lô Hà Nội").click()
    look_at(page, "mail-new")
    page.get_by_role("button", name="Lập lô").click()
    expect(page.get_by_text("0 trên 3 thư")).to_be_visible()
    batch = Batch.objects.get()
    look_at(page, "mail-making")
    actions.make(batch.pk)
    # The page asks for itself how far the batch is, and is drawn anew when it is done.
    expect(page.get_by_label("Bên nhận chuyển phát")).to_be_visible(timeout=30_000)
    page.get_by_label("Bên nhận chuyển phát").fill("Bưu điện Mẫu")
    page.get_by_label("Số biên nhận của bên nhận").fill("EMS-1")
    look_at(page, "mail-ready")
    page.get_by_role("button", name="Ghi: đã giao").click()
    expect(page.get_by_role("link", name="Biên bản bàn giao")).to_be_visible()
    look_at(page, "mail-posted")
    code = Paper.objects.filter(letter__isnull=False).earliest("pk").code
    page.goto("/desk/thu-giay")
    page.get_by_label("Mã trên thư").fill(code.lower())
    page.get_by_role("button", name="Mở thư").click()
    look_at(page, "mail-letter")
    page.get_by_role("button", name="Ghi kết quả").click()
    look_at(page, "mail-letter-fault")
    page.get_by_label("Bị trả lại: người nhận đã chuyển đi").check()
    page.get_by_role("button", name="Ghi kết quả").click()
    expect(page.get_by_text("Việc tiếp theo: trao tận tay")).to_be_visible()
    look_at(page, "mail-letter-returned")
    page.goto("/desk/thu-giay")
    look_at(page, "mail-home-returned")


def test_a_letter_is_handed_over(context: BrowserContext, live_server: LiveServer, look_at: Callable[..., None]):
    [person] = waiting(1)
    page = sign_in(context, a_user(Role.ROADSIDE), live_server.url)
    page.goto("/desk/tra-cuu")
    page.locator("[name=query]").fill(person.licences.get().number)
    page.get_by_label("Kiểm tra trên đường").check()
    page.locator("main form button").first.click()
    page.get_by_role("link", name="Thư giấy chưa đến tay").click()
    look_at(page, "mail-person")
    page.get_by_role("button", name="Ghi: đã trao tận tay").click()
    expect(page.get_by_role("link", name="Giấy nhận")).to_be_visible()
    look_at(page, "mail-person-done")


def test_the_check_page(context: BrowserContext, look_at: Callable[..., None]):
    waiting(1)
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=1)
    actions.make(batch.pk)
    letter = Letter.objects.select_related("paper").get()
    assert letter.paper is not None
    page = context.new_page()
    page.goto("/kiem-tra")
    look_at(page, "check-ask")
    page.get_by_label("Mã trên văn bản").fill(letter.paper.code)
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_role("heading", name="Văn bản có thật")).to_be_visible()
    page.get_by_label("Bốn số cuối").fill(letter.paper.asked_digits)
    page.get_by_role("button", name="So").click()
    expect(page.get_by_text("Khớp:")).to_be_visible()
    look_at(page, "check-match")
    page.goto(f"/kiem-tra/{papers.new_code()}")
    look_at(page, "check-nothing")


def test_a_notice_is_heard(context: BrowserContext, live_server: LiveServer, look_at: Callable[..., None]):
    [person] = waiting(1)
    notice = Notice.objects.get(holder=person)
    page = sign_in(context, a_citizen(person.citizen_number or ""), live_server.url)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"/hop-thu/{notice.pk}")
    page.get_by_label("Giọng đọc").select_option("south-female")
    page.get_by_role("button", name="Chọn giọng").click()
    assert page.locator("audio").get_attribute("src") == f"/hop-thu/{notice.pk}/nghe/south-female.mp3"
    look_at(page, "listen")
    heard = page.request.get(f"/hop-thu/{notice.pk}/nghe/south-female.mp3", headers={"Range": "bytes=0-1"})
    assert heard.status == 206
    assert refused == []
    page.goto("/ban-ke")
    look_at(page, "statement-page")
