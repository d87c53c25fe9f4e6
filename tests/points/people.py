"""Invented people and facts for the tests of the points room."""

from __future__ import annotations

from datetime import date

from gplx.licences.models import Holder
from gplx.points.actions import NewFact
from gplx.points.models import Entry, FactKind


def people(count: int, *, first: int = 1) -> list[Holder]:
    """So many holders, without licences."""
    return Holder.objects.bulk_create(
        Holder(
            citizen_number=f"001{number:09}",
            name="Người Mẫu",
            name_folded="nguoi mau",
            name_key="x",
            birth_date=date(1999, 1, 1),
            sex="male",
            province_code="01",
        )
        for number in range(first, first + count)
    )


def decision(
    holder_id: int,
    key: str,
    effective_on: date,
    points: int,
    *,
    part: str = "car",
    acted_on: date | None = None,
    drug: bool = False,
) -> NewFact:
    content = {"acted_on": (acted_on or effective_on).isoformat(), "offences": [{"points": points, "drug": drug}]}
    kind = FactKind.DECISION
    return NewFact(holder_id, part, kind, f"decision:{key}", effective_on, content, decision_key=key)


def annulment(holder_id: int, key: str, on: date, *, part: str = "car") -> NewFact:
    return NewFact(holder_id, part, FactKind.ANNULMENT, f"annulment:{key}", on, {}, decision_key=key)


def story(account_id: int) -> list[str]:
    """The entries of an account as a reader would say them."""
    return [
        f"{entry.number}: {entry.takes_effect_on} {entry.kind} {entry.points:+d}"
        + (f" voids {entry.voids.number}" if entry.voids else "")
        for entry in Entry.objects.filter(account=account_id).select_related("voids").order_by("number")
    ]
