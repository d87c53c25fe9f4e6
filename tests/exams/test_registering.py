"""From exhausted to registered: what is refused and why, who decides, who is told (65/2024/TT-BCA art. 7)."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from gplx.dossiers import actions as dossiers
from gplx.dossiers import clock as dossier_clock
from gplx.dossiers.models import Dossier, State
from gplx.errors import MoveNotAllowedError
from gplx.exams import actions, duty, eligibility, queries, registering
from gplx.exams.models import Placement, Registration
from gplx.exams.registering import NotEligibleError, SessionNotOpenError
from gplx.licences.models import Holder
from gplx.notices import catalogue
from gplx.notices.models import Notice
from gplx.points import actions as points
from gplx.points.actions import NewFact
from gplx.points.models import FactKind
from tests.exams.people import APPLICANT, OFFICER, TEST_FROM, TODAY, a_session, exhausted, registered
from tests.points.people import annulment

pytestmark = pytest.mark.django_db


def told(holder: Holder) -> list[str]:
    """What a person was told of the test; each text can be written."""
    notices = Notice.objects.filter(holder=holder, entry__isnull=True).order_by("pk")
    for notice in notices:
        catalogue.write(notice.kind, notice.content)
    return [notice.kind for notice in notices]


@pytest.fixture
def holder() -> Holder:
    return exhausted()


def accepted(holder: Holder, on: date = date(2026, 12, 3)) -> Registration:
    return registering.accept(registered(holder, a_session(on)).pk, by=OFFICER, today=TODAY)


def test_what_the_register_cannot_see_waits_for_an_officer(holder: Holder) -> None:
    registration = registered(holder, a_session())
    assert registration.dossier.state == State.REGISTERED
    assert (registration.category, registration.regime) == ("B2", "pre-2025")
    assert told(holder) == ["test_received"]
    move = registration.dossier.moves.get()
    assert {finding["code"]: finding["state"] for finding in move.findings} == {
        "licence_held": "met",
        "exhausted": "met",
        "waited": "met",
        "health_certificate": "not_known",
    }
    assert all(finding["sources"] for finding in move.findings)
    after = registering.accept(registration.pk, by=OFFICER, version=1, today=TODAY)
    assert after.dossier.state == State.RECEIVED
    # The session is within two weeks: the call to it goes out with the acceptance.
    assert told(holder) == ["test_received", "test_registered", "test_session"]
    assert after.told_on == TODAY
    with pytest.raises(dossiers.StaleDossierError):
        registering.accept(registration.pk, by=OFFICER, version=1, today=TODAY)


def test_one_day_early_is_refused_with_the_article(holder: Holder) -> None:
    early = a_session(TEST_FROM - timedelta(days=2))
    on = TODAY - timedelta(days=10)
    with pytest.raises(NotEligibleError) as refused:
        registered(holder, early, today=on)
    [condition] = refused.value.conditions
    assert (condition.code, condition.day) == ("waited", TEST_FROM)
    assert "seed 003" in condition.sources
    assert not Dossier.objects.exists()
    assert not Registration.objects.exists()
    assert registered(holder, a_session(TEST_FROM + timedelta(days=1)), today=on).dossier.state == State.REGISTERED


def test_drugs_need_their_certificate() -> None:
    holder = exhausted(drug=True, on=date(2024 + 1, 1, 2))
    session, today = a_session(date(2027, 1, 7)), date(2026, 12, 20)
    with pytest.raises(NotEligibleError) as refused:
        registered(holder, session, today=today)
    assert [condition.code for condition in refused.value.conditions] == ["drug_free_certificate"]
    fact = NewFact(holder.pk, "car", FactKind.DRUG_FREE_CERTIFICATE, "certificate:1", today, {})
    points.record([fact], today=today)
    assert registered(holder, session, today=today).dossier.state == State.REGISTERED


def test_a_full_session_takes_nobody_and_a_withdrawn_registration_makes_room() -> None:
    session = a_session(capacity=1)
    first, second = exhausted(1), exhausted(2)
    registration = registered(first, session)
    with pytest.raises(SessionNotOpenError):
        registered(second, session)
    registering.withdraw(registration.pk, by=APPLICANT, today=TODAY)
    assert registered(second, session).session == session


def test_a_session_too_near_to_be_told_in_time_takes_nobody(holder: Holder) -> None:
    session = a_session(date(2026, 12, 3))
    with pytest.raises(SessionNotOpenError):
        registered(holder, session, today=date(2026, 12, 1))
    assert registered(holder, session, today=date(2026, 11, 30)).session == session


@pytest.mark.django_db(transaction=True)
def test_t05_sixteen_submits_make_one_registration_and_take_one_place() -> None:
    holder, session = exhausted(), a_session(capacity=16)
    codes: list[str] = []
    start = threading.Barrier(16)

    def submit() -> None:
        start.wait()
        try:
            codes.append(registered(holder, session).dossier.code)
        except dossiers.LiveDossierError as already:
            codes.append(already.dossier.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 16
    assert set(codes) == {Registration.objects.get().dossier.code}
    assert queries.taken([session.pk]) == {session.pk: 1}
    assert told(holder) == ["test_received"]


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once() -> None:
    session = a_session(capacity=1)
    people = [exhausted(index) for index in range(1, 7)]
    outcomes: list[bool] = []
    start = threading.Barrier(len(people))

    def submit(holder: Holder) -> None:
        start.wait()
        try:
            registered(holder, session)
            outcomes.append(True)
        except SessionNotOpenError:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=(holder,)) for holder in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 5 + [True]


def test_everything_missing_is_asked_for_once_and_the_time_begins_anew(holder: Holder) -> None:
    registration = registered(holder, a_session())
    due = dossier_clock.due(registration.dossier, today=TODAY)
    assert due is not None
    # Received on Friday the 20th: Monday the 23rd and, after the holiday, Wednesday the 25th.
    assert (due.due_on, due.half) == (date(2026, 11, 25), "afternoon")
    registering.ask_supplement(registration.pk, by=OFFICER, reason="Thiếu giấy khám.", today=date(2026, 11, 23))
    stopped = dossier_clock.due(registration.dossier, today=date(2026, 12, 1))
    assert stopped is not None
    assert stopped.stopped_on == date(2026, 11, 23)
    assert not stopped.is_late(date(2026, 12, 30))
    registering.supplement(
        registration.pk, by=APPLICANT, note="Đã bổ sung", certificate="2/GKSKLX/01001/26", today=date(2026, 11, 28)
    )
    again = dossier_clock.due(registration.dossier, today=date(2026, 11, 28))
    assert again is not None
    # Added on a Saturday: received on Monday the 30th.
    assert (again.received_on, again.due_on, again.restarts) == (date(2026, 11, 30), date(2026, 12, 2), 1)
    with pytest.raises(MoveNotAllowedError):
        registering.ask_supplement(registration.pk, by=OFFICER, reason="Nữa", today=date(2026, 11, 30))
    registration.refresh_from_db()
    assert registration.certificate == "2/GKSKLX/01001/26"
    assert registration.dossier.documents.get().name == "health_certificate"


def test_a_refusal_names_its_ground_and_article(holder: Holder) -> None:
    registration = registered(holder, a_session())
    registering.refuse(registration.pk, by=OFFICER, reason="Giấy khám không thật.", unit="Đội Mẫu", today=TODAY)
    move = registration.dossier.moves.get(name="refuse")
    assert move.findings[0]["sources"] == ["65/2024/TT-BCA art. 7(1)"]
    text = catalogue.write(*Notice.objects.filter(kind="test_refused").values_list("kind", "content").get())
    assert "Giấy khám không thật" in text.text_vi
    assert "Khoản 1 Điều 7" in text.text_vi or "khoản 1 Điều 7" in text.text_vi
    # Refused, he may register anew.
    assert registered(holder, a_session(date(2026, 12, 8))).dossier.state == State.REGISTERED


def test_another_session_is_chosen_and_called_to(holder: Holder) -> None:
    registration = accepted(holder)
    other = a_session(date(2026, 12, 1))
    registering.change_session(registration.pk, session_id=other.pk, by=APPLICANT, today=TODAY)
    assert told(holder)[-1] == "test_session"
    assert Placement.objects.filter(registration=registration).count() == 2
    early = a_session(TEST_FROM - timedelta(days=2))
    with pytest.raises(NotEligibleError):
        registering.change_session(registration.pk, session_id=early.pk, by=APPLICANT, today=date(2026, 11, 10))


def test_a_person_is_called_once_two_working_days_before_at_the_latest(holder: Holder) -> None:
    registration = accepted(holder, date(2026, 12, 22))
    assert registration.told_on is None
    assert duty.call_due(date(2026, 12, 7)) == 0
    assert queries.untold(date(2026, 12, 17)) == []
    assert queries.untold(date(2026, 12, 18)) == [registration]
    assert duty.call_due(date(2026, 12, 8)) == 1
    assert duty.call_due(date(2026, 12, 9)) == 0
    assert told(holder).count("test_session") == 1
    assert queries.untold(date(2026, 12, 18)) == []


def test_reading_17_an_annulment_that_undoes_the_exhaustion_stops_the_dossier(holder: Holder) -> None:
    registration = accepted(holder)
    assert duty.stop_groundless(TODAY) == 0
    points.record([annulment(holder.pk, "1-1/2026/CSGT", TODAY)], today=TODAY)
    assert duty.stop_groundless(TODAY) == 1
    assert duty.stop_groundless(TODAY) == 0
    registration.refresh_from_db()
    assert registration.dossier.state == State.STOPPED
    assert told(holder)[-1] == "test_stopped"
    assert queries.ready_to_sit(registration.session_id or 0) == []


def test_a_failed_test_opens_a_new_registration_after_seven_working_days(holder: Holder) -> None:
    registration = accepted(holder)
    failed_on = date(2026, 12, 3)
    actions.close(registration.pk, outcome="failed", on=failed_on, decided_by=OFFICER)
    session = a_session(date(2026, 12, 29))

    def in_the_way(today: date) -> list[str]:
        look = eligibility.look(holder, "car", session_on=session.on, certificate="1", today=today)
        return [condition.code for condition in look.in_the_way]

    assert in_the_way(date(2026, 12, 14)) == ["retake_wait"]
    assert in_the_way(date(2026, 12, 15)) == []
    assert registered(holder, session, today=date(2026, 12, 15)).dossier.state == State.REGISTERED


def test_who_was_absent_may_register_at_once(holder: Holder) -> None:
    registration = accepted(holder)
    actions.close(registration.pk, outcome="absent", on=date(2026, 12, 3), decided_by=OFFICER)
    session = a_session(date(2026, 12, 10))
    assert registered(holder, session, today=date(2026, 12, 4)).dossier.state == State.REGISTERED
