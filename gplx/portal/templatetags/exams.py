"""Template tags of the pages about the knowledge test."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils.translation import gettext

from gplx.clock import ZONE
from gplx.dossiers.models import State
from gplx.portal.exam_page import STATES, WEEKDAYS

register = template.Library()


@register.filter
def weekday(value: date) -> str:
    """The day of the week in words."""
    return str(WEEKDAYS[value.weekday()])


@register.filter
def hour(value: datetime) -> str:
    """The hour of an instant in Viet Nam."""
    return value.astimezone(ZONE).strftime("%H:%M")


@register.filter
def dossier_state(value: str) -> str:
    """Where a dossier stands, in words."""
    return str(STATES[State(value)][0])


@register.filter
def session_change(name: str) -> str:
    """What was done with a session."""
    return {
        "proposed": gettext("đã lập"),
        "changed": gettext("đã đổi số chỗ"),
        "published": gettext("đã công bố"),
        "moved": gettext("đã dời"),
        "cancelled": gettext("đã hủy"),
    }[name]
