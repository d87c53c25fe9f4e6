"""Proof that what is published of electronic licences is what the register says (I15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection

from gplx.wallet import indices, publication, status_list, store
from gplx.wallet.certificates import Use
from gplx.wallet.errors import KeyStoreError
from gplx.wallet.models import Publication, StatusList

# Places whose status was changed by a transaction that the publication did not see may differ until the next one.
_SAYS = """
    SELECT credential.index, credential.ended_at IS NOT NULL OR coalesce(standing.suspended, false),
           EXISTS (SELECT FROM wallet_statuschange change
                   WHERE change.holder_id = credential.holder_id AND change.part = credential.part
                     AND NOT pg_visible_in_snapshot(change.transaction::text::xid8, %(snapshot)s::pg_snapshot))
    FROM wallet_credential credential
    LEFT JOIN wallet_standing standing
      ON standing.holder_id = credential.holder_id AND standing.part = credential.part
    WHERE credential.status_list_id = %(list)s
    ORDER BY credential.index
"""
# What the points account says, and the last change of the right to drive, is what the standing says.
STANDINGS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I15",
        "points_account",
        "says something else of the right to drive than the electronic licence does",
        """
        SELECT account.id FROM points_account account
        LEFT JOIN wallet_standing standing
          ON standing.holder_id = account.holder_id AND standing.part = account.part
        WHERE coalesce(standing.suspended, false) <> (account.balance = 0 OR account.revoked)
        """,
    ),
    (
        "I15",
        "wallet_standing",
        "says something else than the last change of the right to drive",
        """
        SELECT standing.id FROM wallet_standing standing
        LEFT JOIN LATERAL (
            SELECT suspended FROM wallet_statuschange change
            WHERE change.holder_id = standing.holder_id AND change.part = standing.part AND change.cause = 'right'
            ORDER BY id DESC LIMIT 1
        ) last ON true
        WHERE standing.suspended <> coalesce(last.suspended, false)
        """,
    ),
)


def check() -> Iterator[tuple[str, int, str]]:
    """Table, row and fault of each list and place that is not as it must be."""
    for row in StatusList.objects.order_by("pk"):
        last = publication.latest(row.name)
        try:
            secret = store.key_store().list_secret(row.name)
        except KeyStoreError:
            yield "wallet_statuslist", row.pk, "its secret is not in the key store"
            continue
        with connection.cursor() as cursor:
            cursor.execute(_SAYS, {"list": row.pk, "snapshot": last.snapshot if last else "1:1:"})
            places = cursor.fetchall()
        for index, _, _ in places:
            if not 0 <= index < row.size or indices.is_decoy(secret, index):
                yield "wallet_statuslist", row.pk, "a credential has a place outside the list, or one of a decoy"
        if row.allocated < len(places):
            yield "wallet_statuslist", row.pk, "has given away more places than it says"
        if last is not None:
            yield from _published(row, last, places)


def _published(
    row: StatusList, last: Publication, places: list[tuple[int, bool, bool]]
) -> Iterator[tuple[str, int, str]]:
    anchors = [store.key_store().certificate(Use.ROOT)]
    address = publication.uri(row.name)
    statuses = None
    for data in (last.jwt.encode(), bytes(last.cwt)):
        verified = status_list.verify(data, uri=address, at=last.issued_at, anchors=anchors)
        if verified.statuses is None or verified.issued_at != last.issued_at:
            yield "wallet_publication", last.pk, "is not a list that this register signed then"
            return
        if statuses is not None and statuses.packed != verified.statuses.packed:
            yield "wallet_publication", last.pk, "says one thing in one form and another in the other"
        statuses = verified.statuses
    assert statuses is not None
    for index, suspended, changed_since in places:
        said = status_list.SUSPENDED if suspended else status_list.VALID
        if not changed_since and statuses[index] != said:
            yield "wallet_publication", last.pk, "says something else of a credential than the register said then"


def too_old(*, at: datetime | None = None) -> int:
    """How many lists were not put out again within their time to live: the worker was away."""
    at = at or datetime.now(UTC)
    lasts = (publication.latest(row.name) for row in StatusList.objects.all())
    return sum(last is None or at - last.issued_at > publication.TTL for last in lasts)
