"""Reads of the question bank."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gplx.law.text import fold, plain
from gplx.questions.classes import asked_of
from gplx.questions.models import QuestionVersion


def asked_on(day: date) -> list[QuestionVersion]:
    """The version of each question that is asked on a day, in the order of the questions' names.

    Of the versions that have begun the one that began last counts, and of two that began on one day the one recorded
    last; it is not asked once it has ended or was withdrawn.
    """
    begun = (
        QuestionVersion.objects.filter(valid_from__lte=day)
        .select_related("question")
        .order_by("question__key", "-valid_from", "-number")
        .distinct("question__key")
    )
    return [
        version
        for version in begun
        if not version.is_withdrawn and (version.valid_to is None or day <= version.valid_to)
    ]


def search(
    day: date, *, text: str = "", topic: str = "", category: str = "", origin: str = "", picture: str = ""
) -> list[QuestionVersion]:
    """The questions asked on a day that meet every condition given.

    Args:
        text: words in any order, each the beginning of a word of the question, its answers or its key. Where the words
            as typed find something, only that counts; else diacritics are ignored.
        category: a class of 2025 that may be asked them.
        picture: `yes` or a drawing's key: only questions with a drawing, or with that one.
    """
    found = asked_on(day)
    if category:
        found = asked_of(category, found)
    found = [
        version
        for version in found
        if (not topic or version.topic == topic)
        and (not origin or version.question.origin == origin)
        and (not picture or (version.picture if picture == "yes" else version.picture == picture))
    ]
    return _matching(found, text)


_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def _matching(found: list[QuestionVersion], text: str) -> list[QuestionVersion]:
    wanted = [f" {word}" for word in _WORD.findall(plain(text))]
    if not wanted:
        return found
    exact = [version for version in found if all(word in _said(version) for word in wanted)]
    if exact:
        return exact
    folded = [fold(word) for word in wanted]
    return [version for version in found if all(f" {word}" in _folded(version) for word in folded)]


def _folded(version: QuestionVersion) -> str:
    return f" {' '.join(_WORD.findall(version.text_folded))}"


def _said(version: QuestionVersion) -> str:
    options = " ".join(f"{option['vi']} {option['en']}" for option in version.options)
    said = f"{version.question.key} {version.text_vi} {version.text_en} {options} {version.why_vi} {version.why_en}"
    return f" {' '.join(_WORD.findall(plain(said)))}"


def history(key: str) -> list[QuestionVersion]:
    """All versions of a question, the latest recording first; empty for a name nobody knows."""
    return list(QuestionVersion.objects.filter(question__key=key).select_related("question").order_by("-number"))


def versions(version_ids: Iterable[int]) -> list[QuestionVersion]:
    """Versions by their ids, in no order."""
    return list(QuestionVersion.objects.filter(pk__in=list(version_ids)).select_related("question"))
