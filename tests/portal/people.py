"""Invented people with a history, made through the register's own doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from gplx.accounts.models import Role, User
from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, IdentityAlias, Licence
from gplx.notices import actions as notices
from gplx.notices.models import Notice
from gplx.sanctions import actions as sanctions
from gplx.sanctions.intake import read_annulment, read_decision

AUTHORITY = "CSGT Mẫu"
_CLASSES = {"car": "B2", "motorcycle": "A1"}


def a_holder(index: int, name: str = "Người Mẫu Một", *, parts: tuple[str, ...] = ("car",)) -> Holder:
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
    IdentityAlias.objects.create(number=f"{index:09d}", holder=holder)
    licence = Licence.objects.create(
        number=f"{790_000_000_000 + index}", holder=holder, issue_date=date(2020, 1, 2), issuing_province="01"
    )
    for part in parts:
        Entitlement.objects.create(
            licence=licence, category=_CLASSES[part], regime="pre-2025", part=part, issue_date=date(2020, 1, 2)
        )
    return holder


def decide(holder: Holder, number: str, effective_on: date, *offences: Any, today: date, **more: Any) -> None:
    """A decision of an authority; an offence is a code or a number of points."""
    licence = holder.licences.get()
    stated = {
        "authority": AUTHORITY,
        "number": number,
        "year": effective_on.year,
        "licence_number": licence.number,
        "holder_name": holder.name,
        "birth_date": holder.birth_date.isoformat(),
        "part": "car",
        "acted_on": effective_on.isoformat(),
        "decided_on": effective_on.isoformat(),
        "effective_on": effective_on.isoformat(),
        "offences": [
            {"code": offence}
            if isinstance(offence, str)
            else {"points": offence}
            if isinstance(offence, int)
            else offence
            for offence in offences
        ],
        **more,
    }
    [outcome] = sanctions.receive([read_decision(stated, today=today)], source="test", today=today)
    assert outcome.state == "recorded", outcome
    deliver()


def annul(number: str, year: int, *, today: date, reason: str = "Sai người") -> None:
    stated = {
        "authority": AUTHORITY,
        "number": number,
        "year": year,
        "document_number": "9/QĐ-HB",
        "annulled_on": today.isoformat(),
        "reason": reason,
    }
    sanctions.annul(read_annulment(stated, today=today), source="test", today=today)
    deliver()


def deliver() -> None:
    """What the worker does."""
    notices.deliver_to_inbox(list(Notice.objects.values_list("id", flat=True)))


def a_user(citizen_number: str = "", role: str = Role.CITIZEN, subject: str = "") -> User:
    subject = subject or citizen_number or role
    return User.objects.create(
        issuer="test",
        subject=subject,
        identity=f"test {subject}",
        role=role,
        display_name="Người Mẫu",
        citizen_number=citizen_number,
    )
