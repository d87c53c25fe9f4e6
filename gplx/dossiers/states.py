"""Which moves a dossier can make, from where, who makes them, and on which provision (I11, T03)."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, get_args

from gplx.accounts.models import User
from gplx.dossiers.models import Channel, State
from gplx.law.sources import Citation, cite

ActorKind: TypeAlias = Literal["applicant", "officer", "client", "test_system", "rule"]
ACTOR_KINDS: tuple[ActorKind, ...] = get_args(ActorKind)


class Actor(NamedTuple):
    """Who makes a move: a user by his number, a machine client by its identifier, or a rule of the register.

    Attributes:
        name: role and unit as the citizen may see it; never the name of a person.
    """

    kind: ActorKind
    id: str = ""
    name: str = ""


RULE = Actor("rule")
"""The register itself, by its rules."""


def applicant(user: User) -> Actor:
    """The person whose dossier it is."""
    return Actor("applicant", str(user.pk))


def officer(user: User) -> Actor:
    """A member of staff, shown to the citizen by role and unit."""
    return Actor("officer", str(user.pk), ", ".join(filter(None, (str(user.get_role_display()), user.unit))))


class Move(NamedTuple):
    """A move from some states to one, by some kinds of actors. No origin: the first move of a dossier."""

    origins: frozenset[State]
    to: State
    by: frozenset[ActorKind]
    source: Citation


def _move(origins: set[State], to: State, by: set[ActorKind], source: Citation) -> Move:
    return Move(frozenset(origins), to, frozenset(by), source)


_ASKED = cite("65/2024/TT-BCA", "art. 7(1)-(2)")
_HELD = cite("65/2024/TT-BCA", "art. 8")
_RESULT = cite("65/2024/TT-BCA", "art. 7(7)")
_OURS = cite("ADR", "0046")

MOVES: dict[str, Move] = {
    "submit": _move(set(), State.REGISTERED, {"applicant", "officer", "client"}, _ASKED),
    "accept": _move({State.REGISTERED}, State.RECEIVED, {"officer", "rule"}, _HELD),
    "ask_supplement": _move({State.REGISTERED}, State.SUPPLEMENT, {"officer"}, _ASKED),
    "supplement": _move({State.SUPPLEMENT}, State.REGISTERED, {"applicant", "officer", "client"}, _ASKED),
    "refuse": _move({State.REGISTERED, State.SUPPLEMENT}, State.REFUSED, {"officer", "rule"}, _ASKED),
    "withdraw": _move(
        {State.REGISTERED, State.SUPPLEMENT, State.RECEIVED},
        State.WITHDRAWN,
        {"applicant", "officer", "client"},
        _ASKED,
    ),
    "admit": _move({State.RECEIVED}, State.IN_PROCESS, {"officer", "test_system"}, _HELD),
    "stop": _move({State.REGISTERED, State.SUPPLEMENT, State.RECEIVED}, State.STOPPED, {"officer", "rule"}, _OURS),
    "finish": _move(
        {State.RECEIVED, State.IN_PROCESS}, State.FINISHED, {"officer", "client", "test_system", "rule"}, _RESULT
    ),
    "hand_over": _move({State.FINISHED}, State.RETURNED, {"officer", "test_system", "rule"}, _RESULT),
}
"""Every move there is. `dossiers.actions._move` makes no other."""

PORTAL_STATUS: dict[State, int] = {
    State.REGISTERED: 1,
    State.RECEIVED: 2,
    State.REFUSED: 3,
    State.IN_PROCESS: 4,
    State.SUPPLEMENT: 5,
    State.WITHDRAWN: 7,
    State.STOPPED: 8,
    State.FINISHED: 9,
    State.RETURNED: 10,
}
"""The status codes of the National Public Service Portal. 6, a payment asked for, belongs to dossiers with a fee."""

PORTAL_CHANNEL: dict[Channel, int] = {Channel.COUNTER: 1, Channel.ONLINE: 2, Channel.POST: 3}
"""The channel codes of the National Public Service Portal."""
