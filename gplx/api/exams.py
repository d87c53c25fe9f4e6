"""The knowledge test over the API: who may register, sessions, and registrations from submission to withdrawal."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Status

from gplx import clock
from gplx.accounts.models import MachineClient
from gplx.accounts.tokens import Bearer
from gplx.api import exams_schemas as schemas
from gplx.api import limits, strict
from gplx.api.access import Scope, log_access, purposed_by
from gplx.api.decisions import client_of
from gplx.api.described import body, problems, purpose_headers
from gplx.api.licences import look
from gplx.api.problems import Field, Problem, field, invalid
from gplx.dossiers import clock as dossier_clock
from gplx.dossiers import queries as dossiers
from gplx.dossiers.actions import LiveDossierError
from gplx.dossiers.models import Channel, State
from gplx.dossiers.states import PORTAL_STATUS, Actor
from gplx.errors import MoveNotAllowedError
from gplx.exams import calendar, eligibility, queries, registering, words
from gplx.exams.calendar import SessionFaultError, StaleSessionError
from gplx.exams.models import Registration, Session
from gplx.exams.registering import NotEligibleError, SessionNotOpenError
from gplx.law import exams as law
from gplx.law.provinces import provinces
from gplx.licences.models import Part

SCOPE = "exams:register"
PUBLISH_SCOPE = "exams:publish"
NUMBER_MAX = 2**53

_INSTANT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

router = Router(tags=["exams"], auth=Scope(SCOPE))
T = TypeVar("T")


@router.get("/sessions", response={200: schemas.SessionList}, summary="Sessions that take registrations")
def sessions(request: HttpRequest, asked: Query[schemas.SessionsQuery]) -> Any:
    """Published sessions with places left, by time."""
    today = clock.today()
    offers = queries.offered(
        today=today, first=asked.first, province_code=asked.province or "", is_all=asked.province is None
    )
    shown = [offer for offer in offers if asked.province in (None, offer.session.province_code)]
    items = [_session(offer.session, offer.free) for offer in shown[: asked.limit]]
    return {"on": today, "items": items}


@router.post(
    "/sessions",
    auth=Scope(PUBLISH_SCOPE),
    response={201: schemas.SessionDocument, 200: schemas.SessionDocument},
    summary="Announce a session",
    openapi_extra={**body(schemas.NewSession), **problems(409)},
)
def announce_session(request: HttpRequest) -> Any:
    """Announced (201): people can register from now on. The same place and time again is the same session (200).

    The unit that holds it is the client itself, by its name.
    """
    client = client_of(request)
    told = _body(request, {"province_code", "place", "starts_at", "capacity"}, set())
    place, province = _text(told, "place", 200), _text(told, "province_code", 2)
    if not place:
        raise invalid(field("place", "required"))
    starts_at, capacity = _instant(told, "starts_at"), _number(told, "capacity")
    if province not in {one.code for one in provinces(clock.today())}:
        raise invalid(field("province_code", "not_listed"))
    known = Session.objects.filter(unit=client.name, place=place, starts_at=starts_at, cancelled_at=None).first()
    by = Actor("client", client.client_id)
    try:
        with transaction.atomic():
            session = known or calendar.propose(
                province_code=province, unit=client.name, place=place, starts_at=starts_at, capacity=capacity, by=by
            )
            calendar.publish([session.pk], province_code=province, by=by)
    except SessionFaultError as refused:
        raise invalid(field("capacity" if refused.code == "capacity" else "starts_at", "out_of_range")) from None
    except StaleSessionError:
        raise Problem("not_now") from None
    session.refresh_from_db()
    free = session.capacity - queries.taken([session.pk])[session.pk]
    return Status(201 if known is None else 200, _session(session, free))


@router.get(
    "/licences/{number}/{part}",
    response={200: schemas.EligibilityDocument},
    summary="May this person register, and what is missing?",
    openapi_extra={**purpose_headers(), **problems(404, 429)},
)
def read_eligibility(request: HttpRequest, number: str, part: str, asked: Query[schemas.EligibilityQuery]) -> Any:
    """Every condition with its article and what helps, for the day of a session or for today."""
    why = purposed_by(request)
    licence, parts = look(client_of(request), why, number, "eligibility")
    if part not in Part.values or part not in {held for held, _ in parts}:
        raise invalid(field("part", "part_not_held" if part in Part.values else "not_listed"))
    session = _session_or_none(asked.session)
    now = eligibility.look(
        licence.holder, part, session_on=session.on if session else None, certificate=asked.certificate or ""
    )
    wait = now.statement.exhaustion
    return {
        "licence_number": licence.number,
        "part": part,
        "on": now.on,
        "session_on": now.session_on,
        "balance": now.statement.balance,
        "exhausted_on": wait and wait.on,
        "wait_ground": wait and wait.wait.ground,
        "wait_months": wait and wait.wait.months,
        "test_from": now.test_from,
        "category": now.tested and now.tested[0],
        "regime": now.tested and now.tested[1],
        "may_register": now.may_register,
        "registration": now.live and now.live.dossier.code,
        "conditions": [_condition(condition) for condition in now.conditions],
    }


@router.post(
    "/registrations",
    response={201: schemas.RegistrationDocument, 200: schemas.RegistrationDocument},
    summary="Register a person for a session",
    openapi_extra={**body(schemas.NewRegistration), **purpose_headers(), **problems(404, 409, 429)},
)
def register(request: HttpRequest) -> Any:
    """Registered (201); or one is open already, which is answered (200): sending again is safe.

    422 not_eligible names every condition that is not met. 409 session_not_open: full, called off, or too near.
    """
    client, why = client_of(request), purposed_by(request)
    told = _body(request, {"licence_number", "part", "session"}, {"certificate", "interpreter_language"})
    number = strict.licence_number(_text(told, "licence_number", 12))
    part = _text(told, "part", 10)
    session_id = _number(told, "session")
    licence, parts = look(client, why, number, "registration")
    if part not in Part.values or part not in {held for held, _ in parts}:
        raise invalid(field("part", "part_not_held" if part in Part.values else "not_listed"))
    try:
        registration = registering.register(
            licence.holder,
            part,
            session_id=session_id,
            channel=Channel.ONLINE,
            by=Actor("client", client.client_id),
            certificate=_text(told, "certificate", 40),
            interpreter_language=_text(told, "interpreter_language", 40),
        )
    except LiveDossierError as already:
        known = Registration.objects.get(dossier=already.dossier)
        if not _is_of(client, known):
            raise Problem("registered_elsewhere") from None
        return Status(200, _registration(known))
    except NotEligibleError as refused:
        raise _not_eligible(refused) from None
    except SessionNotOpenError:
        raise Problem("session_not_open") from None
    return Status(201, _registration(registration))


@router.get(
    "/registrations/{code}",
    response={200: schemas.RegistrationDocument},
    summary="How a registration stands",
    openapi_extra={**purpose_headers(), **problems(404, 429)},
)
def read(request: HttpRequest, code: str) -> Any:
    """The registration with every step; only to clients of the authority that submitted it."""
    return _registration(_own(request, code, "registration"))


@router.post(
    "/registrations/{code}/session",
    response={200: schemas.RegistrationDocument},
    summary="Choose another session",
    openapi_extra={**body(schemas.SessionChange), **purpose_headers(), **problems(404, 409, 429)},
)
def change_session(request: HttpRequest, code: str) -> Any:
    """Conditions are judged anew, for the new day."""
    told = _body(request, {"session"}, set())
    session_id = _number(told, "session")
    return _act(request, code, lambda row, by: registering.change_session(row.pk, session_id=session_id, by=by))


@router.post(
    "/registrations/{code}/supplement",
    response={200: schemas.RegistrationDocument},
    summary="Add what was asked for",
    openapi_extra={**body(schemas.Supplement), **purpose_headers(), **problems(404, 409, 429)},
)
def supplement(request: HttpRequest, code: str) -> Any:
    """The time for the answer begins anew."""
    told = _body(request, {"note"}, {"certificate"})
    note, certificate = _text(told, "note", 300), _text(told, "certificate", 40)
    if not note:
        raise invalid(field("note", "required"))
    return _act(
        request, code, lambda row, by: registering.supplement(row.pk, by=by, note=note, certificate=certificate)
    )


@router.post(
    "/registrations/{code}/withdrawal",
    response={200: schemas.RegistrationDocument},
    summary="Withdraw a registration",
    openapi_extra={**body(schemas.Withdrawal), **purpose_headers(), **problems(404, 409, 429)},
)
def withdraw(request: HttpRequest, code: str) -> Any:
    """The place is free again; the person may register anew."""
    reason = _text(_body(request, set(), {"reason"}), "reason", 300)
    return _act(request, code, lambda row, by: registering.withdraw(row.pk, by=by, reason=reason))


def _act(request: HttpRequest, code: str, act: Callable[[Registration, Actor], Registration]) -> dict[str, Any]:
    registration = _own(request, code, "registration")
    try:
        return _registration(act(registration, Actor("client", client_of(request).client_id)))
    except NotEligibleError as refused:
        raise _not_eligible(refused) from None
    except SessionNotOpenError:
        raise Problem("session_not_open") from None
    except MoveNotAllowedError:
        raise Problem("not_now") from None


def _own(request: HttpRequest, code: str, what: str) -> Registration:
    """A registration that a client of the caller's authority submitted; others do not exist (T01, T23)."""
    client, why = client_of(request), purposed_by(request)
    limits.refuse_guessing(client.client_id)
    registration = queries.by_code(code) if strict.is_clean(code) and len(code) <= 40 else None
    if registration is not None and not _is_of(client, registration):
        registration = None
    log_access(client, why, None if registration is None else registration.holder_id, what)
    if registration is None:
        raise Problem("not_found")
    return registration


def _is_of(client: Bearer, registration: Registration) -> bool:
    first = registration.dossier.moves.filter(number=1, actor_kind="client").first()
    if first is None:
        return False
    return MachineClient.objects.filter(client_id=first.actor, authority=client.authority).exists()


def _not_eligible(refused: NotEligibleError) -> Problem:
    fields = []
    for condition in refused.conditions:
        said = words.said(condition)
        article = f" ({said.article.vi})"
        fields.append(
            Field(
                condition.code,
                condition.state,
                f"{said.text.vi} {said.remedy.vi}{article}",
                f"{said.text.en} {said.remedy.en} ({said.article.en})",
            )
        )
    return Problem("not_eligible", fields)


def _condition(condition: law.Condition) -> dict[str, Any]:
    said = words.said(condition)
    return {
        "code": condition.code,
        "state": condition.state,
        "blocks": condition.blocks,
        "day": condition.day,
        "name": said.name.vi,
        "name_en": said.name.en,
        "text": said.text.vi,
        "text_en": said.text.en,
        "remedy": said.remedy.vi,
        "remedy_en": said.remedy.en,
        "sources": [str(source) for source in condition.sources],
    }


def _registration(registration: Registration) -> dict[str, Any]:
    registration.refresh_from_db()
    dossier = registration.dossier
    moves = dossiers.moves_of([dossier.pk])[dossier.pk]
    due = dossier_clock.due(dossier, moves, today=clock.today())
    session = registration.session
    waits = dossier.state == State.REGISTERED
    free = session.capacity - queries.taken([session.pk])[session.pk] if session else 0
    return {
        "code": dossier.code,
        "state": dossier.state,
        "portal_status": PORTAL_STATUS[State(dossier.state)],
        "version": dossier.version,
        "part": registration.part,
        "category": registration.category,
        "regime": registration.regime,
        "certificate": registration.certificate,
        "session": session and _session(session, free),
        "opened_on": dossier.opened_on,
        "due_on": due.due_on if due and waits else None,
        "told_on": registration.told_on,
        "outcome": registration.outcome,
        "outcome_on": registration.outcome_on,
        "moves": [
            {
                "number": move.number,
                "move": move.name,
                "state": move.to,
                "on": move.on,
                "by": move.actor_kind,
                "reason": move.reason,
                "findings": move.findings,
            }
            for move in moves
        ],
    }


def _session(session: Session, free: int) -> dict[str, Any]:
    return {
        "id": session.pk,
        "province_code": session.province_code,
        "unit": session.unit,
        "place": session.place,
        "starts_at": session.starts_at,
        "capacity": session.capacity,
        "free": free,
        "register_until": law.notice_by(session.on),
    }


def _session_or_none(session_id: int | None) -> Session | None:
    if session_id is None:
        return None
    session = Session.objects.filter(pk=session_id, published_at__isnull=False, cancelled_at__isnull=True).first()
    if session is None:
        raise invalid(field("session", "invalid"))
    return session


def _body(request: HttpRequest, required: set[str], optional: set[str]) -> dict[str, Any]:
    value = strict.json_object(request.body)
    strict.keys(value, frozenset(required), frozenset(required | optional))
    if faults := list(strict.unclean(value)):
        raise invalid(*faults)
    return value


def _text(value: dict[str, Any], name: str, longest: int) -> str:
    text = value.get(name, "")
    if type(text) is not str:
        raise invalid(field(name, "not_text"))
    if len(text) > longest:
        raise invalid(field(name, "too_long"))
    return text.strip()


def _instant(value: dict[str, Any], name: str) -> datetime:
    """An instant with its offset from UTC, as RFC 3339 writes it (B15)."""
    text = value[name]
    if type(text) is not str or not _INSTANT.fullmatch(text):
        raise invalid(field(name, "instant"))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise invalid(field(name, "instant")) from None


def _number(value: dict[str, Any], name: str) -> int:
    number = value[name]
    if type(number) is not int:
        raise invalid(field(name, "not_integer"))
    if not 1 <= number <= NUMBER_MAX:
        raise invalid(field(name, "out_of_range"))
    return number
