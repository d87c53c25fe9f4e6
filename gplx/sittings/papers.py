"""The paper of a sitting: drawn once, kept by name, rebuilt when it is shown or marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gplx.law import knowledge_test
from gplx.law.knowledge_test import PaperRule
from gplx.questions import marking
from gplx.questions import papers as bank
from gplx.questions.papers import Paper
from gplx.sittings.models import Sitting


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a sitting keeps of its paper."""

    versions: list[int]
    digest: str
    rule: dict[str, Any]


def draw(category: str, regime: str, *, seed: str, on: date) -> Drawn:
    """Draw the paper of a class for a day.

    Raises:
        PaperNotKnownError, NoPaperError: the law knows no paper of that class on that day.
        PaperImpossibleError: the bank is too small.

    Source:
        65/2024/TT-BCA art. 6(3).
    """
    rule = knowledge_test.paper_rule(category, regime, on)
    paper = bank.draw(rule, seed=seed, on=on)
    return Drawn(paper.version_ids, paper.digest(), _kept(rule))


def of(sitting: Sitting) -> Paper:
    """The paper of a sitting, as it was drawn.

    Raises:
        PaperChangedError: a question of it is not in the bank.
    """
    rule = knowledge_test.paper_rule(sitting.category, sitting.regime, sitting.held_on)
    return bank.rebuild(rule, seed=sitting.seed, on=sitting.held_on, version_ids=sitting.versions)


def mark(sitting: Sitting, answers: Mapping[int, int]) -> marking.Marked:
    """The paper of a sitting with these last answers, marked.

    Args:
        answers: chosen place by number of the question, both from 1.

    Source:
        65/2024/TT-BCA art. 6(3).
    """
    return marking.mark(of(sitting), dict(answers))


def length(sitting: Sitting, extra_minutes: int) -> timedelta:
    """How long the candidate has: the paper's minutes, and those granted."""
    return timedelta(minutes=sitting.rule["minutes"] + extra_minutes)


def _kept(rule: PaperRule) -> dict[str, Any]:
    return {
        "category": rule.category,
        "questions": rule.questions,
        "minutes": rule.minutes,
        "pass_mark": rule.pass_mark,
        "fatal": rule.fatal,
        "source": str(rule.source),
    }
