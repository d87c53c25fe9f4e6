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


class ContactKind(models.TextChoices):
    """Ways of reaching a person besides the inbox."""

    EMAIL = "email", "Thư điện tử"
    SMS = "sms", "Tin nhắn"


class Contact(models.Model):
    """An address of a person: asked for, confirmed by a code that was sent to it, and ended when it was replaced.

    Attributes:
        address: an e-mail address in lower case, or a mobile number in international form (+84…).
        code_salt: what the code that is awaited is derived from, together with a secret that is not kept here.
        code_tries: wrong answers to it.
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    address = models.CharField(max_length=254)
    code_salt = models.CharField(max_length=32)
    code_ends_at = models.DateTimeField()
    code_tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holder", "kind"],
                condition=models.Q(confirmed_at__isnull=False, ended_at__isnull=True),
                name="a_person_has_one_confirmed_contact_a_kind",
            ),
            models.UniqueConstraint(
                fields=["holder", "kind"],
                condition=models.Q(confirmed_at__isnull=True, ended_at__isnull=True),
                name="a_person_confirms_one_contact_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ErrandState(models.TextChoices):
    """Where the telling of one notice by one channel stands; `notices.states` says what may follow what."""

    WAITING = "waiting", "Chờ gửi"
    SENT = "sent", "Đã gửi đi"
    DONE = "done", "Xong"
    DEAD = "dead", "Không gửi được"


class Errand(models.Model):
    """What is still to be done to tell one notice by one channel (I17).

    Attributes:
        round: 1, and one more each time it is begun anew with a message of its own.
        due_on: the register's day from which it is to be done.
        not_before: the instant before which it is not tried again.
        tries: how often it was tried in this round.
        cause: why it could not be done, or why there is nothing left to do; one word, of `states.CAUSES`.
        handled_by, handled_note: who looked at one that could not be done, and what came of it.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="errands", db_index=False)
    channel = models.CharField(max_length=10)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="errands")
    state = models.CharField(max_length=10, choices=ErrandState.choices, default=ErrandState.WAITING)
    round = models.SmallIntegerField(default=1)
    tries = models.SmallIntegerField(default=0)
    due_on = models.DateField()
    not_before = models.DateTimeField(db_default=Now())
    cause = models.CharField(max_length=30, blank=True)
    handled_by = models.CharField(max_length=40, blank=True)
    handled_note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel"], name="a_notice_has_one_errand_a_channel"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], condition=models.Q(state="waiting"), name="errands_that_wait"),
            models.Index(fields=["moved_at"], condition=models.Q(state="dead"), name="errands_for_a_person"),
            models.Index(fields=["moved_at"], condition=models.Q(state="sent"), name="errands_without_an_answer"),
        ]

    def __str__(self) -> str:
        return f"errand {self.pk}"


class Attempt(models.Model):
    """That the register began to tell one notice by one channel: written before the channel was used. Append-only.

    Attributes:
        number: of the attempts of this notice by this channel.
        key: by which the provider knows the message; the same for all attempts of one round, so that a message whose
            answer was lost is not sent again (F31).
        text: as sent; empty where the text of the inbox is shown.
        digest: SHA-256 of the text as sent, or of the inbox's.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    channel = models.CharField(max_length=10)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="attempts")
    round = models.SmallIntegerField()
    number = models.SmallIntegerField()
    key = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel", "number"], name="attempts_of_a_channel_are_numbered"),
        ]
        indexes: ClassVar = [models.Index(fields=["key"], name="attempts_by_key")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("attempt")

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class OutcomeKind(models.TextChoices):
    """What became of an attempt, as far as the channel said. None: its answer never came."""

    ACCEPTED = "accepted", "Đã nhận chuyển"
    DELIVERED = "delivered", "Đã đến nơi"
    FAILED = "failed", "Không gửi được"
    RETURNED = "returned", "Bị trả lại"
    EXPIRED = "expired", "Quá hạn mà không có hồi âm"


class Outcome(models.Model):
    """What a channel answered, at once or later. Append-only.

    Attributes:
        answer: the provider's own words, without the person's data: codes, numbers, instants.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    outcome = models.CharField(max_length=10, choices=OutcomeKind.choices)
    answer = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "outcome"], name="an_outcome_is_reported_once"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("outcome")

    def __str__(self) -> str:
        return f"outcome {self.pk}"


class SiteQuestion(models.Model):
    """That somebody asked the traffic police's page for the notices of a licence: what its budgets count (T35).

    Attributes:
        asker, subject: keyed digests of the address that asked and of the licence number that was asked for.
    """

    asker = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asker", "asked_at"], name="questions_of_an_asker"),
            models.Index(fields=["subject", "asked_at"], name="questions_about_a_subject"),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Reading(models.Model):
    """A person opened a notice in the inbox for the first time."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="reading")
    read_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"reading of notice {self.notice_id}"
