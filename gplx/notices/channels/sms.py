"""Short messages: one part of 160 letters, without diacritics, without a name, a number or an address (T13)."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from gplx.law.notices import SMS
from gplx.notices.catalogue import Text

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_ESCAPED = frozenset("^{}\\[~]|€")
"""Letters of the second table: each takes two places."""
SINGLE_MAX = {"gsm-7": 160, "ucs-2": 70}
PART_MAX = {"gsm-7": 153, "ucs-2": 67}
"""How long one message may be, and each part of a longer one. 3GPP TS 23.038, 23.040."""


class Length(NamedTuple):
    """How long a short message is for a provider: in which alphabet, in how many of its units, in how many parts."""

    alphabet: str
    units: int
    parts: int


def length(text: str) -> Length:
    """How a provider counts a text."""
    if all(letter in GSM_7 or letter in GSM_7_ESCAPED for letter in text):
        alphabet, units = "gsm-7", sum(2 if letter in GSM_7_ESCAPED else 1 for letter in text)
    else:
        alphabet, units = "ucs-2", len(text.encode("utf-16-be")) // 2
    parts = 1 if units <= SINGLE_MAX[alphabet] else -(-units // PART_MAX[alphabet])
    return Length(alphabet, units, parts)


def plain(text: str) -> str:
    """Vietnamese in the letters of GSM 7 bit: without diacritics, with plain quotation marks and dashes."""
    replaced = text.translate(
        {ord("đ"): "d", ord("Đ"): "D", ord("“"): '"', ord("”"): '"', ord("–"): "-", ord("…"): "."}
    )
    marks = unicodedata.normalize("NFD", replaced)
    letters = "".join(letter for letter in marks if not unicodedata.combining(letter))
    return "".join(letter if letter in GSM_7 else "?" for letter in letters)


class Sms:
    """A provider says later, by receipt or when asked, whether the message arrived."""

    name = SMS
    by_gateway = True

    def compose(self, text: Text, code: str) -> str:
        """The title and where to read on, in one part; a long title is cut between words."""
        before, after = "CSGT: ", f". Xem hop thu Cong dich vu, ma {code}."
        title = plain(text.title_vi).rstrip(".")
        room = SINGLE_MAX["gsm-7"] - len(before) - len(after)
        if len(title) > room:
            title = title[: room - 2].rsplit(" ", 1)[0] + ".."
        return f"{before}{title}{after}"
