"""Who looked at a person's record, and why (I13)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only


class Purpose(models.TextChoices):
    """Why somebody looks. The closed list of reasons for a look-up."""

    ROADSIDE_CHECK = "roadside_check", "Kiểm tra trên đường"
    CASE_HANDLING = "case_handling", "Xử lý hồ sơ vụ việc"
    QUARANTINE = "quarantine", "Đối chiếu quyết định chưa khớp"
    COMPLAINT = "complaint", "Giải quyết khiếu nại"
    ASSISTED = "assisted", "Hỗ trợ người dân tại quầy"


class Access(models.Model):
    """One read of one person's record by staff or by a machine client. Append-only."""

    holder_id = models.BigIntegerField(null=True, help_text="the person looked at; none when nothing was found")
    actor_kind = models.CharField(max_length=10, help_text="officer or client")
    actor = models.CharField(max_length=80, help_text="number of the user, or identifier of the client")
    actor_name = models.CharField(max_length=200, help_text="role and unit as the citizen may see it")
    purpose = models.CharField(max_length=30, choices=Purpose.choices)
    reference = models.CharField(max_length=80, blank=True, help_text="case, stop or decision number")
    what = models.CharField(max_length=40, help_text="which read: standing, statement, search")
    accessed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["holder_id", "-accessed_at"], name="audit_access_of_a_person"),
            models.Index(
                fields=["actor", "-accessed_at"],
                condition=models.Q(holder_id__isnull=True),
                name="audit_misses_of_an_actor",
            ),
            models.Index(
                fields=["actor", "-id"], condition=models.Q(actor_kind="officer"), name="audit_looks_of_an_officer"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("access")

    def __str__(self) -> str:
        return f"access {self.pk}"
