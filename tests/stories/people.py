"""People in front of a browser: a citizen with a phone, officers at a desk, a candidate at a tablet."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.stories.house import House, soon

PHONE = ViewportSize(width=360, height=800)
TABLET = ViewportSize(width=768, height=1024)
DESK = ViewportSize(width=1280, height=900)
BANK = Path(__file__).resolve().parent.parent.parent / "gplx" / "questions" / "bank"


class Visitor:
    """Somebody with a browser of his own."""

    def __init__(self, house: House, browser: Browser, arguments: dict[str, Any], size: ViewportSize) -> None:
        self.house = house
        self.context = browser.new_context(**arguments, base_url=house.url, viewport=size)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()

    def sign_in(self, name: str, door: str = "/dang-nhap") -> Visitor:
        """Go through the identity provider of the sandbox."""
        self.page.goto(door)
        self.page.locator("main form button").first.click()
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_url(f"{self.house.url}/**")
        return self

    def open(self, path: str) -> Page:
        """A page of the register, or of the sandbox where a whole address is given."""
        self.page.goto(path)
        return self.page

    def until(self, path: str, text: str | re.Pattern[str]) -> Page:
        """Open a page again and again until it says something: the worker brings it."""

        def there() -> bool:
            self.page.goto(path)
            return self.page.get_by_text(text).count() > 0

        soon(f"{path} says {text}", there)
        return self.page

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main, body").first).to_contain_text(text)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def leave(self) -> None:
        self.context.close()


def right_answers() -> dict[tuple[str, str, frozenset[str]], str]:
    """The right answer of each question of the shipped bank, by its text, its picture and the answers it offers."""
    found: dict[tuple[str, str, frozenset[str]], str] = {}
    for path in sorted(BANK.glob("*.toml")):
        for question in tomllib.loads(path.read_text())["question"]:
            right, wrong = question["right"][0], [answer[0] for answer in question["wrong"]]
            found[(question["vi"], question.get("picture", ""), frozenset([right, *wrong]))] = right
    return found


def answer_everything(page: Page) -> int:
    """Sit the paper that is open on a tablet, each answer by the keyboard; how many questions there were."""
    known = right_answers()
    told = re.search(r"trên (\d+)", page.title())
    assert told is not None, page.title()
    count = int(told[1])
    for number in range(1, count + 1):
        expect(page).to_have_title(re.compile(rf"Câu {number} trên {count}"))
        offered = frozenset(label.strip() for label in page.locator(".govuk-radios__label").all_inner_texts())
        pictures = [str(image.get_attribute("src")) for image in page.locator("#question img").all()]
        picture = re.sub(r"\.[0-9a-f]{12}(?=\.svg)|\.svg$", "", pictures[0].rpartition("/")[2]) if pictures else ""
        right = known[(page.locator("#asked").inner_text().strip(), picture.removesuffix(".svg"), offered)]
        page.get_by_label(right, exact=True).focus()
        page.keyboard.press("Space")
        page.locator("#question button[value=next]").focus()
        page.keyboard.press("Enter")
    return count
