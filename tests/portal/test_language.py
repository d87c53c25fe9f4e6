"""English: every sentence of the citizen's pages has one, and no Vietnamese is left on them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from gplx.licences.models import Holder
from tests.portal.people import a_holder, annul, decide
from tests.portal.test_points_page import signed_in, text
from tooling import messages

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


def english(client: Client, path: str) -> str:
    client.cookies["django_language"] = "en"
    return text(client, path)


def test_the_catalogue_holds_every_sentence_of_the_citizens_pages():
    kept = {str(messages.strings(message.id)[0]) for message in messages.catalogue()}
    found = {
        messages.strings(message)[0]
        for message, places in messages.messages().items()
        if any("/portal/" in place for place in places)
    }
    assert found - kept == set(), "run: .venv/bin/python -m tooling.messages"


def test_every_sentence_of_the_citizens_pages_has_an_english_one():
    for message in messages.catalogue():
        if message.id and any("/portal/" in place for place, _ in message.locations):
            assert all(messages.strings(message.string)), message.id


def test_an_english_sentence_names_the_same_things():
    for message in messages.catalogue():
        if message.id:
            wanted = {name for part in messages.strings(message.id) for name in _PLACEHOLDER.findall(str(part))}
            for said in filter(None, messages.strings(message.string)):
                assert set(_PLACEHOLDER.findall(str(said))) == wanted, message.id
                assert str(said).count("<strong>") == str(messages.strings(message.id)[0]).count("<strong>")


def test_the_points_page_speaks_english(citizen: Client):
    body = english(citizen, "/diem")
    assert "8 of 12 points left" in body
    assert "you have all 12 points again from 11/03/2027 (in 109 days)" in body
    assert "Disobeying traffic lights" in body
    assert "art. 6(9)(b) of Decree 168/2024/NĐ-CP" in body


@pytest.mark.parametrize(
    "path",
    ["/cach-tinh-diem", "/danh-muc?q=alcohol", "/danh-muc/draft-2024:car.alcohol.level3", "/dang-nhap",
     "/can-bo/dang-nhap", "/demo/dong-ho", "/tinh?them=12d~2026-11-22~2026-11-22&thi=2026-11-23&q=light", "/diem",
     "/thu-tinh?q=light", "/hop-thu", "/ai-da-xem", "/ban-ke"],
)  # fmt: skip
def test_no_vietnamese_is_left_on_an_english_page(client: Client, today: date, db: None, path: str):
    """Names, numbers of decisions and of decrees stay as they are."""
    person = a_holder(3, "Nguoi Mau Ba", parts=("car", "motorcycle"))
    decide(person, "1-QD", date(2026, 3, 10), "168/2024:6.9.b", {"points": 2}, today=date(2026, 3, 10))
    decide(person, "2-QD", date(2026, 5, 10), 6, today=date(2026, 5, 10))
    decide(person, "3-QD", date(2026, 12, 1), 3, today=today, acted_on="2026-11-10", decided_on="2026-11-11")
    annul("2-QD", 2026, today=today, reason="Error")
    body = english(signed_in(client, person), path)
    for name in ("Tiếng Việt", "NĐ-CP", "CSGT Mẫu", "9/QĐ-HB", "2024/QĐ-TTg"):
        body = body.replace(name, "")
    assert [word for word in body.split() if _VIETNAMESE.search(word)] == []


def test_no_vietnamese_is_left_on_the_english_start_page(client: Client, db: None):
    assert _VIETNAMESE.findall(english(client, "/").replace("Tiếng Việt", "")) == []


def test_a_notice_is_read_in_english(citizen: Client, holder: Holder):
    citizen.cookies["django_language"] = "en"
    [path] = re.findall(r'href="(/hop-thu/\d+)"', citizen.get("/hop-thu").content.decode())
    assert "4 points deducted from your licence, 8 left" in text(citizen, path)
