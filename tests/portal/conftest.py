"""Fixtures of the citizen's pages: a day that stands still, a person with a history, and him signed in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gplx.licences.models import Holder
from tests.portal.people import a_holder, a_user, decide

TODAY = date(2026, 11, 22)


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, _quiet_days: None) -> date:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    return TODAY


@pytest.fixture
def holder(db: None, today: date) -> Holder:
    """A person with 8 points left: a red light on 10/03/2026."""
    person = a_holder(1)
    decide(person, "12/QĐ-XPHC", date(2026, 3, 10), "168/2024:6.9.b", today=date(2026, 3, 10))
    return person


@pytest.fixture
def citizen(client: Client, holder: Holder) -> Client:
    """The holder, signed in."""
    client.force_login(a_user(holder.citizen_number or ""), backend="gplx.accounts.backends.IdentityBackend")
    return client
