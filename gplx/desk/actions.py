"""The only writers of the desk: annulments proposed by one person and confirmed by another (I14, T14)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from gplx.accounts.models import User
from gplx.desk.models import AnnulmentProposal, ProposalState
from gplx.desk.states import MOVES
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.licences import own
from gplx.sanctions import actions as sanctions
from gplx.sanctions.actions import AnnulmentOutcome
from gplx.sanctions.intake import Key, StatedAnnulment
from gplx.sanctions.models import Decision, DecisionState
from gplx.sanctions.queries import by_key


class AlreadyProposedError(MoveNotAllowedError):
    """The annulment of this decision waits for its second person already."""


class SamePersonError(RegisterError):
    """Whoever entered an annulment cannot confirm it: another person has to."""


class OwnDecisionError(RegisterError):
    """Nobody annuls a decision about himself, nor keeps one from being annulled. Leave it to a colleague."""


def propose(stated: StatedAnnulment, *, by: User) -> AnnulmentProposal:
    """Keep an annulment until a second person has confirmed it. Nothing changes on any licence.

    Raises:
        AlreadyProposedError: one for the same decision waits.
        OwnDecisionError: the decision concerns the person who enters it.
    """
    authority, number, year = stated.key
    _refuse_own(stated.key, by)
    known = Decision.objects.filter(authority=authority, number=number, year=year).exclude(state=DecisionState.REJECTED)
    try:
        with transaction.atomic():
            return AnnulmentProposal.objects.create(
                authority=authority,
                number=number,
                year=year,
                document_number=stated.document_number,
                annulled_on=stated.annulled_on,
                reason=stated.reason,
                decision=known.first(),
                proposed_by=by,
            )
    except IntegrityError:
        raise AlreadyProposedError from None


def same_person(one: User, other: User) -> bool:
    """Is it one person, also where he has two accounts?"""
    return one.pk == other.pk or (one.citizen_number != "" and one.citizen_number == other.citizen_number)


def stated(proposal: AnnulmentProposal) -> StatedAnnulment:
    """A proposal as the sanctions room takes it."""
    return StatedAnnulment(
        authority=proposal.authority,
        number=proposal.number,
        year=proposal.year,
        document_number=proposal.document_number,
        annulled_on=proposal.annulled_on,
        reason=proposal.reason,
    )


@transaction.atomic
def confirm(proposal_id: int, *, by: User, note: str = "") -> AnnulmentOutcome:
    """Annul the decision: the second person agrees. What follows is recorded and told in the same transaction.

    Raises:
        SamePersonError: the person who entered it.
        OwnDecisionError: the decision concerns the person who confirms.
        MoveNotAllowedError: somebody else decided already, or the decision is annulled already: by another document
            or by the same one on another way. Nothing is confirmed that would change nothing.
    """
    proposal = _move(proposal_id, "confirm", by=by, note=note)
    outcome = sanctions.annul(stated(proposal), source=f"desk:{proposal.proposed_by_id}+{by.pk}")
    if outcome.state in ("conflict", "exists"):
        raise MoveNotAllowedError
    return outcome


@transaction.atomic
def decline(proposal_id: int, *, by: User, note: str) -> None:
    """Close a proposal without annulling anything.

    Raises:
        SamePersonError, OwnDecisionError, MoveNotAllowedError: as `confirm`.
    """
    _move(proposal_id, "decline", by=by, note=note)


def _move(proposal_id: int, name: str, *, by: User, note: str) -> AnnulmentProposal:
    """The one place that changes the state of a proposal, under its row lock (F18)."""
    move = MOVES[name]
    proposal = (
        AnnulmentProposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal_id)
    )
    if proposal.state != move.origin:
        raise MoveNotAllowedError
    if same_person(proposal.proposed_by, by):
        raise SamePersonError
    _refuse_own((proposal.authority, proposal.number, proposal.year), by)
    proposal.state = ProposalState(move.to)
    proposal.checked_by, proposal.note = by, note
    AnnulmentProposal.objects.filter(pk=proposal.pk).update(
        state=proposal.state, checked_by=by, checked_at=Now(), note=note
    )
    return proposal


def _refuse_own(key: Key, officer: User) -> None:
    """I14, also for whoever does not come by the pages."""
    decision = by_key(key)
    if decision is None:
        return
    account = decision.account
    concerned = account is not None and own.is_own(officer.citizen_number, account.holder)
    if concerned or own.names_own_licence(officer.citizen_number, decision.licence_number):
        raise OwnDecisionError
