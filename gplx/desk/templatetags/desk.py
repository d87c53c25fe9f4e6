"""Template tags of the desk: form fields with their faults, masked numbers, names of kinds and states."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from gplx.accounts.models import User
from gplx.desk import access
from gplx.desk.fields import DayField
from gplx.desk.names import NAMES, OUTCOMES
from gplx.law import provinces

register = template.Library()

_SHOWN_AT_THE_END = 4
_DAY_PARTS = (("day", gettext_lazy("Ngày"), 2), ("month", gettext_lazy("Tháng"), 2), ("year", gettext_lazy("Năm"), 4))


@register.simple_tag
def field(bound: forms.BoundField, size: str = "", rows: int = 4) -> SafeString:
    """A field with label, hint and faults, drawn as the design system asks.

    Args:
        size: "s", "m" or "l" makes the label of a group a heading of that size.
    """
    kind = "line"
    if isinstance(bound.field, DayField):
        kind = "day"
    elif isinstance(bound.field.widget, forms.RadioSelect):
        kind = "radios"
    elif isinstance(bound.field.widget, forms.Select):
        kind = "select"
    elif isinstance(bound.field.widget, forms.Textarea):
        kind = "text"
    elif isinstance(bound.field.widget, forms.CheckboxInput):
        kind = "checkbox"
    elif isinstance(bound.field.widget, forms.FileInput):
        kind = "file"
    context: dict[str, Any] = {"field": bound, "kind": kind, "size": size, "rows": rows}
    context["described_by"] = " ".join(
        [f"{bound.auto_id}-hint"] * bool(bound.help_text) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    )
    if kind == "day":
        values = bound.value() or ("", "", "")
        values = bound.field.widget.format_value(values)
        context["parts"] = [
            {"name": f"{bound.html_name}_{name}", "label": label, "width": width, "value": value}
            for (name, label, width), value in zip(_DAY_PARTS, values, strict=True)
        ]
    else:
        context["value"] = "" if bound.value() is None else bound.value()
        context["width"] = bound.field.widget.attrs.get("width", "")
    return SafeString(render_to_string("desk/parts/field.html", context))


@register.filter
def fault_anchor(bound: forms.BoundField) -> str:
    """The element that an error summary leads to: the first one of a group."""
    if isinstance(bound.field, DayField):
        return f"{bound.auto_id}_day"
    if isinstance(bound.field.widget, forms.RadioSelect):
        return f"{bound.auto_id}_0"
    return str(bound.auto_id)


@register.filter
def masked(number: str | None) -> str:
    """A number of which only the last digits are shown, enough to choose among several people."""
    if not number:
        return "–"
    return "•" * max(0, len(number) - _SHOWN_AT_THE_END) + number[-_SHOWN_AT_THE_END:]


@register.filter
def named(code: str, of: str) -> str:
    """The words for a code, in the reader's language; a code that has none is shown as it is."""
    return str(NAMES[of].get(code, code))


@register.filter
def decision_number(key: str) -> str:
    """The number of a decision as it stands on paper, out of its key `number/year/authority`."""
    return key.rsplit("/", 2)[0]


@register.filter
def source_name(source: str) -> str:
    """Where a decision came from; officers of the desk by their names."""
    kind, _, officers = source.partition(":")
    if kind != "desk":
        return source
    names = {
        str(user.pk): user.display_name
        for user in User.objects.filter(pk__in=filter(str.isdecimal, officers.split("+")))
    }
    named_officers = [names.get(officer, officer) for officer in officers.split("+")]
    return f"{gettext('bàn làm việc')}: {', '.join(named_officers)}"


@register.filter
def province_on(code: str, day: date) -> str:
    """The province of a code as it was on a day; the code itself where nobody knows it."""
    try:
        return provinces.province(code, day).name_vi
    except provinces.UnknownProvinceError:
        return code


@register.filter
def may(user: object, least: str) -> bool:
    """Does this person have that role, or one above it?"""
    return access.may(user, least)


@register.simple_tag
def outcome_tag(outcome: str) -> SafeString:
    """What became of one row or decision, as a coloured word."""
    colour, text = OUTCOMES.get(outcome, ("grey", outcome))
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.filter
def vnd(amount: int) -> str:
    """An amount in đồng, as it is written in Viet Nam: 1.000.000 đ."""
    return f"{amount:,} đ".replace(",", ".")


@register.filter
def outcome_name(outcome: str) -> str:
    """The words of `outcome_tag` alone."""
    return str(OUTCOMES[outcome][1]) if outcome in OUTCOMES else outcome


@register.filter
def column_name(place: str, columns: dict[str, str]) -> str:
    """The title of the column that a fault speaks of: `offences[0].code` is the column of the offences."""
    head = place.partition("[")[0].partition(".")[0]
    revoked = {"revocation.from": "revoked_from", "revocation.to": "revoked_to"}
    return columns.get(revoked.get(place, head), place)
