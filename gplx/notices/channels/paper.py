"""Paper: a letter that the mailroom prints and posts or hands over, and whose way it reports."""

from __future__ import annotations

from gplx.law.notices import PAPER
from gplx.notices.catalogue import Text


class Paper:
    """An attempt on paper is made when the letter is due; `notices.actions.report` is told what became of it."""

    name = PAPER
    by_gateway = False

    def compose(self, text: Text, code: str) -> str:
        return ""
