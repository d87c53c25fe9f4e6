"""Invented staff and drivers, and a client signed in as each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from django.test import Client

from gplx.accounts.models import Role, User
from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, IdentityAlias, Licence
from gplx.sanctions.actions import receive
from gplx.sanctions.intake import read_decision
from gplx.sanctions.models import Decision

TODAY = date(2026, 11, 22)
AUTHORITY = "Phòng CSGT Mẫu"

_numbers = count(1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


def a_user(role: Role, name: str = "Cán Bộ Mẫu", *, citizen_number: str = "") -> User:
    subject = f"{role}-{next(_numbers)}"
    return User.objects.create(
        issuer="test",
        subject=subject,
        identity=f"test {subject}",
        role=role,
        display_name=name,
        citizen_number=citizen_number,
        unit="Đội Mẫu" if role != Role.CITIZEN else "",
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="gplx.accounts.backends.IdentityBackend")
    return client


def a_holder(
    index: int,
    name: str = "Nguyễn Người Mẫu",
    *,
    birth_date: date = date(1999, 1, 31),
    parts: tuple[str, ...] = ("motorcycle", "car"),
    old_number: str = "",
    **licence: Any,
) -> Holder:
    holder = Holder.objects.create(
        citizen_number=f"001099{index:06d}",
        name=name,
        name_folded=fold(name),
        name_key=sort_key(name),
        birth_date=birth_date,
        sex="male",
        province_code="01",
    )
    if old_number:
        IdentityAlias.objects.create(number=old_number, holder=holder)
    document = Licence.objects.create(
        number=f"{790_000_000_000 + index}",
        holder=holder,
        issue_date=date(2021, 3, 1),
        issuing_province="01",
        **licence,
    )
    for part, category, expiry_date in (("motorcycle", "A1", None), ("car", "B2", date(2031, 3, 1))):
        if part in parts:
            Entitlement.objects.create(
                licence=document,
                category=category,
                regime="pre-2025",
                part=part,
                issue_date=date(2021, 3, 1),
                expiry_date=expiry_date,
            )
    return holder


def stated(**changes: Any) -> dict[str, Any]:
    """A decision about the first driver as an authority states it; `None` leaves a field out."""
    value = {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "licence_number": "790000000001",
        "holder_name": "Nguyễn Người Mẫu",
        "birth_date": "1999-01-31",
        "part": "car",
        "acted_on": "2026-11-01",
        "decided_on": "2026-11-02",
        "effective_on": "2026-11-03",
        "offences": [{"points": 4}],
        **changes,
    }
    return {name: content for name, content in value.items() if content is not None}


def told(**changes: Any) -> Decision:
    """A decision the register was told by an authority."""
    outcome = receive([read_decision(stated(**changes))], source="client:test")[0]
    return Decision.objects.get(pk=outcome.decision_id)


@pytest.fixture
def holder(db: None) -> Holder:
    return a_holder(1)


@pytest.fixture
def patrol(db: None) -> User:
    return a_user(Role.ROADSIDE, "Cán Bộ Tuần Tra")


@pytest.fixture
def officer(db: None) -> User:
    return a_user(Role.CASE_OFFICER, "Cán Bộ Xử Lý Một")


@pytest.fixture
def colleague(db: None) -> User:
    return a_user(Role.CASE_OFFICER, "Cán Bộ Xử Lý Hai")


@pytest.fixture
def desk(officer: User) -> Client:
    return signed_in(officer)


@pytest.fixture
def other_desk(colleague: User) -> Client:
    return signed_in(colleague)


@pytest.fixture
def road(patrol: User) -> Client:
    return signed_in(patrol)


Opens = Callable[..., str]


@pytest.fixture
def open_look() -> Opens:
    """Look a person up and return the address of the page."""

    def opened(client: Client, query: str = "790000000001", **changes: str) -> str:
        asked = {"query": query, "purpose": "roadside_check", "reference": "", **changes}
        answer = client.post("/desk/tra-cuu", asked)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    return opened
