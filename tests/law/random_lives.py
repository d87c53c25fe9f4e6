"""Invented lives of licences, as hard as chance and bad will can make them.

Every document is valid. The days are drawn mostly from a pool of boundaries: first and last days of periods that
earlier facts of the same life have opened, their neighbours, ends of months, 29 February, the days on which the law
changes.

Source: docs/readings.md; the shape of the document is that of the replay format.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.law.oracle import (
    DRAFT,
    IN_FORCE,
    POINTS_SYSTEM_STARTS,
    Account,
    day_after_period,
    facts_known,
    last_day_of_period,
    level_of_code,
    official_rows,
    recorded_on,
    walk,
)

Document = dict[str, Any]
Fact = dict[str, Any]

FIRST_DAYS = (
    *("2024-02-29", "2024-06-30", "2024-12-31", "2025-01-01", "2025-01-31", "2025-02-28", "2025-05-31", "2025-08-31"),
    *("2026-01-31", "2026-02-28", "2026-08-14", "2026-08-15", "2027-02-28", "2027-08-31", "2028-01-31", "2028-02-29"),
)
TURNING_DAYS = ("2024-12-31", "2025-01-01", "2026-06-30", "2026-07-01", "2026-08-14", "2026-08-15", "2028-02-29")
ENACTED_LEVELS = (2, 3, 4, 6, 8, 10)
MOODS = {  # the levels of one stretch of a life
    "mild": (1, 2, 2, 3, 4),
    "thirds": (4, 4, 4, 4, 3, 6),
    "quarters": (3, 3, 3, 3, 2, 4),
    "halves": (6, 6, 5, 7, 4, 8),
    "wild": (1, 2, 3, 4, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 12, 12),
}
WAITS = (6, 9, 12, 18, 24)
LONGEST_LIFE = timedelta(days=2200)


def documents(seed: int, n: int) -> Iterator[Document]:
    """The `n` documents of a seed, always the same ones."""
    chance = random.Random(seed)
    for _ in range(n):
        yield Life(chance).document()


@cache
def codes_of_day(law: str, acted_on: date, levels: tuple[int, ...]) -> tuple[str, ...]:
    """The codes of those levels that may be named under the profile for an act of the day. Source: readings 2, 3."""
    codes = {row.code for row in official_rows() if row.since <= acted_on and row.points in levels}
    return tuple(sorted(code for code in codes if law == DRAFT or code.startswith("168/2024:")))


class Life:
    """One licence while it is being invented."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.law = DRAFT if self.maybe(0.65) else IN_FORCE
        self.since = date.fromisoformat(chance.choice(FIRST_DAYS))
        self.last = self.since + LONGEST_LIFE
        self.mood = "wild"
        self.facts: list[Fact] = []
        self.numbers = chance.sample(range(1, 61), 60)
        self.pool: list[date] = [self.since, self.since + timedelta(days=1)]
        self.pool += [date.fromisoformat(day) for day in TURNING_DAYS]
        for _ in range(4):
            self.pool.append(self.month_end(self.any_day()))

    # -- chance ---------------------------------------------------------------------------------------------------

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def any_day(self) -> date:
        return self.since + timedelta(days=self.chance.randrange(LONGEST_LIFE.days))

    def month_end(self, day: date) -> date:
        return day.replace(day=1) - timedelta(days=1) if day.year > self.since.year else day

    def boundary(self, since: date | None = None) -> date:
        """A day of the account, mostly one on which something turns, or its neighbour."""
        lowest = max(self.since, since or self.since)
        possible = [day for day in self.pool if lowest <= day <= self.last]
        if not possible or self.maybe(0.12):
            return min(lowest + timedelta(days=self.chance.randrange(400)), self.last)
        day = self.chance.choice(possible)
        if self.maybe(0.25):
            day += timedelta(days=self.chance.choice((-1, 1)))
        return max(lowest, day)

    def remember(self, day: date) -> None:
        """Put the day and the ends of the periods that may start on it into the pool."""
        self.pool += [day] * 3 + [last_day_of_period(day, 12), day_after_period(day, 12)] * 2
        wait = self.chance.choice(WAITS)
        self.pool += [last_day_of_period(day, wait), day_after_period(day, wait)]

    # -- facts ----------------------------------------------------------------------------------------------------

    def late(self, fact: Fact, own_day: date) -> Fact:
        """Perhaps give the fact another day of knowledge: before, at or after its own, or on a boundary."""
        if self.maybe(0.5):
            return fact
        choice = self.chance.randrange(5)
        if choice == 0:
            known = own_day
        elif choice == 1:
            known = own_day + timedelta(days=self.chance.randrange(1, 60))
        elif choice == 2:
            known = own_day - timedelta(days=self.chance.randrange(1, 30))
        elif choice == 3:
            known = day_after_period(own_day, self.chance.choice(WAITS))
        else:
            known = self.boundary()
        return {**fact, "recorded_on": known.isoformat()}

    def offence(self, acted_on: date) -> dict[str, Any]:
        levels = MOODS[self.mood]
        if acted_on >= POINTS_SYSTEM_STARTS and self.maybe(0.45):
            codes = codes_of_day(self.law, acted_on, levels)
            drafted = [code for code in codes if code.startswith("draft-2024:")]
            return {"code": self.chance.choice(drafted if drafted and self.maybe(0.4) else codes)}
        if self.law == IN_FORCE:
            levels = tuple(level for level in levels if level in ENACTED_LEVELS)
        stated: dict[str, Any] = {"points": self.chance.choice(levels)}
        if self.maybe(0.4):
            stated["drug"] = self.maybe(0.6)
        return stated

    def offences(self, acted_on: date) -> list[dict[str, Any]]:
        found = [self.offence(acted_on) for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3)))]
        if self.maybe(0.15):  # a tie, in which only one offence is a drug offence
            first = found[0]
            points = first["points"] if "points" in first else level_of_code(first["code"], acted_on).points
            found.append({"points": points, "drug": self.maybe(0.7)})
        self.chance.shuffle(found)
        return found

    def acted_on(self, effective_on: date) -> date:
        back = timedelta(days=self.chance.choice((0, 0, 1, 2, 7, 10, 30, 60, self.chance.randrange(400))))
        acted_on = effective_on - back
        turning = [date.fromisoformat(day) for day in TURNING_DAYS if date.fromisoformat(day) <= effective_on]
        if turning and self.maybe(0.12):
            acted_on = self.chance.choice(turning)
        if acted_on < POINTS_SYSTEM_STARTS and effective_on >= POINTS_SYSTEM_STARTS and self.maybe(0.6):
            acted_on = POINTS_SYSTEM_STARTS
        return acted_on

    def decide(self, effective_on: date) -> None:
        acted_on = self.acted_on(effective_on)
        number = self.chance.choice(("QD-{}", "QD-{}", "QD-{:03d}", "{}/QĐ-XPHC")).format(self.numbers.pop())
        decision = {
            "kind": "decision",
            "number": number,
            "acted_on": acted_on.isoformat(),
            "effective_on": effective_on.isoformat(),
            "offences": self.offences(acted_on),
        }
        self.facts.append(self.late(decision, effective_on))
        self.remember(effective_on)
        if self.maybe(0.18):
            known = recorded_on(self.facts[-1])
            self.annul(number, known)

    def annul(self, number: str, decision_known: date) -> None:
        near = decision_known + timedelta(days=self.chance.choice((-30, -1, 0, 0, 1, 1, 45, 200)))
        days = [near if self.maybe(0.6) else self.boundary()]
        if self.maybe(0.15):
            days.append(self.boundary())
        for day in days:
            self.facts.append({"kind": "annulment", "decision": number, "recorded_on": day.isoformat()})
            self.pool.append(day)

    def revoke(self) -> None:
        first = self.boundary()
        last = first if self.maybe(0.1) else self.boundary(since=first)
        if self.maybe(0.3):
            last = last_day_of_period(first, self.chance.choice((1, 10, 12, 22)))
        if self.maybe(0.08):
            first = self.since - timedelta(days=self.chance.randrange(40))
        revocation = {"kind": "revocation", "from": first.isoformat(), "to": max(first, last).isoformat()}
        self.facts.append(self.late(revocation, first))
        self.pool += [first, max(first, last), max(first, last) + timedelta(days=1)]

    def sit(self, day: date, passed: bool) -> None:
        day = max(day, self.since)
        test = {"kind": "test", "on": day.isoformat(), "passed": passed}
        self.facts.append(self.late(test, day))
        self.pool += [day, day, day + timedelta(days=1)]

    def certify(self, test_on: date) -> None:
        """A certificate good, too young or too old by a day for a test of the day."""
        leap_day = (test_on.month, test_on.day) == (2, 29)
        a_year_ago = date(test_on.year - 1, test_on.month, 28 if leap_day else test_on.day)
        choices = (test_on, test_on + timedelta(days=1), a_year_ago, a_year_ago - timedelta(days=1))
        day = self.chance.choice((*choices, test_on - timedelta(days=20), self.boundary()))
        self.facts.append(self.late({"kind": "drug_free_certificate", "concluded_on": day.isoformat()}, day))
        self.pool += [day, last_day_of_period(day, 12)]

    def learn(self) -> Account:
        """What became of the licence, to put the next facts where it hurts."""
        account = walk(self.law, self.since, facts_known(self.facts, None), self.last)
        self.pool += [date.fromisoformat(line["on"]) for line in account.lines]
        return account

    # -- the document ---------------------------------------------------------------------------------------------

    def round(self, since: date) -> None:
        self.mood = self.chance.choice(tuple(MOODS))
        day = self.boundary(since)
        for _ in range(self.chance.choice((1, 2, 3, 4, 4, 5, 6))):
            self.decide(day)
            if self.maybe(0.15):  # on the last day of the 12 months, or on the day of the restoration itself
                day = self.chance.choice((last_day_of_period(day, 12), day_after_period(day, 12)))
            elif self.maybe(0.6):
                day += timedelta(days=self.chance.randrange(1, 120))
            elif self.maybe(0.5):
                day = self.boundary(since)
        if self.maybe(0.35):
            self.revoke()
        account = self.learn()
        tries = self.chance.choice((1, 1, 2, 3)) if account.test_from or self.maybe(0.15) else 0
        for _ in range(tries):
            target = account.test_from or self.boundary(since)
            target += timedelta(days=self.chance.choice((-1, 0, 0, 0, 1, 40)))
            if self.maybe(0.1):
                target = self.boundary(since)
            self.sit(target, passed=self.maybe(0.8))
            if account.needs_certificate and self.maybe(0.8):
                self.certify(target)
        self.learn()

    def document(self) -> Document:
        """The finished life and the questions about it."""
        for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 3, 6))):
            self.round(self.boundary())
        if self.maybe(0.1):
            self.certify(self.boundary())
        self.chance.shuffle(self.facts)
        document: Document = {"law": self.law, "since": self.since.isoformat(), "facts": self.facts, "ask": self.asks()}
        return document

    def asks(self) -> list[dict[str, str]]:
        if self.maybe(0.04):
            return []
        known = [recorded_on(fact) for fact in self.facts]
        asks = []
        for _ in range(self.chance.choice((2, 4, 6, 8))):
            ask = {"on": self.boundary().isoformat()}
            if self.maybe(0.45):
                as_known = self.chance.choice(known) + timedelta(days=self.chance.choice((-1, 0, 0, 1)))
                ask["as_known_on"] = as_known.isoformat()
            asks.append(ask)
        return asks
