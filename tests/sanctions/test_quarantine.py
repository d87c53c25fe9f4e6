"""The quarantine desk: matched once, returned once, with a note and a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from gplx.accounts.models import Role, User
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.licences.models import Holder
from gplx.points.models import Account, Fact
from gplx.sanctions.actions import annul, match, receive, return_to_authority
from gplx.sanctions.models import Decision, QuarantineMove
from gplx.sanctions.quarantine import NoteMissingError, OwnRecordError, PartNotHeldError
from gplx.sanctions.queries import by_key, candidates, quarantined, quarantined_by_reason
from tests.sanctions.conftest import TODAY, a_holder, read
from tests.sanctions.test_annul import an_annulment

pytestmark = pytest.mark.django_db

MATCH_DAY = date(2026, 11, 30)


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create(
        issuer="https://officers.example", subject="1", identity="https://officers.example 1",
        role=Role.CASE_OFFICER, display_name="Cán bộ Mẫu",
    )  # fmt: skip


def a_waiting(**changes: Any) -> Decision:
    (outcome,) = receive([read(**{"birth_date": "1999-10-01", **changes})], source="test", today=TODAY)
    assert outcome.state == "quarantined"
    return Decision.objects.get(pk=outcome.decision_id)


def test_matched_the_decision_counts_from_its_day_and_is_known_from_this_one(holder: Holder, officer: User) -> None:
    waiting = a_waiting()
    matched = match(
        waiting.pk, holder_id=holder.pk, part="car", officer=officer, note=" Gõ nhầm  tháng sinh ", today=MATCH_DAY
    )
    account = Account.objects.get()
    assert (matched.state, matched.account_id, account.balance) == ("recorded", account.pk, 8)
    fact = Fact.objects.get()
    assert (fact.counts_on, fact.recorded_on) == (date(2026, 11, 3), MATCH_DAY)
    move = QuarantineMove.objects.get()
    assert (move.outcome, move.note, move.officer_id) == ("matched", "Gõ nhầm tháng sinh", officer.pk)
    assert not quarantined().exists()
    assert receive([read(birth_date="1999-10-01")], source="again", today=MATCH_DAY)[0].state == "exists"


def test_t31_what_an_officer_did_stays_written(holder: Holder, officer: User) -> None:
    return_to_authority(a_waiting().pk, officer=officer, note="Không khớp")
    for act in (QuarantineMove.objects.all().delete, lambda: QuarantineMove.objects.update(note="x")):
        with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
            act()


@pytest.mark.parametrize("first", ["match", "return"])
@pytest.mark.parametrize("second", ["match", "return"])
def test_only_one_officer_handles_a_decision(holder: Holder, officer: User, first: str, second: str) -> None:
    waiting = a_waiting()
    acts: dict[str, Any] = {
        "match": lambda: match(waiting.pk, holder_id=holder.pk, part="car", officer=officer, note="x", today=TODAY),
        "return": lambda: return_to_authority(waiting.pk, officer=officer, note="x"),
    }
    acts[first]()
    with pytest.raises(MoveNotAllowedError, match="does not wait any more"):
        acts[second]()
    assert QuarantineMove.objects.count() == 1


def test_returned_it_does_not_count_and_a_corrected_one_takes_its_place(holder: Holder, officer: User) -> None:
    waiting = a_waiting()
    assert return_to_authority(waiting.pk, officer=officer, note="Không khớp").state == "rejected"
    unchanged, corrected, again, other = receive(
        [read(birth_date="1999-10-01"), read(), read(), read(offences=[{"points": 1}])], source="again", today=TODAY
    )
    assert (unchanged.state, unchanged.decision_state, unchanged.decision_id) == ("exists", "rejected", waiting.pk)
    assert (corrected.state, again.state, other.state) == ("recorded", "exists", "conflict")
    kept = by_key(read().key)
    assert kept is not None
    assert kept.pk == corrected.decision_id != waiting.pk
    assert receive([read(birth_date="1999-10-01")], source="x", today=TODAY)[0].decision_id == waiting.pk


def test_an_annulment_reaches_a_decision_that_waits_and_the_one_that_takes_its_place(
    holder: Holder, officer: User
) -> None:
    waiting = a_waiting()
    outcome = annul(an_annulment(), source="test", today=TODAY)
    assert (outcome.state, outcome.decision_id) == ("recorded", waiting.pk)
    return_to_authority(waiting.pk, officer=officer, note="Không khớp")
    (corrected,) = receive([read()], source="test", today=TODAY)
    assert (corrected.state, corrected.annulled) == ("recorded", True)
    assert Account.objects.get().balance == 12


def test_an_annulled_decision_may_still_be_matched_and_takes_nothing(holder: Holder, officer: User) -> None:
    waiting = a_waiting()
    annul(an_annulment(), source="test", today=TODAY)
    match(waiting.pk, holder_id=holder.pk, part="car", officer=officer, note="x", today=MATCH_DAY)
    assert (Account.objects.get().balance, Fact.objects.count()) == (12, 2)


def refused(error: type[RegisterError], waiting: Decision, **act: Any) -> None:
    with pytest.raises(error):
        match(waiting.pk, today=TODAY, **{"part": "car", "note": "x", **act})
    waiting.refresh_from_db()
    assert waiting.state == "quarantined"
    assert not QuarantineMove.objects.exists()
    assert not Account.objects.exists()


def test_a_part_must_be_held(officer: User) -> None:
    rider = a_holder(1, parts=("motorcycle",))
    refused(PartNotHeldError, a_waiting(), holder_id=rider.pk, officer=officer)


@pytest.mark.parametrize("note", ["", "  ", "x" * 301])
def test_a_note_says_why(holder: Holder, officer: User, note: str) -> None:
    refused(NoteMissingError, a_waiting(), holder_id=holder.pk, officer=officer, note=note)


def test_i14_nobody_decides_about_himself(holder: Holder, officer: User) -> None:
    officer.citizen_number = holder.citizen_number or ""
    refused(OwnRecordError, a_waiting(), holder_id=holder.pk, officer=officer)


def test_whom_a_waiting_decision_may_mean(holder: Holder) -> None:
    namesake, other = a_holder(2), a_holder(3, "Người Mẫu Ba")
    by_name = a_waiting(licence_number="790000000009", birth_date="1999-01-01")
    assert candidates(by_name) == [holder, namesake]
    by_number = a_waiting(number="2", licence_number="790000000003")
    assert candidates(by_number) == [other]
    assert quarantined_by_reason() == {"birth_date_differs": 1, "licence_unknown": 1}
    assert list(quarantined()) == [by_name, by_number]
