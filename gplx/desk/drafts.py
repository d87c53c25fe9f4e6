"""Answers between a form and its check page. They live in the officer's session, never in an address or a hidden field.

So nothing that was checked can be changed on the way (B34), and what was sent twice is recognised (B36).
"""

from __future__ import annotations

import secrets
from typing import Any, TypedDict

from django.contrib.sessions.backends.base import SessionBase

KEPT_MAX = 12
_PLACE = "desk_drafts"


class Draft(TypedDict):
    """What was answered, and the row it became once it was sent."""

    kind: str
    value: dict[str, Any]
    became: int | None


def keep(session: SessionBase, kind: str, value: dict[str, Any], *, name: str | None = None) -> str:
    """Keep answers under a new name, or replace those of a name that is still open."""
    drafts: dict[str, Draft] = session.get(_PLACE, {})
    old = drafts.pop(name, None) if name else None
    if name is None or old is None or old["became"] is not None:
        name = secrets.token_urlsafe(9)
    drafts[name] = {"kind": kind, "value": value, "became": None}
    session[_PLACE] = dict(list(drafts.items())[-KEPT_MAX:])
    return name


def get(session: SessionBase, kind: str, name: str) -> Draft | None:
    """The answers of that name, None where there are none of that kind."""
    draft: Draft | None = session.get(_PLACE, {}).get(name)
    return draft if draft is not None and draft["kind"] == kind else None


def sent(session: SessionBase, name: str, row: int) -> None:
    """Remember what the answers became; the answers themselves are no longer kept."""
    drafts = session[_PLACE]
    drafts[name] = {"kind": drafts[name]["kind"], "value": {}, "became": row}
    session[_PLACE] = drafts
