"""Strict reading of what arrives over HTTP: JSON bodies, query strings, days, numbers and text.

Everything here works on plain values, without Django: the look-up before Django reads by the same rules.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from gplx.api.problems import Field, Problem, field, invalid

DEPTH_MAX = 20
QUERY_LENGTH_MAX = 2_000
QUERY_KEYS_MAX = 20
INTEGER_DIGITS_MAX = 18
NUMBER_LENGTH_MAX = 40
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Days outside these years are slips of the pen, not days of this register."""

_LICENCE_NUMBER = re.compile(r"[0-9]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
# Control, format (zero-width, bidi), surrogate, private use, unassigned; line and paragraph separators.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


# --- JSON -------------------------------------------------------------------------------------------------------


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body.

    Raises:
        Problem: not UTF-8 (encoding), not JSON (not_json, number_form), the same key twice (duplicate_key), nested
            too deeply, or another value than an object (not_an_object).
    """
    if body[:3] == b"\xef\xbb\xbf" or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Problem("encoding")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("encoding") from None
    if "\x00" in text:
        raise Problem("encoding" if text.count("\x00") * 3 > len(text) else "not_json")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except RecursionError:
        raise Problem("nested_too_deeply") from None
    except json.JSONDecodeError:
        raise Problem("not_json") from None
    if type(value) is not dict:
        raise Problem("not_an_object")
    _refuse_depth(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Problem("duplicate_key")
    return value


def _refuse_constant(name: str) -> Any:
    raise Problem("number_form")


def _integer(digits: str) -> int:
    if len(digits) > INTEGER_DIGITS_MAX:
        raise Problem("number_form")
    return int(digits)


def _float(digits: str) -> float:
    if len(digits) > NUMBER_LENGTH_MAX:
        raise Problem("number_form")
    return float(digits)


def _refuse_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return
    raise Problem("nested_too_deeply")


def keys(value: dict[str, Any], required: frozenset[str], allowed: frozenset[str], place: str = "") -> None:
    """Refuse an object that lacks a required key or has one that is not allowed.

    Raises:
        Problem: one field for each such key; an unknown key is named only where it is a plain word.
    """
    faults = [field(place + key, "required") for key in sorted(required - value.keys())]
    faults += [field(place + shown_key(key), "unknown_field") for key in sorted(value.keys() - allowed)[:20]]
    if faults:
        raise invalid(*faults)


def shown_key(key: str) -> str:
    """A key as it may stand in an answer: a plain word, or a question mark in its place."""
    return key if _PLAIN_KEY.fullmatch(key) else "?"


# --- text -------------------------------------------------------------------------------------------------------


def is_clean(text: str) -> bool:
    """Whether a text holds only characters that a person can see or type.

    Refused: control characters, zero-width and bidi marks, surrogates, private use, U+FFFD.
    """
    if text.isascii():
        return text.isprintable()
    return not any(
        character == "\ufffd" or unicodedata.category(character) in _REFUSED_CATEGORIES for character in text
    )


def unclean(value: Any, place: str = "") -> Iterator[Field]:
    """The places in a JSON value whose text (or key) holds a refused character; the value is not deeply nested."""
    if type(value) is str:
        if not is_clean(value):
            yield field(place, "text_character")
    elif type(value) is dict:
        for key, inner in value.items():
            name = f"{place}.{shown_key(key)}" if place else shown_key(key)
            if not is_clean(key):
                yield field(name, "text_character")
            yield from unclean(inner, name)
    elif type(value) is list:
        for index, inner in enumerate(value):
            yield from unclean(inner, f"{place}[{index}]")


# --- query strings and single values ----------------------------------------------------------------------------


def query(raw: str) -> dict[str, str]:
    """The parameters of a query string.

    Raises:
        Problem: not percent-encoded UTF-8 (encoding), a key twice (repeated_parameter), a refused character, too long.
    """
    if not raw:
        return {}
    if len(raw) > QUERY_LENGTH_MAX:
        raise invalid(field("query", "too_long"))
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=QUERY_KEYS_MAX)
    except UnicodeDecodeError:
        raise Problem("encoding") from None
    except ValueError:
        raise Problem("query_form") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("repeated_parameter")
    faults = [field(shown_key(key), "text_character") for key, text in pairs if not is_clean(key) or not is_clean(text)]
    if faults:
        raise invalid(*faults)
    return found


def licence_number(text: str) -> str:
    """A licence number as machines write it: 12 ASCII digits."""
    if not _LICENCE_NUMBER.fullmatch(text):
        raise invalid(field("number", "licence_number"))
    return text


def day(text: object) -> date | None:
    """A calendar day written YYYY-MM-DD in ASCII digits and in a year this register can mean; None otherwise."""
    if type(text) is not str or not _DAY.fullmatch(text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def whole_number(text: object) -> int | None:
    """A whole number of ASCII digits; None for anything else (`1.0`, `1e3`, full-width digits, 19 digits)."""
    if type(text) is not str or not _WHOLE_NUMBER.fullmatch(text):
        return None
    return int(text)
