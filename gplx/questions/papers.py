"""Papers: drawn from the bank by a seed, the same everywhere and at any time; stored as names, and rebuilt.

Nothing here depends on the chance of a process or a version of Python: whatever is chosen or put in order goes by the
SHA-256 of the seed and of what is chosen (`_rank`; ADR 0051).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from gplx.errors import RegisterError
from gplx.law.knowledge_test import PaperRule
from gplx.questions import queries
from gplx.questions.classes import asked_of
from gplx.questions.models import QuestionVersion, Topic
from gplx.questions.pictures import PICTURES, Picture

SEED_LENGTH_MAX = 200

SHARES: dict[Topic, int] = {
    Topic.RULES: 24,
    Topic.SIGNS: 20,
    Topic.SITUATIONS: 12,
    Topic.SPEED: 10,
    Topic.LICENCE: 12,
    Topic.LOAD: 7,
    Topic.VEHICLE: 5,
    Topic.ALCOHOL: 4,
    Topic.ACCIDENT: 3,
    Topic.ETHICS: 3,
}
"""Of a hundred questions that are not fatal, how many are of a topic (ADR 0051; the law says nothing of it)."""


class PaperImpossibleError(RegisterError):
    """The bank has too few questions for this paper."""


class PaperChangedError(RegisterError):
    """A stored paper cannot be rebuilt: a question it names is not in the bank."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a paper.

    Attributes:
        number: its place in the paper, from 1.
        version: what is asked.
        order: the options in the order in which this candidate sees them, as indices into `version.options`.
    """

    number: int
    version: QuestionVersion
    order: tuple[int, ...]

    @property
    def right_choice(self) -> int:
        """The place of the right answer as the candidate sees it, from 1."""
        return self.order.index(self.version.correct) + 1

    def text(self, language: str) -> str:
        """The question in `vi` or `en`; in Vietnamese where it has no English."""
        return (self.version.text_en if language == "en" else "") or self.version.text_vi

    def options(self, language: str) -> tuple[str, ...]:
        """The answers in the candidate's order, in `vi` or `en`; in Vietnamese where they have no English."""
        chosen = [self.version.options[index] for index in self.order]
        return tuple(option[language] or option["vi"] for option in chosen)

    def picture(self) -> Picture | None:
        """The drawing that belongs to the question."""
        return PICTURES.get(self.version.picture)


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions one candidate answers, in order, under one rule."""

    rule: PaperRule
    seed: str
    on: date
    asked: tuple[Asked, ...]

    @property
    def version_ids(self) -> list[int]:
        """What to store, beside seed and day, so that the paper can be rebuilt."""
        return [one.version.pk for one in self.asked]

    def digest(self) -> str:
        """SHA-256 over what is asked and in which order, in hex; it names content, not rows of a database."""
        lines = [f"{self.rule.category} {self.on.isoformat()}"]
        for one in self.asked:
            order = "".join(map(str, one.order))
            lines.append(f"{one.version.question.key} {one.version.digest} {order}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def draw(rule: PaperRule, *, seed: str, on: date) -> Paper:
    """The paper of a class that a seed makes of the bank as it stands on a day.

    The same rule, seed and questions give the same paper in every process; versions recorded later can change what a
    seed draws, so a sitting stores `version_ids` and rebuilds its paper from them.

    Args:
        rule: `gplx.law.knowledge_test.paper_rule(category, regime, on)`.
        seed: any text that is not empty, such as the sitting's own random token; never shown to the candidate before.
        on: the day of the test: which versions are asked.

    Raises:
        PaperImpossibleError: too few questions, or too few fatal ones.
    """
    if not seed or len(seed) > SEED_LENGTH_MAX:
        raise ValueError(f"a seed has 1 to {SEED_LENGTH_MAX} characters")
    pool = asked_of(rule.category, queries.asked_on(on))
    fatal = _ranked("fatal", seed, (version for version in pool if version.is_fatal))[: rule.fatal]
    others = _composed(seed, [version for version in pool if not version.is_fatal], rule.questions - rule.fatal)
    if len(fatal) < rule.fatal or len(others) < rule.questions - rule.fatal:
        raise PaperImpossibleError(
            f"The bank has {len(others)} questions and {len(fatal)} fatal ones for class {rule.category} on "
            f"{on.isoformat()}; the paper needs {rule.questions - rule.fatal} and {rule.fatal}."
        )
    return _paper(rule, seed, on, _ranked("order", seed, [*fatal, *others]))


def rebuild(rule: PaperRule, *, seed: str, on: date, version_ids: Sequence[int]) -> Paper:
    """The paper that was drawn, from what was stored of it.

    Raises:
        PaperChangedError: a version is not in the bank.
    """
    known = {version.pk: version for version in queries.versions(version_ids)}
    if len(known) != len(set(version_ids)) or len(version_ids) != rule.questions:
        raise PaperChangedError(f"Of the {len(version_ids)} questions of a stored paper {len(known)} are in the bank.")
    return _paper(rule, seed, on, [known[version_id] for version_id in version_ids])


def line_up(versions: Iterable[QuestionVersion], *, seed: str) -> tuple[Asked, ...]:
    """Any questions in an order that a seed makes, each with its answers in an order of its own."""
    return tuple(
        Asked(number, version, _option_order(seed, version))
        for number, version in enumerate(_ranked("order", seed, versions), start=1)
    )


def quotas(number: int) -> dict[Topic, int]:
    """How many of a number of questions are of each topic: by `SHARES`, what is left over to the largest remainders."""
    whole = sum(SHARES.values())
    exact = {topic: divmod(number * share, whole) for topic, share in SHARES.items()}
    given = {topic: count for topic, (count, _) in exact.items()}
    left = number - sum(given.values())
    for topic in sorted(exact, key=lambda topic: -exact[topic][1])[:left]:
        given[topic] += 1
    return given


def _composed(seed: str, pool: Sequence[QuestionVersion], number: int) -> list[QuestionVersion]:
    """So many questions by the topics' shares; what a topic lacks is made up from all the others."""
    ranked = _ranked("choice", seed, pool)
    chosen: list[QuestionVersion] = []
    for topic, count in quotas(number).items():
        chosen += [version for version in ranked if version.topic == topic][:count]
    taken = {version.question_id for version in chosen}
    rest = [version for version in ranked if version.question_id not in taken]
    return chosen + rest[: number - len(chosen)]


def _paper(rule: PaperRule, seed: str, on: date, versions: Iterable[QuestionVersion]) -> Paper:
    asked = tuple(
        Asked(number, version, _option_order(seed, version)) for number, version in enumerate(versions, start=1)
    )
    return Paper(rule, seed, on, asked)


def _option_order(seed: str, version: QuestionVersion) -> tuple[int, ...]:
    places = range(len(version.options))
    return tuple(sorted(places, key=lambda place: _rank("options", seed, version, str(place))))


def _ranked(purpose: str, seed: str, versions: Iterable[QuestionVersion]) -> list[QuestionVersion]:
    return sorted(versions, key=lambda version: _rank(purpose, seed, version))


def _rank(purpose: str, seed: str, version: QuestionVersion, more: str = "") -> bytes:
    """Where something comes in an order that the seed makes: the SHA-256 of lengths and texts, compared as bytes."""
    parts = [purpose, seed, version.question.key, version.digest, more]
    return hashlib.sha256("".join(f"{len(part)}:{part}," for part in parts).encode()).digest()
