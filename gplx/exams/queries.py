"""Reads of sessions and registrations."""

from __future__ import annotations

from gplx.dossiers.models import State
from gplx.exams.models import Registration

READY = (State.RECEIVED, State.IN_PROCESS)
"""The states of a dossier whose person may sit: accepted, or admitted to the room already."""


def ready_to_sit(session_id: int) -> list[Registration]:
    """The registrations of a session whose people may sit it, with holder and dossier, by dossier code."""
    return list(
        Registration.objects.select_related("dossier", "holder", "session")
        .filter(session_id=session_id, outcome="", dossier__state__in=READY)
        .order_by("dossier__code")
    )


def by_code(code: str) -> Registration | None:
    """The registration of a dossier's code, with holder, dossier and session."""
    return (
        Registration.objects.select_related("dossier", "holder", "session").filter(dossier__code=code.strip()).first()
    )
