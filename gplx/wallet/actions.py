"""The only writers of electronic licences and of what their status follows."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, transaction

from gplx import crash, database
from gplx.database import array, text_array
from gplx.wallet import es256, indices, mdoc, publication, sd_jwt, store
from gplx.wallet.certificates import Use
from gplx.wallet.errors import ListFullError, NotIssuableError
from gplx.wallet.licence import LicenceData
from gplx.wallet.models import Cause, Credential, Ending, Form, StatusList
from gplx.wallet.status_list import Reference
from gplx.wallet.tasks import publish

LIST_SIZE = 1 << 16
LIST_BITS = 2
VALID_DAYS = 90
"""How long a credential lasts; a wallet fetches the next one before. Our own choice, not a rule of law (ADR 0058)."""
KEYS_MAX = 5
"""So many credentials at most are given out together, each with a key of its own."""


class Change(NamedTuple):
    """A person whose right to drive under one part began or ended."""

    holder_id: int
    part: str
    may_drive: bool


# In the order of holder and part, so that two transactions never wait for each other (F19).
_FOLLOW = """
    WITH stood AS (
        INSERT INTO wallet_standing (holder_id, part, suspended, changes)
        SELECT told.holder_id, told.part, told.suspended, 1
        FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[], %(suspended)s::bool[])
             AS told (holder_id, part, suspended)
        ORDER BY told.holder_id, told.part
        ON CONFLICT (holder_id, part) DO UPDATE
        SET suspended = EXCLUDED.suspended, changes = wallet_standing.changes + 1, changed_at = statement_timestamp()
        RETURNING holder_id, part, suspended
    )
    INSERT INTO wallet_statuschange (holder_id, part, cause, suspended, transaction, recorded_on)
    SELECT holder_id, part, 'right', suspended, pg_current_xact_id()::text::bigint, %(recorded_on)s FROM stood
"""
# A statement of its own: it sees the credentials that were given out while the first one waited for their row.
_PUBLISH_SOON = """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
        ROW(%(queue)s, %(task)s, %(priority)s, %(lock)s, NULL, '{}'::jsonb, NULL)::procrastinate_job_to_defer_v1])
    WHERE EXISTS (
        SELECT FROM wallet_credential credential
        JOIN unnest(%(holder_ids)s::bigint[], %(parts)s::text[]) AS told (holder_id, part)
          ON credential.holder_id = told.holder_id AND credential.part = told.part)
"""
# The row of the part's standing is what giving out and following wait at; it is made where it is missing.
_STAND = """
    INSERT INTO wallet_standing (holder_id, part, suspended, changes) VALUES (%s, %s, false, 0)
    ON CONFLICT (holder_id, part) DO UPDATE SET changes = wallet_standing.changes
    RETURNING suspended
"""
_LOG = """
    INSERT INTO wallet_statuschange (holder_id, part, cause, suspended, transaction, recorded_on)
    VALUES (%s, %s, %s, %s, pg_current_xact_id()::text::bigint, %s)
"""


def follow(changes: Sequence[Change], *, recorded_on: date) -> None:
    """Let the status of electronic licences follow the right to drive, in the caller's transaction (I15).

    Does nothing, and asks nothing, where nothing changed. May be called inside `database.together`.
    """
    if not changes:
        return
    told = {
        "holder_ids": array(change.holder_id for change in changes),
        "parts": text_array(change.part for change in changes),
    }
    suspended = array(not change.may_drive for change in changes)
    database.send(_FOLLOW, {**told, "suspended": suspended, "recorded_on": recorded_on})
    crash.at("follow.written")
    job = {"queue": publish.queue, "task": publish.name, "priority": publish.priority, "lock": publish.lock}
    database.send(_PUBLISH_SOON, {**told, **job})


class Subject(NamedTuple):
    """Whose licence, and what the credential says of it; made by `licences.electronic`."""

    holder_id: int
    part: str
    licence_id: int
    data: LicenceData
    last_day_ends_at: datetime


class Issued(NamedTuple):
    """A credential as it goes to the phone, and its row."""

    credential: Credential
    content: str | bytes


@transaction.atomic
def issue(
    subject: Subject,
    keys: Sequence[ec.EllipticCurvePublicKey],
    form: Form,
    *,
    at: datetime,
    recorded_on: date,
    wallet: str = "",
) -> list[Issued]:
    """Sign a credential for each key; those of this part and form that were given out before are replaced by them.

    Raises:
        NotIssuableError: no key, too many, or the same twice; or the licence has run out.
        KeyStoreError: the keys that sign are not there.
    """
    thumbprints = [es256.thumbprint(key) for key in keys]
    until = min(at + timedelta(days=VALID_DAYS), subject.last_day_ends_at)
    if not 0 < len(keys) <= KEYS_MAX or len(set(thumbprints)) != len(keys) or until <= at:
        raise NotIssuableError
    with connection.cursor() as cursor:
        cursor.execute(_STAND, [subject.holder_id, subject.part])
        (suspended,) = cursor.fetchone()
    _end(
        Credential.objects.filter(holder_id=subject.holder_id, part=subject.part, form=form),
        Ending.REPLACED,
        at=at,
        recorded_on=recorded_on,
    )
    batch, made = uuid.uuid4(), []
    for key, thumbprint in zip(keys, thumbprints, strict=True):
        status_list, index = _place()
        credential = Credential.objects.create(
            holder_id=subject.holder_id,
            part=subject.part,
            licence_id=subject.licence_id,
            form=form,
            batch=batch,
            status_list=status_list,
            index=index,
            key_thumbprint=thumbprint,
            wallet=wallet,
            issued_at=at,
            expires_at=until,
        )
        reference = Reference(publication.uri(status_list.name), index)
        content: str | bytes
        if form == Form.SD_JWT:
            signer = store.key_store().signer(Use.SD_JWT)
            content = sd_jwt.issue(
                subject.data, key, signer, issuer=store.issuer(), status=reference, at=at, until=until
            )
        else:
            signer = store.key_store().signer(Use.MDOC)
            content = mdoc.issue(subject.data, key, signer, status=reference, at=at, until=until)
        made.append(Issued(credential, content))
    _log(subject.holder_id, subject.part, Cause.ISSUED, suspended=suspended, recorded_on=recorded_on)
    publish.defer()
    return made


@transaction.atomic
def end(holder_id: int, batch: uuid.UUID, ending: Ending, *, at: datetime, recorded_on: date) -> int:
    """End the credentials of one phone, if they are this person's; how many had not ended yet."""
    return _end(Credential.objects.filter(holder_id=holder_id, batch=batch), ending, at=at, recorded_on=recorded_on)


@transaction.atomic
def end_of_document(licence_id: int, *, at: datetime, recorded_on: date) -> int:
    """End what was given out of a document that was exchanged, re-issued or withdrawn; how many credentials."""
    return _end(Credential.objects.filter(licence_id=licence_id), Ending.DOCUMENT, at=at, recorded_on=recorded_on)


def _end(chosen: object, ending: Ending, *, at: datetime, recorded_on: date) -> int:
    rows = list(
        chosen.filter(ended_at__isnull=True).select_for_update(of=("self",)).order_by("pk")  # type: ignore[attr-defined]
    )
    if not rows:
        return 0
    Credential.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at, ending=ending)
    for holder_id, part in sorted({(row.holder_id, row.part) for row in rows}):
        _log(holder_id, part, Cause.ENDED, suspended=True, recorded_on=recorded_on)
    publish.defer()
    return len(rows)


def _log(holder_id: int, part: str, cause: Cause, *, suspended: bool, recorded_on: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [holder_id, part, cause, suspended, recorded_on])


class _Taken:
    """The places of a list that were given away."""

    def __init__(self, status_list: StatusList) -> None:
        self._credentials = Credential.objects.filter(status_list=status_list)

    def __contains__(self, index: object) -> bool:
        return self._credentials.filter(index=int(str(index))).exists()


def _place() -> tuple[StatusList, int]:
    """A place drawn at random in the newest list; a new list is begun when that one is full."""
    newest = StatusList.objects.select_for_update().order_by("-pk").first()
    while True:
        if newest is None:
            newest = publication.begin(size=LIST_SIZE, bits=LIST_BITS)
        try:
            secret = store.key_store().list_secret(newest.name)
            index = indices.draw(_Taken(newest), newest.allocated, newest.size, secret)
        except ListFullError:
            newest = None
            continue
        newest.allocated += 1
        newest.save(update_fields=["allocated"])
        return newest, index
