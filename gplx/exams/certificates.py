"""The driver health certificate of a registration: as a facility sent it, or as the person states it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gplx.health import queries as health
from gplx.law.exams import HealthCertificate
from gplx.law.licences import Regime
from gplx.licences.models import Holder


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as far as it is known.

    Attributes:
        number: as the facility or the person states it.
        suits: fit for the class; None where only the person says so.
        last_day: the last day on which it counts; None where it is not known.
    """

    number: str
    suits: bool | None
    last_day: date | None

    def as_law(self) -> HealthCertificate:
        return HealthCertificate(self.suits, self.last_day)


def known(holder: Holder, tested: tuple[str, Regime], stated: str, on: date) -> Certificate | None:
    """The certificate for a class on a day: what a facility sent goes before what a person states (T04).

    Args:
        stated: a number that the person typed; empty where he relies on the register.
    """
    category, regime = tested
    found = health.suitability(holder.pk, category, regime, on)
    sent = found.certificate
    if sent is None or (not found.is_suitable and stated not in ("", sent.number)):
        return Certificate(stated, None, None) if stated else None
    if found.is_suitable:
        return Certificate(sent.number, True, sent.valid_until)
    has_expired = sent.valid_until is not None and sent.valid_until < on
    return Certificate(sent.number, None if has_expired else False, sent.valid_until)
