"""Citations in the reader's language: "168/2024 art. 50(1)(b)" is "điểm b khoản 1 Điều 50 Nghị định 168/2024/NĐ-CP".

The law room writes citations in one short form; people read them here.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_lazy

_NAMES = {
    "36/2024/QH15": gettext_lazy("Luật Trật tự, an toàn giao thông đường bộ 2024"),
    "168/2024": gettext_lazy("Nghị định 168/2024/NĐ-CP"),
    "238/2026": gettext_lazy("Nghị định 238/2026/NĐ-CP"),
    "91/2015/QH13": gettext_lazy("Bộ luật Dân sự 2015"),
    "65/2024/TT-BCA": gettext_lazy("Thông tư 65/2024/TT-BCA"),
    "105/2026/TT-BCA": gettext_lazy("Thông tư 105/2026/TT-BCA"),
    "36/2024/TT-BYT": gettext_lazy("Thông tư 36/2024/TT-BYT"),
    "draft-2024-10": gettext_lazy("Dự thảo Nghị định tháng 10/2024"),
    "seed 003": gettext_lazy("Dự thảo Nghị định tháng 10/2024 (theo báo chí)"),
}
_READING = re.compile(r"reading (\d+)")
_ARTICLE = re.compile(r"art\. (\w+)((?:\(\w+\))*)")
_PART = re.compile(r"\((\w+)\)")


def spoken(citation: str) -> str:
    """A citation as a reader would look it up; what is not recognised stays as it is."""
    found = _READING.fullmatch(citation)
    if found:
        return gettext("Cách hiểu số %(number)s") % {"number": found[1]}
    name = max((known for known in _NAMES if citation.startswith(known)), key=len, default=None)
    if name is None:
        return citation
    rest = citation.removeprefix(name).strip()
    return f"{_place(rest)} {_NAMES[name]}".strip()


def _place(locator: str) -> str:
    found = _ARTICLE.fullmatch(locator)
    if not found:
        return locator
    parts = _PART.findall(found[2])
    words = gettext("Điều %(article)s") % {"article": found[1]}
    if parts:
        words = gettext("khoản %(clause)s %(rest)s") % {"clause": parts[0], "rest": words}
    if len(parts) > 1:
        words = gettext("điểm %(point)s %(rest)s") % {"point": parts[1], "rest": words}
    return words


def article_of(code: str) -> str:
    """The place in the decree that a code of the catalogue names; empty for rows of the draft."""
    decree, _, rest = code.partition(":")
    if decree not in _NAMES or not rest:
        return ""
    article, *parts = rest.split(".")
    return f"{_place(f'art. {article}' + ''.join(f'({part})' for part in parts))} {_NAMES[decree]}"
