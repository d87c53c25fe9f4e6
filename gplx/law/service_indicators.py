"""How the service of public offices is measured: was a dossier on time, and what share of them was.

The measure is not the limit: here the time of a supplement is taken out, and a second request makes the dossier late.
The document that explains the formulas was read in a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.portal_codes import PortalStatus

Reason: TypeAlias = Literal[
    "finished", "stopped", "not_received", "withdrawn", "waits_for_supplement", "unfinished", "second_supplement"
]

FULL_MARKS: dict[str, int] = {
    "transparency": 18,
    "progress": 20,
    "online_provision": 12,
    "online_payment": 10,
    "digitisation": 22,
    "satisfaction": 18,
}
"""The six groups of indicators and their full marks. Source: 766/QĐ-TTg."""

SUPPLEMENTS_MAX = 1
"""How many requests for a supplement a dossier may have and still be on time. Source: 766/QĐ-TTg."""


class Reached(NamedTuple):
    """A state that a dossier reached, and when; instants are all with a time zone, or all without."""

    status: PortalStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Whether a dossier was on time.

    Attributes:
        ended_at: what is compared with the appointed return, before the waiting is taken out.
        waited: how long a supplement was waited for.
        by: why it ended there.
    """

    on_time: bool
    ended_at: datetime
    waited: timedelta
    by: Reason


def timeliness(appointed: datetime, reached: Sequence[Reached], *, period_end: datetime) -> Timeliness | None:
    """Was a dossier on time? None for one that was withdrawn before it was received: it is not counted.

    It ends with the moment of "finished", else "result returned", else "stopped", "not received" or, when it had been
    received, "withdrawal asked". While a supplement is waited for it ends with the request. Unfinished ones are
    compared with the end of the period.

    Source:
        766/QĐ-TTg (progress).
    """
    seen = sorted((one for one in reached if one.at <= period_end), key=lambda one: one.at)
    asked = [one.at for one in seen if one.status is PortalStatus.SUPPLEMENT_REQUESTED]
    found = _end(seen, period_end)
    if found is None:
        return None
    ended_at, by = found
    waited = _waited(seen, ended_at)
    if len(asked) > SUPPLEMENTS_MAX:
        return Timeliness(False, ended_at, waited, "second_supplement")
    return Timeliness(ended_at - waited <= appointed, ended_at, waited, by)


def percentage(part: int, whole: int) -> Decimal | None:
    """A share in per cent, to two decimals; None ("not applicable") of nothing.

    Source:
        766/QĐ-TTg (rounding, zero denominators).
    """
    if whole == 0:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _end(seen: Sequence[Reached], period_end: datetime) -> tuple[datetime, Reason] | None:
    first = {one.status: one.at for one in reversed(seen)}
    for status in (PortalStatus.FINISHED, PortalStatus.RETURNED):
        if status in first:
            return first[status], "finished"
    if PortalStatus.STOPPED in first:
        return first[PortalStatus.STOPPED], "stopped"
    if PortalStatus.NOT_RECEIVED in first:
        return first[PortalStatus.NOT_RECEIVED], "not_received"
    if PortalStatus.WITHDRAWAL_ASKED in first:
        at = first[PortalStatus.WITHDRAWAL_ASKED]
        was_received = PortalStatus.RECEIVED in first and first[PortalStatus.RECEIVED] <= at
        return (at, "withdrawn") if was_received else None
    if seen and seen[-1].status is PortalStatus.SUPPLEMENT_REQUESTED:
        return seen[-1].at, "waits_for_supplement"
    return period_end, "unfinished"


def _waited(seen: Sequence[Reached], ended_at: datetime) -> timedelta:
    """From each request for a supplement to the state after it, up to the end."""
    waited = timedelta()
    for one, following in pairwise(seen):
        if one.status is PortalStatus.SUPPLEMENT_REQUESTED and one.at < ended_at:
            waited += min(following.at, ended_at) - one.at
    return waited
