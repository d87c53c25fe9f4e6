"""The only writers of the points record: `record` keeps what was told, `settle` states what follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from gplx import clock
from gplx.law import points as law
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY
from gplx.law.sources import reading
from gplx.notices import actions as notices
from gplx.points.models import EntryKind, FactKind
from gplx.points.queries import FACTS, FactRow, installed_profile, law_fact


class NewFact(NamedTuple):
    """Something the register was told about a person's part of a licence; see `points.models.Fact`."""

    holder_id: int
    part: str
    kind: FactKind
    natural_key: str
    counts_on: date
    content: dict[str, Any]
    decision_key: str = ""
    recorded_on: date | None = None


class _Account(NamedTuple):
    id: int
    holder_id: int
    part: str
    balance: int
    entry_count: int
    settled_on: date | None


class _Entry(NamedTuple):
    """A row of `points_entry` that stands: neither voided nor a reversal."""

    account_id: int
    id: int
    kind: str
    takes_effect_on: date
    points: int
    cause_id: int | None


class _NewEntry(NamedTuple):
    account_id: int
    number: int
    kind: str
    takes_effect_on: date
    points: int
    balance: int
    cause_id: int | None
    voids_id: int | None
    sources: list[str]


@dataclass
class Settled:
    """What one call of `settle` stated."""

    accounts: int = 0
    entries: list[_NewEntry] = field(default_factory=list)


_OPEN_ACCOUNTS = """
    INSERT INTO points_account
        (holder_id, part, balance, revoked, wait_ground, needs_drug_free_certificate, entry_count)
    SELECT DISTINCT told.holder_id, told.part, %(full)s, false, '', false, 0
    FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[]) AS told (holder_id, part)
    ORDER BY told.holder_id, told.part
    ON CONFLICT (holder_id, part) DO NOTHING
"""
_RECORD = """
    INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)
    SELECT account.id, told.kind, told.natural_key, told.counts_on, told.decision_key, told.content, told.recorded_on
    FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[], %(kinds)s::text[], %(natural_keys)s::text[],
                %(counts_on)s::date[], %(decision_keys)s::text[], %(contents)s::jsonb[], %(recorded_on)s::date[])
         AS told (holder_id, part, kind, natural_key, counts_on, decision_key, content, recorded_on)
    JOIN points_account account ON account.holder_id = told.holder_id AND account.part = told.part
    ON CONFLICT (natural_key) DO NOTHING
    RETURNING account_id
"""
# Inserting facts and entries takes key-share locks on the account: this lock lets those pass and keeps writers out.
_LOCK = """
    SELECT id, holder_id, part, balance, entry_count, settled_on FROM points_account
    WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
_STANDING_ENTRIES = """
    SELECT entry.account_id, entry.id, entry.kind, entry.takes_effect_on, entry.points, entry.cause_id
    FROM points_entry entry
    WHERE entry.account_id = ANY(%s) AND entry.kind <> 'reversal'
      AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id)
    ORDER BY entry.account_id, entry.number
"""
_APPEND = """
    INSERT INTO points_entry
        (account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id, sources, recorded_on)
    SELECT account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id,
           string_to_array(sources, E'\\n'), %(recorded_on)s
    FROM unnest(%(account_ids)s::bigint[], %(numbers)s::int[], %(kinds)s::text[], %(days)s::date[],
                %(points)s::smallint[], %(balances)s::smallint[], %(causes)s::bigint[], %(voids)s::bigint[],
                %(sources)s::text[])
         AS stated (account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id, sources)
"""
_SNAPSHOT = """
    UPDATE points_account account
    SET balance = made.balance, revoked = made.revoked, restores_on = made.restores_on,
        exhausted_on = made.exhausted_on, wait_ground = made.wait_ground, wait_months = made.wait_months,
        test_from = made.test_from, needs_drug_free_certificate = made.needs_certificate,
        next_change_on = made.next_change_on, entry_count = made.entry_count, settled_on = made.settled_on
    FROM unnest(%(ids)s::bigint[], %(balances)s::smallint[], %(revoked)s::bool[], %(restores_on)s::date[],
                %(exhausted_on)s::date[], %(wait_grounds)s::text[], %(wait_months)s::smallint[],
                %(test_from)s::date[], %(needs_certificate)s::bool[], %(next_change_on)s::date[],
                %(entry_counts)s::int[], %(settled_on)s::date[])
         AS made (id, balance, revoked, restores_on, exhausted_on, wait_ground, wait_months, test_from,
                  needs_certificate, next_change_on, entry_count, settled_on)
    WHERE account.id = made.id
"""


@transaction.atomic
def open_accounts(held: Sequence[tuple[int, str]], *, today: date | None = None) -> None:
    """Open the accounts of these holders and parts that are not open yet, in one order for all callers."""
    full = FULL_BALANCE_POINTS.on(max(today or clock.today(), POINTS_SYSTEM_FIRST_DAY))
    holder_ids, parts = [holder_id for holder_id, _ in held], [part for _, part in held]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ACCOUNTS, {"holder_ids": holder_ids, "parts": parts, "full": full})


@transaction.atomic
def record(facts: Sequence[NewFact], *, today: date | None = None) -> Settled:
    """Keep facts and state what follows from them, in one transaction.

    A fact that is known already (same natural key) changes nothing. Accounts are opened with their first fact.

    Returns:
        What `settle` stated for the accounts that learned something new.
    """
    today = today or clock.today()
    if not facts:
        return Settled()
    told: dict[str, Any] = {
        "holder_ids": [fact.holder_id for fact in facts],
        "parts": [fact.part for fact in facts],
        "full": FULL_BALANCE_POINTS.on(max(today, POINTS_SYSTEM_FIRST_DAY)),
        "kinds": [str(fact.kind) for fact in facts],
        "natural_keys": [fact.natural_key for fact in facts],
        "counts_on": [fact.counts_on for fact in facts],
        "decision_keys": [fact.decision_key for fact in facts],
        "contents": [Jsonb(fact.content) for fact in facts],
        "recorded_on": [fact.recorded_on or today for fact in facts],
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ACCOUNTS, told)
        cursor.execute(_RECORD, told)
        changed = {row[0] for row in cursor.fetchall()}
    return settle(sorted(changed), today=today)


@transaction.atomic
def settle(account_ids: Sequence[int], *, today: date | None = None) -> Settled:
    """Make the record of some accounts agree with what the law makes of their facts.

    Loads facts and standing entries under a lock, replays, appends the difference (a correction voids the entry it
    names), queues one notice for each new entry and renews the snapshot. A second call finds no difference. The day
    never goes back: an account that was settled up to a later day stays settled up to it.
    """
    today = today or clock.today()
    if not account_ids:
        return Settled()
    under = installed_profile()
    ids = list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [ids])
        accounts = [_Account(*row) for row in cursor.fetchall()]
        cursor.execute(FACTS, [ids])
        facts = _by_account(map(FactRow._make, cursor.fetchall()))
        cursor.execute(_STANDING_ENTRIES, [ids])
        standing = _by_account(map(_Entry._make, cursor.fetchall()))
    settled = Settled(accounts=len(accounts))
    told: list[notices.NewNotice] = []
    snapshots: list[tuple[_Account, law.Statement, int]] = []
    for account in accounts:
        rows = facts.get(account.id, [])
        law_facts = [law_fact(row, under) for row in rows]
        on = today if account.settled_on is None else max(today, account.settled_on)
        statement = law.replay(law_facts, under, on)
        entries = _difference(account, rows, law_facts, standing.get(account.id, []), statement)
        settled.entries += entries
        told += _notices(account, entries, rows, standing.get(account.id, []), statement)
        snapshots.append((account, statement, account.entry_count + len(entries)))
    _store(settled.entries, snapshots, today)
    notices.queue(told, recorded_on=today)
    return settled


def _by_account(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.account_id, []).append(row)
    return grouped


def _difference(
    account: _Account,
    rows: Sequence[FactRow],
    law_facts: Sequence[law.Fact],
    standing: Sequence[_Entry],
    statement: law.Statement,
) -> list[_NewEntry]:
    """The entries that turn what was stated into what the statement says: reversals first, then new lines."""
    fact_ids = {id(fact): row.id for fact, row in zip(law_facts, rows, strict=True)}
    wanted: dict[tuple[str, date, int, int | None], law.Line] = {}
    for line in statement.lines:
        cause = line.decision or line.test
        wanted[(line.kind, line.on, line.points, fact_ids[id(cause)] if cause else None)] = line
    number = account.entry_count
    entries: list[_NewEntry] = []
    for entry in standing:
        if wanted.pop((entry.kind, entry.takes_effect_on, entry.points, entry.cause_id), None) is not None:
            continue
        number += 1
        entries.append(
            _NewEntry(
                account.id,
                number,
                EntryKind.REVERSAL.value,
                entry.takes_effect_on,
                -entry.points,
                statement.balance,
                _why_void(entry, rows),
                entry.id,
                [reading(17), reading(19)],
            )
        )
    for (kind, on, points, cause_id), line in wanted.items():
        number += 1
        entries.append(
            _NewEntry(account.id, number, kind, on, points, line.balance, cause_id, None, list(line.sources))
        )
    return entries


def _why_void(entry: _Entry, rows: Sequence[FactRow]) -> int:
    """The fact that makes an entry void: the annulment of its decision, else what the register learned last."""
    decision = next((row.decision_key for row in rows if row.id == entry.cause_id), None)
    if decision:
        for row in rows:
            if row.kind == FactKind.ANNULMENT and row.decision_key == decision:
                return row.id
    return rows[-1].id


def _notices(
    account: _Account,
    entries: Sequence[_NewEntry],
    rows: Sequence[FactRow],
    standing: Sequence[_Entry],
    statement: law.Statement,
) -> list[notices.NewNotice]:
    """One notice for each new entry, with everything its text needs (`notices.catalogue`)."""
    by_id = {row.id: row for row in rows}
    voided = {entry.id: entry for entry in standing}
    lines: dict[tuple[str, date, str | None], law.Line] = {
        (line.kind, line.on, line.decision and line.decision.number): line for line in statement.lines
    }
    told = []
    for entry in entries:
        cause = by_id.get(entry.cause_id) if entry.cause_id else None
        content: dict[str, Any] = {
            "on": entry.takes_effect_on.isoformat(),
            "points": entry.points,
            "before": entry.balance - entry.points,
            "balance": entry.balance,
            "part": account.part,
            "sources": entry.sources,
        }
        if cause is not None and cause.decision_key:
            content["decision"] = {"key": cause.decision_key}
        kind = entry.kind
        if entry.voids_id is not None:
            void = voided[entry.voids_id]
            content["before"] = account.balance
            content["voided"] = {"kind": void.kind, "points": void.points}
            content["now"] = {"balance": statement.balance, **_what_follows(statement)}
            if cause is not None and cause.kind == FactKind.ANNULMENT:
                own = by_id.get(void.cause_id) if void.cause_id else None
                same = own is not None and own.decision_key == cause.decision_key
                content["because"] = "annulled" if same else "annulled_other"
        else:
            line = lines[(kind, entry.takes_effect_on, (cause and cause.decision_key) or None)]
            content |= _what_follows(line)
            if line.decision is not None:
                content["decision"]["acted_on"] = line.decision.acted_on.isoformat()
                offence = law.heaviest(line.decision.offences)
                content["offence"] = {"code": offence.code, "points": offence.points}
            if kind == EntryKind.DEDUCTION and line.balance == 0:
                kind = "exhausted" if entry.points else "absorbed"
        told.append(notices.NewNotice(account.id, entry.number, account.holder_id, kind, content))
    return told


def _what_follows(state: law.Line | law.Statement) -> dict[str, Any]:
    """What comes next by itself, or what has to be done: the day of restoration, or the wait for the test."""
    if state.restores_on is not None:
        return {"restores_on": state.restores_on.isoformat()}
    if state.exhaustion is None:
        return {}
    on, wait, test_from = state.exhaustion
    return {
        "exhaustion": {
            "on": on.isoformat(),
            "ground": wait.ground,
            "months": wait.months,
            "test_from": test_from and test_from.isoformat(),
            "drug_free_certificate": wait.needs_drug_free_certificate,
        }
    }


def _store(entries: Sequence[_NewEntry], snapshots: Sequence[tuple[_Account, law.Statement, int]], today: date) -> None:
    with connection.cursor() as cursor:
        if entries:
            cursor.execute(
                _APPEND,
                {
                    "recorded_on": today,
                    "account_ids": [entry.account_id for entry in entries],
                    "numbers": [entry.number for entry in entries],
                    "kinds": [entry.kind for entry in entries],
                    "days": [entry.takes_effect_on for entry in entries],
                    "points": [entry.points for entry in entries],
                    "balances": [entry.balance for entry in entries],
                    "causes": [entry.cause_id for entry in entries],
                    "voids": [entry.voids_id for entry in entries],
                    "sources": ["\n".join(entry.sources) for entry in entries],
                },
            )
        statements = [statement for _, statement, _ in snapshots]
        waits = [statement.exhaustion for statement in statements]
        cursor.execute(
            _SNAPSHOT,
            {
                "ids": [account.id for account, _, _ in snapshots],
                "balances": [statement.balance for statement in statements],
                "revoked": [statement.revoked for statement in statements],
                "restores_on": [statement.restores_on for statement in statements],
                "exhausted_on": [wait and wait.on for wait in waits],
                "wait_grounds": [wait.wait.ground if wait else "" for wait in waits],
                "wait_months": [wait and wait.wait.months for wait in waits],
                "test_from": [wait and wait.test_from for wait in waits],
                "needs_certificate": [bool(wait and wait.wait.needs_drug_free_certificate) for wait in waits],
                "next_change_on": [statement.next_change_on for statement in statements],
                "entry_counts": [count for _, _, count in snapshots],
                "settled_on": [statement.on for statement in statements],
            },
        )
