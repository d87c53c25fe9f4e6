"""The only writers of holders and licences (beside the demo's bulk load): register, exchange.

Points are not their business: an account hangs on a person and a part of the licence, so whatever happens to the
document, the account goes on (reading 20).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from django.db import transaction

from gplx import clock
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.law import licences as law
from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, IdentityAlias, Licence, LicenceStatus
from gplx.wallet import actions as wallet
from gplx.wallet import publication


class NumberFormError(RegisterError):
    """A licence or citizen number has 12 digits, an old identity number 9."""


class OtherPersonError(RegisterError):
    """This number is another person's: name or birth date differ. Compare the papers before anything is entered."""


class OtherLicenceError(RegisterError):
    """This licence number is in the register with other content. Nothing was changed."""


class NewHolder(NamedTuple):
    """A person as his papers name him.

    Attributes:
        citizen_number: 12 digits; None where only an old paper is known.
        old_numbers: identity numbers of 9 digits.
    """

    name: str
    birth_date: date
    sex: Literal["male", "female"]
    province_code: str
    citizen_number: str | None = None
    old_numbers: tuple[str, ...] = ()
    address: str = ""


class NewEntitlement(NamedTuple):
    """A class of a licence; without `expiry_date` the term of the law counts from `issue_date`."""

    category: str
    regime: str
    issue_date: date
    expiry_date: date | None = None
    restriction: str = ""


class NewLicence(NamedTuple):
    """A licence document with its classes."""

    number: str
    issue_date: date
    issuing_province: str
    entitlements: tuple[NewEntitlement, ...]
    blank_number: str = ""


@transaction.atomic
def register(holder: NewHolder, licence: NewLicence) -> Licence:
    """Enter a licence and its holder. The same again changes nothing.

    The person is found by citizen number, else by an old number; name and birth date must agree.

    Raises:
        NumberFormError, OtherPersonError, OtherLicenceError: as they say; nothing was changed.
        UnknownClassError: no such class in that regime.
    """
    _check_numbers(holder, licence)
    person = _person(holder)
    kept, is_new = Licence.objects.get_or_create(
        number=licence.number,
        defaults={
            "holder": person,
            "blank_number": licence.blank_number,
            "issue_date": licence.issue_date,
            "issuing_province": licence.issuing_province,
        },
    )
    wanted = _entitlements(kept, person, licence.entitlements)
    if is_new:
        Entitlement.objects.bulk_create(wanted)
    elif kept.holder_id != person.pk or not _same(kept, licence, wanted):
        raise OtherLicenceError
    return kept


@transaction.atomic
def exchange(number: str, new: NewLicence) -> Licence:
    """Give the holder of a licence another document in its place: exchanged, re-issued or upgraded.

    The new document may keep the number (then it takes the place of the old one) or have another (then the old one is
    marked as replaced). The person's points are untouched: the same account goes on, also at 0 points. Electronic
    licences of the old document end with it; the holder fetches new ones.

    Raises:
        MoveNotAllowedError: the licence is not valid any more.
        OtherLicenceError: the new number belongs to another licence.
        Licence.DoesNotExist: no licence has that number.

    Source:
        36/2024/QH15 art. 58(4); reading 20.
    """
    _check_form(r"[0-9]{12}", new.number)
    old = Licence.objects.select_for_update(of=("self",)).select_related("holder").get(number=number)
    if new.number == number:
        if old.status != LicenceStatus.VALID:
            raise MoveNotAllowedError
        old.blank_number, old.issue_date = new.blank_number, new.issue_date
        old.issuing_province = new.issuing_province
        old.save(update_fields=["blank_number", "issue_date", "issuing_province"])
        old.entitlements.all().delete()
        Entitlement.objects.bulk_create(_entitlements(old, old.holder, new.entitlements))
        _end_electronic(old)
        return old
    known = Licence.objects.filter(number=new.number).first()
    if known is not None:
        same = known.holder_id == old.holder_id and _same(
            known, new, _entitlements(known, old.holder, new.entitlements)
        )
        if old.status == LicenceStatus.REPLACED and same:
            return known
        raise OtherLicenceError
    if old.status != LicenceStatus.VALID:
        raise MoveNotAllowedError
    old.status = LicenceStatus.REPLACED
    old.save(update_fields=["status"])
    _end_electronic(old)
    licence = Licence.objects.create(
        number=new.number,
        holder=old.holder,
        blank_number=new.blank_number,
        issue_date=new.issue_date,
        issuing_province=new.issuing_province,
    )
    Entitlement.objects.bulk_create(_entitlements(licence, old.holder, new.entitlements))
    return licence


@transaction.atomic
def withdraw(number: str) -> Licence:
    """Mark a document as withdrawn because it should not be held; its electronic licences end. Again changes nothing.

    Raises:
        MoveNotAllowedError: the document was replaced by another before.
        Licence.DoesNotExist: no licence has that number.
    """
    licence = Licence.objects.select_for_update().get(number=number)
    if licence.status == LicenceStatus.REPLACED:
        raise MoveNotAllowedError
    licence.status = LicenceStatus.WITHDRAWN
    licence.save(update_fields=["status"])
    _end_electronic(licence)
    return licence


def _end_electronic(licence: Licence) -> None:
    wallet.end_of_document(licence.pk, at=publication.now(), recorded_on=clock.today())


def _person(stated: NewHolder) -> Holder:
    """The holder of these papers, entered if he is not known."""
    found: Holder | None = None
    if stated.citizen_number is not None:
        found = Holder.objects.filter(citizen_number=stated.citizen_number).first()
    by_old = Holder.objects.filter(aliases__number__in=stated.old_numbers).distinct()
    for holder in by_old:
        if found is not None and holder.pk != found.pk:
            raise OtherPersonError
        found = holder
    if found is None:
        described = {
            "name": " ".join(unicodedata.normalize("NFC", stated.name).split()),
            "name_folded": fold(stated.name),
            "name_key": sort_key(stated.name),
            "birth_date": stated.birth_date,
            "sex": stated.sex,
            "address": stated.address,
            "province_code": stated.province_code,
        }
        if stated.citizen_number is None:
            found = Holder.objects.create(**described)
        else:
            found, _ = Holder.objects.get_or_create(citizen_number=stated.citizen_number, defaults=described)
    if found.birth_date != stated.birth_date or found.name_folded != fold(stated.name):
        raise OtherPersonError
    if stated.citizen_number is not None and found.citizen_number != stated.citizen_number:
        if found.citizen_number is not None:
            raise OtherPersonError
        found.citizen_number = stated.citizen_number
        found.save(update_fields=["citizen_number"])
    for number in stated.old_numbers:
        IdentityAlias.objects.get_or_create(number=number, defaults={"holder": found})
    return found


def _entitlements(licence: Licence, holder: Holder, stated: Sequence[NewEntitlement]) -> list[Entitlement]:
    """The rows of these classes; the law says which part each carries, and its term where none is stated."""
    rows = []
    for one in stated:
        known = law.licence_class(one.category, one.regime)
        expiry_date = one.expiry_date
        if expiry_date is None:
            sex: law.Sex = "male" if holder.sex == "male" else "female"
            expiry_date = law.expiry_date(known, issue_date=one.issue_date, birth_date=holder.birth_date, sex=sex)
        rows.append(
            Entitlement(
                licence=licence,
                category=one.category,
                regime=one.regime,
                part=known.part,
                issue_date=one.issue_date,
                expiry_date=expiry_date,
                restriction=one.restriction,
            )
        )
    return rows


def _same(kept: Licence, stated: NewLicence, wanted: Sequence[Entitlement]) -> bool:
    """Does the register hold exactly this document?"""
    document = (kept.blank_number, kept.issue_date, kept.issuing_province)
    if document != (stated.blank_number, stated.issue_date, stated.issuing_province):
        return False
    return {_content(row) for row in kept.entitlements.all()} == {_content(row) for row in wanted}


def _content(row: Entitlement) -> tuple[object, ...]:
    return row.category, row.regime, row.part, row.issue_date, row.expiry_date, row.restriction


def _check_numbers(holder: NewHolder, licence: NewLicence) -> None:
    _check_form(r"[0-9]{12}", licence.number)
    if holder.citizen_number is not None:
        _check_form(r"[0-9]{12}", holder.citizen_number)
    for number in holder.old_numbers:
        _check_form(r"[0-9]{9}", number)


def _check_form(form: str, number: str) -> None:
    if not re.fullmatch(form, number):
        raise NumberFormError
