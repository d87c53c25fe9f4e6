"""What the law makes of the facts of one account: `replay()`.

An account is the points of one person for one part of a licence (motorcycle or car, reading 11). It starts
with 12 points. Facts may be given in any order; everything is computed anew each time, so a late decision or
an annulment is nothing special (readings 17 to 19).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.periods import NotInForceError, add_months, day_after_months
from gplx.law.profiles import (
    DRUG_FREE_CERTIFICATE_MONTHS,
    FULL_BALANCE_POINTS,
    POINTS_SYSTEM_FIRST_DAY,
    RESTORATION_MONTHS,
    Deducted,
    Profile,
    Wait,
)
from gplx.law.sources import Citation, reading

LineKind: TypeAlias = Literal["deduction", "not_deducted", "restoration", "test_restoration"]
Standing: TypeAlias = Literal["full", "reduced", "exhausted"]
FindingCode: TypeAlias = Literal[
    "act_before_points_system", "test_while_points_left", "test_too_early", "test_without_certificate"
]

_ONE_DAY = timedelta(days=1)


class Offence(NamedTuple):
    """One offence of a decision, as its level counts: from the catalogue on the day of the act, or as stated."""

    points: int
    drug: bool
    code: str | None = None
    source: Citation | None = None


class Decision(NamedTuple):
    """A sanction decision that took or will take effect. `number` is unique within the account."""

    number: str
    acted_on: date
    effective_on: date
    offences: tuple[Offence, ...]
    recorded_on: date


class Annulment(NamedTuple):
    """A decision was annulled: it was never there (reading 17)."""

    decision: str
    recorded_on: date


class Revocation(NamedTuple):
    """The right to use the licence was revoked; both days belong to the revocation (reading 10)."""

    first_day: date
    last_day: date
    recorded_on: date


class DrugFreeCertificate(NamedTuple):
    """A health certificate that concludes that there are no drugs in the body."""

    concluded_on: date
    recorded_on: date


class Test(NamedTuple):
    """The result of a knowledge test."""

    __test__ = False  # not a pytest class

    on: date
    passed: bool
    recorded_on: date


Fact: TypeAlias = Decision | Annulment | Revocation | DrugFreeCertificate | Test


class Exhaustion(NamedTuple):
    """A balance of 0 since `on`: the wait, and the first day of the test (None past the end of the calendar)."""

    on: date
    wait: Wait
    test_from: date | None


class Line(NamedTuple):
    """One line of a statement, and the state after it.

    `points` is what was really taken or given back; `restores_on` and `exhaustion` say what follows from the line.
    """

    on: date
    kind: LineKind
    points: int
    balance: int
    decision: Decision | None
    test: Test | None
    sources: tuple[Citation, ...]
    restores_on: date | None
    exhaustion: Exhaustion | None


class Finding(NamedTuple):
    """A fact that had no effect, and why."""

    code: FindingCode
    on: date
    decision: str | None
    test_from: date | None
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What the law makes of the facts of one account at the end of one day.

    Attributes:
        balance: whole points, 0 to the full balance.
        standing: full, reduced or exhausted.
        may_drive: False when exhausted, or revoked on this day.
        restores_on: first day with the full balance again if nothing else happens; only when reduced.
        exhaustion: since when, on which ground and with which wait; only when exhausted.
        next_change_on: the next day on which something happens by itself, None when there is none.
        lines: all lines up to this day, in the order in which they count (reading 6).
        findings: facts up to this day that had no effect.
        pending: decisions that are known and take effect after this day.
    """

    on: date
    as_known_on: date | None
    balance: int
    standing: Standing
    revoked: bool
    may_drive: bool
    restores_on: date | None
    exhaustion: Exhaustion | None
    next_change_on: date | None
    lines: Sequence[Line]
    findings: Sequence[Finding]
    pending: Sequence[Decision]


def heaviest(offences: Sequence[Offence]) -> Offence:
    """The one offence of a decision that counts: the highest level; of equal ones a drug offence.

    Source:
        168/2024 art. 50(1)(b); reading 8.
    """
    if len(offences) == 1:
        return offences[0]
    return max(offences, key=lambda offence: (offence.points, offence.drug))


class History:
    """The whole life of an account from a set of facts; `on(day)` is the statement at the end of that day."""

    __slots__ = ("_as_known_on", "_decisions", "_days", "_full", "_revocations", "_tests", "findings", "lines")

    def __init__(self, facts: Iterable[Fact], profile: Profile, as_known_on: date | None = None) -> None:
        self._as_known_on = as_known_on
        decisions: list[Decision] = []
        annulled: set[str] = set()
        certificates: list[date] = []
        self._revocations: list[tuple[date, date]] = []
        self._tests: list[Test] = []
        for fact in facts:
            if as_known_on is not None and fact.recorded_on > as_known_on:
                continue
            kind = type(fact)
            if kind is Decision:
                decisions.append(fact)  # type: ignore[arg-type]
            elif kind is Test:
                self._tests.append(fact)  # type: ignore[arg-type]
            elif kind is Annulment:
                annulled.add(fact.decision)  # type: ignore[union-attr, arg-type]
            elif kind is Revocation:
                self._revocations.append((fact.first_day, fact.last_day))  # type: ignore[union-attr]
            else:
                certificates.append(fact.concluded_on)  # type: ignore[union-attr]
        if annulled:
            decisions = [decision for decision in decisions if decision.number not in annulled]
        self._decisions = decisions
        self._full = FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY)
        self.lines: list[Line] = []
        self.findings: list[Finding] = []
        self._run(profile, certificates)
        self._days = [line.on for line in self.lines]

    def _run(self, profile: Profile, certificates: list[date]) -> None:
        """Walk through the facts in the order in which they count (reading 6), writing lines and findings."""
        events: list[tuple[date, int, object, object, Decision | Test]] = [
            (decision.effective_on, 1, decision.acted_on, decision.number, decision) for decision in self._decisions
        ]
        events += [(test.on, 2, test.passed, test.recorded_on, test) for test in self._tests]
        events.sort(key=lambda event: event[:4])  # type: ignore[arg-type, return-value]
        balance = self._full
        restores_on: date | None = None
        exhaustion: Exhaustion | None = None
        cycle: list[Deducted] = []
        lines = self.lines
        for day, _, _, _, event in events:
            if restores_on is not None and restores_on <= day:
                balance = self._restore(restores_on, balance, profile)
                restores_on, cycle = None, []
            if type(event) is Test:
                refused = self._test_finding(event, balance, exhaustion, certificates)
                if refused is not None:
                    self.findings.append(refused)
                elif event.passed:
                    full = FULL_BALANCE_POINTS.on(day)
                    sources = profile.test_restoration
                    lines.append(Line(day, "test_restoration", full - balance, full, None, event, sources, None, None))
                    balance, exhaustion, cycle = full, None, []
                continue
            decision: Decision = event  # type: ignore[assignment]
            if decision.acted_on < POINTS_SYSTEM_FIRST_DAY:
                self.findings.append(
                    Finding("act_before_points_system", day, decision.number, None, _ACT_BEFORE_POINTS_SYSTEM)
                )
                continue
            if self._revocations and self._revoked_on(day):
                sources = profile.not_deducted
                lines.append(
                    Line(day, "not_deducted", 0, balance, decision, None, sources, restores_on, exhaustion)
                )
                continue
            offence = heaviest(decision.offences)
            sources = profile.deduction
            if offence.source is not None:
                sources = (offence.source, *sources)
            if len(decision.offences) > 1:
                sources += profile.heaviest_only
            taken = offence.points
            if taken > balance:
                taken = balance
                sources += profile.floor
            if taken:
                balance -= taken
                cycle.append(Deducted(offence.points, offence.drug))
                if balance:
                    restores_on = _day_after(day, RESTORATION_MONTHS.on(day))
                else:
                    wait = profile.wait.on(day)(cycle)
                    restores_on, exhaustion = None, Exhaustion(day, wait, _day_after(day, wait.months))
            lines.append(Line(day, "deduction", -taken, balance, decision, None, sources, restores_on, exhaustion))
        if restores_on is not None:
            self._restore(restores_on, balance, profile)

    def _restore(self, day: date, balance: int, profile: Profile) -> int:
        full = FULL_BALANCE_POINTS.on(day)
        self.lines.append(
            Line(day, "restoration", full - balance, full, None, None, profile.restoration, None, None)
        )
        return full

    def _test_finding(
        self, test: Test, balance: int, exhaustion: Exhaustion | None, certificates: list[date]
    ) -> Finding | None:
        """Why a test has no effect, whatever its result; None when it was permitted (reading 15)."""
        if balance or exhaustion is None:
            return Finding("test_while_points_left", test.on, None, None, _TEST_REFUSED)
        test_from = exhaustion.test_from
        if test_from is None or test.on < test_from:
            return Finding("test_too_early", test.on, None, test_from, _TEST_REFUSED)
        if exhaustion.wait.needs_drug_free_certificate and not _has_certificate(certificates, test.on):
            return Finding("test_without_certificate", test.on, None, test_from, _TEST_REFUSED)
        return None

    def _revoked_on(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self._revocations)

    def on(self, day: date) -> Statement:
        """The statement at the end of `day`; see `Statement`."""
        count = bisect_right(self._days, day)
        lines = self.lines[:count]
        balance, restores_on, exhaustion = self._full, None, None
        if lines:
            last = lines[-1]
            balance, restores_on, exhaustion = last.balance, last.restores_on, last.exhaustion
        standing: Standing = "full" if balance == self._full else "reduced" if balance else "exhausted"
        revoked = self._revoked_on(day) if self._revocations else False
        return Statement(
            on=day,
            as_known_on=self._as_known_on,
            balance=balance,
            standing=standing,
            revoked=revoked,
            may_drive=balance > 0 and not revoked,
            restores_on=restores_on,
            exhaustion=exhaustion,
            next_change_on=self._next_change_after(day, restores_on),
            lines=lines,
            findings=[finding for finding in self.findings if finding.on <= day],
            pending=[decision for decision in self._decisions if decision.effective_on > day],
        )

    def _next_change_after(self, day: date, restores_on: date | None) -> date | None:
        changes = [decision.effective_on for decision in self._decisions if decision.effective_on > day]
        changes += [test.on for test in self._tests if test.on > day]
        for first, last in self._revocations:
            if first > day:
                changes.append(first)
            elif last >= day and last < date.max:
                changes.append(last + _ONE_DAY)
        if restores_on is not None:
            changes.append(restores_on)
        return min(changes, default=None)


def replay(facts: Iterable[Fact], profile: Profile, on: date, as_known_on: date | None = None) -> Statement:
    """The statement of one account at the end of a day.

    Args:
        facts: all facts of one account, in any order; decision numbers are unique.
        profile: the body of law.
        on: a calendar day in Viet Nam.
        as_known_on: only facts recorded on or before this day count (reading 18); None: all that is known now.

    Source:
        36/2024/QH15 art. 58; 168/2024 art. 50-51; seed 003; readings 3 to 19.
    """
    return History(facts, profile, as_known_on).on(on)


def _day_after(anchor: date, months: int) -> date | None:
    """The first day after a period, None where it lies past the end of the calendar."""
    try:
        return day_after_months(anchor, months)
    except OverflowError:
        return None


def _has_certificate(concluded: Iterable[date], test_on: date) -> bool:
    """Is one of the certificates concluded on or before the test, and still valid on its day? (reading 14)"""
    return any(concluded_on <= test_on and _valid_on(concluded_on, test_on) for concluded_on in concluded)


def _valid_on(concluded_on: date, day: date) -> bool:
    try:
        return day <= add_months(concluded_on, DRUG_FREE_CERTIFICATE_MONTHS.on(concluded_on))
    except NotInForceError:
        return False
    except OverflowError:
        return True


_ACT_BEFORE_POINTS_SYSTEM = (reading(3),)
_TEST_REFUSED = (reading(15),)
