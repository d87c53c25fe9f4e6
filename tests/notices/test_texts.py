"""T13: no text has a link, an address or a question for a secret; a short message is one part and names nobody."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.notices import catalogue, codes, contact_actions
from gplx.notices.catalogue import Text
from gplx.notices.channels import CHANNELS
from gplx.notices.channels.sms import GSM_7, GSM_7_ESCAPED, PART_MAX, SINGLE_MAX, length, plain

LINK = re.compile(r"https?:|www\.|://|<a\b|href|\b[\w-]+\.(?:vn|com|net|org|gov|example)\b|@", re.IGNORECASE)
CODE = "AB23CD45"
WORDINGS = [pytest.param(kind, id=kind) for kind in sorted(catalogue.KINDS)]


@pytest.mark.parametrize("kind", WORDINGS)
def test_t13_no_wording_has_a_link(kind: str) -> None:
    wordings = catalogue.KINDS[kind]
    for one in filter(None, (wordings, wordings.followed)):
        for text in (one.title_vi, one.title_en, *one.vi, *one.en):
            assert not LINK.search(text), text


@pytest.mark.parametrize(
    "text",
    [
        CHANNELS["email"].compose(Text("Tiêu đề", "Một\nHai", "Title", "One\nTwo"), CODE),
        CHANNELS["sms"].compose(Text("Tiêu đề", "Một", "Title", "One"), CODE),
        contact_actions._CODE_VI,
        contact_actions._CODE_EN,
        contact_actions._FAREWELL_VI,
        contact_actions._FAREWELL_EN,
    ],
)
def test_t13_nothing_around_a_text_has_a_link(text: str) -> None:
    assert not LINK.search(text)


def test_t13_a_link_is_found() -> None:
    for text in ("xem https://dich-vu.example/x", "vào csgt.vn", "Đăng nhập tại www.x", "viết cho a@b.vn"):
        assert LINK.search(text)


titles = st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x1EFF), max_size=300)


@given(titles)
def test_every_short_message_is_one_part_of_the_plain_alphabet_and_ends_with_its_code(title: str) -> None:
    sent = CHANNELS["sms"].compose(Text(title, "", "", ""), CODE)
    counted = length(sent)
    assert (counted.alphabet, counted.parts) == ("gsm-7", 1)
    assert counted.units <= SINGLE_MAX["gsm-7"]
    assert CODE in sent


def test_a_short_message_keeps_the_day_from_which_one_may_not_drive() -> None:
    title = "Giấy phép lái xe bị trừ hết điểm: không được điều khiển phương tiện từ ngày 26/05/2025"
    assert "tu ngay 26/05/2025. Xem hop thu" in CHANNELS["sms"].compose(Text(title, "", "", ""), CODE)


@given(st.text(max_size=400))
def test_a_text_is_counted_as_providers_do(text: str) -> None:
    counted = length(text)
    simple = all(letter in GSM_7 or letter in GSM_7_ESCAPED for letter in text)
    assert counted.alphabet == ("gsm-7" if simple else "ucs-2")
    if counted.parts == 1:
        assert counted.units <= SINGLE_MAX[counted.alphabet]
    else:
        assert (counted.parts - 1) * PART_MAX[counted.alphabet] < counted.units
        assert counted.units <= counted.parts * PART_MAX[counted.alphabet]


@pytest.mark.parametrize(
    ("text", "units", "parts", "alphabet"),
    [
        ("a" * 160, 160, 1, "gsm-7"),
        ("a" * 161, 161, 2, "gsm-7"),
        ("[" * 80, 160, 1, "gsm-7"),
        ("[" * 81, 162, 2, "gsm-7"),
        ("ạ" * 70, 70, 1, "ucs-2"),
        ("ạ" * 71, 71, 2, "ucs-2"),
        ("😀" * 35, 70, 1, "ucs-2"),
        ("", 0, 1, "gsm-7"),
    ],
)
def test_the_last_letter_of_a_part_and_the_first_of_the_next(text: str, units: int, parts: int, alphabet: str) -> None:
    assert length(text) == (alphabet, units, parts)


@given(st.text(max_size=200))
def test_plain_letters_stay_plain(text: str) -> None:
    once = plain(text)
    assert all(letter in GSM_7 for letter in once)
    assert plain("Đính chính: “trừ 2 điểm” – quá…") == 'Dinh chinh: "tru 2 diem" - qua.'


def test_codes_are_short_stable_and_of_one_notice_each() -> None:
    known = {codes.of_notice(number) for number in range(1, 3000)}
    assert len(known) == 2999
    assert all(re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", code) for code in known)
    assert codes.of_notice(7) == codes.of_notice(7)
    assert codes.of_contact(1, "a") != codes.of_contact(1, "b")
    assert sha256(b"").hexdigest() != codes.digest_of("asker", "")
