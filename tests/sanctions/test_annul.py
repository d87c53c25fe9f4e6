"""Annulments and amendments, in any order of arrival."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gplx.licences.models import Holder
from gplx.points.models import Account, Entry, Fact
from gplx.sanctions.actions import AnnulmentOutcome, amend, annul, receive
from gplx.sanctions.intake import StatedAmendment, StatedAnnulment, read_amendment, read_annulment
from gplx.sanctions.models import Annulment, Decision
from gplx.sanctions.queries import waiting_annulments
from tests.sanctions.conftest import TODAY, a_decision, read

pytestmark = pytest.mark.django_db

LATER = date(2026, 12, 1)


def an_annulment(**changes: Any) -> StatedAnnulment:
    return read_annulment(
        {
            "authority": "CSGT-01",
            "number": "1/QĐ-XPHC",
            "year": 2026,
            "document_number": "9/QĐ-HB",
            "annulled_on": "2026-11-20",
            "reason": "Ban hành sai",
            **changes,
        },
        today=TODAY,
    )


def an_amendment(**changes: Any) -> StatedAmendment:
    return read_amendment(
        {
            "authority": "CSGT-01",
            "number": "1/QĐ-XPHC",
            "year": 2026,
            "annulled_on": "2026-11-20",
            "reason": "Sửa mức",
            "decision": a_decision(number="2/QĐ-XPHC", offences=[{"points": 2}], **changes),
        },
        today=TODAY,
    )


def annulled(stated: StatedAnnulment, today: date = TODAY) -> AnnulmentOutcome:
    return annul(stated, source="test", today=today)


def received(*stated: Any, today: date = TODAY) -> list[str]:
    return [outcome.state for outcome in receive(list(stated), source="test", today=today)]


def test_reading_17_an_annulled_decision_gives_its_points_back(holder: Holder) -> None:
    received(read())
    outcome = annulled(an_annulment())
    assert (outcome.state, outcome.decision_id) == ("recorded", Decision.objects.get().pk)
    assert Account.objects.get().balance == 12
    assert list(Entry.objects.order_by("number").values_list("kind", "points")) == [("deduction", -4), ("reversal", 4)]


def test_b19_twice_exists_and_another_document_is_in_conflict(holder: Holder) -> None:
    received(read())
    first = annulled(an_annulment())
    assert annulled(an_annulment()) == AnnulmentOutcome("exists", first.annulment_id, first.decision_id)
    assert annulled(an_annulment(document_number="10/QĐ-HB")).state == "conflict"
    assert Annulment.objects.get().document_number == "9/QĐ-HB"
    assert Entry.objects.count() == 2


def test_f13_an_annulment_waits_for_its_decision_and_is_applied_by_itself(holder: Holder) -> None:
    outcome = annulled(an_annulment())
    assert (outcome.state, outcome.decision_id) == ("waiting", None)
    assert [annulment.pk for annulment in waiting_annulments()] == [outcome.annulment_id]
    (kept,) = receive([read()], source="test", today=LATER)
    assert (kept.state, kept.annulled) == ("recorded", True)
    assert not waiting_annulments().exists()
    assert (Account.objects.get().balance, Entry.objects.count()) == (12, 0)
    assert set(Fact.objects.values_list("kind", "recorded_on")) == {("decision", LATER), ("annulment", TODAY)}
    assert annulled(an_annulment()).state == "exists"


def test_an_annulment_names_its_own_authority_only(holder: Holder) -> None:
    received(read())
    assert annulled(an_annulment(authority="CSGT-79")).state == "waiting"
    assert Account.objects.get().balance == 8


def test_reading_17_an_annulled_decision_never_revoked(holder: Holder) -> None:
    received(read(revocation={"from": "2026-11-03", "to": "2027-11-02"}), read(number="2"))
    annulled(an_annulment())
    account = Account.objects.get()
    assert (account.revoked, account.balance) == (False, 8)


def test_reading_19_a_late_decision_goes_where_it_belongs(holder: Holder) -> None:
    received(read(number="2", offences=[{"points": 12}], effective_on="2026-11-10"))
    early = read(acted_on="2025-03-01", decided_on="2025-03-02", effective_on="2025-03-10", year=2025)
    received(early)
    standing = Entry.objects.exclude(kind="reversal").filter(voided_by=None).order_by("takes_effect_on")
    assert list(standing.values_list("takes_effect_on", "kind", "points")) == [
        (date(2025, 3, 10), "deduction", -4),
        (date(2026, 3, 11), "restoration", 4),
        (date(2026, 11, 10), "deduction", -12),
    ]


def test_an_amendment_is_an_annulment_and_a_new_decision(holder: Holder) -> None:
    received(read())
    outcome = amend(an_amendment(), source="test", today=TODAY)
    assert outcome.state == "recorded"
    assert Account.objects.get().balance == 10
    annulment = Annulment.objects.get()
    assert annulment.decision is not None
    assert annulment.replaced_by is not None
    assert (annulment.decision.number, annulment.replaced_by.number) == ("1/QĐ-XPHC", "2/QĐ-XPHC")


def test_an_amendment_told_twice_exists(holder: Holder) -> None:
    received(read())
    amend(an_amendment(), source="test", today=TODAY)
    entries = Entry.objects.count()
    assert amend(an_amendment(), source="test", today=TODAY).state == "exists"
    assert (Annulment.objects.count(), Decision.objects.count(), Entry.objects.count()) == (1, 2, entries)


def test_an_amendment_of_an_unknown_decision_counts_and_its_annulment_waits(holder: Holder) -> None:
    outcome = amend(an_amendment(), source="test", today=TODAY)
    assert outcome.annulment is not None
    assert (outcome.state, outcome.annulment.state) == ("recorded", "waiting")
    received(read())
    assert Account.objects.get().balance == 10


@pytest.mark.parametrize("taken", ["number", "annulment"])
def test_an_amendment_in_conflict_changes_nothing(holder: Holder, taken: str) -> None:
    received(read())
    if taken == "number":
        received(read(number="2/QĐ-XPHC", offences=[{"points": 1}]))
    else:
        annulled(an_annulment())
    before = (list(Annulment.objects.values()), list(Decision.objects.values()), list(Entry.objects.values()))
    outcome = amend(an_amendment(), source="test", today=TODAY)
    assert (outcome.state, outcome.annulment, outcome.decision) == ("conflict", None, None)
    assert before == (list(Annulment.objects.values()), list(Decision.objects.values()), list(Entry.objects.values()))


def test_an_amended_decision_that_does_not_match_waits_at_the_desk(holder: Holder) -> None:
    received(read())
    outcome = amend(an_amendment(birth_date="1998-12-31"), source="test", today=TODAY)
    assert outcome.state == "quarantined"
    assert Account.objects.get().balance == 12
