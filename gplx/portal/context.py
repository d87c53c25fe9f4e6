"""What every page knows: the register's day, whether this is a demo, and the language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from gplx import clock


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of all pages."""
    return {"register_today": clock.today(), "is_demo": settings.DEMO, "law_profile": settings.LAW_PROFILE}
