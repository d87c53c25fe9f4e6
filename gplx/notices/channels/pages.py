"""The two channels that are pages of the register: the person's own inbox, and the traffic police's page."""

from __future__ import annotations

from gplx.law.notices import INBOX, SITE
from gplx.notices.catalogue import Text


class Inbox:
    """The portal's inbox: the text is frozen there (`notices.models.Delivery`), and opening it is noted."""

    name = INBOX
    by_gateway = False

    def compose(self, text: Text, code: str) -> str:
        return ""


class Site:
    """The traffic police's page: whoever knows three facts about a licence sees the titles of its notices there."""

    name = SITE
    by_gateway = False

    def compose(self, text: Text, code: str) -> str:
        return ""
