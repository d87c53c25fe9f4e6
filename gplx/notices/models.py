"""Every message to a person: what is to be told, and the evidence that it was."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only


class Notice(models.Model):
    """What a person is to be told: of an entry of his points record, exactly one for each (I04), or of something else.

    `content` holds what the text needs (points, balance before and after, decision, days), so that the text can be
    written without asking the register again.

    Attributes:
        entry: the line it tells of.
        natural_key: where there is no entry, the room's own name of what it tells, such as ``sitting:4711:result``;
            told twice under the same key, it is one notice.
    """

    entry = models.OneToOneField("points.Entry", on_delete=models.PROTECT, null=True, related_name="notice")
    natural_key = models.CharField(max_length=300, null=True)  # noqa: DJ001 (none where there is an entry)
    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=30)
    content = models.JSONField()
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, natural_key__isnull=True)
                | models.Q(entry__isnull=True, natural_key__isnull=False),
                name="a_notice_tells_of_an_entry_or_has_a_key",
            ),
            models.UniqueConstraint(
                fields=["natural_key"],
                condition=models.Q(natural_key__isnull=False),
                name="a_message_is_told_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["holder", "-id"], name="notices_of_a_person")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("notice")

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Delivery(models.Model):
    """One attempt to tell one notice by one channel: the text as sent, its digest, when, and the outcome."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20)
    text_version = models.CharField(max_length=20)
    title_vi = models.TextField()
    text_vi = models.TextField()
    title_en = models.TextField()
    text_en = models.TextField()
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    attempted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice"], condition=models.Q(channel="inbox"), name="a_notice_is_in_the_inbox_once"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("delivery")

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Reading(models.Model):
    """A person opened a notice in the inbox for the first time."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="reading")
    read_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"reading of notice {self.notice_id}"
