"""Form fields in the words of the desk: days as three fields, lines of text that keep no hidden characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Parts: TypeAlias = tuple[str, str, str]
Words: TypeAlias = "str | _StrPromise"

FIRST_YEAR, LAST_YEAR = 1900, 2200


class DayWidget(forms.Widget):
    """Day, month and year as three short fields; `templates/desk/parts/field.html` draws them."""

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Parts:
        day, month, year = (str(data.get(f"{name}_{part}", "")).strip() for part in ("day", "month", "year"))
        return day, month, year

    def format_value(self, value: Any) -> Any:
        if isinstance(value, date):
            return f"{value.day:02}", f"{value.month:02}", f"{value.year:04}"
        return value or ("", "", "")


class DayField(forms.Field):
    """A calendar day, typed as three numbers."""

    widget = DayWidget

    def __init__(self, *, missing: Words, unreal: Words, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": missing, "unreal": unreal}, **kwargs)

    def to_python(self, value: Any) -> date | None:
        parts: Parts = value or ("", "", "")
        if not any(parts):
            return None
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise forms.ValidationError(self.error_messages["unreal"], code="unreal")
        day, month, year = map(int, parts)
        try:
            found = date(year, month, day)
        except ValueError:
            raise forms.ValidationError(self.error_messages["unreal"], code="unreal") from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(self.error_messages["unreal"], code="unreal")
        return found

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class LineField(forms.CharField):
    """One line of text, composed (NFC), without control, bidirectional or zero-width characters (B06)."""

    def __init__(self, *, missing: Words = "", longest: int, **kwargs: Any) -> None:
        messages = {"required": missing} if missing else None
        super().__init__(max_length=longest, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        if any(unicodedata.category(character) in _HIDDEN for character in text):
            raise forms.ValidationError(_("Có ký tự không nhìn thấy được; hãy gõ lại thay vì dán."), code="hidden")
        return " ".join(text.split())


def small_number(text: str) -> int | None:
    """A number of at most three digits that a button or a hidden field carries; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
