"""Invented people and their licences, and decisions about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, Licence
from gplx.sanctions.intake import StatedDecision, read_decision

TODAY = date(2026, 11, 22)
AUTHORITY = "CSGT-01"


def a_holder(index: int, name: str = "Người Mẫu Một", *, parts: tuple[str, ...] = ("car", "motorcycle")) -> Holder:
    """A person with one licence that has a class of each of these parts."""
    holder = Holder.objects.create(
        citizen_number=f"001099{index:06d}",
        name=name,
        name_folded=fold(name),
        name_key=sort_key(name),
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )
    licence = Licence.objects.create(
        number=f"{790_000_000_000 + index}", holder=holder, issue_date=date(2020, 1, 2), issuing_province="01"
    )
    classes = {"car": "B2", "motorcycle": "A1"}
    for part in parts:
        Entitlement.objects.create(
            licence=licence, category=classes[part], regime="pre-2025", part=part, issue_date=date(2020, 1, 2)
        )
    return holder


def a_decision(**changes: Any) -> dict[str, Any]:
    """A decision about the first person, as an authority states it; `None` leaves a field out."""
    stated = {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "licence_number": "790000000001",
        "holder_name": "Người Mẫu Một",
        "birth_date": "1999-01-01",
        "part": "car",
        "acted_on": "2026-11-01",
        "decided_on": "2026-11-02",
        "effective_on": "2026-11-03",
        "offences": [{"points": 4}],
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not None}


def read(**changes: Any) -> StatedDecision:
    return read_decision(a_decision(**changes), today=TODAY)


@pytest.fixture
def holder(db: None) -> Holder:
    return a_holder(1)


@pytest.fixture
def holders(db: None) -> Callable[[int], list[Holder]]:
    return lambda count: [a_holder(index) for index in range(1, count + 1)]
