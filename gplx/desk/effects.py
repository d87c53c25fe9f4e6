"""What a check page shows before anything is recorded: what stands in the way, and what would change.

Whoever asks looks at a person's points, so asking is a look that the person can see (I13).
"""

from __future__ import annotations

from dataclasses import dataclass

from gplx.accounts.models import User
from gplx.audit.models import Purpose
from gplx.desk import looks, previews
from gplx.desk.models import AnnulmentProposal, ProposalState
from gplx.licences import own
from gplx.licences import queries as licences
from gplx.licences.models import Holder
from gplx.licences.queries import Described
from gplx.sanctions import queries as sanctions
from gplx.sanctions.intake import Key, StatedDecision
from gplx.sanctions.models import Annulment, Decision, DecisionState


@dataclass
class DecisionEffect:
    """What recording a decision would do now.

    Attributes:
        known: the same decision is known already, with the same content.
        other: a decision of the same key with other content.
        annulled: its annulment came first and applies at once.
        difference: why it would wait in quarantine; empty when it would be recorded.
        own: it concerns the officer himself.
    """

    known: Decision | None = None
    other: Decision | None = None
    annulled: Annulment | None = None
    difference: str = ""
    own: bool = False
    preview: previews.Preview | None = None

    @property
    def version(self) -> str:
        """What the view rests on; a form that carries another one is out of date (B33)."""
        return self.preview.version if self.preview is not None else self.difference or "known"


def of_decision(user: User, stated: StatedDecision) -> DecisionEffect:
    """What recording a decision would do; nothing is written but the look."""
    authority, number, year = stated.key
    effect = DecisionEffect()
    for row in Decision.objects.filter(authority=authority, number=number, year=year):
        if row.digest == stated.digest:
            effect.known = row
        elif row.state != DecisionState.REJECTED:  # one that was returned makes room for a corrected one
            effect.other = row
    effect.annulled = Annulment.objects.filter(authority=authority, number=number, year=year).first()
    if effect.known is not None:
        effect.other = None
    if effect.known is not None or effect.other is not None:
        return effect
    if stated.foreign_licence:
        effect.difference = "foreign_licence"
        return effect
    described = Described(stated.licence_number, stated.birth_date, stated.holder_name, stated.part)
    match = licences.matching([described])[0]
    effect.difference = match.difference
    if match.holder_id is None:
        return effect
    # The licence's holder is concerned also where the name or the birth day differs.
    effect.own = looks.is_own(user, Holder.objects.get(pk=match.holder_id))
    if not match.difference and not effect.own:
        _look(user, match.holder_id, number, year)
        effect.preview = previews.of_decision(match.holder_id, stated.part, stated)
    return effect


@dataclass
class AnnulmentEffect:
    """What annulling a decision would do now.

    Attributes:
        decision: the decision meant; None: not known, the annulment would wait for it.
        annulled: it is annulled already.
        waiting: a proposal for it waits for its second person.
        own: it concerns the officer himself.
    """

    decision: Decision | None = None
    annulled: Annulment | None = None
    waiting: AnnulmentProposal | None = None
    own: bool = False
    preview: previews.Preview | None = None

    @property
    def allowed(self) -> bool:
        return not self.own and self.annulled is None and self.waiting is None

    @property
    def version(self) -> str:
        """What the view rests on (B33)."""
        if self.annulled is not None:
            return f"annulled:{self.annulled.pk}"
        if self.preview is not None:
            return self.preview.version
        return f"decision:{self.decision.pk}:{self.decision.state}" if self.decision is not None else "unknown"


def of_annulment(user: User, key: Key) -> AnnulmentEffect:
    """What annulling a decision would do; nothing is written but the look."""
    authority, number, year = key
    named = {"authority": authority, "number": number, "year": year}
    effect = AnnulmentEffect(
        decision=sanctions.by_key(key),
        annulled=Annulment.objects.filter(**named).first(),
        waiting=AnnulmentProposal.objects.filter(**named, state=ProposalState.WAITING).first(),
    )
    if effect.decision is None:
        return effect
    account = effect.decision.account
    if account is None:
        effect.own = own.names_own_licence(user.citizen_number, effect.decision.licence_number)
        return effect
    effect.own = looks.is_own(user, account.holder)
    if effect.annulled is None and not effect.own:
        _look(user, account.holder_id, number, year)
        effect.preview = previews.of_annulment(account, effect.decision)
    return effect


def _look(user: User, holder_id: int, number: str, year: int) -> None:
    looks.record_once(user, holder_id, purpose=Purpose.CASE_HANDLING, reference=f"{number}/{year}", what=looks.PREVIEW)
