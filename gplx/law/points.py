"""What the law makes of the facts of one account: `replay()`.

An account is the points of one person for one part of a licence (motorcycle or car, reading 11). It starts
with 12 points. Facts may be given in any order; everything is computed anew each time, so a late decision or
an annulment is nothing special (readings 17 to 19).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.periods import NotInForceError, day_after_months
from gplx.law.profiles import (
    FULL_BALANCE_POINTS,
    POINTS_SYSTEM_FIRST_DAY,
    RESTORATION_MONTHS,
    Deducted,
    Profile,
    Wait,
    certificate_valid_until,
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
    """The right to use the licence was revoked; both days belong to the revocation (reading 10).

    `decision` is the number of the decision that revokes, where it is known: annulled, it was never there.
    """

    first_day: date
    last_day: date
    recorded_on: date
    decision: str | None = None


class DrugFreeCertificate(NamedTuple):
    """A health certificate that concludes that there are no drugs in the body.

    `number` names it among the account's certificates, where it can be withdrawn; `valid_until` is the last day printed
    on it, where one is.
    """

    concluded_on: date
    recorded_on: date
    number: str | None = None
    valid_until: date | None = None


class CertificateWithdrawn(NamedTuple):
    """A certificate was corrected or taken back: it does not count for tests after that day (ADR 0041)."""

    certificate: str
    recorded_on: date


class KnowledgeTest(NamedTuple):
    """The result of a knowledge test."""

    on: date
    passed: bool
    recorded_on: date


Fact: TypeAlias = Decision | Annulment | Revocation | DrugFreeCertificate | CertificateWithdrawn | KnowledgeTest


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
    test: KnowledgeTest | None
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


class State(NamedTuple):
    """How an account stands at the end of one day; the words are those of `Statement`."""

    balance: int
    revoked_until: date | None
    restores_on: date | None
    exhaustion: Exhaustion | None

    @property
    def revoked(self) -> bool:
        return self.revoked_until is not None

    @property
    def standing(self) -> Standing:
        if self.balance == _FULL_AT_FIRST:
            return "full"
        return "reduced" if self.balance else "exhausted"

    @property
    def may_drive(self) -> bool:
        return self.balance > 0 and not self.revoked


@dataclass(frozen=True, slots=True)
class Statement:
    """What the law makes of the facts of one account at the end of one day.

    Attributes:
        balance: whole points, 0 to the full balance.
        standing: full, reduced or exhausted.
        may_drive: False when exhausted, or revoked on this day.
        revoked_until: the last day of the revocation that holds on this day, also where the next one follows it
            without a gap (readings 10, 17); None when none holds.
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
    may_drive: bool
    revoked_until: date | None
    restores_on: date | None
    exhaustion: Exhaustion | None
    next_change_on: date | None
    lines: Sequence[Line]
    findings: Sequence[Finding]
    pending: Sequence[Decision]

    @property
    def revoked(self) -> bool:
        return self.revoked_until is not None


def heaviest(offences: Sequence[Offence]) -> Offence:
    """The one offence of a decision that counts: the highest level; of equal ones a drug offence.

    Source:
        168/2024 art. 50(1)(b); reading 8.
    """
    if len(offences) == 1:
        return offences[0]
    return max(offences, key=lambda offence: (offence.points, offence.drug))


class _Course:
    """The state of an account while its facts are walked through in the order in which they count."""

    __slots__ = (
        "balance",
        "certificates",
        "cycle",
        "exhaustion",
        "findings",
        "lines",
        "profile",
        "restores_on",
        "withdrawn",
    )

    def __init__(self, profile: Profile, certificates: list[DrugFreeCertificate], withdrawn: dict[str, date]) -> None:
        self.profile = profile
        self.certificates = certificates
        self.withdrawn = withdrawn
        self.balance = _FULL_AT_FIRST
        self.restores_on: date | None = None
        self.exhaustion: Exhaustion | None = None
        self.cycle: list[Deducted] = []
        self.lines: list[Line] = []
        self.findings: list[Finding] = []

    def restore_by_time(self) -> None:
        """Full again, when the day of `restores_on` has come.

        Source:
            36/2024/QH15 art. 58(2); 168/2024 art. 51(2); seed 003.
        """
        assert self.restores_on is not None
        self._fill(self.restores_on, "restoration", None, self.profile.restoration)

    def decide(self, decision: Decision, revoked: bool) -> None:
        """What a decision takes on the day it takes effect.

        Source:
            168/2024 art. 50(1); readings 3, 4, 8, 9, 10; for the wait of an exhaustion readings 12, 13.
        """
        day, profile = decision.effective_on, self.profile
        if decision.acted_on < POINTS_SYSTEM_FIRST_DAY:
            finding = Finding("act_before_points_system", day, decision.number, None, _ACT_BEFORE_POINTS_SYSTEM)
            self.findings.append(finding)
            return
        if revoked:
            self._write(day, "not_deducted", 0, decision, profile.not_deducted)
            return
        offence = heaviest(decision.offences)
        sources = profile.deduction if offence.source is None else (offence.source, *profile.deduction)
        if len(decision.offences) > 1:
            sources += profile.heaviest_only
        taken = offence.points
        if taken > self.balance:
            taken = self.balance
            sources += profile.floor
        if taken:
            self.balance -= taken
            self.cycle.append(Deducted(offence.points, offence.drug))
            if self.balance:
                self.restores_on = _day_after(day, RESTORATION_MONTHS.on(day))
            else:
                wait = profile.wait.on(day)(self.cycle)
                self.restores_on, self.exhaustion = None, Exhaustion(day, wait, _day_after(day, wait.months))
                sources += tuple(source for source in wait.sources if source not in sources)
        self._write(day, "deduction", -taken, decision, sources)

    def sit(self, test: KnowledgeTest) -> None:
        """What a knowledge test changes: the full balance again when it was permitted and passed.

        Source:
            36/2024/QH15 art. 58(3); 168/2024 art. 51(3); readings 14, 15, 16.
        """
        refusal = self._refusal(test)
        if refusal is not None:
            test_from = self.exhaustion and self.exhaustion.test_from
            self.findings.append(Finding(refusal, test.on, None, test_from, _TEST_REFUSED))
        elif test.passed:
            self._fill(test.on, "test_restoration", test, self.profile.test_restoration)

    def _refusal(self, test: KnowledgeTest) -> FindingCode | None:
        """Why a test has no effect, whatever its result; None when it was permitted (reading 15)."""
        if self.exhaustion is None:
            return "test_while_points_left"
        if self.exhaustion.test_from is None or test.on < self.exhaustion.test_from:
            return "test_too_early"
        if self.exhaustion.wait.needs_drug_free_certificate and not has_certificate(
            self.certificates, test.on, self.withdrawn
        ):
            return "test_without_certificate"
        return None

    def _fill(
        self,
        day: date,
        kind: Literal["restoration", "test_restoration"],
        test: KnowledgeTest | None,
        sources: tuple[Citation, ...],
    ) -> None:
        full = FULL_BALANCE_POINTS.on(day)
        given = full - self.balance
        self.balance, self.restores_on, self.exhaustion, self.cycle = full, None, None, []
        self.lines.append(Line(day, kind, given, full, None, test, sources, None, None))

    def _write(self, day: date, kind: LineKind, points: int, decision: Decision, sources: tuple[Citation, ...]) -> None:
        self.lines.append(
            Line(day, kind, points, self.balance, decision, None, sources, self.restores_on, self.exhaustion)
        )


class History:
    """The whole life of an account from a set of facts; `on(day)` is the statement at the end of that day."""

    __slots__ = ("_as_known_on", "_days", "_decisions", "_revocations", "_tests", "findings", "lines")

    def __init__(self, facts: Iterable[Fact], profile: Profile, as_known_on: date | None = None) -> None:
        self._as_known_on = as_known_on
        decisions: list[Decision] = []
        tests: list[KnowledgeTest] = []
        annulled: set[str] = set()
        certificates: list[DrugFreeCertificate] = []
        withdrawn: dict[str, date] = {}
        revocations: list[Revocation] = []
        for fact in facts:
            if as_known_on is not None and fact.recorded_on > as_known_on:
                continue
            if isinstance(fact, Decision):
                decisions.append(fact)
            elif isinstance(fact, KnowledgeTest):
                tests.append(fact)
            elif isinstance(fact, Annulment):
                annulled.add(fact.decision)
            elif isinstance(fact, Revocation):
                revocations.append(fact)
            elif isinstance(fact, CertificateWithdrawn):
                withdrawn[fact.certificate] = min(fact.recorded_on, withdrawn.get(fact.certificate, date.max))
            else:
                certificates.append(fact)
        if annulled:
            decisions = [decision for decision in decisions if decision.number not in annulled]
            revocations = [revocation for revocation in revocations if revocation.decision not in annulled]
        self._revocations = [(revocation.first_day, revocation.last_day) for revocation in revocations]
        self._decisions = sorted(decisions, key=_decisions_in_order) if len(decisions) > 1 else decisions
        self._tests = sorted(tests, key=_tests_in_order) if len(tests) > 1 else tests
        course = self._walk(_Course(profile, certificates, withdrawn))
        self.lines: Sequence[Line] = course.lines
        self.findings: Sequence[Finding] = course.findings
        self._days = [line.on for line in course.lines]

    def _walk(self, course: _Course) -> _Course:
        """Reading 6: of one day first what lapse of time brings, then decisions, then tests."""
        events: Sequence[Decision | KnowledgeTest] = self._decisions
        if self._tests:
            # Sorting keeps the order of what is equal: decisions before tests on one day.
            events = sorted((*self._decisions, *self._tests), key=_day)
        for event in events:
            if isinstance(event, Decision):
                day = event.effective_on
                if course.restores_on is not None and course.restores_on <= day:
                    course.restore_by_time()
                course.decide(event, revoked=bool(self._revocations) and self._revoked_on(day))
            else:
                if course.restores_on is not None and course.restores_on <= event.on:
                    course.restore_by_time()
                course.sit(event)
        if course.restores_on is not None:
            course.restore_by_time()
        return course

    def _revoked_on(self, day: date) -> bool:
        """Reading 10: the first and the last day belong to a revocation."""
        return any(first <= day <= last for first, last in self._revocations)

    def _revoked_until(self, day: date) -> date | None:
        """The last day of the revocation that holds on `day`, also where one follows the other without a gap.

        Source:
            readings 10 (both days belong to it), 17 (annulled, it was never there).
        """
        until, next_day = None, day
        for first, last in sorted(self._revocations):
            if first <= next_day <= last:
                until = last
                if last == date.max:
                    break
                next_day = last + _ONE_DAY
        return until

    def state_on(self, day: date) -> State:
        """The state at the end of `day`."""
        until = self._revoked_until(day) if self._revocations else None
        count = bisect_right(self._days, day)
        if not count:
            return State(_FULL_AT_FIRST, until, None, None)
        last = self.lines[count - 1]
        return State(last.balance, until, last.restores_on, last.exhaustion)

    def on(self, day: date) -> Statement:
        """The statement at the end of `day`; see `Statement`."""
        state = self.state_on(day)
        return Statement(
            on=day,
            as_known_on=self._as_known_on,
            balance=state.balance,
            standing=state.standing,
            may_drive=state.may_drive,
            revoked_until=state.revoked_until,
            restores_on=state.restores_on,
            exhaustion=state.exhaustion,
            next_change_on=self._next_change_after(day, state.restores_on),
            lines=self.lines[: bisect_right(self._days, day)],
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


def _decisions_in_order(decision: Decision) -> tuple[date, date, str]:
    """Reading 6, among decisions."""
    return decision.effective_on, decision.acted_on, decision.number


def _tests_in_order(test: KnowledgeTest) -> tuple[bool, date]:
    """Any fixed order will do for tests of one day: after a pass, the others meet points that are left."""
    return test.passed, test.recorded_on


def _day(event: Decision | KnowledgeTest) -> date:
    return event.effective_on if isinstance(event, Decision) else event.on


def _day_after(anchor: date, months: int) -> date | None:
    """The first day after a period, None where it lies past the end of the calendar."""
    try:
        return day_after_months(anchor, months)
    except OverflowError:
        return None


def has_certificate(
    certificates: Iterable[DrugFreeCertificate], test_on: date, withdrawn: Mapping[str, date] = MappingProxyType({})
) -> bool:
    """Is one of the certificates concluded on or before the test, still valid on its day, and not withdrawn before?

    Args:
        withdrawn: the day on which each certificate was withdrawn, by its number.

    Source:
        reading 14; ADR 0041.
    """
    return any(
        certificate.concluded_on <= test_on
        and _valid_on(certificate, test_on)
        and test_on <= withdrawn.get(certificate.number or "", test_on)
        for certificate in certificates
    )


def _valid_on(certificate: DrugFreeCertificate, day: date) -> bool:
    try:
        return day <= certificate_valid_until(certificate.concluded_on, certificate.valid_until)
    except NotInForceError:
        return False
    except OverflowError:
        return True


_FULL_AT_FIRST = FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY)
_ACT_BEFORE_POINTS_SYSTEM = (reading(3),)
_TEST_REFUSED = (reading(15),)
