"""What an officer does with a decision that did not match a licence by itself: put it on an account, or return it.

Each is done once, by one person, with a note that says why. Nobody decides about himself (I14).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from gplx import clock, database
from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.licences import own
from gplx.licences.models import Holder
from gplx.licences.queries import parts_of
from gplx.points import actions as points
from gplx.points.models import Account
from gplx.sanctions.facts import annulment_fact, fact_of, lock_keys
from gplx.sanctions.models import Annulment, Decision, DecisionState

NOTE_MAX = 300


class PartNotHeldError(RegisterError):
    """This person holds no class of that part of a licence; the decision cannot take points there."""


class OwnRecordError(RegisterError):
    """Nobody decides about his own record. Leave it to a colleague."""


class NoteMissingError(RegisterError):
    """Say why, in at most 300 characters: the note is kept with the decision."""


@transaction.atomic
def match(
    decision_id: int, *, holder_id: int, part: str, officer: User, note: str, today: date | None = None
) -> Decision:
    """Put a quarantined decision on an account. The register learns of it on this day (reading 18).

    Args:
        holder_id: the person the officer has found.
        part: motorcycle or car; the person must hold a class of it.
        officer: who does it; not the person concerned.
        note: why it is this person.

    Raises:
        MoveNotAllowedError: a colleague was faster.
        PartNotHeldError, OwnRecordError, NoteMissingError: as they say; nothing was changed.

    Source:
        readings 11, 18, 19.
    """
    today = today or clock.today()
    note = _checked(note)
    decision = _waiting(decision_id, officer)
    holder = Holder.objects.get(pk=holder_id)
    if own.is_own(officer.citizen_number, holder):
        raise OwnRecordError
    if part not in parts_of(holder_id):
        raise PartNotHeldError
    points.open_accounts([(holder_id, part)], today=today)
    decision.account = Account.objects.get(holder_id=holder_id, part=part)
    decision.state = DecisionState.RECORDED
    decision.save(update_fields=["account", "state"])
    _log(decision, "matched", officer, note)
    facts = [fact_of(decision, holder_id, part, today)]
    annulment = Annulment.objects.filter(decision=decision).first()
    if annulment is not None:
        key = (decision.authority, decision.number, decision.year)
        facts.append(annulment_fact(key, holder_id, part, annulment.recorded_on))
    points.record(facts, today=today)
    return decision


@transaction.atomic
def return_to_authority(decision_id: int, *, officer: User, note: str) -> Decision:
    """Send a quarantined decision back: it will not count, and the authority may tell a corrected one.

    Raises:
        MoveNotAllowedError: a colleague was faster.
        OwnRecordError, NoteMissingError: as they say; nothing was changed.
    """
    note = _checked(note)
    decision = _waiting(decision_id, officer)
    decision.state = DecisionState.REJECTED
    decision.save(update_fields=["state"])
    _log(decision, "returned", officer, note)
    return decision


def _waiting(decision_id: int, officer: User) -> Decision:
    """The decision under lock, still in quarantine, and naming nobody's licence but others'."""
    key = Decision.objects.values_list("authority", "number", "year").get(pk=decision_id)
    lock_keys(shared=[key])
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.state != DecisionState.QUARANTINED:
        raise MoveNotAllowedError(
            f"Decision {decision_id} does not wait any more: it is {decision.state}. Open the list again."
        )
    if own.names_own_licence(officer.citizen_number, decision.licence_number):
        raise OwnRecordError
    return decision


def _checked(note: str) -> str:
    note = " ".join(note.split())
    if not note or len(note) > NOTE_MAX:
        raise NoteMissingError
    return note


_LOG = """
    INSERT INTO sanctions_quarantinemove (decision_id, outcome, note, officer_id, officer_name)
    VALUES (%(decision)s, %(outcome)s, %(note)s, %(officer)s, %(name)s)
"""


def _log(decision: Decision, outcome: str, officer: User, note: str) -> None:
    """Keep who did what, and why; the database says when, and takes no other word for it."""
    told = {"outcome": outcome, "note": note, "officer": officer.pk, "name": officer.display_name}
    database.send(_LOG, {"decision": decision.pk, **told})
