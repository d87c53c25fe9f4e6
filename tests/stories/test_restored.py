"""From 12 points through exhaustion by drugs to 12 points again: one person, every page and channel on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gplx.clock import ZONE
from tests.stories.house import House, soon
from tests.stories.people import DESK, PHONE, TABLET, Visitor, answer_everything
from tests.stories.steps import SUSPENDED, VALID, carry_the_licence, look_up, pushed, received, standing, verified

pytestmark = pytest.mark.browser

NAME, LICENCE, CITIZEN, BORN = "Mẫu Thị An", "990000000001", "999090000001", date(1990, 1, 1)
MAIL, MOBILE = "an@mau.example", "0912345001"
EXHAUSTED_ON = date(2025, 1, 20)
EARLY, PERMITTED = date(2027, 1, 20), date(2027, 1, 21)
"""24 months after the day of exhaustion, the first day not counted: the last day of the wait, and the day after it."""

LookAt = Callable[..., None]


@pytest.fixture
def citizen(house: House, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Visitor]:
    visitor = Visitor(house, browser, browser_context_args, PHONE)
    yield visitor.sign_in(NAME)
    visitor.leave()


@pytest.fixture
def officers(
    house: House, browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Callable[[str], Visitor]]:
    made: list[Visitor] = []

    def officer(name: str) -> Visitor:
        made.append(Visitor(house, browser, browser_context_args, DESK).sign_in(name, "/can-bo/dang-nhap"))
        return made[-1]

    yield officer
    for visitor in made:
        visitor.leave()


@pytest.fixture
def tablet(house: House, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Visitor]:
    visitor = Visitor(house, browser, browser_context_args, TABLET)
    yield visitor
    visitor.leave()


def test_from_twelve_points_to_none_and_back(
    house: House, citizen: Visitor, officers: Callable[[str], Visitor], tablet: Visitor, look_at: LookAt
) -> None:
    keep_in_touch(citizen)
    carry_the_licence(citizen, LICENCE)
    assert verified(citizen, LICENCE) == VALID

    api = house.client("CSGT-01", "decisions:write", "standing:read", "notices:read", "exams:register")
    api.post(
        "/decisions",
        {
            "authority": "CSGT-01", "number": "900/QĐ-XPHC", "year": 2025, "licence_number": LICENCE,
            "holder_name": NAME, "birth_date": BORN.isoformat(), "part": "car", "acted_on": "2025-01-05",
            "decided_on": "2025-01-10", "effective_on": EXHAUSTED_ON.isoformat(),
            "offences": [{"code": "draft-2024:any.drugs.driving"}],
        },
    )  # fmt: skip

    told_on_every_channel(house, citizen)
    page = citizen.open("/het-diem/car")
    citizen.says("không được lái ô tô")
    citizen.says(f"{PERMITTED:%d/%m/%Y}")
    citizen.says("không có chất ma túy")
    look_at(page, "story-exhausted")
    soon("the electronic licence is suspended", lambda: verified(citizen, LICENCE) == SUSPENDED, 90)
    stopped_at_the_roadside(officers("Mẫu Tuần"), look_at)

    house.move_to(date(2026, 12, 18))
    announce_january(officers("Mẫu Khảo"), look_at)

    house.move_to(date(2027, 1, 13))
    refused_one_day_early(house, citizen)
    house.move_to(EARLY)
    citizen.open("/het-diem/car")
    citizen.says("còn 1 ngày")

    house.move_to(PERMITTED)
    citizen.open("/dang-ky-kiem-tra/car")
    choose_a_session(citizen)
    citizen.says("Sổ chưa nhận được giấy khám")
    bring_the_certificate(citizen)
    register(citizen, look_at)
    code = re.search(r"/ho-so/([^?/]+)", citizen.page.url)
    assert code is not None
    receive(officers("Mẫu Khảo"), code[1])
    registration = api.get(f"/exams/licences/{LICENCE}/car")
    assert registration["registration"] == code[1]

    session_on = told_of_the_session(citizen, code[1])
    house.move_to(session_on)
    sit_and_pass(officers, tablet, look_at)

    assert standing(house, LICENCE)["balance"] == 12
    citizen.until("/hop-thu", "Đạt kiểm tra kiến thức")
    page = citizen.open("/diem")
    citizen.says("Còn 12 trên 12 điểm")
    look_at(page, "story-restored")
    soon("the electronic licence is valid again", lambda: verified(citizen, LICENCE) == VALID, 90)
    soon("mail of the restoration", lambda: "phục hồi đủ 12 điểm" in received(house, "mail"))
    soon("text message of the restoration", lambda: "phuc hoi" in received(house, "sms"))
    soon("the e-ID account", lambda: pushed(house, CITIZEN) == "còn hiệu lực, 12 / 12")
    assert "every invariant holds" in house.gplx("fsck")


# -- the steps --------------------------------------------------------------------------------------------------------


def keep_in_touch(citizen: Visitor) -> None:
    """The citizen says where she is told, and proves both addresses."""
    for kind, channel, address in (("email", "mail", MAIL), ("sms", "sms", MOBILE)):
        page = citizen.open("/lien-he")
        page.locator(f"[name={kind}-address]").fill(address)
        page.locator(f"form:has([name={kind}-address]) button").first.click()
        page.locator(f"[name={kind}-code-code]").fill(code_sent(citizen.house, channel))
        page.locator(f"form:has([name={kind}-code-code]) button").first.click()
    citizen.open("/lien-he")
    citizen.says(re.compile("an@mau.example|a…@|a\\*"))


def code_sent(house: House, channel: str) -> str:
    """The six digits of the newest message."""

    def found() -> list[str]:
        return re.findall(r"\b(\d{6})\b", received(house, channel))

    return soon(f"the code by {channel}", found)[0]


def told_on_every_channel(house: House, citizen: Visitor) -> None:
    """Inbox, the traffic police's page, e-mail, SMS; each leaves its evidence."""
    citizen.until("/hop-thu", "bị trừ hết điểm")
    page = citizen.page
    page.get_by_role("link", name=re.compile("bị trừ hết điểm")).first.click()
    citizen.says("900/QĐ-XPHC")
    soon("e-mail", lambda: "bị trừ hết điểm" in received(house, "mail"))
    soon("SMS", lambda: MOBILE[1:] in received(house, "sms"))
    page = citizen.open("/csgt")
    page.locator("[name=number]").fill(LICENCE)
    page.locator("[name=birth_date]").fill(f"{BORN:%d/%m/%Y}")
    page.locator("[name=last_four]").fill(CITIZEN[-4:])
    citizen.press("Tra cứu thông báo")
    citizen.says("bị trừ hết điểm")
    api = house.client("CSGT-01", "notices:read")
    evidence = str(api.get(f"/licences/{LICENCE}/notices"))
    assert all(channel in evidence for channel in ("inbox", "site", "email", "sms")), evidence


def stopped_at_the_roadside(officer: Visitor, look_at: LookAt) -> None:
    """The patrol sees that she may not drive, and that she was told."""
    look_up(officer, LICENCE)
    officer.says("hết điểm")
    officer.says(re.compile("Đã báo|đã được báo|Đã thông báo", re.IGNORECASE))
    look_at(officer.page, "story-roadside")


def announce_january(examiner: Visitor, look_at: LookAt) -> None:
    """The unit proposes and publishes the sessions of January 2027 before the 25th of December."""
    page = examiner.open("/desk/lich-kiem-tra?thang=2027-01&tinh=01")
    page.locator("[name=place]").fill("Phòng máy số 1, Trụ sở Mẫu")
    page.locator("[name=a_week]").fill("5")
    examiner.press("Lập các kỳ")
    examiner.press(re.compile("Công bố"))
    examiner.says("Đã công bố")
    look_at(page, "story-calendar")


def refused_one_day_early(house: House, citizen: Visitor) -> None:
    """A session on the last day of the wait is not hers to choose; the refusal names the day and the articles."""
    api = house.client("CSGT-01", "exams:register")
    sessions = api.get("/exams/sessions", params={"province": "01"})["items"]
    days = {datetime.fromisoformat(one["starts_at"]).astimezone(ZONE).date(): one["id"] for one in sessions}
    asked = {"licence_number": LICENCE, "part": "car", "session": days[EARLY]}
    refused = api.post("/exams/registrations", asked, status=422)
    assert refused["code"] == "not_eligible"
    assert f"{PERMITTED:%d/%m/%Y}" in str(refused["fields"])
    page = citizen.open("/dang-ky-kiem-tra/car")
    assert f"{EARLY:%d/%m/%Y}," not in page.locator("form fieldset").inner_text()
    assert standing(house, LICENCE)["balance"] == 0


def choose_a_session(citizen: Visitor) -> None:
    citizen.page.locator("input[name=ky]").first.check()
    citizen.press(re.compile("Tiếp tục"))


def bring_the_certificate(citizen: Visitor) -> None:
    """The hospital sends a certificate that finds no drugs; the register believes its signature."""
    page = citizen.open(f"{citizen.house.sandbox}/benh-vien/")
    page.fill("#name", NAME)
    page.fill("#number", CITIZEN)
    page.fill("#born", f"{BORN:%d/%m/%Y}")
    page.fill("#concluded_on", f"{PERMITTED:%d/%m/%Y}")
    page.get_by_role("button", name=re.compile("Gửi")).click()
    expect(page.locator("[role=status]")).to_contain_text('"MSG_STATE": "1"')
    citizen.until("/suc-khoe", "Bệnh viện Mẫu")


def register(citizen: Visitor, look_at: LookAt) -> None:
    """One thing a page; the answers of before are kept."""
    page = citizen.open("/dang-ky-kiem-tra/car?buoc=giay-kham")
    look_at(page, "story-certificate")
    citizen.press(re.compile("Dùng giấy khám|Tiếp tục"))
    page.wait_for_url("**buoc=phien-dich")
    citizen.press("Tiếp tục")
    page.wait_for_url("**buoc=kiem-tra-lai")
    look_at(page, "story-check-answers")
    citizen.press(re.compile("Nộp"))
    page.wait_for_url("**/ho-so/**")
    look_at(page, "story-registered")


def receive(examiner: Visitor, code: str) -> None:
    """An officer accepts, unless the rule has done so already because nothing was left open."""
    page = examiner.open("/desk/ho-so-kiem-tra")
    if page.get_by_role("link", name=code).count():
        page.get_by_role("link", name=code).click()
        page.locator("button[value=accept]").click()


def told_of_the_session(citizen: Visitor, code: str) -> date:
    """Her dossier says when and where."""
    page = citizen.open(f"/ho-so/{code}")
    citizen.says("Đã tiếp nhận")
    days = [
        date(int(y), int(m), int(d))
        for d, m, y in re.findall(r"(\d\d)/(\d\d)/(\d{4})", page.locator("main").inner_text())
    ]
    return min(day for day in days if day > PERMITTED)


def sit_and_pass(officers: Callable[[str], Visitor], tablet: Visitor, look_at: LookAt) -> None:
    """Admission by code, the paper on a tablet, two signatures."""
    examiner = officers("Mẫu Khảo")
    open_candidate(examiner)
    page = examiner.page
    page.locator("input[name=identity_paper]").first.check()
    page.locator("button[value=admit]").click()
    number, code = re.findall(r"\b(\d{5}|\d{6})\b", page.locator("main").inner_text())[:2]
    room = tablet.open("/phong-thi")
    room.fill("[name=number]", number)
    room.fill("[name=code]", code)
    tablet.press("Vào bài")
    look_at(room, "story-instructions")
    tablet.press("Bắt đầu làm bài")
    look_at(room, "story-question")
    answer_everything(room)
    room.get_by_role("link", name="Nộp bài").or_(room.get_by_role("button", name="Nộp bài")).first.click()
    tablet.press("Nộp bài")
    tablet.says("Đạt")
    open_candidate(examiner)
    page.locator("input[name=acknowledged][value=signed]").check()
    page.locator("button[value=sign]").click()
    second = officers("Mẫu Chứng")
    open_candidate(second)
    second.page.locator("button[value=confirm]").click()
    second.says("Biên bản số")
    look_at(second.page, "story-minutes")


def open_candidate(officer: Visitor) -> Page:
    page = officer.open("/desk/phong-thi")
    page.locator("tr", has_text="Hôm nay").get_by_role("link").first.click()
    page.get_by_role("link", name=NAME).click()
    return page
