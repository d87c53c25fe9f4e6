"""A verification is a table of named checks, and every one of them is made: a credential is genuine if none fails.

Checks do not build on each other, so that the answer names everything that is wrong and not only the first thing. A
check that cannot be made has failed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import cbor2
from cryptography.exceptions import UnsupportedAlgorithm

from gplx.wallet.errors import UnreadableError

CaseT = TypeVar("CaseT")

# What odd data brings about in code that reads it. Anything else is a fault of ours and surfaces.
_CANNOT_BE_MADE = (
    UnreadableError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    cbor2.CBORError,
    UnsupportedAlgorithm,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed, in both languages."""

    check: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Check(Generic[CaseT]):
    """One thing that must hold of a case; the texts say what is wrong when it does not."""

    name: str
    vi: str
    en: str
    holds: Callable[[CaseT], bool]


class Checks(Generic[CaseT]):
    """The checks of one form, in the order in which they are told."""

    def __init__(self) -> None:
        self.by_name: dict[str, Check[CaseT]] = {}

    def add(self, name: str, vi: str, en: str) -> Callable[[Callable[[CaseT], bool]], Callable[[CaseT], bool]]:
        """Take a function in as the check of this name."""

        def take(holds: Callable[[CaseT], bool]) -> Callable[[CaseT], bool]:
            if name in self.by_name:
                raise ValueError(f"There are two checks named {name}.")
            self.by_name[name] = Check(name, vi, en, holds)
            return holds

        return take

    def findings(self, case: CaseT) -> list[Finding]:
        """The checks that fail; empty when the case is as it must be."""
        return [Finding(each.name, each.vi, each.en) for each in self.by_name.values() if not _holds(each, case)]


def _holds(check: Check[CaseT], case: CaseT) -> bool:
    try:
        return bool(check.holds(case))
    except _CANNOT_BE_MADE:
        return False
