"""Files that were brought to the register or made by it. The bytes lie in the object store, by their digest."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from gplx.audit.append_only import append_only


class Purpose(models.TextChoices):
    """What a file is for: it decides which types and sizes pass the gate."""

    CERTIFIED_COPY = "certified_copy", "Bản sao điện tử có chứng thực"
    DOSSIER_DOCUMENT = "dossier_document", "Tài liệu của hồ sơ"
    PORTRAIT = "portrait", "Ảnh chân dung"
    REGISTER_DOCUMENT = "register_document", "Văn bản do hệ thống lập"


class MediaType(models.TextChoices):
    """The types that are kept, as found in the bytes and never as a name says."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class StoredFile(models.Model):
    """One file that was kept: for whom, for what, and where its bytes are.

    Attributes:
        digest: SHA-256 of the bytes as kept (an image is encoded anew before); the object's name in the store.
        received_digest: SHA-256 of the bytes as they came.
        picture_hash: of an image, 16 hex digits that similar pictures share; empty for others.
        holder_id: the person it belongs to; none for what belongs to nobody.
    """

    digest = models.CharField(max_length=64)
    received_digest = models.CharField(max_length=64)
    size_bytes = models.IntegerField()
    media_type = models.CharField(max_length=20, choices=MediaType.choices)
    pages = models.SmallIntegerField(default=1)
    picture_hash = models.CharField(max_length=16, blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    holder_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField(null=True, help_text="the user who brought it; none: the register made it")
    uploaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest", "purpose", "holder_id"], nulls_distinct=False, name="a_file_is_kept_once_for_a_person"
            ),
            models.CheckConstraint(condition=models.Q(size_bytes__gt=0), name="a_file_has_content"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_id", "uploaded_at"], name="files_of_a_person"),
            models.Index(fields=["uploaded_by", "uploaded_at"], name="files_of_an_uploader"),
            models.Index(fields=["picture_hash"], condition=~models.Q(picture_hash=""), name="files_by_picture"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("stored_file")

    def __str__(self) -> str:
        return f"file {self.pk}"


class HostileFile(models.Model):
    """A file in which something hostile was found. Its bytes lie apart and are never handed out."""

    digest = models.CharField(max_length=64)
    size_bytes = models.IntegerField()
    found = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    holder_id = models.BigIntegerField(null=True)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("hostile_file")

    def __str__(self) -> str:
        return f"hostile file {self.pk}"
