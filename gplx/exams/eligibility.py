"""How somebody stands who wants to sit the test: the law's conditions, asked with what the register knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gplx import clock
from gplx.dossiers.models import LIVE, Kind
from gplx.exams.certificates import Certificate, known
from gplx.exams.models import Outcome, Registration
from gplx.law import exams as law
from gplx.law import knowledge_test
from gplx.law.licences import Part, Regime
from gplx.law.points import CertificateWithdrawn, DrugFreeCertificate, Fact, Statement, replay
from gplx.licences.models import Entitlement, Holder, LicenceStatus
from gplx.points.models import Account
from gplx.points.queries import FactRow, facts_of, installed_profile, law_fact


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands for one part, today or for a session.

    Attributes:
        statement: of the points, today.
        conditions: for the day of the session, or for today where none is chosen.
        tested: class and regime whose paper is sat; None where no class of the part is held.
        live: the registration that something is still to come of.
    """

    holder: Holder
    part: str
    on: date
    session_on: date | None
    statement: Statement
    conditions: Sequence[law.Condition]
    tested: tuple[str, Regime] | None
    certificate: Certificate | None
    live: Registration | None

    @property
    def in_the_way(self) -> list[law.Condition]:
        """What stands in the way of registering."""
        return [condition for condition in self.conditions if condition.stands_in_the_way]

    @property
    def may_register(self) -> bool:
        """Nothing stands in the way, and nothing runs already."""
        return not self.in_the_way and self.live is None and self.tested is not None

    @property
    def is_certain(self) -> bool:
        """Every condition is known to be met: nobody has to look (ADR 0046)."""
        return all(condition.state == "met" for condition in self.conditions if condition.blocks)

    @property
    def test_from(self) -> date | None:
        """The first permitted day."""
        return self.statement.exhaustion.test_from if self.statement.exhaustion else None


def findings(conditions: Sequence[law.Condition]) -> list[dict[str, object]]:
    """Conditions as a move of a dossier keeps them."""
    return [
        {
            "code": condition.code,
            "state": condition.state,
            "blocks": condition.blocks,
            "day": condition.day.isoformat() if condition.day else None,
            "sources": [str(source) for source in condition.sources],
        }
        for condition in conditions
    ]


def look(
    holder: Holder, part: str, *, session_on: date | None = None, certificate: str = "", today: date | None = None
) -> Standing:
    """How a person stands for one part of his licence.

    Args:
        session_on: the day of the session asked for; None: not chosen yet.
        certificate: the number of a health certificate that the person states; empty: what the register has.
    """
    today = today or clock.today()
    account = Account.objects.filter(holder=holder, part=part).first()
    rows: list[FactRow] = facts_of([account.pk])[account.pk] if account else []
    profile = installed_profile()
    facts = [law_fact(row, profile) for row in rows]
    now = replay(facts, profile, today)
    held = list(Entitlement.objects.filter(licence__holder=holder, part=part).select_related("licence"))
    in_hand = [one for one in held if one.licence.status == LicenceStatus.VALID]
    tested = knowledge_test.category_to_sit(
        [(one.category, _regime(one.regime)) for one in in_hand or held], _part(part)
    )
    health = known(holder, tested, certificate, session_on or today) if tested else None
    asked = law.Asked(
        statement=replay(facts, profile, session_on) if session_on else now,
        on=today,
        session_on=session_on,
        drug_free_on=_drug_free_on(facts, session_on or today),
        certificate=health.as_law() if health else None,
        failed_on=failed_on(holder.pk, part),
        holds_licence=bool(in_hand),
    )
    return Standing(
        holder=holder,
        part=part,
        on=today,
        session_on=session_on,
        statement=now,
        conditions=law.conditions(asked, profile),
        tested=tested,
        certificate=health,
        live=live(holder.pk, part),
    )


def _drug_free_on(facts: Sequence[Fact], on: date) -> list[date]:
    """When the drug-free certificates were concluded that were not withdrawn, and by their own print still count."""
    withdrawn = {fact.certificate for fact in facts if isinstance(fact, CertificateWithdrawn)}
    return [
        fact.concluded_on
        for fact in facts
        if isinstance(fact, DrugFreeCertificate)
        and fact.number not in withdrawn
        and (fact.valid_until is None or fact.valid_until >= on)
    ]


def failed_on(holder_id: int, part: str) -> list[date]:
    """The days of failed tests."""
    closed = Registration.objects.filter(holder_id=holder_id, part=part, outcome=Outcome.FAILED)
    return [day for day in closed.values_list("outcome_on", flat=True) if day is not None]


def live(holder_id: int, part: str) -> Registration | None:
    """The registration that something is still to come of."""
    return (
        Registration.objects.select_related("dossier", "session")
        .filter(holder_id=holder_id, part=part, dossier__kind=Kind.RESTORATION_TEST, dossier__state__in=LIVE)
        .first()
    )


def _regime(regime: str) -> Regime:
    return "pre-2025" if regime == "pre-2025" else "2025"


def _part(part: str) -> Part:
    return "car" if part == "car" else "motorcycle"
