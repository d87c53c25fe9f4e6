"""Decisions of the penalty authorities: sent, annulled, amended, asked about. Each client for its own authority."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Case, Value, When
from django.http import HttpRequest
from ninja import Router, Status

from gplx import clock
from gplx.accounts.tokens import Bearer
from gplx.api import schemas, strict
from gplx.api.access import Scope
from gplx.api.described import body, problems
from gplx.api.problems import Field, Problem, field, invalid
from gplx.points.queries import installed_profile
from gplx.sanctions import actions, intake
from gplx.sanctions.models import Decision, DecisionState

SCOPE = "decisions:write"

router = Router(tags=["decisions"], auth=Scope(SCOPE))
T = TypeVar("T")

_STATUS = {"recorded": 201, "quarantined": 202, "waiting": 202, "exists": 200}
_OUTCOMES: dict[Any, Any] = {201: schemas.DecisionOutcome, 202: schemas.DecisionOutcome, 200: schemas.DecisionOutcome}


@router.post(
    "",
    response=_OUTCOMES,
    summary="Send one decision",
    openapi_extra={**body(schemas.StatedDecision), **problems(409)},
)
def send(request: HttpRequest) -> Any:
    """Recorded (201), waiting for a person to match it (202), known already (200), or in conflict (409).

    The natural key makes sending again safe: after a lost answer send the same decision again.
    """
    client = client_of(request)
    stated = _read(lambda: intake.read_decision(strict.json_object(request.body)))
    _own(client, stated.authority)
    [outcome] = actions.receive([stated], source=client.client_id)
    if outcome.state == "conflict":
        raise Problem("conflict")
    return Status(_STATUS[outcome.state], _outcome(stated.key, outcome))


@router.post(
    "/batch",
    response={200: schemas.BatchOutcome},
    exclude_none=True,
    summary="Send up to 10,000 decisions",
    openapi_extra=body(schemas.StatedDecisions),
)
def send_batch(request: HttpRequest) -> Any:
    """Each decision is taken or refused by itself; a decision is never half taken. Sending again is safe."""
    client = client_of(request)
    value = strict.json_object(request.body)
    strict.keys(value, frozenset({"decisions"}), frozenset({"decisions"}))
    listed = value["decisions"]
    if type(listed) is not list:
        raise invalid(field("decisions", "not_a_list"))
    if not listed:
        raise invalid(field("decisions", "required"))
    if len(listed) > actions.DECISIONS_MAX:
        raise invalid(field("decisions", "too_many"))
    today, under = clock.today(), installed_profile()
    items: list[dict[str, Any]] = []
    stated: list[intake.StatedDecision] = []
    positions: list[int] = []
    for index, one in enumerate(listed):
        try:
            decision = intake.read_decision(one, today=today, under=under)
        except intake.IntakeError as error:
            items.append(_refused(index, "invalid", fields_of(error)))
            continue
        if decision.authority != client.authority:
            items.append(_refused(index, "other_authority", []))
            continue
        items.append({"index": index})
        stated.append(decision)
        positions.append(index)
    outcomes = actions.receive(stated, source=client.client_id, today=today) if stated else []
    for position, outcome in zip(positions, outcomes, strict=True):
        items[position] = {"index": position, **_state(outcome)}
    return {"counts": dict(Counter(item["outcome"] for item in items)), "items": items}


@router.post(
    "/{authority}/{path:number}/{year}/annulment",
    response={201: schemas.AnnulmentOutcome, 202: schemas.AnnulmentOutcome, 200: schemas.AnnulmentOutcome},
    summary="Annul a decision",
    openapi_extra={**body(schemas.StatedAnnulment), **problems(404, 409)},
)
def annul(request: HttpRequest, authority: str, number: str, year: str) -> Any:
    """The decision counts as never made (201). When it has not arrived yet, the annulment waits for it (202)."""
    client = client_of(request)
    key = _own_key(client, authority, number, year)
    value = _without_key(strict.json_object(request.body))
    stated = _read(lambda: intake.read_annulment({**value, **key}))
    outcome = actions.annul(stated, source=client.client_id)
    if outcome.state == "conflict":
        raise Problem("conflict")
    return Status(_STATUS[outcome.state], {**key, "outcome": outcome.state})


@router.post(
    "/{authority}/{path:number}/{year}/amendment",
    response={201: schemas.AmendmentOutcome, 202: schemas.AmendmentOutcome, 200: schemas.AmendmentOutcome},
    summary="Amend a decision",
    openapi_extra={**body(schemas.StatedAmendment), **problems(404, 409)},
)
def amend(request: HttpRequest, authority: str, number: str, year: str) -> Any:
    """The decision in the address is annulled and the new one takes its place, both or neither."""
    client = client_of(request)
    key = _own_key(client, authority, number, year)
    value = _without_key(strict.json_object(request.body))
    stated = _read(lambda: intake.read_amendment({**value, **key}))
    _own(client, stated.decision.authority)
    outcome = actions.amend(stated, source=client.client_id)
    if outcome.annulment is None or outcome.decision is None:
        raise Problem("conflict")
    made = {
        "outcome": outcome.state,
        "annulment": {**key, "outcome": outcome.annulment.state},
        "decision": _outcome(stated.decision.key, outcome.decision),
    }
    return Status(_STATUS[outcome.state], made)


@router.get(
    "/{authority}/{path:number}/{year}",
    response={200: schemas.KnownDecision},
    summary="How a decision stands",
    openapi_extra=problems(404),
)
def known(request: HttpRequest, authority: str, number: str, year: str) -> Any:
    """A decision of the client's own authority; any other is not found, whether it exists or not (B11)."""
    client = client_of(request)
    if _named(authority) != client.authority:
        raise Problem("not_found")
    decision = (
        Decision.objects.filter(authority=client.authority, number=_named(number), year=_year(year))
        .order_by(Case(When(state=DecisionState.REJECTED, then=Value(1)), default=Value(0)), "-id")
        .select_related("annulment__replaced_by")
        .first()
    )
    if decision is None:
        raise Problem("not_found")
    annulment = getattr(decision, "annulment", None)
    return {
        "authority": decision.authority,
        "number": decision.number,
        "year": decision.year,
        "state": decision.state,
        "reason": decision.reason or None,
        "part": decision.part or None,
        "acted_on": decision.acted_on,
        "decided_on": decision.decided_on,
        "effective_on": decision.effective_on,
        "recorded_on": decision.recorded_on,
        "annulment": annulment
        and {
            "document_number": annulment.document_number,
            "annulled_on": annulment.annulled_on,
            "replaced_by": annulment.replaced_by and annulment.replaced_by.number,
        },
    }


def client_of(request: HttpRequest) -> Bearer:
    """The client whose token was checked."""
    found = getattr(request, "auth", None)  # set by the framework once the scope was checked
    assert isinstance(found, Bearer)
    return found


def fields_of(error: intake.IntakeError) -> list[Field]:
    """The faults of the strict reader as fields of a problem."""
    return [Field(*fault) for fault in error.faults]


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except intake.IntakeError as error:
        raise invalid(*fields_of(error)) from None


def _own(client: Bearer, authority: str) -> None:
    if authority != client.authority:
        raise Problem("other_authority")


def _own_key(client: Bearer, authority: str, number: str, year: str) -> dict[str, Any]:
    _own(client, _named(authority))
    return {"authority": client.authority, "number": _named(number), "year": _year(year)}


def _without_key(value: dict[str, Any]) -> dict[str, Any]:
    """The address names the decision; the body may not name another."""
    doubled = [field(key, "unknown_field") for key in ("authority", "number", "year") if key in value]
    if doubled:
        raise invalid(*doubled)
    return value


def _named(text: str) -> str:
    if not strict.is_clean(text):
        raise Problem("not_found")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _year(text: str) -> int:
    year = strict.whole_number(text)
    if year is None:
        raise invalid(field("year", "not_integer"))
    if not strict.FIRST_YEAR <= year <= strict.LAST_YEAR:
        raise invalid(field("year", "out_of_range"))
    return year


def _outcome(key: intake.Key, outcome: actions.Outcome) -> dict[str, Any]:
    authority, number, year = key
    return {"authority": authority, "number": number, "year": year, **_state(outcome)}


def _state(outcome: actions.Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.state,
        "state": outcome.decision_state,
        "reason": outcome.reason or None,
        "annulled": outcome.annulled,
        "findings": list(outcome.findings),
    }


def _refused(index: int, code: str, fields: list[Field]) -> dict[str, Any]:
    return {"index": index, "outcome": "refused", "code": code, "fields": [one._asdict() for one in fields]}
