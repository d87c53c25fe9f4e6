"""The knowledge test that restores an exhausted licence: its papers, its pass marks, and what a result means.

The wait of seven working days before a new registration is a matter of working days (`gplx.law.working_days`,
65/2024/TT-BCA art. 6(5), 7(3)); the wait before the first test is `gplx.law.profiles`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.licences import Part, Regime, classes, licence_class
from gplx.law.periods import Dated, InForce, NotInForceError, add_months
from gplx.law.sources import Citation, cite

FIRST_DAY = date(2025, 1, 1)

TestPart: TypeAlias = Literal["theory", "simulation"]


class PaperNotKnownError(NotInForceError):
    """No theory paper is known for this day: the rules of before have ended, and the new ones are not entered yet."""


class NoPaperError(LookupError):
    """The class has no theory paper of its own and leads to none."""


class Theory(NamedTuple):
    """The size of a theory paper: one mark a question, `fatal` of them must be right whatever the marks."""

    questions: int
    minutes: int
    pass_mark: int
    fatal: int


@dataclass(frozen=True, slots=True)
class PaperRule:
    """The theory paper of one class on one day.

    Attributes:
        category: the class of 2025 whose paper it is; for an older class, the class it is exchanged into.
        part: the part of a licence whose points the paper restores.
        questions: how many, one mark each.
        minutes: how long the candidate has.
        pass_mark: marks needed, of `questions`.
        fatal: how many of the questions fail the whole paper when answered wrongly.
    """

    category: str
    part: Part
    questions: int
    minutes: int
    pass_mark: int
    fatal: int
    source: Citation


@dataclass(frozen=True, slots=True)
class SimulationRule:
    """The paper of filmed situations for car classes: 0 to `marks_each` marks a situation."""

    situations: int
    minutes: int
    marks_each: int
    pass_mark: int
    source: Citation


@dataclass(frozen=True, slots=True)
class Result:
    """What a marked theory paper means; `failed_because` is empty when it is passed."""

    marks: int
    passed: bool
    failed_because: tuple[Literal["fatal_question", "marks"], ...]
    source: Citation


_THEORY_SOURCE = cite("65/2024/TT-BCA", "art. 6(3)")
_PAPERS_END = date(2027, 7, 1)
"""The present papers run until 2027-06-30; what follows was not seen (105/2026/TT-BCA, secondary source)."""


def _paper(questions: int, minutes: int, pass_mark: int) -> InForce[Theory]:
    return InForce(
        Dated(FIRST_DAY, Theory(questions, minutes, pass_mark, fatal=1), _THEORY_SOURCE),
        # Not known yet: no paper is drawn from this day until its row is entered here (ADR 0050).
        Dated(_PAPERS_END, None, cite("105/2026/TT-BCA", "")),
    )


_LARGEST = _paper(45, 26, 41)
THEORY_PAPERS: dict[str, InForce[Theory]] = {
    "A1": _paper(25, 19, 21),
    "A": _paper(25, 19, 23),
    "B1": _paper(25, 19, 23),
    "B": _paper(30, 20, 27),
    "C1": _paper(35, 22, 32),
    "C": _paper(40, 24, 36),
    "D1": _LARGEST,
    "D2": _LARGEST,
    "D": _LARGEST,
    "BE": _LARGEST,
    "C1E": _LARGEST,
    "CE": _LARGEST,
    "D1E": _LARGEST,
    "D2E": _LARGEST,
    "DE": _LARGEST,
}
"""The theory papers by class of 2025, the lowest class of a part first. Source: 65/2024/TT-BCA art. 6(3)."""

SIMULATION = InForce(
    Dated(
        FIRST_DAY,
        SimulationRule(10, 10, 5, 35, cite("65/2024/TT-BCA", "art. 6(4)")),
        cite("65/2024/TT-BCA", "art. 6(4)"),
    ),
    Dated(date(2026, 7, 1), None, cite("105/2026/TT-BCA", "art. 6(2)")),
)
"""The simulation paper, abolished for the restoration of points from 2026-07-01."""

THEORY_KEPT_MONTHS = InForce(Dated(FIRST_DAY, 12, cite("65/2024/TT-BCA", "art. 6(5)(b)")))


def paper_rule(category: str, regime: str, on: date) -> PaperRule:
    """The theory paper of a class on the day of the test.

    A class of before 2025 sits the paper of the class it is exchanged into; where the holder could choose, the first
    that the text lists.

    Raises:
        UnknownClassError: no such class in that regime.
        NoPaperError: a class of before 2025 that no class of 2025 replaces (A4).
        PaperNotKnownError: a day from 2027-07-01 on, until its rule is entered.
        NotInForceError: a day before 2025-01-01.

    Source:
        65/2024/TT-BCA art. 6(3); 36/2024/QH15 art. 89(3); 105/2026/TT-BCA; ADR 0050.
    """
    known = licence_class(category, regime)
    own = category if regime == "2025" else _replaced_by(category)
    try:
        row = THEORY_PAPERS[own].row_on(on)
    except NotInForceError:
        if on >= _PAPERS_END:
            raise PaperNotKnownError(
                f"the paper of class {own} on {on.isoformat()} is not known: "
                f"65/2024/TT-BCA art. 6(3) was last applied on {last_known_day().isoformat()}"
            ) from None
        raise
    assert row.value is not None
    theory = row.value
    return PaperRule(
        own, known.part, theory.questions, theory.minutes, theory.pass_mark, theory.fatal, row.source
    )  # fmt: skip


def _replaced_by(category: str) -> str:
    conversion = licence_class(category, "pre-2025").conversion
    if conversion is None or not conversion.to:
        raise NoPaperError(f"no class of 2025 replaces the class {category} of before 2025, so it has no paper")
    return conversion.to[0]


def last_known_day() -> date:
    """The last day on which a theory paper is known.

    Source:
        105/2026/TT-BCA (the present papers run until 2027-06-30).
    """
    return date.fromordinal(_PAPERS_END.toordinal() - 1)


def simulation_rule(part: Part, on: date) -> SimulationRule | None:
    """The simulation paper of a part on the day of the test; None where there is none.

    Source:
        65/2024/TT-BCA art. 6(4), 6(5); 105/2026/TT-BCA art. 6(2), 6(5).
    """
    if part == "motorcycle":
        return None
    try:
        return SIMULATION.on(on)
    except NotInForceError:
        return None


def parts_of_test(part: Part, on: date) -> tuple[TestPart, ...]:
    """What is sat, in order; the simulation only after the theory is passed.

    Source:
        65/2024/TT-BCA art. 6(5); 105/2026/TT-BCA art. 6(5).
    """
    return ("theory", "simulation") if simulation_rule(part, on) is not None else ("theory",)


def theory_counts_until(passed_on: date) -> date:
    """The last day on which a theory pass still counts for whoever failed the simulation.

    Source:
        65/2024/TT-BCA art. 6(5)(b); reading 5.
    """
    return add_months(passed_on, THEORY_KEPT_MONTHS.on(passed_on))


def result(rule: PaperRule, *, right: int, fatal_wrong: int) -> Result:
    """What a theory paper comes to.

    Args:
        right: questions answered rightly; an unanswered one is not.
        fatal_wrong: fatal questions not answered rightly.

    Source:
        65/2024/TT-BCA art. 6(3).
    """
    if not 0 <= right <= rule.questions or not 0 <= fatal_wrong <= rule.fatal or right + fatal_wrong > rule.questions:
        raise ValueError(f"no paper of {rule.questions} questions has {right} right and {fatal_wrong} fatal ones wrong")
    because: list[Literal["fatal_question", "marks"]] = []
    if fatal_wrong:
        because.append("fatal_question")
    if right < rule.pass_mark:
        because.append("marks")
    return Result(right, not because, tuple(because), _THEORY_SOURCE)


def category_to_sit(held: Iterable[tuple[str, Regime]], part: Part) -> tuple[str, Regime] | None:
    """Whose paper the holder of several classes of one part sits: that of the highest class.

    Args:
        held: the classes with their regimes that the exhausted licence names.
        part: the part whose points are exhausted.

    Returns:
        The class and its regime; None when no class of that part has a paper.

    Source:
        65/2024/TT-BCA art. 6(3) (silent on several classes): ADR 0050; reading 11.
    """
    ranked: list[tuple[int, int, str, Regime]] = []
    for category, regime in held:
        if licence_class(category, regime).part != part:
            continue
        try:
            own = category if regime == "2025" else _replaced_by(category)
        except NoPaperError:
            continue
        ranked.append((_RANK[own], regime == "2025", category, regime))
    if not ranked:
        return None
    _, _, category, regime = max(ranked)
    return category, regime


_RANK = {known: rank for rank, known in enumerate(THEORY_PAPERS)}


def categories() -> tuple[str, ...]:
    """The classes of 2025 that have a paper, the lowest of each part first.

    Source:
        65/2024/TT-BCA art. 6(3); 36/2024/QH15 art. 57(1).
    """
    return tuple(known.code for known in classes("2025"))
