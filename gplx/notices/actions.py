"""The only writers of notices."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db import connection, transaction

from gplx import crash, database
from gplx.database import array, text_array
from gplx.notices import catalogue, errand_actions, plan_actions
from gplx.notices.errand_actions import report
from gplx.notices.tasks import deliver

__all__ = ["NewMessage", "NewNotice", "announce", "deliver_to_inbox", "open_notice", "queue", "report"]


class NewNotice(NamedTuple):
    """What a person is to be told about one entry, named by its account and its number in the account."""

    account_id: int
    entry_number: int
    holder_id: int
    kind: str
    content: dict[str, Any]


class NewMessage(NamedTuple):
    """What a person is to be told that belongs to no entry.

    Attributes:
        kind: one of `catalogue.KINDS`.
        natural_key: the room's own name of what is told; told again under the same key, it is the same message.
        content: what the text names, and `sources`: the provisions it rests on.
    """

    holder_id: int
    kind: str
    natural_key: str
    content: dict[str, Any]


# Notices and their jobs in one statement: an aborted transaction tells nobody. A job takes some thousand notices, so
# that a large batch is shared by several workers.
_WITH_JOBS = """
    , jobs AS (
        SELECT jsonb_build_object('notice_ids', jsonb_agg(id)) AS arguments
        FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(notices_a_job)s AS share FROM told) numbered
        GROUP BY share
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW(%(queue)s, %(task)s, %(priority)s, NULL, NULL, arguments, NULL)::procrastinate_job_to_defer_v1))
    FROM jobs
"""
_QUEUE = f"""
    WITH told AS (
        INSERT INTO notices_notice (entry_id, holder_id, kind, content, recorded_on)
        SELECT entry.id, told.holder_id, told.kind, told.content, %(recorded_on)s
        FROM unnest(%(account_ids)s::bigint[], %(numbers)s::int[], %(holder_ids)s::bigint[],
                    %(kinds)s::text[], %(contents)s::jsonb[])
             AS told (account_id, number, holder_id, kind, content)
        JOIN points_entry entry ON entry.account_id = told.account_id AND entry.number = told.number
        RETURNING id
    ) {_WITH_JOBS}
"""
_ANNOUNCE = f"""
    WITH told AS (
        INSERT INTO notices_notice (holder_id, kind, natural_key, content, recorded_on)
        SELECT holder_id, kind, natural_key, content, %(recorded_on)s
        FROM unnest(%(holder_ids)s::bigint[], %(kinds)s::text[], %(natural_keys)s::text[], %(contents)s::jsonb[])
             AS told (holder_id, kind, natural_key, content)
        ORDER BY natural_key
        ON CONFLICT (natural_key) WHERE natural_key IS NOT NULL DO NOTHING
        RETURNING id
    ) {_WITH_JOBS}
"""
NOTICES_A_JOB = 1000


def queue(notices: Sequence[NewNotice], *, recorded_on: date) -> None:
    """Keep what is to be told and hand it to the worker, in the caller's transaction (I04).

    The entries must have been appended before, in the same transaction.
    """
    if not notices:
        return
    database.send(
        _QUEUE,
        {
            "recorded_on": recorded_on,
            "account_ids": array(notice.account_id for notice in notices),
            "numbers": array(notice.entry_number for notice in notices),
            "holder_ids": array(notice.holder_id for notice in notices),
            "kinds": text_array(notice.kind for notice in notices),
            "contents": text_array(orjson.dumps(notice.content).decode() for notice in notices),
            **_job(),
        },
    )


def announce(messages: Sequence[NewMessage], *, recorded_on: date) -> None:
    """`queue` for messages that belong to no entry, in the caller's transaction. Known keys change nothing.

    Raises:
        LookupError: no such kind, or the content lacks what its text names.
    """
    if not messages:
        return
    for message in messages:
        catalogue.write(message.kind, message.content)
    database.send(
        _ANNOUNCE,
        {
            "recorded_on": recorded_on,
            "holder_ids": array(message.holder_id for message in messages),
            "kinds": text_array(message.kind for message in messages),
            "natural_keys": text_array(message.natural_key for message in messages),
            "contents": text_array(orjson.dumps(message.content).decode() for message in messages),
            **_job(),
        },
    )


def _job() -> dict[str, Any]:
    return {
        "notices_a_job": NOTICES_A_JOB,
        "queue": deliver.queue,
        "task": deliver.name,
        "priority": deliver.priority,
    }


_UNDELIVERED = """
    SELECT notice.id, notice.kind, notice.content, notice.recorded_on
    FROM notices_notice notice
    WHERE notice.id = ANY(%s)
      AND NOT EXISTS (
          SELECT FROM notices_delivery delivery WHERE delivery.notice_id = notice.id AND delivery.channel = 'inbox')
    ORDER BY notice.id
"""
_DELIVER = """
    INSERT INTO notices_delivery
        (notice_id, channel, text_version, title_vi, text_vi, title_en, text_en, digest, outcome)
    SELECT notice_id, 'inbox', version, title_vi, text_vi, title_en, text_en, digest, 'delivered'
    FROM unnest(%(notice_ids)s::bigint[], %(versions)s::text[], %(titles_vi)s::text[], %(texts_vi)s::text[],
                %(titles_en)s::text[], %(texts_en)s::text[], %(digests)s::text[])
         AS told (notice_id, version, title_vi, text_vi, title_en, text_en, digest)
    ON CONFLICT (notice_id) WHERE channel = 'inbox' DO NOTHING
    RETURNING notice_id
"""
_OPEN = """
    INSERT INTO notices_reading (notice_id)
    SELECT id FROM notices_notice WHERE id = %s AND holder_id = %s
    ON CONFLICT (notice_id) DO NOTHING
"""


@transaction.atomic
def deliver_to_inbox(notice_ids: Sequence[int]) -> int:
    """Freeze the texts of notices in their holders' inboxes, and begin with the other channels of each.

    Returns:
        How many were not there before.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNDELIVERED, [list(notice_ids)])
        rows = cursor.fetchall()
        if not rows:
            return 0
        texts = [catalogue.write(kind, orjson.loads(content)) for _, kind, content, _ in rows]
        digests = [digest(text) for text in texts]
        cursor.execute(
            _DELIVER,
            {
                "notice_ids": [row[0] for row in rows],
                "versions": [catalogue.version(row[1]) for row in rows],
                "titles_vi": [text.title_vi for text in texts],
                "texts_vi": [text.text_vi for text in texts],
                "titles_en": [text.title_en for text in texts],
                "texts_en": [text.text_en for text in texts],
                "digests": digests,
            },
        )
        new = {row[0] for row in cursor.fetchall()}
    crash.at("deliver.written")
    told = [(*row, made) for row, made in zip(rows, digests, strict=True) if row[0] in new]
    if told:
        ids, kinds, _, days, made_digests = zip(*told, strict=True)
        errand_actions.send_soon(plan_actions.plan(ids, kinds, days, made_digests))
    return len(told)


def digest(text: catalogue.Text) -> str:
    """SHA-256 of a notice as told, in hexadecimal: each field preceded by its length in bytes, so none can shift."""
    told = hashlib.sha256()
    for field in text:
        written = field.encode()
        told.update(len(written).to_bytes(8, "big"))
        told.update(written)
    return told.hexdigest()


def open_notice(notice_id: int, *, holder_id: int) -> bool:
    """Note that a person opened a notice; the first time counts. False when it is not this person's notice."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [notice_id, holder_id])
        if cursor.rowcount:
            return True
        cursor.execute("SELECT FROM notices_notice WHERE id = %s AND holder_id = %s", [notice_id, holder_id])
        return cursor.fetchone() is not None
