"""Proof that what a person was told is what the register has stated: notices, and the evidence of their delivery.

All of it is I04. Set-based, apart from notices that still wait: their text is written once, to see that it can be.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from gplx.notices import catalogue

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
