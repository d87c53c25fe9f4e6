"""What the register was told (Fact), what it has stated (Entry), and a snapshot for fast reading (Account)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only
from gplx.licences.models import Holder, Part


class Account(models.Model):
    """The points of one person for one part of a licence: a snapshot that `points.actions.settle` keeps.

    Everything but holder, part and opened_on is derived from the facts and can be rebuilt. A person without facts has
    no row here, and 12 points. A licence that is exchanged or re-issued goes on with the same account (reading 20).
    """

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="accounts")
    part = models.CharField(max_length=10, choices=Part.choices)
    balance = models.SmallIntegerField()
    revoked = models.BooleanField(default=False)
    restores_on = models.DateField(null=True)
    exhausted_on = models.DateField(null=True)
    wait_ground = models.CharField(max_length=20, blank=True)
    wait_months = models.SmallIntegerField(null=True)
    test_from = models.DateField(null=True)
    needs_drug_free_certificate = models.BooleanField(default=False)
    next_change_on = models.DateField(null=True)
    entry_count = models.IntegerField(default=0)
    settled_on = models.DateField(null=True, help_text="the day up to which the entries are complete")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "part"], name="a_person_has_one_account_a_part"),
            models.CheckConstraint(condition=models.Q(balance__gte=0), name="a_balance_is_never_negative"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_change_on", "id"],
                condition=models.Q(next_change_on__isnull=False),
                name="accounts_by_next_change",
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class FactKind(models.TextChoices):
    """What can be told to the register about an account."""

    DECISION = "decision", "Quyết định xử phạt"
    ANNULMENT = "annulment", "Hủy quyết định"
    REVOCATION = "revocation", "Tước quyền sử dụng"
    DRUG_FREE_CERTIFICATE = "drug_free_certificate", "Giấy khám không có ma túy"
    CERTIFICATE_WITHDRAWN = "certificate_withdrawn", "Giấy khám không còn giá trị chứng minh"
    TEST = "test", "Kết quả kiểm tra"


class Fact(models.Model):
    """Something the register was told, kept for ever. Append-only.

    Attributes:
        natural_key: the source's own identity of the fact; the same fact told twice is one row.
        counts_on: the day it counts from (reading 18): a decision's day of effect, a revocation's first day, the day
            of a test, the day a certificate was concluded, the day an annulment or a withdrawal was told.
        decision_key: for a decision its identity among the account's decisions, for an annulment the one it annuls.
        content: the rest, by kind: acted_on and offences; to; passed; a certificate's key and printed last day.
        recorded_on: the register's day on which it learned of the fact.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=24, choices=FactKind.choices)
    natural_key = models.CharField(max_length=300, unique=True)
    counts_on = models.DateField()
    decision_key = models.CharField(max_length=240, blank=True)
    content = models.JSONField()
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("fact")

    def __str__(self) -> str:
        return f"fact {self.pk}"


class EntryKind(models.TextChoices):
    """What an entry states. A reversal voids the entry it names."""

    DEDUCTION = "deduction", "Trừ điểm"
    NOT_DEDUCTED = "not_deducted", "Không trừ điểm"
    RESTORATION = "restoration", "Phục hồi điểm"
    TEST_RESTORATION = "test_restoration", "Phục hồi điểm sau kiểm tra"
    REVERSAL = "reversal", "Hủy dòng đã ghi"


class Entry(models.Model):
    """One line the register has stated about an account. Append-only; numbered within the account without a gap.

    The balance of an account is the full balance plus the points of all its entries: a reversal carries the opposite
    points of the entry it voids.

    Attributes:
        points: what was taken (negative) or given (positive).
        balance: the balance the person was told with this entry.
        cause: the decision or test behind it; none for a restoration by time.
        voids: the entry that a reversal makes void.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.IntegerField()
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    takes_effect_on = models.DateField()
    points = models.SmallIntegerField()
    balance = models.SmallIntegerField()
    cause = models.ForeignKey(Fact, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False)
    voids = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="voided_by")
    sources = ArrayField(models.TextField())
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="entries_are_numbered_within_their_account"),
            models.CheckConstraint(
                condition=models.Q(kind="reversal", voids__isnull=False)
                | (~models.Q(kind="reversal") & models.Q(voids__isnull=True)),
                name="only_a_reversal_voids",
            ),
            models.CheckConstraint(condition=~models.Q(sources=[]), name="an_entry_has_a_source"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("entry")

    def __str__(self) -> str:
        return f"entry {self.pk}"


class Installation(models.Model):
    """Under which profile this register states points: one row, written once (reading 1, ADR 0012). Append-only."""

    is_the_only = models.BooleanField(primary_key=True, default=True)
    law_profile = models.CharField(max_length=40)
    chosen_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(is_the_only=True), name="an_installation_has_one_profile"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("installation")

    def __str__(self) -> str:
        return self.law_profile
