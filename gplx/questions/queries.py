"""Reads of the question bank."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

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


def versions(version_ids: Iterable[int]) -> list[QuestionVersion]:
    """Versions by their ids, in no order."""
    return list(QuestionVersion.objects.filter(pk__in=list(version_ids)).select_related("question"))
