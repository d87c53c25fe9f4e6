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


class BatchState(models.TextChoices):
    """How far a batch is; `mailroom.states` says what may follow what."""

    MAKING = "making", "Đang lập thư"
    READY = "ready", "Chờ in và gửi"
    POSTED = "posted", "Đã giao bưu chính"


class Batch(models.Model):
    """Letters of one province that are printed together and given to a carrier together, once.

    Attributes:
        draft: the request that made it, so that the same request makes one batch.
        letters_done: of `letters_total`, how many papers are made.
        tries: how often making it was taken up without getting any further.
        print_file: all letters in one file, with a cover sheet.
        carrier_receipt: the carrier's own number for what it took.
    """

    draft = models.UUIDField(unique=True)
    province_code = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.MAKING)
    letters_total = models.IntegerField()
    letters_done = models.IntegerField(default=0)
    tries = models.SmallIntegerField(default=0)
    pages = models.IntegerField(default=0)
    print_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    carrier = models.CharField(max_length=80, blank=True)
    carrier_receipt = models.CharField(max_length=40, blank=True)
    made_by = models.BigIntegerField()
    made_on = models.DateField()
    made_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    posted_by = models.BigIntegerField(null=True)
    posted_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="posted", posted_on__isnull=False, print_file__isnull=False)
                | (~models.Q(state="posted") & models.Q(posted_on__isnull=True)),
                name="a_batch_is_posted_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(letters_done__lte=models.F("letters_total")), name="no_more_done_than_there_are"
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"


class LetterState(models.TextChoices):
    """Where a letter is; a letter without a row waits to be taken into a batch."""

    IN_BATCH = "in_batch", "Trong lô, chưa gửi"
    POSTED = "posted", "Đã gửi bưu chính"
    DELIVERED = "delivered", "Đã phát"
    RETURNED = "returned", "Bị trả lại"
    HANDED_OVER = "handed_over", "Đã trao tận tay"


class ReturnReason(models.TextChoices):
    """Why a letter came back."""

    UNKNOWN = "unknown", "Không có người nhận ở địa chỉ này"
    MOVED = "moved", "Người nhận đã chuyển đi"
    ADDRESS = "address", "Địa chỉ thiếu hoặc sai"
    ABSENT = "absent", "Phát nhiều lần không gặp"
    REFUSED = "refused", "Người nhận từ chối"
    DECEASED = "deceased", "Người nhận đã chết"
    DAMAGED = "damaged", "Thư hỏng hoặc thất lạc"


class Letter(models.Model):
    """One notice on paper: the attempt it carries out, and where it is.

    Attributes:
        attempt: of `notices`; one letter each.
        sequence: its place in the batch, also printed on it.
        paper: the sealed letter; none as long as the batch is being made.
        receipt: what the person signed when it was handed over.
    """

    attempt = models.OneToOneField("notices.Attempt", on_delete=models.PROTECT, related_name="letter")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="letters")
    sequence = models.SmallIntegerField(null=True)
    state = models.CharField(max_length=12, choices=LetterState.choices)
    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, null=True, related_name="letter")
    receipt = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")
    return_reason = models.CharField(max_length=10, choices=ReturnReason.choices, blank=True)
    moved_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="letters_of_a_batch_are_numbered"),
            models.CheckConstraint(
                condition=models.Q(state="returned") | models.Q(return_reason="") | models.Q(state="handed_over"),
                name="only_a_returned_letter_has_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["moved_on"], condition=models.Q(state="returned"), name="letters_that_came_back")
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class LetterMove(models.Model):
    """That a letter went from one state to another, who said so and on which day. Append-only."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="moves")
    name = models.CharField(max_length=20)
    of = models.CharField(max_length=12, blank=True)
    to = models.CharField(max_length=12)
    by = models.BigIntegerField(help_text="the user")
    said = models.JSONField(default=dict)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("letter_move")

    def __str__(self) -> str:
        return f"move {self.pk}"
