"""The officer's desk in a real browser: main paths on a phone and on a desktop, with and without JavaScript."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.accounts.models import Role, User
from gplx.sanctions import file_actions
from gplx.sanctions.files import COLUMNS
from gplx.sanctions.models import DecisionFile
from tests.browser.conftest import PHONE, assert_sound, in_turn
from tests.desk.conftest import TODAY, a_holder, a_user, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]

WINDOWS = [(PHONE, True), (PHONE, False)]
"""With and without JavaScript; `look_at` makes the window as wide as a desktop's as well."""
SHOTS = os.environ.get("GPLX_SCREENSHOTS")
"""A folder to put pictures of the pages into, to be looked at."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture(params=WINDOWS, ids=lambda window: f"{window[0]}-{'js' if window[1] else 'nojs'}")
def window(request: pytest.FixtureRequest) -> tuple[int, bool]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def width(window: tuple[int, bool]) -> int:
    return window[0]


@pytest.fixture
def scripts(window: tuple[int, bool]) -> bool:
    return window[1]


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


def look_at(page: Page, name: str, *, scripts: bool) -> None:
    """The page fits its window, has no accessibility violation, and is photographed when asked for."""
    page.wait_for_load_state()  # A click has only begun to open the next page.
    for width in in_turn(page, axe=scripts):
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"desk-{name}-{width}{'' if scripts else '-nojs'}.png", full_page=True)
        if scripts:
            assert_sound(page, name, width)


def test_looking_a_person_up(context: BrowserContext, live_server: LiveServer, scripts: bool):
    a_holder(1)
    a_holder(2)
    a_holder(3, "Trần Hết Điểm", old_number="012345678")
    told(number="1/QĐ-XPHC", offences=[{"code": "168/2024:6.9.b"}, {"points": 2}])
    told(number="2/QĐ-XPHC", effective_on="2026-12-01", offences=[{"points": 2}])
    told(number="3/QĐ-XPHC", licence_number="790000000003", holder_name="Trần Hết Điểm", offences=[{"points": 12}])
    page = sign_in(context, a_user(Role.ROADSIDE, "Cán Bộ Tuần Tra"), live_server.url)
    page.goto("/desk/")  # the patrol begins with a look-up
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    assert page.get_by_role("alert").count() == 1
    look_at(page, "look-up-faults", scripts=scripts)
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("nguyen nguoi mau")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    look_at(page, "choose", scripts=scripts)
    page.get_by_role("button", name="Mở").first.click()
    expect(page.get_by_role("heading", name="ĐƯỢC lái ô tô")).to_be_visible()
    look_at(page, "look", scripts=scripts)
    page.get_by_role("link", name="Bản kê điểm ô tô").click()
    look_at(page, "statement", scripts=scripts)
    page.get_by_role("link", name="Kết quả tra cứu").click()
    page.get_by_role("link", name="Tra cứu người khác").click()
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("012345678")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    expect(page.get_by_role("heading", name="KHÔNG được lái ô tô")).to_be_visible()
    look_at(page, "look-exhausted", scripts=scripts)
    page.goto("/desk/tra-cuu")
    look_at(page, "look-up", scripts=scripts)
    page.get_by_label("Số giấy phép lái xe, số định danh hoặc họ tên").fill("790000000999")
    page.get_by_label("Kiểm tra trên đường").check()
    page.get_by_role("button", name="Tra cứu", exact=True).click()
    look_at(page, "not-found", scripts=scripts)
    page.goto("/desk/danh-muc?q=den+do")
    look_at(page, "catalogue", scripts=scripts)
    page.get_by_role("link", name="đèn tín hiệu").first.click()
    look_at(page, "offence", scripts=scripts)


def fill_day(page: Page, name: str, day: str) -> None:
    for part, value in zip(("day", "month", "year"), day.split("/"), strict=True):
        page.locator(f"#id_{name}_{part}").fill(value)


def test_entering_a_decision(context: BrowserContext, live_server: LiveServer, scripts: bool):
    a_holder(1)
    told(number="1/QĐ-XPHC", offences=[{"points": 6}])
    page = sign_in(context, a_user(Role.CASE_OFFICER, "Cán Bộ Xử Lý"), live_server.url)
    page.goto("/desk/quyet-dinh/nhap")
    look_at(page, "intake", scripts=scripts)
    page.get_by_role("button", name="Xem trước").click()
    look_at(page, "intake-faults", scripts=scripts)
    page.get_by_label("Cơ quan ra quyết định").fill("Phòng CSGT Mẫu")
    page.get_by_label("Số quyết định").fill("0123/QĐ-XPHC")
    fill_day(page, "decided_on", "20/11/2026")
    fill_day(page, "effective_on", "21/11/2026")
    page.get_by_label("Số giấy phép lái xe").fill("790 000 000 001")
    page.get_by_label("Họ tên").fill("NGUYEN NGUOI MAU")
    fill_day(page, "birth_date", "31/01/1999")
    fill_day(page, "acted_on", "19/11/2026")
    if scripts:
        page.get_by_label("Tìm trong danh mục").press_sequentially("den do")
    else:
        page.get_by_label("Tìm trong danh mục").fill("den do")
        page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("button", name="Chọn 168/2024:6.9.b").wait_for()
    look_at(page, "intake-suggestions", scripts=scripts)
    page.get_by_role("button", name="Chọn 168/2024:6.9.b").click()
    expect(page.locator("#chosen").get_by_text("168/2024:6.9.b").first).to_be_visible()
    page.get_by_label("Số điểm", exact=True).select_option("2")
    page.get_by_role("button", name="Thêm hành vi theo số điểm").click()
    assert page.get_by_label("Họ tên").input_value() == "NGUYEN NGUOI MAU", "no answer is lost"
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", name="Điều sẽ xảy ra")).to_be_visible()
    look_at(page, "intake-check", scripts=scripts)
    page.get_by_role("button", name="Ghi nhận quyết định").click()
    expect(page.get_by_text("Sổ đã ghi:")).to_be_visible()
    look_at(page, "decision", scripts=scripts)
    page.go_back()
    page.reload()
    assert page.get_by_role("heading", name="Quyết định 0123/QĐ-XPHC").is_visible(), (
        "the back button sends nothing twice"
    )


def test_matching_and_annulling(context: BrowserContext, live_server: LiveServer, scripts: bool):
    a_holder(1)
    told(number="1/QĐ-XPHC", offences=[{"points": 10}])
    told(number="2/QĐ-XPHC", offences=[{"points": 4}], effective_on="2026-11-05")
    told(number="3/QĐ-XPHC", birth_date="1999-01-13")
    told(number="4/QĐ-XPHC", licence_number="790000000010", holder_name="Nguyễn Văn Mẫu")
    officer, colleague = a_user(Role.CASE_OFFICER, "Cán Bộ Một"), a_user(Role.ADMINISTRATOR, "Quản Trị Hai")
    page = sign_in(context, officer, live_server.url)
    page.goto("/desk/")
    look_at(page, "home", scripts=scripts)
    page.get_by_role("link", name="quyết định chờ đối chiếu").click()
    look_at(page, "quarantine", scripts=scripts)
    page.get_by_role("link", name="3/QĐ-XPHC").click()
    look_at(page, "quarantine-item", scripts=scripts)
    page.get_by_role("button", name="Xem trước nếu là người này").click()
    page.get_by_label("Ghi chú").fill("Đối chiếu bản giấy: đảo ngày và tháng")
    look_at(page, "quarantine-preview", scripts=scripts)
    page.get_by_role("button", name="Đúng là người này, ghi nhận").click()
    expect(page.get_by_text("Sổ đã ghi:")).to_be_visible()
    page.goto("/desk/doi-chieu")
    page.get_by_role("link", name="4/QĐ-XPHC").click()
    page.get_by_label("Bạn biết số đúng? Thêm một giấy phép để so").fill("790000000001")
    page.get_by_role("button", name="So thêm").click()
    look_at(page, "quarantine-find", scripts=scripts)

    page.goto("/desk/huy-quyet-dinh/nhap")
    page.get_by_label("Số văn bản hủy").fill("77/QĐ-HB")
    fill_day(page, "annulled_on", "22/11/2026")
    page.get_by_label("Lý do ghi trong văn bản").fill("Ra quyết định sai người")
    page.get_by_label("Cơ quan đã ra quyết định bị hủy").fill("Phòng CSGT Mẫu")
    page.get_by_label("Số quyết định bị hủy").fill("1/QĐ-XPHC")
    page.get_by_label("Năm ra quyết định").fill("2026")
    look_at(page, "annulment-form", scripts=scripts)
    page.get_by_role("button", name="Xem trước").click()
    look_at(page, "annulment-check", scripts=scripts)
    page.get_by_role("button", name="Gửi người thứ hai xác nhận").click()
    look_at(page, "annulment-mine", scripts=scripts)
    assert page.get_by_role("button", name="Xác nhận hủy quyết định").count() == 0
    address = page.url
    context.clear_cookies()
    other = sign_in(context, colleague, live_server.url)
    other.goto("/desk/huy-quyet-dinh")
    look_at(other, "annulments", scripts=scripts)
    other.goto(address)
    look_at(other, "annulment", scripts=scripts)
    other.get_by_role("button", name="Xác nhận hủy quyết định").click()
    expect(other.get_by_text("Quyết định này đã bị hủy.")).to_be_visible()
    look_at(other, "annulment-done", scripts=scripts)


def test_taking_a_file(context: BrowserContext, live_server: LiveServer, scripts: bool):
    for index in range(1, 4):
        a_holder(index)
    content = a_file(
        (
            "1/QĐ",
            "2026",
            "790000000001",
            "",
            "Nguyễn Người Mẫu",
            "1999-01-31",
            "ô tô",
            *DAYS,
            "168/2024:6.9.b",
            "",
            "",
            "",
        ),
        ("2/QĐ", "2026", "790000000002", "", "Nguyễn Người Mẫu", "1999-01-31", "ô tô", *DAYS, "4", "", "", ""),
        ("3/QĐ", "2026", "790000000003", "", "Người Khác", "1999-01-31", "ô tô", *DAYS, "4", "", "", ""),
        ("4/QĐ", "2026", "79000000003", "", "Nguyễn Người Mẫu", "03/04/1999", "ô tô", *DAYS, "99", "", "", ""),
    )
    page = sign_in(context, a_user(Role.CASE_OFFICER, "Cán Bộ Xử Lý"), live_server.url)
    page.goto("/desk/tep")
    page.get_by_label("Cơ quan ra các quyết định trong tệp").fill("Phòng CSGT Mẫu")
    page.get_by_label("Tệp CSV hoặc XLSX").set_input_files(
        {"name": "thang-11.csv", "mimeType": "text/csv", "buffer": content}
    )
    look_at(page, "files", scripts=scripts)
    page.get_by_role("button", name="Tải lên và kiểm tra").click()
    look_at(page, "file-checking", scripts=scripts)
    file = DecisionFile.objects.get()
    file_actions.check(file.pk)
    if scripts:  # the page finds out by itself
        page.get_by_role("heading", name="Ghi nhận tệp này?").wait_for()
    else:
        page.get_by_role("link", name="Xem tiến độ mới nhất").click()
    look_at(page, "file-checked", scripts=scripts)
    page.get_by_role("button", name="Ghi nhận tệp").click()
    look_at(page, "file-unaccepted", scripts=scripts)
    page.get_by_label("Tôi đã xem các dòng ấy; các dòng còn lại là đúng").check()
    page.get_by_role("button", name="Ghi nhận tệp").click()
    file_actions.take(file.pk)
    page.goto(f"/desk/tep/{file.pk}")
    look_at(page, "file-taken", scripts=scripts)
    page.goto("/desk/tep")
    look_at(page, "files-list", scripts=scripts)


DAYS = ("2026-11-01", "2026-11-02", "2026-11-03")


def a_file(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([tuple(COLUMNS.values()), *rows])
    return text.getvalue().encode()
