"""What changes on an account: the entries that turn what was stated into what the law says, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson

from gplx.law import points as law
from gplx.law.sources import reading
from gplx.notices.actions import NewNotice
from gplx.points.models import EntryKind, FactKind
from gplx.points.queries import FactRow


class AccountRow(NamedTuple):
    """A row of `points_account` under lock."""

    id: int
    holder_id: int
    part: str
    balance: int
    revoked: bool
    entry_count: int
    settled_on: date | None

    @property
    def may_drive(self) -> bool:
        """What was stated last; the statement's own answer is `law.Statement.may_drive`."""
        return self.balance > 0 and not self.revoked


class EntryRow(NamedTuple):
    """A row of `points_entry` that stands: neither voided nor a reversal."""

    account_id: int
    id: int
    kind: str
    takes_effect_on: date
    points: int
    cause_id: int | None


class NewEntry(NamedTuple):
    """An entry to append; the columns of `points_entry`."""

    account_id: int
    number: int
    kind: str
    takes_effect_on: date
    points: int
    balance: int
    cause_id: int | None
    voids_id: int | None
    sources: list[str]


def difference(
    account: AccountRow,
    rows: Sequence[FactRow],
    law_facts: Sequence[law.Fact],
    standing: Sequence[EntryRow],
    statement: law.Statement,
) -> list[NewEntry]:
    """The entries that turn what was stated into what the statement says: reversals first, then new lines.

    Source:
        reading 17 (what an annulment voids), reading 19 (what is computed anew for a fact learned late).
    """
    fact_ids = {id(fact): row.id for fact, row in zip(law_facts, rows, strict=True)}
    wanted: dict[tuple[str, date, int, int | None], law.Line] = {}
    for line in statement.lines:
        cause = line.decision or line.test
        wanted[(line.kind, line.on, line.points, fact_ids[id(cause)] if cause else None)] = line
    number = account.entry_count
    entries: list[NewEntry] = []
    for entry in standing:
        if wanted.pop((entry.kind, entry.takes_effect_on, entry.points, entry.cause_id), None) is not None:
            continue
        number += 1
        why = _why_void(entry, rows)
        entries.append(
            NewEntry(
                account.id,
                number,
                EntryKind.REVERSAL.value,
                entry.takes_effect_on,
                -entry.points,
                statement.balance,
                why.id,
                entry.id,
                [reading(17) if why.kind == FactKind.ANNULMENT else reading(19)],
            )
        )
    for (kind, on, points, cause_id), line in wanted.items():
        number += 1
        entries.append(NewEntry(account.id, number, kind, on, points, line.balance, cause_id, None, list(line.sources)))
    return entries


def _why_void(entry: EntryRow, rows: Sequence[FactRow]) -> FactRow:
    """The fact that makes an entry void: the annulment of its decision, else what the register learned last."""
    decision = next((row.decision_key for row in rows if row.id == entry.cause_id), None)
    if decision:
        for row in rows:
            if row.kind == FactKind.ANNULMENT and row.decision_key == decision:
                return row
    return rows[-1]


def told(
    account: AccountRow,
    entries: Sequence[NewEntry],
    rows: Sequence[FactRow],
    standing: Sequence[EntryRow],
    statement: law.Statement,
) -> list[NewNotice]:
    """One notice for each new entry, with everything its text needs (`notices.catalogue.write`)."""
    if not entries:
        return []
    by_id = {row.id: row for row in rows}
    voided = {entry.id: entry for entry in standing}
    lines: dict[tuple[str, date, str | None], law.Line] = {
        (line.kind, line.on, line.decision and line.decision.number): line for line in statement.lines
    }
    now = {"on": statement.on.isoformat(), "balance": statement.balance, **_what_follows(statement)}
    told_before = {voided[entry.voids_id].cause_id for entry in entries if entry.voids_id is not None}
    current = _current(statement.lines)
    notices = []
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
        if statement.revoked_until is not None:
            content["revoked_until"] = statement.revoked_until.isoformat()
        if cause is not None and cause.decision_key:
            content["decision"] = {"key": cause.decision_key}
        kind = entry.kind
        if entry.voids_id is not None:
            void = voided[entry.voids_id]
            content |= {"before": account.balance, "voided": {"kind": void.kind, "points": void.points}, "now": now}
            if cause is not None and cause.kind == FactKind.ANNULMENT:
                own = by_id.get(void.cause_id) if void.cause_id else None
                same = own is not None and own.decision_key == cause.decision_key
                content["because"] = "annulled" if same else "annulled_other"
                if replaced_by := orjson.loads(cause.content).get("replaced_by"):
                    content["replaced_by"] = {"key": replaced_by}
        else:
            line = lines[(kind, entry.takes_effect_on, (cause and cause.decision_key) or None)]
            exhausts = kind == EntryKind.DEDUCTION and line.balance == 0
            if id(line) in current:
                content |= _what_follows(line)
            else:
                content["now"] = now
                if exhausts and entry.points:
                    content |= _what_follows(line)
            if line.decision is not None:
                if entry.cause_id in told_before:
                    content["restated"] = True
                content["decision"]["acted_on"] = line.decision.acted_on.isoformat()
                offence = law.heaviest(line.decision.offences)
                content["offence"] = {"code": offence.code, "points": offence.points}
            if exhausts:
                kind = "exhausted" if entry.points else "absorbed"
        notices.append(NewNotice(account.id, entry.number, account.holder_id, kind, content))
    return notices


def _current(lines: Sequence[law.Line]) -> set[int]:
    """The lines after which nothing changed: the last that took or gave points, and what follows it (by `id`)."""
    current: set[int] = set()
    for line in reversed(lines):
        current.add(id(line))
        if line.points:
            break
    return current


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
