"""Contacts: an address is one's own only with the code sent to it, and the old one hears of the change (T10)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from gplx.accounts.models import User
from gplx.gateways.sandbox.mailbox import Mailbox
from gplx.gateways.sandbox.sms import SmsGateway
from gplx.licences.models import Holder
from gplx.notices import contact_actions, tasks
from gplx.notices.channels.sms import length
from gplx.notices.contact_actions import CODES_A_DAY_MAX, TRIES_MAX, NotAnAddressError, read_address
from gplx.notices.models import Contact, ContactKind, Notice
from tests.notices.conftest import EMAIL, NUMBER, contact, gateway, mailbox, smtp

__all__ = ["gateway", "mailbox", "smtp"]
PAGE = "/lien-he"


def post(client: Client, kind: str, act: str, **told: str) -> Any:
    return client.post(PAGE, {"kind": kind, "act": act, **told})


def run_jobs(*names: str) -> None:
    """What the worker does with the jobs that were deferred."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs WHERE task_name = ANY(%s)", [list(names)])
        jobs = cursor.fetchall()
        cursor.execute("DELETE FROM procrastinate_jobs")
    for name, arguments in jobs:
        {"notices.send_code": tasks.send_code, "notices.send_farewell": tasks.send_farewell}[name](
            **json.loads(arguments)
        )


def code_in(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found
    return found.group()


def test_an_address_is_added_confirmed_and_taken_away(citizen: Client, holder: Holder, mailbox: Mailbox) -> None:
    assert post(citizen, "email", "add", **{"email-address": " Mau@Example.VN "}).status_code == 302
    page = citizen.get(PAGE).content.decode()
    assert EMAIL in page
    assert "Chờ xác nhận" in page
    run_jobs("notices.send_code")
    (mail,) = mailbox.mails()
    assert mail.to == EMAIL
    assert "http" not in mail.text
    assert post(citizen, "email", "confirm", **{"email-code-code": code_in(mail.text)}).status_code == 302
    assert "Đã xác nhận" in citizen.get(PAGE).content.decode()
    assert Notice.objects.filter(holder=holder, kind="contact_changed").count() == 1
    assert post(citizen, "email", "remove").status_code == 302
    run_jobs("notices.send_farewell")
    assert mailbox.mails()[0].subject == "Nơi nhận thông báo đã thay đổi"
    assert Contact.objects.filter(ended_at=None).count() == 0
    assert Notice.objects.filter(holder=holder, kind="contact_changed").count() == 2


def test_t10_the_old_number_hears_that_it_was_replaced(citizen: Client, holder: Holder, gateway: SmsGateway) -> None:
    contact(holder, ContactKind.SMS)
    post(citizen, "sms", "add", **{"sms-address": "0987 654 321"})
    run_jobs("notices.send_code")
    (sent,) = gateway.messages()
    assert sent["to"] == "+84987654321"
    assert length(sent["text"]).parts == 1
    # Until the new one is confirmed the old one stays.
    assert Contact.objects.get(confirmed_at__isnull=False, ended_at=None).address == NUMBER
    post(citizen, "sms", "confirm", **{"sms-code-code": code_in(sent["text"])})
    run_jobs("notices.send_farewell")
    assert [message["to"] for message in gateway.messages(NUMBER)] == [NUMBER]
    assert Contact.objects.get(confirmed_at__isnull=False, ended_at=None).address == "+84987654321"


def test_a_code_is_nowhere_in_the_database(citizen: Client, holder: Holder, mailbox: Mailbox) -> None:
    post(citizen, "email", "add", **{"email-address": EMAIL})
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM notices_contact c")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        jobs = " ".join(row[0] for row in cursor.fetchall())
    run_jobs("notices.send_code")
    assert code_in(mailbox.mails()[0].text) not in kept + jobs


def test_wrong_codes_are_counted_and_then_even_the_right_one_is_spent(
    citizen: Client, holder: Holder, mailbox: Mailbox
) -> None:
    post(citizen, "email", "add", **{"email-address": EMAIL})
    run_jobs("notices.send_code")
    right = code_in(mailbox.mails()[0].text)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(TRIES_MAX):
        answer = post(citizen, "email", "confirm", **{"email-code-code": wrong})
        assert (answer.status_code, "Mã không đúng" in answer.content.decode()) == (422, True)
    answer = post(citizen, "email", "confirm", **{"email-code-code": right})
    assert "Mã không dùng được nữa" in answer.content.decode()
    assert not Contact.objects.filter(confirmed_at__isnull=False).exists()


def test_a_code_is_good_for_a_quarter_of_an_hour(citizen: Client, holder: Holder, mailbox: Mailbox) -> None:
    post(citizen, "email", "add", **{"email-address": EMAIL})
    run_jobs("notices.send_code")
    Contact.objects.update(code_ends_at=Now() - timedelta(seconds=1))
    answer = post(citizen, "email", "confirm", **{"email-code-code": code_in(mailbox.mails()[0].text)})
    assert answer.status_code == 422
    assert contact_actions.code_message(Contact.objects.get().pk) is None


def test_nobody_makes_the_register_write_to_others_all_day(citizen: Client, holder: Holder) -> None:
    for number in range(CODES_A_DAY_MAX):
        assert post(citizen, "email", "add", **{"email-address": f"mau{number}@example.vn"}).status_code == 302
    answer = post(citizen, "email", "add", **{"email-address": "mau9@example.vn"})
    assert answer.status_code == 422
    assert "quá nhiều mã" in answer.content.decode()


def test_t08_a_session_that_is_old_changes_no_address(citizen: Client, holder: Holder) -> None:
    User.objects.update(last_login=Now() - timedelta(minutes=16))
    answer = post(citizen, "email", "add", **{"email-address": EMAIL})
    assert (answer.status_code, answer["Location"]) == (302, "/dang-nhap")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("kind", ["", "paper", "fax"])
def test_what_is_no_kind_of_contact_changes_nothing(citizen: Client, holder: Holder, kind: str) -> None:
    assert post(citizen, kind, "add", **{"email-address": EMAIL}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("email", " A.B@Example.VN ", "a.b@example.vn"),
        ("sms", "0912345678", "+84912345678"),
        ("sms", "+84 912 345 678", "+84912345678"),
        ("sms", "84912345678", "+84912345678"),
    ],
)
def test_an_address_is_kept_in_one_form(kind: str, told: str, kept: str) -> None:
    assert read_address(kind, told) == kept


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("email", "a@b"),
        ("email", "a b@c.vn"),
        ("email", "a@c.vn\nBcc: x@y.vn"),
        ("email", "a..b@c.vn"),
        ("email", "ñ@c.vn"),
        ("email", "x" * 250 + "@c.vn"),
        ("sms", "024 3825 1234"),
        ("sms", "0912"),
        ("sms", "113"),
        ("sms", "0912345678, 0987654321"),
        ("sms", "x"),
    ],
)
def test_what_cannot_be_written_to_is_refused(kind: str, told: str) -> None:
    with pytest.raises(NotAnAddressError):
        read_address(kind, told)
