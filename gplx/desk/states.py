"""Which moves a proposed annulment can make, and who makes them."""

from __future__ import annotations

from typing import NamedTuple

from gplx.desk.models import ProposalState


class Move(NamedTuple):
    """A move from one state to another."""

    origin: ProposalState
    to: ProposalState


MOVES = {
    "confirm": Move(ProposalState.WAITING, ProposalState.CONFIRMED),
    "decline": Move(ProposalState.WAITING, ProposalState.DECLINED),
}
