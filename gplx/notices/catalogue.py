"""What the register tells a person, in Vietnamese and English: the texts of all rooms, and how one is written.

Each text names what was done and why (decision, act, article), the balance before and after where there is one, and
what to do next. It speaks of points, and of a revocation where one holds; that a document is valid is not for a notice
to say. A text that was told is kept word by word as evidence (`notices.models.Delivery`), with the version it was
written under: whoever changes a wording in `texts`, in `phrases` or in `wording` raises the file's `VERSION`.

Source:
    36/2024/QH15 art. 58(1) and 168/2024 art. 50(3)(a): the person is told of each deduction; seed 003: and of each
    restoration.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, NamedTuple

from gplx.notices import texts
from gplx.notices.wording import Wording


class Text(NamedTuple):
    """One notice as the person reads it. A text has one paragraph a line."""

    title_vi: str
    text_vi: str
    title_en: str
    text_en: str


def _collected() -> tuple[dict[str, Wording], dict[str, str]]:
    """Every kind of notice with its wording, and with the version of its file."""
    kinds: dict[str, Wording] = {}
    versions: dict[str, str] = {}
    for found in sorted(pkgutil.iter_modules(texts.__path__), key=lambda module: module.name):
        file = importlib.import_module(f"{texts.__name__}.{found.name}")
        if twice := kinds.keys() & file.KINDS.keys():
            raise ValueError(f"{found.name} words a kind of notice that another file words: {', '.join(sorted(twice))}")
        kinds |= file.KINDS
        versions |= dict.fromkeys(file.KINDS, f"{found.name}-{file.VERSION}")
    return kinds, versions


KINDS, _VERSIONS = _collected()


def version(kind: str) -> str:
    """Under which version of its texts a kind of notice is written now, such as ``points-2``."""
    return _VERSIONS[kind]


def write(kind: str, content: dict[str, Any]) -> Text:
    """The text of one notice.

    Args:
        kind: one of `KINDS`.
        content: what was kept with the notice. Of an entry, `points.difference.told`: on, points, before, balance,
            part, sources, and where they apply decision, offence, restores_on, exhaustion, voided, because, restated
            (the decision was told before), revoked_until (a revocation holds on the day of telling). `now` is there
            when lines that changed something were known already: what follows is then said of the day of telling.
            Of other messages, what their wording names (`wording.plain_words`).

    Raises:
        LookupError: no such kind, or its wording names something that the content does not tell.
    """
    wordings = KINDS[kind]
    if content.get("now") and wordings.followed is not None:
        wordings = wordings.followed
    words = wordings.words(content)
    return Text(
        _paragraphs((wordings.title_vi,), words),
        _paragraphs(wordings.vi, words),
        _paragraphs((wordings.title_en,), words),
        _paragraphs(wordings.en, words),
    )


def _paragraphs(paragraphs: tuple[str, ...], words: dict[str, Any]) -> str:
    filled = [paragraph.format_map(words).strip() for paragraph in paragraphs]
    return "\n".join(paragraph[0].upper() + paragraph[1:] for paragraph in filled if paragraph)
