"""Citations in the reader's language: "168/2024 art. 50(1)(b)" is "điểm b khoản 1 Điều 50 Nghị định 168/2024/NĐ-CP".

The law room writes citations in one short form, the notices room says them in both languages; a page needs one.
"""

from __future__ import annotations

from django.utils.translation import get_language, gettext

from gplx.notices.wording import Said, article


def chosen(said: Said) -> str:
    """What is said in two languages, in the page's."""
    return said.en if get_language() == "en" else said.vi


def spoken(citation: str) -> str:
    """A citation as a reader would look it up."""
    if citation.startswith("reading "):
        return gettext("Cách hiểu số %(number)s") % {"number": citation.removeprefix("reading ")}
    return chosen(article(citation))


def article_of(code: str) -> str:
    """The place in the decree that a code of the catalogue names; empty for rows of the draft."""
    decree, _, place = code.partition(":")
    number, *parts = place.split(".")
    if decree != "168/2024" or not number:
        return ""
    return spoken(f"{decree} art. {number}" + "".join(f"({part})" for part in parts))
