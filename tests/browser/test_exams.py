"""The knowledge test in a real browser: an exhausted person registers, follows and withdraws; an examiner answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.dossiers.models import State
from gplx.exams.models import Registration
from gplx.licences.models import Holder
from tests.browser.conftest import PHONE
from tests.desk.conftest import a_user as a_member_of_staff
from tests.exams.people import TODAY, a_session, exhausted, registered
from tests.portal.people import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Holder:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    a_session(date(2026, 12, 3))
    a_session(date(2026, 12, 8))
    a_session(date(2026, 12, 1), province_code="79")
    return exhausted()


@pytest.fixture(params=[True, False], ids=["js", "nojs"])
def context(
    request: pytest.FixtureRequest, browser: Browser, browser_context_args: dict[str, Any], live_server: LiveServer
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args,
        base_url=live_server.url,
        viewport={"width": PHONE, "height": 800},
        java_script_enabled=request.param,
    )
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def look(request: pytest.FixtureRequest, look_at: Callable[..., None]) -> Callable[[Page, str], None]:
    """`look_at`; axe is a script itself."""
    scripts = "nojs" not in request.node.name

    def looked(page: Page, name: str) -> None:
        look_at(page, name if scripts else f"{name}-nojs", axe=scripts)

    return looked


def sign_in(context: BrowserContext, user: User, live_server: LiveServer) -> Page:
    """A page of somebody who is signed in already."""
    client = Client()
    client.force_login(user, backend="gplx.accounts.backends.IdentityBackend")
    name = configured.SESSION_COOKIE_NAME
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    return context.new_page()


def test_from_no_points_to_a_registration(
    context: BrowserContext, holder: Holder, live_server: LiveServer, look: Callable[[Page, str], None]
) -> None:
    page = sign_in(context, a_user(holder.citizen_number or ""), live_server)
    page.goto("/diem")
    page.get_by_role("link", name="Việc cần làm và đăng ký kiểm tra").click()
    expect(page.get_by_role("heading", name="Giấy phép đã bị trừ hết điểm")).to_be_visible()
    look(page, "exam-exhausted")
    page.get_by_role("link", name="Đăng ký kiểm tra").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Chọn một kỳ kiểm tra còn chỗ.")).to_be_visible()
    look(page, "exam-session")
    page.get_by_label("Thứ Năm, 03/12/2026").check()
    page.get_by_role("button", name="Tiếp tục").click()
    look(page, "exam-certificate")
    page.get_by_label("Số giấy khám sức khỏe").fill("00001/GKSKLX/01001/26")
    page.get_by_role("button", name="Tiếp tục").click()
    look(page, "exam-interpreter")
    page.get_by_role("button", name="Tiếp tục").click()
    look(page, "exam-check")
    page.get_by_role("button", name="Nộp đăng ký").click()
    expect(page.get_by_text("Đã nộp đăng ký")).to_be_visible()
    look(page, "exam-done")
    page.get_by_text("Vì sao là ngày này?").click()
    expect(page.get_by_text("Ngày Văn hóa Việt Nam")).to_be_visible()
    page.get_by_role("link", name="Đổi kỳ kiểm tra").click()
    look(page, "exam-change")
    page.get_by_label("Thứ Ba, 08/12/2026").check()
    page.get_by_role("button", name="Đổi sang kỳ này").click()
    expect(page.get_by_text("Đã đổi kỳ kiểm tra.")).to_be_visible()
    page.get_by_role("link", name="Phiếu hẹn để in").click()
    look(page, "exam-slip")
    page.go_back()
    page.get_by_role("link", name="Rút hồ sơ").click()
    look(page, "exam-withdraw")
    page.get_by_role("button", name="Rút hồ sơ").click()
    expect(page.get_by_text("Đã rút hồ sơ.")).to_be_visible()
    page.goto("/ho-so")
    look(page, "exam-dossiers")
    assert Registration.objects.get().dossier.state == State.WITHDRAWN
    page.goto("/tra-cuu-ho-so")
    look(page, "exam-track")


def test_an_examiner_announces_and_answers(
    context: BrowserContext, holder: Holder, live_server: LiveServer, look: Callable[[Page, str], None]
) -> None:
    registration = registered(holder, a_session(date(2026, 12, 10)))
    user = a_member_of_staff(Role.EXAMINER)
    user.province_code = "01"
    user.save()
    page = sign_in(context, user, live_server)
    page.goto("/desk/lich-kiem-tra?thang=2026-12")
    look(page, "exam-desk-month")
    page.get_by_label("Số chỗ mỗi kỳ").fill("30")
    page.get_by_role("button", name="Lập các kỳ (chưa công bố)").click()
    page.get_by_role("button", name="Công bố 10 kỳ").click()
    expect(page.get_by_text("Đã công bố đủ lịch tháng này.")).to_be_visible()
    look(page, "exam-desk-announced")
    page.goto("/desk/lich-kiem-tra/nghia-vu")
    look(page, "exam-desk-duties")
    page.goto("/desk/ho-so-kiem-tra")
    look(page, "exam-desk-queue")
    page.get_by_role("link", name=registration.dossier.code).click()
    look(page, "exam-desk-registration")
    page.get_by_role("button", name="Tiếp nhận", exact=True).click()
    expect(page.get_by_text("Đã tiếp nhận").first).to_be_visible()
    assert registration.session is not None
    page.goto(f"/desk/lich-kiem-tra/{registration.session.pk}")
    look(page, "exam-desk-session")
    page.get_by_role("link", name="Dời kỳ này").click()
    for name, value in (("day_day", "11"), ("day_month", "12"), ("day_year", "2026")):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_label("Lý do, được báo cho từng người").fill("Sửa phòng")
    page.get_by_role("button", name="Xem điều sẽ xảy ra").click()
    expect(page.get_by_text("chuyển theo và được báo")).to_be_visible()
    look(page, "exam-desk-move")
    page.get_by_role("button", name="Xác nhận dời").click()
    expect(page.get_by_text("từng người đã được báo")).to_be_visible()
