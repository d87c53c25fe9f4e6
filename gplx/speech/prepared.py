"""What is written, as it is to be said: days, long numbers, licence classes, numbers of texts, abbreviations.

A voice says "12/03/2026" as two fractions and a licence number as billions. What is not known here stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

LANGUAGES = ("vi", "en")

_LETTERS_VI = {"A": "a", "B": "bê", "C": "xê", "D": "đê", "E": "e", "F": "ép", "M": "em mờ"}
_DIGITS_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# Who issued a text, by the end of its number.
_ISSUERS = {
    "NĐ-CP": ("của Chính phủ", "of the Government"),
    "NQ-CP": ("của Chính phủ", "of the Government"),
    "TT-BCA": ("của Bộ Công an", "of the Ministry of Public Security"),
    "TT-BYT": ("của Bộ Y tế", "of the Ministry of Health"),
    "TT-BGTVT": ("của Bộ Giao thông vận tải", "of the Ministry of Transport"),
    "TT-BXD": ("của Bộ Xây dựng", "of the Ministry of Construction"),
    "QĐ-TTg": ("của Thủ tướng Chính phủ", "of the Prime Minister"),
    "QH13": ("của Quốc hội khóa 13", "of the 13th National Assembly"),
    "QH14": ("của Quốc hội khóa 14", "of the 14th National Assembly"),
    "QH15": ("của Quốc hội khóa 15", "of the 15th National Assembly"),
}
_WORDS = {
    "QĐ-XPHC": ("quyết định xử phạt hành chính", "sanction decision"),
    "QĐ-XPVPHC": ("quyết định xử phạt vi phạm hành chính", "sanction decision"),
    "GPLX": ("giấy phép lái xe", "driving licence"),
    "GKSKLX": ("giấy khám sức khỏe của người lái xe", "driver's health certificate"),
    "CSGT": ("cảnh sát giao thông", "traffic police"),
    "CCCD": ("căn cước công dân", "citizen card"),
    "CMND": ("chứng minh nhân dân", "identity card"),
    "UBND": ("ủy ban nhân dân", "people's committee"),
    "TTATGT": ("trật tự an toàn giao thông", "traffic order and safety"),
    "ATGT": ("an toàn giao thông", "traffic safety"),
    "TP.HCM": ("thành phố Hồ Chí Minh", "Ho Chi Minh City"),
    "VNeID": ("vi en i đi", "V N E I D"),
    "Ông/Bà": ("Ông hoặc Bà", "Ông or Bà"),
    "km/h": ("ki lô mét trên giờ", "kilometres an hour"),
    "mg/l": ("mi li gam trên lít", "milligrams a litre"),
    "mg": ("mi li gam", "milligrams"),
    "ml": ("mi li lít", "millilitres"),
    "SMS": ("tin nhắn", "text message"),
    "PDF": ("pê đê ép", "P D F"),
}
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

_EDGE, _END = r"(?<![\w/])", r"(?![\w/])"
_DAY = re.compile(rf"(?:\b(ngày|Ngày)\s+)?{_EDGE}(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_END}")
_MONTH = re.compile(rf"(?:\b(tháng|Tháng)\s+)?{_EDGE}(\d{{1,2}})/(\d{{4}}){_END}")
_TEXT_NUMBER = re.compile(rf"{_EDGE}(\d{{1,6}})/(\d{{4}})/({'|'.join(map(re.escape, _ISSUERS))}){_END}")
_SHORT_TEXT = re.compile(rf"{_EDGE}(\d{{1,3}})/(\d{{4}}){_END}")
_DECISION = re.compile(rf"{_EDGE}(\d+)/(QĐ-XP(?:VP)?HC){_END}")
_ENDING = re.compile(rf"{_EDGE}({'|'.join(map(re.escape, _ISSUERS))}){_END}")
_ABBREVIATION = re.compile(
    rf"{_EDGE}({'|'.join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))}){_END}"
)
_CLASS = re.compile(r"(?<![\w-])(?:[ABCDF][1-4]E?|[BCDF]E|F[BCDE])(?![\w-])")
_CLASS_OF_ONE_LETTER = re.compile(r"\b([Hh]ạng|[Cc]lass)(\s+)([ABCDEFM])(?![\w-])")
_LONG = re.compile(r"(?<![\d.,])(?:\d{5,}|(?<!/)0\d+)(?![\d]|[.,]\d)")
_PERCENT = re.compile(r"(\d)\s*%")


def prepare(text: str, language: str) -> str:
    """The words of a text as a voice is to say them. Saying it again changes nothing.

    Args:
        text: as people read it, in any letters; one paragraph a line.
        language: "vi" or "en".

    Raises:
        ValueError: another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Texts are said in {' and '.join(LANGUAGES)}, not in {language!r}.")
    vi = language == "vi"
    choose: Callable[[tuple[str, str]], str] = lambda both: both[0 if vi else 1]  # noqa: E731
    text = "".join(mark for mark in text if mark in "\n\t" or ord(mark) >= 32)
    text = _DAY.sub(lambda found: _day(found, vi=vi), text)
    text = _TEXT_NUMBER.sub(
        lambda found: f"{_spoken(found[1])} {'năm' if vi else 'of'} {found[2]} {choose(_ISSUERS[found[3]])}", text
    )
    text = _DECISION.sub(lambda found: f"{_spread(found[1])}, {choose(_WORDS[found[2]])}", text)
    text = _MONTH.sub(lambda found: _month(found, vi=vi), text)
    text = _SHORT_TEXT.sub(lambda found: f"{_spoken(found[1])} {'năm' if vi else 'of'} {found[2]}", text)
    text = _ENDING.sub(lambda found: choose(_ISSUERS[found[1]]), text)
    text = _ABBREVIATION.sub(lambda found: choose(_WORDS[found[1]]), text)
    text = _CLASS.sub(lambda found: _class(found[0], vi=vi), text)
    text = _CLASS_OF_ONE_LETTER.sub(lambda found: found[1] + found[2] + _class(found[3], vi=vi), text)
    text = _PERCENT.sub(r"\1 phần trăm" if vi else r"\1 per cent", text)
    return _LONG.sub(lambda found: _spread(found[0]), text)


def _day(found: re.Match[str], *, vi: bool) -> str:
    before, day, month, year = found[1], int(found[2]), int(found[3]), int(found[4])
    try:
        date(year, month, day)
    except ValueError:
        return found[0]  # no day: perhaps a number of something
    if vi:
        return f"{before or 'ngày'} {day} tháng {month} năm {year}"
    return f"{before + ' ' if before else ''}{day} {_MONTHS_EN[month - 1]} {year}"


def _month(found: re.Match[str], *, vi: bool) -> str:
    before, month, year = found[1], int(found[2]), int(found[3])
    # "10/2024" alone may as well be the number of a text.
    if not before or not 1 <= month <= 12:
        return found[0]
    return f"{before} {month} năm {year}" if vi else f"{before} {_MONTHS_EN[month - 1]} {year}"


def _class(name: str, *, vi: bool) -> str:
    if not vi:
        return " ".join(name)
    return " ".join(_DIGITS_VI[int(mark)] if mark.isdigit() else _LETTERS_VI[mark] for mark in name)


def _spoken(number: str) -> str:
    """A number of up to four figures as a number, a longer one or one with a leading nought figure by figure."""
    return number if len(number) <= 4 and not number.startswith("0") else _spread(number)


def _spread(number: str) -> str:
    return " ".join(number)
