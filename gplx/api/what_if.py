"""What the law would make of facts: of a whole replay document, or of a licence and some further facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Router

from gplx import clock
from gplx.api import schemas, strict
from gplx.api.access import Scope, purposed_by, scope_missing
from gplx.api.decisions import client_of
from gplx.api.described import body, problems, purpose_headers
from gplx.api.licences import STATEMENT_SCOPE, look
from gplx.api.problems import Field, field, invalid, not_comparable
from gplx.law import replay_document
from gplx.law.profiles import POINTS_SYSTEM_FIRST_DAY, PROFILES
from gplx.law.replay_document import Document, DocumentError
from gplx.points.models import FactKind
from gplx.points.queries import facts_of, installed_profile, law_fact
from gplx.points.queries import not_comparable as decisions_not_comparable

SCOPE = "catalogue:read"
FACTS_MAX, ASKS_MAX, OFFENCES_MAX = 1_000, 100, 50
"""Nobody's life is longer; more would only keep the register busy (T40)."""
FAULTS_SHOWN_MAX = 100

_OF_LICENCE_REQUIRED = frozenset({"licence", "facts"})
_OF_LICENCE_ALLOWED = _OF_LICENCE_REQUIRED | {"part", "law", "ask"}
_PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}(?:\[[0-9]+\])?(?:\.[A-Za-z_][A-Za-z0-9_]{0,39}(?:\[[0-9]+\])?){0,4}")
# How the law room words its faults; longer beginnings first.
_CODES = (
    ("unknown key", "unknown_field"),
    ("required", "required"),
    ("not a calendar day", "not_a_day"),
    ("not a text", "not_text"),
    ("used twice", "used_twice"),
    ("before ", "order_of_days"),
    ("not a list", "not_a_list"),
    ("not an object", "not_an_object"),
    ("not true or false", "not_boolean"),
    ("not a whole number", "not_integer"),
    ("not a level", "not_in_schedule"),
    ("not a code of", "not_listed"),
    ("not a kind of fact", "not_listed"),
    ("unknown profile", "not_listed"),
    ("unknown code", "unknown_code"),
    ("no decision with that number", "unknown_decision"),
)

_NUMBERED = (FactKind.DECISION, FactKind.REVOCATION)

router = Router(tags=["what-if"], auth=Scope(SCOPE))


@router.post(
    "",
    response={200: schemas.ReplayedDocument},
    exclude_unset=True,
    summary="What the law would make of facts",
    openapi_extra={
        **body(schemas.ReplayDocument, schemas.WhatIfOfLicence),
        **purpose_headers(required=False),
        **problems(404, 429),
    },
)
def what_if(request: HttpRequest) -> Any:
    """A replay document in, its answer out; nothing is kept.

    With `licence` the facts are added to what is known about that licence: then the scope statement:read and the two
    purpose headers are needed, and the look is recorded.
    """
    value = strict.json_object(request.body)
    unclean = list(strict.unclean(value))
    if unclean:
        raise invalid(*unclean[:FAULTS_SHOWN_MAX])
    _refuse_size(value)
    return _of_licence(request, value) if "licence" in value else replay_document.answer(_read(value))


def _read(document: dict[str, Any], known: Iterable[str] = ()) -> Document:
    try:
        return replay_document.parse(document, known=known)
    except DocumentError as error:
        raise invalid(*(_field(fault) for fault in error.faults[:FAULTS_SHOWN_MAX])) from None


def _field(fault: str) -> Field:
    """A fault of the law room, which repeats what was written, as a field that does not."""
    place, _, what = fault.partition(": ")
    code = next((code for beginning, code in _CODES if what.startswith(beginning)), "invalid")
    if " is in force from " in what or " was in force until " in what:
        code = "code_not_in_force"
    if code == "unknown_field" and not _PLACE.fullmatch(place):
        place = f"{place.rpartition('.')[0]}.?" if _PLACE.fullmatch(place.partition(".")[0]) else "?"
    return field(place if _PLACE.fullmatch(place.removesuffix(".?")) else "?", code)


def _refuse_size(value: dict[str, Any]) -> None:
    for name, most in (("facts", FACTS_MAX), ("ask", ASKS_MAX)):
        listed = value.get(name)
        if type(listed) is list and len(listed) > most:
            raise invalid(field(name, "too_many"))
    facts = value.get("facts")
    for index, fact in enumerate(facts if type(facts) is list else []):
        offences = fact.get("offences") if type(fact) is dict else None
        if type(offences) is list and len(offences) > OFFENCES_MAX:
            raise invalid(field(f"facts[{index}].offences", "too_many"))


def _of_licence(request: HttpRequest, value: dict[str, Any]) -> dict[str, Any]:
    client = client_of(request)
    if STATEMENT_SCOPE not in client.scopes:
        raise scope_missing(STATEMENT_SCOPE)
    strict.keys(value, _OF_LICENCE_REQUIRED, _OF_LICENCE_ALLOWED)
    why = purposed_by(request)
    number, facts = value["licence"], value["facts"]
    if type(number) is not str:
        raise invalid(field("licence", "licence_number"))
    if type(facts) is not list:
        raise invalid(field("facts", "not_a_list"))
    part = value.get("part")
    if part not in (None, "motorcycle", "car"):
        raise invalid(field("part", "not_listed"))
    _, parts = look(client, why, number, "what_if")
    accounts = dict(parts)
    if part is None:
        if len(accounts) != 1:
            raise invalid(field("part", "part_needed"))
        [part] = accounts
    if part not in accounts:
        raise invalid(field("part", "part_not_held"))
    account = accounts[part]
    rows = [] if account is None else facts_of([account.pk])[account.pk]
    name = value.get("law", installed_profile().id)
    if type(name) is str and name in PROFILES:
        # A day may be asked for as known before an annulment: annulled decisions are facts here like any other.
        decisions = [row for row in rows if row.kind == FactKind.DECISION]
        if concerned := decisions_not_comparable(decisions, PROFILES[name]):
            raise not_comparable(concerned)
    document = {
        "law": name,
        "since": POINTS_SYSTEM_FIRST_DAY.isoformat(),
        "facts": facts,
        "ask": value.get("ask", [{"on": clock.today().isoformat()}]),
    }
    # What is known goes to the law as it is recorded: a document cannot say whose decision revoked.
    read = _read(document, known=[row.decision_key for row in rows if row.kind in _NUMBERED])
    return replay_document.answer(replace(read, facts=[*read.facts, *(law_fact(row, read.profile) for row in rows)]))
