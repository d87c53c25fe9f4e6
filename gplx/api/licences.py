"""Looks at a licence: its standing, and its full statement. Each is recorded, and the holder can see it (I13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gplx import clock
from gplx.accounts.tokens import Bearer
from gplx.api import explanations, limits, schemas, standing, strict
from gplx.api.access import Purposed, Scope, ScopeInStatement, log_access, purposed_by
from gplx.api.decisions import client_of
from gplx.api.described import problems, purpose_headers
from gplx.api.problems import Problem, not_comparable
from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import Profile, profile
from gplx.licences.models import Entitlement, Licence
from gplx.notices import wording
from gplx.points.models import Account
from gplx.points.queries import NotComparableError, installed_profile
from gplx.points.queries import statement as statement_of

STATEMENT_SCOPE = "statement:read"

router = Router(tags=["licences"])


@router.get(
    "/{number}/standing",
    auth=ScopeInStatement(standing.SCOPE),
    response={200: schemas.StandingDocument},
    summary="Points and standing today",
    openapi_extra={**purpose_headers(), **problems(429)},
)
def read_standing(request: HttpRequest, number: str) -> HttpResponse:
    """The look at the roadside: one statement checks the token, records the access and reads the licence."""
    meta = request.META
    answer = standing.respond(
        standing.Asked(
            number,
            meta.get("QUERY_STRING", ""),
            meta.get("HTTP_AUTHORIZATION", ""),
            meta.get("HTTP_ACCESS_PURPOSE", ""),
            meta.get("HTTP_ACCESS_REFERENCE", ""),
        )
    )
    return HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))


@router.get(
    "/{number}/statement",
    auth=Scope(STATEMENT_SCOPE),
    response={200: schemas.StatementDocument},
    summary="The full statement",
    openapi_extra={**purpose_headers(), **problems(429)},
)
def read_statement(request: HttpRequest, number: str, asked: Query[schemas.StatementQuery]) -> Any:
    """Every line with its act, decision, articles and one plain sentence; pending decisions; findings."""
    why = purposed_by(request)
    under = installed_profile() if asked.law is None else profile(asked.law)
    on = asked.on or clock.today()
    licence, parts = look(client_of(request), why, number, "statement")
    try:
        shown = [_part(part, account, on, asked.as_known_on, under) for part, account in parts]
    except NotComparableError as error:
        raise not_comparable(error.decision_keys) from None
    return {
        "licence_number": licence.number,
        "law": under.id,
        "on": on,
        "as_known_on": asked.as_known_on,
        "parts": shown,
    }


def look(client: Bearer, why: Purposed, number: str, what: str) -> tuple[Licence, list[tuple[str, Account | None]]]:
    """A licence and the accounts of its parts, read and recorded in one transaction.

    Raises:
        Problem: not a licence number, no such licence, or too many such misses of late.
    """
    strict.licence_number(number)
    limits.refuse_guessing(client.client_id)
    with transaction.atomic():
        licence = Licence.objects.filter(number=number).first()
        log_access(client, why, None if licence is None else licence.holder_id, what)
        if licence is not None:
            held = Entitlement.objects.filter(licence=licence).values_list("part", flat=True)
            accounts = {account.part: account for account in Account.objects.filter(holder_id=licence.holder_id)}
            return licence, [(part, accounts.get(part)) for part in sorted(set(held))]
    raise Problem("not_found")


def _part(part: str, account: Account | None, on: date, as_known_on: date | None, under: Profile) -> dict[str, Any]:
    if account is None:
        now = law.replay([], under, on, as_known_on)
    else:
        now = statement_of(account.pk, on=on, as_known_on=as_known_on, under=under)
    wait = now.exhaustion
    return {
        "part": part,
        "balance": now.balance,
        "standing": now.standing,
        "revoked": now.revoked,
        "may_drive": now.may_drive,
        "restores_on": now.restores_on,
        "exhausted_on": wait and wait.on,
        "wait_ground": wait and wait.wait.ground,
        "wait_months": wait and wait.wait.months,
        "test_from": wait and wait.test_from,
        "needs_drug_free_certificate": bool(wait and wait.wait.needs_drug_free_certificate),
        "lines": [_line(line) for line in now.lines],
        "findings": [_finding(finding) for finding in now.findings],
        "pending": [
            {
                "decision": _named(decision.number),
                "acted_on": decision.acted_on,
                "effective_on": decision.effective_on,
                "points": law.heaviest(decision.offences).points,
            }
            for decision in now.pending
        ],
    }


def _line(line: law.Line) -> dict[str, Any]:
    said = explanations.of_line(line)
    decision = line.decision
    return {
        "on": line.on,
        "kind": line.kind,
        "points": line.points,
        "balance": line.balance,
        "decision": decision and _named(decision.number),
        "acted_on": decision and decision.acted_on,
        "offences": [] if decision is None else _offences(decision),
        "sources": [str(source) for source in line.sources],
        "explanation": said.vi,
        "explanation_en": said.en,
    }


def _offences(decision: law.Decision) -> list[dict[str, Any]]:
    counted = law.heaviest(decision.offences)
    shown = []
    for offence in decision.offences:
        row = catalogue.offence(offence.code, decision.acted_on) if offence.code else None
        provision = wording.article(str(row.source)) if row else None
        shown.append(
            {
                "code": offence.code,
                "points": offence.points,
                "drug": offence.drug,
                "counts": offence is counted,
                "summary": row and row.summary_vi,
                "summary_en": row and row.summary_en,
                "provision": provision and provision.vi,
                "provision_en": provision and provision.en,
            }
        )
    return shown


def _finding(finding: law.Finding) -> dict[str, Any]:
    said = explanations.of_finding(finding)
    return {
        "code": finding.code,
        "on": finding.on,
        "decision": None if finding.decision is None else _named(finding.decision),
        "test_from": finding.test_from,
        "sources": [str(source) for source in finding.sources],
        "explanation": said.vi,
        "explanation_en": said.en,
    }


def _named(decision_key: str) -> dict[str, Any]:
    """A decision's key among the facts of an account, `number/year/authority`, as its three words."""
    number, year, authority = decision_key.rsplit("/", 2)
    return {"authority": authority, "number": number, "year": int(year)}
