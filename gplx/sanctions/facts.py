"""What a decision or an annulment tells the points register, and the lock under which both are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from zlib import crc32

from gplx import database
from gplx.points.actions import NewFact
from gplx.points.models import FactKind
from gplx.sanctions.models import Decision
from gplx.sanctions.stated import Key, StatedDecision

# Decisions of one bucket of keys come in side by side, an annulment comes in alone: otherwise a decision and its
# annulment could pass each other unseen, and the annulment would wait for ever.
_BUCKETS, _LOCK_CLASS = 64, 0x53414E43
_LOCK = """
    SELECT CASE WHEN alone THEN pg_advisory_xact_lock(%(class)s::int, bucket)::text
                ELSE pg_advisory_xact_lock_shared(%(class)s::int, bucket)::text END
    FROM unnest(%(buckets)s::int[], %(alone)s::bool[]) AS wanted (bucket, alone)
"""


def lock_keys(*, shared: Iterable[Key] = (), alone: Iterable[Key] = ()) -> None:
    """Hold the buckets of these keys until the transaction ends, taken in one fixed order."""
    wanted = {**dict.fromkeys(map(_bucket, shared), False), **dict.fromkeys(map(_bucket, alone), True)}
    buckets = sorted(wanted)
    alone_in = [wanted[bucket] for bucket in buckets]
    database.send(_LOCK, {"class": _LOCK_CLASS, "buckets": buckets, "alone": alone_in})


def _bucket(key: Key) -> int:
    return crc32("|".join(map(str, key)).encode()) % _BUCKETS


def fact_of(decision: StatedDecision | Decision, holder_id: int, part: str, recorded_on: date) -> NewFact:
    """What a decision tells the points register. One that revokes takes no points: revocation wins.

    Source:
        168/2024 art. 5(2), 50; readings 4, 10.
    """
    key = f"{decision.authority}|{decision.number}|{decision.year}"
    decision_key = f"{decision.number}/{decision.year}/{decision.authority}"
    revoked = _revoked(decision)
    if revoked is not None:
        first_day, last_day = revoked
        content: dict[str, Any] = {"to": last_day.isoformat()}
        return NewFact(
            holder_id, part, FactKind.REVOCATION, f"revocation:{key}", first_day, content, decision_key, recorded_on
        )
    content = {
        "acted_on": decision.acted_on.isoformat(),
        "decided_on": decision.decided_on.isoformat(),
        "offences": list(decision.offences),
    }
    return NewFact(
        holder_id, part, FactKind.DECISION, f"decision:{key}", decision.effective_on, content, decision_key, recorded_on
    )


def _revoked(decision: StatedDecision | Decision) -> tuple[date, date] | None:
    revocation = decision.revocation
    if revocation is None:
        return None
    if isinstance(revocation, dict):
        return date.fromisoformat(revocation["from"]), date.fromisoformat(revocation["to"])
    return revocation.first_day, revocation.last_day


def replaced_by(annulment: NewFact, key: Key) -> NewFact:
    """An annulment that is one half of an amendment names the decision that takes the place of the annulled one."""
    authority, number, year = key
    return annulment._replace(content={"replaced_by": f"{number}/{year}/{authority}"})


def annulment_fact(key: Key, holder_id: int, part: str, recorded_on: date) -> NewFact:
    """What an annulment tells the points register: the decision was never there.

    Source:
        reading 17.
    """
    authority, number, year = key
    natural_key, decision_key = f"annulment:{authority}|{number}|{year}", f"{number}/{year}/{authority}"
    return NewFact(holder_id, part, FactKind.ANNULMENT, natural_key, recorded_on, {}, decision_key, recorded_on)
