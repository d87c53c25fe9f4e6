"""Reads of health certificates: whose they are, for which classes they are enough, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Now

from gplx.health.models import ArrivalWish, CertifiedCopy, CopyState, Facility, Version, VersionState
from gplx.law import health as law
from gplx.law.health import Finding

SENT_LATELY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate of a person, as it counts now.

    Attributes:
        valid_until: its last day.
    """

    version: Version
    law: law.Certificate
    valid_until: date | None

    @property
    def number(self) -> str:
        return self.version.certificate.number

    @property
    def class_code(self) -> str:
        return self.version.certificate.class_code

    @property
    def facility(self) -> Facility:
        return self.version.certificate.facility


class Suitability(NamedTuple):
    """The certificate used for a class, if there is any, and what stands in the way; empty findings: nothing."""

    certificate: Held | None
    findings: list[Finding]

    @property
    def is_suitable(self) -> bool:
        return not any(finding.blocks for finding in self.findings)


class Sends(NamedTuple):
    """A facility that really sent certificates of late."""

    facility: Facility
    certificates: int
    last_at: object


def certificates(holder_id: int) -> list[Held]:
    """The certificates of a person that count, latest conclusion first."""
    versions = (
        Version.objects.filter(certificate__holder_id=holder_id, state=VersionState.COUNTS)
        .select_related("certificate__facility", "file")
        .order_by("-concluded_on", "-id")
    )
    return [held(version) for version in versions]


def held(version: Version) -> Held:
    """A version with what the law asks about it."""
    of_law = law.Certificate(
        version.concluded_on,
        _conclusion(version.conclusion),
        law.class_meant(version.certificate.class_code, version.concluded_on),
        version.drugs_found,
        version.printed_until,
        version.reexamine_on,
    )
    return Held(version, of_law, law.valid_until(of_law))


def _conclusion(value: str) -> law.Conclusion:
    return next(known for known in law.CONCLUSIONS.values() if known == value)


def suitability(holder_id: int, category: str, regime: str, on: date) -> Suitability:
    """Whether a person's certificates are enough for a class on the day a dossier is filed, and by which one.

    Source:
        36/2024/TT-BYT annex II; ADR 0042.
    """
    return best_of(certificates(holder_id), category, regime, on)


def best_of(known: Iterable[Held], category: str, regime: str, on: date) -> Suitability:
    """`suitability` from certificates that were read before."""
    by_law = {id(one.law): one for one in known}
    chosen = law.best([one.law for one in by_law.values()], category=category, regime=regime, on=on)
    found = law.suitability(chosen, category=category, regime=regime, on=on)
    return Suitability(None if chosen is None else by_law[id(chosen)], found)


def drug_free(holder_id: int, on: date) -> Suitability:
    """Whether a person has a certificate that proves on a day that there are no drugs in the body, and which one.

    Source:
        seed 003 (drug-free certificate); reading 14.
    """
    known = certificates(holder_id)
    chosen = min(known, key=lambda one: len(law.drug_free(one.law, on=on)), default=None)
    return Suitability(chosen, law.drug_free(None if chosen is None else chosen.law, on=on))


def waiting() -> QuerySet[Version]:
    """What waits for a person, longest first."""
    return (
        Version.objects.filter(state=VersionState.WAITING)
        .select_related("certificate__facility")
        .order_by("received_at", "id")
    )


def waiting_by_reason() -> dict[str, int]:
    """How many versions wait, by reason."""
    return dict(waiting().order_by().values_list("reason").annotate(count=Count("id")).order_by("reason"))


def history(certificate_id: int) -> QuerySet[Version]:
    """All versions of a certificate, latest first."""
    return Version.objects.filter(certificate_id=certificate_id).prefetch_related("moves").order_by("-number")


def of_facility(code: str) -> QuerySet[Version]:
    """The latest versions a facility sent or wrote, latest first."""
    return (
        Version.objects.filter(certificate__facility__code=code)
        .exclude(state=VersionState.SUPERSEDED)
        .select_related("certificate__facility")
        .order_by("-received_at", "-id")
    )


def copies_waiting() -> QuerySet[CertifiedCopy]:
    """Certified copies that nobody has read, longest first."""
    return (
        CertifiedCopy.objects.filter(state=CopyState.WAITING).select_related("holder", "file").order_by("received_at")
    )


def copies_of(holder_id: int) -> QuerySet[CertifiedCopy]:
    """The certified copies a person brought, latest first."""
    return CertifiedCopy.objects.filter(holder_id=holder_id).order_by("-received_at")


def wishes_to_be_told(holder_id: int) -> ArrivalWish | None:
    """The person's wish to be told of the next certificate, while it is open."""
    return ArrivalWish.objects.filter(holder_id=holder_id, told_on__isnull=True).first()


def facilities_that_send(province_code: str, *, limit: int = 5) -> list[Sends]:
    """Facilities that sent something within the last week: those of the province first, then those with the most."""
    recent = (
        Facility.objects.annotate(
            sent=Count(
                "certificates__versions",
                filter=Q(certificates__versions__received_at__gt=Now() - timedelta(days=SENT_LATELY_DAYS)),
            ),
            last_at=Max("certificates__versions__received_at"),
        )
        .filter(sent__gt=0, active_until__isnull=True)
        .order_by("code")
    )
    ordered = sorted(recent, key=lambda one: (one.province_code != province_code, -one.sent, one.code))
    return [Sends(one, one.sent, one.last_at) for one in ordered[:limit]]


def facilities() -> QuerySet[Facility]:
    """All facilities, by code, with how many certificates each has sent."""
    return Facility.objects.annotate(count=Count("certificates")).order_by("code")
