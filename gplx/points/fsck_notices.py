"""Proof that what a person was told is what the register has stated: notices, and the evidence of their delivery.

All of it is I04. Set-based, apart from notices that still wait: their text is written once, to see that it can be.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from gplx.notices import catalogue
from gplx.notices.errand_actions import CONFIRMED

_TEXTS = ("title_vi", "text_vi", "title_en", "text_en")
# As `notices.actions.digest` makes it: each field preceded by its length in eight bytes.
_DIGEST = " || ".join(
    f"int8send(octet_length(convert_to({text}, 'UTF8'))::bigint) || convert_to({text}, 'UTF8')" for text in _TEXTS
)

CHECKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "I04",
        "notices_notice",
        "tells other points, another balance or another day than its entry",
        """
        SELECT notice.id FROM notices_notice notice JOIN points_entry entry ON entry.id = notice.entry_id
        WHERE notice.recorded_on <> entry.recorded_on
           OR jsonb_typeof(notice.content) <> 'object'
           OR notice.content -> 'points' IS DISTINCT FROM to_jsonb(entry.points)
           OR notice.content -> 'balance' IS DISTINCT FROM to_jsonb(entry.balance)
           OR notice.content -> 'on' IS DISTINCT FROM to_jsonb(entry.takes_effect_on)
        """,
    ),
    (
        "I04",
        "notices_delivery",
        "its digest is not that of its text",
        f"SELECT id FROM notices_delivery WHERE digest <> encode(sha256({_DIGEST}), 'hex')",
    ),
    (
        "I04",
        "notices_delivery",
        "delivers no notice",
        """
        SELECT id FROM notices_delivery delivery
        WHERE NOT EXISTS (SELECT FROM notices_notice notice WHERE notice.id = delivery.notice_id)
        """,
    ),
    (
        "I04",
        "notices_notice",
        "is in no inbox, and no job is left that would put it there (T07)",
        """
        WITH waiting AS MATERIALIZED (
            SELECT jsonb_array_elements(args -> 'notice_ids')::bigint AS id FROM procrastinate_jobs
            WHERE task_name = 'notices.deliver' AND status IN ('todo', 'doing', 'failed')
        )
        SELECT notice.id FROM notices_notice notice
        WHERE NOT EXISTS (SELECT FROM notices_delivery delivery WHERE delivery.notice_id = notice.id)
          AND NOT EXISTS (SELECT FROM waiting WHERE waiting.id = notice.id)
        """,
    ),
    (
        "I04",
        "notices_attempt",
        "its digest is neither that of its text nor that of the inbox",
        """
        SELECT attempt.id FROM notices_attempt attempt
        LEFT JOIN notices_delivery delivery ON delivery.notice_id = attempt.notice_id AND delivery.channel = 'inbox'
        WHERE attempt.digest IS DISTINCT FROM
              CASE attempt.text WHEN '' THEN delivery.digest
                                ELSE encode(sha256(convert_to(attempt.text, 'UTF8')), 'hex') END
        """,
    ),
    (
        "I17",
        "notices_errand",
        "counts as confirmed, and nothing confirms it; or was handed over without an attempt",
        f"""
        SELECT errand.id FROM notices_errand errand
        WHERE errand.state = 'done' AND errand.cause = 'confirmed'
              AND NOT {CONFIRMED.format(notice="errand.notice_id")}
           OR errand.state = 'sent' AND NOT EXISTS (
              SELECT FROM notices_attempt attempt
              WHERE attempt.notice_id = errand.notice_id AND attempt.channel = errand.channel)
        """,
    ),
)
UNDELIVERED = """
    SELECT id, kind, content::text FROM notices_notice notice
    WHERE NOT EXISTS (SELECT FROM notices_delivery delivery WHERE delivery.notice_id = notice.id)
"""


def unwritable(rows: Iterator[tuple[int, str, str]]) -> Iterator[int]:
    """The notices, of those that are not delivered yet, whose text cannot be written from their content."""
    for notice_id, kind, content in rows:
        try:
            catalogue.write(kind, orjson.loads(content))
        except (LookupError, ValueError, TypeError, AttributeError):
            yield notice_id
