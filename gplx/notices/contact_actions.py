"""The only writers of contacts: asked for, confirmed by a code that was sent to it, replaced, taken away (T10)."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta
from typing import Literal, TypeAlias

import phonenumbers
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from gplx import clock
from gplx.errors import RegisterError
from gplx.law.notices import EMAIL, SMS
from gplx.law.sources import cite
from gplx.notices import actions, codes
from gplx.notices.actions import NewMessage
from gplx.notices.channels import Message
from gplx.notices.channels.sms import plain
from gplx.notices.models import Contact, ContactKind
from gplx.notices.tasks import send_code, send_farewell

CODE_MINUTES = 15
TRIES_MAX = 5
CODES_A_DAY_MAX = 5
"""How many codes a person may ask for in a day: each is a message to an address that may be somebody else's."""
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

Confirmed: TypeAlias = Literal["confirmed", "wrong", "spent", "nothing"]


class NotAnAddressError(RegisterError):
    """This is no address that can be written to."""


class TooManyCodesError(RegisterError):
    """Too many codes were asked for today. Try again tomorrow."""


def read_address(kind: str, told: str) -> str:
    """An address in the form in which it is kept: an e-mail address in lower case, a mobile number as +84….

    Raises:
        NotAnAddressError: it is none, or a number that takes no short messages.
    """
    if kind == ContactKind.EMAIL:
        address = told.strip().lower()
        if len(address) > 254 or ".." in address or not _EMAIL.fullmatch(address):
            raise NotAnAddressError
        return address
    try:
        number = phonenumbers.parse(told, "VN")
    except phonenumbers.NumberParseException:
        raise NotAnAddressError from None
    mobile = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in mobile:
        raise NotAnAddressError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def offered() -> list[ContactKind]:
    """The kinds of contact this installation can write to."""
    by = {ContactKind.EMAIL: settings.SMTP_URL, ContactKind.SMS: settings.SMS_URL}
    return [kind for kind, carrier in by.items() if carrier]


@transaction.atomic
def ask(holder_id: int, kind: ContactKind, address: str) -> Contact:
    """Keep an address that is to be confirmed, in place of another that was not, and send it a code.

    Args:
        address: as `read_address` gives it.

    Raises:
        TooManyCodesError: too many codes for one day.
    """
    _lock(holder_id)
    of_today = Contact.objects.filter(holder_id=holder_id, asked_at__gt=Now() - timedelta(days=1))
    if of_today.count() >= CODES_A_DAY_MAX:
        raise TooManyCodesError
    Contact.objects.filter(holder_id=holder_id, kind=kind, confirmed_at=None, ended_at=None).update(ended_at=Now())
    contact = Contact.objects.create(
        holder_id=holder_id,
        kind=kind,
        address=address,
        code_salt=secrets.token_hex(16),
        code_ends_at=Now() + timedelta(minutes=CODE_MINUTES),
    )
    send_code.defer(contact_id=contact.pk)
    return contact


@transaction.atomic
def take_over(holder_id: int, kind: ContactKind, address: str) -> None:
    """Keep an address that another authority has confirmed already, where the person has none of that kind."""
    _lock(holder_id)
    if not Contact.objects.filter(holder_id=holder_id, kind=kind, confirmed_at__isnull=False, ended_at=None).exists():
        Contact.objects.create(
            holder_id=holder_id,
            kind=kind,
            address=read_address(kind, address),
            code_salt="",
            code_ends_at=Now(),
            confirmed_at=Now(),
        )


@transaction.atomic
def confirm(holder_id: int, kind: ContactKind, code: str) -> Confirmed:
    """Compare a code with the one that was sent; the right one makes the address the person's contact.

    The contact it replaces is told of it, and so is the inbox (T10).

    Returns:
        ``wrong``, or ``spent`` when too many were wrong or the time is up, or ``nothing`` when none is awaited.
    """
    _lock(holder_id)
    contact = Contact.objects.filter(holder_id=holder_id, kind=kind, confirmed_at=None, ended_at=None).first()
    if contact is None:
        return "nothing"
    in_time = Contact.objects.filter(pk=contact.pk, code_ends_at__gt=Now(), code_tries__lt=TRIES_MAX)
    if not in_time.update(code_tries=F("code_tries") + 1):
        return "spent"
    if not hmac.compare_digest(codes.of_contact(contact.pk, contact.code_salt).encode(), code.encode()):
        return "wrong"
    _end(holder_id, kind, "replaced")
    Contact.objects.filter(pk=contact.pk).update(confirmed_at=Now())
    _announce(contact, "added")
    return "confirmed"


@transaction.atomic
def remove(holder_id: int, kind: ContactKind) -> bool:
    """Take a contact away, also one that waits for its code; whether there was one."""
    _lock(holder_id)
    Contact.objects.filter(holder_id=holder_id, kind=kind, confirmed_at=None, ended_at=None).update(ended_at=Now())
    ended = _end(holder_id, kind, "removed")
    if ended is not None:
        _announce(ended, "removed")
    return ended is not None


def _lock(holder_id: int) -> None:
    """One change of a person's contacts after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM licences_holder WHERE id = %s FOR NO KEY UPDATE", [holder_id])


def _end(holder_id: int, kind: ContactKind, why: str) -> Contact | None:
    """End the confirmed contact, and tell the address itself that it is one no longer."""
    contact = Contact.objects.filter(holder_id=holder_id, kind=kind, confirmed_at__isnull=False, ended_at=None).first()
    if contact is not None:
        Contact.objects.filter(pk=contact.pk).update(ended_at=Now())
        send_farewell.defer(contact_id=contact.pk)
    return contact


_WHAT = {
    (ContactKind.EMAIL, "added"): {
        "vi": "một địa chỉ thư điện tử được xác nhận làm nơi nhận thông báo",
        "en": "an e-mail address was confirmed as a place where you are told",
    },
    (ContactKind.SMS, "added"): {
        "vi": "một số điện thoại được xác nhận làm nơi nhận thông báo",
        "en": "a mobile number was confirmed as a place where you are told",
    },
    (ContactKind.EMAIL, "removed"): {
        "vi": "địa chỉ thư điện tử nhận thông báo được gỡ bỏ",
        "en": "the e-mail address at which you were told was taken away",
    },
    (ContactKind.SMS, "removed"): {
        "vi": "số điện thoại nhận thông báo được gỡ bỏ",
        "en": "the mobile number at which you were told was taken away",
    },
}


def _announce(contact: Contact, what: str) -> None:
    today = clock.today()
    content = {
        "on": today.isoformat(),
        "what": _WHAT[ContactKind(contact.kind), what],
        "sources": [cite("168/2024", "art. 50(3)(b)")],
    }
    message = NewMessage(contact.holder_id, "contact_changed", f"contact:{contact.pk}:{what}", content)
    actions.announce([message], recorded_on=today)


_CODE_VI = "Mã xác nhận nơi nhận thông báo: {code}. Mã dùng trong {minutes} phút. Không đưa mã này cho ai."
_CODE_EN = "Your code: {code}, for {minutes} minutes. Give it to nobody."
_FAREWELL_VI = "Nơi này không còn nhận thông báo về giấy phép lái xe nữa. Nếu không phải bạn thay đổi, hãy báo CSGT."
_FAREWELL_EN = "Notices about a driving licence no longer come here. If it was not you, tell the traffic police."


def code_message(contact_id: int) -> Message | None:
    """The message with the code of a contact; None when no code is awaited any more."""
    contact = Contact.objects.filter(pk=contact_id, confirmed_at=None, ended_at=None, code_ends_at__gt=Now()).first()
    if contact is None:
        return None
    code = codes.of_contact(contact.pk, contact.code_salt)
    given = {"code": code, "minutes": CODE_MINUTES}
    key = f"c{contact.pk}-{contact.code_salt[:8]}"
    return _written(contact, key, "Mã xác nhận nơi nhận thông báo", _CODE_VI.format(**given), _CODE_EN.format(**given))


def farewell_message(contact_id: int) -> Message:
    """What an address is told that was replaced or taken away (T10)."""
    contact = Contact.objects.get(pk=contact_id)
    title = "Nơi nhận thông báo đã thay đổi"
    return _written(contact, f"c{contact.pk}-farewell", title, _FAREWELL_VI, _FAREWELL_EN)


def _written(contact: Contact, key: str, title: str, vi: str, en: str) -> Message:
    if contact.kind == SMS:
        return Message(key, contact.address, "", f"CSGT: {plain(vi)}")
    assert contact.kind == EMAIL
    return Message(key, contact.address, title, f"{vi}\n\n{en}\n")
