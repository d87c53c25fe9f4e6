"""What a decision or an annulment would change, computed by the law's own engine; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import orjson

from gplx import clock
from gplx.law import points as law
from gplx.points.actions import NewFact
from gplx.points.models import Account
from gplx.points.queries import FactRow, facts_of, installed_profile, law_fact
from gplx.sanctions.facts import annulment_fact, fact_of
from gplx.sanctions.intake import StatedDecision
from gplx.sanctions.models import Annulment, Decision


@dataclass(frozen=True)
class Preview:
    """The statement of one account before and after, on one day.

    Attributes:
        gone: lines that would be voided, as they stand now.
        new: lines that would be stated instead.
        version: changes whenever the register learns anything about the account; a form that carries an older one
            was filled in on a view that is no longer true (B33).
    """

    part: str
    on: date
    before: law.Statement
    after: law.Statement
    gone: Sequence[law.Line]
    new: Sequence[law.Line]
    version: str

    @property
    def changes_nothing(self) -> bool:
        return not self.gone and not self.new and self.before.next_change_on == self.after.next_change_on

    @property
    def notices(self) -> int:
        """How many notices the person would get: one for each line that is voided and each that is new (I04)."""
        return len(self.gone) + len(self.new)

    @property
    def takes_effect_later(self) -> list[law.Decision]:
        """Decisions that would be known and wait for their day."""
        known = {decision.number for decision in self.before.pending}
        return [decision for decision in self.after.pending if decision.number not in known]


def of_decision(holder_id: int, part: str, stated: StatedDecision | Decision) -> Preview:
    """What recording a decision would change for a person's part of a licence.

    Its annulment may have come first, or while it waited in quarantine; then recording it changes nothing.
    """
    today = clock.today()
    facts = [fact_of(stated, holder_id, part, today)]
    authority, number, year = key = (stated.authority, stated.number, stated.year)
    annulment = Annulment.objects.filter(authority=authority, number=number, year=year).first()
    if annulment is not None:
        facts.append(annulment_fact(key, holder_id, part, annulment.recorded_on))
    account = Account.objects.filter(holder_id=holder_id, part=part).first()
    return _preview(account, part, facts, today)


def of_annulment(account: Account, decision: Decision) -> Preview:
    """What annulling a recorded decision would change: everything downstream is computed as if it had not been."""
    today = clock.today()
    key = (decision.authority, decision.number, decision.year)
    return _preview(account, account.part, [annulment_fact(key, account.holder_id, account.part, today)], today)


def _preview(account: Account | None, part: str, told: Sequence[NewFact], today: date) -> Preview:
    rows: list[FactRow] = facts_of([account.pk])[account.pk] if account is not None else []
    under = installed_profile()
    known = [law_fact(row, under) for row in rows]
    on = max(today, account.settled_on or today) if account is not None else today
    before = law.replay(known, under, on)
    after = law.replay([*known, *(law_fact(_row(fact), under) for fact in told)], under, on)
    stood, stands = {_identity(line) for line in before.lines}, {_identity(line) for line in after.lines}
    return Preview(
        part=part,
        on=on,
        before=before,
        after=after,
        gone=[line for line in before.lines if _identity(line) not in stands],
        new=[line for line in after.lines if _identity(line) not in stood],
        version=version_of(rows, on),
    )


def _row(fact: NewFact) -> FactRow:
    """A fact that is not recorded, in the form in which recorded ones are read."""
    content = orjson.dumps(fact.content).decode()
    assert fact.recorded_on is not None
    return FactRow(0, 0, fact.kind.value, fact.counts_on, fact.decision_key, content, fact.recorded_on)


def version_of(rows: Sequence[FactRow], on: date) -> str:
    """A short name for "this is all the register knew of the account on that day"."""
    return sha256(f"{on}:{[row.id for row in rows]}".encode()).hexdigest()[:16]


def _identity(line: law.Line) -> tuple[str, date, int, str | None, date | None]:
    """What makes a line the same line before and after, as `points.actions.settle` compares them."""
    return (
        line.kind,
        line.on,
        line.points,
        line.decision.number if line.decision is not None else None,
        line.test.on if line.test is not None else None,
    )
