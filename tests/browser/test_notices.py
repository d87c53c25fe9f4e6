"""Pages about telling people, in a real browser at both widths, without an accessibility violation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.licences.models import Holder
from gplx.notices import actions, codes, contact_actions, tasks
from gplx.notices.models import Attempt, Contact, ContactKind, Errand, Notice
from tests.browser.conftest import PHONE
from tests.browser.test_desk import sign_in
from tests.desk.conftest import TODAY, a_holder, a_user, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def context(
    browser: Browser, live_server: LiveServer, browser_context_args: dict[str, Any]
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args, base_url=live_server.url, viewport={"width": PHONE, "height": 800}
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Holder:
    """A driver with a deduction whose letter came back."""
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    person = a_holder(1)
    told()
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    actions.report(Attempt.objects.get(channel="paper").pk, "returned", {})
    return person


def test_a_citizen_adds_and_confirms_an_address(
    context: BrowserContext, holder: Holder, live_server: LiveServer, look_at: Callable[..., None]
) -> None:
    user = a_user(Role.CITIZEN, citizen_number=str(holder.citizen_number))
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    contact_actions.take_over(holder.pk, ContactKind.SMS, "0912345678")
    page = sign_in(context, user, live_server.url)
    page.goto("/lien-he")
    look_at(page, "contacts-first")
    page.fill("#id_email-address", "mau@")
    page.get_by_role("button", name=re.compile("Gửi mã xác nhận.*Địa chỉ thư điện tử")).click()
    expect(page.get_by_text("Địa chỉ này không viết đúng").first).to_be_visible()
    look_at(page, "contacts-fault")
    page.fill("#id_email-address", "mau@example.vn")
    page.get_by_role("button", name=re.compile("Gửi mã xác nhận.*Địa chỉ thư điện tử")).click()
    waiting = Contact.objects.get(confirmed_at=None)
    look_at(page, "contacts")
    page.fill("#id_email-code-code", codes.of_contact(waiting.pk, waiting.code_salt))
    page.get_by_role("button", name="Xác nhận mau@example.vn").click()
    expect(page.get_by_text("Đã xác nhận. Từ nay")).to_be_visible()
    page.goto(f"/hop-thu/{Notice.objects.earliest('pk').pk}")
    page.get_by_text("Bằng chứng gửi thông báo").click()
    look_at(page, "notice-evidence")


def test_anybody_asks_the_traffic_polices_page(
    context: BrowserContext, holder: Holder, look_at: Callable[..., None]
) -> None:
    page = context.new_page()
    page.goto("/csgt")
    look_at(page, "csgt")
    page.fill("#id_number", "790 000 000 001")
    page.fill("#id_birth_date", "31/01/1999")
    page.fill("#id_last_four", "0001")
    page.get_by_role("button", name="Tra cứu thông báo").click()
    expect(page.get_by_text("bị trừ 4 điểm")).to_be_visible()
    assert page.url.endswith("/csgt")
    look_at(page, "csgt-found")


def test_a_case_officer_handles_what_could_not_be_sent(
    context: BrowserContext, holder: Holder, live_server: LiveServer, look_at: Callable[..., None]
) -> None:
    page = sign_in(context, a_user(Role.CASE_OFFICER), live_server.url)
    page.goto("/desk/")
    look_at(page, "desk-home-undelivered")
    page.get_by_role("link", name="thông báo chưa gửi được").click()
    look_at(page, "undelivered")
    page.get_by_role("link", name="TB-").click()
    look_at(page, "undelivered-item")
    page.fill("#id_note", "Đã giao tại trụ sở")
    page.get_by_role("button", name="Ghi nhận đã xử lý").click()
    expect(page.get_by_text("Không có thông báo nào chờ")).to_be_visible()
    assert Errand.objects.get(channel="paper").handled_note == "Đã giao tại trụ sở"


def test_the_officer_reads_whether_the_driver_was_told(
    context: BrowserContext, holder: Holder, live_server: LiveServer, look_at: Callable[..., None]
) -> None:
    page = sign_in(context, a_user(Role.ROADSIDE), live_server.url)
    page.goto("/desk/tra-cuu")
    page.fill("#id_query", "790000000001")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu").first.click()
    expect(page.get_by_text("Đã gửi, chưa xác nhận").first).to_be_visible()
    look_at(page, "look-told")
