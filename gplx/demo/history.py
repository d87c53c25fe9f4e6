"""Two years of invented decisions, annulments and tests, told to the register day by day as they really would be."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from gplx.demo.people import CITIZENS
from gplx.demo.population import Resident
from gplx.law import catalogue
from gplx.law.periods import add_months, day_after_months
from gplx.law.profiles import DRAFT, POINTS_SYSTEM_FIRST_DAY, Profile
from gplx.points import actions as points
from gplx.points.models import FactKind
from gplx.sanctions import actions as sanctions
from gplx.sanctions import intake

SOURCE = "demo"
HISTORY_MONTHS = 24
# What is stopped most often, by weight; the rest of the catalogue shares what is left.
OFTEN = {
    "168/2024:6.9.b": 14,
    "168/2024:6.5.h": 8,
    "168/2024:6.5.đ": 10,
    "168/2024:6.6.a": 9,
    "168/2024:6.6.c": 8,
    "168/2024:6.9.a": 5,
    "168/2024:6.7.a": 3,
    "168/2024:7.7.c": 14,
    "168/2024:7.6.a": 10,
    "168/2024:7.8.a": 9,
    "168/2024:7.8.b": 6,
    "168/2024:7.4.đ": 8,
    "168/2024:7.7.a": 6,
}
OTHER_WEIGHT = 0.12
UNMATCHED_DAYS = 30
DRAFT_WEIGHT = 0.5


@dataclass
class Days:
    """What the register is told, by the day on which it is told."""

    decisions: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    annulments: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    facts: dict[date, list[points.NewFact]] = field(default_factory=dict)

    def tell(self, on: date, decision: dict[str, Any]) -> None:
        self.decisions.setdefault(on, []).append(decision)

    def annul(self, on: date, decision: dict[str, Any], reason: str) -> None:
        annulment = {
            "authority": decision["authority"],
            "number": decision["number"],
            "year": decision["year"],
            "document_number": f"H-{decision['number']}",
            "annulled_on": on.isoformat(),
            "reason": reason,
        }
        self.annulments.setdefault(on, []).append(annulment)

    def record(self, on: date, fact: points.NewFact) -> None:
        self.facts.setdefault(on, []).append(fact)


class Story:
    """Makes up decisions; the same seed makes up the same ones."""

    def __init__(self, residents: Sequence[Resident], seed: int, today: date, under: Profile) -> None:
        self.residents, self.today, self.under = residents, today, under
        self.chance = random.Random(f"history {seed}")
        self.first_day = max(POINTS_SYSTEM_FIRST_DAY, add_months(today, -HISTORY_MONTHS))
        self.days = Days()
        self._number = 0
        self._choices: dict[tuple[str, date], tuple[list[str], list[float]]] = {}

    def decision(
        self,
        one: Resident,
        effective_on: date,
        offences: Sequence[dict[str, Any]],
        *,
        part: str = "",
        acted_before: int = 10,
        **more: Any,
    ) -> dict[str, Any]:
        """A decision as its authority would send it."""
        self._number += 1
        acted_on = max(effective_on - timedelta(days=acted_before), POINTS_SYSTEM_FIRST_DAY)
        decided_on = acted_on + (effective_on - acted_on) / 2
        return {
            "authority": f"CSGT-{one.province_code}",
            "number": f"{self._number:06d}/QĐ-XPHC",
            "year": decided_on.year,
            "licence_number": one.licence_number,
            "holder_name": one.name,
            "birth_date": one.birth_date.isoformat(),
            "part": part or one.parts[-1],
            "acted_on": acted_on.isoformat(),
            "decided_on": decided_on.isoformat(),
            "effective_on": effective_on.isoformat(),
            "offences": list(offences),
            "place": f"Km {self._number % 90 + 1}, đường Mẫu",
            **more,
        }

    # -- the named people ---------------------------------------------------------------------------------------------

    def named_people(self) -> None:
        """The lives of `people.CITIZENS`, as they are seen today."""
        today, tell = self.today, self.days.tell
        by_key = {person.key: one for person, one in zip(CITIZENS, self.residents, strict=False)}
        heavy = [{"code": "draft-2024:car.speed.over35"}] if self.under is DRAFT else [{"points": 10}]

        def told(key: str, effective_on: date, *offences: dict[str, Any], **more: Any) -> dict[str, Any]:
            decision = self.decision(by_key[key], effective_on, offences, **more)
            tell(max(effective_on, self.first_day), decision)
            return decision

        def exhausted(key: str, on: date, offences: Sequence[dict[str, Any]]) -> None:
            """To 0 on a day: one decision where the law has such, else one the day before and one on the day."""
            if self.under is not DRAFT:
                told(key, on - timedelta(days=1), {"points": 10}, acted_before=1)
            told(key, on, *offences, acted_before=1)

        told("four-left", today - timedelta(days=200), {"code": "168/2024:6.9.b"})
        told("four-left", today - timedelta(days=80), {"code": "168/2024:6.6.a"}, {"code": "168/2024:6.5.h"})
        drug_day = add_months(today, -22) - timedelta(days=8)
        drugs = {"code": "draft-2024:any.drugs.driving"} if self.under is DRAFT else {"points": 10}
        exhausted("drugs", max(drug_day, self.first_day + timedelta(days=2)), [drugs])
        told("restored", self._anchor(today - timedelta(days=1), 12), {"code": "168/2024:6.9.b"})
        wrong = told("annulled", today - timedelta(days=90), *heavy)
        if self.under is not DRAFT:
            told("annulled", today - timedelta(days=89), {"points": 2})
        self.days.annul(today - timedelta(days=20), wrong, "Nhận diện sai phương tiện")
        told("tomorrow", self._anchor(today + timedelta(days=1), 12), {"code": "168/2024:6.5.h"})
        told("pending", today - timedelta(days=150), {"code": "168/2024:6.5.đ"})
        coming = self.decision(by_key["pending"], today + timedelta(days=1), [{"code": "168/2024:6.9.b"}])
        tell(today - timedelta(days=3), coming)
        told("two-parts", today - timedelta(days=120), {"code": "168/2024:7.7.c"}, part="motorcycle")
        told("two-parts", today - timedelta(days=60), {"code": "168/2024:6.9.a"}, part="car")
        revoked_on = today - timedelta(days=45)
        revocation = {"from": revoked_on.isoformat(), "to": add_months(revoked_on, 11).isoformat()}
        told("revoked", today - timedelta(days=100), {"code": "168/2024:6.6.c"})
        told("revoked", revoked_on, revocation=revocation)
        wait = 18 if self.under is DRAFT else 6
        exhausted("test-tomorrow", self._anchor(today + timedelta(days=1), wait), heavy)
        for key, since in (("ready", 20), ("registered", 40), ("refused", 33)):
            exhausted(key, self._anchor(today - timedelta(days=since), wait), heavy)
        exhausted("passed", self._anchor(today - timedelta(days=10), wait), heavy)
        # Their tests are sat in the test room (demo.sittings).
        exhausted("failed-test", self._anchor(today - timedelta(days=30), wait), heavy)
        exhausted("ready-to-sit", self._anchor(today - timedelta(days=20), wait), heavy)
        told("old-number", today - timedelta(days=30), {"code": "168/2024:7.6.a"}, part="motorcycle")

    def _anchor(self, follows_on: date, months: int) -> date:
        """A day from which a period of months ends just before `follows_on`; nearly, where no day has such a period."""
        near = add_months(follows_on, -months)
        for days in range(-4, 5):
            day = near + timedelta(days=days)
            if day_after_months(day, months) == follows_on:
                return day
        return near

    # -- everybody else -----------------------------------------------------------------------------------------------

    def everybody(self, decisions: int) -> None:
        """So many decisions over the years: late ones, early ones, some that do not match, revocations, annulments."""
        others = [one for one in self.residents[len(CITIZENS) :] if one.parts]
        if not others:
            return
        often = self.chance.sample(others, min(len(others), max(1, decisions // 12)))
        for _ in range(decisions):
            one = self.chance.choice(often if self.chance.random() < 0.5 else others)
            self._one_decision(one)

    def _one_decision(self, one: Resident) -> None:
        chance, today = self.chance, self.today
        earliest = max(self.first_day, one.issue_date) + timedelta(days=8)
        if earliest > today:
            return
        effective_on = earliest + timedelta(days=chance.randint(0, (today - earliest).days + 12))
        part = chance.choice(one.parts)
        acted_before = chance.randint(5, 40)
        acted_on = max(effective_on - timedelta(days=acted_before), POINTS_SYSTEM_FIRST_DAY)
        if acted_on > today:
            return
        more: dict[str, Any] = {}
        offences = [{"code": self._code(part, acted_on)} for _ in range(1 + (chance.random() < 0.25))]
        if chance.random() < 0.02:
            months = chance.choice((11, 23))
            more["revocation"] = {"from": effective_on.isoformat(), "to": add_months(effective_on, months).isoformat()}
            offences = []
        decision = self.decision(one, effective_on, offences, part=part, acted_before=acted_before, **more)
        told_on = effective_on
        roll = chance.random()
        if roll < 0.05:
            told_on = effective_on + timedelta(days=chance.randint(20, 240))
        elif roll < 0.35 or effective_on > today:
            told_on = date.fromisoformat(decision["decided_on"])
        told_on = max(told_on, self.first_day)
        if told_on > today:
            return
        if (today - told_on).days <= UNMATCHED_DAYS:
            self._spoil(decision)
        self.days.tell(told_on, decision)
        if chance.random() < 0.03:
            annulled_on = told_on + timedelta(days=chance.randint(5, 200))
            if annulled_on <= today:
                self.days.annul(annulled_on, decision, "Khiếu nại được chấp nhận")

    def _spoil(self, decision: dict[str, Any]) -> None:
        """A few do not match a licence and wait for a person; older ones were dealt with long ago."""
        roll = self.chance.random()
        if roll < 0.02:
            decision["holder_name"] = f"{decision['holder_name']} Sai"
        elif roll < 0.035:
            decision["licence_number"] = "98" + decision["licence_number"][2:]
        elif roll < 0.05:
            decision["birth_date"] = (date.fromisoformat(decision["birth_date"]) + timedelta(days=1)).isoformat()

    def _code(self, part: str, acted_on: date) -> str:
        first_days = catalogue.first_days()
        version = max((day for day in first_days if day <= acted_on), default=first_days[0])
        codes, weights = self._choices.get((part, version)) or self._weigh(part, version)
        return codes[bisect_left(weights, self.chance.random() * weights[-1])]

    def _weigh(self, part: str, version: date) -> tuple[list[str], list[float]]:
        rows = [row for row in catalogue.offences(version, self.under.id) if row.part in (part, None)]
        weights = [
            DRAFT_WEIGHT if row.code.startswith(catalogue.DRAFT_PREFIX) else OFTEN.get(row.code, OTHER_WEIGHT)
            for row in rows
        ]
        chosen = ([row.code for row in rows], list(accumulate(weights)))
        self._choices[(part, version)] = chosen
        return chosen


_DUE = "SELECT id FROM points_account WHERE next_change_on <= %s"
_MAY_SIT = """
    SELECT id, holder_id, part, needs_drug_free_certificate FROM points_account
    WHERE balance = 0 AND test_from <= %s ORDER BY id
"""
_SITTINGS_WEEKDAY = 2


def live_through(story: Story) -> Iterator[date]:
    """Tell the register everything, day by day up to today, and let it do each night what it does by itself."""
    day = story.first_day
    while day <= story.today:
        for decision in story.days.annulments.get(day, ()):
            sanctions.annul(intake.read_annulment(decision, today=day), source=SOURCE, today=day)
        told = story.days.decisions.get(day, [])
        if told:
            stated = [intake.read_decision(decision, today=day, under=story.under) for decision in told]
            for first in range(0, len(stated), sanctions.DECISIONS_MAX):
                sanctions.receive(stated[first : first + sanctions.DECISIONS_MAX], source=SOURCE, today=day)
        facts = list(story.days.facts.get(day, ()))
        _settle_due(day)
        if day.weekday() == _SITTINGS_WEEKDAY:
            facts += _sittings(story, day)
        if facts:
            points.record(facts, today=day)
        yield day
        day += timedelta(days=1)


def _settle_due(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [day])
        due = [row[0] for row in cursor.fetchall()]
    if due:
        points.settle(due, today=day)


def _sittings(story: Story, day: date) -> list[points.NewFact]:
    """Some of those who may sit the knowledge test do, and most of them pass."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_SIT, [day])
        candidates = cursor.fetchall()
    facts: list[points.NewFact] = []
    for account_id, holder_id, part, needs_certificate in candidates:
        if holder_id <= len(CITIZENS) or story.chance.random() > 0.1:
            continue
        key = f"demo|{account_id}|{day.isoformat()}"
        if needs_certificate:
            concluded_on = day - timedelta(days=5)
            facts.append(
                points.NewFact(holder_id, part, FactKind.DRUG_FREE_CERTIFICATE, f"certificate:{key}", concluded_on, {})
            )
        passed = story.chance.random() < 0.75
        facts.append(points.NewFact(holder_id, part, FactKind.TEST, f"test:{key}", day, {"passed": passed}))
    return facts
