"""What a facility sent counts by itself: the registration is accepted at once, by rule (ADR 0046)."""

from __future__ import annotations

from datetime import date

import pytest

from gplx.dossiers.models import State
from gplx.exams import eligibility
from gplx.exams.registering import NotEligibleError
from gplx.notices.models import Notice
from tests.exams.people import TODAY, a_session, exhausted, registered
from tests.health import hospitals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


def test_every_condition_known_to_be_met_is_accepted_by_rule() -> None:
    holder, session = exhausted(), a_session()
    hospitals.register()
    hospitals.receive(hospitals.signed(hospitals.fields(holder)), today=TODAY)
    registration = registered(holder, session, certificate="")
    assert registration.dossier.state == State.RECEIVED
    assert registration.certificate == "00015/GKSKLX/99001/26"
    moves = list(registration.dossier.moves.order_by("number").values_list("name", "actor_kind"))
    assert moves == [("submit", "applicant"), ("accept", "rule")]
    told = Notice.objects.filter(holder=holder, entry__isnull=True, kind__startswith="test_").order_by("pk")
    assert [notice.kind for notice in told] == ["test_registered", "test_session"]


def test_a_certificate_that_runs_out_before_the_session_does_not_count() -> None:
    holder = exhausted()
    hospitals.register()
    old = hospitals.fields(holder, concluded_on=date(2025, 12, 2), number="00014/GKSKLX/99001/25")
    hospitals.receive(hospitals.signed(old), today=TODAY)
    right, late = a_session(date(2026, 12, 2)), a_session(date(2026, 12, 3))

    def state(on: date) -> str:
        found = {one.code: one.state for one in eligibility.look(holder, "car", session_on=on).conditions}
        return str(found["health_certificate"])

    assert (state(right.on), state(late.on)) == ("met", "not_met")
    with pytest.raises(NotEligibleError):
        registered(holder, late, certificate="")
    # A newer one that he states himself is for an officer to check.
    assert registered(holder, late, certificate="00099/GKSKLX/99001/26").dossier.state == State.REGISTERED
