"""Reads of the notices room: a person's inbox."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import orjson
from django.db import connection

from gplx.notices import catalogue


class Evidence(NamedTuple):
    """That a notice was put into the inbox: when, under which version of the texts, and the digest of what it said."""

    delivered_at: datetime
    text_version: str
    digest: str


class Item(NamedTuple):
    """One notice of a person's inbox.

    Attributes:
        id: for `actions.open_notice` and for paging.
        entry_id: the line of the points record it tells of; None where it tells of something else.
        text_vi, text_en: one paragraph a line.
        evidence: None as long as the background job has not delivered it; the text is the same.
        read_at: when the person opened it first.
    """

    id: int
    entry_id: int | None
    kind: str
    recorded_on: date
    recorded_at: datetime
    title_vi: str
    text_vi: str
    title_en: str
    text_en: str
    evidence: Evidence | None
    read_at: datetime | None


_INBOX = """
    SELECT notice.id, notice.entry_id, notice.kind, notice.recorded_on, notice.recorded_at, notice.content,
           delivery.title_vi, delivery.text_vi, delivery.title_en, delivery.text_en,
           delivery.attempted_at, delivery.text_version, delivery.digest, reading.read_at
    FROM notices_notice notice
    LEFT JOIN notices_delivery delivery ON delivery.notice_id = notice.id AND delivery.channel = 'inbox'
    LEFT JOIN notices_reading reading ON reading.notice_id = notice.id
    WHERE notice.holder_id = %(holder_id)s
      AND (%(before_id)s::bigint IS NULL OR notice.id < %(before_id)s)
      AND (%(notice_id)s::bigint IS NULL OR notice.id = %(notice_id)s)
    ORDER BY notice.id DESC
    LIMIT %(limit)s
"""


def inbox(holder_id: int, *, limit: int = 50, before_id: int | None = None) -> list[Item]:
    """A person's notices, newest first, also those the background job has not delivered yet.

    Args:
        before_id: only notices older than this one, for the next page.
    """
    return _items(holder_id, limit=limit, before_id=before_id, notice_id=None)


def notice(holder_id: int, notice_id: int) -> Item | None:
    """One notice of a person; None when there is none of that number, or it is another person's (T01)."""
    found = _items(holder_id, limit=1, before_id=None, notice_id=notice_id)
    return found[0] if found else None


def latest(holder_id: int, kind: str, part: str) -> int | None:
    """The newest notice of one kind about a part of a person's licence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id) FROM notices_notice WHERE holder_id = %s AND kind = %s AND content ->> 'part' = %s",
            [holder_id, kind, part],
        )
        found: int | None = cursor.fetchone()[0]
        return found


def unread_count(holder_id: int) -> int:
    """How many notices a person has not opened yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notices_notice notice WHERE holder_id = %s"
            " AND NOT EXISTS (SELECT FROM notices_reading reading WHERE reading.notice_id = notice.id)",
            [holder_id],
        )
        return int(cursor.fetchone()[0])


def _items(holder_id: int, *, limit: int, before_id: int | None, notice_id: int | None) -> list[Item]:
    asked = {"holder_id": holder_id, "limit": limit, "before_id": before_id, "notice_id": notice_id}
    with connection.cursor() as cursor:
        cursor.execute(_INBOX, asked)
        rows = cursor.fetchall()
    items = []
    for id_, entry_id, kind, recorded_on, recorded_at, content, *told, delivered_at, version, digest, read_at in rows:
        evidence = Evidence(delivered_at, version, digest) if digest else None
        text = catalogue.Text(*told) if digest else catalogue.write(kind, orjson.loads(content))
        items.append(Item(id_, entry_id, kind, recorded_on, recorded_at, *text, evidence, read_at))
    return items
