"""Who may call what, and why a person's record is read."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote

from django.http import HttpRequest
from ninja.security import HttpBearer

from gplx.accounts import tokens
from gplx.accounts.tokens import Bearer
from gplx.api import strict
from gplx.api.problems import Field, Problem, field, invalid
from gplx.audit.actions import NewAccess, record_access
from gplx.audit.models import Purpose

PURPOSE_HEADER, REFERENCE_HEADER = "Access-Purpose", "Access-Reference"
REFERENCE_LENGTH_MAX = 80
ACTOR_NAME_LENGTH_MAX = 200
TOKEN_URL = "/api/oauth/token"

_PURPOSES = frozenset(Purpose.values)
_REFERENCE = re.compile(r"[^\W_](?:[\w ./:-]*[^\W_])?")


class Purposed(NamedTuple):
    """Why a record is read: a purpose of the closed list, and the case, stop or decision it is for."""

    purpose: str
    reference: str


class Scope(HttpBearer):
    """Lets in a client whose token carries one scope."""

    openapi_type = "oauth2"
    openapi_flows = {
        "clientCredentials": {
            "tokenUrl": TOKEN_URL,
            "scopes": {scope: f"{vi} / {en}" for scope, (vi, en) in tokens.SCOPES.items()},
        }
    }

    def __init__(self, scope: str) -> None:
        assert scope in tokens.SCOPES
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Bearer:
        token = tokens.token_of(request.META.get("HTTP_AUTHORIZATION", ""))
        return self.authenticate(request, token or "")

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        found = tokens.bearer(token) if token else None
        if found is None:
            raise unauthorized()
        if self.scope not in found.scopes:
            raise scope_missing(self.scope)
        return found


class ScopeInStatement(Scope):
    """The operation checks token and scope in the statement that answers it."""

    def __call__(self, request: HttpRequest) -> Bearer:
        return Bearer("", "", "", [])


def unauthorized() -> Problem:
    """Without a token that is good now: the same answer whether it is missing, wrong, or has expired (B22)."""
    return Problem("unauthorized", headers={"WWW-Authenticate": 'Bearer realm="gplx"'})


def scope_missing(scope: str) -> Problem:
    """A good token that was not given for this."""
    challenge = f'Bearer realm="gplx", error="insufficient_scope", scope="{scope}"'
    return Problem("scope_missing", headers={"WWW-Authenticate": challenge})


def purposed(purpose: str, reference: str) -> Purposed:
    """Why a record is read, from the two headers; other letters than ASCII are percent-encoded UTF-8 in a header.

    Raises:
        Problem: one is missing, the purpose is not listed, or the reference is not like a case number.
    """
    faults: list[Field] = []
    if purpose not in _PURPOSES:
        faults.append(field(PURPOSE_HEADER, "not_listed" if purpose else "required"))
    try:
        reference = unicodedata.normalize("NFC", unquote(reference, errors="strict")) if reference.isascii() else "\x00"
    except UnicodeDecodeError:
        reference = "\x00"
    if not reference:
        faults.append(field(REFERENCE_HEADER, "required"))
    elif len(reference) > REFERENCE_LENGTH_MAX:
        faults.append(field(REFERENCE_HEADER, "too_long"))
    elif not strict.is_clean(reference) or not _REFERENCE.fullmatch(reference):
        faults.append(field(REFERENCE_HEADER, "text_character"))
    if faults:
        raise invalid(*faults)
    return Purposed(purpose, reference)


def purposed_by(request: HttpRequest) -> Purposed:
    """Why a record is read, from a request."""
    return purposed(request.META.get("HTTP_ACCESS_PURPOSE", ""), request.META.get("HTTP_ACCESS_REFERENCE", ""))


def name_of(client: str) -> str:
    """SQL for the name under which the person sees the client: the system and its authority."""
    return f"left({client}.name || ' (' || {client}.authority || ')', {ACTOR_NAME_LENGTH_MAX})"


def log_access(client: Bearer, why: Purposed, holder_id: int | None, what: str) -> None:
    """Record that a client read a person's record, or found nobody."""
    name = f"{client.name} ({client.authority})"[:ACTOR_NAME_LENGTH_MAX]
    record_access([NewAccess(holder_id, "client", client.client_id, name, why.purpose, why.reference, what)])
