"""The only writers of sessions and registrations."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from django.db import transaction

from gplx.dossiers import actions as dossiers
from gplx.dossiers.states import Actor
from gplx.errors import MoveNotAllowedError
from gplx.exams.models import Outcome, Registration

OutcomeName: TypeAlias = Literal["passed", "failed", "absent"]


@transaction.atomic
def admit(registration_id: int, *, on: date, by: Actor) -> Registration:
    """The person has come and is let in: the dossier is in process. Called by the test in its own transaction.

    Raises:
        MoveNotAllowedError: not accepted, or admitted already.
    """
    registration = _locked(registration_id)
    registration.dossier = dossiers.move(registration.dossier_id, "admit", by=by, on=on)
    return registration


@transaction.atomic
def close(registration_id: int, *, outcome: OutcomeName, on: date, decided_by: Actor) -> Registration:
    """Keep what came of a registration and finish its dossier. Called by the test in its own transaction.

    The result itself (a fact of the points record, minutes, notices) is the caller's.

    Args:
        outcome: of the test, or that nobody came.
        on: the day of the test.

    Raises:
        MoveNotAllowedError: it is closed already, or its dossier does not stand where a test can be sat.
    """
    registration = _locked(registration_id)
    if registration.outcome:
        raise MoveNotAllowedError
    registration.dossier = dossiers.move(registration.dossier_id, "finish", by=decided_by, on=on, reason=outcome)
    registration.outcome, registration.outcome_on = Outcome(outcome), on
    registration.decided_by = f"{decided_by.kind}:{decided_by.id}"
    registration.save(update_fields=["outcome", "outcome_on", "decided_by"])
    return registration


def _locked(registration_id: int) -> Registration:
    return (
        Registration.objects.select_for_update(of=("self",))
        .select_related("dossier", "holder", "session")
        .get(pk=registration_id)
    )
