"""A short way to write the life of an account in a test, and to read what the law makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gplx.law import points as law
from gplx.law.profiles import DRAFT, IN_FORCE, PROFILES, Profile

__all__ = ["DRAFT", "IN_FORCE", "PROFILES", "Life", "day", "day_before"]


def day(text: str) -> date:
    return date.fromisoformat(text)


def day_before(text: str) -> str:
    return (day(text) - timedelta(days=1)).isoformat()


class Life:
    """The facts of one account, told in short words. Days are written as text."""

    def __init__(self, profile: Profile = DRAFT) -> None:
        self.profile = profile
        self.facts: list[law.Fact] = []

    def decision(
        self, effective_on: str, *points: int | tuple[int, str], number: str = "", acted_on: str = "", known: str = ""
    ) -> Life:
        """A decision with offences of so many points; ``(12, "drug")`` is a drug offence."""
        offences = tuple(
            law.Offence(point, False) if isinstance(point, int) else law.Offence(point[0], point[1] == "drug")
            for point in points
        )
        self.facts.append(
            law.Decision(
                number or f"QD-{len(self.facts) + 1}",
                day(acted_on or effective_on),
                day(effective_on),
                offences,
                day(known or effective_on),
            )
        )
        return self

    def annulled(self, number: str, known: str) -> Life:
        self.facts.append(law.Annulment(number, day(known)))
        return self

    def revoked(self, first: str, last: str, known: str = "", *, decision: str | None = None) -> Life:
        self.facts.append(law.Revocation(day(first), day(last), day(known or first), decision))
        return self

    def certificate(self, concluded_on: str, known: str = "") -> Life:
        self.facts.append(law.DrugFreeCertificate(day(concluded_on), day(known or concluded_on)))
        return self

    def test(self, on: str, *, passed: bool = True, known: str = "") -> Life:
        self.facts.append(law.KnowledgeTest(day(on), passed, day(known or on)))
        return self

    def on(self, text: str, as_known_on: str = "") -> law.Statement:
        return law.replay(self.facts, self.profile, day(text), day(as_known_on) if as_known_on else None)

    def balance(self, text: str, as_known_on: str = "") -> int:
        return self.on(text, as_known_on).balance

    def story(self, until: str = "2100-01-01") -> list[str]:
        """The lines as a reader would say them: ``2025-03-10 deduction -4 -> 8``."""
        return [
            f"{line.on} {line.kind} {line.points:+d} -> {line.balance}".replace("+0", "0")
            for line in self.on(until).lines
        ]

    def findings(self, until: str = "2100-01-01") -> list[tuple[str, str]]:
        return [(finding.code, finding.on.isoformat()) for finding in self.on(until).findings]

    def exhaustion(self, text: str) -> dict[str, Any]:
        exhaustion = self.on(text).exhaustion
        assert exhaustion is not None
        return {
            "on": exhaustion.on.isoformat(),
            "ground": exhaustion.wait.ground,
            "months": exhaustion.wait.months,
            "test_from": exhaustion.test_from.isoformat() if exhaustion.test_from else None,
            "certificate": exhaustion.wait.needs_drug_free_certificate,
        }
