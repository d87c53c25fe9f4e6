"""The short way before Django answers as Django's own route does, and records the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from gplx.api import limits, standing
from gplx.audit.models import Access
from gplx.licences.models import Holder
from gplx.project import wsgi
from tests.api.conftest import NUMBER, WHY, Machine, machine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_open_connection")]

PATH = f"/api/v1/licences/{NUMBER}/standing"
UNKNOWN = "/api/v1/licences/790000000777/standing"


@pytest.fixture
def _open_connection() -> Iterator[None]:
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def call(path: str, **changes: Any) -> tuple[int, dict[str, str], bytes]:
    """What the WSGI application answers."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        started.update(status=int(status.split()[0]), headers=dict(headers))

    environment = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "127.0.0.1:8000",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        **changes,
    }
    body = b"".join(wsgi.application(environment, start_response))
    return started["status"], started["headers"], body


@pytest.fixture
def went_to_django(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that Django was asked for."""
    paths: list[str] = []
    django = wsgi._django

    def asked(environment: wsgi.Environment, start_response: wsgi.StartResponse) -> Iterable[bytes]:
        paths.append(environment["PATH_INFO"])
        return django(environment, start_response)

    monkeypatch.setattr(wsgi, "_django", asked)
    return paths


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        (PATH, {}),
        (UNKNOWN, {}),
        (PATH, {"HTTP_ACCESS_PURPOSE": "curiosity"}),
        (PATH, {"HTTP_ACCESS_REFERENCE": ""}),
        (PATH, {"HTTP_AUTHORIZATION": ""}),
        (PATH, {"HTTP_AUTHORIZATION": "Bearer wrong"}),
    ],
)
def test_both_ways_answer_and_record_the_same(
    police: Machine,
    holder: Holder,
    monkeypatch: pytest.MonkeyPatch,
    went_to_django: list[str],
    path: str,
    changes: dict[str, str],
) -> None:
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}", **changes}
    short_status, short_headers, short_body = call(path, **given)
    recorded = list(Access.objects.order_by("id").values_list("holder_id", "actor", "purpose", "reference", "what"))
    assert went_to_django == []
    monkeypatch.setattr(wsgi, "_STANDING", re.compile("nothing"))
    long_status, long_headers, long_body = call(path, **given)
    assert went_to_django == [path]
    both = list(Access.objects.order_by("id").values_list("holder_id", "actor", "purpose", "reference", "what"))
    assert (short_status, short_body) == (long_status, long_body)
    assert short_headers == long_headers
    assert both == recorded * 2


def test_a_look_is_one_statement(police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    execute = standing._execute

    def noted(given: dict[str, object]) -> object:
        sent.append(given)
        return execute(given)

    monkeypatch.setattr(standing, "_execute", noted)
    with CaptureQueriesContext(connection) as others:
        status, _, _ = call(PATH, **WHY, HTTP_AUTHORIZATION=f"Bearer {police.token}")
    assert (status, len(sent), len(others)) == (200, 1, 0)
    assert Access.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": ""},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_COOKIE": "django_language=en", "HTTP_ACCESS_PURPOSE": ""},
        {"QUERY_STRING": "on=2026-01-01"},
        {"QUERY_STRING": "a=1&a=2"},
        {"QUERY_STRING": "a=%ff"},
        {"PATH_INFO": f"{PATH}/"},
        {"PATH_INFO": "/api/v1/licences/79000000000/standing"},
    ],
)
def test_what_is_unusual_goes_to_django(
    police: Machine, holder: Holder, went_to_django: list[str], changes: dict[str, str]
) -> None:
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}", **changes}
    status, _, _ = call(given.pop("PATH_INFO", PATH), **given)
    assert len(went_to_django) == 1
    assert status in (400, 404, 405, 422)
    assert Access.objects.count() == 0


def test_plain_http_goes_to_django_where_https_is_the_rule(police: Machine, holder: Holder, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}"}
    assert call(PATH, **given, **{"wsgi.url_scheme": "https"})[0] == 200
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert call(PATH, **given, HTTP_X_FORWARDED_PROTO="https")[0] == 200
    assert not wsgi._is_secure_enough({"wsgi.url_scheme": "http"})
    settings.SECURE_PROXY_SSL_HEADER = None
    assert not wsgi._is_secure_enough({"wsgi.url_scheme": "http"})


def test_t35_the_short_way_stops_guessing_too(police: Machine, holder: Holder) -> None:
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}"}
    Access.objects.bulk_create(
        Access(actor_kind="client", actor=police.client_id, actor_name="x", purpose="roadside_check", what="standing")
        for _ in range(limits.MISSES_OF_A_CLIENT_MAX)
    )
    assert call(PATH, **given)[0] == 429
    assert call(PATH, **{**given, "HTTP_AUTHORIZATION": f"Bearer {machine().token}"})[0] == 200


@pytest.mark.django_db(transaction=True)
def test_f04_a_look_after_the_database_came_back_finds_it(police: Machine, holder: Holder) -> None:
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}"}
    assert call(PATH, **given)[0] == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    other.close()
    assert call(PATH, **given)[0] == 200
    assert Access.objects.count() == 2


def end_all_backends() -> None:
    """What a restart of the server does to every connection."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    other.close()


@pytest.mark.django_db(transaction=True)
def test_f04_a_demos_own_clock_does_not_stand_in_the_way(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GPLX_TODAY")
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}"}
    assert call(PATH, **given)[0] == 200
    for changes in ({}, {"HTTP_ACCESS_PURPOSE": ""}, {}):
        end_all_backends()
        assert call(PATH, **{**given, **changes})[0] == (422 if changes else 200)


@pytest.mark.django_db(transaction=True)
def test_f04_no_database_is_told_and_its_return_is_noticed(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GPLX_TODAY")
    given = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {police.token}"}
    with monkeypatch.context() as down:
        connection.close()
        down.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        down.setitem(connection.settings_dict, "PORT", "9")
        for changes in ({}, {"HTTP_ACCESS_PURPOSE": ""}):
            status, headers, body = call(PATH, **{**given, **changes})
            assert (status, headers["Content-Type"]) == (503, "application/problem+json")
            assert (headers["Retry-After"], orjson.loads(body)["code"]) == ("5", "unavailable")
    assert call(PATH, **given)[0] == 200


def test_a_fault_of_ours_is_a_problem_document_and_names_nobody(
    police: Machine, holder: Holder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GPLX_TODAY", f"no day {NUMBER}")
    status, headers, body = call(PATH, **WHY, HTTP_AUTHORIZATION=f"Bearer {police.token}")
    assert (status, headers["Content-Type"]) == (500, "application/problem+json")
    assert orjson.loads(body)["code"] == "internal"
    assert "ValueError in a look" in caplog.text
    assert NUMBER not in caplog.text
