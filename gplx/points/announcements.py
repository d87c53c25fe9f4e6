"""What a person is told that is no line of his record: revocations, and days to come (F10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from django.db import connection, transaction

from gplx import clock
from gplx.law.notices import REMINDER_DAYS
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY
from gplx.law.sources import cite, reading
from gplx.notices import phrases, wording
from gplx.notices.actions import NewMessage, announce
from gplx.points.models import FactKind
from gplx.points.queries import FactRow, installed_profile

CHUNK = 1000


def of_revocations(holder_id: int, part: str, rows: Sequence[FactRow], new_ids: Collection[int]) -> list[NewMessage]:
    """What new facts of an account say about revocations: they make no entry, so nothing else tells of them.

    Args:
        rows: all facts of the account.
        new_ids: those that were not known before.

    Source:
        168/2024 art. 5(2); readings 10, 17.
    """
    if not new_ids:
        return []
    annulled = {row.decision_key for row in rows if row.kind == FactKind.ANNULMENT}
    new_annulments = {row.decision_key: row for row in rows if row.kind == FactKind.ANNULMENT and row.id in new_ids}
    messages = []
    for row in rows:
        if row.kind != FactKind.REVOCATION:
            continue
        if row.id in new_ids and row.decision_key not in annulled:
            content = _revocation(row, part, [cite("168/2024", "art. 5(2)"), reading(10)])
            messages.append(NewMessage(holder_id, "revoked", f"revoked:{row.id}", content))
        elif row.id not in new_ids and row.decision_key in new_annulments:
            why = new_annulments[row.decision_key]
            content = _revocation(row, part, [reading(17)])
            key = f"revocation_annulled:{why.id}"
            messages.append(NewMessage(holder_id, "revocation_annulled", key, content))
    return messages


def _revocation(row: FactRow, part: str, sources: list[str]) -> dict[str, Any]:
    said = wording.decision({"decision": {"key": row.decision_key}} if row.decision_key else {})
    return {
        "on": row.counts_on.isoformat(),
        "until": orjson.loads(row.content)["to"],
        "part": part,
        "decision": said._asdict(),
        "sources": [str(source) for source in sources],
    }


_SOON = """
    SELECT id, holder_id, part, balance, restores_on, false
    FROM points_account account
    WHERE restores_on > %(today)s AND restores_on <= %(until)s AND id > %(after)s
      AND NOT EXISTS (SELECT FROM notices_notice told
                      WHERE told.natural_key = 'restoration_soon:' || account.id || ':' || restores_on)
    ORDER BY id LIMIT %(limit)s
"""
_TEST_DAYS = """
    SELECT id, holder_id, part, balance, test_from, needs_drug_free_certificate
    FROM points_account account
    WHERE balance = 0 AND test_from <= %(today)s AND id > %(after)s
      AND NOT EXISTS (SELECT FROM notices_notice told
                      WHERE told.natural_key = 'test_day_reached:' || account.id || ':' || test_from)
    ORDER BY id LIMIT %(limit)s
"""


def remind() -> int:
    """Announce restorations that are near and test days that have come, however long nobody looked (ADR 0034).

    Returns:
        How many accounts were announced for.
    """
    today = clock.today()
    until = today + timedelta(days=REMINDER_DAYS.on(max(today, POINTS_SYSTEM_FIRST_DAY)))
    return _each("restoration_soon", _SOON, today, until) + _each("test_day_reached", _TEST_DAYS, today, until)


def _each(kind: str, statement: str, today: date, until: date) -> int:
    count, after = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {"today": today, "until": until, "after": after, "limit": CHUNK})
            rows = cursor.fetchall()
            announce([_reminder(kind, *row) for row in rows], recorded_on=today)
        count += len(rows)
        if len(rows) < CHUNK:
            return count
        after = rows[-1][0]


def _reminder(
    kind: str, account_id: int, holder_id: int, part: str, balance: int, on: date, certificate: bool
) -> NewMessage:
    under = installed_profile()
    sources = under.restoration if kind == "restoration_soon" else under.test_restoration
    content = {
        "on": on.isoformat(),
        "part": part,
        "balance": balance,
        "full": FULL_BALANCE_POINTS.on(max(on, POINTS_SYSTEM_FIRST_DAY)),
        "needed": {language: said.strip() for language, said in _needed(certificate).items()},
        "sources": [str(source) for source in sources],
    }
    return NewMessage(holder_id, kind, f"{kind}:{account_id}:{on.isoformat()}", content)


def _needed(certificate: bool) -> dict[str, str]:
    return phrases.certificate({"drug_free_certificate": certificate})._asdict()
