"""The only writers of the sanctions record: what authorities decided, annulled and amended.

A decision is kept once by its natural key (authority, number, year). One that surely belongs to a licence becomes a
fact of that account in the same transaction; any other waits at the quarantine desk. All of it is a few statements,
for one decision as for ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

import orjson
from django.db import transaction

from gplx import clock, database
from gplx.licences.queries import Described, Match, matching
from gplx.points import actions as points
from gplx.points.actions import NewFact
from gplx.sanctions.facts import annulment_fact, fact_of, lock_keys, replaced_by
from gplx.sanctions.models import DecisionState, QuarantineReason
from gplx.sanctions.quarantine import match, return_to_authority
from gplx.sanctions.stated import Key, StatedAmendment, StatedAnnulment, StatedDecision

__all__ = [
    "DECISIONS_MAX",
    "AmendmentOutcome",
    "AnnulmentOutcome",
    "Outcome",
    "amend",
    "annul",
    "match",
    "preview",
    "receive",
    "return_to_authority",
]

DECISIONS_MAX = 10_000
"""The most one call may bring."""

OutcomeState: TypeAlias = Literal["recorded", "exists", "conflict", "quarantined"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one decision.

    Attributes:
        state: recorded (a fact of an account), quarantined (waits for a person), exists (told before with the same
            content), conflict (told before with other content; nothing was changed).
        reason: why it waits, where it does; see `QuarantineReason`.
        decision_id: the row that is kept under this key.
        decision_state: how that row stands, whoever told it first.
        account_id: the account of that row, once it is recorded.
        annulled: an annulment of it is known.
        findings: what is worth saying about it although it is accepted.
    """

    state: OutcomeState
    reason: str
    decision_id: int
    decision_state: str
    account_id: int | None
    annulled: bool
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnnulmentOutcome:
    """What became of an annulment: recorded, waiting (for its decision), exists, or conflict (other content)."""

    state: Literal["recorded", "waiting", "exists", "conflict"]
    annulment_id: int
    decision_id: int | None


@dataclass(frozen=True, slots=True)
class AmendmentOutcome:
    """What became of an amendment; on conflict nothing was changed and the parts are missing."""

    state: OutcomeState
    annulment: AnnulmentOutcome | None
    decision: Outcome | None


class _Kept(NamedTuple):
    """A row of `sanctions_decision` as the actions need it."""

    id: int
    authority: str
    number: str
    year: int
    digest: str
    state: str
    reason: str
    account_id: int | None
    annulled: bool

    @property
    def key(self) -> Key:
        return self.authority, self.number, self.year


# A returned decision makes room for the corrected one; told again unchanged, it is found here. Each half by its index.
_KEPT = """
    WITH told AS (
        SELECT * FROM unnest(%(authorities)s::text[], %(numbers)s::text[], %(years)s::smallint[], %(digests)s::text[])
            AS told (authority, number, year, digest)
    ), kept AS (
        SELECT kept.* FROM told JOIN sanctions_decision kept
            ON kept.authority = told.authority AND kept.number = told.number AND kept.year = told.year
        WHERE kept.state <> 'rejected'
        UNION ALL
        SELECT kept.* FROM told JOIN sanctions_decision kept
            ON kept.authority = told.authority AND kept.number = told.number AND kept.year = told.year
        WHERE kept.state = 'rejected' AND kept.digest = told.digest
    )
    SELECT id, authority, number, year, digest, state, reason, account_id,
           EXISTS (SELECT FROM sanctions_annulment annulment WHERE annulment.decision_id = kept.id)
    FROM kept
"""
_KEEP = """
    INSERT INTO sanctions_decision
        (authority, number, year, digest, licence_number, holder_name, birth_date, part, acted_on, decided_on,
         effective_on, offences, revocation, place, state, reason, account_id, source, recorded_on)
    SELECT told.authority, told.number, told.year, told.digest, told.licence_number, told.holder_name, told.birth_date,
           told.part, told.acted_on, told.decided_on, told.effective_on, told.offences, told.revocation, told.place,
           CASE WHEN told.reason = '' THEN 'recorded' ELSE 'quarantined' END, told.reason, account.id, told.source,
           %(today)s
    FROM unnest(%(authorities)s::text[], %(numbers)s::text[], %(years)s::smallint[], %(digests)s::text[],
                %(licence_numbers)s::text[], %(holder_names)s::text[], %(birth_dates)s::date[], %(parts)s::text[],
                %(acted_on)s::date[], %(decided_on)s::date[], %(effective_on)s::date[], %(offences)s::jsonb[],
                %(revocations)s::jsonb[], %(places)s::text[], %(reasons)s::text[], %(holder_ids)s::bigint[],
                %(sources)s::text[])
         AS told (authority, number, year, digest, licence_number, holder_name, birth_date, part, acted_on, decided_on,
                  effective_on, offences, revocation, place, reason, holder_id, source)
    LEFT JOIN points_account account
      ON account.holder_id = told.holder_id AND account.part = told.part AND told.reason = ''
    ORDER BY told.authority, told.number, told.year
    ON CONFLICT (authority, number, year) WHERE state <> 'rejected' DO NOTHING
    RETURNING id, authority, number, year, digest, state, reason, account_id, false
"""
_APPLY_WAITING_ANNULMENTS = """
    UPDATE sanctions_annulment annulment SET decision_id = kept.id
    FROM unnest(%(ids)s::bigint[], %(authorities)s::text[], %(numbers)s::text[], %(years)s::smallint[])
         AS kept (id, authority, number, year)
    WHERE annulment.authority = kept.authority AND annulment.number = kept.number AND annulment.year = kept.year
    RETURNING annulment.authority, annulment.number, annulment.year, annulment.recorded_on
"""
_ANNUL = """
    INSERT INTO sanctions_annulment
        (authority, number, year, document_number, annulled_on, reason, decision_id, source, recorded_on)
    SELECT %(authority)s::text, %(number)s::text, %(year)s::smallint, %(document_number)s, %(annulled_on)s, %(reason)s,
           (SELECT id FROM sanctions_decision
            WHERE authority = %(authority)s::text AND number = %(number)s::text AND year = %(year)s::smallint
              AND state <> 'rejected'),
           %(source)s, %(today)s
    ON CONFLICT (authority, number, year) DO NOTHING
    RETURNING id, decision_id
"""
_ANNULLED = """
    SELECT id, decision_id, document_number, annulled_on, reason FROM sanctions_annulment
    WHERE authority = %(authority)s AND number = %(number)s AND year = %(year)s
"""
_REPLACE = "UPDATE sanctions_annulment SET replaced_by_id = %(by)s WHERE id = %(id)s AND replaced_by_id IS NULL"
_ACCOUNT_OF = """
    SELECT account.holder_id, account.part FROM sanctions_decision decision
    JOIN points_account account ON account.id = decision.account_id WHERE decision.id = %(id)s
"""


@database.tried_again_after_deadlock
@transaction.atomic
def receive(
    stated: Sequence[StatedDecision], *, source: str | Sequence[str], today: date | None = None
) -> list[Outcome]:
    """Keep decisions, and put each that surely belongs to a licence on its account, in one transaction.

    The same decision again is "exists", however many tell it at once; the same key with other content is "conflict"
    and changes nothing (F11, F12). A decision whose annulment is known already never counts (F13).

    Args:
        stated: 1 to `DECISIONS_MAX`; the same key may occur more than once.
        source: who told: a machine client, a file and row, the desk. One for all, or one for each.
        today: the register's day.

    Returns:
        One outcome for each, in the same order.

    Source:
        168/2024 art. 5(2), 50; readings 10, 11, 17, 19, 21.
    """
    if len(stated) > DECISIONS_MAX:
        raise ValueError(f"more than {DECISIONS_MAX} decisions in one call")
    today = today or clock.today()
    sources = [source] * len(stated) if isinstance(source, str) else list(source)
    lock_keys(shared=[decision.key for decision in stated])
    outcomes, facts = _receive(stated, sources, today)
    points.record(facts, today=today)
    return outcomes


def preview(stated: Sequence[StatedDecision]) -> list[tuple[OutcomeState, str]]:
    """What `receive` would answer now: state and reason of each. Nothing is kept."""
    told = [(decision, decision.digest) for decision in stated]
    known, returned = _kept(told)
    answers: list[tuple[OutcomeState, str]] = []
    first: dict[Key, str] = {}
    for (decision, digest), reason in zip(told, _reasons(stated)[1], strict=True):
        kept = known.get(decision.key)
        before = kept.digest if kept else first.get(decision.key)
        if digest == before or (decision.key, digest) in returned:
            answers.append(("exists", ""))
        elif before is not None:
            answers.append(("conflict", ""))
        else:
            first[decision.key] = digest
            answers.append(("quarantined", reason) if reason else ("recorded", ""))
    return answers


@database.tried_again_after_deadlock
@transaction.atomic
def annul(stated: StatedAnnulment, *, source: str, today: date | None = None) -> AnnulmentOutcome:
    """Keep an annulment; the decision it names was never there (reading 17).

    One whose decision is not known waits, and is applied by itself when the decision arrives (B19, F13).

    Source:
        readings 17, 18.
    """
    today = today or clock.today()
    lock_keys(alone=[stated.key])
    outcome, facts = _annul(stated, source, today)
    points.record(facts, today=today)
    return outcome


@database.tried_again_after_deadlock
def amend(stated: StatedAmendment, *, source: str, today: date | None = None) -> AmendmentOutcome:
    """Keep an amendment: the annulment of one decision and a new one, both or neither.

    The same again is "exists". On conflict (the old decision is annulled by another document, or the new number is
    taken by another decision) nothing is changed.

    Source:
        reading 17.
    """
    today = today or clock.today()
    try:
        with transaction.atomic():
            lock_keys(shared=[stated.decision.key], alone=[stated.annulment.key])
            annulled, facts = _annul(stated.annulment, source, today)
            outcomes, new_facts = _receive([stated.decision], [source], today)
            facts = [replaced_by(fact, stated.decision.key) for fact in facts]
            if annulled.state == "conflict" or outcomes[0].state == "conflict":
                raise _ConflictError
            database.send(_REPLACE, {"by": outcomes[0].decision_id, "id": annulled.annulment_id})
            points.record([*facts, *new_facts], today=today)
    except _ConflictError:
        return AmendmentOutcome("conflict", None, None)
    state: OutcomeState = outcomes[0].state
    if state == "exists" and annulled.state != "exists":
        state = "recorded"
    return AmendmentOutcome(state, annulled, outcomes[0])


class _ConflictError(Exception):
    """Undoes a half-made amendment."""


def _receive(
    stated: Sequence[StatedDecision], sources: Sequence[str], today: date
) -> tuple[list[Outcome], list[NewFact]]:
    """Keep decisions under the lock of their keys; their outcomes, and the facts to record."""
    told = [(decision, decision.digest) for decision in stated]
    known, returned = _kept(told)
    first_of_key: dict[Key, int] = {}
    for position, (decision, digest) in enumerate(told):
        if decision.key not in known and (decision.key, digest) not in returned:
            first_of_key.setdefault(decision.key, position)
    made: dict[Key, _Kept] = {}
    facts: list[NewFact] = []
    if first_of_key:
        made, facts = _keep([(*told[at], sources[at]) for at in first_of_key.values()], today)
        lost = [told[at] for key, at in first_of_key.items() if key not in made]
        if lost:  # somebody told them at the same moment
            known |= _kept(lost)[0]
    outcomes = []
    for position, (decision, digest) in enumerate(told):
        kept = made.get(decision.key) or known.get(decision.key)
        if kept is None or (kept.digest != digest and (decision.key, digest) in returned):
            kept = returned[decision.key, digest]
        state: OutcomeState = "exists"
        if kept.digest != digest:
            state = "conflict"
        elif decision.key in made and first_of_key[decision.key] == position:
            state = "recorded" if kept.state == DecisionState.RECORDED else "quarantined"
        outcomes.append(
            Outcome(state, kept.reason, kept.id, kept.state, kept.account_id, kept.annulled, decision.findings)
        )
    return outcomes, facts


def _kept(told: Sequence[tuple[StatedDecision, str]]) -> tuple[dict[Key, _Kept], dict[tuple[Key, str], _Kept]]:
    """The rows that are kept under these keys; and of the returned ones those with the same content."""
    digests = [digest for _, digest in told]
    found = database.send(_KEPT, {**_keys(decision.key for decision, _ in told), "digests": digests})
    rows = [_Kept(*row) for row in found.fetchall()]
    known = {row.key: row for row in rows if row.state != DecisionState.REJECTED}
    returned = {(row.key, row.digest): row for row in rows if row.state == DecisionState.REJECTED}
    return known, returned


def _reasons(decisions: Sequence[StatedDecision]) -> tuple[list[Match], list[str]]:
    """Whose licences decisions name, and why a person must look at them; no reason where everything agrees."""
    matches = matching(
        [
            Described(decision.licence_number, decision.birth_date, decision.holder_name, decision.part)
            for decision in decisions
        ]
    )
    return matches, [
        QuarantineReason.FOREIGN_LICENCE.value if decision.foreign_licence else match.difference
        for decision, match in zip(decisions, matches, strict=True)
    ]


def _keep(new: Sequence[tuple[StatedDecision, str, str]], today: date) -> tuple[dict[Key, _Kept], list[NewFact]]:
    """Insert decisions that are not known, each with the account it belongs to or the reason why it waits."""
    decisions = [decision for decision, _, _ in new]
    matches, reasons = _reasons(decisions)
    holder_of = {
        decision.key: match.holder_id
        for decision, match, reason in zip(decisions, matches, reasons, strict=True)
        if match.holder_id is not None and not reason
    }
    points.open_accounts([(holder_of[one.key], one.part) for one in decisions if one.key in holder_of], today=today)
    kept_now = database.send(
        _KEEP,
        {
            **_keys(decision.key for decision in decisions),
            "digests": [digest for _, digest, _ in new],
            "licence_numbers": [decision.licence_number for decision in decisions],
            "holder_names": [decision.holder_name for decision in decisions],
            "birth_dates": [decision.birth_date for decision in decisions],
            "parts": [decision.part for decision in decisions],
            "acted_on": [decision.acted_on for decision in decisions],
            "decided_on": [decision.decided_on for decision in decisions],
            "effective_on": [decision.effective_on for decision in decisions],
            "offences": [orjson.dumps(decision.offences).decode() for decision in decisions],
            "revocations": [_revocation(decision) for decision in decisions],
            "places": [decision.place for decision in decisions],
            "reasons": reasons,
            "holder_ids": [holder_of.get(decision.key) for decision in decisions],
            "sources": [source for _, _, source in new],
            "today": today,
        },
    )
    made = {kept.key: kept for kept in map(_Kept._make, kept_now.fetchall())}
    applied = database.send(_APPLY_WAITING_ANNULMENTS, {**_keys(made), "ids": [kept.id for kept in made.values()]})
    annulled: dict[Key, date] = {(row[0], row[1], row[2]): row[3] for row in applied.fetchall()}
    for key in annulled:
        made[key] = made[key]._replace(annulled=True)
    facts = []
    for decision in decisions:
        holder_id = holder_of.get(decision.key)
        if holder_id is not None and decision.key in made:
            facts.append(fact_of(decision, holder_id, decision.part, today))
            if decision.key in annulled:
                facts.append(annulment_fact(decision.key, holder_id, decision.part, annulled[decision.key]))
    return made, facts


def _annul(stated: StatedAnnulment, source: str, today: date) -> tuple[AnnulmentOutcome, list[NewFact]]:
    """Keep an annulment under the lock of its key; its outcome, and the fact to record."""
    told: dict[str, str | int | date] = {
        "authority": stated.authority,
        "number": stated.number,
        "year": stated.year,
        "document_number": stated.document_number,
        "annulled_on": stated.annulled_on,
        "reason": stated.reason,
        "source": source,
        "today": today,
    }
    made = database.send(_ANNUL, told).fetchone()
    if made is None:
        known = database.send(_ANNULLED, told).fetchone()
        assert known is not None
        annulment_id, decision_id, *content = known
        same = content == [stated.document_number, stated.annulled_on, stated.reason]
        return AnnulmentOutcome("exists" if same else "conflict", annulment_id, decision_id), []
    annulment_id, decision_id = made
    if decision_id is None:
        return AnnulmentOutcome("waiting", annulment_id, None), []
    account = database.send(_ACCOUNT_OF, {"id": decision_id}).fetchone()
    facts = [annulment_fact(stated.key, account[0], account[1], today)] if account else []
    return AnnulmentOutcome("recorded", annulment_id, decision_id), facts


def _revocation(decision: StatedDecision) -> str | None:
    revocation = decision.revocation
    if revocation is None:
        return None
    return orjson.dumps({"from": revocation.first_day, "to": revocation.last_day}).decode()


def _keys(keys: Iterable[Key]) -> dict[str, list[str] | list[int]]:
    """Keys as the arrays that the statements take."""
    listed = list(keys)
    return {
        "authorities": [authority for authority, _, _ in listed],
        "numbers": [number for _, number, _ in listed],
        "years": [year for _, _, year in listed],
    }
