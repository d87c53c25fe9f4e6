"""How the electronic licences of a person stand: in the register, and in the lists that are out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from gplx.api.access import Scope, purposed_by
from gplx.api.decisions import client_of
from gplx.api.described import problems, purpose_headers
from gplx.api.licences import look
from gplx.api.schemas import LICENCE_NUMBER
from gplx.api.standing import SCOPE
from gplx.wallet import queries

router = Router(tags=["licences"])


class PartStatus(Schema):
    """One part; where its places in lists are is told to nobody."""

    part: Literal["motorcycle", "car"]
    status: Literal["valid", "suspended"] = Field(description="what the register says now")
    credentials: int = Field(description="how many electronic licences of this part phones carry")
    published: Literal["valid", "suspended"] | None = Field(
        description="what the last published lists say of them; null while there are none, or they are not out yet"
    )
    published_at: datetime | None = Field(description="when the oldest of these lists was put out")


class CredentialStatusDocument(Schema):
    """The electronic licences of a licence's holder, by parts."""

    licence_number: str = Field(pattern=LICENCE_NUMBER)
    parts: list[PartStatus]


@router.get(
    "/{number}/credential-status",
    auth=Scope(SCOPE),
    response={200: CredentialStatusDocument},
    summary="Status of the electronic licence",
    openapi_extra={**purpose_headers(), **problems(429)},
)
def read_credential_status(request: HttpRequest, number: str) -> Any:
    """Whether the status has reached the lists: the two differ for less than a minute after a change."""
    licence, parts = look(client_of(request), purposed_by(request), number, "standing")
    shown = []
    for part, _ in parts:
        out = queries.published(licence.holder_id, part)
        suspended = queries.is_suspended(licence.holder_id, part)
        shown.append(
            {
                "part": part,
                "status": "suspended" if suspended else "valid",
                "credentials": out.credentials,
                "published": out.status,
                "published_at": out.at,
            }
        )
    return {"licence_number": licence.number, "parts": shown}
