"""Holder, Licence, Entitlement."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Part(models.TextChoices):
    """The two parts of a licence that carry points of their own (reading 11)."""

    MOTORCYCLE = "motorcycle", "mô tô"
    CAR = "car", "ô tô"


class Holder(models.Model):
    """A person who holds or held a licence.

    `name_folded` (lower case, no diacritics) is for search and matching, `name_key` for Vietnamese order; both are
    computed by `gplx.law.text` from `name` by the only writers, `licences.actions`.
    """

    citizen_number = models.CharField(max_length=12, unique=True, null=True)  # noqa: DJ001  unknown for old paper licences
    name = models.CharField(max_length=120)
    name_folded = models.CharField(max_length=120)
    name_key = models.CharField(max_length=260, db_collation="C")
    birth_date = models.DateField()
    sex = models.CharField(max_length=6, choices=[("male", "Nam"), ("female", "Nữ")])
    address = models.CharField(max_length=300, blank=True)
    province_code = models.CharField(max_length=2)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="holder_name_by_trigrams"),
        ]

    def __str__(self) -> str:
        return f"holder {self.pk}"


class IdentityAlias(models.Model):
    """An older identity number of a person: the 9-digit CMND."""

    number = models.CharField(max_length=12, unique=True)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="aliases")

    def __str__(self) -> str:
        return f"alias of holder {self.holder_id}"


class LicenceStatus(models.TextChoices):
    """What became of the document. Points and revocation are other questions (72: separate axes)."""

    VALID = "valid", "Còn hiệu lực"
    WITHDRAWN = "withdrawn", "Đã bị thu hồi"
    REPLACED = "replaced", "Đã được đổi, cấp lại"


class Licence(models.Model):
    """One licence document; its number is the holder's management number."""

    number = models.CharField(max_length=12, unique=True)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="licences")
    blank_number = models.CharField(max_length=12, blank=True)
    issue_date = models.DateField()
    issuing_province = models.CharField(max_length=2)
    status = models.CharField(max_length=10, choices=LicenceStatus.choices, default=LicenceStatus.VALID)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"licence {self.pk}"


class Entitlement(models.Model):
    """One class of a licence: what may be driven, from when to when. `B1` means two things: the regime tells which."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="entitlements")
    category = models.CharField(max_length=8)
    regime = models.CharField(max_length=10)
    part = models.CharField(max_length=10, choices=Part.choices)
    issue_date = models.DateField()
    expiry_date = models.DateField(null=True)
    restriction = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["licence", "category", "regime"], name="a_licence_has_a_class_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category} ({self.regime})"
