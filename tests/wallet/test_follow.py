"""The status of an electronic licence follows the right to drive, and nothing else of the points."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from gplx import database
from gplx.licences.actions import NewEntitlement, NewLicence, exchange, withdraw
from gplx.points import fsck as points_fsck
from gplx.points.actions import NewFact, record, settle
from gplx.points.models import Account, FactKind
from gplx.wallet import actions, fsck, publication, status_list
from gplx.wallet.actions import Change
from gplx.wallet.models import Credential, Ending, Form, Publication, Standing, StatusChange, StatusList
from tests.points.people import annulment, decision
from tests.wallet import lives

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 10)


def published() -> None:
    publication.publish_due()


def faults() -> list[object]:
    with points_fsck.one_picture():
        return [*fsck.check(), *points_fsck.set_based(fsck.STANDINGS)]


@pytest.mark.django_db(transaction=True)
def test_t38_a_deduction_of_4_points_leaves_the_list_as_it_was() -> None:
    licence = lives.licence()
    (issued,) = lives.issue(licence)
    published()
    before = Publication.objects.get()
    ProcrastinateJob.objects.all().delete()
    record([decision(licence.holder_id, "QD-1", DAY, 4)], today=DAY)
    assert not ProcrastinateJob.objects.filter(task_name="wallet.publish").exists()
    assert (publication.due(at=publication.now()), Standing.objects.get().changes) == ([], 0)
    after = publication.publish(issued.credential.status_list.name, at=before.issued_at)
    packed = [lists_of(each) for each in (before, after)]
    assert packed[0] == packed[1]


def lists_of(made: Publication) -> bytes:
    case = status_list.read(made.jwt.encode(), uri="", at=made.issued_at, anchors=[])
    return bytes(case.statuses().packed)


@pytest.mark.django_db(transaction=True)
def test_exhausted_is_suspended_and_an_annulment_makes_it_valid_again() -> None:
    licence = lives.licence()
    (issued,) = lives.issue(licence)
    (motorcycle,) = lives.issue(licence, "motorcycle")
    record([decision(licence.holder_id, "QD-1", DAY, 12)], today=DAY)
    published()
    assert (lives.said(issued.credential), lives.said(motorcycle.credential)) == ("suspended", "valid")
    record([annulment(licence.holder_id, "QD-1", DAY)], today=DAY)
    published()
    assert lives.said(issued.credential) == "valid"
    assert [change.suspended for change in StatusChange.objects.filter(cause="right").order_by("pk")] == [True, False]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_revocation_suspends_for_its_days_and_the_sweep_ends_it() -> None:
    licence = lives.licence()
    (issued,) = lives.issue(licence)
    told = NewFact(
        licence.holder_id, "car", FactKind.REVOCATION, "TQ-1", DAY, {"to": (DAY + timedelta(days=30)).isoformat()}
    )
    record([told], today=DAY - timedelta(days=1))
    published()
    assert lives.said(issued.credential) == "valid"
    (account,) = Account.objects.values_list("pk", flat=True)
    for day, word in ((DAY, "suspended"), (DAY + timedelta(days=30), "suspended"), (DAY + timedelta(days=31), "valid")):
        settle([account], today=day)
        published()
        assert (day, lives.said(issued.credential)) == (day, word)
    assert faults() == []


def test_nothing_is_asked_of_the_database_when_no_right_changed() -> None:
    with CaptureQueriesContext(connection) as django, counted() as own:
        actions.follow([], recorded_on=DAY)
    assert (len(django), own) == (0, [])


class counted:
    """The statements that are sent beside Django's own cursors."""

    def __enter__(self) -> list[str]:
        self.sent: list[str] = []
        self.kept = database.send

        def send(statement: str, parameters: object = None) -> object:
            self.sent.append(statement)
            return self.kept(statement, parameters)  # type: ignore[arg-type]

        database.send = send  # type: ignore[assignment]
        return self.sent

    def __exit__(self, *_: object) -> None:
        database.send = self.kept


def test_many_rights_take_as_many_statements_as_one() -> None:
    holders = [lives.licence(number).holder_id for number in range(1, 41)]
    counts = []
    for chosen in (holders[:1], holders[1:]):
        with counted() as own:
            actions.follow([Change(holder, "car", may_drive=False) for holder in chosen], recorded_on=DAY)
        counts.append(len(own))
    assert counts == [2, 2]
    assert Standing.objects.filter(suspended=True).count() == 40


def test_a_right_without_an_electronic_licence_asks_for_no_publication() -> None:
    actions.follow([Change(lives.licence().holder_id, "car", may_drive=False)], recorded_on=DAY)
    assert not ProcrastinateJob.objects.filter(task_name="wallet.publish").exists()


def test_a_transaction_that_fails_changes_no_status() -> None:
    licence = lives.licence()
    lives.issue(licence)

    @transaction.atomic
    def fail_after_recording() -> None:
        record([decision(licence.holder_id, "QD-1", DAY, 12)], today=DAY)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert not Standing.objects.get().suspended


def test_who_is_exhausted_already_gets_a_suspended_licence() -> None:
    licence = lives.licence()
    record([decision(licence.holder_id, "QD-1", DAY, 12)], today=DAY)
    (issued,) = lives.issue(licence)
    published()
    assert lives.said(issued.credential) == "suspended"


@pytest.mark.parametrize("form", Form)
def test_a_new_one_replaces_the_old_one_of_its_part_and_form(form: Form) -> None:
    licence = lives.licence()
    (other,) = lives.issue(licence, "motorcycle", form)
    first, second = (lives.issue(licence, "car", form)[0] for _ in range(2))
    published()
    assert [lives.said(each.credential) for each in (first, second, other)] == ["suspended", "valid", "valid"]
    first.credential.refresh_from_db()
    assert first.credential.ending == Ending.REPLACED
    assert faults() == []


def test_t33_the_licence_of_a_lost_phone_is_suspended() -> None:
    licence, other = lives.licence(1), lives.licence(2)
    (issued,) = lives.issue(licence)
    at = publication.now()
    batch = issued.credential.batch
    assert actions.end(other.holder_id, batch, Ending.LOST, at=at, recorded_on=DAY) == 0
    assert actions.end(licence.holder_id, batch, Ending.LOST, at=at, recorded_on=DAY) == 1
    assert actions.end(licence.holder_id, batch, Ending.LOST, at=at, recorded_on=DAY) == 0
    published()
    assert lives.said(issued.credential) == "suspended"


def test_an_exchanged_or_withdrawn_document_takes_its_electronic_licence_with_it() -> None:
    first, second = lives.licence(1), lives.licence(2)
    (exchanged,), (withdrawn,) = lives.issue(first), lives.issue(second)
    entitlements = (NewEntitlement("B", "2025", DAY),)
    exchange(first.number, NewLicence("997100000001", DAY, "01", entitlements))
    withdraw(second.number)
    withdraw(second.number)
    published()
    assert [lives.said(each.credential) for each in (exchanged, withdrawn)] == ["suspended"] * 2


def test_places_are_used_once_and_never_a_decoy_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LIST_SIZE", 64)
    for number in range(1, 60):
        lives.issue(lives.licence(number))
    assert StatusList.objects.count() == 2
    places = set(Credential.objects.values_list("status_list", "index"))
    assert len(places) == 59
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_fsck_finds_a_list_that_says_something_else() -> None:
    licence = lives.licence()
    (issued,) = lives.issue(licence)
    published()
    assert faults() == []
    Credential.objects.update(ended_at=publication.now(), ending="lost")  # nobody logged that
    assert [row[0] for row in fsck.check()] == ["wallet_publication"]
    published()
    assert publication.due(at=publication.now()) == []
    publication.publish(issued.credential.status_list.name, at=publication.now())
    assert faults() == []
    Standing.objects.update(suspended=True)
    assert [getattr(broken, "table", "") for broken in faults()] == ["wallet_standing"]


def test_decoys_move_with_time_and_old_lists_are_put_out_anew() -> None:
    lives.issue(lives.licence())
    published()
    before = Publication.objects.get()
    later = before.issued_at + timedelta(days=40)
    assert publication.publish_due(at=later) == 1
    (after,) = Publication.objects.all()
    assert lists_of(after) != lists_of(before)


LIVES = st.lists(
    st.tuples(st.sampled_from(["decision", "annulment", "revocation", "test"]), st.integers(0, 9), st.integers(2, 12)),
    max_size=8,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(life=LIVES)
def test_whatever_happens_suspended_is_not_allowed_to_drive(life: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        licence = lives.licence(int(time.monotonic_ns() % 10**7) + 100)
        (issued,) = lives.issue(licence)
        for number, (kind, days, points) in enumerate(life):
            on = DAY + timedelta(days=60 * number + days)
            key = f"{licence.number}-{number}"
            if kind == "decision":
                fact = decision(licence.holder_id, key, on, points, drug=points == 12)
            elif kind == "annulment":
                fact = annulment(licence.holder_id, f"{licence.number}-{max(0, number - days)}", on)
                fact = fact._replace(natural_key=f"{fact.natural_key}-{number}")
            elif kind == "revocation":
                until = on + timedelta(days=10 * points)
                fact = NewFact(licence.holder_id, "car", FactKind.REVOCATION, key, on, {"to": until.isoformat()})
            else:
                fact = NewFact(licence.holder_id, "car", FactKind.TEST, key, on, {"passed": points > 4})
            record([fact], today=on)
        publication.publish(issued.credential.status_list.name, at=publication.now())
        account = Account.objects.filter(holder_id=licence.holder_id).first()
        may_drive = account is None or (account.balance > 0 and not account.revoked)
        assert lives.said(issued.credential) == ("valid" if may_drive else "suspended")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_f20_a_change_that_commits_late_is_put_out_although_its_number_is_older() -> None:
    first, second = lives.licence(1), lives.licence(2)
    (slow,), (quick,) = lives.issue(first), lives.issue(second)
    published()
    wrote, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            actions.follow([Change(first.holder_id, "car", may_drive=False)], recorded_on=DAY)
            wrote.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert wrote.wait(20)
    actions.follow([Change(second.holder_id, "car", may_drive=False)], recorded_on=DAY)
    published()
    assert [lives.said(each.credential) for each in (slow, quick)] == ["valid", "suspended"]
    go_on.set()
    thread.join(20)
    assert len(publication.due(at=publication.now())) == 1
    published()
    assert [lives.said(each.credential) for each in (slow, quick)] == ["suspended", "suspended"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_puts_a_change_out_within_60_seconds() -> None:
    licence = lives.licence()
    (issued,) = lives.issue(licence)
    lives.work_off("wallet")
    assert lives.said(issued.credential) == "valid"
    record([decision(licence.holder_id, "QD-1", DAY, 12)], today=DAY)
    committed = publication.now()
    lives.work_off("wallet")
    last = publication.latest(issued.credential.status_list.name)
    assert last is not None
    assert lives.said(issued.credential) == "suspended"
    assert last.issued_at - committed <= timedelta(seconds=60)
