"""The only writers of the points record: `record` keeps what was told, `settle` states what follows."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db import transaction

from gplx import clock, crash, database
from gplx.database import array, text_array
from gplx.law import points as law
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY
from gplx.notices import actions as notices
from gplx.points import announcements
from gplx.points.difference import AccountRow, EntryRow, NewEntry, difference, told
from gplx.points.models import FactKind
from gplx.points.queries import FactRow, installed_profile, law_fact
from gplx.wallet import actions as wallet
from gplx.wallet import pushes


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


@dataclass
class Settled:
    """What one call of `settle` stated."""

    accounts: int = 0
    entries: list[NewEntry] = field(default_factory=list)


_OPEN_ACCOUNTS = """
    INSERT INTO points_account
        (holder_id, part, balance, revoked, wait_ground, needs_drug_free_certificate, entry_count)
    SELECT DISTINCT told.holder_id, told.part, %(full)s, false, '', false, 0
    FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[]) AS told (holder_id, part)
    ORDER BY told.holder_id, told.part
    ON CONFLICT (holder_id, part) DO NOTHING
"""
# Inserting facts and entries takes key-share locks on the account: this lock lets those pass and keeps writers out.
# Locks are taken in the order of ids, in a statement of their own before any that reads (F18, F19): what was committed
# while we waited is then seen by the reads.
_ACCOUNT = (
    "SELECT account.id, holder_id, account.part, balance, revoked, entry_count, settled_on FROM points_account account"
)
_LOCK = f"{_ACCOUNT} WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"
_TOLD = """(account.holder_id, account.part) IN (
        SELECT told.holder_id, told.part
        FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[]) AS told (holder_id, part))"""
_LOCK_TOLD = f"{_ACCOUNT} WHERE {_TOLD} ORDER BY account.id FOR NO KEY UPDATE"
# What another worker holds is his to settle.
_LOCK_DUE = f"""
    {_ACCOUNT.replace("settled_on", "settled_on, next_change_on")}
    WHERE next_change_on <= %(today)s AND (next_change_on, id) > (%(after_day)s::date, %(after_id)s::bigint)
    ORDER BY next_change_on, id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
"""
# Facts and standing entries of some accounts, as one list of rows: facts in the columns of `FactRow`, entries with
# points and a cause.
_READ = """
    SELECT account_id, id, kind, counts_on, decision_key, content::text, recorded_on, false AS is_new,
           NULL::smallint AS points, NULL::bigint AS cause_id
    FROM points_fact WHERE account_id {of}
    UNION ALL
    SELECT entry.account_id, entry.id, entry.kind, entry.takes_effect_on, NULL, NULL, NULL, false, entry.points,
           entry.cause_id
    FROM points_entry entry
    WHERE entry.account_id {of} AND entry.kind <> 'reversal'
      AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id)
    {and_more}
    ORDER BY account_id, id
"""
_READ_BY_IDS = _READ.format(of="= ANY(%(ids)s)", and_more="")
# New facts are kept in the same statement, which sees the older ones and adds those it has just made.
_RECORD_AND_READ = """
    WITH recorded AS (
        INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)
        SELECT account.id, told.kind, told.natural_key, told.counts_on, told.decision_key, told.content,
               told.recorded_on
        FROM unnest(%(holder_ids)s::bigint[], %(parts)s::text[], %(kinds)s::text[], %(natural_keys)s::text[],
                    %(counts_on)s::date[], %(decision_keys)s::text[], %(contents)s::jsonb[], %(recorded_on)s::date[])
             AS told (holder_id, part, kind, natural_key, counts_on, decision_key, content, recorded_on)
        JOIN points_account account ON account.holder_id = told.holder_id AND account.part = told.part
        ORDER BY told.natural_key
        ON CONFLICT (natural_key) DO NOTHING
        RETURNING account_id, id, kind, counts_on, decision_key, content::text, recorded_on
    )
""" + _READ.format(
    of=f"IN (SELECT account.id FROM points_account account WHERE {_TOLD})",
    and_more="UNION ALL SELECT *, true, NULL, NULL FROM recorded",
)
_STORE = """
    WITH appended AS (
        INSERT INTO points_entry
            (account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id, sources, recorded_on)
        SELECT account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id,
               string_to_array(sources, E'\\n'), %(recorded_on)s
        FROM unnest(%(account_ids)s::bigint[], %(numbers)s::int[], %(kinds)s::text[], %(days)s::date[],
                    %(points)s::smallint[], %(told_balances)s::smallint[], %(causes)s::bigint[], %(voids)s::bigint[],
                    %(sources)s::text[])
             AS stated (account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id, sources)
    )
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
    """Open the accounts of these holders and parts that are not open yet: `sanctions` hangs its decisions on them."""
    holders = {"holder_ids": array(holder_id for holder_id, _ in held), "parts": text_array(part for _, part in held)}
    database.send(_OPEN_ACCOUNTS, {**holders, "full": _full_balance(today or clock.today())})


@database.tried_again_after_deadlock
@transaction.atomic
def record(facts: Sequence[NewFact], *, today: date | None = None) -> Settled:
    """Keep facts and state what follows from them, in one transaction.

    A fact that is known already (same natural key) changes nothing. Accounts are opened with their first fact.

    Returns:
        What was stated for the accounts that learned something new.
    """
    today = today or clock.today()
    if not facts:
        return Settled()
    told = {
        "holder_ids": array(fact.holder_id for fact in facts),
        "parts": text_array(fact.part for fact in facts),
        "kinds": text_array(str(fact.kind) for fact in facts),
        "natural_keys": text_array(fact.natural_key for fact in facts),
        "counts_on": array(fact.counts_on for fact in facts),
        "decision_keys": text_array(fact.decision_key for fact in facts),
        "contents": text_array(orjson.dumps(fact.content).decode() for fact in facts),
        "recorded_on": array(fact.recorded_on or today for fact in facts),
    }
    held = {(fact.holder_id, fact.part) for fact in facts}
    learned: set[int] = set()
    while True:
        with database.together():
            locked = database.send(_LOCK_TOLD, told)
            found = database.send(_RECORD_AND_READ, told)
        accounts, rows = [AccountRow(*row) for row in locked.fetchall()], found.fetchall()
        learned.update(row[0] for row in rows if row[7])
        if len(accounts) == len(held):
            break
        open_accounts(sorted(held), today=today)
    crash.at("record.kept")
    return _state([account for account in accounts if account.id in learned], rows, today)


@database.tried_again_after_deadlock
@transaction.atomic
def settle(account_ids: Sequence[int], *, today: date | None = None) -> Settled:
    """Make the record of some accounts agree with what the law makes of their facts.

    Loads facts and standing entries under a lock, replays, appends the difference (a correction voids the entry it
    names), queues one notice for each new entry and renews the snapshot. A second call finds no difference. The day
    never goes back: an account that was settled up to a later day stays settled up to it.
    """
    today = today or clock.today()
    locked = database.send(_LOCK, {"ids": array(account_ids)})
    return _settle([AccountRow(*row) for row in locked.fetchall()], today)


@database.tried_again_after_deadlock
@transaction.atomic
def settle_due(
    *, today: date, limit: int, after: tuple[date, int], taken: Callable[[Sequence[tuple[int, date]]], None]
) -> Settled:
    """`settle` for the next accounts that are due and that nobody else has locked.

    Args:
        limit: how many at most.
        after: the day and the number of the account after which to begin: earlier ones were tried already.
        taken: called with number and day of the accounts before anything is done with them.
    """
    chosen = {"today": today, "limit": limit, "after_day": after[0], "after_id": after[1]}
    rows = database.send(_LOCK_DUE, chosen).fetchall()
    taken([(row[0], row[-1]) for row in rows])
    return _settle([AccountRow(*row[:-1]) for row in rows], today)


def sweep_soon() -> None:
    """Ask the worker to settle what is due, in the caller's transaction: the day was moved, or many facts loaded."""
    from gplx.points.tasks import sweep

    sweep.defer()


def _settle(accounts: Sequence[AccountRow], today: date) -> Settled:
    """`settle` for accounts that this transaction has locked."""
    if not accounts:
        return Settled()
    ids = {"ids": array(account.id for account in accounts)}
    return _state(accounts, database.send(_READ_BY_IDS, ids).fetchall(), today)


def _state(accounts: Sequence[AccountRow], found: Sequence[tuple[Any, ...]], today: date) -> Settled:
    """Decide, store and tell, from what was read after the accounts were locked."""
    settled = Settled(accounts=len(accounts))
    if not accounts:
        return settled
    crash.at("settle.locked")
    facts: dict[int, list[FactRow]] = {}
    standing: dict[int, list[EntryRow]] = {}
    learned: set[int] = set()
    for row in found:
        account_id, row_id, kind, on, *fact, is_new, points, cause_id = row
        if is_new:
            learned.add(row_id)
        if points is None:
            facts.setdefault(account_id, []).append(FactRow(account_id, row_id, kind, on, *fact))
        else:
            standing.setdefault(account_id, []).append(EntryRow(account_id, row_id, kind, on, points, cause_id))
    under = installed_profile()
    to_tell: list[notices.NewNotice] = []
    besides: list[notices.NewMessage] = []
    snapshots: list[tuple[AccountRow, law.Statement, int]] = []
    rights: list[wallet.Change] = []
    changed: list[pushes.Snapshot] = []
    with _collector_at_rest():
        for account in accounts:
            rows, stated = facts.get(account.id, []), standing.get(account.id, [])
            law_facts = [law_fact(row, under) for row in rows]
            on = today if account.settled_on is None else max(today, account.settled_on)
            statement = law.replay(law_facts, under, on)
            entries = difference(account, rows, law_facts, stated, statement)
            settled.entries += entries
            to_tell += told(account, entries, rows, stated, statement)
            besides += announcements.of_revocations(account.holder_id, account.part, rows, learned)
            snapshots.append((account, statement, account.entry_count + len(entries)))
            if statement.may_drive != account.may_drive:
                rights.append(wallet.Change(account.holder_id, account.part, statement.may_drive))
            if (statement.balance, statement.revoked) != (account.balance, account.revoked):
                changed.append(_snapshot(account, statement))
    with database.together():
        _store(settled.entries, snapshots, today)
        crash.at("settle.stored")
        notices.queue(to_tell, recorded_on=today)
        notices.announce(besides, recorded_on=today)
        wallet.follow(rights, recorded_on=today)
        pushes.announce(changed)
    crash.at("settle.told")
    return settled


def _snapshot(account: AccountRow, statement: law.Statement) -> pushes.Snapshot:
    """What other systems are told of an account that changed."""
    return pushes.Snapshot(account.holder_id, account.part, statement.balance, statement.may_drive, statement.on)


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking ten thousand statements again and again: half the time went there."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _full_balance(today: date) -> int:
    return FULL_BALANCE_POINTS.on(max(today, POINTS_SYSTEM_FIRST_DAY))


def _store(
    entries: Sequence[NewEntry], snapshots: Sequence[tuple[AccountRow, law.Statement, int]], today: date
) -> None:
    statements = [statement for _, statement, _ in snapshots]
    waits = [statement.exhaustion for statement in statements]
    database.send(
        _STORE,
        {
            "recorded_on": today,
            "account_ids": array(entry.account_id for entry in entries),
            "numbers": array(entry.number for entry in entries),
            "kinds": text_array(entry.kind for entry in entries),
            "days": array(entry.takes_effect_on for entry in entries),
            "points": array(entry.points for entry in entries),
            "told_balances": array(entry.balance for entry in entries),
            "causes": array(entry.cause_id for entry in entries),
            "voids": array(entry.voids_id for entry in entries),
            "sources": text_array("\n".join(entry.sources) for entry in entries),
            "ids": array(account.id for account, _, _ in snapshots),
            "balances": array(statement.balance for statement in statements),
            "revoked": array(statement.revoked for statement in statements),
            "restores_on": array(statement.restores_on for statement in statements),
            "exhausted_on": array(wait and wait.on for wait in waits),
            "wait_grounds": text_array(wait.wait.ground if wait else "" for wait in waits),
            "wait_months": array(wait and wait.wait.months for wait in waits),
            "test_from": array(wait and wait.test_from for wait in waits),
            "needs_certificate": array(bool(wait and wait.wait.needs_drug_free_certificate) for wait in waits),
            "next_change_on": array(statement.next_change_on for statement in statements),
            "entry_counts": array(count for _, _, count in snapshots),
            "settled_on": array(statement.on for statement in statements),
        },
    )
