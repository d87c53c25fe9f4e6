"""Letters that wait: people without any electronic way, told of deductions."""

from __future__ import annotations

from datetime import date

import pytest

from gplx.accounts.models import Role
from gplx.licences.models import Holder
from gplx.notices import errand_actions
from tests.portal.people import a_holder, a_user, decide, deliver

TODAY = date(2026, 11, 22)
TEXTS = ("168/2024:6.9.b", 2, 3, 4, 6, 8)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, _quiet_days: None) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


def waiting(count: int, *, first: int = 100, province_code: str = "01") -> list[Holder]:
    """People whose letters wait to be taken into a batch."""
    people = []
    for number in range(first, first + count):
        person = a_holder(number, f"Mẫu Thị Ươm {number}")
        Holder.objects.filter(pk=person.pk).update(province_code=province_code, address="Số 1, phố Mẫu, phường Mẫu")
        decide(person, f"{number}/QĐ-XPHC", TODAY, TEXTS[number % len(TEXTS)], today=TODAY)
        people.append(person)
    deliver()
    errand_actions.paper_due()
    return people


@pytest.fixture
def officer(db: None) -> int:
    return a_user(role=Role.CASE_OFFICER, subject="mailroom").pk
