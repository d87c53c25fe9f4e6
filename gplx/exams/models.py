"""The knowledge test that restores points: sessions that people can register for, and their registrations."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from gplx.audit.append_only import append_only
from gplx.clock import ZONE
from gplx.dossiers.models import Dossier
from gplx.licences.models import Holder, Part


class Session(models.Model):
    """One session of the test at one place. People see it once it is published, and register until it is full.

    Attributes:
        province_code: by the list of provinces in force on the day of the session.
        unit: the traffic police unit that holds it.
        published_at: None while it is a proposal that only its unit sees.
        cancelled_at: a cancelled session stays, so that what people were told can be understood.
        version: changes with every change of day, place or capacity; a page drawn before is out of date.
    """

    province_code = models.CharField(max_length=2)
    unit = models.CharField(max_length=150)
    place = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    capacity = models.SmallIntegerField()
    published_at = models.DateTimeField(null=True)
    published_on = models.DateField(null=True, help_text="the register's day of publication")
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "place", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="a_place_holds_one_session_at_a_time",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_session_has_room_for_somebody"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_on__isnull=True)
                | Q(published_at__isnull=False, published_on__isnull=False),
                name="a_published_session_has_its_day_of_publication",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["province_code", "starts_at"], name="sessions_of_a_province"),
            models.Index(fields=["starts_at"], name="sessions_by_time"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def on(self) -> date:
        """The day of the session in Viet Nam."""
        return self.starts_at.astimezone(ZONE).date()


class Outcome(models.TextChoices):
    """What came of a registration."""

    PASSED = "passed", "Đạt"
    FAILED = "failed", "Không đạt"
    ABSENT = "absent", "Vắng mặt"


class Registration(models.Model):
    """A person's registration for the test about one part of a licence: what the dossier of it carries.

    Attributes:
        category, regime: the class whose paper is sat; the highest the person holds of the part.
        session: None only where a session was cancelled and no other is chosen yet.
        certificate: the driver health certificate by its number, as the facility or the person stated it.
        interpreter_language: the language of the interpreter asked for (65/2024/TT-BCA art. 7(5)-(6)); empty: none.
        told_on: the day on which the notice of the present session was handed to the channels.
    """

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="registration")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="registrations")
    part = models.CharField(max_length=10, choices=Part.choices)
    category = models.CharField(max_length=8)
    regime = models.CharField(max_length=10)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="registrations")
    certificate = models.CharField(max_length=40, blank=True)
    interpreter_language = models.CharField(max_length=40, blank=True)
    told_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True, help_text="kind and number of who decided the outcome")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on__isnull=True, decided_by="")
                | (~Q(outcome="") & Q(outcome_on__isnull=False) & ~Q(decided_by="")),
                name="an_outcome_has_its_day_and_who_decided",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder", "part"], name="registrations_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"registration {self.pk}"


class SessionChange(models.Model):
    """What was done with a session, and by whom. Append-only."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="changes")
    name = models.CharField(
        max_length=12,
        choices=[
            ("proposed", "Đã lập"),
            ("changed", "Đã sửa"),
            ("published", "Đã công bố"),
            ("moved", "Đã dời"),
            ("cancelled", "Đã hủy"),
        ],
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=120)
    on = models.DateField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("change")

    def __str__(self) -> str:
        return f"change of session {self.session_id}"


class Placement(models.Model):
    """That a registration was put into a session, or out of one, when and by whom. Append-only."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="placements")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="placements")
    starts_at = models.DateTimeField(null=True, help_text="when the session was to start at that time")
    actor = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    on = models.DateField()
    placed_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = append_only("placement")

    def __str__(self) -> str:
        return f"placement of registration {self.registration_id}"
