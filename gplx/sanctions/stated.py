"""What an authority states, once it is read without a fault: a decision, an annulment, an amendment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal, TypeAlias

import orjson

from gplx.law.text import plain

Part: TypeAlias = Literal["motorcycle", "car"]
Key: TypeAlias = tuple[str, str, int]
"""Authority, number and year: what makes a decision that decision."""


@dataclass(frozen=True, slots=True)
class StatedRevocation:
    """The decision also revokes the right to use the licence; both days belong to it (reading 10)."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class StatedDecision:
    """A sanction decision as its authority states it, read without a fault.

    Attributes:
        offences: `{"code": …}` or `{"points": …, "drug": …}`, as stated; may be empty with a revocation only.
        part: whose points it concerns; empty only for a foreign licence, which has none (reading 21).
        findings: what is worth saying about it although it is accepted.
    """

    authority: str
    number: str
    year: int
    licence_number: str
    foreign_licence: bool
    holder_name: str
    birth_date: date
    part: Part | Literal[""]
    acted_on: date
    decided_on: date
    effective_on: date
    offences: tuple[dict[str, Any], ...]
    revocation: StatedRevocation | None
    place: str
    findings: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.authority, self.number, self.year

    @property
    def digest(self) -> str:
        """SHA-256 of the content. Neither the case of a name nor the order of offences makes another decision."""
        revocation = self.revocation
        content = [
            *self.key,
            self.licence_number,
            self.foreign_licence,
            plain(self.holder_name),
            self.birth_date,
            self.part,
            self.acted_on,
            self.decided_on,
            self.effective_on,
            sorted(orjson.dumps(offence, option=orjson.OPT_SORT_KEYS).decode() for offence in self.offences),
            revocation and [revocation.first_day, revocation.last_day],
            self.place,
        ]
        return sha256(orjson.dumps(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class StatedAnnulment:
    """An authority annulled a decision of its own; the decision is named by its key."""

    authority: str
    number: str
    year: int
    document_number: str
    annulled_on: date
    reason: str

    @property
    def key(self) -> Key:
        return self.authority, self.number, self.year


@dataclass(frozen=True, slots=True)
class StatedAmendment:
    """An amended decision: an annulment and a new decision with its own number (reading 17)."""

    annulment: StatedAnnulment
    decision: StatedDecision
