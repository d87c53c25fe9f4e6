"""What any gateway that carries messages gives back, and the two ways in which it may not."""

from __future__ import annotations

from typing import Any, NamedTuple

from gplx.errors import GatewayUnavailableError

CONNECT_SECONDS, ANSWER_SECONDS = 3, 10
"""How long an outside system may take to be there, and to answer (F29)."""


class Sent(NamedTuple):
    """The provider's answer to a message.

    Attributes:
        outcome: ``accepted``: it will pass the message on. ``delivered``, ``failed``, ``expired``: it knows more.
        answer: its own words, without the person's data.
    """

    outcome: str
    answer: dict[str, Any]


class NoAnswerError(GatewayUnavailableError):
    """The message may have been taken, but no answer came. It is sent again under the same key."""
