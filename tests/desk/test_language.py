"""English at the desk: every sentence has one, and no Vietnamese is left on a page but names of people and laws."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from gplx.licences.models import Holder
from tests.desk.conftest import Opens, a_holder, told
from tooling import messages

pytestmark = pytest.mark.django_db

_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_NAMES = (
    "Tiếng Việt",
    "Hà Nội",
    "Cán Bộ",
    "QĐ",
    "Xử Lý Một",
    "Tuần Tra",
    "Nguyễn Người Mẫu",
    "Phòng CSGT Mẫu",
    "NĐ-CP",
    ".đ",
)


def test_every_sentence_of_the_desk_has_an_english_one():
    kept = {message.id if isinstance(message.id, str) else message.id[0]: message for message in messages.catalogue()}
    for message, places in messages.messages().items():
        if any("/desk/" in place for place in places):
            key = message if isinstance(message, str) else message[0]
            assert key in kept, f"run: .venv/bin/python -m tooling.messages; {key}"
            assert all(messages.strings(kept[key].string)), key


def english(client: Client, path: str) -> str:
    client.cookies["django_language"] = "en"
    body = client.get(path).content.decode()
    assert '<html lang="en"' in body
    without_markup = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", body, flags=re.DOTALL))
    return unescape(without_markup)


def _left(text: str) -> list[str]:
    for name in _NAMES:
        text = text.replace(name, "")
    return [line.strip() for line in text.splitlines() if _VIETNAMESE.search(line)]


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/tra-cuu",
        "/desk/tra-cuu/999999",
        "/desk/quyet-dinh/nhap",
        "/desk/quyet-dinh/nhap/none/kiem-tra",
        "/desk/huy-quyet-dinh",
        "/desk/huy-quyet-dinh/nhap",
        "/desk/doi-chieu",
        "/desk/tep",
        "/desk/danh-muc?law=in-force&q=signal",
        "/desk/tep/999999",
    ],
)
def test_a_page_is_english_when_asked(desk: Client, path: str):
    assert _left(english(desk, path)) == []


def test_the_pages_about_a_person_are_english(desk: Client, open_look: Opens):
    a_holder(1)
    told(number="1/QD", offences=[{"code": "168/2024:6.9.b"}])
    told(number="2/QD", effective_on="2026-12-01")
    waiting = told(number="3/QD", birth_date="1999-01-13")
    look = open_look(desk)
    for path in (look, f"{look}/ban-ke/car", f"/desk/doi-chieu/{waiting.pk}", f"/desk/quyet-dinh/{waiting.pk}"):
        assert _left(english(desk, path)) == []


def test_faults_are_english_when_asked(desk: Client, holder: Holder):
    desk.cookies["django_language"] = "en"
    body = desk.post("/desk/quyet-dinh/nhap", {"next": "1"}).content.decode()
    assert "Enter the licence number." in body
    assert "At least one offence is required." in body
