"""What the API keeps for itself: wrong secrets of late."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class RefusedAttempt(models.Model):
    """A wrong client secret; counted for a minute, removed soon after."""

    address = models.CharField(max_length=60)
    client_id = models.CharField(max_length=80)
    refused_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["address", "-refused_at"], name="refused_attempts_by_address"),
            models.Index(fields=["refused_at"], name="refused_attempts_by_age"),
        ]

    def __str__(self) -> str:
        return f"refused attempt {self.pk}"
