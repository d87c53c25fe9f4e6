"""Machine clients: made, closed, and given short-lived bearer tokens.

A client proves itself by a secret (RFC 6749 section 4.4, client credentials) and gets an opaque token (RFC 6750). Of
secret and token only SHA-256 digests are kept: both are random and long, so a slow hash would add nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Now

from gplx.accounts.models import AccessToken, MachineClient

SCOPES = {
    "decisions:write": ("Gửi, hủy và sửa đổi quyết định của chính cơ quan mình", "Send, annul, amend own decisions"),
    "standing:read": ("Tra cứu điểm và tình trạng giấy phép lái xe", "Read the standing of a licence"),
    "statement:read": ("Tra cứu bảng kê điểm đầy đủ", "Read the full statement of a licence"),
    "notices:read": ("Đọc bằng chứng đã thông báo cho người lái xe", "Read what a driver was told, with evidence"),
    "exams:register": ("Đăng ký kiểm tra kiến thức cho người dân", "Register people for the knowledge test"),
    "exams:publish": ("Công bố kỳ kiểm tra của chính đơn vị mình", "Announce sessions of one's own unit"),
    "health:write": ("Gửi giấy khám sức khỏe của chính cơ sở khám", "Send health certificates of one's own facility"),
    "results:write": ("Gửi kết quả kiểm tra chính thức đã ký", "Send official, signed test results"),
    "catalogue:read": ("Đọc danh mục hành vi, tính thử", "Read the catalogue of offences, compute what-if"),
}
"""What a client may be allowed to do, in Vietnamese and English."""

TOKEN_LIFETIME = timedelta(minutes=30)
AUTHORITY_LENGTH_MAX = 80
NAME_LENGTH_MAX = 200

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,200}")
_NOBODYS_DIGEST = "0" * 64

BEARER = """
    SELECT client.client_id, client.name, client.authority, token.scopes
    FROM accounts_accesstoken token
    JOIN accounts_machineclient client ON client.id = token.client_id
    WHERE token.digest = %(token_digest)s AND token.expires_at > statement_timestamp() AND client.active
"""
"""Who holds a token; no row for a token that is unknown, has expired, or whose client was closed."""


class ClientRefusedError(ValueError):
    """A client cannot be made like this; the message says why."""


class ScopeNotAllowedError(ValueError):
    """The client asked for a scope that it was not given."""


class NewClient(NamedTuple):
    """A client just made: the only moment at which its secret is known."""

    client_id: str
    secret: str


class Issued(NamedTuple):
    """A token just given."""

    token: str
    scopes: list[str]
    lifetime: timedelta


class Bearer(NamedTuple):
    """The client behind a token."""

    client_id: str
    name: str
    authority: str
    scopes: list[str]


def digest(secret: str) -> str:
    """What is kept of a secret or a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_client(name: str, authority: str, scopes: Iterable[str]) -> NewClient:
    """Make a client of an authority.

    Raises:
        ClientRefusedError: an empty or too long name or authority, no scope, or a scope that does not exist.
    """
    name, authority = (unicodedata.normalize("NFC", " ".join(text.split())) for text in (name, authority))
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise ClientRefusedError(f"Scopes are one or more of: {', '.join(SCOPES)}.")
    if not 0 < len(name) <= NAME_LENGTH_MAX:
        raise ClientRefusedError(f"A name has 1 to {NAME_LENGTH_MAX} characters.")
    if not 0 < len(authority) <= AUTHORITY_LENGTH_MAX:
        raise ClientRefusedError(f"An authority has 1 to {AUTHORITY_LENGTH_MAX} characters.")
    made = NewClient(f"client-{secrets.token_hex(8)}", secrets.token_urlsafe(32))
    MachineClient.objects.create(
        client_id=made.client_id, secret_digest=digest(made.secret), name=name, authority=authority, scopes=wanted
    )
    return made


@transaction.atomic
def close_client(client_id: str) -> bool:
    """Close a client for good and take its tokens away at once (T22); False when there is no such open client."""
    closed = MachineClient.objects.filter(client_id=client_id, active=True).update(active=False)
    AccessToken.objects.filter(client__client_id=client_id).delete()
    return closed > 0


def authenticate(client_id: str, secret: str) -> MachineClient | None:
    """The open client with this identifier and secret; a wrong secret and an unknown client take the same path."""
    client = None
    if _CLIENT_ID.fullmatch(client_id):
        client = MachineClient.objects.filter(client_id=client_id, active=True).first()
    known = _NOBODYS_DIGEST if client is None else client.secret_digest
    given = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    return client if hmac.compare_digest(known, given) else None


@transaction.atomic
def issue(client: MachineClient, scopes: Iterable[str] = ()) -> Issued:
    """Give a client a token, for some of its scopes or for all of them; its expired tokens are removed.

    Raises:
        ScopeNotAllowedError: the client was not given one of these scopes.
    """
    asked = sorted(set(scopes)) or list(client.scopes)
    if not set(asked) <= set(client.scopes):
        raise ScopeNotAllowedError
    AccessToken.objects.filter(client=client, expires_at__lt=Now()).delete()
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(digest=digest(token), client=client, scopes=asked, expires_at=Now() + TOKEN_LIFETIME)
    return Issued(token, asked, TOKEN_LIFETIME)


def token_of(authorization: str) -> str | None:
    """The token in an `Authorization` header, if it carries a bearer token (RFC 6750 section 2.1)."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip(" ")
    return token if scheme.lower() == "bearer" and _TOKEN.fullmatch(token) else None


def bearer(token: str) -> Bearer | None:
    """The client that holds a token that is good now."""
    with connection.cursor() as cursor:
        cursor.execute(BEARER, {"token_digest": digest(token)})
        row = cursor.fetchone()
    return None if row is None else Bearer(*row)
