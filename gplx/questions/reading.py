"""What is read aloud of a question: the question, then each answer behind its number."""

from __future__ import annotations

from gplx.questions.models import QuestionVersion
from gplx.questions.pictures import PICTURES

_NUMBERED = {"vi": "Phương án {}: {}", "en": "Answer {}: {}"}
_DRAWING = {"vi": "Hình vẽ: {}", "en": "The drawing: {}"}


def text(version: QuestionVersion, language: str, order: tuple[int, ...] | None = None) -> str:
    """A question as it is spoken, in `vi` or `en`; in Vietnamese where it has no English.

    Args:
        order: the options as the candidate sees them (`papers.Asked.order`); None: as they are written.
    """
    spoken = language if language in _NUMBERED and (language == "vi" or version.text_en) else "vi"
    parts = [version.text_en if spoken == "en" else version.text_vi]
    picture = PICTURES.get(version.picture)
    if picture is not None:
        parts.append(_DRAWING[spoken].format(picture.alt(spoken)))
    for place, index in enumerate(order or range(len(version.options)), start=1):
        parts.append(_NUMBERED[spoken].format(place, version.options[index][spoken] or version.options[index]["vi"]))
    return "\n".join(parts)
