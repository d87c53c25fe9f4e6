"""Who signs in: people by an identity provider, machines by a client secret."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Role(models.TextChoices):
    """What a person may do. A citizen sees what is his own; the others are staff."""

    CITIZEN = "citizen", "Người dân"
    ROADSIDE = "roadside", "Cán bộ tuần tra, kiểm soát"
    CASE_OFFICER = "case_officer", "Cán bộ xử lý"
    EXAMINER = "examiner", "Cán bộ tổ chức kiểm tra"
    CLINIC = "clinic", "Cơ sở khám sức khỏe"
    ADMINISTRATOR = "administrator", "Quản trị"


class UserManager(BaseUserManager["User"]):
    pass


class User(AbstractBaseUser):
    """A person as an identity provider names him. There are no passwords here."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    identity = models.CharField(max_length=401, unique=True, help_text="issuer and subject in one text")
    role = models.CharField(max_length=20, choices=Role.choices)
    display_name = models.CharField(max_length=200)
    citizen_number = models.CharField(max_length=12, blank=True, db_index=True)
    province_code = models.CharField(max_length=2, blank=True)
    unit = models.CharField(max_length=150, blank=True, help_text="an officer's, as his provider names it")
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "identity"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="a_subject_is_one_user_of_its_issuer"),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def is_staff_member(self) -> bool:
        """Does this person work for the police (anything but a citizen)?"""
        return self.role != Role.CITIZEN


class MachineClient(models.Model):
    """A system of another authority that may call the API, with its scopes."""

    client_id = models.CharField(max_length=80, unique=True)
    secret_digest = models.CharField(max_length=64, help_text="SHA-256 of the secret, which is random and long")
    name = models.CharField(max_length=200)
    authority = models.CharField(max_length=80, help_text="the authority whose decisions this client may send")
    scopes = ArrayField(models.CharField(max_length=60))
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.client_id


class AccessToken(models.Model):
    """A bearer token given to a machine client; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(MachineClient, on_delete=models.CASCADE, related_name="tokens")
    scopes = ArrayField(models.CharField(max_length=60))
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"token of {self.client_id}"
