"""The only writers of health certificates: what came, whose it is, and what it proves.

A version that surely belongs to a person and about which nothing is doubtful counts at once; any other waits. When the
version that counts finds no drugs, that is a fact of the person's points accounts; when a later version takes that
back, so is the withdrawal (ADR 0041).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import orjson
from django.db import connection, transaction

from gplx import clock
from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.files.models import StoredFile
from gplx.health import matching, signatures, told
from gplx.health.message import MessageError, Stated, fault
from gplx.health.models import (
    Certificate,
    Facility,
    Origin,
    SigningCertificate,
    Version,
    VersionMove,
    VersionState,
    WaitReason,
)
from gplx.health.states import MOVES
from gplx.law.text import fold
from gplx.licences import own
from gplx.licences.models import Holder
from gplx.licences.queries import parts_of
from gplx.points import actions as points
from gplx.points.actions import NewFact
from gplx.points.models import FactKind

NOTE_MAX = 300

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('health_certificate:' || %s, 0))"


class UnknownFacilityError(RegisterError):
    """No facility is registered under this code. Ask the register to add it."""


class AlreadyKnownError(RegisterError):
    """A certificate of this number and class is known with other content. Send it with STATE = EDIT to correct it."""


class NothingToEditError(RegisterError):
    """No certificate of this number and class is known, so there is nothing to correct. Send it with STATE = ADD."""


class OwnRecordError(RegisterError):
    """Nobody decides about his own record. Leave it to a colleague."""


class NoteMissingError(RegisterError):
    """Say why, in at most 300 characters: the note is kept with the certificate."""


class PersonMissingError(RegisterError):
    """Say whose certificate it is: search for the person first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a certificate: recorded (it counts), waiting (for a person), exists (known with this content)."""

    state: Literal["recorded", "waiting", "exists"]
    version: Version

    @property
    def reason(self) -> str:
        return self.version.reason


def receive_signed(stated: Stated, signed_data: str, *, source: str, today: date | None = None) -> Outcome:
    """Take a message of a hospital: its signed data must be good, and say the same.

    Raises:
        SignedDataRefusedError: the signed data is not good.
        MessageError: a value differs from what was signed, or the facility's fields are not right.
        UnknownFacilityError, AlreadyKnownError, NothingToEditError: as they say.
    """
    today = today or clock.today()
    facility = _facility(stated)
    known = {
        one.fingerprint: signatures.Known(
            one.pk, one.pem, one.fingerprint, one.valid_from, one.valid_until, one.withdrawn_on
        )
        for one in SigningCertificate.objects.filter(facility=facility)
    }
    signed = signatures.verify(signed_data, known, concluded_on=stated.concluded_on, today=today)
    if faults := signatures.differences(signed.values, stated.content):
        raise MessageError(faults)
    action = signed.values.get("ACTION", "")
    if action in ("ADD", "EDIT") and (action == "EDIT") != stated.edit:
        raise MessageError([fault("STATE", "differs_from_signed")])
    return _receive(
        stated,
        facility,
        Origin.MESSAGE,
        source=source,
        today=today,
        doubt=signed.doubt,
        signed_digest=signed.digest,
        signed_by=signed.certificate_id,
    )


def receive_form(stated: Stated, *, user: User, today: date | None = None) -> Outcome:
    """Take a certificate that a small facility wrote on the register's own page and its doctor confirmed.

    Raises:
        OwnRecordError: whoever writes it is the person examined.
        MessageError, UnknownFacilityError, AlreadyKnownError, NothingToEditError: as for a message.
    """
    today = today or clock.today()
    if _names_own(user, stated.identity_number):
        raise OwnRecordError
    facility = _facility(stated)
    return _receive(stated, facility, Origin.FORM, source=f"user {user.pk}", today=today)


@transaction.atomic
def receive_copy(
    stated: Stated, *, holder: Holder, file: StoredFile, officer: User, today: date | None = None
) -> Outcome:
    """Take what an officer read from a certified copy that its holder brought; the copy says whose it is.

    Raises:
        OwnRecordError: it is the officer's own.
        MessageError, UnknownFacilityError, AlreadyKnownError: as for a message.
    """
    today = today or clock.today()
    if own.is_own(officer.citizen_number, holder):
        raise OwnRecordError
    return _receive(
        stated, _facility(stated), Origin.CERTIFIED_COPY, source=f"user {officer.pk}", today=today, file=file
    )


def is_own(user: User, version: Version) -> bool:
    """Is a version of the member of staff himself, by its person or by the number it states (I14)?"""
    holder = version.certificate.holder
    return (holder is not None and own.is_own(user.citizen_number, holder)) or _names_own(user, version.identity_number)


def _names_own(user: User, identity_number: str) -> bool:
    """Is an identity number the user's own, or an older number of the same person?"""
    if not user.citizen_number:
        return False
    if user.citizen_number == identity_number:
        return True
    holder_id = matching.holder_of(identity_number)
    return holder_id is not None and own.is_own(user.citizen_number, Holder.objects.get(pk=holder_id))


def _facility(stated: Stated) -> Facility:
    """The registered facility of a message; its name and days must agree."""
    facility = Facility.objects.filter(code=stated.facility_code).first()
    if facility is None:
        raise UnknownFacilityError
    faults = []
    if fold(stated.content["BENHVIEN"]) != fold(facility.name):
        faults.append(fault("BENHVIEN", "facility_name"))
    ends = facility.active_until or date.max
    if not facility.active_from <= stated.concluded_on <= ends:
        faults.append(fault("NGAYKETLUAN", "facility_inactive"))
    if faults:
        raise MessageError(faults)
    return facility


@transaction.atomic
def _receive(
    stated: Stated,
    facility: Facility,
    origin: Origin,
    *,
    source: str,
    today: date,
    doubt: str = "",
    signed_digest: str = "",
    signed_by: int | None = None,
    file: StoredFile | None = None,
) -> Outcome:
    _lock(facility.code, stated.number, stated.class_code)
    digest = hashlib.sha256(
        orjson.dumps([stated.content, stated.printed_until], option=orjson.OPT_SORT_KEYS)
    ).hexdigest()
    if signed_digest:
        # The same signed text again, under whatever name: nothing old ever comes back as a new version.
        again = Version.objects.filter(signed_digest=signed_digest).select_related("certificate").first()
        if again is not None:
            return Outcome("exists", again)
    certificate = Certificate.objects.filter(
        facility=facility, number=stated.number, class_code=stated.class_code
    ).first()
    latest = None if certificate is None else certificate.versions.order_by("-number").first()
    if latest is not None and latest.digest == digest:
        return Outcome("exists", latest)
    if latest is not None and latest.state != VersionState.RETURNED and not stated.edit:
        raise AlreadyKnownError
    if latest is None and stated.edit:
        raise NothingToEditError
    if certificate is None:
        certificate = Certificate.objects.create(facility=facility, number=stated.number, class_code=stated.class_code)
    found = matching.match(stated)
    reason = found.difference or doubt or _doubt_about(stated)
    if certificate.holder_id is not None and found.holder_id != certificate.holder_id:
        reason = WaitReason.PERSON_CHANGED
    version = Version.objects.create(
        certificate=certificate,
        number=1 if latest is None else latest.number + 1,
        origin=origin,
        content=stated.content,
        digest=digest,
        signed_digest=signed_digest,
        changed=[] if latest is None else _changed(latest.content, stated.content),
        identity_number=stated.identity_number,
        birth_date=stated.birth_date,
        name_folded=stated.name,
        concluded_on=stated.concluded_on,
        conclusion=stated.conclusion,
        drugs_found=stated.drugs_found,
        printed_until=stated.printed_until,
        reexamine_on=stated.reexamine_on,
        signed_by_id=signed_by,
        legacy=doubt == WaitReason.LEGACY_SIGNATURE,
        file=file,
        source=source,
        state=VersionState.WAITING,
        reason=reason or WaitReason.PERSON_UNKNOWN,
        recorded_on=today,
    )
    if reason:
        return Outcome("waiting", version)
    assert found.holder_id is not None
    _count(version, found.holder_id, today)
    return Outcome("recorded", version)


def _doubt_about(stated: Stated) -> str:
    if stated.meant is None:
        return WaitReason.CLASS_UNKNOWN
    if stated.drugs_found and stated.conclusion == "eligible":
        return WaitReason.CONTRADICTS
    return ""


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name, "") != after.get(name, ""))


def _count(version: Version, holder_id: int, today: date) -> None:
    """Let a version count for a person: the one before does not any more, and what it proves becomes a fact."""
    certificate = version.certificate
    before = certificate.versions.filter(state=VersionState.COUNTS).exclude(pk=version.pk).first()
    for other in certificate.versions.filter(number__lt=version.number, state__in=_CAN_BE_SUPERSEDED):
        _move(other, VersionState.SUPERSEDED)
    facts = _facts(version, before if certificate.holder_id == holder_id else None, holder_id, today)
    if before is not None and certificate.holder_id != holder_id and before.fact_key and certificate.holder_id:
        facts += _withdrawal(before.fact_key, certificate.holder_id, today)
    if certificate.holder_id != holder_id:
        certificate.holder_id = holder_id
        certificate.save(update_fields=["holder_id"])
    _move(version, VersionState.COUNTS)
    points.record(facts, today=today)
    told.arrived(version, holder_id, today=today)


_CAN_BE_SUPERSEDED = [state for state, targets in MOVES.items() if VersionState.SUPERSEDED in targets]


def _facts(version: Version, before: Version | None, holder_id: int, today: date) -> list[NewFact]:
    """What the points register learns; sets `fact_key` of the version."""
    old_key = before.fact_key if before is not None else ""
    if version.drugs_found:
        return _withdrawal(old_key, holder_id, today) if old_key else []
    if (
        old_key
        and before is not None
        and (before.concluded_on, before.printed_until) == (version.concluded_on, version.printed_until)
    ):
        version.fact_key = old_key
        return []
    certificate = version.certificate
    version.fact_key = f"{certificate.facility.code}|{certificate.number}|{certificate.class_code}|{version.number}"
    facts = _withdrawal(old_key, holder_id, today) if old_key else []
    return facts + certificate_facts(version, holder_id, parts_of(holder_id), today)


def certificate_facts(version: Version, holder_id: int, parts: Sequence[str], today: date) -> list[NewFact]:
    """The fact of a version that finds no drugs, for some parts of the person's licence."""
    content: dict[str, object] = {"certificate": version.fact_key}
    if version.printed_until is not None:
        content["valid_until"] = version.printed_until.isoformat()
    return [
        NewFact(
            holder_id,
            part,
            FactKind.DRUG_FREE_CERTIFICATE,
            f"certificate:{version.fact_key}:{holder_id}:{part}",
            version.concluded_on,
            content,
            recorded_on=today,
        )
        for part in parts
    ]


def _withdrawal(key: str, holder_id: int, today: date) -> list[NewFact]:
    """The fact that a certificate's fact does not count any more (ADR 0041)."""
    return [
        NewFact(
            holder_id,
            part,
            FactKind.CERTIFICATE_WITHDRAWN,
            f"certificate_withdrawn:{key}:{holder_id}:{part}",
            today,
            {"certificate": key},
            recorded_on=today,
        )
        for part in parts_of(holder_id)
    ]


# -- what waits -------------------------------------------------------------------------------------------------------


@transaction.atomic
def match_waiting(version_id: int, *, today: date | None = None) -> bool:
    """Look again whose a waiting version is; True when it counts now. What needs a person's eyes goes on waiting."""
    today = today or clock.today()
    version = _locked(version_id)
    if version.state != VersionState.WAITING or version.reason not in matching.BY_PERSON:
        return False
    found = matching.match_version(version)
    stated_doubt = ""
    if not found.difference:
        stated_doubt = matching.doubt_left(version)
    reason = found.difference or stated_doubt
    if reason:
        if reason != version.reason:
            version.reason = reason
            version.save(update_fields=["reason"])
        return False
    assert found.holder_id is not None
    _count(version, found.holder_id, today)
    return True


@transaction.atomic
def accept(
    version_id: int, *, officer: User, note: str, holder_id: int | None = None, today: date | None = None
) -> Version:
    """A person has looked: the version counts, for the person found before or for the one the officer names.

    Raises:
        MoveNotAllowedError: a colleague was faster, or a newer version counts already.
        OwnRecordError, NoteMissingError, PersonMissingError: as they say; nothing was changed.
    """
    today = today or clock.today()
    note = _checked(note)
    version = _locked(version_id)
    if version.state != VersionState.WAITING:
        raise MoveNotAllowedError
    chosen = holder_id or version.certificate.holder_id or matching.match_version(version).holder_id
    if chosen is None:
        raise PersonMissingError
    holder = Holder.objects.get(pk=chosen)
    if own.is_own(officer.citizen_number, holder) or is_own(officer, version):
        raise OwnRecordError
    _log(version, "accepted", officer, note)
    _count(version, holder.pk, today)
    return version


@transaction.atomic
def return_to_sender(version_id: int, *, officer: User, note: str) -> Version:
    """A person has looked: the version is not taken, and the sender may send a corrected one.

    Raises:
        MoveNotAllowedError, OwnRecordError, NoteMissingError: as for `accept`.
    """
    note = _checked(note)
    version = _locked(version_id)
    if version.state != VersionState.WAITING:
        raise MoveNotAllowedError
    if is_own(officer, version):
        raise OwnRecordError
    _log(version, "returned", officer, note)
    _move(version, VersionState.RETURNED)
    return version


def _locked(version_id: int) -> Version:
    key = Version.objects.values_list(
        "certificate__facility__code", "certificate__number", "certificate__class_code"
    ).get(pk=version_id)
    _lock(*key)
    return (
        Version.objects.select_for_update(of=("self",))
        .select_related("certificate__facility", "certificate__holder")
        .get(pk=version_id)
    )


def _lock(facility_code: str, number: str, class_code: str) -> None:
    """One after the other for one certificate, also before it has a row."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{facility_code}|{number}|{class_code}"])


def _move(version: Version, to: VersionState) -> None:
    if to not in MOVES[VersionState(version.state)]:
        raise MoveNotAllowedError
    version.state = to
    version.reason = version.reason if to == VersionState.RETURNED else ""
    version.save(update_fields=["state", "reason", "fact_key"])


def _checked(note: str) -> str:
    note = " ".join(note.split())
    if not note or len(note) > NOTE_MAX:
        raise NoteMissingError
    return note


def _log(version: Version, outcome: str, officer: User, note: str) -> None:
    VersionMove.objects.create(
        version=version, outcome=outcome, note=note, officer_id=officer.pk, officer_name=officer.display_name
    )


_WITHOUT_FACT = """
    SELECT DISTINCT version.id, certificate.holder_id, entitlement.part
    FROM health_version version
    JOIN health_certificate certificate ON certificate.id = version.certificate_id
    JOIN licences_licence licence ON licence.holder_id = certificate.holder_id
    JOIN licences_entitlement entitlement ON entitlement.licence_id = licence.id
    WHERE version.state = 'counts' AND version.fact_key <> ''
      AND NOT EXISTS (SELECT FROM points_fact fact
                      WHERE fact.natural_key = 'certificate:' || version.fact_key || ':' || certificate.holder_id
                                               || ':' || entitlement.part)
    ORDER BY version.id LIMIT %s
"""


@transaction.atomic
def tell_new_parts(*, limit: int, today: date | None = None) -> int:
    """Tell the accounts of parts that a person has got since of the certificates he has; how many facts."""
    today = today or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_FACT, [limit])
        rows = cursor.fetchall()
    versions = Version.objects.in_bulk({row[0] for row in rows})
    facts = [fact for row in rows for fact in certificate_facts(versions[row[0]], row[1], [row[2]], today)]
    points.record(facts, today=today)
    return len(facts)
