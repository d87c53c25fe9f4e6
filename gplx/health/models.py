"""Facilities that examine drivers, the certificates they send, and every version of each."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only, content_stays
from gplx.files.models import StoredFile
from gplx.licences.models import Holder


class Facility(models.Model):
    """A facility that may examine drivers. A machine client whose authority is `code` sends for it."""

    code = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=200)
    province_code = models.CharField(max_length=2)
    active_from = models.DateField()
    active_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(active_until__isnull=True) | models.Q(active_until__gte=models.F("active_from")),
                name="a_facility_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TrustAnchor(models.Model):
    """A certificate authority whose signing certificates are believed. Append-only; `withdrawn_on` ends it."""

    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the certificate")
    pem = models.TextField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("trust_anchor")

    def __str__(self) -> str:
        return self.name


class SigningCertificate(models.Model):
    """A certificate by which a facility signs. Only registered ones count, and only for their own facility."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="signing_certificates")
    anchor = models.ForeignKey(TrustAnchor, on_delete=models.PROTECT)
    fingerprint = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=300)
    pem = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    withdrawn_on = models.DateField(null=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("signing_certificate", but=["withdrawn_on"])

    def __str__(self) -> str:
        return f"signing certificate {self.pk}"


class Origin(models.TextChoices):
    """The ways a certificate comes."""

    MESSAGE = "message", "Cơ sở khám gửi qua kết nối"
    FORM = "form", "Cơ sở khám nhập trên trang"
    CERTIFIED_COPY = "certified_copy", "Bản sao điện tử có chứng thực"


class VersionState(models.TextChoices):
    """Where a version stands. Only one that counts is shown and proves anything."""

    COUNTS = "counts", "Có giá trị"
    WAITING = "waiting", "Chờ đối chiếu"
    SUPERSEDED = "superseded", "Đã có bản mới hơn"
    RETURNED = "returned", "Không nhận"


class WaitReason(models.TextChoices):
    """Why a version waits for its holder to appear, or for a person to look."""

    PERSON_UNKNOWN = "person_unknown", "Chưa có người mang số giấy tờ này"
    BIRTH_DATE_DIFFERS = "birth_date_differs", "Ngày sinh không khớp"
    NAME_DIFFERS = "name_differs", "Họ tên không khớp"
    PERSON_CHANGED = "person_changed", "Bản sửa ghi người khác"
    LEGACY_SIGNATURE = "legacy_signature", "Chữ ký số kiểu cũ (SHA-1)"
    SIGNER_EXPIRED = "signer_expired", "Chứng thư số đã hết hạn khi nhận"
    CLASS_UNKNOWN = "class_unknown", "Không rõ mã hạng"
    CONTRADICTS = "contradicts", "Kết luận mâu thuẫn với xét nghiệm ma túy"


class Certificate(models.Model):
    """One certificate of a facility: its number and class are the natural key; what it says are its versions."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=21)
    class_code = models.CharField(max_length=8)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, null=True, related_name="health_certificates")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["facility", "number", "class_code"], name="a_health_certificate_is_known_once"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("health_certificate", but=["holder_id"])

    def __str__(self) -> str:
        return f"certificate {self.pk}"


class Version(models.Model):
    """What a certificate said at one time. The content stays; only what became of it may change.

    Attributes:
        reference: the number by which the sender may ask about it.
        content: the fields as they came, by their names in the message.
        digest: SHA-256 of the content.
        signed_digest: SHA-256 of what was signed; the same signed text is never taken twice. Empty for a form.
        changed: the names of the fields that differ from the version before.
        legacy: its signature uses the algorithms of the old specification.
        fact_key: the certificate fact that stands by this version; empty when it does not find the person drug-free.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    reference = models.UUIDField(default=uuid.uuid4, unique=True)
    origin = models.CharField(max_length=16, choices=Origin.choices)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    signed_digest = models.CharField(max_length=64, blank=True)
    changed = models.JSONField(default=list)
    identity_number = models.CharField(max_length=20)
    birth_date = models.DateField()
    name_folded = models.CharField(max_length=200)
    concluded_on = models.DateField()
    conclusion = models.CharField(max_length=12)
    drugs_found = models.BooleanField()
    printed_until = models.DateField(null=True)
    reexamine_on = models.DateField(null=True)
    signed_by = models.ForeignKey(SigningCertificate, on_delete=models.PROTECT, null=True)
    legacy = models.BooleanField(default=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    source = models.CharField(max_length=120, help_text="client, or the user who wrote it")
    state = models.CharField(max_length=12, choices=VersionState.choices)
    reason = models.CharField(max_length=24, choices=WaitReason.choices, blank=True)
    fact_key = models.CharField(max_length=120, blank=True)
    recorded_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["certificate", "number"], name="versions_of_a_certificate_are_numbered"),
            models.UniqueConstraint(
                fields=["certificate"], condition=models.Q(state="counts"), name="one_version_of_a_certificate_counts"
            ),
            models.UniqueConstraint(
                fields=["signed_digest"], condition=~models.Q(signed_digest=""), name="a_signed_text_is_taken_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | ~models.Q(reason=""), name="a_version_waits_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=models.Q(state="waiting"), name="versions_that_wait"),
            models.Index(fields=["identity_number"], name="versions_by_identity_number"),
            models.Index(fields=["received_at"], name="versions_by_arrival"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays("version", but=["state", "reason", "fact_key"])

    def __str__(self) -> str:
        return f"version {self.number} of certificate {self.certificate_id}"


class VersionMove(models.Model):
    """What a person did with a version that waited, and why. Append-only."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="moves")
    outcome = models.CharField(max_length=10, choices=[("accepted", "Đã chấp nhận"), ("returned", "Không nhận")])
    note = models.CharField(max_length=300)
    officer_id = models.BigIntegerField()
    officer_name = models.CharField(max_length=200)
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("version_move")

    def __str__(self) -> str:
        return f"{self.outcome}: version {self.version_id}"


class CopyState(models.TextChoices):
    """Where a certified copy stands."""

    WAITING = "waiting", "Chờ cán bộ đọc"
    READ = "read", "Đã ghi nhận"
    RETURNED = "returned", "Không nhận"


class CertifiedCopy(models.Model):
    """A signed PDF that a citizen brought; an officer reads its fields.

    Attributes:
        seal: what the check of its signature said, for the officer.
        answer: what the officer says to the citizen when it is not taken.
    """

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="certified_copies")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT)
    seal = models.JSONField()
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.WAITING)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True)
    answer = models.CharField(max_length=300, blank=True)
    officer_id = models.BigIntegerField(null=True)
    recorded_on = models.DateField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="read", version__isnull=False)
                | (~models.Q(state="read") & models.Q(version__isnull=True)),
                name="a_copy_that_was_read_is_a_version",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["received_at"], condition=models.Q(state="waiting"), name="copies_that_wait"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = content_stays(
            "certified_copy", but=["state", "version_id", "answer", "officer_id"]
        )

    def __str__(self) -> str:
        return f"certified copy {self.pk}"


class ArrivalWish(models.Model):
    """A citizen wants to be told when a certificate of his arrives; told once."""

    holder = models.OneToOneField(Holder, on_delete=models.PROTECT, related_name="arrival_wish")
    wished_on = models.DateField()
    told_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"wish of holder {self.holder_id}"
