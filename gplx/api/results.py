"""Official results of other test systems: signed by the system's own key, sent once or again."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field

from gplx.api import strict
from gplx.api.access import Scope
from gplx.api.decisions import client_of, fields_of
from gplx.api.described import body, problems
from gplx.api.problems import Problem, field, invalid
from gplx.sittings import official, official_actions
from gplx.sittings.models import TestSystem

SCOPE = "results:write"

router = Router(tags=["exams"], auth=Scope(SCOPE))

_STATUS = {"recorded": 201, "without_effect": 201, "quarantined": 202, "exists": 200}


class SignedResult(BaseModel):
    """A result as a compact JWS. Its payload is described in docs/api.md."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(description="compact JWS, ES256, typ gplx-test-result+jws, kid: the name of the system")


class ResultFinding(BaseModel):
    """Why a result has no effect on the points."""

    code: str
    sources: list[str]


class ResultOutcome(BaseModel):
    """What became of a result."""

    number: str
    outcome: Literal["recorded", "without_effect", "quarantined", "exists"]
    state: Literal["recorded", "without_effect", "quarantined", "rejected"]
    reason: str | None = Field(description="why it waits for a person; none where it does not")
    findings: list[ResultFinding]


_OUTCOMES: dict[Any, Any] = {201: ResultOutcome, 202: ResultOutcome, 200: ResultOutcome}


@router.post(
    "/results",
    response=_OUTCOMES,
    summary="Send one signed test result",
    openapi_extra={**body(SignedResult), **problems(401, 403, 409)},
)
def send(request: HttpRequest) -> Any:
    """Kept (201, with or without effect), waiting for a person (202), known already (200), or in conflict (409).

    A pass restores the points in the same transaction, a result before the first permitted day is kept and changes
    nothing. The number is the system's own and makes sending again safe.
    """
    client = client_of(request)
    system = TestSystem.objects.filter(client__client_id=client.client_id, active=True).first()
    if system is None:
        raise Problem("forbidden")
    value = strict.json_object(request.body)
    strict.keys(value, frozenset({"token"}), frozenset({"token"}))
    token = value["token"]
    if type(token) is not str:
        raise invalid(field("token", "not_text"))
    try:
        stated = official.read(official.payload(token, system, strict.json_object))
    except official.NotVouchedForError:
        raise Problem("signature") from None
    except official.IntakeError as error:
        raise invalid(*fields_of(error)) from None
    received = official_actions.receive(system, stated, token)
    if received.outcome == "conflict":
        raise Problem("conflict")
    return Status(
        _STATUS[received.outcome],
        {
            "number": received.result.number,
            "outcome": received.outcome,
            "state": received.result.state,
            "reason": received.result.reason or None,
            "findings": received.result.findings,
        },
    )
