"""The channels by which a notice reaches a person, behind one interface: what each one shows, and what it can confirm.

`inbox` and `site` are pages of the register itself and have delivered with their row. `email` and `sms` go out by a
gateway, from `notices.tasks` only. `paper` is carried by the mailroom, which reports what became of the letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from gplx.law import notices as law
from gplx.notices.catalogue import Text


class Message(NamedTuple):
    """What a gateway is given to send.

    Attributes:
        key: the provider's idempotency key, or the Message-ID.
        title: the subject of an e-mail; empty for a short message.
    """

    key: str
    address: str
    title: str
    text: str


class Channel(Protocol):
    """One way of telling."""

    name: str
    by_gateway: bool
    """Whether messages leave through a gateway; the others are pages of the register, or paper."""

    def compose(self, text: Text, code: str) -> str:
        """What is sent, word by word; empty where the text of the inbox is shown.

        Args:
            code: the notice's code, by which the person finds it in the portal.
        """
        ...


def _channels() -> Mapping[str, Channel]:
    from gplx.notices.channels.email import Email
    from gplx.notices.channels.pages import Inbox, Site
    from gplx.notices.channels.paper import Paper
    from gplx.notices.channels.sms import Sms

    known: tuple[Channel, ...] = (Inbox(), Site(), Email(), Sms(), Paper())
    return {channel.name: channel for channel in known}


CHANNELS = _channels()
assert tuple(CHANNELS) == law.CHANNELS
