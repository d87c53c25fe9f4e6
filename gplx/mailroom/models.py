"""Papers the register gave out, and letters on their way."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only


class PaperKind(models.TextChoices):
    """What a paper is, as the check page names it."""

    LETTER = "letter", "Thư thông báo"
    STATEMENT = "statement", "Bản kê điểm giấy phép lái xe"
    HAND_OVER = "hand_over", "Biên bản bàn giao thư"
    RECEIPT = "receipt", "Giấy nhận thư trao tay"
    MINUTES = "minutes", "Biên bản"


class Paper(models.Model):
    """One sealed paper that was given out: what its check page knows of it. Append-only.

    Attributes:
        code: what the QR code names: random, so that nobody finds one by trying.
        natural_key: the room's own name of what the paper says; asked for again, it is the same paper.
        holder_id: whose it is; none for papers that belong to nobody.
        asked_digits: the last four figures of the number that the paper names, for a reader to compare; empty: none.
        digest: SHA-256 of the sealed file.
    """

    code = models.CharField(max_length=14, unique=True)
    natural_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    holder_id = models.BigIntegerField(null=True)
    asked_digits = models.CharField(max_length=4, blank=True)
    issued_on = models.DateField()
    pages = models.SmallIntegerField()
    digest = models.CharField(max_length=64)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="papers")
    issued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest"], name="papers_by_digest")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("paper")

    def __str__(self) -> str:
        return f"paper {self.pk}"


class CheckTry(models.Model):
    """That somebody asked the check page something that was wrong: what its budgets count (T35).

    Attributes:
        asker: a keyed digest of the address that asked.
        paper: whose figures were guessed wrongly; none where there is no paper of the code.
    """

    asker = models.CharField(max_length=64)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="tries")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asker", "-asked_at"], name="check_tries_of_an_asker"),
            models.Index(fields=["paper", "-asked_at"], name="check_tries_of_a_paper"),
        ]

    def __str__(self) -> str:
        return f"try {self.pk}"
