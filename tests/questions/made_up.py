"""Questions made up for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from gplx.questions.actions import NewVersion
from gplx.questions.content import Content, Option
from gplx.questions.models import Origin

PLAIN = Content(
    topic="rules",
    groups=("motorcycle", "car"),
    is_fatal=False,
    text_vi="Câu hỏi thử?",
    text_en="A question to try?",
    options=(Option("Đúng.", "Right."), Option("Sai.", "Wrong."), Option("Cũng sai.", "Wrong too.")),
    correct=0,
    why_vi="Vì luật nói vậy.",
    why_en="Because the law says so.",
    sources=(("36/2024/QH15", "art. 10(1)"),),
    valid_from=date(2025, 1, 1),
)


def version(key: str = "thu-01", origin: str = Origin.OFFICIAL, **changed: Any) -> NewVersion:
    return NewVersion(key, origin, replace(PLAIN, **changed))
