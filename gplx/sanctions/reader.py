"""Reading what a machine or a file states, strictly: every fault is collected with its place, nothing is guessed.

Messages name the place and the rule, in Vietnamese and English. They never repeat what was given where that could be
a person's data (T44).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

# Days outside are slips of the pen: nobody alive was born before, nothing that is decided today takes effect after.
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2199, 12, 31)

_MARKS_ON_A_LETTER_MAX = 4
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " ")
# They look like Đ and are not: Icelandic eth, African D.
_NOT_D_WITH_STROKE = frozenset("ÐðƉ")
# Control and format characters (NUL, zero width, direction marks), surrogates, private use, unassigned, line ends.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _is_refused(character: str) -> bool:
    category = unicodedata.category(character)
    return category in _REFUSED_CATEGORIES or character == "\N{REPLACEMENT CHARACTER}"


def _stands_for_ascii(character: str) -> bool:
    """A digit of another script, or ASCII in full width: the same number in them would be a second decision."""
    return (unicodedata.category(character) == "Nd" and not character.isascii()) or "\uff01" <= character <= "\uff5e"


class Fault(NamedTuple):
    """One thing that is wrong with what was stated.

    Attributes:
        field: its place, such as `offences[0].points`; empty for the whole.
        code: a stable name for machines.
    """

    field: str
    code: str
    message_vi: str
    message_en: str


class IntakeError(ValueError):
    """What was stated cannot be read; `faults` has one line for each place that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


class Reader:
    """Reads values by their kind, collecting every fault. A method that finds one returns None."""

    __slots__ = ("faults",)

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, field: str, code: str, message_vi: str, message_en: str) -> None:
        self.faults.append(Fault(field, code, message_vi, message_en))

    def fields(
        self, value: object, field: str, required: frozenset[str], optional: frozenset[str]
    ) -> dict[str, object] | None:
        """An object with all required keys and no unknown one. Null counts as missing (B03)."""
        if not isinstance(value, Mapping):
            self.fault(field, "not_an_object", "Phải là một đối tượng JSON.", "Must be a JSON object.")
            return None
        dot = f"{field}." if field else ""
        given = {key: content for key, content in value.items() if content is not None}
        known = required | optional
        for key in value:
            if key not in known:
                # A foreign key may hold anything: it is shown only where it is a plain name.
                shown = key if isinstance(key, str) and len(key) <= 40 and key.isascii() and key.isidentifier() else "?"
                self.fault(f"{dot}{shown}", "unknown_field", "Không có trường này.", "There is no such field.")
        for key in sorted(required - given.keys()):
            self.fault(f"{dot}{key}", "required", "Bắt buộc phải có.", "Required.")
        return given

    def text(self, value: object, field: str, *, limit: int) -> str | None:
        """A text of at least one character: composed (NFC), single spaces, nothing invisible (B06 to B08)."""
        if type(value) is not str:
            self.fault(field, "not_text", "Phải là chuỗi ký tự.", "Must be text.")
            return None
        if len(value) > 8 * limit:  # before any work on it
            self.fault(field, "too_long", f"Dài quá {limit} ký tự.", f"Longer than {limit} characters.")
            return None
        if value.isascii() and value.isprintable():
            text = " ".join(value.split())
        else:
            checked = self._checked(value.translate(_SPACES), field)
            if checked is None:
                return None
            text = checked
        if not text:
            self.fault(field, "required", "Không được để trống.", "Must not be empty.")
            return None
        if len(text) > limit:
            self.fault(field, "too_long", f"Dài quá {limit} ký tự.", f"Longer than {limit} characters.")
            return None
        return text

    def _checked(self, value: str, field: str) -> str | None:
        marks = 0
        has_a_pattern = field.endswith("licence_number")  # which has the better message
        for character in unicodedata.normalize("NFD", value):
            if _is_refused(character) or (not has_a_pattern and _stands_for_ascii(character)):
                self.fault(
                    field,
                    "text_character",
                    f"Có ký tự không được dùng (U+{ord(character):04X}).",
                    f"Contains a character that may not be used (U+{ord(character):04X}).",
                )
                return None
            marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
            if marks > _MARKS_ON_A_LETTER_MAX:
                self.fault(
                    field, "too_many_marks", "Một chữ cái mang quá nhiều dấu.", "A letter carries too many marks."
                )
                return None
        text = unicodedata.normalize("NFC", value)
        if not _NOT_D_WITH_STROKE.isdisjoint(text):
            self.fault(
                field,
                "letter_eth",
                "Có chữ giống Đ nhưng không phải Đ (U+0110): gõ lại chữ Đ.",
                "Contains a letter that looks like Đ but is not (U+0110): type Đ again.",
            )
            return None
        return " ".join(text.split())

    def integer(self, value: object, field: str, *, low: int, high: int) -> int | None:
        """A whole number as JSON writes it: 2, not "2", 2.0 or true (B01)."""
        if type(value) is not int:
            self.fault(field, "not_integer", "Phải là số nguyên.", "Must be a whole number.")
            return None
        if not low <= value <= high:
            self.fault(field, "out_of_range", f"Phải từ {low} đến {high}.", f"Must be {low} to {high}.")
            return None
        return value

    def boolean(self, value: object, field: str) -> bool | None:
        if type(value) is not bool:
            self.fault(field, "not_boolean", "Phải là true hoặc false.", "Must be true or false.")
            return None
        return value

    def day(self, value: object, field: str) -> date | None:
        """A calendar day as YYYY-MM-DD, no time and no other form (B15)."""
        if type(value) is str and len(value) == 10 and value.isascii() and value[4] == "-" and value[7] == "-":
            try:
                day = date.fromisoformat(value)
            except ValueError:
                pass
            else:
                if EARLIEST_DAY <= day <= LATEST_DAY:
                    return day
                low, high = EARLIEST_DAY.isoformat(), LATEST_DAY.isoformat()
                self.fault(field, "out_of_range", f"Phải từ {low} đến {high}.", f"Must be {low} to {high}.")
                return None
        self.fault(
            field,
            "not_a_day",
            "Không phải ngày viết theo dạng năm-tháng-ngày, ví dụ 2026-03-31.",
            "Not a calendar day written as year-month-day, such as 2026-03-31.",
        )
        return None
