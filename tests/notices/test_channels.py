"""Every channel for real: what is sent to whom, what is kept about it, and which channel follows which."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gplx import clock
from gplx.errors import MoveNotAllowedError
from gplx.gateways.sandbox.mailbox import Mailbox
from gplx.gateways.sandbox.sms import SmsGateway
from gplx.law.notices import PAPER_AFTER_DAYS
from gplx.licences.models import Holder
from gplx.notices import actions, codes, errand_actions, tasks, told
from gplx.notices.models import Attempt, ContactKind, Delivery, Errand, ErrandState, Notice, Outcome, OutcomeKind
from gplx.notices.states import TRIES_MAX
from gplx.points.actions import record
from tests.notices.conftest import EMAIL, NUMBER, contact, hurry, until
from tests.points.people import decision
from tests.portal.people import a_user

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", DAY.isoformat())


def move_to(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setenv("GPLX_TODAY", day.isoformat())


def deduct(holder: Holder, key: str = "QD-1", points: int = 4) -> Notice:
    """A deduction whose notice is in the inbox."""
    record([decision(holder.pk, key, clock.today(), points)], today=clock.today())
    notice = Notice.objects.latest("pk")
    tasks.deliver(notice_ids=[notice.pk])
    return notice


def signs_in(holder: Holder) -> None:
    holder.citizen_number = holder.citizen_number or "001099009999"
    holder.save()
    a_user(holder.citizen_number)


def states(notice: Notice) -> dict[str, tuple[str, str]]:
    rows = Errand.objects.filter(notice=notice).values_list("channel", "state", "cause")
    return {channel: (state, cause) for channel, state, cause in rows}


def send_all() -> None:
    tasks.send(errand_ids=list(Errand.objects.values_list("pk", flat=True)))


def outcomes(channel: str) -> list[list[str]]:
    attempts = Attempt.objects.filter(channel=channel).order_by("number")
    return [list(attempt.outcomes.order_by("pk").values_list("outcome", flat=True)) for attempt in attempts]


def test_a_mail_holds_the_notice_in_both_languages_its_code_and_no_address(holder: Holder, mailbox: Mailbox) -> None:
    contact(holder, ContactKind.EMAIL)
    notice = deduct(holder)
    send_all()
    (mail,) = mailbox.mails()
    kept = Delivery.objects.get(notice=notice)
    assert (mail.to, mail.subject) == (EMAIL, kept.title_vi)
    for paragraph in (*kept.text_vi.splitlines(), *kept.text_en.splitlines(), codes.of_notice(notice.pk)):
        assert paragraph in mail.text
    assert "http" not in mail.text
    attempt = Attempt.objects.get(channel="email")
    assert attempt.text.strip() == mail.text.replace("\r\n", "\n").strip()
    assert attempt.digest == sha256(attempt.text.encode()).hexdigest()
    assert mail.message_id.startswith(f"<{attempt.key}@")
    assert outcomes("email") == [["accepted"]]
    assert states(notice)["email"] == ("sent", "")


def test_a_short_message_is_one_part_and_the_provider_says_that_it_arrived(holder: Holder, gateway: SmsGateway) -> None:
    contact(holder, ContactKind.SMS)
    notice = deduct(holder)
    send_all()
    (message,) = gateway.messages()
    assert message["to"] == NUMBER
    assert message["text"].startswith("CSGT: Giay phep lai xe bi tru 4 diem, con 8 diem")
    assert codes.of_notice(notice.pk) in message["text"]
    until(lambda: gateway.messages()[0]["status"] == "delivered")
    hurry()
    tasks.follow_up()
    assert outcomes("sms") == [["accepted", "delivered"]]
    assert states(notice)["sms"] == ("done", "confirmed")


def test_every_notice_of_points_is_on_the_traffic_polices_page_at_once(holder: Holder) -> None:
    notice = deduct(holder)
    attempt = Attempt.objects.get(notice=notice, channel="site")
    assert attempt.digest == Delivery.objects.get(notice=notice).digest
    assert outcomes("site") == [["delivered"]]


def test_paper_is_due_at_once_where_nothing_electronic_is_available(holder: Holder) -> None:
    notice = deduct(holder)
    assert Attempt.objects.filter(channel="paper").count() == 1
    assert states(notice) == {"paper": ("sent", "")}


@pytest.mark.parametrize("by", ["signing in", "a contact"])
def test_paper_waits_for_the_electronic_way(
    holder: Holder, by: str, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    if by == "a contact":
        contact(holder, ContactKind.EMAIL)
    else:
        signs_in(holder)
    notice = deduct(holder)
    last = DAY + timedelta(days=PAPER_AFTER_DAYS.on(DAY))
    move_to(monkeypatch, last - timedelta(days=1))
    tasks.follow_up()
    assert not Attempt.objects.filter(channel="paper").exists()
    # F10: nobody looked for ten days; it is due all the same.
    move_to(monkeypatch, last + timedelta(days=10))
    tasks.follow_up()
    assert Attempt.objects.filter(channel="paper").count() == 1
    tasks.follow_up()
    assert Attempt.objects.filter(channel="paper").count() == 1
    assert states(notice)["paper"] == ("sent", "")


@pytest.mark.parametrize("opened", [True, False])
def test_no_letter_follows_a_notice_that_was_confirmed(
    holder: Holder, opened: bool, monkeypatch: pytest.MonkeyPatch, gateway: SmsGateway
) -> None:
    signs_in(holder)
    contact(holder, ContactKind.SMS)
    notice = deduct(holder)
    if opened:
        gateway.failure = "down"
        actions.open_notice(notice.pk, holder_id=holder.pk)
    else:
        send_all()
        until(lambda: gateway.messages()[0]["status"] == "delivered")
        hurry()
    tasks.follow_up()
    move_to(monkeypatch, DAY + timedelta(days=30))
    tasks.follow_up()
    assert states(notice)["paper"] == ("done", "confirmed")
    assert not Attempt.objects.filter(channel="paper").exists()


def test_a_restoration_by_time_is_told_without_paper(holder: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    deduct(holder)
    restored = date(2027, 3, 11)
    move_to(monkeypatch, restored)
    from gplx.points.sweep import sweep

    sweep()
    notice = Notice.objects.get(kind="restoration")
    tasks.deliver(notice_ids=[notice.pk])
    assert states(notice) == {}
    assert list(Attempt.objects.filter(notice=notice).values_list("channel", flat=True)) == ["site"]


def test_f31_a_lost_reply_sends_the_same_message_again_under_its_key(holder: Holder, gateway: SmsGateway) -> None:
    contact(holder, ContactKind.SMS)
    gateway.failure = "lost_reply"
    deduct(holder)
    send_all()
    assert outcomes("sms") == [[]]
    gateway.failure = ""
    hurry()
    tasks.follow_up()
    assert len(gateway.messages()) == 1
    assert gateway.repeats == 1
    assert len({attempt.key for attempt in Attempt.objects.filter(channel="sms")}) == 1
    assert [len(found) > 0 for found in outcomes("sms")] == [False, True]


def test_f31_a_second_mail_after_a_lost_reply_is_shown_as_maybe_twice(holder: Holder, mailbox: Mailbox) -> None:
    contact(holder, ContactKind.EMAIL)
    mailbox.failure = "lost_reply"
    notice = deduct(holder)
    send_all()
    mailbox.failure = ""
    hurry()
    tasks.follow_up()
    first, second = mailbox.mails()
    assert first.message_id == second.message_id
    (trail,) = told.trails(holder.pk, notice_id=notice.pk)
    mails = [step for step in trail.steps if step.channel == "email"]
    assert [(step.outcome, step.maybe_twice) for step in mails] == [("", False), ("accepted", True)]


@pytest.mark.parametrize("failure", ["busy", "nobody listens"])
def test_a_mail_that_surely_was_not_taken_is_not_shown_as_maybe_twice(
    holder: Holder, mailbox: Mailbox, failure: str, settings: Any
) -> None:
    contact(holder, ContactKind.EMAIL)
    right = settings.SMTP_URL
    if failure == "busy":
        mailbox.failure = "busy"
    else:
        settings.SMTP_URL = "smtp://127.0.0.1:9"
    notice = deduct(holder)
    send_all()
    mailbox.failure, settings.SMTP_URL = "", right
    hurry()
    tasks.follow_up()
    assert len(mailbox.mails()) == 1
    (trail,) = told.trails(holder.pk, notice_id=notice.pk)
    mails = [step for step in trail.steps if step.channel == "email"]
    assert [(step.outcome, step.maybe_twice) for step in mails] == [("failed", False), ("accepted", False)]


@pytest.mark.parametrize("failure", ["down", "web_page"])
def test_f29_a_gateway_that_does_not_answer_is_tried_with_pauses_and_then_shown_to_a_person(
    holder: Holder, gateway: SmsGateway, failure: str
) -> None:
    contact(holder, ContactKind.SMS)
    gateway.failure = failure
    notice = deduct(holder)
    send_all()
    send_all()  # Its pause is not over.
    assert Attempt.objects.filter(channel="sms").count() == 1
    for _ in range(TRIES_MAX - 1):
        hurry()
        tasks.follow_up()
    assert Attempt.objects.filter(channel="sms").count() == TRIES_MAX
    # Paper goes on at once, so this errand has come to its end.
    assert states(notice)["sms"] == ("done", "next_channel")
    tasks.follow_up()
    assert states(notice)["paper"] == ("sent", "")


def test_one_silent_channel_does_not_hold_up_the_other(holder: Holder, gateway: SmsGateway, mailbox: Mailbox) -> None:
    contact(holder, ContactKind.SMS)
    contact(holder, ContactKind.EMAIL)
    gateway.failure = "down"
    for number in range(4):
        deduct(holder, f"QD-{number}", 1)
    send_all()
    assert len(mailbox.mails()) == 4
    assert Attempt.objects.filter(channel="sms").count() == 1


def test_a_number_that_is_refused_is_followed_by_paper_at_once(holder: Holder, gateway: SmsGateway) -> None:
    contact(holder, ContactKind.SMS)
    gateway.failure = "refuse"
    notice = deduct(holder)
    send_all()
    assert outcomes("sms") == [["failed"]]
    tasks.follow_up()
    assert states(notice) == {"sms": ("done", "next_channel"), "paper": ("sent", "")}


def dead_message(holder: Holder, gateway: SmsGateway) -> Errand:
    """A message that belongs to no entry, refused: nothing follows it, so a person has to look."""
    contact(holder, ContactKind.SMS)
    gateway.failure = "refuse"
    content = {"on": DAY.isoformat(), "what": {"vi": "a", "en": "b"}, "sources": []}
    actions.announce([actions.NewMessage(holder.pk, "contact_changed", "k", content)], recorded_on=DAY)
    tasks.deliver(notice_ids=[Notice.objects.get(natural_key="k").pk])
    send_all()
    errand = Errand.objects.get(channel="sms")
    assert (errand.state, errand.cause) == (ErrandState.DEAD, "rejected")
    return errand


def test_what_nothing_follows_waits_for_a_person_and_can_be_begun_anew(holder: Holder, gateway: SmsGateway) -> None:
    errand = dead_message(holder, gateway)
    gateway.failure = ""
    errand_actions.retry(errand.pk, officer="7")
    send_all()
    first, second = Attempt.objects.filter(channel="sms").order_by("number")
    assert (first.key[:-1], first.round, second.round) == (second.key[:-1], 1, 2)
    assert len(gateway.messages()) == 1
    with pytest.raises(MoveNotAllowedError):
        errand_actions.retry(errand.pk, officer="7")


def test_a_person_may_say_that_it_is_done(holder: Holder, gateway: SmsGateway) -> None:
    errand = dead_message(holder, gateway)
    errand_actions.handle(errand.pk, officer="7", note="Đã gọi điện")
    errand.refresh_from_db()
    assert (errand.state, errand.cause, errand.handled_note) == (ErrandState.DONE, "handled", "Đã gọi điện")


def test_a_letter_that_comes_back_starts_the_next_channel(holder: Holder, mailbox: Mailbox) -> None:
    notice = deduct(holder)
    letter = Attempt.objects.get(channel="paper")
    assert actions.report(letter.pk, OutcomeKind.ACCEPTED, {"posted": "RR123"})
    contact(holder, ContactKind.EMAIL)  # Known only now.
    assert actions.report(letter.pk, OutcomeKind.RETURNED, {"reason": "unknown"})
    assert states(notice) == {"paper": ("done", "next_channel"), "email": ("waiting", "")}
    tasks.follow_up()
    assert len(mailbox.mails()) == 1


def test_a_letter_that_comes_back_and_nothing_else_known_waits_for_a_person(holder: Holder) -> None:
    notice = deduct(holder)
    letter = Attempt.objects.get(channel="paper")
    assert actions.report(letter.pk, OutcomeKind.RETURNED, {})
    assert states(notice) == {"paper": ("dead", "returned")}
    # Handed over after all.
    assert actions.report(letter.pk, OutcomeKind.DELIVERED, {})
    assert states(notice) == {"paper": ("done", "confirmed")}


def test_f11_an_outcome_that_comes_twice_counts_once(holder: Holder) -> None:
    deduct(holder)
    letter = Attempt.objects.get(channel="paper")
    assert actions.report(letter.pk, OutcomeKind.DELIVERED, {})
    assert not actions.report(letter.pk, OutcomeKind.DELIVERED, {})
    assert Outcome.objects.filter(attempt=letter).count() == 1


@pytest.mark.parametrize(("attempt", "outcome"), [(0, "delivered"), (None, "lost_at_sea")])
def test_an_outcome_of_nothing_is_refused(holder: Holder, attempt: int | None, outcome: str) -> None:
    deduct(holder)
    number = Attempt.objects.get(channel="paper").pk if attempt is None else attempt
    with pytest.raises(LookupError):
        actions.report(number, outcome, {})


def test_a_message_to_a_contact_that_was_replaced_is_not_sent(holder: Holder, mailbox: Mailbox) -> None:
    old = contact(holder, ContactKind.EMAIL)
    notice = deduct(holder)
    old.ended_at = old.confirmed_at
    old.save()
    send_all()
    assert mailbox.mails() == []
    assert states(notice)["email"] == ("done", "contact_ended")


def test_a_provider_that_never_says_more_is_given_up(holder: Holder, gateway: SmsGateway) -> None:
    contact(holder, ContactKind.SMS)
    gateway.receipt_seconds = 3600
    notice = deduct(holder)
    send_all()
    assert errand_actions.expire() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_errand SET moved_at = moved_at - interval '73 hours' WHERE channel = 'sms'")
    assert errand_actions.expire() == 1
    assert outcomes("sms") == [["accepted", "expired"]]
    assert states(notice)["sms"] == ("done", "next_channel")


@pytest.mark.parametrize("table", ["notices_attempt", "notices_outcome"])
def test_evidence_is_never_changed(holder: Holder, table: str) -> None:
    deduct(holder)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic(), connection.cursor() as c:
        c.execute(f"UPDATE {table} SET id = id")
