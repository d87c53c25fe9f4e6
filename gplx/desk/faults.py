"""Faults of the one strict reader, shown at the fields of a form in the words of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gplx.sanctions.intake import Fault, IntakeError

# What the reader says to machines about field names, said to people about the form.
_IN_FORMS = {
    "part_unknown": _("Các hành vi đã chọn không cho biết phần nào: chọn mô tô hoặc ô tô."),
    "part_contradicts": _("Các hành vi nói về loại xe khác với phần đã chọn."),
    "licence_number": _("Số giấy phép lái xe gồm đúng 12 chữ số. Giấy phép nước ngoài: đánh dấu ô bên dưới."),
    "year_differs": _("Năm trong số quyết định khác năm ra quyết định."),
}
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def put(form: forms.Form, error: IntakeError, places: Mapping[str, str]) -> None:
    """Add each fault to its field; `places` names the form's field for places that are called otherwise."""
    shown: set[tuple[str | None, str]] = set()
    for fault in error.faults:
        head = re.split(r"[.\[]", fault.field)[0]
        name = places.get(fault.field) or places.get(head) or head
        place = name if name in form.fields else None
        if place in form.errors and fault.code == "required":
            continue
        message = said(fault)
        if (place, message) not in shown:
            shown.add((place, message))
            form.add_error(place, message)


def said(fault: Fault) -> str:
    """A fault in the reader's language, with days as they are written in Viet Nam."""
    # A foreign licence has a form of its own, and the reader's words for it name no field.
    if fault.code in _IN_FORMS and (fault.code != "licence_number" or "foreign_licence" in fault.message_vi):
        return str(_IN_FORMS[fault.code])
    message = fault.message_en if get_language() == "en" else fault.message_vi
    return _ISO_DAY.sub(lambda found: date.fromisoformat(found[0]).strftime("%d/%m/%Y"), message)
