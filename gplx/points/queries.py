"""Reads of the points record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from gplx import clock
from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import Profile, profile
from gplx.points.models import FactKind


class FactRow(NamedTuple):
    """A row of `points_fact`, as `FACTS` selects it; `content` is JSON text."""

    account_id: int
    id: int
    kind: str
    counts_on: date
    decision_key: str
    content: str
    recorded_on: date


FACTS = """
    SELECT account_id, id, kind, counts_on, decision_key, content::text, recorded_on
    FROM points_fact WHERE account_id = ANY(%s) ORDER BY account_id, id
"""


def installed_profile() -> Profile:
    """The body of law this installation runs under (reading 1)."""
    return profile(settings.LAW_PROFILE)


def law_fact(row: FactRow, under: Profile) -> law.Fact:
    """A recorded fact as the law sees it. Levels of coded offences are those of the day of the act (reading 3)."""
    content = orjson.loads(row.content)
    match row.kind:
        case FactKind.DECISION:
            acted_on = date.fromisoformat(content["acted_on"])
            offences = tuple(law_offence(stated, acted_on, under) for stated in content["offences"])
            return law.Decision(row.decision_key, acted_on, row.counts_on, offences, row.recorded_on)
        case FactKind.ANNULMENT:
            return law.Annulment(row.decision_key, row.recorded_on)
        case FactKind.REVOCATION:
            return law.Revocation(row.counts_on, date.fromisoformat(content["to"]), row.recorded_on)
        case FactKind.DRUG_FREE_CERTIFICATE:
            return law.DrugFreeCertificate(row.counts_on, row.recorded_on)
        case FactKind.TEST:
            return law.Test(row.counts_on, content["passed"], row.recorded_on)
    raise AssertionError(f"fact {row.id} is of no known kind")


def law_offence(stated: dict[str, Any], acted_on: date, under: Profile) -> law.Offence:
    """An offence as a decision states it, by code or by points, with the level that counts."""
    code = stated.get("code")
    if code is None:
        return law.Offence(stated["points"], stated.get("drug", False), None, under.stated_points_source)
    row = catalogue.offence(code, acted_on)
    return law.Offence(row.points, row.drug, code, row.source)


def facts_of(account_ids: Iterable[int]) -> dict[int, list[FactRow]]:
    """All facts of some accounts, by account."""
    by_account: dict[int, list[FactRow]] = {account_id: [] for account_id in account_ids}
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [list(by_account)])
        for row in cursor.fetchall():
            by_account[row[0]].append(FactRow(*row))
    return by_account


def statement(
    account_id: int, *, on: date | None = None, as_known_on: date | None = None, under: Profile | None = None
) -> law.Statement:
    """The statement of one account: what the law makes of all its facts.

    Args:
        on: the day; None: today.
        as_known_on: only what the register knew on that day counts (reading 18).
        under: another body of law than the installation's, for comparison.
    """
    under = under or installed_profile()
    facts = [law_fact(row, under) for row in facts_of([account_id])[account_id]]
    return law.replay(facts, under, on or clock.today(), as_known_on)
