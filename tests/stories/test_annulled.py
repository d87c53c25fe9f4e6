"""From exhaustion to an annulment that makes it never have happened, with the corrections told; and told on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser

from tests.stories.conftest import TODAY
from tests.stories.house import House, soon
from tests.stories.people import DESK, PHONE, Visitor
from tests.stories.steps import SUSPENDED, VALID, carry_the_licence, look_up, pushed, standing, verified

pytestmark = pytest.mark.browser

LookAt = Callable[..., None]
NAME, LICENCE, CITIZEN = "Mẫu Thị Mai", "990000000006", "999090000006"
UNREACHED, HIS_LICENCE = "Mẫu Văn Cũ", "990000000012"
"""One of the demo who has given no contact; his licence is for motorcycles."""


@pytest.fixture
def visitors(house: House, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    made: list[Visitor] = []

    def visitor(name: str = "", *, officer: bool = False) -> Visitor:
        made.append(Visitor(house, browser, browser_context_args, DESK if officer else PHONE))
        if name:
            made[-1].sign_in(name, "/can-bo/dang-nhap" if officer else "/dang-nhap")
        return made[-1]

    yield visitor
    for one in made:
        one.leave()


def decide(house: House, number: str, name: str, licence: str, part: str = "car") -> None:
    """A decision of twelve points that takes effect today."""
    born = {UNREACHED: "1965-03-02"}.get(name, "1990-01-01")
    house.client("CSGT-01", "decisions:write").post(
        "/decisions",
        {
            "authority": "CSGT-01", "number": number, "year": 2026, "licence_number": licence, "holder_name": name,
            "birth_date": born, "part": part, "acted_on": "2026-11-20", "decided_on": "2026-11-21",
            "effective_on": TODAY.isoformat(), "offences": [{"points": 12}],
        },
    )  # fmt: skip


def test_an_annulled_exhaustion_was_never_there(
    house: House, visitors: Callable[..., Visitor], look_at: LookAt
) -> None:
    citizen = visitors(NAME)
    carry_the_licence(citizen, LICENCE)
    before = standing(house, LICENCE)
    assert before["standing"] == "reduced"

    decide(house, "901/QĐ-XPHC", NAME, LICENCE)
    citizen.until("/hop-thu", "bị trừ hết điểm")
    citizen.open("/het-diem/car")
    citizen.says("không được lái ô tô")
    soon("the electronic licence is suspended", lambda: verified(citizen, LICENCE) == SUSPENDED, 90)
    soon("the e-ID account knows", lambda: pushed(house, CITIZEN) == f"{SUSPENDED}, 0 / 12")
    patrol = visitors("Mẫu Tuần", officer=True)
    look_up(patrol, LICENCE)
    patrol.says("KHÔNG được lái ô tô")

    propose(visitors("Mẫu Lý", officer=True))
    confirm(visitors("Mẫu Duyệt", officer=True), look_at)

    page = citizen.until("/hop-thu", "Đính chính")
    page.get_by_role("link", name=re.compile("Đính chính")).first.click()
    citizen.says("không còn giá trị")
    look_at(page, "story-correction")
    page = citizen.open("/diem")
    citizen.says(f"Còn {before['balance']} trên 12 điểm")
    citizen.says("901/QĐ-XPHC")
    look_at(page, "story-annulled")
    soon("the electronic licence is valid again", lambda: verified(citizen, LICENCE) == VALID, 90)
    soon("the e-ID account knows", lambda: pushed(house, CITIZEN) == f"{VALID}, {before['balance']} / 12")
    look_up(patrol, LICENCE)
    patrol.says(re.compile(r"(?<!KHÔNG )ĐƯỢC lái ô tô"))
    now = standing(house, LICENCE)
    assert {**now, "settled_on": None, "told": None} == {**before, "settled_on": None, "told": None}

    house.move_to(date(2026, 11, 27))
    citizen.until("/diem", re.compile("trên 12 điểm"))
    citizen.says("Còn 12 trên 12 điểm")
    assert "every invariant holds" in house.gplx("fsck")


def propose(officer: Visitor) -> None:
    """The first officer enters the document that annuls the decision."""
    page = officer.open("/desk/huy-quyet-dinh/nhap")
    for name, text in {
        "document_number": "12/QĐ-HB", "annulled_on_day": "26", "annulled_on_month": "11", "annulled_on_year": "2026",
        "reason": "Nhầm người vi phạm", "authority": "CSGT-01", "number": "901/QĐ-XPHC", "year": "2026",
    }.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(text)
    officer.press("Xem trước")
    officer.says("Sau khi hủy")
    page.locator("main form button").first.click()
    officer.says("Chờ xác nhận")


def confirm(officer: Visitor, look_at: LookAt) -> None:
    """A second officer sees what changes and confirms."""
    page = officer.open("/desk/huy-quyet-dinh")
    page.get_by_role("link", name="901/QĐ-XPHC").first.click()
    officer.says("Dòng sẽ bị hủy")
    look_at(page, "story-annulment")
    officer.press("Xác nhận hủy quyết định")
    officer.says("Đã xác nhận")


def test_who_has_no_account_is_told_on_paper(house: House, visitors: Callable[..., Visitor], look_at: LookAt) -> None:
    """A letter with a code that anybody can check; posted, returned, and handed over at the roadside."""
    decide(house, "902/QĐ-XPHC", UNREACHED, HIS_LICENCE, "motorcycle")
    officer = visitors("Mẫu Lý", officer=True)
    officer.until("/desk/thu-giay", "Lập lô")
    page = officer.page
    page.get_by_role("link", name=re.compile("Lập lô")).first.click()
    officer.press("Lập lô")
    batch = page.url
    officer.until(batch, "Mở tệp in")
    look_at(page, "story-batch")
    printed = page.request.get(str(page.get_by_role("link", name="Mở tệp in").get_attribute("href"))).body()
    text = "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages)
    assert UNREACHED in text, text[:2000]
    assert "902/QĐ-XPHC" in text
    page.goto(batch)
    codes = [str(link.get_attribute("href")).rpartition("/")[2] for link in page.locator("td a[href*='/thu/']").all()]
    assert codes
    assert all(code in text for code in codes), codes
    stranger = visitors()
    for code in codes:
        stranger.open(f"/kiem-tra/{code}")
        stranger.says("Văn bản có thật")
    look_at(stranger.page, "story-check-page")
    page.locator("[name=carrier]").fill("Bưu điện Mẫu")
    officer.press("Ghi: đã giao")
    officer.says("Biên bản bàn giao")
    page.goto(f"/desk/thu-giay/thu/{codes[0]}")
    look_at(page, "story-letter")

    patrol = visitors("Mẫu Tuần", officer=True)
    look_up(patrol, HIS_LICENCE)
    patrol.says("chưa xác nhận")
    while patrol.page.get_by_role("link", name="Thư giấy chưa đến tay").count():
        patrol.page.get_by_role("link", name="Thư giấy chưa đến tay").click()
        if not patrol.page.get_by_role("button", name="Ghi: đã trao tận tay").count():
            break
        look_at(patrol.page, "story-hand-over")
        patrol.press("Ghi: đã trao tận tay")
        look_up(patrol, HIS_LICENCE)
    look_up(patrol, HIS_LICENCE)
    patrol.says("Đã báo, có xác nhận")
