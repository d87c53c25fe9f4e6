"""The machine API as one: its routes, its strict queries, and how every refusal is written."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer

from gplx.api import (
    certificates,
    credential_status,
    decisions,
    exams,
    health,
    licences,
    notices,
    offences,
    results,
    what_if,
)
from gplx.api.access import Scope
from gplx.api.described import complete
from gplx.api.problems import FIELD_KINDS, Problem, field, invalid, of_status
from gplx.api.strict import query, shown_key
from gplx.api.transport import rendered

logger = logging.getLogger(__name__)

# Pydantic's words for what is wrong with a parameter, in ours; our own types use our codes already.
_FAULTS = {
    "missing": "required",
    "literal_error": "not_listed",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
}


class Json(BaseRenderer):
    """Answers as UTF-8, letters as they are."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data)


class Route(NamedTuple):
    """One operation as it can be called."""

    method: str
    path: str
    operation: Operation
    scope: str | None


class MachineApi(NinjaAPI):
    """The framework's API with our description of problems, bodies and scopes."""

    def get_openapi_schema(self, **given: Any) -> Any:
        description = super().get_openapi_schema(**given)
        prefix = "/api/v1"
        scope_of = {
            (prefix + route.path, route.method.lower()): route.scope for route in routes() if route.scope is not None
        }
        complete(description, scope_of)
        return description


api = MachineApi(
    title="GPLX",
    version="1",
    urls_namespace="api",
    renderer=Json(),
    description=(
        "Sổ đăng ký giấy phép lái xe: quyết định vào, điểm ra. / A register of driving licences: decisions in, points"
        " out. See docs/api.md."
    ),
)
api.add_router("/decisions", decisions.router)
api.add_router("/health/certificates", certificates.router)
api.add_router("/licences", licences.router)
api.add_router("/licences", notices.of_licences)
api.add_router("/licences", credential_status.router)
api.add_router("/notices", notices.receipts)
api.add_router("/exams", exams.router)
api.add_router("/exams", results.router)
api.add_router("/what-if", what_if.router)
api.add_router("/catalogue", offences.router)
api.add_router("", health.router)


def routes() -> Iterator[Route]:
    """Every operation of the API."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                callbacks = [one for one in operation.auth_callbacks if isinstance(one, Scope)]
                scope = callbacks[0].scope if callbacks else None
                shown = re.sub(r"{[^}:]+:", "{", f"{bound.prefix}{path}")
                for method in operation.methods:
                    yield Route(method, "/" + shown.strip("/"), operation, scope)


Run = Callable[..., HttpResponse]


def strict_query(run: Run) -> Run:
    """Refuse a query parameter that the operation does not know (B13)."""
    # The framework gives us its operation's bound method.
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    }

    def checked(request: HttpRequest, **given: Any) -> HttpResponse:
        unknown = sorted(query(request.META.get("QUERY_STRING", "")).keys() - known)
        if unknown:
            return rendered(invalid(*(field(shown_key(key), "unknown_parameter") for key in unknown)))
        return run(request, **given)

    return checked


api.add_decorator(strict_query, mode="view")


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return rendered(problem)


@api.exception_handler(ValidationError)
def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = []
    for fault in error.errors:
        code = _FAULTS.get(fault["type"], fault["type"])
        names = [part for part in fault["loc"] if isinstance(part, str)]
        fields.append(field(shown_key(names[-1]), code if code in FIELD_KINDS else "invalid"))
    return rendered(invalid(*fields))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return rendered(of_status(404))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return rendered(of_status(error.status_code))


@api.exception_handler(UnreadablePostError)
def _unreadable(request: HttpRequest, error: UnreadablePostError) -> HttpResponse:
    return rendered(of_status(400))


@api.exception_handler(InterfaceError)
@api.exception_handler(OperationalError)
def _database(request: HttpRequest, error: OperationalError | InterfaceError) -> HttpResponse:
    # Its text may quote a row: only the state goes to the log.
    logger.error("The database could not be used: %s.", getattr(error.__cause__, "sqlstate", None) or "no connection")
    return rendered(Problem("unavailable", headers={"Retry-After": "5"}))


@api.exception_handler(Exception)
def _bug(request: HttpRequest, error: Exception) -> HttpResponse:
    # Where it happened goes to the log; the address and the error's own words could name a person (I18).
    route = request.resolver_match.route if request.resolver_match else "?"
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s in %s %s\n%s", type(error).__name__, request.method, route, frames)
    return rendered(Problem("internal"))
