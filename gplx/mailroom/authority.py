"""Who signs the register's papers: the letterhead of this installation."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEMO_NOTE = "Bản thử nghiệm: người và dữ liệu đều bịa ra, không có giá trị pháp lý."


def letterhead() -> dict[str, Any]:
    """Authority and place as the settings name them, and in a demo the word that all of it is invented."""
    return {
        "authority": {"superior": settings.AUTHORITY_SUPERIOR, "name": settings.AUTHORITY},
        "place": settings.AUTHORITY_PLACE,
        "foot": DEMO_NOTE if settings.DEMO else "",
    }
