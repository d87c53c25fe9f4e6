"""The only writers of notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from psycopg.types.json import Jsonb


class NewNotice(NamedTuple):
    """What a person is to be told about one entry, named by its account and its number in the account."""

    account_id: int
    entry_number: int
    holder_id: int
    kind: str
    content: dict[str, Any]


_QUEUE = """
    INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
    SELECT entry.id, told.holder_id, told.kind, told.content, %(recorded_on)s
    FROM unnest(%(account_ids)s::bigint[], %(numbers)s::int[], %(holder_ids)s::bigint[],
                %(kinds)s::text[], %(contents)s::jsonb[])
         AS told (account_id, number, holder_id, kind, content)
    JOIN points_entry entry ON entry.account_id = told.account_id AND entry.number = told.number
    RETURNING id
"""


def queue(notices: Sequence[NewNotice], *, recorded_on: date) -> None:
    """Keep what is to be told and hand it to the worker, in the caller's transaction (I04)."""
    from gplx.notices.tasks import deliver

    if not notices:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _QUEUE,
            {
                "recorded_on": recorded_on,
                "account_ids": [notice.account_id for notice in notices],
                "numbers": [notice.entry_number for notice in notices],
                "holder_ids": [notice.holder_id for notice in notices],
                "kinds": [notice.kind for notice in notices],
                "contents": [Jsonb(notice.content) for notice in notices],
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    assert len(ids) == len(notices)
    deliver.defer(notice_ids=ids)
