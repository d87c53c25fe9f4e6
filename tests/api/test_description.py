"""The API keeps to its own description: generated requests, no server error, every answer as described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from gplx.api.application import api
from gplx.licences.models import Holder
from gplx.project.wsgi import application
from tests.api.conftest import AUTHORITY, NUMBER, WHY, Machine, a_decision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open_connection")]

EXAMPLES, MANY_EXAMPLES = 10, 300
"""Generated requests for each operation: in the everyday run, and when asked for with -m long."""

CHECKS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
_CALM = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]


@pytest.fixture
def _open_connection(police: Machine, holder: Holder) -> Iterator[None]:
    """There is a decision to find, and requests leave the test's connection open."""
    police.post("/api/v1/decisions", a_decision())
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# The API behind its real WSGI application, described by itself.
schema = schemathesis.openapi.from_dict(json.loads(orjson.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))))
schema.app = application


def aim(case: Any) -> None:
    """Let every second request mean the client's own authority and a licence that exists, so that more is reached."""
    if len(repr(case.body)) % 2:
        return
    for name, known in (("authority", AUTHORITY), ("number", NUMBER)):
        if name in case.path_parameters and (name == "authority" or "licences" in case.path):
            case.path_parameters[name] = known
    for body in (case.body, case.body.get("decision") if isinstance(case.body, dict) else None):
        if isinstance(body, dict) and "authority" in body:
            body["authority"] = AUTHORITY


def headers(client: Machine) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {client.token}",
        "Access-Purpose": WHY["HTTP_ACCESS_PURPOSE"],
        "Access-Reference": WHY["HTTP_ACCESS_REFERENCE"],
    }


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=_CALM)
def test_no_request_makes_the_server_fail(case: Any, police: Machine) -> None:
    aim(case)
    case.call_and_validate(headers=headers(police), checks=CHECKS)


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=MANY_EXAMPLES, deadline=None, database=None, suppress_health_check=_CALM)
def test_no_request_of_many_makes_the_server_fail(case: Any, police: Machine) -> None:
    aim(case)
    case.call_and_validate(headers=headers(police), checks=CHECKS)
