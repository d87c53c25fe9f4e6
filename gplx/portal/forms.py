"""Forms as GOV.UK Frontend draws them. Days are typed as text, so that they read the same on every phone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class GovukForm(forms.Form):
    """A form whose fields carry the classes of GOV.UK Frontend."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            kind = "select" if isinstance(widget, forms.Select) else "input"
            if isinstance(widget, forms.Textarea):
                kind = "textarea"
            # The red frame of a field with a fault is drawn by its form group (gplx.css): asking for errors here would
            # run the checks before the form is ready.
            widget.attrs["class"] = f"govuk-{kind} {widget.attrs.get('class', '')}".strip()


class DayField(forms.DateField):
    """A calendar day, typed as ngày/tháng/năm."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Ngày/tháng/năm, ví dụ 05/03/2026"))
        kwargs.setdefault(
            "error_messages",
            {
                "invalid": _("Ngày này không đọc được. Hãy viết ngày/tháng/năm, ví dụ 05/03/2026."),
                "required": _("Hãy nhập ngày."),
            },
        )
        kwargs.setdefault(
            "widget",
            forms.DateInput(
                format="%d/%m/%Y",
                attrs={"class": "govuk-input--width-10", "inputmode": "text", "autocomplete": "off"},
            ),
        )
        super().__init__(input_formats=DAY_FORMATS, **kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day; years beyond a person's life are refused, so that sums of months stay in the calendar."""
        found = super().to_python(value)
        if found is not None and not 1900 <= found.year <= 2200:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found
