"""Reads of the wallet: what a person carries, and how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.db.models import Max

from gplx.wallet import publication, status_list
from gplx.wallet.models import Credential, Publication, Standing


class Carried(NamedTuple):
    """What one phone got of one part, in whichever forms.

    Attributes:
        batches: what to name when it is to be ended.
    """

    part: str
    wallet: str
    issued_at: datetime
    expires_at: datetime
    forms: list[str]
    batches: list[UUID]
    ended_at: datetime | None
    ending: str


def is_suspended(holder_id: int, part: str) -> bool:
    """Whether an electronic licence of this part says "suspended", as far as points and revocations go."""
    return Standing.objects.filter(holder_id=holder_id, part=part, suspended=True).exists()


def carried(holder_id: int, *, ended_max: int = 10) -> list[Carried]:
    """Every phone with an electronic licence of this person, newest first; of those that ended the last ones."""
    rows = Credential.objects.filter(holder_id=holder_id).order_by("-pk")
    found: dict[tuple[object, ...], Carried] = {}
    for row in rows:
        minute = row.issued_at.replace(second=0)
        same = (row.part, row.wallet, row.ending, row.ended_at, minute if row.ended_at else None)
        known = found.setdefault(
            same,
            Carried(row.part, row.wallet, row.issued_at, row.expires_at, [], [], row.ended_at, row.ending),
        )
        if row.get_form_display() not in known.forms:
            known.forms.append(row.get_form_display())
        if row.batch not in known.batches:
            known.batches.append(row.batch)
    live = [one for one in found.values() if one.ended_at is None]
    return [*live, *[one for one in found.values() if one.ended_at is not None][:ended_max]]


def published_at(holder_id: int) -> datetime | None:
    """When the lists that this person's electronic licences stand in were put out last: the oldest of them."""
    lists = Credential.objects.filter(holder_id=holder_id, ended_at__isnull=True).values("status_list")
    lasts = Publication.objects.filter(status_list__in=lists).values("status_list").annotate(at=Max("issued_at"))
    return min((row["at"] for row in lasts), default=None)


class Published(NamedTuple):
    """What the last lists say of a person's electronic licences of one part.

    Attributes:
        status: None when there are none, or when a list with one of them is not out yet.
        at: when the oldest of these lists was put out.
    """

    credentials: int
    status: Literal["valid", "suspended"] | None
    at: datetime | None


def published(holder_id: int, part: str) -> Published:
    """What whoever checks is told now; "suspended" when any of them is."""
    live = list(
        Credential.objects.filter(holder_id=holder_id, part=part, ended_at__isnull=True).select_related("status_list")
    )
    said, dates = [], []
    for name in {one.status_list.name for one in live}:
        last = publication.latest(name)
        if last is None:
            return Published(len(live), None, None)
        case = status_list.read(last.jwt.encode(), uri=publication.uri(name), at=last.issued_at, anchors=())
        statuses = case.statuses()
        said += [statuses[one.index] for one in live if one.status_list.name == name]
        dates.append(last.issued_at)
    if not said:
        return Published(0, None, None)
    return Published(len(live), "suspended" if status_list.SUSPENDED in said else "valid", min(dates))
