"""Vietnamese words: compared without diacritics, put in dictionary order."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# The marks that NFKD splits off, and the letters it does not split. U+00D0 is an Icelandic letter that old
# keyboards left in place of Đ.
_FOLDING: dict[int, str | None] = {
    **dict.fromkeys(range(0x0300, 0x0370)),
    ord("đ"): "d",
    ord("Đ"): "d",
    ord("ð"): "d",
    ord("Ð"): "d",
}

_LETTERS = " -.'0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: chr(0x20 + rank) for rank, letter in enumerate(_LETTERS)}
_AFTER_ALL_LETTERS = chr(0x20 + 80)
# Level, grave, hook above, tilde, acute, dot below: the order of the tones in a Vietnamese dictionary.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def fold(words: str) -> str:
    """Words as they compare: lower case, no diacritics, đ as d, single spaces.

    `fold("NGUYỄN  Thị Đào") == fold("nguyen thi dao")`; the composed and the decomposed spelling fold alike.
    """
    return " ".join(unicodedata.normalize("NFKD", words).translate(_FOLDING).casefold().split())


def plain(words: str) -> str:
    """Words in lower case with their diacritics, composed, single spaces."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def sort_key(words: str) -> str:
    """A key whose code-point order is the order of a Vietnamese dictionary.

    Letters decide first (a < ă < â, d < đ); tones only break ties. Stored beside a name and compared with
    COLLATE "C", it gives every server the same order.
    """
    ranked = [_letter_and_tone(character) for character in plain(words)]
    return "".join(letter for letter, _ in ranked) + "\t" + "".join(tone for _, tone in ranked)


@lru_cache(maxsize=1024)
def _letter_and_tone(character: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", character)
    tone = next((_TONE_RANK[part] for part in parts if part in _TONE_RANK), "0")
    letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONE_RANK))
    return _LETTER_RANK.get(letter, _AFTER_ALL_LETTERS), tone
