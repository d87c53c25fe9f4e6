"""Machine clients with their tokens, an invented person with a licence, and decisions about him."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.test import Client

from gplx.accounts import tokens
from gplx.accounts.models import MachineClient
from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, Licence

TODAY = date(2026, 11, 22)
AUTHORITY, OTHER_AUTHORITY = "CSGT-MAU-01", "CSGT-MAU-02"
NUMBER = "790000000001"
WHY = {"HTTP_ACCESS_PURPOSE": "roadside_check", "HTTP_ACCESS_REFERENCE": "TT-2026-000123"}


class Machine(NamedTuple):
    """A client of the API, its token, and calls in its name."""

    client_id: str
    secret: str
    token: str
    web: Client

    def get(self, path: str, **headers: Any) -> Any:
        return self.web.get(path, HTTP_AUTHORIZATION=f"Bearer {self.token}", **headers)

    def post(self, path: str, value: object, **headers: Any) -> Any:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        given: dict[str, Any] = {"content_type": "application/json", **headers}
        return self.web.post(path, body, HTTP_AUTHORIZATION=f"Bearer {self.token}", **given)


def machine(scopes: list[str] | None = None, authority: str = AUTHORITY) -> Machine:
    """A new client with a token for all of its scopes."""
    made = tokens.create_client("Hệ thống Mẫu", authority, scopes or list(tokens.SCOPES))
    issued = tokens.issue(MachineClient.objects.get(client_id=made.client_id))
    return Machine(made.client_id, made.secret, issued.token, Client())


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture
def police(db: None) -> Machine:
    """A client of the penalty authority with every scope."""
    return machine()


@pytest.fixture
def other_police(db: None) -> Machine:
    """The same of another authority."""
    return machine(authority=OTHER_AUTHORITY)


@pytest.fixture
def holder(db: None) -> Holder:
    """A person with both parts of a licence."""
    return a_holder()


def a_holder(index: int = 1, parts: tuple[str, ...] = ("car", "motorcycle")) -> Holder:
    """A person whose licence has a class of each of these parts."""
    name = "Người Mẫu Một"
    made = Holder.objects.create(
        citizen_number=f"001099{index:06d}",
        name=name,
        name_folded=fold(name),
        name_key=sort_key(name),
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )
    licence = Licence.objects.create(
        number=f"{790_000_000_000 + index}", holder=made, issue_date=date(2020, 1, 2), issuing_province="01"
    )
    for part in parts:
        Entitlement.objects.create(
            licence=licence,
            category={"car": "B2", "motorcycle": "A1"}[part],
            regime="pre-2025",
            part=part,
            issue_date=date(2020, 1, 2),
        )
    return made


def a_decision(**changes: Any) -> dict[str, Any]:
    """A decision of the first authority about the first person; `None` leaves a field out."""
    stated = {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "licence_number": NUMBER,
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


def faults(response: Any) -> list[tuple[str, str]]:
    """The fields and codes of a problem."""
    return [(one["field"], one["code"]) for one in response.json().get("fields", [])]
