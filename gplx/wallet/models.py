"""Electronic licences that were given out, where their status stands, and what was published of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only


class StatusList(models.Model):
    """A list in which credentials have places. Its secret is derived from the key store's, not kept here (ADR 0059).

    Attributes:
        name: the last part of its address; random, so that it says nothing about when the list was begun.
        allocated: how many places were given away, also of credentials that are no more.
    """

    name = models.CharField(max_length=32, unique=True)
    size = models.IntegerField()
    bits = models.SmallIntegerField()
    allocated = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(allocated__gte=0, allocated__lte=models.F("size")),
                name="a_list_gives_away_no_more_than_it_has",
            ),
        ]

    def __str__(self) -> str:
        return f"status list {self.pk}"


class Publication(models.Model):
    """A list as it was signed and put out, in both forms.

    Attributes:
        snapshot: which transactions it saw: what the register said then can be told from what came later (I15).
        suspended: the places of credentials, not of decoys, that it says are suspended.
    """

    status_list = models.ForeignKey(StatusList, on_delete=models.CASCADE, related_name="publications", db_index=False)
    jwt = models.TextField()
    cwt = models.BinaryField()
    snapshot = models.TextField()
    suspended = models.IntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["status_list", "-id"], name="publications_of_a_list")]

    def __str__(self) -> str:
        return f"publication {self.pk}"


class Standing(models.Model):
    """Whether the points of one person allow him to drive under one part; no row means that they do.

    Follows the points account in the transaction that changes it (`wallet.actions.follow`).
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10)
    suspended = models.BooleanField(default=False)
    changes = models.IntegerField(default=0)
    events = models.IntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "part"], name="a_person_stands_once_in_a_part"),
        ]

    def __str__(self) -> str:
        return f"standing {self.pk}"


class Cause(models.TextChoices):
    """Why the status of a credential may have to be published anew."""

    RIGHT = "right", "Quyền điều khiển thay đổi"
    ISSUED = "issued", "Cấp giấy phép điện tử"
    ENDED = "ended", "Kết thúc giấy phép điện tử"


class StatusChange(models.Model):
    """Something that changes what a list has to say. Append-only.

    Attributes:
        suspended: what holds from now on.
        transaction: the number of the transaction that wrote it; numbers of rows are not in the order of commits (F20).
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    suspended = models.BooleanField()
    transaction = models.BigIntegerField(db_index=True)
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["holder", "part", "id"], name="status_changes_of_a_part")]
        triggers: ClassVar = append_only("statuschange")

    def __str__(self) -> str:
        return f"status change {self.pk}"


class Form(models.TextChoices):
    """The two forms of the electronic licence."""

    SD_JWT = "sd-jwt", "SD-JWT"
    MDOC = "mdoc", "mdoc"


class Ending(models.TextChoices):
    """Why a credential is no more. Its place in the list says "suspended" from then on."""

    REPLACED = "replaced", "được thay bằng bản mới"
    REMOVED = "removed", "người có giấy phép đã gỡ"
    LOST = "lost", "mất điện thoại"
    DOCUMENT = "document", "giấy phép đã đổi, cấp lại hoặc thu hồi"


class Credential(models.Model):
    """One electronic licence on one phone, in one form, for one part (ADR 0058). What was signed is not kept.

    Attributes:
        batch: credentials that were given out together, one for each key of the phone.
        key_thumbprint: of the phone's key (RFC 7638).
        wallet: how the phone's wallet names itself; what the holder recognises it by.
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="credentials", db_index=False)
    part = models.CharField(max_length=10)
    licence = models.ForeignKey("licences.Licence", on_delete=models.PROTECT, related_name="credentials")
    form = models.CharField(max_length=10, choices=Form.choices)
    batch = models.UUIDField(db_index=True)
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="credentials", db_index=False)
    index = models.IntegerField()
    key_thumbprint = models.CharField(max_length=43)
    wallet = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["status_list", "index"], name="a_place_of_a_list_is_used_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | models.Q(ended_at__isnull=False) & ~models.Q(ending=""),
                name="what_has_ended_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["holder", "part"], name="credentials_of_a_part")]

    def __str__(self) -> str:
        return f"credential {self.pk}"


class Grant(models.Model):
    """What a holder allowed one phone: an offer, then the token that it was exchanged for. Secrets as digests only.

    Attributes:
        code_digest: of the code in the offer; it can be exchanged once.
        tx_code_digest: of the digits that the holder's page shows beside the offer.
        misses: wrong digits so far; after a few the offer is worth nothing.
        token_digest: of the token; empty until the code was exchanged.
        requests: how often the token fetched credentials.
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10)
    code_digest = models.CharField(max_length=64, unique=True)
    tx_code_digest = models.CharField(max_length=64)
    misses = models.SmallIntegerField(default=0)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    exchanged_at = models.DateTimeField(null=True)
    token_digest = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True)
    wallet = models.CharField(max_length=80, blank=True)
    requests = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token_digest"], condition=~models.Q(token_digest=""), name="a_token_is_of_one_grant"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"


class UsedNonce(models.Model):
    """A nonce that a phone's proof has answered: it answers no second one (F32). Removed when it has run out anyway."""

    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"nonce {self.pk}"


class TargetKind(models.TextChoices):
    """Who is pushed to; it decides how the person is named."""

    E_ID = "e-id", "Tài khoản định danh điện tử"
    POLICE = "police", "Ứng dụng của cảnh sát giao thông"


class Target(models.Model):
    """A system that hears of every change of an account. Its secret is in the key store, not here.

    Attributes:
        dealt_before: events of transactions before this number were dealt out to it.
        failures: tries that failed one after the other.
        paused_until: nothing is tried before, after several failures in a row.
    """

    name = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=TargetKind.choices)
    url = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    dealt_before = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"target {self.name}"


class Event(models.Model):
    """How an account stood after a change: points and the right to drive, nothing of why. Append-only.

    Attributes:
        number: counts the events of one person and part without a gap: receivers see what is old or missing.
        transaction: of the change; readers go by it, because ids are not in the order of commits (F20).
    """

    holder = models.ForeignKey("licences.Holder", on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10)
    number = models.IntegerField()
    points = models.SmallIntegerField()
    may_drive = models.BooleanField()
    as_of = models.DateField()
    transaction = models.BigIntegerField(db_index=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holder", "part", "number"], name="events_are_numbered_within_their_account"
            ),
        ]
        triggers: ClassVar = append_only("event")

    def __str__(self) -> str:
        return f"event {self.pk}"


class Push(models.Model):
    """One event for one target: waiting, delivered, or dead after too many tries."""

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="pushes", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="pushes")
    state = models.CharField(
        max_length=10,
        choices=[("waiting", "chờ"), ("delivered", "đã nhận"), ("dead", "ngừng thử")],
        default="waiting",
    )
    attempts = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    answer = models.CharField(max_length=40, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["target", "event"], name="an_event_goes_to_a_target_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target", "event"], condition=models.Q(state="waiting"), name="pushes_that_wait"),
            models.Index(fields=["target", "delivered_at"], name="pushes_by_delivery"),
        ]

    def __str__(self) -> str:
        return f"push {self.pk}"
