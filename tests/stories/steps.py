"""What several stories do: fetch the electronic licence to a phone, have it checked, look at the sandbox's partners."""

from __future__ import annotations

import re
from typing import Any

import requests
from playwright.sync_api import expect

from tests.stories.house import House
from tests.stories.people import Visitor

VALID, SUSPENDED = "còn hiệu lực", "đang bị tạm dừng"


def received(house: House, channel: str) -> str:
    """What the sandbox's mailbox or phone shows, newest first."""
    return requests.get(f"{house.sandbox}/{channel}/", timeout=10).text


def pushed(house: House, citizen_number: str) -> str:
    """What the e-ID account holds of a person: status and points, as its page shows them; empty while nothing came."""
    page = requests.get(f"{house.sandbox}/receivers/e-id/", timeout=10).text
    found = re.search(rf"<tr><td>{citizen_number}</td><td>ô tô</td><td>([^<]*)</td><td>([^<]*)</td>", page)
    return f"{found[1]}, {found[2]}" if found else ""


def carry_the_licence(citizen: Visitor, number: str) -> None:
    """The phone of the sandbox fetches the electronic licence over OpenID4VCI."""
    page = citizen.open("/vi-giay-phep")
    page.locator("button[name=phan]").first.click()
    link = page.get_by_role("link", name="Mở trong ứng dụng ví").get_attribute("href")
    code = page.locator(".app-code").first.inner_text().replace(" ", "")
    phone = citizen.open(f"{citizen.house.sandbox}/phone/")
    phone.fill("#link", str(link))
    phone.fill("#tx_code", code)
    phone.get_by_role("button", name="Tải giấy về ví").click()
    expect(phone.locator("body")).to_contain_text(number)


def verified(citizen: Visitor, number: str) -> str:
    """What the public check says of the licence of that number on the phone: a fresh question, and its answer."""
    page = citizen.open("/kiem-tra-giay-phep")
    nonce = page.locator(".app-code").first.inner_text().replace(" ", "").strip()
    phone = citizen.context.new_page()
    phone.goto(f"{citizen.house.sandbox}/phone/")
    card = phone.locator("li", has_text=number).filter(has_text="(SD-JWT)").last
    card.locator("[name=hoi]").fill(nonce)
    card.get_by_role("button", name=re.compile("Xuất trình SD-JWT")).click()
    text = phone.locator("#noi-dung").input_value()
    phone.close()
    page.locator("[name=noi_dung]").fill(text)
    page.get_by_role("button", name="Kiểm tra").click()
    said = page.locator("main").inner_text().lower()
    return next(word for word in (SUSPENDED, VALID, "không rõ") if word in said)


def standing(house: House, number: str) -> dict[str, Any]:
    """How the car part of a licence stands, as the interface for the roadside says it."""
    parts = house.client("CSGT-01", "standing:read").get(f"/licences/{number}/standing")["parts"]
    return next(part for part in parts if part["part"] == "car")


def look_up(officer: Visitor, number: str) -> None:
    """The patrol looks a licence up."""
    page = officer.open("/desk/tra-cuu")
    page.locator("[name=query]").fill(number)
    page.get_by_label("Kiểm tra trên đường").check()
    officer.press("Tra cứu")
