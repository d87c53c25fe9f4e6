"""Decisions of the penalty authorities, as they were told to the register, and what became of each."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only, content_stays
from gplx.licences.models import Part
from gplx.points.models import Account


class DecisionState(models.TextChoices):
    """Where a decision stands. Recorded: it is a fact of an account. Quarantined: a person must match it first."""

    RECORDED = "recorded", "Đã ghi nhận"
    QUARANTINED = "quarantined", "Chờ đối chiếu"
    REJECTED = "rejected", "Đã trả lại"


class QuarantineReason(models.TextChoices):
    """Why a decision could not be put on a licence by itself (T21)."""

    LICENCE_UNKNOWN = "licence_unknown", "Không tìm thấy số giấy phép lái xe"
    BIRTH_DATE_DIFFERS = "birth_date_differs", "Ngày sinh không khớp"
    NAME_DIFFERS = "name_differs", "Họ tên không khớp"
    PART_NOT_HELD = "part_not_held", "Người vi phạm không có phần giấy phép này"
    FOREIGN_LICENCE = "foreign_licence", "Giấy phép nước ngoài hoặc quốc tế"


class Decision(models.Model):
    """One sanction decision; authority, number and year are its natural key.

    `digest` is the SHA-256 of the content as told: the same again is "exists", another one under the same key is
    refused, unless the first one was returned to its authority: then the corrected one takes its place. An account
    hangs on it once it is recorded.
    """

    authority = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    year = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    licence_number = models.CharField(max_length=20)
    holder_name = models.CharField(max_length=120)
    birth_date = models.DateField()
    part = models.CharField(max_length=10, choices=Part.choices, blank=True)
    acted_on = models.DateField()
    decided_on = models.DateField()
    effective_on = models.DateField()
    offences = models.JSONField(
        help_text='[{"code": …} or {"points": …, "drug": …}, …]; may be empty with a revocation'
    )
    revocation = models.JSONField(null=True, help_text='{"from": day, "to": day} or none')
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=DecisionState.choices)
    reason = models.CharField(max_length=24, choices=QuarantineReason.choices, blank=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="decisions")
    source = models.CharField(max_length=120, help_text="client, file and row, or desk")
    recorded_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["authority", "number", "year"],
                condition=~models.Q(state="rejected"),
                name="a_decision_is_known_once",
            ),
            models.CheckConstraint(
                condition=models.Q(acted_on__lte=models.F("decided_on"))
                & models.Q(decided_on__lte=models.F("effective_on")),
                name="act_then_decision_then_effect",
            ),
            models.CheckConstraint(
                condition=models.Q(state="recorded", account__isnull=False)
                | (~models.Q(state="recorded") & models.Q(account__isnull=True)),
                name="a_recorded_decision_has_an_account",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=models.Q(state="quarantined"), name="decisions_in_quarantine"
            ),
            models.Index(
                fields=["authority", "number", "year"],
                condition=models.Q(state="rejected"),
                name="decisions_returned",
            ),
            models.Index(fields=["recorded_on"], name="decisions_by_day"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("decision", but=["state", "reason", "account_id"])

    def __str__(self) -> str:
        return f"{self.number}/{self.year} ({self.authority})"


class Annulment(models.Model):
    """A decision was annulled, or replaced by an amending decision. Waits when the decision is not known yet (B19)."""

    authority = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    year = models.SmallIntegerField()
    document_number = models.CharField(max_length=80, help_text="the annulling document")
    annulled_on = models.DateField()
    reason = models.CharField(max_length=300)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="annulment")
    replaced_by = models.OneToOneField(Decision, on_delete=models.PROTECT, null=True, related_name="replaces")
    source = models.CharField(max_length=120)
    recorded_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "number", "year"], name="a_decision_is_annulled_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=models.Q(decision__isnull=True), name="annulments_that_wait"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("annulment", but=["decision_id", "replaced_by_id"])

    def __str__(self) -> str:
        return f"annulment of {self.number}/{self.year} ({self.authority})"


class QuarantineMove(models.Model):
    """What an officer did with a quarantined decision: matched to an account, or returned. Append-only."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="move")
    outcome = models.CharField(max_length=10, choices=[("matched", "Đã đối chiếu"), ("returned", "Đã trả lại")])
    note = models.CharField(max_length=300)
    officer_id = models.BigIntegerField()
    officer_name = models.CharField(max_length=200)
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("quarantine_move")

    def __str__(self) -> str:
        return f"{self.outcome}: decision {self.decision_id}"


class FileState(models.TextChoices):
    """A file of decisions: checked first (dry run), taken only when asked."""

    CHECKING = "checking", "Đang kiểm tra"
    CHECKED = "checked", "Đã kiểm tra"
    TAKING = "taking", "Đang ghi nhận"
    TAKEN = "taken", "Đã ghi nhận"
    REFUSED = "refused", "Bị từ chối"


class DecisionFile(models.Model):
    """An uploaded file of decisions; the same bytes are the same file.

    Attributes:
        rows_done: rows that are checked, or taken, whichever is going on.
        touched_at: when a worker last did something with it; one that stands still is taken up again.
        tries: how often it was taken up again without getting any further; after some it is refused.
    """

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    authority = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=FileState.choices)
    refused_because = models.TextField(blank=True)
    refused_because_en = models.TextField(blank=True)
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_default=Now())
    taken_by = models.BigIntegerField(null=True, help_text="who confirmed that it be taken")
    touched_at = models.DateTimeField(db_default=Now())
    tries = models.SmallIntegerField(db_default=0)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file {self.pk}"


class RowOutcome(models.TextChoices):
    """What became of a row: `new` in the dry run is `recorded` when taken."""

    NEW = "new", "Sẽ ghi nhận"
    RECORDED = "recorded", "Đã ghi nhận"
    EXISTS = "exists", "Đã có"
    QUARANTINED = "quarantined", "Chờ đối chiếu"
    CONFLICT = "conflict", "Trùng số, khác nội dung"
    REFUSED = "refused", "Không nhận"


class FileRow(models.Model):
    """What became of one row of a file, in the dry run and when taken.

    Attributes:
        line: the line it begins on; the header is line 1.
        number: what stands in the column of the decision's number.
        faults: `[[field, code, message_vi, message_en], …]`.
    """

    file = models.ForeignKey(DecisionFile, on_delete=models.CASCADE, related_name="rows")
    line = models.IntegerField()
    number = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=12, choices=RowOutcome.choices)
    faults = models.JSONField(default=list)
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "line"], name="a_row_of_a_file_has_one_outcome"),
        ]

    def __str__(self) -> str:
        return f"row {self.line} of file {self.file_id}"
