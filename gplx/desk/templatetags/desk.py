"""Template tags of the desk: form fields with their faults, masked numbers, names of kinds and states."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as noop

from gplx.desk import access
from gplx.desk.fields import DayField
from gplx.law import provinces

register = template.Library()

ENTRY_KINDS = {
    "deduction": gettext_lazy("Bị trừ điểm"),
    "not_deducted": gettext_lazy("Không trừ điểm"),
    "restoration": gettext_lazy("Được phục hồi điểm"),
    "test_restoration": gettext_lazy("Được phục hồi điểm sau kiểm tra"),
    "reversal": gettext_lazy("Hủy dòng đã ghi"),
}
PARTS = {"motorcycle": gettext_lazy("mô tô"), "car": gettext_lazy("ô tô")}
VEHICLES = {
    "car": gettext_lazy("ô tô"),
    "motorcycle": gettext_lazy("xe máy"),
    "specialised": gettext_lazy("xe máy chuyên dùng"),
    "other": gettext_lazy("mọi loại xe"),
}
GROUNDS = {
    "drugs": gettext_lazy("có vi phạm về ma túy"),
    "twelve_points": gettext_lazy("có vi phạm bị trừ 12 điểm"),
    "three_deductions": gettext_lazy("bị trừ hết điểm sau đúng ba lần"),
    "other": gettext_lazy("các trường hợp khác"),
    "any": gettext_lazy("mọi trường hợp"),
}
REASONS = {
    "exhausted": gettext_lazy("Đã hết điểm"),
    "revoked": gettext_lazy("Đang bị tước quyền sử dụng"),
    "licence_withdrawn": gettext_lazy("Giấy phép đã bị thu hồi"),
    "licence_replaced": gettext_lazy("Giấy phép đã được đổi hoặc cấp lại"),
    "expired": gettext_lazy("Các hạng của phần này đã hết hạn"),
}
FINDINGS = {
    "act_before_points_system": gettext_lazy("Vi phạm trước ngày có hệ thống điểm, không bị trừ điểm"),
    "test_while_points_left": gettext_lazy("Kiểm tra khi vẫn còn điểm, không có tác dụng"),
    "test_too_early": gettext_lazy("Kiểm tra trước ngày được phép, không có tác dụng"),
    "test_without_certificate": gettext_lazy("Kiểm tra khi thiếu giấy khám cần có, không có tác dụng"),
}
DIFFERENCES = {
    "licence_unknown": gettext_lazy("Không tìm thấy số giấy phép lái xe"),
    "birth_date_differs": gettext_lazy("Số giấy phép có, nhưng ngày sinh không khớp"),
    "name_differs": gettext_lazy("Số giấy phép và ngày sinh khớp, nhưng họ tên không khớp"),
    "part_not_held": gettext_lazy("Người này không có hạng nào của phần giấy phép ấy"),
    "foreign_licence": gettext_lazy("Giấy phép nước ngoài hoặc quốc tế không có điểm trong sổ"),
}
DIFFERENCES_SHORT = {
    "licence_unknown": gettext_lazy("Số không có"),
    "birth_date_differs": gettext_lazy("Khác ngày sinh"),
    "name_differs": gettext_lazy("Khác họ tên"),
    "part_not_held": gettext_lazy("Không có phần này"),
    "foreign_licence": gettext_lazy("Giấy phép nước ngoài"),
}
STATUSES = {
    "valid": gettext_lazy("còn hiệu lực"),
    "withdrawn": gettext_lazy("đã bị thu hồi"),
    "replaced": gettext_lazy("đã được đổi, cấp lại"),
}
REGIMES = {"pre-2025": gettext_lazy("hạng cũ, trước 2025"), "2025": gettext_lazy("hạng mới, từ 2025")}
_SHOWN_AT_THE_END = 4
_DAY_PARTS = (("day", noop("Ngày"), 2), ("month", noop("Tháng"), 2), ("year", noop("Năm"), 4))


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
            {"name": f"{bound.html_name}_{name}", "label": gettext(label), "width": width, "value": value}
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
def kind_name(kind: str) -> str:
    return str(ENTRY_KINDS[kind])


@register.filter
def part_name(part: str) -> str:
    return str(PARTS.get(part, part))


@register.filter
def vehicle_name(group: str) -> str:
    return str(VEHICLES[group])


@register.filter
def ground_name(ground: str) -> str:
    return str(GROUNDS.get(ground, ground))


@register.filter
def reason_name(reason: str) -> str:
    return str(REASONS.get(reason, reason))


@register.filter
def finding_name(code: str) -> str:
    return str(FINDINGS[code])


@register.filter
def difference_name(reason: str) -> str:
    return str(DIFFERENCES.get(reason, reason))


@register.filter
def reason_short(reason: str) -> str:
    return str(DIFFERENCES_SHORT.get(reason, reason))


@register.filter
def status_name(status: str) -> str:
    return str(STATUSES[status])


@register.filter
def regime_name(regime: str) -> str:
    return str(REGIMES.get(regime, regime))


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
    colour, text = _OUTCOMES.get(outcome, ("grey", outcome))
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


_OUTCOMES = {
    "new": ("blue", gettext_lazy("Sẽ ghi nhận")),
    "recorded": ("green", gettext_lazy("Đã ghi nhận")),
    "exists": ("grey", gettext_lazy("Đã có")),
    "conflict": ("red", gettext_lazy("Trùng số, khác nội dung")),
    "quarantine": ("yellow", gettext_lazy("Chờ đối chiếu")),
    "quarantined": ("yellow", gettext_lazy("Chờ đối chiếu")),
    "refused": ("red", gettext_lazy("Bị từ chối")),
    "rejected": ("red", gettext_lazy("Đã trả lại")),
    "checking": ("blue", gettext_lazy("Đang kiểm tra")),
    "checked": ("yellow", gettext_lazy("Chờ ghi nhận")),
    "taking": ("blue", gettext_lazy("Đang ghi nhận")),
    "taken": ("green", gettext_lazy("Đã ghi nhận")),
    "waiting": ("yellow", gettext_lazy("Chờ xác nhận")),
    "confirmed": ("green", gettext_lazy("Đã xác nhận")),
    "declined": ("red", gettext_lazy("Không đồng ý")),
}


@register.filter
def vnd(amount: int) -> str:
    """An amount in đồng, as it is written in Viet Nam: 1.000.000 đ."""
    return f"{amount:,} đ".replace(",", ".")


@register.filter
def outcome_name(outcome: str) -> str:
    """The words of `outcome_tag` alone."""
    return str(_OUTCOMES[outcome][1]) if outcome in _OUTCOMES else outcome


@register.filter
def column_name(place: str, columns: dict[str, str]) -> str:
    """The title of the column that a fault speaks of: `offences[0].code` is the column of the offences."""
    head = place.partition("[")[0].partition(".")[0]
    revoked = {"revocation.from": "revoked_from", "revocation.to": "revoked_to"}
    return columns.get(revoked.get(place, head), place)
