"""Certificates as they come: whose they are, their versions, and what they prove."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import Error, transaction

from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError
from gplx.files.actions import keep_made
from gplx.health import actions, message, queries, tasks
from gplx.health.actions import AlreadyKnownError, NothingToEditError, OwnRecordError, UnknownFacilityError
from gplx.health.message import MessageError
from gplx.health.models import ArrivalWish, Certificate, Version, VersionState
from gplx.health.signatures import SignedDataRefusedError
from gplx.licences.models import Holder
from gplx.notices.models import Notice
from gplx.points.models import Fact, FactKind
from tests.health.hospitals import NUMBER, TODAY, a_holder, fields, receive, register, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hospital():
    register()


@pytest.fixture
def holder() -> Holder:
    return a_holder()


def officer(**more) -> User:
    return User.objects.create(
        issuer="i", subject="s", identity="i s", role="case_officer", display_name="Cán bộ Mẫu", **more
    )


def kinds(holder: Holder) -> list[tuple[str, str]]:
    facts = Fact.objects.filter(account__holder=holder).order_by("id")
    return [(fact.account.part, fact.kind) for fact in facts]


def test_a_certificate_of_a_known_person_counts_and_proves(holder):
    outcome = receive(signed(fields(holder)))
    assert outcome.state == "recorded"
    [held] = queries.certificates(holder.pk)
    assert held.valid_until == date(2027, 11, 1)
    assert queries.suitability(holder.pk, "B", "2025", TODAY).is_suitable
    assert not queries.suitability(holder.pk, "C", "2025", TODAY).is_suitable
    assert queries.drug_free(holder.pk, TODAY).certificate == held
    assert {kind for _, kind in kinds(holder)} == {"drug_free_certificate"}


def test_sent_twice_it_is_one(holder):
    sent = signed(fields(holder))
    first, again = receive(sent), receive(sent)
    other_signature = receive(signed(fields(holder)))
    assert (again.state, again.version) == ("exists", first.version)
    assert (other_signature.state, Version.objects.count()) == ("exists", 1)


def test_other_content_needs_edit(holder):
    receive(signed(fields(holder)))
    with pytest.raises(AlreadyKnownError):
        receive(signed(fields(holder, drugs_found=True, conclusion="A0-2")))
    with pytest.raises(NothingToEditError):
        receive(signed(fields(holder, number="00016/GKSKLX/99001/26", edit=True)))
    assert Version.objects.count() == 1


def test_an_edit_keeps_the_old_version_and_takes_its_proof_back(holder):
    first = receive(signed(fields(holder)))
    edited = receive(signed(fields(holder, drugs_found=True, conclusion="A0-2", edit=True)))
    assert edited.state == "recorded"
    assert edited.version.number == 2
    assert edited.version.changed == ["KETLUAN", "LYDO", "MATUY"]
    first.version.refresh_from_db()
    assert first.version.state == VersionState.SUPERSEDED
    assert {kind for _, kind in kinds(holder)} == {"drug_free_certificate", "certificate_withdrawn"}
    assert not queries.drug_free(holder.pk, TODAY).is_suitable
    again = receive(signed(fields(holder, edit=True)))
    assert again.version.number == 3
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    assert [kind for part, kind in kinds(holder) if part == "car"] == [
        "drug_free_certificate",
        "certificate_withdrawn",
        "drug_free_certificate",
    ]


def test_an_old_message_does_not_come_back_as_an_edit(holder):
    first = signed(fields(holder))
    receive(first)
    receive(signed(fields(holder, drugs_found=True, conclusion="A0-2", edit=True)))
    with pytest.raises(MessageError):
        receive({**first, "STATE": "EDIT"})
    assert receive(first).state == "exists"
    assert not queries.drug_free(holder.pk, TODAY).is_suitable


def test_an_edit_of_something_else_leaves_the_fact(holder):
    first = receive(signed(fields(holder)))
    edited = receive(signed(fields(holder, edit=True, more={"BACSYKETLUAN": "BS Lê Văn Mẫu"})))
    assert edited.version.fact_key == first.version.fact_key
    assert {kind for _, kind in kinds(holder)} == {"drug_free_certificate"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"identity_number": "999085000009"}, "person_unknown"),
        ({"birth_date": date(1985, 2, 2)}, "birth_date_differs"),
        ({"name": "Trần Văn Mẫu"}, "name_differs"),
        ({"category": "Z9"}, "class_unknown"),
        ({"drugs_found": True}, "contradicts"),
    ],
)
def test_what_is_not_sure_waits_with_its_reason(holder, change, reason):
    outcome = receive(signed(fields(holder, **change)))
    assert (outcome.state, outcome.reason) == ("waiting", reason)
    assert queries.certificates(holder.pk) == []
    assert kinds(holder) == []
    assert [version.reason for version in queries.waiting()] == [reason]


def test_an_old_signature_waits_for_a_person(holder):
    outcome = receive(signed(fields(holder), mistake="legacy"))
    assert (outcome.state, outcome.reason) == ("waiting", "legacy_signature")
    actions.match_waiting(outcome.version.pk, today=TODAY)
    assert queries.certificates(holder.pk) == []
    actions.accept(outcome.version.pk, officer=officer(), note="Đã gọi bệnh viện", today=TODAY)
    assert queries.drug_free(holder.pk, TODAY).is_suitable


def test_it_counts_when_its_holder_appears():
    outcome = receive(signed(fields()))
    assert outcome.reason == "person_unknown"
    tasks.match_waiting()
    assert queries.waiting().count() == 1
    holder = a_holder(NUMBER, "Nguyễn Văn Mẫu")
    tasks.match_waiting()
    tasks.match_waiting()
    assert [held.number for held in queries.certificates(holder.pk)] == ["00015/GKSKLX/99001/26"]
    assert {kind for _, kind in kinds(holder)} == {"drug_free_certificate"}


def test_an_old_number_finds_its_holder(holder):
    from gplx.licences.models import IdentityAlias

    IdentityAlias.objects.create(number="999000111", holder=holder)
    assert receive(signed(fields(holder, identity_number="999000111"))).state == "recorded"


def test_an_edit_that_names_somebody_else_waits(holder):
    receive(signed(fields(holder)))
    edited = receive(signed(fields(holder, identity_number="999085000009", edit=True)))
    assert edited.reason == "person_changed"
    assert queries.drug_free(holder.pk, TODAY).is_suitable


def test_nobody_decides_about_his_own(holder):
    outcome = receive(signed(fields(holder, drugs_found=True)))
    own = officer(citizen_number=holder.citizen_number)
    with pytest.raises(OwnRecordError):
        actions.accept(outcome.version.pk, officer=own, note="x", today=TODAY)
    with pytest.raises(OwnRecordError):
        actions.return_to_sender(outcome.version.pk, officer=own, note="x")


def test_what_was_returned_may_be_sent_corrected(holder):
    outcome = receive(signed(fields(holder, drugs_found=True)))
    actions.return_to_sender(outcome.version.pk, officer=officer(), note="Mâu thuẫn")
    with pytest.raises(MoveNotAllowedError):
        actions.accept(outcome.version.pk, officer=User.objects.get(), note="x", today=TODAY)
    assert receive(signed(fields(holder))).state == "recorded"


def test_facilities_unknown_inactive_and_others(holder):
    from gplx.health.models import Facility

    with pytest.raises(UnknownFacilityError):
        receive(signed(fields(holder, number="00015/GKSKLX/99002/26", more={"IDBENHVIEN": "99002"})))
    Facility.objects.update(active_until=date(2026, 10, 31))
    with pytest.raises(MessageError) as refused:
        receive(signed(fields(holder)))
    assert [one.code for one in refused.value.faults] == ["facility_inactive"]


def test_a_withdrawn_signing_certificate_signs_nothing_more(holder):
    from gplx.health import facility_actions
    from gplx.health.models import SigningCertificate

    facility_actions.withdraw_signing_certificate(SigningCertificate.objects.get().pk, on=TODAY)
    with pytest.raises(SignedDataRefusedError) as refused:
        receive(signed(fields(holder)))
    assert refused.value.code == "certificate_withdrawn"


def test_whoever_wished_it_is_told_once(holder):
    ArrivalWish.objects.create(holder=holder, wished_on=TODAY)
    receive(signed(fields(holder)))
    receive(signed(fields(holder, number="00016/GKSKLX/99001/26")))
    assert Notice.objects.filter(holder=holder, kind="health_certificate_arrived").count() == 1


def test_a_printed_day_wins(holder):
    stated = message.read(fields(holder), today=TODAY, printed_until=date(2026, 11, 20))
    user = officer()
    outcome = actions.receive_copy(
        stated, holder=holder, file=keep_made(b"%PDF-", holder_id=holder.pk), officer=user, today=TODAY
    )
    assert outcome.state == "recorded"
    assert [one.code for one in queries.drug_free(holder.pk, TODAY).findings] == ["certificate_expired"]
    fact = Fact.objects.filter(kind=FactKind.DRUG_FREE_CERTIFICATE).first()
    assert fact is not None
    assert fact.content["valid_until"] == "2026-11-20"


def test_versions_and_certificates_stay(holder):
    version = receive(signed(fields(holder))).version
    changes: list[dict[str, object]] = [{"content": {}}, {"recorded_on": TODAY - timedelta(days=9)}]
    for change in changes:
        with pytest.raises(Error), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        Certificate.objects.update(number="x")


def test_who_registers_for_the_test_needs_one_that_was_not_taken_back(holder):
    from gplx.exams import eligibility
    from gplx.points import actions as points
    from tests.points.people import decision

    points.record([decision(holder.pk, "1", date(2025, 1, 10), 12, drug=True)], today=TODAY)

    def state() -> str:
        found = eligibility.look(holder, "car", session_on=date(2027, 2, 1), today=TODAY).conditions
        return next(one.state for one in found if one.code == "drug_free_certificate")

    assert state() == "not_met"
    receive(signed(fields(holder)))
    assert state() == "met"
    receive(signed(fields(holder, drugs_found=True, conclusion="A0-2", edit=True)))
    assert state() == "not_met"
