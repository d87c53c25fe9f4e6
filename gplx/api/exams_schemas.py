"""What the API says of the knowledge test: sessions, conditions, registrations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from gplx.api.schemas import Day, WholeNumber

PartName = Literal["motorcycle", "car"]
ConditionState = Literal["met", "not_met", "not_known"]


class SessionDocument(Schema):
    """A session that takes registrations."""

    id: int
    province_code: str
    unit: str
    place: str
    starts_at: datetime
    capacity: int
    free: int
    register_until: date = Field(description="the last day on which its people can still be told in time")


class NewSession(BaseModel):
    """A session to announce."""

    model_config = ConfigDict(extra="forbid")

    province_code: str = Field(pattern="^[0-9]{2}$")
    place: str = Field(min_length=1, max_length=200)
    starts_at: str = Field(description="RFC 3339 with offset, on a working day", examples=["2026-12-03T08:00:00+07:00"])
    capacity: int = Field(ge=1, le=500)


class SessionList(Schema):
    on: date
    items: list[SessionDocument]


class SessionsQuery(Schema):
    province: str | None = Field(None, min_length=2, max_length=2, description="code of a province; default: all")
    first: Day | None = Field(None, description="sessions on or after this day; default: today")
    limit: WholeNumber = Field(50, ge=1, le=100)


class EligibilityQuery(Schema):
    session: WholeNumber | None = Field(None, ge=1, le=2**53, description="judge for the day of this session")
    certificate: str | None = Field(None, min_length=3, max_length=40, description="number of a health certificate")


class ConditionDocument(Schema):
    """One thing that registering depends on."""

    code: str
    state: ConditionState
    blocks: bool = Field(description="false: only to be known")
    day: date | None
    name: str
    name_en: str
    text: str
    text_en: str
    remedy: str
    remedy_en: str
    sources: list[str]


class EligibilityDocument(Schema):
    licence_number: str
    part: PartName
    on: date
    session_on: date | None
    balance: int
    exhausted_on: date | None
    wait_ground: str | None
    wait_months: int | None
    test_from: date | None
    category: str | None = Field(description="class whose paper is sat")
    regime: str | None
    may_register: bool
    registration: str | None = Field(description="code of the dossier that is open already")
    conditions: list[ConditionDocument]


class MoveDocument(Schema):
    number: int
    move: str
    state: str
    on: date
    by: str
    reason: str
    findings: list[Any]


class RegistrationDocument(Schema):
    code: str
    state: str
    portal_status: int = Field(description="status code of the National Public Service Portal")
    version: int
    part: PartName
    category: str
    regime: str
    certificate: str
    session: SessionDocument | None
    opened_on: date
    due_on: date | None = Field(description="the day by which it is answered, while it waits")
    told_on: date | None
    outcome: str
    outcome_on: date | None
    moves: list[MoveDocument]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewRegistration(_Strict):
    """A registration for the test."""

    licence_number: str = Field(pattern="^[0-9]{12}$")
    part: PartName
    session: int = Field(ge=1)
    certificate: str = Field("", max_length=40, description="number of a health certificate no facility has sent")
    interpreter_language: str = Field("", max_length=40)


class SessionChange(_Strict):
    """Another session for a registration."""

    session: int = Field(ge=1)


class Supplement(_Strict):
    """What was asked for."""

    note: str = Field(min_length=1, max_length=300)
    certificate: str = Field("", max_length=40)


class Withdrawal(_Strict):
    """The person takes his registration back."""

    reason: str = Field("", max_length=300)
