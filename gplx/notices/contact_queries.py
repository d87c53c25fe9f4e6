"""Reads of contacts: where a person is told besides the inbox, and what waits to be confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from gplx.notices.contact_actions import offered
from gplx.notices.models import Contact, ContactKind


class Place(NamedTuple):
    """One kind of contact of a person.

    Attributes:
        address: the confirmed one; None: there is none.
        waiting: an address that a code was sent to and that is not confirmed yet.
    """

    kind: ContactKind
    address: str | None
    confirmed_at: datetime | None
    waiting: str | None


def places(holder_id: int) -> list[Place]:
    """Each kind of contact that this installation can write to, or that the person has."""
    rows = list(Contact.objects.filter(holder_id=holder_id, ended_at=None))
    confirmed = {row.kind: row for row in rows if row.confirmed_at is not None}
    waiting = {row.kind: row.address for row in rows if row.confirmed_at is None}
    shown = []
    for kind in ContactKind:
        row = confirmed.get(kind)
        if kind in offered() or row is not None:
            shown.append(
                Place(kind, row.address if row else None, row.confirmed_at if row else None, waiting.get(kind))
            )
    return shown
