"""Template tags of the question bank: a drawing with its description, names of topics and vehicles."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from gplx.law.sources import Citation, cite
from gplx.questions import names
from gplx.questions.models import QuestionVersion
from gplx.questions.pictures import PICTURES

register = template.Library()


@register.simple_tag
def drawing(key: str) -> SafeString:
    """The drawing of a key, described in the reader's language; nothing without one."""
    picture = PICTURES.get(key)
    if picture is None:
        return SafeString("")
    kind = "situation" if key.startswith("sa-hinh") else "sign"
    return format_html(
        '<img class="app-drawing app-drawing--{}" src="{}" alt="{}">',
        kind,
        static(picture.path),
        picture.alt(get_language() or "vi"),
    )


@register.filter
def topic_name(topic: str) -> str:
    """What a topic is called."""
    return str(names.TOPICS.get(topic, topic))


@register.filter
def group_names(groups: list[str]) -> str:
    """The vehicles of a question, in words."""
    return ", ".join(str(names.GROUPS.get(group, group)) for group in groups)


@register.filter
def origin_name(origin: str) -> str:
    """Whose question it is."""
    return str(names.ORIGINS.get(origin, origin))


@register.filter
def outcome_name(outcome: str) -> str:
    """What becomes of a row of a file."""
    return str(names.OUTCOMES.get(outcome, outcome))


@register.filter
def asked_text(version: QuestionVersion) -> str:
    """The question in the reader's language; in Vietnamese where it has no English."""
    return (version.text_en if get_language() == "en" else "") or version.text_vi


@register.filter
def sources_of(version: QuestionVersion) -> list[Citation]:
    """Where the right answer stands."""
    return [cite(instrument, locator) for instrument, locator in version.sources]
