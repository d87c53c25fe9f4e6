"""The citizen's pages in a real browser: the main path on a phone and on a desktop, with and without JavaScript."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from gplx.audit.actions import NewAccess, record_access
from gplx.licences.models import Holder
from tests.browser.conftest import DESKTOP, PHONE
from tests.portal.people import a_holder, annul, decide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TODAY = date(2026, 11, 22)
IMAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "images" / "points.png"
"""The picture of the README: made anew with GPLX_README_IMAGE=1, so that a test run changes no file of the project."""


@pytest.fixture
def holder(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Holder:
    """A life with everything a page can show: a deduction, a restoration, an annulment, one that waits."""
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    person = a_holder(1, "Người Mẫu Một", parts=("car", "motorcycle"))
    decide(person, "101/QĐ-XPHC", date(2025, 2, 20), "168/2024:6.9.b", {"points": 2}, today=date(2025, 2, 21))
    decide(person, "205/QĐ-XPHC", date(2026, 4, 3), 6, today=date(2026, 4, 3))
    decide(person, "317/QĐ-XPHC", date(2026, 7, 14), "168/2024:6.9.b", today=date(2026, 7, 14))
    decide(person, "402/QĐ-XPHC", date(2026, 12, 5), 3, today=TODAY, acted_on="2026-11-02", decided_on="2026-11-20")
    annul("205/QĐ-XPHC", 2026, today=date(2026, 9, 1), reason="Nhầm biển số xe")
    record_access(
        [NewAccess(person.pk, "officer", "7", "Đội tuần tra mẫu số 3", "roadside_check", "CH-2026-0117", "standing")]
    )
    return person


@pytest.fixture
def exhausted(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Holder:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    person = a_holder(2, "Người Mẫu Hai")
    decide(person, "9/QĐ-XPHC", date(2024, 12, 31), 4, today=date(2025, 1, 5), acted_on="2024-12-20")
    decide(person, "10/QĐ-XPHC", date(2026, 10, 1), {"points": 12, "drug": True}, today=date(2026, 10, 1))
    decide(person, "11/QĐ-XPHC", date(2026, 11, 3), 4, today=date(2026, 11, 3))
    return person


@pytest.fixture(params=[PHONE])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["js", "nojs"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def context(
    browser: Browser, browser_context_args: dict[str, Any], live_server: LiveServer, width: int, scripts: bool
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        **browser_context_args,
        base_url=live_server.url,
        viewport={"width": width, "height": 800},
        java_script_enabled=scripts,
    )
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose every complaint (a refused style, a script error) fails the test at its end."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" and "status of 4" not in message.text else None
        ),
    )
    yield opened
    assert complaints == []


@pytest.fixture
def people(holder: Holder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "people.json"
    listed.write_text(
        json.dumps(
            [
                {
                    "key": "mot",
                    "name": "Người Mẫu Một",
                    "citizen_number": holder.citizen_number,
                    "special_vi": "có đủ chuyện: bị trừ, phục hồi, hủy, đang chờ",
                },
                {
                    "key": "khong",
                    "name": "Người Mẫu Không",
                    "citizen_number": "001099999999",
                    "special_vi": "không có giấy phép lái xe",
                },
                {"key": "can-bo", "name": "Cán Bộ Mẫu", "role": "roadside", "citizen_number": "999199000001"},
            ]
        )
    )
    monkeypatch.setenv("GPLX_SANDBOX_PEOPLE", str(listed))


def test_the_main_path(page: Page, look_at: Callable[..., None], sandbox: str, people: None, width: int, scripts: bool):
    suffix = "" if scripts else "-nojs"
    page.goto("/")
    look_at(page, f"home{suffix}", axe=scripts)
    page.get_by_role("button", name="Đăng nhập để xem điểm").click()
    look_at(page, f"sign-in{suffix}", axe=scripts)
    page.get_by_role("button", name="Tiếp tục đến trang định danh").click()
    look_at(page, f"sandbox{suffix}", axe=scripts)
    page.get_by_role("button", name="Người Mẫu Một").click()

    expect(page.get_by_role("heading", name="Điểm giấy phép lái xe")).to_be_visible()
    expect(page.get_by_text("Còn 8 trên 12 điểm")).to_be_visible()
    expect(page.get_by_text("Nếu các quyết định đang chờ có hiệu lực: còn 5 điểm.")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Còn 8 trên 12 điểm. Nếu các quyết định"))).to_be_visible()
    look_at(page, f"points{suffix}", axe=scripts)
    if scripts and os.environ.get("GPLX_README_IMAGE"):
        IMAGE.parent.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": DESKTOP, "height": 800})
        page.screenshot(path=IMAGE, clip={"x": 120, "y": 0, "width": 1040, "height": 1000}, full_page=True)
        page.set_viewport_size({"width": PHONE, "height": 800})
    page.get_by_text("Theo luật đang có hiệu lực thì sao?").first.click()
    page.get_by_text("Căn cứ").first.click()
    page.get_by_text("Xem điểm vào một ngày khác").click()
    look_at(page, f"points-open{suffix}", axe=scripts)
    page.get_by_label("Điểm vào ngày").fill("01/08/2026")
    page.get_by_label("Theo những gì hệ thống biết đến ngày").fill("01/08/2026")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_text("Còn 2 trên 12 điểm")).to_be_visible()
    look_at(page, f"points-as-known{suffix}", axe=scripts)
    page.goto("/diem?ngay=99/99/2026")
    look_at(page, f"points-fault{suffix}", axe=scripts)

    page.get_by_role("link", name="Thử tính", exact=True).click()
    look_at(page, f"what-if{suffix}", axe=scripts)
    if scripts:
        page.get_by_label("Tìm hành vi").press_sequentially("nong do con")
        expect(page.get_by_role("group", name="Chọn hành vi")).to_be_visible()
        look_at(page, "what-if-found")
    else:
        page.get_by_label("Tìm hành vi").fill("nong do con")
        page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Ngày vi phạm").fill("01/12/2026")
    page.get_by_label("Ngày quyết định có hiệu lực").fill("20/12/2026")
    page.get_by_role("button", name="Thêm quyết định này").click()
    expect(page.get_by_role("heading", name="Ngày 20/12/2026, theo giả định")).to_be_visible()
    look_at(page, f"what-if-result{suffix}", axe=scripts)
    page.get_by_label("Quyết định", exact=True).select_option("317/QĐ-XPHC")
    page.get_by_role("button", name="Giả định đã hủy").click()
    expect(page.get_by_text("Hủy quyết định số 317/QĐ-XPHC").first).to_be_visible()
    page.get_by_role("link", name="Liên kết để chia sẻ").click()
    look_at(page, f"what-if-shared{suffix}", axe=scripts)

    page.get_by_role("link", name=re.compile("^Hộp thư")).click()
    look_at(page, f"inbox{suffix}", axe=scripts)
    page.get_by_role("link", name=re.compile("bị trừ 4 điểm")).first.click()
    page.get_by_text("Bằng chứng gửi thông báo").click()
    look_at(page, f"notice{suffix}", axe=scripts)
    page.get_by_role("link", name="Ai đã xem").click()
    expect(page.get_by_text("Đội tuần tra mẫu số 3")).to_be_visible()
    look_at(page, f"accesses{suffix}", axe=scripts)
    page.get_by_role("link", name="Bản kê", exact=True).click()
    expect(page.get_by_text(re.compile("BK-20261122-[0-9A-F]{10}")).first).to_be_visible()
    expect(page.get_by_role("button", name="In hoặc lưu thành PDF")).to_be_visible(visible=scripts)
    look_at(page, f"paper{suffix}", axe=scripts)
    if scripts:
        page.emulate_media(media="print")
        expect(page.get_by_role("banner")).to_be_hidden()
        look_at(page, "paper-printed", axe=False)
        page.emulate_media(media="screen")

    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    look_at(page, f"paper-english{suffix}", axe=scripts)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/diem")
    expect(page).to_have_url(re.compile("/dang-nhap"))


def test_somebody_without_points_left(
    page: Page, look_at: Callable[..., None], sandbox: str, exhausted: Holder, width: int, scripts: bool
):
    page.goto("/dang-nhap")
    page.get_by_role("button", name="Tiếp tục đến trang định danh").click()
    page.get_by_text("Người khác trong dữ liệu thử").click()
    page.get_by_label("Số định danh").fill(exhausted.citizen_number or "")
    page.get_by_role("button", name="Đăng nhập bằng số này").click()
    expect(page.get_by_text("Còn 0 trên 12 điểm")).to_be_visible()
    expect(page.get_by_text("Ngày sớm nhất được kiểm tra kiến thức: 02/10/2028")).to_be_visible()
    look_at(page, f"points-exhausted{'' if scripts else '-nojs'}", axe=scripts)


def test_somebody_without_a_licence(
    page: Page, look_at: Callable[..., None], sandbox: str, people: None, width: int, scripts: bool
):
    page.goto("/dang-nhap")
    page.get_by_role("button", name="Tiếp tục đến trang định danh").click()
    page.get_by_role("button", name="Người Mẫu Không").click()
    expect(page.get_by_role("heading", name="Chưa tìm thấy giấy phép lái xe của bạn")).to_be_visible()
    look_at(page, f"no-licence{'' if scripts else '-nojs'}", axe=scripts)


def test_open_pages(page: Page, look_at: Callable[..., None], holder: Holder, width: int, scripts: bool):
    suffix = "" if scripts else "-nojs"
    page.goto("/danh-muc")
    page.get_by_label("Hành vi, điều khoản hoặc mã").fill("vuot den do")
    if scripts:
        expect(page).to_have_url(re.compile("q=vuot"))
    else:
        page.get_by_role("button", name="Tìm", exact=True).click()
    look_at(page, f"catalogue{suffix}", axe=scripts)
    page.locator("#results a").first.click()
    look_at(page, f"offence{suffix}", axe=scripts)
    for name, path in (
        ("about", "/cach-tinh-diem"), ("not-found", "/khong-co"), ("clock", "/demo/dong-ho"), ("compute", "/tinh"),
        ("sign-in-officer", "/can-bo/dang-nhap"),
    ):  # fmt: skip
        page.goto(path)
        look_at(page, f"{name}{suffix}", axe=scripts)


def test_a_refused_sign_in(
    page: Page, look_at: Callable[..., None], sandbox: str, people: None, width: int, scripts: bool
):
    page.goto("/dang-nhap")
    page.get_by_role("button", name="Tiếp tục đến trang định danh").click()
    page.get_by_text("Thử lỗi của hệ thống định danh").click()
    page.get_by_label("Trả lời sai thế nào?").select_option("wrong_nonce")
    page.get_by_role("button", name="Người Mẫu Một").click()
    expect(page.get_by_role("heading", name="Chưa đăng nhập được")).to_be_visible()
    look_at(page, f"refused{'' if scripts else '-nojs'}", axe=scripts)


@pytest.mark.parametrize("width", [320], indirect=True)
@pytest.mark.parametrize("scripts", [True], indirect=True)
@pytest.mark.parametrize("path", ["/", "/danh-muc", "/tinh?them=12d~2026-11-22~2026-11-22", "/cach-tinh-diem"])
def test_the_narrowest_phone(page: Page, look_at: Callable[..., None], holder: Holder, path: str):
    page.goto(path)
    look_at(page, f"narrow-{re.sub('[^a-z]', '', path)[:12] or 'home'}")
