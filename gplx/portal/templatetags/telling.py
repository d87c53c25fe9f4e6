"""Template tags about how people are told: names of channels and outcomes, and the answer to "was the driver told?"."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from gplx.clock import ZONE
from gplx.notices.told import Told

register = template.Library()


@register.filter
def channel(name: str) -> str:
    """A channel in the reader's language."""
    return {
        "inbox": gettext("Hộp thư"),
        "site": gettext("Trang Cảnh sát giao thông"),
        "email": gettext("Thư điện tử"),
        "sms": gettext("Tin nhắn"),
        "paper": gettext("Văn bản giấy"),
    }.get(name, name)


@register.filter
def outcome(name: str) -> str:
    """What became of an attempt."""
    return {
        "": gettext("chưa có hồi âm"),
        "accepted": gettext("đã nhận chuyển"),
        "delivered": gettext("đã đến nơi"),
        "failed": gettext("không gửi được"),
        "returned": gettext("bị trả lại"),
        "expired": gettext("quá hạn mà không có hồi âm"),
    }.get(name, name)


@register.filter
def cause(name: str) -> str:
    """Why a notice could not be told by a channel."""
    return {
        "rejected": gettext("Nơi chuyển từ chối: địa chỉ sai hoặc không còn"),
        "unavailable": gettext("Nơi chuyển không trả lời sau nhiều lần"),
        "no_answer": gettext("Nơi chuyển đã nhận nhưng không báo lại"),
        "returned": gettext("Thư bị trả lại"),
    }.get(name, name)


@register.simple_tag
def told_tag(told: Told | None) -> SafeString:
    """Whether the driver was told, as a coloured word: the word says it without the colour."""
    if told is None:
        return SafeString("")
    colour, text = {
        "confirmed": ("green", gettext("Đã báo, có xác nhận")),
        "sent": ("yellow", gettext("Đã gửi, chưa xác nhận")),
        "not_yet": ("red", gettext("Chưa báo")),
    }[told.state]
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, text)


@register.simple_tag
def told_words(told: Told) -> str:
    """By which channel and when; when notice counts as given; how often it was tried."""
    said = []
    if told.channel and told.at:
        at = told.at.astimezone(ZONE).strftime("%H:%M %d/%m/%Y")
        said.append(f"{channel(told.channel)}, {at}")
    if told.notice_on:
        said.append(gettext("ngày thông báo %(day)s") % {"day": told.notice_on.strftime("%d/%m/%Y")})
    if told.attempts:
        said.append(gettext("%(count)s lần gửi") % {"count": told.attempts})
    return "; ".join(said)
