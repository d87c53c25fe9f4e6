"""Until when a dossier is answered: working days from its receipt; a supplement stops the clock and begins it anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gplx.dossiers.models import Dossier, Kind, Move, State
from gplx.law import exams, working_days
from gplx.law.periods import InForce
from gplx.law.working_days import Counted, Half

LIMITS: dict[str, InForce[int]] = {Kind.RESTORATION_TEST: exams.ANSWER_HALF_DAYS}
"""How many half working days each kind of dossier may wait for its answer (ADR 0047)."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a dossier is to be answered, and why then.

    Attributes:
        received_on: the working day it counts as received on: the day it was submitted or supplemented, or the next
            working day after that.
        counted: every day passed over; empty while the clock stands.
        stopped_on: the day on which something was asked for and has not come yet; the clock stands.
        answered_on: the day of the answer; the clock has ended.
    """

    received_on: date
    counted: Counted
    restarts: int
    stopped_on: date | None
    answered_on: date | None

    @property
    def due_on(self) -> date:
        return self.counted.last_day

    @property
    def half(self) -> Half:
        return self.counted.end.half

    def is_late(self, today: date) -> bool:
        """Has the day passed without an answer, or was the answer too late?"""
        if self.stopped_on is not None:
            return self.stopped_on > self.due_on
        return (self.answered_on or today) > self.due_on


def due(dossier: Dossier, moves: Sequence[Move] | None = None, *, today: date) -> Due | None:
    """The clock of a dossier; None for a kind that has no limit.

    Args:
        moves: its steps in their order, where the caller has them.
    """
    limit = LIMITS.get(dossier.kind)
    if limit is None:
        return None
    moves = list(dossier.moves.order_by("number")) if moves is None else moves
    began, restarts, stopped, answered = dossier.opened_on, 0, None, None
    for move in moves:
        if move.name == "supplement":
            began, restarts, stopped = move.on, restarts + 1, None
        elif move.to == State.SUPPLEMENT:
            stopped = move.on
        elif move.number > 1 and answered is None and move.to != State.REGISTERED:
            answered = move.on
    received = working_days.next_working_day(began, provisional=True)
    counted = working_days.add_half_days(received, limit.on(received), provisional=True)
    return Due(received, counted, restarts, stopped, answered)
