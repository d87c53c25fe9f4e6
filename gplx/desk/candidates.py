"""Whom a quarantined decision may mean: what agrees, what differs, in words and letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from gplx.law.text import fold
from gplx.licences import queries as licences
from gplx.licences.models import Holder, Licence
from gplx.sanctions import queries as sanctions
from gplx.sanctions.models import Decision


class Piece(NamedTuple):
    """A run of characters, the same in both or not."""

    text: str
    same: bool


@dataclass(frozen=True)
class Comparison:
    """A decision beside one person.

    Attributes:
        number, birth_date, name: does it agree? The name is compared without diacritics and case.
        parts: the parts he holds a class of.
        licence: the person's licence nearest to the number of the decision.
        number_pieces, name_pieces: what the register has, cut where it differs from the decision.
    """

    licence: Licence | None
    number: bool
    birth_date: bool
    name: bool
    part_held: bool
    parts: tuple[str, ...]
    number_pieces: tuple[Piece, ...]
    name_pieces: tuple[Piece, ...]

    def licence_is(self, typed: str) -> bool:
        """Is this the licence of the number an officer typed?"""
        return self.licence is not None and self.licence.number == licences.tidy_number(typed)

    @property
    def differences(self) -> int:
        return (not self.number) + (not self.birth_date) + (not self.name) + (not self.part_held)


def people(decision: Decision, typed: str = "") -> list[Holder]:
    """The licence's holder, everybody of that name and birth day, and the holder of a number an officer typed."""
    found = sanctions.candidates(decision)
    licence = licences.by_number(licences.tidy_number(typed)) if typed else None
    if licence is not None and licence.holder not in found:
        found.append(licence.holder)
    return found


def compare(decision: Decision, holder: Holder) -> Comparison:
    """What agrees between a decision and one person, and where they differ."""
    held = list(holder.licences.all())
    licence = max(held, key=lambda one: _nearness(one.number, decision.licence_number), default=None)
    number = licence.number if licence is not None else ""
    parts = [part.value for part in licences.parts_of(holder.pk)]
    return Comparison(
        licence=licence,
        number=number == decision.licence_number,
        birth_date=holder.birth_date == decision.birth_date,
        name=holder.name_folded == fold(decision.holder_name),
        part_held=not decision.part or decision.part in parts,
        parts=tuple(parts),
        number_pieces=_pieces(number, decision.licence_number, number, decision.licence_number),
        name_pieces=_pieces(holder.name, decision.holder_name, *_comparable(holder.name, decision.holder_name)),
    )


def _nearness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _comparable(one: str, other: str) -> tuple[str, str]:
    """Names without diacritics, of the same length as before, so that the differing letters can be shown."""
    folded = ["".join(fold(letter) or " " for letter in name) for name in (one, other)]
    return folded[0], folded[1]


def _pieces(shown: str, other: str, comparable: str, other_comparable: str) -> tuple[Piece, ...]:
    if len(comparable) != len(shown):  # a letter that folds to several: show the name whole
        return (Piece(shown, fold(shown) == fold(other)),)
    if len(comparable) == len(other_comparable):  # digits that were mistyped stand in their places
        same = [one == another for one, another in zip(comparable, other_comparable, strict=True)]
        runs = groupby(zip(shown, same, strict=True), key=lambda pair: pair[1])
        return tuple(Piece("".join(letter for letter, _ in run), agrees) for agrees, run in runs)
    blocks = SequenceMatcher(None, comparable, other_comparable, autojunk=False).get_matching_blocks()
    pieces: list[Piece] = []
    at = 0
    for block in blocks:
        if block.a > at:
            pieces.append(Piece(shown[at : block.a], False))
        if block.size:
            pieces.append(Piece(shown[block.a : block.a + block.size], True))
        at = block.a + block.size
    return tuple(pieces)
