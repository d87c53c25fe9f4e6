"""Which questions the paper of a class may ask: those of every vehicle the class lets one drive."""

from __future__ import annotations

from collections.abc import Iterable

from gplx.questions.models import Group, QuestionVersion

_GROUPS: dict[str, tuple[Group, ...]] = {
    "A1": (Group.MOTORCYCLE,),
    "A": (Group.MOTORCYCLE,),
    "B1": (Group.MOTORCYCLE,),
    "B": (Group.CAR,),
    "C1": (Group.CAR, Group.TRUCK),
    "C": (Group.CAR, Group.TRUCK),
    "D1": (Group.CAR, Group.TRUCK, Group.BUS),
    "D2": (Group.CAR, Group.TRUCK, Group.BUS),
    "D": (Group.CAR, Group.TRUCK, Group.BUS),
    "BE": (Group.CAR, Group.TRAILER),
    "C1E": (Group.CAR, Group.TRUCK, Group.TRAILER),
    "CE": (Group.CAR, Group.TRUCK, Group.TRAILER),
    "D1E": (Group.CAR, Group.TRUCK, Group.BUS, Group.TRAILER),
    "D2E": (Group.CAR, Group.TRUCK, Group.BUS, Group.TRAILER),
    "DE": (Group.CAR, Group.TRUCK, Group.BUS, Group.TRAILER),
}
"""The vehicles each class lets one drive; a question of any of them may be asked."""


def asked_of(category: str, versions: Iterable[QuestionVersion]) -> list[QuestionVersion]:
    """Those of some questions that a class of 2025 may be asked."""
    groups = set(_GROUPS[category])
    return [version for version in versions if groups & set(version.groups)]


def groups_of(category: str) -> tuple[Group, ...]:
    """The vehicles whose questions the class of 2025 is asked."""
    return _GROUPS[category]
