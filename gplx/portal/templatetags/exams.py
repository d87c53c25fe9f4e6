"""Template tags of the pages about the knowledge test."""

from __future__ import annotations

from datetime import date, datetime

from django import template

from gplx.clock import ZONE
from gplx.portal.exam_page import WEEKDAYS

register = template.Library()


@register.filter
def weekday(value: date) -> str:
    """The day of the week in words."""
    return str(WEEKDAYS[value.weekday()])


@register.filter
def hour(value: datetime) -> str:
    """The hour of an instant in Viet Nam."""
    return value.astimezone(ZONE).strftime("%H:%M")
