"""What is written becomes what is to be said: no figure is lost, nothing else is touched."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx import speech
from gplx.speech import prepared

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
LANGUAGE = st.sampled_from(speech.LANGUAGES)


@pytest.mark.parametrize(
    ("written", "vi"),
    [
        ("Ngày 12/03/2026, bị trừ 4 điểm", "Ngày 12 tháng 3 năm 2026, bị trừ 4 điểm"),
        ("từ 01/02/2026 đến 5/6/2026.", "từ ngày 1 tháng 2 năm 2026 đến ngày 5 tháng 6 năm 2026."),
        ("dự thảo tháng 10/2024", "dự thảo tháng 10 năm 2024"),
        ("Nghị định 168/2024/NĐ-CP", "Nghị định 168 năm 2024 của Chính phủ"),
        ("Luật 36/2024/QH15", "Luật 36 năm 2024 của Quốc hội khóa 15"),
        ("số 0012345/QĐ-XPHC", "số 0 0 1 2 3 4 5, quyết định xử phạt hành chính"),
        ("GPLX số 990000000002", "giấy phép lái xe số 9 9 0 0 0 0 0 0 0 0 0 2"),
        ("hạng A1, hạng B và hạng C1E", "hạng a một, hạng bê và hạng xê một e"),
        ("CSGT; Ông/Bà; 80 km/h; 50%", "cảnh sát giao thông; Ông hoặc Bà; 80 ki lô mét trên giờ; 50 phần trăm"),
        ("năm 2026, 12 điểm, 1.500.000 đồng", "năm 2026, 12 điểm, 1.500.000 đồng"),
        ("B là chữ, A cũng vậy", "B là chữ, A cũng vậy"),
        ("ngày 31/02/2026", "ngày 31/02/2026"),
    ],
)
def test_in_vietnamese(written: str, vi: str):
    assert speech.prepare(written, "vi") == vi


@pytest.mark.parametrize(
    ("written", "en"),
    [
        ("On 12/03/2026 you lost 4 points", "On 12 March 2026 you lost 4 points"),
        ("Decree 168/2024/NĐ-CP", "Decree 168 of 2024 of the Government"),
        ("class B or C1E", "class B or C 1 E"),
        ("licence no. 990000000002", "licence no. 9 9 0 0 0 0 0 0 0 0 0 2"),
    ],
)
def test_in_english(written: str, en: str):
    assert speech.prepare(written, "en") == en


@given(DAYS, LANGUAGE, st.booleans())
def test_a_day_keeps_its_day_month_and_year(on: date, language: str, padded: bool):
    written = f"{on:%d/%m/%Y}" if padded else f"{on.day}/{on.month}/{on.year}"
    said = speech.prepare(f"({written})", language)
    assert "/" not in said
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    assert numbers == ([on.day, on.month, on.year] if language == "vi" else [on.day, on.year])
    assert language == "vi" or prepared._MONTHS_EN[on.month - 1] in said


@given(st.from_regex(r"\A(?:[0-9]{5,24}|0[0-9]{1,8})\Z"), LANGUAGE)
def test_a_long_number_is_said_figure_by_figure(number: str, language: str):
    said = speech.prepare(f"số {number}.", language)
    assert said == f"số {' '.join(number)}."


@given(st.text(alphabet="aăâbcđê 0123456789/-.,%NĐCPQHABC1E\n", max_size=80), LANGUAGE)
def test_saying_it_again_changes_nothing_and_no_long_number_is_left(text: str, language: str):
    said = speech.prepare(text, language)
    assert speech.prepare(said, language) == said
    assert not re.search(r"(?<![\d.,])\d{5,}(?![\d]|[.,]\d)", said)


@given(st.lists(st.sampled_from(["xe", "điểm", "người", "được", "phục hồi", "ngày", "hai"]), min_size=1), LANGUAGE)
def test_ordinary_words_stay_as_they_are(words: list[str], language: str):
    assert speech.prepare(" ".join(words), language) == " ".join(words)


@given(st.text(max_size=200), LANGUAGE)
def test_any_text_can_be_prepared(text: str, language: str):
    assert all(ord(mark) >= 32 or mark in "\n\t" for mark in speech.prepare(text, language))


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="vi and en"):
        speech.prepare("bonjour", "fr")
