"""The WSGI application that the web server runs: Django, and before it a short way for the look at one licence.

The short way answers `GET /api/v1/licences/{number}/standing` with the same code as Django's route (token, limits,
access log and answer are one statement of `gplx.api.standing`); it only leaves out what machines do not need: sessions,
languages, forms. Whatever is unusual about a request goes to Django.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from django.core.wsgi import get_wsgi_application

# A thread that comes back from the database waits for the others this long at most, not ten times as long: half the
# 99th percentile of a look.
sys.setswitchinterval(0.0005)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gplx.project.settings")
_django = get_wsgi_application()

from csp.utils import build_policy  # noqa: E402
from django.conf import settings  # noqa: E402  settings exist once Django is set up
from django.db import connection  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402

from gplx.api import standing  # noqa: E402
from gplx.api.problems import Problem  # noqa: E402
from gplx.api.transport import FIXED_HEADERS  # noqa: E402

logger = logging.getLogger(__name__)

Environment: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]

_STANDING = re.compile(r"/api/v1/licences/([0-9]{12})/standing")
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# What Django's middleware adds to every answer. Where that could differ (a cookie, a query) the long way is taken.
_DRESS = [
    ("Content-Language", settings.LANGUAGE_CODE),
    ("Content-Security-Policy", build_policy()),
    ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
    ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
    ("X-Frame-Options", settings.X_FRAME_OPTIONS),
]
if settings.SECURE_HSTS_SECONDS:
    _DRESS.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
_HOSTS_MAX = 64
_known_hosts: set[str] = set()


def application(environment: Environment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request."""
    if environment["REQUEST_METHOD"] == "GET" and not (environment.get("QUERY_STRING") or "HTTP_COOKIE" in environment):
        found = _STANDING.fullmatch(environment.get("PATH_INFO", ""))
        if found and _is_known_host(environment.get("HTTP_HOST", "")) and _is_secure_enough(environment):
            return _look(found[1], environment, start_response)
    return _django(environment, start_response)


def _look(number: str, environment: Environment, start_response: StartResponse) -> list[bytes]:
    asked = standing.Asked(
        number,
        environment.get("QUERY_STRING", ""),
        environment.get("HTTP_AUTHORIZATION", ""),
        environment.get("HTTP_ACCESS_PURPOSE", ""),
        environment.get("HTTP_ACCESS_REFERENCE", ""),
    )
    try:
        answer = standing.respond(asked)
    except Exception as error:
        answer = _broken(error)
    if connection.errors_occurred and not connection.in_atomic_block:
        # What Django does between two requests; nobody else would do it for this thread.
        connection.close_if_unusable_or_obsolete()
    headers = [*answer.headers.items(), *_DRESS, ("Content-Length", str(len(answer.body)))]
    start_response(_STATUS_LINES[answer.status], headers)
    return [answer.body]


def _broken(error: Exception) -> standing.Answer:
    """A fault of ours. Where it happened goes to the log; its own words could name a person (I18)."""
    logger.error("%s in a look\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    problem = Problem("internal")
    return standing.Answer(problem.status, {**problem.headers, **FIXED_HEADERS}, problem.body())


def _is_known_host(host: str) -> bool:
    """By Django's own rule; what it said is remembered."""
    if host in _known_hosts:
        return True
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    if len(_known_hosts) < _HOSTS_MAX:
        _known_hosts.add(host)
    return True


def _is_secure_enough(environment: Environment) -> bool:
    """Whether Django would not redirect this request to HTTPS first."""
    if not settings.SECURE_SSL_REDIRECT:
        return True
    behind = settings.SECURE_PROXY_SSL_HEADER
    if behind:
        header, value = behind
        return bool(environment.get(header) == value)
    return bool(environment.get("wsgi.url_scheme") == "https")
