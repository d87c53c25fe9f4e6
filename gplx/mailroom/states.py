"""Which moves a letter may make, and what each reports about the attempt to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gplx.mailroom.models import LetterState as State


class Move(NamedTuple):
    """From which states a letter may come ("" waits in no batch yet), where it goes, and what the attempt is told."""

    of: frozenset[str]
    to: State
    outcome: str | None


MOVES: Mapping[str, Move] = {
    "take": Move(frozenset({""}), State.IN_BATCH, None),
    "post": Move(frozenset({State.IN_BATCH}), State.POSTED, "accepted"),
    "deliver": Move(frozenset({State.POSTED}), State.DELIVERED, "delivered"),
    "return": Move(frozenset({State.POSTED}), State.RETURNED, "returned"),
    "hand_over": Move(frozenset({"", State.IN_BATCH, State.POSTED, State.RETURNED}), State.HANDED_OVER, "delivered"),
}
