"""What comes due by itself: calls to sessions, and registrations whose ground is gone."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from gplx.dossiers.models import State
from gplx.errors import MoveNotAllowedError
from gplx.exams import eligibility, queries, registering
from gplx.exams.models import Registration

_GROUND = ("exhausted", "waited", "licence_held")
"""The conditions whose loss stops a registration; the others can still be mended before the day."""


def call_due(today: date) -> int:
    """Call everybody whose session is near and who was not called yet; how many were."""
    due = Registration.objects.filter(
        told_on__isnull=True,
        dossier__state=State.RECEIVED,
        session__cancelled_at__isnull=True,
        session__starts_at__gte=queries.day_begins(today),
        session__starts_at__lt=queries.day_begins(today + timedelta(days=registering.TELL_DAYS + 1)),
    ).order_by("pk")
    called = 0
    for registration_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            registration = queries.locked(registration_id)
            if registration.dossier.state == State.RECEIVED:
                called += registering.tell_if_near(registration, today)
    return called


def stop_groundless(today: date) -> int:
    """Stop registrations whose ground is gone, by what the register knows now; how many were (reading 17)."""
    waiting = Registration.objects.select_related("holder", "session", "dossier").filter(
        dossier__state__in=registering.CHANGEABLE
    )
    stopped = 0
    for registration in waiting.order_by("pk"):
        session_on = registration.session.on if registration.session else None
        if session_on is not None and session_on < today:
            continue
        standing = eligibility.look(
            registration.holder, registration.part, session_on=session_on, certificate=registration.certificate,
            today=today,
        )  # fmt: skip
        gone = [one for one in standing.in_the_way if one.code in _GROUND]
        if gone:
            try:
                registering.stop(registration.pk, findings=eligibility.findings(gone), today=today)
            except MoveNotAllowedError:
                continue
            stopped += 1
    return stopped
