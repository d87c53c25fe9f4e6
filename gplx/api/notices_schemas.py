"""What the API says of notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from gplx.notices import codes
from gplx.notices.told import Trail

ChannelName = Literal["inbox", "site", "email", "sms", "paper"]


class NoticesQuery(Schema):
    """Which notices to show."""

    limit: int = Field(20, ge=1, le=100)
    before: int | None = Field(None, ge=1, le=2**63 - 1, description="`next_before` of the page before")


class AttemptDocument(Schema):
    """One attempt to tell, and the last thing known about it."""

    channel: ChannelName
    number: int
    begun_at: datetime
    outcome: Literal["accepted", "delivered", "failed", "returned", "expired"] | None = Field(
        description="null: the channel's answer never came"
    )
    outcome_at: datetime | None
    answer: dict[str, str] = Field(description="the provider's own words")
    maybe_twice: bool = Field(description="an earlier attempt went out without an answer")


class NoticeDocument(Schema):
    """One notice with its evidence."""

    kind: str
    part: Literal["motorcycle", "car"] | None
    recorded_on: date
    title: str = Field(description="Vietnamese; empty until the text is in the inbox")
    title_en: str
    code: str = Field(description="the code on every channel")
    text_sha256: str | None
    text_version: str | None
    inbox_at: datetime | None
    read_at: datetime | None
    attempts: list[AttemptDocument]
    open_channels: list[ChannelName] = Field(description="something is still to be done")
    channels_for_a_person: list[ChannelName] = Field(description="tried too often, or refused")


class NoticesDocument(Schema):
    """What a licence holder was told."""

    licence_number: str
    notices: list[NoticeDocument]
    next_before: int | None


class StatedReceipt(Schema):
    """What the SMS gateway says became of a message."""

    message: str = Field(description="the key the message was sent under")
    status: Literal["accepted", "delivered", "failed", "expired"]
    at: int | None = Field(None, description="seconds since 1970")
    code: str | None = None
    provider_id: str | None = None


class ReceiptOutcome(Schema):
    """Recorded now, or known before."""

    outcome: Literal["recorded", "exists"]


def shown(trail: Trail) -> dict[str, Any]:
    """A trail as the API says it."""
    return {
        "kind": trail.kind,
        "part": trail.part,
        "recorded_on": trail.recorded_on,
        "title": trail.title_vi,
        "title_en": trail.title_en,
        "code": codes.of_notice(trail.id),
        "text_sha256": trail.digest or None,
        "text_version": trail.text_version or None,
        "inbox_at": trail.inbox_at,
        "read_at": trail.read_at,
        "attempts": [step._asdict() | {"outcome": step.outcome or None} for step in trail.steps],
        "open_channels": trail.open,
        "channels_for_a_person": trail.for_a_person,
    }
