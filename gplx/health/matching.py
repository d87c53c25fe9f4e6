"""Whose certificate is it? Number, birth day and name without diacritics must agree; what does not, waits."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from gplx.health.message import Stated
from gplx.health.models import Version, WaitReason
from gplx.law import health as law
from gplx.licences.models import Holder

BY_PERSON = frozenset({WaitReason.PERSON_UNKNOWN, WaitReason.BIRTH_DATE_DIFFERS, WaitReason.NAME_DIFFERS})
"""The reasons that go away by themselves when the holder appears or is corrected."""


class Found(NamedTuple):
    """The person of a number; where `difference` is not empty, why the certificate is not surely his."""

    holder_id: int | None
    difference: str


def match(stated: Stated) -> Found:
    """Whose certificate a message describes."""
    return _match(stated.identity_number, stated.birth_date, stated.name)


def match_version(version: Version) -> Found:
    """Whose certificate a version is, by what the register knows now."""
    return _match(version.identity_number, version.birth_date, version.name_folded)


def holder_of(identity_number: str) -> int | None:
    """The person who has or had this number, whatever else a certificate says."""
    holder = _of_number(identity_number)
    return None if holder is None else holder.pk


def _of_number(identity_number: str) -> Holder | None:
    return (
        Holder.objects.filter(citizen_number=identity_number).first()
        or Holder.objects.filter(aliases__number=identity_number).first()
    )


def _match(identity_number: str, birth_date: date, name_folded: str) -> Found:
    holder = _of_number(identity_number)
    if holder is None:
        return Found(None, WaitReason.PERSON_UNKNOWN)
    if holder.birth_date != birth_date:
        return Found(holder.pk, WaitReason.BIRTH_DATE_DIFFERS)
    if holder.name_folded != name_folded:
        return Found(holder.pk, WaitReason.NAME_DIFFERS)
    return Found(holder.pk, "")


def doubt_left(version: Version) -> str:
    """What else keeps a version from counting, once its person is found."""
    holder_id = version.certificate.holder_id
    if holder_id is not None and match_version(version).holder_id != holder_id:
        return WaitReason.PERSON_CHANGED
    if version.legacy:
        return WaitReason.LEGACY_SIGNATURE
    if version.signed_by is not None and version.recorded_on > version.signed_by.valid_until:
        return WaitReason.SIGNER_EXPIRED
    if law.class_meant(version.certificate.class_code, version.concluded_on) is None:
        return WaitReason.CLASS_UNKNOWN
    if version.drugs_found and version.conclusion == "eligible":
        return WaitReason.CONTRADICTS
    return ""
