"""The electronic licence in a real browser: offered, fetched by the sandbox's phone, shown and checked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role
from gplx.gateways.sandbox.phone_page import PhonePages
from gplx.gateways.sandbox.receivers import Receiver
from gplx.gateways.sandbox.server import server
from gplx.licences.models import Licence
from gplx.points.actions import record
from gplx.wallet import publication, pushes, store
from gplx.wallet.models import Push, TargetKind
from tests.browser.conftest import PHONE
from tests.desk.conftest import a_user as an_officer
from tests.points.people import decision
from tests.portal.people import a_user
from tests.wallet import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(live_server: LiveServer, settings: Any) -> Iterator[str]:
    """The sandbox with its phone."""
    settings.BASE_URL = live_server.url
    store.key_store().make_missing(at=publication.now())
    with server(0, [], parts=[PhonePages(frozenset({live_server.url}))]) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.server_port}"
        yield settings.SANDBOX_URL
        running.shutdown()
        thread.join()


@pytest.fixture
def licence() -> Licence:
    return lives.licence()


def signed_in(page: Page, live_server: LiveServer, user: Any) -> None:
    client = Client()
    client.force_login(user, backend="gplx.accounts.backends.IdentityBackend")
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


@pytest.fixture
def page(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args, viewport={"width": PHONE, "height": 800})
    yield context.new_page()
    context.close()


def test_from_the_holders_page_to_the_phone_to_the_check(
    page: Page, live_server: LiveServer, phone: str, licence: Licence, look_at: Callable[..., None]
) -> None:
    signed_in(page, live_server, a_user(licence.holder.citizen_number or ""))
    page.goto(f"{live_server.url}/vi-giay-phep")
    look_at(page, "vi-giay-phep-trong")
    page.locator("section", has_text="Phần ô tô").get_by_role("button", name="Thêm vào ví").click()
    expect(page.get_by_role("heading", name="Thêm giấy phép vào ví")).to_be_visible()
    look_at(page, "vi-giay-phep-moi")
    digits = page.locator(".app-code").inner_text()
    page.get_by_role("link", name="Mở trong điện thoại giả lập").click()
    page.get_by_label("Sáu chữ số").fill("12")
    page.get_by_role("button", name="Tải giấy về ví").click()
    expect(page.get_by_role("alert")).to_contain_text("sáu chữ số không đúng")
    page.get_by_label("Sáu chữ số").fill(digits)
    page.get_by_role("button", name="Tải giấy về ví").click()
    expect(page.get_by_role("heading", name="Mẫu Văn Ví")).to_have_count(2)
    look_at(page, "dien-thoai")
    publication.publish_due()

    for verdict in ("Thật, còn hiệu lực", "Thật, đang bị tạm dừng"):
        page.goto(f"{live_server.url}/kiem-tra-giay-phep")
        question = page.locator(".app-code").inner_text()
        checking = page
        showing = page.context.new_page()
        showing.goto(f"{phone}/phone/")
        showing.get_by_label("Số hỏi").first.fill(question)
        showing.get_by_role("button", name="Xuất trình").first.click()
        look_at(showing, "xuat-trinh")
        text = showing.get_by_label("Nội dung").input_value()
        showing.close()
        checking.get_by_label("Nội dung mã QR").fill(text)
        checking.get_by_role("button", name="Kiểm tra").click()
        expect(checking.get_by_text(verdict)).to_be_visible()
        expect(checking.get_by_text("đã trả lời số hỏi")).to_be_visible()
        look_at(checking, f"kiem-tra-{'tot' if 'còn' in verdict else 'tam-dung'}")
        record([decision(licence.holder_id, "QD-1", date(2025, 3, 10), 12)], today=date(2025, 3, 10))
        publication.publish_due()

    page.goto(f"{live_server.url}/vi-giay-phep")
    expect(page.get_by_text("Đang bị tạm dừng", exact=True)).to_be_visible()
    look_at(page, "vi-giay-phep-tam-dung")
    page.get_by_role("button", name="Mất điện thoại này").click()
    expect(page.get_by_text("Đã dừng giấy phép điện tử")).to_be_visible()
    look_at(page, "vi-giay-phep-mat")


def test_an_officer_checks_and_takes_the_kit(
    page: Page, live_server: LiveServer, phone: str, licence: Licence, look_at: Callable[..., None]
) -> None:
    lives.issue(licence)
    publication.publish_due()
    signed_in(page, live_server, an_officer(Role.ROADSIDE))
    page.goto(f"{live_server.url}/desk/kiem-tra-giay-phep")
    page.get_by_label("Nội dung mã QR").fill("x")
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "ban-kiem-tra-loi")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bộ kiểm tra").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_an_administrator_sees_how_far_behind_other_systems_are(
    page: Page, live_server: LiveServer, licence: Licence, settings: Any, look_at: Callable[..., None]
) -> None:
    receiver = Receiver("/receivers/e-id", "Tài khoản định danh điện tử", lambda: store.key_store().push_secret("e-id"))
    with server(0, [], parts=[receiver]) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.server_port}"
        for name in ("e-id", "police"):
            pushes.register(name, TargetKind(name), f"{settings.SANDBOX_URL}/receivers/{name}/events")
        record([decision(licence.holder_id, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
        pushes.send_waiting("e-id")
        pushes.send_waiting("police")
        Push.objects.filter(target__name="police").update(state="dead")
        signed_in(page, live_server, an_officer(Role.ADMINISTRATOR))
        page.goto(f"{live_server.url}/desk/bao-he-thong-khac")
        look_at(page, "bao-he-thong-khac")
        page.locator("section", has_text="police").get_by_role("button", name="Thử lại ngay").click()
        expect(page.get_by_text("1 tin được xếp hàng gửi lại")).to_be_visible()
        page.goto(f"{settings.SANDBOX_URL}/receivers/e-id/")
        expect(page.get_by_text("8 / 12")).to_be_visible()
        look_at(page, "ben-nhan")
        running.shutdown()
        thread.join()
