"""Template tags of all pages: days as they are written in Viet Nam, the gauge, links of the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from gplx.accounts.models import Role
from gplx.audit.models import Access
from gplx.clock import ZONE
from gplx.law.catalogue import Offence
from gplx.law.points import Finding
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY, Profile
from gplx.licences.models import Licence
from gplx.mailroom.models import PaperKind
from gplx.portal import citations
from gplx.portal.record import FINDINGS

register = template.Library()

FULL = FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY)
# Up to this many points the gauge takes a warning colour: one more of the usual levels may exhaust it.
LOW = 4


@register.filter
def day(value: date | str | None) -> str:
    """A day as dd/mm/yyyy; text is an ISO day."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    return value.strftime("%d/%m/%Y")


@register.filter
def instant(value: datetime | None) -> str:
    """An instant as hour and day in Viet Nam."""
    return "" if value is None else value.astimezone(ZONE).strftime("%H:%M %d/%m/%Y")


@register.filter
def signed(points: int) -> str:
    """Points with their sign: "−4", "+6", "0"."""
    return f"−{-points}" if points < 0 else f"+{points}" if points else "0"


@register.filter
def paper_kind(kind: str) -> str:
    """What a paper is, by its kind."""
    named = {
        PaperKind.LETTER: gettext("Thư thông báo"),
        PaperKind.STATEMENT: gettext("Bản kê điểm giấy phép lái xe"),
        PaperKind.HAND_OVER: gettext("Biên bản bàn giao thư"),
        PaperKind.RECEIPT: gettext("Giấy nhận thư trao tay"),
        PaperKind.MINUTES: gettext("Biên bản"),
    }
    return named[PaperKind(kind)]


@register.simple_tag(takes_context=True)
def nav_link(context: dict[str, Any], name: str, text: str, count: int | str | None = None) -> SafeString:
    """A link of the navigation, marked when its page (or one below it) is shown."""
    url = reverse(name)
    request = context["request"]
    here = request.path == url or request.path.startswith(f"{url}/")
    badge = SafeString("")
    if count:
        said = ngettext("%(count)s thông báo chưa đọc", "%(count)s thông báo chưa đọc", int(count)) % {"count": count}
        badge = format_html(
            ' <span class="app-count" aria-hidden="true">{}</span><span class="govuk-visually-hidden">({})</span>',
            count,
            said,
        )
    current = SafeString(' aria-current="page"') if here else SafeString("")
    return format_html('<li><a class="app-nav__link" href="{}"{}>{}{}</a></li>', url, current, text, badge)


@register.inclusion_tag("portal/gauge.html")
def gauge(balance: int, pending: int | None = None) -> dict[str, Any]:
    """The balance as segments, drawn as SVG and said in words.

    Args:
        balance: points left.
        pending: points left once the known future decisions have taken effect, where it is another figure.
    """
    after = balance if pending is None else min(pending, balance)
    said = gettext("Còn %(balance)s trên %(full)s điểm") % {"balance": balance, "full": FULL}
    if after != balance:
        said += ". " + gettext("Nếu các quyết định đang chờ có hiệu lực: còn %(after)s điểm") % {"after": after}
    segments = [
        {"x": 2 + index * 30, "kind": "is-left" if index < after else "is-pending" if index < balance else "is-taken"}
        for index in range(FULL)
    ]
    return {
        "segments": segments,
        "width": FULL * 30 + 2,
        "said": said,
        "low": balance <= LOW,
        "hatch": after != balance,
    }


@register.simple_tag
def points_tag(balance: int, revoked: bool = False) -> SafeString:
    """The state of a balance as a coloured word."""
    if revoked:
        colour, text = "red", gettext("Đang bị tước quyền sử dụng")
    elif balance == 0:
        colour, text = "red", gettext("Đã hết điểm")
    elif balance == FULL:
        colour, text = "green", gettext("Còn đủ điểm")
    elif balance <= LOW:
        colour, text = "orange", gettext("Còn ít điểm")
    else:
        colour, text = "teal", gettext("Đã bị trừ điểm")
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.filter
def spoken(citation: str) -> str:
    """A citation in the reader's language."""
    return citations.spoken(citation)


@register.filter
def money(dong: int) -> str:
    """An amount in đồng, grouped by full stops as in Viet Nam."""
    return f"{dong:,}".replace(",", ".") + " đ"


@register.simple_tag
def offence_text(offence: Offence) -> str:
    """What an offence is, in the reader's language."""
    return offence.summary_en if get_language() == "en" and offence.summary_en else offence.summary_vi


@register.simple_tag
def offence_place(offence: Offence) -> str:
    """Where the law speaks of an offence."""
    return citations.article_of(offence.code) or citations.spoken(offence.source)


@register.simple_tag
def vehicle_name(vehicle_group: str) -> str:
    """A vehicle group in words."""
    return {
        "car": gettext("Ô tô"),
        "motorcycle": gettext("Xe máy"),
        "specialised": gettext("Xe máy chuyên dùng"),
        "other": gettext("Mọi loại xe"),
    }[vehicle_group]


@register.simple_tag
def licence_status(licence: Licence) -> SafeString:
    """What became of the document, as a coloured word."""
    colour, text = {
        "valid": ("green", gettext("Còn hiệu lực")),
        "withdrawn": ("red", gettext("Đã bị thu hồi")),
        "replaced": ("grey", gettext("Đã được đổi, cấp lại")),
    }[licence.status]
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.simple_tag
def actor_name(look: Access) -> str:
    """Who looked: an officer's role in the reader's language with his unit, or the name of a system.

    Rows of the first versions hold the Vietnamese name of the role alone.
    """
    if look.actor_kind != "officer":
        return look.actor_name
    role, _, unit = look.actor_name.partition("|")
    code = next((known.value for known in Role if look.actor_name == known.label), role)
    said = {
        "roadside": gettext("Cán bộ tuần tra, kiểm soát"),
        "case_officer": gettext("Cán bộ xử lý"),
        "examiner": gettext("Cán bộ tổ chức kiểm tra"),
        "administrator": gettext("Quản trị"),
    }.get(code, code)
    return f"{said}, {unit}" if unit else said


@register.simple_tag
def purpose_name(look: Access) -> str:
    """Why somebody looked."""
    return {
        "roadside_check": gettext("Kiểm tra trên đường"),
        "case_handling": gettext("Xử lý hồ sơ vụ việc"),
        "quarantine": gettext("Đối chiếu quyết định chưa khớp"),
        "complaint": gettext("Giải quyết khiếu nại"),
        "assisted": gettext("Hỗ trợ người dân tại quầy"),
    }.get(look.purpose, look.purpose)


@register.simple_tag
def look_name(look: Access) -> str:
    """What somebody looked at."""
    return {
        "standing": gettext("Tình trạng giấy phép và điểm"),
        "statement": gettext("Bản kê điểm"),
        "search": gettext("Kết quả tìm kiếm"),
        "list": gettext("Danh sách tên"),
        "notices": gettext("Các thông báo đã gửi cho bạn"),
        "preview": gettext("Tính thử một quyết định"),
        "decision": gettext("Một quyết định"),
        "candidate": gettext("Đối chiếu một quyết định"),
        "certificate": gettext("Giấy khám sức khỏe"),
        "registration": gettext("Hồ sơ đăng ký kiểm tra"),
        "eligibility": gettext("Điều kiện kiểm tra kiến thức"),
        "test_candidate": gettext("Người dự kiểm tra kiến thức"),
        "test_candidates": gettext("Danh sách kỳ kiểm tra"),
        "letter": gettext("Thư giấy"),
    }.get(look.what, look.what)


@register.simple_tag
def not_comparable(numbers: Sequence[str], other: Profile) -> str:
    """Why the other body of law gives no result for a record."""
    return ngettext(
        "Không so sánh được với %(law)s: quyết định số %(numbers)s nêu mức điểm hoặc hành vi không có trong"
        " văn bản đó.",
        "Không so sánh được với %(law)s: các quyết định số %(numbers)s nêu mức điểm hoặc hành vi không có trong"
        " văn bản đó.",
        len(numbers),
    ) % {"law": other.title_en if get_language() == "en" else other.title_vi, "numbers": ", ".join(numbers)}


@register.simple_tag
def finding_text(finding: Finding) -> str:
    """Why a fact had no effect."""
    return f"{finding.on.strftime('%d/%m/%Y')}: {FINDINGS[finding.code]}"
