"""Proof that the stored record agrees with the facts: invariants I01 to I04, I06 and I10 over every row.

I01 also holds for what each entry told: its balance and its sources are those of its line when it was stated, however
much was corrected since. I06 also holds for the guards in the database (`audit.guards`), I04 for what was delivered
(`fsck_notices`); the sanctions record has its own part of the proof (`sanctions.fsck`).

Reads one consistent picture of the database, account by account in their order, in chunks: memory stays flat however
many there are. What each number means: docs/operations.md.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import orjson
from django.db import connection, transaction

from gplx import clock, database
from gplx.audit import guards
from gplx.law import points as law
from gplx.law.periods import day_after_months
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY, RESTORATION_MONTHS, Profile
from gplx.points import fsck_notices
from gplx.points.models import EntryKind, FactKind
from gplx.points.queries import FACTS, FactRow, installed_profile, law_fact

CHUNK_ACCOUNTS = 2000


class Broken(NamedTuple):
    """One row that breaks an invariant. Numbers only: no personal data."""

    invariant: str
    table: str
    row: int | str
    problem: str


class _Account(NamedTuple):
    id: int
    holder_id: int
    balance: int
    revoked: bool
    restores_on: date | None
    exhausted_on: date | None
    wait_ground: str
    wait_months: int | None
    test_from: date | None
    needs_drug_free_certificate: bool
    next_change_on: date | None
    entry_count: int
    settled_on: date | None


class _Entry(NamedTuple):
    account_id: int
    id: int
    number: int
    kind: str
    takes_effect_on: date
    points: int
    balance: int
    cause_id: int | None
    voids_id: int | None
    is_voided: bool
    sources: list[str]
    recorded_on: date


_ACCOUNTS = f"SELECT {', '.join(_Account._fields)} FROM points_account WHERE id > %(after)s ORDER BY id LIMIT %(limit)s"
_ENTRIES = """
    SELECT account_id, id, number, kind, takes_effect_on, points, balance, cause_id, voids_id,
           EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id),
           sources, recorded_on
    FROM points_entry entry WHERE account_id = ANY(%s) ORDER BY account_id, number, id
"""
_FULL = FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY)

# Invariant, table, what is wrong, and the statement that finds the rows.
_SET_BASED: tuple[tuple[str, str, str, str], ...] = (
    (
        "I03",
        "points_entry",
        "another standing line has the same decision as its cause",
        """
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY cause_id ORDER BY number, id) AS place
            FROM points_entry entry
            WHERE kind IN ('deduction', 'not_deducted')
              AND NOT EXISTS (SELECT FROM points_entry reversal WHERE reversal.voids_id = entry.id)
        ) standing WHERE place > 1
        """,
    ),
    (
        "I03",
        "points_fact",
        "another fact of the account is the same decision",
        """
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY account_id, decision_key ORDER BY id) AS place
            FROM points_fact WHERE kind = 'decision'
        ) told WHERE place > 1
        """,
    ),
    (
        "I03",
        "points_entry",
        "voids an entry that another reversal has voided",
        """
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY voids_id ORDER BY id) AS place
            FROM points_entry WHERE voids_id IS NOT NULL
        ) reversals WHERE place > 1
        """,
    ),
    (
        "I03",
        "points_entry",
        "is a reversal but does not take back exactly one earlier line of its account",
        """
        SELECT reversal.id FROM points_entry reversal
        LEFT JOIN points_entry voided ON voided.id = reversal.voids_id
        WHERE reversal.kind = 'reversal'
          AND (voided.id IS NULL OR voided.account_id <> reversal.account_id OR voided.kind = 'reversal'
               OR voided.number >= reversal.number OR voided.points <> -reversal.points)
        """,
    ),
    (
        "I04",
        "points_entry",
        "has no notice",
        """
        SELECT id FROM points_entry entry
        WHERE NOT EXISTS (SELECT FROM notices_notice notice WHERE notice.entry_id = entry.id)
        """,
    ),
    (
        "I04",
        "notices_notice",
        "another notice tells of the same entry",
        """
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY entry_id ORDER BY id) AS place
            FROM notices_notice WHERE entry_id IS NOT NULL
        ) told WHERE place > 1
        """,
    ),
    (
        "I04",
        "notices_notice",
        "tells of no entry and has no key, or of an entry of another person or of another kind",
        """
        SELECT notice.id FROM notices_notice notice
        LEFT JOIN points_entry entry ON entry.id = notice.entry_id
        LEFT JOIN points_account account ON account.id = entry.account_id
        WHERE (notice.entry_id IS NULL) = (notice.natural_key IS NULL)
           OR notice.entry_id IS NOT NULL AND account.holder_id IS DISTINCT FROM notice.holder_id
           OR entry.kind <> CASE WHEN notice.kind IN ('exhausted', 'absorbed') THEN 'deduction' ELSE notice.kind END
        """,
    ),
    (
        "I06",
        "points_entry",
        "belongs to no account",
        """
        SELECT id FROM points_entry entry
        WHERE NOT EXISTS (SELECT FROM points_account account WHERE account.id = entry.account_id)
        """,
    ),
    (
        "I06",
        "points_entry",
        "its cause is no fact of its account, or it has none and is no restoration by time",
        """
        SELECT entry.id FROM points_entry entry LEFT JOIN points_fact fact ON fact.id = entry.cause_id
        WHERE CASE WHEN entry.cause_id IS NULL THEN entry.kind <> 'restoration'
                   ELSE fact.account_id IS DISTINCT FROM entry.account_id END
        """,
    ),
)


def check(progress: Callable[[int], None] = lambda accounts: None) -> Iterator[Broken]:
    """Every row that breaks an invariant, as it is found.

    Args:
        progress: called after each chunk with the number of accounts read.
    """
    with one_picture():
        for table, name, problem in guards.broken():
            yield Broken("I06", table, name, problem)
        yield from set_based(_SET_BASED)
        yield from set_based(fsck_notices.CHECKS)
        for notice_id in fsck_notices.unwritable(_streamed(fsck_notices.UNDELIVERED)):
            yield Broken("I04", "notices_notice", notice_id, "its text cannot be written from its content")
        under, today = installed_profile(), clock.today()
        for accounts, facts, entries in _chunks():
            for account in accounts:
                yield from _account(account, facts.get(account.id, []), entries.get(account.id, []), under, today)
            progress(len(accounts))


def set_based(checks: Iterable[tuple[str, str, str, str]]) -> Iterator[Broken]:
    """The rows that such statements find: invariant, table, what is wrong, statement."""
    for invariant, table, problem, statement in checks:
        for (row,) in _streamed(statement):
            yield Broken(invariant, table, row, problem)


@contextlib.contextmanager
def one_picture() -> Iterator[None]:
    """Read the database as it is with the first statement, while work goes on."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            database.send("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _streamed(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.connection.cursor(name="fsck") as cursor:
        cursor.itersize = 5000
        yield from cursor.execute(statement)


def _chunks() -> Iterator[tuple[list[_Account], dict[int, list[FactRow]], dict[int, list[_Entry]]]]:
    after = 0
    while True:
        found = database.send(_ACCOUNTS, {"after": after, "limit": CHUNK_ACCOUNTS})
        accounts = [_Account(*row) for row in found.fetchall()]
        if not accounts:
            return
        after = accounts[-1].id
        ids = [[account.id for account in accounts]]
        with connection.cursor() as cursor:
            cursor.execute(FACTS, ids)
            facts = _grouped(map(FactRow._make, cursor.fetchall()))
            cursor.execute(_ENTRIES, ids)
            entries = _grouped(map(_Entry._make, cursor.fetchall()))
        yield accounts, facts, entries


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.account_id, []).append(row)
    return grouped


def _account(
    account: _Account, rows: list[FactRow], entries: list[_Entry], under: Profile, today: date
) -> Iterator[Broken]:
    """What is wrong with one account, its facts and its entries."""
    yield from _numbering(account, entries)
    standing = [entry for entry in entries if not entry.is_voided and entry.kind != EntryKind.REVERSAL]
    yield from _restorations(account, rows, standing)
    for entry in entries:
        if not 0 <= entry.balance <= _FULL:
            yield Broken("I02", "points_entry", entry.id, f"told a balance of {entry.balance}")
    if not 0 <= account.balance <= _FULL:
        yield Broken("I02", "points_account", account.id, f"has a balance of {account.balance}")
    try:
        law_facts = [law_fact(row, under) for row in rows]
    except (LookupError, ValueError, TypeError) as error:
        yield Broken("I01", "points_account", account.id, f"a fact of it cannot be read ({type(error).__name__})")
        return
    statement = law.replay(law_facts, under, account.settled_on or today)
    yield from _lines(account, rows, law_facts, standing, statement)
    yield from _told(rows, law_facts, entries, statement, under)
    yield from _snapshot(account, entries, statement)


def _numbering(account: _Account, entries: list[_Entry]) -> Iterator[Broken]:
    expected = 1
    for entry in entries:
        if entry.number != expected:
            yield Broken("I06", "points_entry", entry.id, f"is number {entry.number} where {expected} is due")
            expected = entry.number
        expected += 1
    if account.entry_count != len(entries):
        problem = f"counts {account.entry_count} entries and has {len(entries)}"
        yield Broken("I06", "points_account", account.id, problem)


_Key: TypeAlias = tuple[str, date, int, int | None]


def _lines(
    account: _Account,
    rows: list[FactRow],
    law_facts: list[law.Fact],
    standing: list[_Entry],
    statement: law.Statement,
) -> Iterator[Broken]:
    """I01: the standing entries are exactly the lines of the statement."""
    wanted: dict[_Key, int] = {}
    for key, _, _ in _stated(rows, law_facts, statement):
        wanted[key] = wanted.get(key, 0) + 1
    for entry in standing:
        key = _key(entry)
        if wanted.get(key):
            wanted[key] -= 1
        else:
            yield Broken("I01", "points_entry", entry.id, "is not what the law makes of the facts")
    for (kind, on, points, _), count in wanted.items():
        if count:
            problem = f"lacks the line of {on.isoformat()}: {kind} {points:+d}"
            yield Broken("I01", "points_account", account.id, problem)


def _key(entry: _Entry) -> _Key:
    return entry.kind, entry.takes_effect_on, entry.points, entry.cause_id


def _stated(
    rows: Sequence[FactRow], law_facts: Sequence[law.Fact], statement: law.Statement
) -> Iterator[tuple[_Key, int, list[str]]]:
    """Key, balance and sources of each line of a statement."""
    fact_ids = {id(fact): row.id for fact, row in zip(law_facts, rows, strict=True)}
    for line in statement.lines:
        cause = line.decision or line.test
        yield (
            (line.kind, line.on, line.points, fact_ids[id(cause)] if cause else None),
            line.balance,
            list(line.sources),
        )


def _told(
    rows: list[FactRow],
    law_facts: list[law.Fact],
    entries: list[_Entry],
    statement: law.Statement,
    under: Profile,
) -> Iterator[Broken]:
    """I01: balance and sources of an entry are what its line said when it was stated.

    A line that stands keeps the balance it told when a later correction changes it. What the register knew then were
    the first so many facts of the account: one of these statements must have said what the entry says. Only entries
    that differ from the newest statement are looked for in older ones, so nearly all accounts are replayed once. A
    reversal told the balance at the end of its day, and no line: one that was ever stated, or the full balance.
    """
    now = [(key, balance, sources) for key, balance, sources in _stated(rows, law_facts, statement)]
    open_questions = [
        entry
        for entry in entries
        if entry.kind == EntryKind.REVERSAL or (_key(entry), entry.balance, entry.sources) not in now
    ]
    if not open_questions:
        return
    ever = list(now)
    for known in range(1, len(rows)):
        ever += _stated(rows[:known], law_facts[:known], law.replay(law_facts[:known], under, statement.on))
    said = {(key, balance, tuple(sources)) for key, balance, sources in ever}
    keys = {key for key, _, _ in said}
    balances = {_FULL, *(balance for _, balance, _ in said)}
    for entry in open_questions:
        if entry.kind == EntryKind.REVERSAL:
            if entry.balance not in balances:
                yield Broken("I01", "points_entry", entry.id, "told a balance that the account never had")
        elif _key(entry) in keys and (_key(entry), entry.balance, tuple(entry.sources)) not in said:
            yield Broken("I01", "points_entry", entry.id, "told a balance or sources that its line never had")


def _snapshot(account: _Account, entries: list[_Entry], statement: law.Statement) -> Iterator[Broken]:
    """I01: the snapshot is the fold of the entries and what the statement says."""
    folded = _FULL + sum(entry.points for entry in entries)
    if account.balance != folded:
        problem = f"has a balance of {account.balance}; its entries add up to {folded}"
        yield Broken("I01", "points_account", account.id, problem)
    if entries and account.settled_on is None:
        yield Broken("I01", "points_account", account.id, "has entries and was never settled")
    wait = statement.exhaustion
    for column, stored, due in (
        ("balance", account.balance, statement.balance),
        ("revoked", account.revoked, statement.revoked),
        ("restores_on", account.restores_on, statement.restores_on),
        ("exhausted_on", account.exhausted_on, wait and wait.on),
        ("wait_ground", account.wait_ground, wait.wait.ground if wait else ""),
        ("wait_months", account.wait_months, wait and wait.wait.months),
        ("test_from", account.test_from, wait and wait.test_from),
        (
            "needs_drug_free_certificate",
            account.needs_drug_free_certificate,
            bool(wait and wait.wait.needs_drug_free_certificate),
        ),
        ("next_change_on", account.next_change_on, statement.next_change_on),
    ):
        if stored != due:
            problem = f"{column} is {stored}; the facts say {due}"
            yield Broken("I01", "points_account", account.id, problem)


_RANK = {EntryKind.RESTORATION.value: 0, EntryKind.TEST_RESTORATION.value: 2}


def _restorations(account: _Account, rows: list[FactRow], standing: list[_Entry]) -> Iterator[Broken]:
    """I10, without the engine: walks the standing lines in the order in which they count (readings 5, 6, 16)."""
    by_id = {row.id: row for row in rows}
    balance, taken_on = _FULL, None
    for entry in sorted(standing, key=lambda entry: (entry.takes_effect_on, _RANK.get(entry.kind, 1), entry.number)):
        due_on = taken_on and day_after_months(taken_on, RESTORATION_MONTHS.on(taken_on))
        if entry.kind == EntryKind.RESTORATION:
            if balance == 0:
                yield Broken("I10", "points_entry", entry.id, "restores a balance of 0 by time")
            elif due_on != entry.takes_effect_on or balance + entry.points != _FULL:
                problem = f"restores to {balance + entry.points} on {entry.takes_effect_on}; due is {_FULL} on {due_on}"
                yield Broken("I10", "points_entry", entry.id, problem)
            balance, taken_on = _FULL, None
        elif entry.kind == EntryKind.TEST_RESTORATION:
            test = by_id.get(entry.cause_id or 0)
            passed = (
                test is not None
                and test.kind == FactKind.TEST
                and test.counts_on == entry.takes_effect_on
                and bool(orjson.loads(test.content).get("passed"))
            )
            if balance != 0 or not passed:
                yield Broken("I10", "points_entry", entry.id, "restores by a test that was not passed or not due")
            balance, taken_on = _FULL, None
        elif entry.points < 0:
            if due_on is not None and balance and due_on <= entry.takes_effect_on:
                yield Broken("I10", "points_account", account.id, f"was not restored on {due_on}")
                balance = _FULL
            balance, taken_on = balance + entry.points, entry.takes_effect_on
    if taken_on is not None and balance > 0 and account.settled_on is not None:
        due_on = day_after_months(taken_on, RESTORATION_MONTHS.on(taken_on))
        if due_on <= account.settled_on:
            yield Broken("I10", "points_account", account.id, f"was not restored on {due_on}")
