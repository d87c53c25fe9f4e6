"""What every page knows: the register's day, whether this is a demo, the law it goes by, and unread notices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from gplx import clock
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY, profile
from gplx.portal import holder


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of all pages."""
    under = profile(settings.LAW_PROFILE)
    today = clock.today()
    return {
        "register_today": today,
        "full_points": FULL_BALANCE_POINTS.on(max(today, POINTS_SYSTEM_FIRST_DAY)),
        "is_demo": settings.DEMO,
        "law_profile": under.id,
        "law_title": under.title_en if get_language() == "en" else under.title_vi,
        "unread": lambda: holder.unread_count(request),
    }
