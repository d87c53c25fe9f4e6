"""What the desk keeps of its own: annulments that wait for a second person."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from gplx.accounts.models import User
from gplx.sanctions.models import Decision


class ProposalState(models.TextChoices):
    """Where a proposed annulment stands; `gplx.desk.states` says which moves exist."""

    WAITING = "waiting", "Chờ người thứ hai xác nhận"
    CONFIRMED = "confirmed", "Đã xác nhận"
    DECLINED = "declined", "Không đồng ý"


class AnnulmentProposal(models.Model):
    """An annulment entered at the desk. It changes nothing until a second person has confirmed it (I14).

    Attributes:
        document_number: the authority's document that annuls the decision; nothing is annulled without one (T14).
        decision: the decision meant, where the register knows it.
    """

    authority = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    year = models.SmallIntegerField()
    document_number = models.CharField(max_length=80)
    annulled_on = models.DateField()
    reason = models.CharField(max_length=300)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="proposals")
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["authority", "number", "year"],
                condition=Q(state="waiting"),
                name="one_proposal_waits_for_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("proposed_by")),
                name="nobody_checks_his_own_proposal",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", checked_by__isnull=True, checked_at__isnull=True)
                | (~Q(state="waiting") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="a_checked_proposal_names_who_checked_it",
            ),
            models.CheckConstraint(condition=~Q(document_number=""), name="no_annulment_without_a_document"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["proposed_at"], condition=Q(state="waiting"), name="proposals_that_wait"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="proposals_stay", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="what_was_checked_stays", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"
