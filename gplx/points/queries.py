"""Reads of the points record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from gplx import clock, database
from gplx.errors import RegisterError
from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY, Profile, profile
from gplx.notices.told import TOLD, not_told
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
            last_day = date.fromisoformat(content["to"])
            return law.Revocation(row.counts_on, last_day, row.recorded_on, row.decision_key or None)
        case FactKind.DRUG_FREE_CERTIFICATE:
            printed = content.get("valid_until")
            return law.DrugFreeCertificate(
                row.counts_on, row.recorded_on, content.get("certificate"), printed and date.fromisoformat(printed)
            )
        case FactKind.CERTIFICATE_WITHDRAWN:
            return law.CertificateWithdrawn(content["certificate"], row.recorded_on)
        case FactKind.TEST:
            return law.KnowledgeTest(row.counts_on, content["passed"], row.recorded_on)
    raise AssertionError(f"fact {row.id} is of no known kind")


def law_offence(stated: dict[str, Any], acted_on: date, under: Profile) -> law.Offence:
    """An offence as a decision states it, by code or by points, with the level that counts."""
    code = stated.get("code")
    if code is None:
        return law.Offence(stated["points"], stated.get("drug", False), None, under.stated_points_source)
    row = catalogue.offence(code, acted_on)
    return law.Offence(row.points, row.drug, code, row.source)


class NotComparableError(RegisterError):
    """Decisions name levels or behaviours that the other body of law does not have, so nothing can be compared."""

    def __init__(self, decision_keys: Sequence[str]) -> None:
        super().__init__()
        self.decision_keys = decision_keys


def not_comparable(rows: Sequence[FactRow], under: Profile, as_known_on: date | None = None) -> list[str]:
    """The decisions that keep facts from being replayed under another body of law than the installation's.

    A level or a code that a body of law does not have would give a result which that law cannot give. An annulled
    decision was never there (reading 17); with `as_known_on` only what was known on that day counts (reading 18).

    Returns:
        the keys of the decisions concerned, none when all can be compared.
    """
    if under.id == settings.LAW_PROFILE:
        return []
    known = [row for row in rows if as_known_on is None or row.recorded_on <= as_known_on]
    annulled = {row.decision_key for row in known if row.kind == FactKind.ANNULMENT}
    return [
        row.decision_key
        for row in known
        if row.kind == FactKind.DECISION and row.decision_key not in annulled
        if not all(_knows(under, stated) for stated in orjson.loads(row.content)["offences"])
    ]


def _knows(under: Profile, stated: dict[str, Any]) -> bool:
    code = stated.get("code")
    if code is None:
        return stated["points"] in under.stated_points
    return catalogue.is_of_profile(code, under.id)


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

    Raises:
        NotComparableError: the other body of law does not know what some decisions state.
    """
    under = under or installed_profile()
    rows = facts_of([account_id])[account_id]
    if concerned := not_comparable(rows, under, as_known_on):
        raise NotComparableError(concerned)
    facts = [law_fact(row, under) for row in rows]
    return law.replay(facts, under, on or clock.today(), as_known_on)


server_cursor = database.cursor


class Standing(NamedTuple):
    """The answer to one look at a licence: whose it is (for the access log), and what may be shown, as JSON."""

    holder_id: int
    body: bytes


# One row by primary keys: the licence with its holder, its classes, and the points of each part it has. A part without
# an account has all its points. Reasons say why the part may not be driven with, in the words of the API.
STANDING = f"""
    SELECT licence.holder_id,
           coalesce(parts.stale, '{{}}'),
           json_build_object(
               'licence_number', licence.number,
               'status', licence.status,
               'issue_date', licence.issue_date,
               'issuing_province', licence.issuing_province,
               'holder', json_build_object('name', holder.name, 'birth_date', holder.birth_date, 'sex', holder.sex),
               'entitlements', coalesce(classes.list, '[]'),
               'parts', coalesce(parts.list, '[]'),
               'on', %(today)s::date
           )::text::bytea
    FROM licences_licence licence
    JOIN licences_holder holder ON holder.id = licence.holder_id
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object(
                   'category', category, 'regime', regime, 'part', part,
                   'issue_date', issue_date, 'expiry_date', expiry_date, 'restriction', restriction
               ) ORDER BY id) AS list
        FROM licences_entitlement WHERE licence_id = licence.id
    ) classes
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object(
                   'part', part,
                   'balance', balance,
                   'standing', CASE balance WHEN %(full)s THEN 'full' WHEN 0 THEN 'exhausted' ELSE 'reduced' END,
                   'revoked', revoked,
                   'may_drive', reasons = '{{}}',
                   'reasons', reasons,
                   'restores_on', restores_on,
                   'exhausted_on', exhausted_on,
                   'wait_ground', wait_ground,
                   'wait_months', wait_months,
                   'test_from', test_from,
                   'needs_drug_free_certificate', needs_drug_free_certificate,
                   'settled_on', settled_on,
                   'told', told
               ) ORDER BY part) AS list,
               array_agg(account_id) FILTER (WHERE next_change_on <= %(today)s OR settled_on > %(today)s) AS stale
        FROM (
            SELECT held.part, account.id AS account_id,
                   coalesce(account.balance, %(full)s) AS balance,
                   coalesce(account.revoked, false) AS revoked,
                   array_remove(ARRAY[
                       CASE WHEN account.balance = 0 THEN 'exhausted' END,
                       CASE WHEN account.revoked THEN 'revoked' END,
                       CASE WHEN licence.status <> 'valid' THEN 'licence_' || licence.status END,
                       CASE WHEN held.last_day < %(today)s THEN 'expired' END
                   ], NULL) AS reasons,
                   account.restores_on, account.exhausted_on, nullif(account.wait_ground, '') AS wait_ground,
                   account.wait_months, account.test_from,
                   coalesce(account.needs_drug_free_certificate, false) AS needs_drug_free_certificate,
                   account.settled_on, account.next_change_on,
                   CASE WHEN account.balance < %(full)s THEN ({TOLD}) END AS told
            FROM (
                SELECT part, max(coalesce(expiry_date, 'infinity')) AS last_day
                FROM licences_entitlement WHERE licence_id = licence.id GROUP BY part
            ) held
            LEFT JOIN points_account account ON account.holder_id = licence.holder_id AND account.part = held.part
        ) part_now
    ) parts
    WHERE licence.number = %(number)s
"""


def look_up(licence_number: str, *, today: date | None = None) -> Standing | None:
    """What a look at one licence shows today, as JSON straight from the database: one statement, no objects.

    A snapshot that is older than something that has come due (the sweep has not been there yet), or that is of a
    later day than asked for, is replaced by a replay of that account, so the answer is right either way.

    Returns:
        None when there is no such licence.
    """
    today = today or clock.today()
    full = FULL_BALANCE_POINTS.on(max(today, POINTS_SYSTEM_FIRST_DAY))
    with connection.wrap_database_errors, server_cursor() as cursor:
        row = cursor.execute(STANDING, {"number": licence_number, "today": today, "full": full}, binary=True).fetchone()
    if row is None:
        return None
    holder_id, stale, body = row
    return Standing(holder_id, replayed(body, stale, today) if stale else body)


def standing(licence_number: str, *, today: date | None = None) -> dict[str, Any] | None:
    """`look_up` as a dictionary, ready for JSON; None when there is no such licence."""
    found = look_up(licence_number, today=today)
    return None if found is None else orjson.loads(found.body)


def replayed(body: bytes, stale: list[int], today: date) -> bytes:
    """The same answer with the points of some accounts computed from their facts."""
    answer = orjson.loads(body)
    parts = {part["part"]: part for part in answer["parts"]}
    under = installed_profile()
    with connection.cursor() as cursor:
        cursor.execute("SELECT part, id FROM points_account WHERE id = ANY(%s)", [stale])
        part_names = cursor.fetchall()
    facts = facts_of(stale)
    for part_name, account_id in part_names:
        now = law.replay([law_fact(row, under) for row in facts[account_id]], under, today)
        part = parts[part_name]
        documentary = [reason for reason in part["reasons"] if reason not in ("exhausted", "revoked")]
        reasons = ["exhausted"] * (now.balance == 0) + ["revoked"] * now.revoked + documentary
        wait = now.exhaustion
        part.update(
            balance=now.balance,
            standing=now.standing,
            revoked=now.revoked,
            may_drive=not reasons,
            reasons=reasons,
            restores_on=now.restores_on,
            exhausted_on=wait and wait.on,
            wait_ground=wait and wait.wait.ground,
            wait_months=wait and wait.wait.months,
            test_from=wait and wait.test_from,
            needs_drug_free_certificate=bool(wait and wait.wait.needs_drug_free_certificate),
            settled_on=today,
            told=_told_of(now, part["told"]),
        )
    return orjson.dumps(answer)


def _told_of(now: law.Statement, stated: dict[str, Any] | None) -> dict[str, Any] | None:
    """Whether the driver was told, where the line to be told of may not be stated yet."""
    if now.standing == "full":
        return None
    on = max(line.on for line in now.lines if line.points < 0)
    return stated if stated and stated["line_on"] == on.isoformat() else not_told(on)
