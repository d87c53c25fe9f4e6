"""Marking: one mark a question, and what the whole comes to under the rule of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gplx.law import knowledge_test
from gplx.law.knowledge_test import Result
from gplx.law.sources import Citation, cite
from gplx.questions.papers import Asked, Paper


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """One question of a marked paper, with what the candidate may read afterwards.

    Attributes:
        choice: the place that was chosen, as the candidate saw it, from 1; None without an answer.
        sources: where the right answer stands.
    """

    asked: Asked
    choice: int | None
    sources: tuple[Citation, ...]

    @property
    def is_right(self) -> bool:
        return self.choice == self.asked.right_choice

    @property
    def is_fatal(self) -> bool:
        return self.asked.version.is_fatal

    def why(self, language: str) -> str:
        """Why the right answer is right, in `vi` or `en`."""
        return why(self.asked, language)


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked paper."""

    answers: tuple[MarkedAnswer, ...]
    result: Result
    pass_mark: int

    @property
    def marks(self) -> int:
        return self.result.marks

    @property
    def passed(self) -> bool:
        return self.result.passed

    @property
    def fatal_wrong(self) -> bool:
        return "fatal_question" in self.result.failed_because


def mark(paper: Paper, answers: Mapping[int, int | None]) -> Marked:
    """Mark a paper.

    Args:
        answers: the chosen place by the number of the question, both from 1 and as the candidate saw them; a question
            that is left out or has None is not answered, and so not right.

    Raises:
        ValueError: an answer to a question the paper does not have, or a place the question does not have.

    Source:
        65/2024/TT-BCA art. 6(3).
    """
    known = {one.number: one for one in paper.asked}
    for number, choice in answers.items():
        if number not in known:
            raise ValueError(f"the paper has no question {number}")
        if choice is not None and not 1 <= choice <= len(known[number].order):
            raise ValueError(f"question {number} has no answer {choice}")
    marked = tuple(MarkedAnswer(one, answers.get(one.number), sources(one)) for one in paper.asked)
    right = sum(answer.is_right for answer in marked)
    fatal_wrong = sum(answer.is_fatal and not answer.is_right for answer in marked)
    return Marked(
        marked, knowledge_test.result(paper.rule, right=right, fatal_wrong=fatal_wrong), paper.rule.pass_mark
    )  # fmt: skip


def why(asked: Asked, language: str) -> str:
    """Why the right answer of a question is right, in `vi` or `en`; in Vietnamese where it has no English."""
    return (asked.version.why_en if language == "en" else "") or asked.version.why_vi


def sources(asked: Asked) -> tuple[Citation, ...]:
    """Where the right answer of a question stands."""
    return tuple(cite(instrument, locator) for instrument, locator in asked.version.sources)
