"""A second, independent and deliberately slow computation of a replay document, kept as the judge of the law engine.

It walks every calendar day from the first day of the account to the day asked for, with the state in plain sight, and
starts again from nothing for every question. It takes its levels straight from the three official tables beside it
(`official/*.csv`), never from the package. It trusts the document to be valid; it is no checker of faults.

Where the readings leave the form of the answer open, these are the choices made here, always the most literal ones:

 1. The answer about a day is the state at the end of that day, after all three steps of reading 6. A licence whose
    test is passed on the day may be driven on it; one revoked up to and including the day may not.
 2. `exhausted_on`, `wait_months` and `test_from` are null unless the balance is 0 on the day asked for;
    `needs_drug_free_certificate` is false then. Under `in-force` it is always false.
 3. `restores_on` counts from the latest deduction alone ("if nothing else happens"); later facts of the same document
    do not move it.
 4. Decision numbers are ordered as text, code point by code point (reading 6 says only "decision number").
 5. A decision about an act before 2025-01-01 gives a finding `act_before_points_system` on the day it takes effect
    and no line, also while the licence is revoked. A catalogue code with such an act is refused (reading 3), so only
    stated points can meet this finding.
 6. A decision during a revocation is `not_deducted` even when the balance is 0: reading 10 comes before reading 9.
 7. Only the counted offence of a decision (reading 8) is looked at for the ground. A lower drug offence beside a
    higher other offence makes no drug ground.
 8. "Exactly three deductions" counts decisions that took at least one point in the cycle, whatever their level.
 9. "Known by K" includes K. Without K every fact of the document is known, also those recorded after the day asked
    for.
10. An annulment works from its own `recorded_on`, also when the decision is recorded later; a second one changes
    nothing.
11. Findings and lines are those known now. Lines end with the last day asked for; findings are not cut there, for the
    format bounds only the lines.
12. When nothing is asked, "all" lines include the restoration by time that follows the last fact.
13. A test gives at most one finding. With points left there is no first permitted day and no ground, so
    `test_while_points_left` stands alone; otherwise `test_too_early` comes before `test_without_certificate`.
14. A failed test taken too early, without the needed certificate or while points are left is such a finding too
    (reading 16 does not ask for the result). A failed test that was rightly taken leaves no trace: no code exists for
    it.
15. The 7 working days after a failed test concern the registration, not the effect of a later test; they are not
    checked.
16. Several tests on one day: the failed before the passed, since facts come in any order. After the first passed one
    the others of the day are `test_while_points_left`.
17. A test during a revocation has its effect; nothing says otherwise. So has the restoration by time (168/2024 art.
    51.2.a).
18. The drug-free certificate need not be concluded after the exhaustion; on the corresponding day of its last month
    it is still good (reading 5). Concluded before 2025-01-01 it is good for 6 months only.
19. A line that is no decision's has `decision` null; `points` of a restoration is what was really given back.
20. Findings stand in order of day, then reading 6. Beside `code` and `on` they carry what explains them (`decision`,
    `acted_on`, `test_from`, `balance`).
21. Nothing before `since` is expected, except acts, certificates and the first days of revocations. An earlier
    decision or test would be passed over, an earlier question answered with 12 points.

Source: docs/readings.md, readings 2-19; 168/2024 art. 50, 51, 54; 36/2024/QH15 art. 58; Civil Code 2015 art. 147-148.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

OFFICIAL = Path(__file__).parent / "official"
DRAFT = "draft-2024-10"
IN_FORCE = "in-force"
POINTS_SYSTEM_STARTS = date(2025, 1, 1)  # 168/2024 art. 54
CERTIFICATES_LAST_A_YEAR_FROM = date(2025, 1, 1)  # 36/2024/TT-BYT
ONE_DAY = timedelta(days=1)

Document = dict[str, Any]
Fact = dict[str, Any]


# -- periods --------------------------------------------------------------------------------------------------------


@cache
def last_day_of_period(first: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of that month where there is none.

    Source: reading 5; Civil Code 2015 art. 147-148.
    """
    year, month = first.year, first.month
    for _ in range(months):
        month = month + 1
        if month == 13:
            year, month = year + 1, 1
    if year > date.max.year:
        raise OverflowError(f"{months} months after {first} is beyond the calendar")
    day = first.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day = day - 1


def day_after_period(first: date, months: int) -> date:
    """The day on which what follows the period starts. Source: reading 5."""
    return last_day_of_period(first, months) + ONE_DAY


# -- the official tables ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One level of one code, from one day on."""

    code: str
    points: int
    drug: bool
    since: date


@cache
def official_rows() -> tuple[Row, ...]:
    """All rows of the three tables, as they are printed. Source: readings 2, 3."""
    rows = []
    for line in _table("points-168-2024.csv"):
        rows.append(Row(line["code"], int(line["points"]), False, POINTS_SYSTEM_STARTS))
    for line in _table("points-amended-2026.csv"):
        rows.append(Row(line["code"], int(line["points"]), False, date.fromisoformat(line["effective_from"])))
    for line in _table("points-draft-2024-10.csv"):
        rows.append(Row(line["code"], int(line["points"]), line["drug_related"] == "true", POINTS_SYSTEM_STARTS))
    return tuple(rows)


def _table(name: str) -> list[dict[str, str]]:
    with (OFFICIAL / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def level_of_code(code: str, acted_on: date) -> Row:
    """The latest row of the code that was in force on the day of the act. Source: reading 3."""
    found = None
    for row in official_rows():
        if row.code == code and row.since <= acted_on and (found is None or row.since > found.since):
            found = row
    if found is None:
        raise ValueError(f"{code} was not in force on {acted_on}")
    return found


def counted_offence(offences: list[dict[str, Any]], acted_on: date) -> tuple[int, bool]:
    """(level, drug) of the one offence of the decision that counts: the highest, of equal ones a drug offence.

    Source: reading 8; 168/2024 art. 50.1.b.
    """
    highest, drug = 0, False
    for offence in offences:
        if "code" in offence:
            row = level_of_code(offence["code"], acted_on)
            this, this_drug = row.points, row.drug
        else:
            this, this_drug = offence["points"], offence.get("drug", False)
        if this > highest:
            highest, drug = this, this_drug
        elif this == highest and this_drug:
            drug = True
    return highest, drug


# -- what is known ----------------------------------------------------------------------------------------------------

OWN_DAY = {"decision": "effective_on", "revocation": "from", "drug_free_certificate": "concluded_on", "test": "on"}


def own_day(fact: Fact) -> date:
    """The day a fact counts from; an annulment has only the day it became known. Source: reading 18."""
    return date.fromisoformat(fact[OWN_DAY.get(fact["kind"], "recorded_on")])


def recorded_on(fact: Fact) -> date:
    """The day the register learned of the fact. Source: reading 18."""
    return date.fromisoformat(fact["recorded_on"]) if "recorded_on" in fact else own_day(fact)


def facts_known(facts: list[Fact], known_on: date | None) -> list[Fact]:
    """The facts known by the day, without the decisions whose annulment is known by then. Source: readings 17, 18."""
    known = [fact for fact in facts if known_on is None or recorded_on(fact) <= known_on]
    annulled = {fact["decision"] for fact in known if fact["kind"] == "annulment"}
    return [fact for fact in known if not (fact["kind"] == "decision" and fact["number"] in annulled)]


# -- one walk through the days -----------------------------------------------------------------------------------------


@dataclass
class Account:
    """The whole state of one balance on one day."""

    law: str
    balance: int = 12
    restores_on: date | None = None
    cycle: list[tuple[int, bool]] = field(default_factory=list)  # (level, drug) of deductions that took a point
    exhausted_on: date | None = None
    wait_months: int | None = None
    test_from: date | None = None
    needs_certificate: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def refill(self, today: date, kind: str, sources: list[str]) -> None:
        """12 points again: a new cycle begins. Source: reading 12."""
        given = 12 - self.balance
        self.balance = 12
        self.restores_on = None
        self.cycle = []
        self.exhausted_on = self.wait_months = self.test_from = None
        self.needs_certificate = False
        self.write(today, kind, given, None, sources)

    def deduct(self, today: date, number: str, level: int, drug: bool) -> None:
        """Take the level, or what is left of it; 12 months start anew unless nothing is left to restore.

        Source: readings 4, 5, 9; 168/2024 art. 50.1.c, 51.2.
        """
        taken = min(level, self.balance)
        self.balance -= taken
        if taken > 0:
            self.cycle.append((level, drug))
            self.restores_on = day_after_period(today, 12)
            if self.balance == 0:
                self.exhaust(today)
        self.write(today, "deduction", -taken, number, ["168/2024 art. 50", "reading 9"])

    def exhaust(self, today: date) -> None:
        """Fix the ground of the wait. Source: readings 12, 13."""
        drug = any(drug for _, drug in self.cycle)
        twelve = any(level == 12 for level, _ in self.cycle)
        if self.law == IN_FORCE:
            months = 6
        elif drug:
            months = 24
        elif twelve:
            months = 18
        elif len(self.cycle) == 3:
            months = 9
        else:
            months = 6
        self.restores_on = None
        self.exhausted_on = today
        self.wait_months = months
        self.test_from = day_after_period(today, months)
        self.needs_certificate = drug and self.law == DRAFT

    def write(self, today: date, kind: str, points: int, number: str | None, sources: list[str]) -> None:
        self.lines.append(
            {
                "on": today.isoformat(),
                "kind": kind,
                "points": points,
                "balance": self.balance,
                "decision": number,
                "sources": sources,
            }
        )


def walk(law: str, since: date, facts: list[Fact], last: date) -> Account:
    """The account at the end of `last`, every day lived through. Source: reading 6."""
    decisions: dict[date, list[Fact]] = {}
    tests: dict[date, list[Fact]] = {}
    revocations = [fact for fact in facts if fact["kind"] == "revocation"]
    certificates = [own_day(fact) for fact in facts if fact["kind"] == "drug_free_certificate"]
    for fact in facts:
        if fact["kind"] == "decision":
            decisions.setdefault(own_day(fact), []).append(fact)
        elif fact["kind"] == "test":
            tests.setdefault(own_day(fact), []).append(fact)

    account = Account(law)
    today = since
    while today <= last:
        if today == account.restores_on:
            account.refill(today, "restoration", ["168/2024 art. 51.2", "reading 5"])
        if today in decisions:
            for decision in sorted(decisions[today], key=lambda fact: (fact["acted_on"], fact["number"])):
                take_effect(account, today, decision, is_revoked(revocations, today))
        if today in tests:
            for test in sorted(tests[today], key=lambda fact: bool(fact["passed"])):
                sit_test(account, today, test, certificates)
        today += ONE_DAY
    return account


def is_revoked(revocations: list[Fact], today: date) -> bool:
    """The first and the last day belong to the revocation. Source: reading 10."""
    return any(fact["from"] <= today.isoformat() <= fact["to"] for fact in revocations)


def take_effect(account: Account, today: date, decision: Fact, revoked: bool) -> None:
    """What one sanction decision does on the day it takes effect. Source: readings 3, 8-10."""
    acted_on = date.fromisoformat(decision["acted_on"])
    level, drug = counted_offence(decision["offences"], acted_on)
    if acted_on < POINTS_SYSTEM_STARTS:
        finding = {"code": "act_before_points_system", "on": today.isoformat()}
        account.findings.append({**finding, "decision": decision["number"], "acted_on": decision["acted_on"]})
    elif revoked:
        account.write(today, "not_deducted", 0, decision["number"], ["168/2024 art. 50.1.đ", "reading 10"])
    else:
        account.deduct(today, decision["number"], level, drug)


def sit_test(account: Account, today: date, test: Fact, certificates: list[date]) -> None:
    """What one knowledge test does. Source: readings 14-16."""
    on = today.isoformat()
    if account.balance != 0 or account.test_from is None:
        account.findings.append({"code": "test_while_points_left", "on": on, "balance": account.balance})
    elif today < account.test_from:
        account.findings.append({"code": "test_too_early", "on": on, "test_from": account.test_from.isoformat()})
    elif account.needs_certificate and not any(is_good(concluded, today) for concluded in certificates):
        account.findings.append({"code": "test_without_certificate", "on": on})
    elif test["passed"]:
        account.refill(today, "test_restoration", ["36/2024/QH15 art. 58.3", "reading 16"])


def is_good(concluded_on: date, today: date) -> bool:
    """Concluded by the day of the test and not older than its validity. Source: reading 14; 36/2024/TT-BYT."""
    months = 12 if concluded_on >= CERTIFICATES_LAST_A_YEAR_FROM else 6
    return concluded_on <= today <= last_day_of_period(concluded_on, months)


# -- the answer ----------------------------------------------------------------------------------------------------


def answer(document: Document, law: str | None = None) -> dict[str, Any]:
    """The answer to a replay document. Source: docs/readings.md."""
    profile = law or document["law"]
    if profile not in (DRAFT, IN_FORCE):
        raise ValueError(f"no such profile: {profile}")
    since = date.fromisoformat(document["since"])
    facts = document["facts"]
    asked = document.get("ask", [])

    known_now = facts_known(facts, None)
    last_asked = max((ask["on"] for ask in asked), default=None)
    end = max([since] + [own_day(fact) for fact in known_now])
    if last_asked is not None:
        end = max(end, date.fromisoformat(last_asked))
    whole = walk(profile, since, known_now, day_after_period(end, 13))
    return {
        "law": profile,
        "answers": [answer_one(profile, since, facts, ask) for ask in asked],
        "lines": [line for line in whole.lines if last_asked is None or line["on"] <= last_asked],
        "findings": whole.findings,
    }


def answer_one(law: str, since: date, facts: list[Fact], ask: dict[str, Any]) -> dict[str, Any]:
    """The state on one day as known on one day, from nothing. Source: readings 17, 18."""
    on = date.fromisoformat(ask["on"])
    known_on = ask.get("as_known_on")
    known = facts_known(facts, None if known_on is None else date.fromisoformat(known_on))
    account = walk(law, since, known, on)
    revoked = is_revoked([fact for fact in known if fact["kind"] == "revocation"], on)
    standing = "full" if account.balance == 12 else "exhausted" if account.balance == 0 else "reduced"
    return {
        "on": ask["on"],
        "as_known_on": known_on,
        "balance": account.balance,
        "standing": standing,
        "may_drive": account.balance > 0 and not revoked,
        "restores_on": _iso(account.restores_on),
        "exhausted_on": _iso(account.exhausted_on),
        "wait_months": account.wait_months,
        "test_from": _iso(account.test_from),
        "needs_drug_free_certificate": account.needs_certificate,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
