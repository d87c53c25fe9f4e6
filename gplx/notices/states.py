"""Which moves an errand may make, and the words for why it came to its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gplx.notices.models import ErrandState as State

TRIES_MAX = 6
"""So often a message is tried before a person has to look (I17)."""
BACK_OFF_SECONDS = (30, 120, 600, 1800, 7200, 21600)
"""How long to wait after the first, second, … try; also how long a try may last before another may begin."""
ANSWER_HOURS_MAX = 72
"""A provider that took a message and says nothing more for so long will not: the attempt has expired."""


class Move(NamedTuple):
    """From which states an errand may come, and the one it goes to."""

    of: frozenset[State]
    to: State


_OPEN = frozenset({State.WAITING, State.SENT})
MOVES: Mapping[str, Move] = {
    "hand_over": Move(frozenset({State.WAITING}), State.SENT),
    "finish": Move(_OPEN | {State.DEAD}, State.DONE),
    "bury": Move(_OPEN, State.DEAD),
    "retry": Move(frozenset({State.DEAD}), State.WAITING),
    "handle": Move(frozenset({State.DEAD}), State.DONE),
}

CAUSES = frozenset(
    {
        "confirmed",  # the person was reached already, so nothing is left to do
        "next_channel",  # this one failed, another one goes on
        "contact_ended",  # the address was replaced before anything was sent to it
        "rejected",  # the provider said no
        "unavailable",  # the provider did not answer, time and again
        "no_answer",  # the provider took it and never said what became of it
        "returned",  # the letter came back
        "handled",  # a person looked at it
    }
)
