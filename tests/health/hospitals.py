"""Hospitals, people and messages for the tests of health certificates."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from gplx.gateways.sandbox import hospital as sandbox
from gplx.gateways.sandbox.hospital import Hospital
from gplx.health import actions, facility_actions, message
from gplx.health.actions import Outcome
from gplx.licences import actions as licences
from gplx.licences.actions import NewEntitlement, NewHolder, NewLicence
from gplx.licences.models import Holder

TODAY = date(2026, 11, 25)
BORN = date(1985, 2, 1)
NUMBER = "999085000001"


@cache
def hospital() -> Hospital:
    return sandbox.new_hospital()


@cache
def stranger() -> Hospital:
    """Another authority with a certificate of the same code."""
    return sandbox.new_hospital()


def register(one: Hospital | None = None) -> int:
    """Register a hospital with its authority and certificate; its number."""
    one = one or hospital()
    facility_actions.add_anchor("CA", one.authority_pem)
    facility = facility_actions.add_facility(
        code=one.code, name=one.name, province_code="01", active_from=date(2016, 1, 1)
    )
    facility_actions.add_signing_certificate(facility.pk, one.certificate_pem)
    return facility.pk


def fields(holder: Holder | None = None, /, **more: Any) -> dict[str, str]:
    told = {
        "name": holder.name if holder else "Nguyễn Văn Mẫu",
        "birth_date": holder.birth_date if holder else BORN,
        "identity_number": (holder.citizen_number if holder else None) or NUMBER,
        "concluded_on": date(2026, 11, 1),
        "number": "00015/GKSKLX/99001/26",
        **more,
    }
    return sandbox.fields(hospital(), **told)


def signed(stated: dict[str, str], **more: Any) -> dict[str, str]:
    return sandbox.message(hospital(), stated, **more)


def receive(sent: dict[str, str], today: date = TODAY) -> Outcome:
    """What the register does with a message, by its own reader."""
    given = dict(sent)
    data = given.pop("SIGNDATA")
    return actions.receive_signed(message.read(given, today=today), data, source="client-test", today=today)


def a_holder(
    number: str = "999085000002",
    name: str = "Lê Văn Mẫu",
    *,
    born: date = BORN,
    parts: tuple[str, ...] = ("car", "motorcycle"),
) -> Holder:
    """A person with a licence of these parts."""
    classes = {"car": "B2", "motorcycle": "A1"}
    made = licences.register(
        NewHolder(name, born, "male", "01", number),
        NewLicence(
            f"79{number[2:]}",
            date(2020, 1, 2),
            "01",
            tuple(NewEntitlement(classes[part], "pre-2025", date(2020, 1, 2)) for part in parts),
        ),
    )
    return made.holder
