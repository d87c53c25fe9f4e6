"""What the test room asks of a registration: who may sit, and how one is closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models.functions import Now

from gplx.dossiers import actions as dossiers
from gplx.dossiers.models import Channel, Kind, State
from gplx.dossiers.states import RULE, Actor
from gplx.errors import MoveNotAllowedError
from gplx.exams import actions, queries
from gplx.exams.models import Registration, Session
from gplx.licences.models import Holder
from tests.points.people import people

DAY = date(2026, 12, 3)
TEST_SYSTEM = Actor("test_system", "sandbox")

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Session:
    return Session.objects.create(
        province_code="01",
        unit="Phòng CSGT Mẫu",
        place="Phòng kiểm tra số 1",
        starts_at=datetime(2026, 12, 3, 1, 0, tzinfo=UTC),
        capacity=20,
        published_at=Now(),
        published_on=date(2026, 11, 20),
    )


def registered(session: Session, holder: Holder) -> Registration:
    dossier = dossiers.submit(
        Kind.RESTORATION_TEST,
        holder_id=holder.pk,
        part="car",
        channel=Channel.ONLINE,
        by=Actor("applicant", "1"),
        on=date(2026, 11, 25),
    )
    return Registration.objects.create(
        dossier=dossier, holder=holder, part="car", category="B", regime="2025", session=session
    )


def test_only_who_was_accepted_may_sit(session: Session) -> None:
    first, second = (registered(session, holder) for holder in people(2))
    dossiers.move(first.dossier_id, "accept", by=RULE, on=date(2026, 11, 25))
    assert queries.ready_to_sit(session.pk) == [first]
    with pytest.raises(MoveNotAllowedError):
        actions.admit(second.pk, on=DAY, by=TEST_SYSTEM)
    actions.admit(first.pk, on=DAY, by=TEST_SYSTEM)
    assert queries.ready_to_sit(session.pk) == [first]
    assert session.on == DAY
    assert queries.by_code(f" {first.dossier.code}") == first


@pytest.mark.parametrize("outcome", ["passed", "failed", "absent"])
def test_a_registration_is_closed_once(session: Session, outcome: actions.OutcomeName) -> None:
    registration = registered(session, people(1)[0])
    dossiers.move(registration.dossier_id, "accept", by=RULE, on=date(2026, 11, 25))
    closed = actions.close(registration.pk, outcome=outcome, on=DAY, decided_by=TEST_SYSTEM)
    assert (closed.outcome, closed.outcome_on, closed.decided_by) == (outcome, DAY, "test_system:sandbox")
    assert closed.dossier.state == State.FINISHED
    assert queries.ready_to_sit(session.pk) == []
    with pytest.raises(MoveNotAllowedError):
        actions.close(registration.pk, outcome="passed", on=DAY, decided_by=TEST_SYSTEM)


def test_who_was_not_accepted_has_no_result(session: Session) -> None:
    registration = registered(session, people(1)[0])
    with pytest.raises(MoveNotAllowedError):
        actions.close(registration.pk, outcome="passed", on=DAY, decided_by=TEST_SYSTEM)
    registration.refresh_from_db()
    assert registration.outcome == ""
