"""The documents of the API as its description (OpenAPI) states them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gplx.api import strict
from gplx.law.profiles import HEAVIEST_LEVEL_POINTS, PROFILES
from gplx.sanctions.models import QuarantineReason

LICENCE_NUMBER = r"^[0-9]{12}$"


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    found = strict.day(value)
    if found is None:
        raise PydanticCustomError("not_a_day", "not a calendar day")
    return found


def _whole_number(value: object) -> object:
    if type(value) is int:
        return value
    found = strict.whole_number(value)
    if found is None:
        raise PydanticCustomError("not_integer", "not a whole number")
    return found


Day = Annotated[date, BeforeValidator(_day), Field(description="YYYY-MM-DD, 1900 to 2199")]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Law = Literal["draft-2024-10", "in-force"]
PartName = Literal["motorcycle", "car"]
Standing = Literal["full", "reduced", "exhausted"]
LineKind = Literal["deduction", "not_deducted", "restoration", "test_restoration"]
assert set(Law.__args__) == set(PROFILES)  # type: ignore[attr-defined]


class Strict(Schema):
    """A document with no other fields than these."""

    model_config = ConfigDict(extra="forbid")


# --- problems ---------------------------------------------------------------------------------------------------


class ProblemField(Schema):
    """One place of a request that is not right; never its value."""

    field: str
    code: str
    title: str = Field(description="Vietnamese")
    title_en: str


class ProblemDocument(Schema):
    """RFC 9457 problem document."""

    type: str
    status: int
    code: str
    title: str = Field(description="Vietnamese")
    title_en: str
    fields: list[ProblemField] | None = None


# --- decisions --------------------------------------------------------------------------------------------------


class CodedOffence(Strict):
    code: str = Field(max_length=60, examples=["168/2024:6.9.b"], description="in force on the day of the act")


class StatedOffence(Strict):
    points: int = Field(ge=1, le=HEAVIEST_LEVEL_POINTS, strict=True)
    drug: bool = False


class StatedRevocation(Strict):
    """The right to use the licence is revoked from the first to the last day, both included."""

    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")


class StatedDecision(Strict):
    """A sanction decision as its authority states it; authority, number and year are its natural key."""

    authority: str = Field(min_length=1, max_length=80, description="the client's own")
    number: str = Field(min_length=1, max_length=80, examples=["123/QĐ-XPHC"])
    year: int = Field(ge=1900, le=2199, description="the year of decided_on")
    licence_number: str = Field(
        min_length=1, max_length=20, examples=["001099000001"], description="12 digits, or as it stands if foreign"
    )
    foreign_licence: bool = False
    holder_name: str = Field(min_length=1, max_length=120, examples=["Người Mẫu Một"])
    birth_date: date
    part: PartName | None = Field(
        None, description="the part of the licence that was used; needed unless the codes say it"
    )
    acted_on: date = Field(description="day of the act")
    decided_on: date = Field(description="day of the decision")
    effective_on: date = Field(description="day of effect; may lie in the future")
    offences: list[CodedOffence | StatedOffence] = Field(max_length=50, description="empty only with a revocation")
    revocation: StatedRevocation | None = None
    place: str | None = Field(None, max_length=200)


class StatedDecisions(Strict):
    """Up to 10,000 decisions in one call; each is taken or refused by itself."""

    decisions: list[StatedDecision] = Field(min_length=1, max_length=10_000)


class StatedAnnulment(Strict):
    """The document by which the authority annulled its decision."""

    document_number: str = Field(min_length=1, max_length=80)
    annulled_on: date
    reason: str = Field(min_length=1, max_length=300)


class StatedAmendment(Strict):
    """The decision that replaces the one in the address; it has a number of its own."""

    annulled_on: date
    reason: str = Field(min_length=1, max_length=300)
    decision: StatedDecision


class DecisionOutcome(Schema):
    """What became of a decision."""

    authority: str
    number: str
    year: int
    outcome: Literal["recorded", "quarantined", "exists"]
    state: Literal["recorded", "quarantined", "rejected"] = Field(
        description="how it stands: on a licence, at the desk for a person to match, or returned to the authority"
    )
    reason: str | None = Field(description=f"why it waits: one of {', '.join(QuarantineReason.values)}")
    annulled: bool
    findings: list[str]


class BatchItem(Schema):
    """What became of one decision of a batch, by its position in the call."""

    index: int
    outcome: Literal["recorded", "quarantined", "exists", "conflict", "refused"]
    state: Literal["recorded", "quarantined", "rejected"] | None = None
    reason: str | None = None
    annulled: bool | None = None
    findings: list[str] | None = None
    code: str | None = Field(None, description="with refused: invalid or other_authority")
    fields: list[ProblemField] | None = None


class BatchOutcome(Schema):
    """One item for each decision, in the order of the call."""

    counts: dict[str, int]
    items: list[BatchItem]


class AnnulmentOutcome(Schema):
    """What became of an annulment; it waits when its decision has not arrived yet."""

    authority: str
    number: str
    year: int
    outcome: Literal["recorded", "waiting", "exists"]


class AmendmentOutcome(Schema):
    """What became of an amendment: the annulment and the new decision, both or neither."""

    outcome: Literal["recorded", "quarantined", "exists"]
    annulment: AnnulmentOutcome
    decision: DecisionOutcome


class KnownAnnulment(Schema):
    document_number: str
    annulled_on: date
    replaced_by: str | None = Field(description="number of the decision that took its place")


class KnownDecision(Schema):
    """How a decision stands. It names no person: the authority has sent that itself."""

    authority: str
    number: str
    year: int
    state: Literal["recorded", "quarantined", "rejected"]
    reason: str | None
    part: PartName | None
    acted_on: date
    decided_on: date
    effective_on: date
    recorded_on: date
    annulment: KnownAnnulment | None


# --- licences ---------------------------------------------------------------------------------------------------


class HolderDocument(Schema):
    name: str
    birth_date: date
    sex: Literal["male", "female"]


class EntitlementDocument(Schema):
    category: str
    regime: str
    part: PartName
    issue_date: date
    expiry_date: date | None
    restriction: str


class ToldDocument(Schema):
    """Whether the driver was told of the latest line that took points and stands."""

    state: Literal["confirmed", "sent", "not_yet"] = Field(
        description="confirmed: opened, or delivered; sent: in the inbox, or taken by a provider"
    )
    channel: Literal["inbox", "site", "email", "sms", "paper"] | None
    at: datetime | None
    notice_on: date | None = Field(description="the day of notice, once a way was completed that reaches the person")
    attempts: int
    line_on: date = Field(description="from which day the line counts")


class PartStanding(Schema):
    """The points of one part of a licence on the day of the look."""

    part: PartName
    balance: int
    standing: Standing
    revoked: bool
    may_drive: bool
    reasons: list[str] = Field(
        description="why this part may not be used: exhausted, revoked, licence_withdrawn, licence_replaced, expired"
    )
    restores_on: date | None
    exhausted_on: date | None
    wait_ground: str | None
    wait_months: int | None
    test_from: date | None
    needs_drug_free_certificate: bool
    settled_on: date | None
    told: ToldDocument | None = Field(description="null: no points are missing, so nothing had to be told")


class StandingDocument(Schema):
    """A licence, its classes and the points of its parts, today."""

    licence_number: str = Field(pattern=LICENCE_NUMBER)
    status: Literal["valid", "withdrawn", "replaced"]
    issue_date: date
    issuing_province: str
    holder: HolderDocument
    entitlements: list[EntitlementDocument]
    parts: list[PartStanding]
    on: date


class DecisionName(Schema):
    authority: str
    number: str
    year: int


class CountedOffence(Schema):
    """An offence of a decision; the heaviest one is the one that counts."""

    code: str | None
    points: int
    drug: bool
    counts: bool
    summary: str | None = Field(description="Vietnamese")
    summary_en: str | None
    provision: str | None
    provision_en: str | None


class StatementLine(Schema):
    """One line of a statement, with its cause and one plain sentence."""

    on: date
    kind: LineKind
    points: int
    balance: int
    decision: DecisionName | None
    acted_on: date | None
    offences: list[CountedOffence]
    sources: list[str]
    explanation: str = Field(description="Vietnamese")
    explanation_en: str


class StatementFinding(Schema):
    """A fact without effect, and why."""

    code: str
    on: date
    decision: DecisionName | None
    test_from: date | None
    sources: list[str]
    explanation: str
    explanation_en: str


class PendingDecision(Schema):
    """A decision that takes effect after the day of the statement."""

    decision: DecisionName
    acted_on: date
    effective_on: date
    points: int


class PartStatement(Schema):
    part: PartName
    balance: int
    standing: Standing
    revoked: bool
    may_drive: bool
    restores_on: date | None
    exhausted_on: date | None
    wait_ground: str | None
    wait_months: int | None
    test_from: date | None
    needs_drug_free_certificate: bool
    lines: list[StatementLine]
    findings: list[StatementFinding]
    pending: list[PendingDecision]


class StatementDocument(Schema):
    """What the law makes of all that is known about a licence, on one day, as known on one day."""

    licence_number: str = Field(pattern=LICENCE_NUMBER)
    law: Law
    on: date
    as_known_on: date | None
    parts: list[PartStatement]


class StatementQuery(Schema):
    on: Day | None = Field(None, description="the day of the statement; default: today")
    as_known_on: Day | None = Field(None, description="count only what the register knew on that day (reading 18)")
    law: Law | None = Field(None, description="default: the law this register runs under")


# --- what-if ----------------------------------------------------------------------------------------------------


class DecisionFact(Strict):
    kind: Literal["decision"]
    number: str = Field(min_length=1)
    acted_on: date
    effective_on: date
    offences: list[CodedOffence | StatedOffence] = Field(min_length=1, max_length=50)
    recorded_on: date | None = None


class AnnulmentFact(Strict):
    kind: Literal["annulment"]
    decision: str = Field(
        min_length=1, description="a decision of the document, or number/year/authority of the licence"
    )
    recorded_on: date


class RevocationFact(Strict):
    kind: Literal["revocation"]
    first_day: date = Field(alias="from")
    last_day: date = Field(alias="to")
    recorded_on: date | None = None


class CertificateFact(Strict):
    kind: Literal["drug_free_certificate"]
    concluded_on: date
    recorded_on: date | None = None


class TestFact(Strict):
    kind: Literal["test"]
    on: date
    passed: bool
    recorded_on: date | None = None


Fact = DecisionFact | AnnulmentFact | RevocationFact | CertificateFact | TestFact


class Ask(Strict):
    on: date
    as_known_on: date | None = None


class ReplayDocument(Strict):
    """Facts of one account in any order, and the days asked about (docs/replay-format.md)."""

    law: Law | None = None
    since: date
    facts: list[Fact] = Field(max_length=1_000)
    ask: list[Ask] | None = Field(None, max_length=100)


class WhatIfOfLicence(Strict):
    """A licence, and further facts as if they were known."""

    licence: str = Field(pattern=LICENCE_NUMBER)
    part: PartName | None = Field(None, description="needed when the licence has both")
    facts: list[Fact] = Field(max_length=1_000)
    law: Law | None = None
    ask: list[Ask] | None = Field(None, max_length=100)


class ReplayAnswer(Schema):
    on: date
    as_known_on: date | None
    balance: int
    standing: Standing
    may_drive: bool
    restores_on: date | None
    exhausted_on: date | None
    wait_months: int | None
    test_from: date | None
    needs_drug_free_certificate: bool


class ReplayLine(Schema):
    on: date
    kind: LineKind
    points: int
    balance: int
    decision: str | None
    sources: list[str]


class ReplayFinding(Schema):
    code: str
    on: date
    decision: str | None = None
    test_from: date | None = None


class ReplayedDocument(Schema):
    """The answer to a replay document (docs/replay-format.md)."""

    law: Law
    answers: list[ReplayAnswer]
    lines: list[ReplayLine]
    findings: list[ReplayFinding]


# --- catalogue --------------------------------------------------------------------------------------------------


class OffenceDocument(Schema):
    """One behaviour and what it costs from its first day until its next row."""

    code: str
    points: int
    drug: bool
    vehicle_group: str
    part: PartName | None
    article: str
    clause: str
    point: str
    summary: str = Field(description="Vietnamese")
    summary_en: str
    fine_min_vnd: int | None
    fine_max_vnd: int | None
    deduct_clause: str
    first_day: date
    source: str
    nearest: list[str]
    certainty: str


class OffencePage(Schema):
    on: date
    law: Law
    total: int
    limit: int
    offset: int
    items: list[OffenceDocument]


class OffenceHistory(Schema):
    """The row of a code on one day, and all its rows since."""

    code: str
    on: date
    row: OffenceDocument
    history: list[OffenceDocument]


class OffencesQuery(Schema):
    on: Day | None = Field(None, description="the day of the act; default: today")
    law: Law | None = Field(None, description="default: the law this register runs under")
    level: WholeNumber | None = Field(None, ge=1, le=HEAVIEST_LEVEL_POINTS, description="points exactly so")
    vehicle: Literal["car", "motorcycle", "specialised", "other"] | None = None
    article: str | None = Field(None, min_length=1, max_length=10, description="article of 168/2024")
    text: str | None = Field(
        None, min_length=2, max_length=200, description="beginnings of words, with or without diacritics"
    )
    limit: WholeNumber = Field(50, ge=1, le=100)
    offset: WholeNumber = Field(0, ge=0, le=1_000_000)


class OffenceQuery(Schema):
    on: Day | None = Field(None, description="the day of the act; default: today")


# --- health -----------------------------------------------------------------------------------------------------


class Live(Schema):
    status: Literal["ok"]


class Check(Schema):
    name: Literal[
        "database",
        "migrations",
        "job_queue",
        "sweep",
        "exam_calendar",
        "exam_notices",
        "undelivered_notices",
        "status_lists",
        "pushes",
    ]
    status: Literal["ok", "late", "failed"]
    seconds: int | None = Field(None, description="age of the oldest job that is due, or of the oldest event to push")
    days: int | None = Field(None, description="how many days the sweep is behind")
    provinces: list[str] | None = Field(None, description="codes of provinces whose sessions are not announced in time")
    people: int | None = Field(None, description="how many were not told two working days before their session")
    count: int | None = Field(None, description="how many notices wait for a person")
    lists: int | None = Field(None, description="how many status lists were not put out within their time to live")


class Readiness(Schema):
    """ok: all well; degraded: answers are right, but background work is late; unavailable: nothing can be answered."""

    status: Literal["ok", "degraded", "unavailable"]
    checks: list[Check]
