"""Which moves a sitting can make, and who makes them."""

from __future__ import annotations

from typing import NamedTuple

from gplx.law.sources import Citation, cite
from gplx.sittings.models import State

_CIRCULAR = "65/2024/TT-BCA"


class Move(NamedTuple):
    """A move from one of some states to another; by the candidate, an examiner, or the clock."""

    origins: frozenset[State]
    to: State
    by: str
    source: Citation


MOVES = {
    "start": Move(frozenset({State.ADMITTED}), State.STARTED, "candidate", cite(_CIRCULAR, "art. 6(3)")),
    "submit": Move(frozenset({State.STARTED}), State.SUBMITTED, "candidate", cite(_CIRCULAR, "art. 6(3)")),
    "time": Move(frozenset({State.STARTED}), State.SUBMITTED, "clock", cite(_CIRCULAR, "art. 6(3)")),
    "sign": Move(frozenset({State.SUBMITTED}), State.SIGNED, "examiner", cite(_CIRCULAR, "art. 7(7), 8")),
    "return": Move(frozenset({State.SIGNED}), State.SUBMITTED, "second examiner", cite(_CIRCULAR, "art. 8")),
    "confirm": Move(frozenset({State.SIGNED}), State.CONFIRMED, "second examiner", cite(_CIRCULAR, "art. 7(7), 8")),
    "absent": Move(frozenset({State.ADMITTED}), State.ABSENT, "examiner", cite(_CIRCULAR, "art. 8")),
}
ENDS = frozenset({State.CONFIRMED, State.ABSENT})
"""From these no move leads on."""
