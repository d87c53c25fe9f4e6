"""Reads of the sanctions record."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet

from gplx.law.text import fold
from gplx.licences.models import Holder
from gplx.sanctions.intake import Key
from gplx.sanctions.models import Annulment, Decision, DecisionState

CANDIDATES_MAX = 20


def by_key(key: Key) -> Decision | None:
    """The decision that is kept under this key; one that was returned is not."""
    authority, number, year = key
    kept = Decision.objects.exclude(state=DecisionState.REJECTED)
    return kept.filter(authority=authority, number=number, year=year).first()


def of_accounts(account_ids: Iterable[int]) -> QuerySet[Decision]:
    """The recorded decisions of some accounts, with their annulments, latest effect first."""
    decisions = Decision.objects.filter(account_id__in=list(account_ids)).select_related("annulment")
    return decisions.order_by("-effective_on", "-id")


def quarantined() -> QuerySet[Decision]:
    """What waits at the quarantine desk, longest first."""
    return Decision.objects.filter(state=DecisionState.QUARANTINED).order_by("received_at", "id")


def quarantined_by_reason() -> dict[str, int]:
    """How many wait at the quarantine desk, by reason."""
    counted = quarantined().order_by().values_list("reason").annotate(count=Count("id"))
    return dict(counted.order_by("reason"))


def candidates(decision: Decision) -> list[Holder]:
    """Whom a quarantined decision may mean: the licence of that number, and everybody of that name and birth day."""
    by_number = Holder.objects.filter(licences__number=decision.licence_number)
    by_name = Holder.objects.filter(name_folded=fold(decision.holder_name), birth_date=decision.birth_date)
    found = {holder.pk: holder for holder in [*by_number, *by_name[:CANDIDATES_MAX]]}
    return list(found.values())


def waiting_annulments() -> QuerySet[Annulment]:
    """Annulments whose decision has not arrived, longest first (B19)."""
    return Annulment.objects.filter(decision__isnull=True).order_by("received_at", "id")
