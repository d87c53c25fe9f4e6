"""Every route of the API against every caller: the expectations are written here, the routes come from the API.

A route that is not listed fails (T37). Callers: nobody, a bad token, each scope alone, the right scope of another
authority.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.test import Client

from gplx.accounts.tokens import SCOPES
from gplx.api.application import routes
from gplx.licences.models import Holder
from gplx.points.models import Account
from gplx.sanctions.models import Annulment, Decision
from tests.api import exam_cases
from tests.api.conftest import AUTHORITY, NUMBER, OTHER_AUTHORITY, WHY, Machine, a_decision, machine

pytestmark = pytest.mark.django_db

KNOWN = f"/api/v1/decisions/{AUTHORITY}/1/2026"


class Expected(NamedTuple):
    """How to call a route rightly, the scope it needs, and what another authority's client with that scope gets."""

    path: str
    scope: str | None
    status: int
    of_another_authority: int
    body: dict[str, Any] | None = None


ANNULMENT = {"document_number": "9", "annulled_on": "2026-11-20", "reason": "Nhầm"}
AMENDMENT = {"annulled_on": "2026-11-20", "reason": "Sửa", "decision": a_decision(number="8")}
EXPECTED = {
    ("POST", "/decisions"): Expected("/api/v1/decisions", "decisions:write", 201, 403, a_decision(number="7")),
    ("POST", "/decisions/batch"): Expected(
        "/api/v1/decisions/batch", "decisions:write", 200, 200, {"decisions": [a_decision(number="6")]}
    ),
    ("POST", "/decisions/{authority}/{number}/{year}/annulment"): Expected(
        f"{KNOWN}/annulment", "decisions:write", 201, 403, ANNULMENT
    ),
    ("POST", "/decisions/{authority}/{number}/{year}/amendment"): Expected(
        f"{KNOWN}/amendment", "decisions:write", 201, 403, AMENDMENT
    ),
    ("GET", "/decisions/{authority}/{number}/{year}"): Expected(KNOWN, "decisions:write", 200, 404),
    # These clients are of no facility that examines drivers: tests/health/test_api.py has one.
    ("POST", "/health/certificates"): Expected(
        "/api/v1/health/certificates", "health:write", 403, 403, {"IDBENHVIEN": "99001"}
    ),
    ("POST", "/exams/results"): Expected("/api/v1/exams/results", "results:write", 403, 403, {"token": "x"}),
    ("GET", "/licences/{number}/standing"): Expected(f"/api/v1/licences/{NUMBER}/standing", "standing:read", 200, 200),
    ("GET", "/licences/{number}/statement"): Expected(
        f"/api/v1/licences/{NUMBER}/statement", "statement:read", 200, 200
    ),
    ("GET", "/licences/{number}/credential-status"): Expected(
        f"/api/v1/licences/{NUMBER}/credential-status", "standing:read", 200, 200
    ),
    ("GET", "/licences/{number}/notices"): Expected(f"/api/v1/licences/{NUMBER}/notices", "notices:read", 200, 200),
    # Signed by the gateway, not by a token: unsigned it is refused whoever asks.
    ("POST", "/notices/sms-receipts"): Expected(
        "/api/v1/notices/sms-receipts", None, 401, 401, {"message": "n1-sms-1", "status": "delivered"}
    ),
    ("POST", "/exams/sessions"): Expected("/api/v1/exams/sessions", "exams:publish", 201, 201, exam_cases.ANNOUNCED),
    ("GET", "/exams/sessions"): Expected("/api/v1/exams/sessions", "exams:register", 200, 200),
    ("GET", "/exams/licences/{number}/{part}"): Expected(
        f"/api/v1/exams/licences/{NUMBER}/car", "exams:register", 200, 200
    ),
    ("POST", "/exams/registrations"): Expected(
        "/api/v1/exams/registrations", "exams:register", 201, 201, exam_cases.REGISTRATION
    ),
    ("GET", "/exams/registrations/{code}"): Expected(exam_cases.OPEN, "exams:register", 200, 404),
    ("POST", "/exams/registrations/{code}/session"): Expected(
        f"{exam_cases.OPEN}/session", "exams:register", 200, 404, exam_cases.OTHER_SESSION
    ),
    ("POST", "/exams/registrations/{code}/supplement"): Expected(
        f"{exam_cases.ASKED}/supplement", "exams:register", 200, 404, {"note": "Đã có"}
    ),
    ("POST", "/exams/registrations/{code}/withdrawal"): Expected(
        f"{exam_cases.OPEN}/withdrawal", "exams:register", 200, 404, {}
    ),
    ("POST", "/what-if"): Expected(
        "/api/v1/what-if", "catalogue:read", 200, 200, {"since": "2025-01-01", "facts": [], "ask": []}
    ),
    ("GET", "/catalogue/offences"): Expected("/api/v1/catalogue/offences", "catalogue:read", 200, 200),
    ("GET", "/catalogue/offences/{code}"): Expected(
        "/api/v1/catalogue/offences/168/2024:6.9.b", "catalogue:read", 200, 200
    ),
    ("GET", "/health"): Expected("/api/v1/health", None, 200, 200),
    ("GET", "/ready"): Expected("/api/v1/ready", None, 200, 200),
}
LISTED = sorted(EXPECTED)


def call(web: Client, method: str, expected: Expected, token: str | None) -> Any:
    given: dict[str, Any] = dict(WHY)
    if token is not None:
        given["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    if method == "POST":
        return web.post(expected.path, expected.body, content_type="application/json", **given)
    return web.get(expected.path, **given)


@pytest.fixture
def known(police: Machine, holder: Holder) -> None:
    """A decision of the first authority."""
    assert police.post("/api/v1/decisions", a_decision(number="1")).status_code == 201
    exam_cases.prepare(police)


def kept() -> tuple[int, int, int]:
    """What a refused call must leave as it was."""
    return Decision.objects.count(), Annulment.objects.count(), sum(Account.objects.values_list("balance", flat=True))


def test_t37_every_route_is_listed() -> None:
    assert sorted((route.method, route.path) for route in routes()) == LISTED


def test_t37_every_route_says_its_scope() -> None:
    scopes = {(route.method, route.path): route.scope for route in routes()}
    assert scopes == {route: expected.scope for route, expected in EXPECTED.items()}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("method", "route"), LISTED)
def test_t37_without_a_token_only_health_answers(method: str, route: str) -> None:
    expected = EXPECTED[method, route]
    before = kept()
    for token in (None, "none", "x" * 43):
        status = call(Client(), method, expected, token).status_code
        assert status == (401 if expected.scope else expected.status)
    assert kept() == before


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("method", "route"), [route for route in LISTED if EXPECTED[route].scope])
def test_t37_each_other_scope_is_refused(method: str, route: str) -> None:
    expected = EXPECTED[method, route]
    before = kept()
    for scope in SCOPES.keys() - {expected.scope}:
        response = call(Client(), method, expected, machine([scope]).token)
        assert (response.status_code, response.json()["code"]) == (403, "scope_missing")
    assert kept() == before
    assert call(Client(), method, expected, machine([str(expected.scope)]).token).status_code == expected.status


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("method", "route"), [route for route in LISTED if EXPECTED[route].scope])
def test_t23_another_authority_reaches_nothing_that_is_not_its_own(method: str, route: str) -> None:
    expected = EXPECTED[method, route]
    before = kept()
    stranger = machine([str(expected.scope)], authority=OTHER_AUTHORITY)
    response = call(stranger.web, method, expected, stranger.token)
    assert response.status_code == expected.of_another_authority
    assert kept() == before
    if route.endswith("batch"):
        assert response.json()["items"][0]["code"] == "other_authority"
