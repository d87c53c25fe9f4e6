"""What the pages of the desk read about a person: who he is, what he may drive, what he was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import FULL_BALANCE_POINTS, PROFILES, Profile
from gplx.licences import queries as licences
from gplx.licences.models import Holder, Licence, Part
from gplx.notices import told as telling
from gplx.notices.models import Notice
from gplx.points import queries as points
from gplx.points.models import Account, Entry
from gplx.sanctions.models import Decision

HITS_MAX = 12
NOTICES_SHOWN = 6

Shape: TypeAlias = Literal["twelve_digits", "nine_digits", "other_digits", "name"]


def shape_of(query: str) -> Shape:
    """What somebody probably meant: a page that found nothing says what to check."""
    digits = query.replace(" ", "").replace(".", "").replace("-", "")
    if digits.isascii() and digits.isdigit():
        return "twelve_digits" if len(digits) == 12 else "nine_digits" if len(digits) == 9 else "other_digits"
    return "name"


class Hit(NamedTuple):
    """One person a look-up may mean."""

    holder: Holder
    licences: Sequence[Licence]


class Found(NamedTuple):
    """Who was found: exactly one person by a number, or people to choose from by name."""

    people: Sequence[Hit]
    exact: bool
    more: bool


# --- what a person may drive ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One notice, and what is known about its reaching the person (F45).

    Attributes:
        delivered_at: when the text was put into the inbox; None: not yet.
        read_at: when he opened it for the first time; None: not yet.
    """

    kind: str
    part: str
    takes_effect_on: date
    points: int
    recorded_at: datetime
    title_vi: str
    title_en: str
    delivered_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True)
class PartNow:
    """One part of a person's licences today: the right to drive, and the points behind it.

    Attributes:
        may_drive: with at least one valid document for this part, points left, and no revocation.
        reasons: why not, as the register's standing names them.
        state: the points as `points.queries.standing` says them.
        revocations: those of today.
        pending: decisions that are known and take effect later.
        next_change_on: the next day on which something happens by itself.
        told: whether the driver was told of the latest line that took points and stands; None: nothing to tell.
    """

    part: str
    may_drive: bool
    reasons: Sequence[str]
    state: dict[str, Any]
    revocations: Sequence[law.Revocation]
    next_change_on: date | None
    pending: Sequence[law.Decision]
    balance_after_pending: int
    account: Account | None
    told: telling.Told | None


@dataclass(frozen=True)
class Document:
    """One licence document with its classes."""

    licence: Licence
    classes: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Person:
    """Everything the look-up page shows."""

    holder: Holder
    documents: Sequence[Document]
    parts: Sequence[PartNow]
    told: Sequence[Told]
    aliases: Sequence[str]


def person(holder: Holder, today: date) -> Person:
    """One person with all his licences, shown as one (F38)."""
    documents: list[Document] = []
    by_part: dict[str, list[dict[str, Any]]] = {}
    for licence in holder.licences.order_by("-issue_date", "-pk"):
        standing = points.standing(licence.number, today=today)
        assert standing is not None
        documents.append(Document(licence, [_class(found, today) for found in standing["entitlements"]]))
        for state in standing["parts"]:
            by_part.setdefault(state["part"], []).append(state)
    told = notices_of(holder, limit=50)
    accounts = {account.part: account for account in Account.objects.filter(holder=holder)}
    parts = [
        _part_now(part, states, accounts.get(part), today)
        for part, states in sorted(by_part.items(), key=lambda item: list(Part).index(Part(item[0])))
    ]
    return Person(
        holder=holder,
        documents=documents,
        # On a phone only the first answer is seen without scrolling: a "no" stands first.
        parts=sorted(parts, key=lambda part: part.may_drive),
        told=told[:NOTICES_SHOWN],
        aliases=list(holder.aliases.values_list("number", flat=True)),
    )


def _class(found: dict[str, Any], today: date) -> dict[str, Any]:
    expiry = date.fromisoformat(found["expiry_date"]) if found["expiry_date"] else None
    return {**found, "expiry_date": expiry, "expired": expiry is not None and expiry < today}


def _part_now(part: str, states: Sequence[dict[str, Any]], account: Account | None, today: date) -> PartNow:
    """The same part of several documents is one: the points are the person's, and one good document is enough."""
    best = next((state for state in states if state["may_drive"]), None) or min(
        states, key=lambda state: len(state["reasons"])
    )
    pending: Sequence[law.Decision] = []
    revocations: list[law.Revocation] = []
    balance_after, next_change_on = best["balance"], None
    if account is not None:
        under = points.installed_profile()
        facts = [points.law_fact(row, under) for row in points.facts_of([account.pk])[account.pk]]
        life = law.History(facts, under)
        now = life.on(today)
        pending, next_change_on = now.pending, now.next_change_on
        revocations = _revocations(facts, today)
        if pending:
            balance_after = life.on(max(decision.effective_on for decision in pending)).balance
    return PartNow(
        part=part,
        may_drive=best["may_drive"],
        reasons=best["reasons"],
        state=_with_days(best),
        revocations=revocations,
        next_change_on=next_change_on,
        pending=pending,
        balance_after_pending=balance_after,
        account=account,
        told=None if account is None else telling.told(account.holder_id, part, full=FULL_BALANCE_POINTS.on(today)),
    )


def _revocations(facts: Sequence[law.Fact], today: date) -> list[law.Revocation]:
    """The revocations of a day; one whose decision was annulled was never there (reading 17)."""
    annulled = {fact.decision for fact in facts if isinstance(fact, law.Annulment)}
    return [
        fact
        for fact in facts
        if isinstance(fact, law.Revocation)
        and fact.first_day <= today <= fact.last_day
        and fact.decision not in annulled
    ]


def _with_days(state: dict[str, Any]) -> dict[str, Any]:
    days = ("restores_on", "exhausted_on", "test_from", "settled_on")
    return {**state, **{name: date.fromisoformat(state[name]) if state[name] else None for name in days}}


def notices_of(holder: Holder, *, limit: int) -> list[Told]:
    """What the person was told last of lines of his record, newest first, each with the evidence of the inbox."""
    rows = (
        Notice.objects.filter(holder=holder, entry__isnull=False)
        .select_related("entry__account", "reading")
        .prefetch_related("deliveries")
        .order_by("-pk")[:limit]
    )
    return [_told(row) for row in rows]


def _told(row: Notice) -> Told:
    assert row.entry is not None
    inbox = next((delivery for delivery in row.deliveries.all() if delivery.channel == "inbox"), None)
    reading = getattr(row, "reading", None)
    return Told(
        kind=row.entry.kind,
        part=row.entry.account.part,
        takes_effect_on=row.entry.takes_effect_on,
        points=row.entry.points,
        recorded_at=row.recorded_at,
        title_vi=inbox.title_vi if inbox else "",
        title_en=inbox.title_en if inbox else "",
        delivered_at=inbox.attempted_at if inbox else None,
        read_at=reading.read_at if reading else None,
    )


# --- the statement ----------------------------------------------------------------------------------------------------


class OffenceNow(NamedTuple):
    """One offence of a decision: what the catalogue says of it on the day of the act."""

    code: str | None
    points: int
    drug: bool
    summary_vi: str
    summary_en: str
    counts: bool


class LineShown(NamedTuple):
    """One line of a statement with the decision behind it, as the authority stated it."""

    line: law.Line
    told: Decision | None
    offences: Sequence[OffenceNow]


@dataclass(frozen=True)
class StatementShown:
    """A statement as the page shows it."""

    now: law.Statement
    lines: Sequence[LineShown]
    other: law.Statement | None
    not_comparable: Sequence[str]
    other_profile: Profile
    entries: Sequence[Entry]
    told: telling.Told | None = None


def statement_of(holder: Holder, part: str, *, on: date, as_known_on: date | None) -> StatementShown:
    """The statement of one part on a day, as known now or on another day, with the other body of law beside it."""
    installed = points.installed_profile()
    other = next(profile for profile in PROFILES.values() if profile.id != installed.id)
    account = Account.objects.filter(holder=holder, part=part).first()
    if account is None:
        nothing = law.replay([], installed, on, as_known_on)
        return StatementShown(nothing, [], law.replay([], other, on, as_known_on), [], other, [])
    now = points.statement(account.pk, on=on, as_known_on=as_known_on)
    keys = {f"{told.number}/{told.year}/{told.authority}": told for told in account.decisions.all()}
    lines = [
        LineShown(line, keys.get(line.decision.number) if line.decision else None, offences_of(line.decision))
        for line in now.lines
    ]
    entries = account.entries.select_related("voids", "voided_by", "cause", "notice__reading").order_by("number")
    compared, concerned = None, []
    try:
        compared = points.statement(account.pk, on=on, as_known_on=as_known_on, under=other)
    except points.NotComparableError as error:
        concerned = [keys[key].number if key in keys else key for key in error.decision_keys]
    return StatementShown(
        now=now,
        lines=lines,
        other=compared,
        not_comparable=concerned,
        other_profile=other,
        entries=list(entries),
        told=telling.told(holder.pk, part, full=FULL_BALANCE_POINTS.on(on)),
    )


def offences_of(decision: law.Decision | None) -> list[OffenceNow]:
    """The offences of a decision with their words; one of them counts (reading 8)."""
    if decision is None or not decision.offences:
        return []
    counted = law.heaviest(decision.offences)
    return [_offence_now(offence, decision.acted_on, offence is counted) for offence in decision.offences]


def _offence_now(offence: law.Offence, acted_on: date, counts: bool) -> OffenceNow:
    vi = en = ""
    if offence.code is not None:
        row = catalogue.offence(offence.code, acted_on)
        vi, en = row.summary_vi, row.summary_en
    return OffenceNow(offence.code, offence.points, offence.drug, vi, en, counts)


# --- finding ----------------------------------------------------------------------------------------------------------


def find_people(query: str) -> Found:
    """The people a look-up may mean: one by a number, several by name, at most `HITS_MAX` of them."""
    try:
        found = licences.find(query)
    except licences.SearchTextError:
        return Found([], exact=False, more=False)
    hits = [Hit(holder, list(holder.licences.all())) for holder in found.holders[:HITS_MAX]]
    return Found(hits, exact=shape_of(query) != "name", more=found.more or len(found.holders) > HITS_MAX)
