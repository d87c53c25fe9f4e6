"""The token endpoint: client credentials in, a short-lived bearer token out.

Source: RFC 6749 sections 2.3.1, 4.4, 5.1, 5.2; RFC 6750.
"""

from __future__ import annotations

import base64
import binascii
import logging
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus

import orjson
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from gplx.accounts import tokens
from gplx.accounts.addresses import address_of
from gplx.api import limits
from gplx.api.problems import Problem
from gplx.api.transport import rendered

GRANT_TYPE = "client_credentials"
PARAMETERS_MAX = 20

logger = logging.getLogger(__name__)


class _RefusedError(Exception):
    """An error of RFC 6749 section 5.2."""

    def __init__(self, error: str, status: int = 400, *, by_basic: bool = False) -> None:
        super().__init__(error)
        self.error, self.status, self.by_basic = error, status, by_basic


class _Credentials(NamedTuple):
    client_id: str
    secret: str
    by_basic: bool


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Give a token to a client that knows its secret."""
    if request.method != "POST":
        return rendered(Problem("method_not_allowed", headers={"Allow": "POST"}))
    try:
        issued = _issue(request)
    except Problem as problem:
        return rendered(problem)
    except (OperationalError, InterfaceError):
        # Not of the list of section 5.2, which knows no such trouble; the status and the header say what to do.
        connection.close()
        response = _json({"error": "temporarily_unavailable"}, 503)
        response["Retry-After"] = "5"
        return response
    except _RefusedError as refused:
        response = _json({"error": refused.error}, refused.status)
        if refused.by_basic:
            response["WWW-Authenticate"] = 'Basic realm="gplx", charset="UTF-8"'
        return response
    return _json(
        {
            "access_token": issued.token,
            "token_type": "Bearer",
            "expires_in": int(issued.lifetime.total_seconds()),
            "scope": " ".join(issued.scopes),
        },
        200,
    )


def _issue(request: HttpRequest) -> tokens.Issued:
    form = _form(request.body)
    given = _credentials(request.META.get("HTTP_AUTHORIZATION", ""), form)
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise _RefusedError("invalid_request")
    address = address_of(request)
    limits.refuse_hurried_attempts(address, given.client_id)
    client = tokens.authenticate(given.client_id, given.secret)
    if client is None:
        limits.keep_refused_attempt(address, given.client_id)
        logger.warning("A client secret was refused.")
        raise _RefusedError("invalid_client", 401, by_basic=given.by_basic)
    if grant_type != GRANT_TYPE:
        raise _RefusedError("unsupported_grant_type")
    try:
        return tokens.issue(client, form.get("scope", "").split(" ") if form.get("scope") else ())
    except tokens.ScopeNotAllowedError:
        raise _RefusedError("invalid_scope") from None


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=PARAMETERS_MAX,
        )
    except ValueError:
        raise _RefusedError("invalid_request") from None
    form = dict(pairs)
    if len(form) != len(pairs) or "\x00" in "".join(form.values()):
        raise _RefusedError("invalid_request")
    return form


def _credentials(authorization: str, form: dict[str, str]) -> _Credentials:
    """Who says he is who: by Basic or in the form, never both."""
    if authorization:
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic" or "client_secret" in form:
            raise _RefusedError("invalid_request")
        try:
            client_id, colon, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise _RefusedError("invalid_request") from None
        client_id, secret = unquote_plus(client_id), unquote_plus(secret)
        if not colon or form.get("client_id", client_id) != client_id:
            raise _RefusedError("invalid_request")
        by_basic = True
    else:
        client_id, secret, by_basic = form.get("client_id", ""), form.get("client_secret", ""), False
    if not client_id or not secret or "\x00" in client_id:
        raise _RefusedError("invalid_client", 401, by_basic=True)
    return _Credentials(client_id, secret, by_basic)


def _json(value: dict[str, object], status: int) -> HttpResponse:
    response = HttpResponse(orjson.dumps(value), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response
