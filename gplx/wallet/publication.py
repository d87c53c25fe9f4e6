"""Status lists are built from the register, signed and put out; each list is built whole each time (I15).

A list is due when something it says was changed by a transaction that its last publication did not see, or when that
publication has grown old: decoys move with time, and a verifier may keep a list for its time to live only.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from gplx import crash
from gplx.wallet import indices, status_list, store
from gplx.wallet.certificates import Use
from gplx.wallet.models import Publication, StatusList

TTL = timedelta(minutes=5)
"""How long a verifier may keep a list before it asks again."""
RENEWED_AFTER = timedelta(minutes=3)
VALID = timedelta(days=3)
"""How long a list can be used where there is no network; its age is told with every answer (ADR 0059)."""
_KEPT = timedelta(hours=1)

# Names of lists that something concerns which their last publication did not see (F20: by snapshots, not by ids).
_DUE = """
    WITH latest AS (
        SELECT list.id, list.name, publication.snapshot::pg_snapshot AS snapshot, publication.issued_at
        FROM wallet_statuslist list
        LEFT JOIN LATERAL (
            SELECT snapshot, issued_at FROM wallet_publication WHERE status_list_id = list.id ORDER BY id DESC LIMIT 1
        ) publication ON true
    )
    SELECT name FROM latest
    WHERE snapshot IS NULL OR issued_at <= %(older_than)s
       OR EXISTS (
            SELECT FROM wallet_statuschange change
            JOIN wallet_credential credential
              ON credential.holder_id = change.holder_id AND credential.part = change.part
            WHERE credential.status_list_id = latest.id
              AND change.transaction >= pg_snapshot_xmin(latest.snapshot)::text::bigint
              AND NOT pg_visible_in_snapshot(change.transaction::text::xid8, latest.snapshot))
    ORDER BY name
"""
# What the register says of each place, and which transactions that saw: one statement, one picture.
_SAYS = """
    SELECT pg_current_snapshot()::text, array(
        SELECT credential.index FROM wallet_credential credential
        LEFT JOIN wallet_standing standing
          ON standing.holder_id = credential.holder_id AND standing.part = credential.part
        WHERE credential.status_list_id = %s AND (credential.ended_at IS NOT NULL OR standing.suspended))
"""


def uri(name: str) -> str:
    """The public address of a list, which is also its name inside credentials."""
    return f"{settings.BASE_URL}/wallet/status/{name}"


def begin(*, size: int, bits: int) -> StatusList:
    """A new list without credentials; it can be fetched after its first publication."""
    return StatusList.objects.create(name=secrets.token_urlsafe(12), size=size, bits=bits)


def due(*, at: datetime) -> list[str]:
    """The names of the lists that have to be put out anew."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"older_than": at - RENEWED_AFTER})
        return [row[0] for row in cursor.fetchall()]


def publish_due(*, at: datetime | None = None) -> int:
    """Put out every list that is due, each in a transaction of its own; how many.

    Safe to run twice, also at the same time: whoever comes second builds the same list again.
    """
    names = due(at=at or now())
    for name in names:
        publish(name, at=at or now())
    return len(names)


@transaction.atomic
def publish(name: str, *, at: datetime) -> Publication:
    """Build, sign and put out one list. Two at once wait for each other, so that an older picture never comes last.

    Raises:
        KeyStoreError: the key of status lists, or its secret, is not there.
    """
    row = StatusList.objects.select_for_update().get(name=name)
    with connection.cursor() as cursor:
        cursor.execute(_SAYS, [row.pk])
        snapshot, suspended = cursor.fetchone()
    statuses = built(row, suspended, at=at)
    signer = store.key_store().signer(Use.STATUS_LIST)
    jwt = status_list.sign_jwt(statuses, uri(name), signer, at=at, valid=VALID, ttl=TTL)
    cwt = status_list.sign_cwt(statuses, uri(name), signer, at=at, valid=VALID, ttl=TTL)
    crash.at("publish.signed")
    made = Publication.objects.create(
        status_list=row, jwt=jwt, cwt=cwt, snapshot=snapshot, suspended=len(suspended), issued_at=at
    )
    Publication.objects.filter(status_list=row, issued_at__lt=at - _KEPT).exclude(pk=made.pk).delete()
    return made


def built(row: StatusList, suspended: list[int], *, at: datetime) -> status_list.StatusList:
    """The list itself: these places suspended, decoys as they stand at that instant, all others valid."""
    secret = store.key_store().list_secret(row.name)
    statuses = status_list.StatusList.of_size(row.size, row.bits)
    for index in suspended:
        statuses[index] = status_list.SUSPENDED
    for index in _decoys(secret, row.size):
        statuses[index] = indices.decoy_status(secret, index, at)
    return statuses


@lru_cache(maxsize=64)
def _decoys(secret: bytes, size: int) -> tuple[int, ...]:
    return tuple(index for index in range(size) if indices.is_decoy(secret, index))


def latest(name: str) -> Publication | None:
    """The last publication of a list; None when there is no such list, or it was not put out yet."""
    return Publication.objects.filter(status_list__name=name).order_by("-pk").first()


def now() -> datetime:
    """The instant, in whole seconds: a list is dated by the machine's clock, which verifiers share."""
    return datetime.now(UTC).replace(microsecond=0)
