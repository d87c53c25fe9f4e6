"""Signing in by OpenID Connect: authorization code with PKCE, against exactly one known issuer at a time (T09).

Nothing an answer says is believed before its signature, issuer, audience, nonce and time were checked; the algorithm
is pinned by us and never read from the token. Every attempt is one use: its state, nonce and code verifier live in the
session and are taken out before the answer is looked at.
"""

from __future__ import annotations

import hmac
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import requests
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # it ships no types
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]  # it ships no types
from django.conf import settings
from django.utils.translation import get_language
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from gplx.accounts.models import Role

ALGORITHM = "ES256"
"""What both identity providers sign with. A token that names another algorithm is refused."""

LEEWAY_SECONDS = 30
ATTEMPT_SECONDS = 10 * 60
TOKEN_AGE_SECONDS = 10 * 60
UNIT_LENGTH_MAX = 150
AUTHENTICATION_AGE_SECONDS = 15 * 60
"""A person who showed the provider who he is longer ago than this is asked again (max_age): a machine that was left
signed in there opens nothing here (T08)."""
_TIMEOUT = (3, 10)
_METADATA_SECONDS = 10 * 60
_CITIZEN_NUMBER = re.compile(r"\d{12}|\d{9}", re.ASCII)
_OFFICERS_NUMBER = re.compile(r"\d{12}", re.ASCII)
_CITIZEN_ACCOUNT = "1"

Kind = Literal["citizen", "officer"]
Refusal = Literal["cancelled", "unavailable", "unknown_attempt", "bad_answer", "bad_token", "bad_person", "no_number"]


class SignInRefusedError(Exception):
    """Nobody was signed in.

    Attributes:
        code: why, for the page; `detail` is for the log and never holds anything the answer said about a person.
    """

    def __init__(self, code: Refusal, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


class Attempt(TypedDict):
    """One attempt to sign in, kept in the session between leaving and coming back."""

    kind: Kind
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next: str
    began_at: int


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as an identity provider vouches for him."""

    issuer: str
    subject: str
    role: Role
    name: str
    citizen_number: str = ""
    province_code: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Provider:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    read_at: float


_providers: dict[str, _Provider] = {}
_keys: dict[str, KeySet] = {}


def issuer_of(kind: Kind) -> str:
    """The one issuer that may vouch for that kind of person."""
    issuer: str = settings.CITIZEN_ISSUER if kind == "citizen" else settings.OFFICER_ISSUER
    return issuer


def begin(kind: Kind, *, redirect_uri: str, next_path: str) -> tuple[str, Attempt]:
    """Start an attempt: where to send the browser, and what to keep in the session until it comes back.

    Raises:
        SignInRefusedError: the identity provider does not answer.
    """
    provider = _provider(issuer_of(kind))
    attempt: Attempt = {
        "kind": kind,
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "redirect_uri": redirect_uri,
        "next": next_path,
        "began_at": int(time.time()),
    }
    url, _ = _client(attempt).create_authorization_url(
        provider.authorization_endpoint,
        state=attempt["state"],
        nonce=attempt["nonce"],
        code_verifier=attempt["verifier"],
        max_age=AUTHENTICATION_AGE_SECONDS,
        ui_locales=get_language() or "vi",
    )
    return url, attempt


def finish(attempt: Attempt, answer: dict[str, str]) -> Identity:
    """Check the answer of the identity provider to one attempt.

    Args:
        attempt: from the session, already removed from it.
        answer: the query of the address the browser came back to; no key twice.

    Raises:
        SignInRefusedError: anything is not exactly as it must be.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), attempt["state"].encode()):
        raise SignInRefusedError("unknown_attempt", "state differs")
    if not 0 <= time.time() - attempt["began_at"] <= ATTEMPT_SECONDS:
        raise SignInRefusedError("unknown_attempt", "attempt too old")
    issuer = issuer_of(attempt["kind"])
    if answer.get("iss", issuer) != issuer:
        raise SignInRefusedError("bad_answer", "answer names another issuer")
    if answer.get("error") == "access_denied":
        raise SignInRefusedError("cancelled", "access_denied")
    if answer.get("error") or not answer.get("code"):
        raise SignInRefusedError("bad_answer", "error or no code")
    provider = _provider(issuer)
    tokens = _exchange(provider, attempt, answer["code"])
    claims = _checked_claims(provider, str(tokens.get("id_token", "")), attempt)
    person = _userinfo(provider, str(tokens.get("access_token", "")))
    if person.get("sub") != claims["sub"]:
        raise SignInRefusedError("bad_person", "user info is about somebody else")
    return _identity(attempt["kind"], issuer, person)


def _client(attempt: Attempt) -> OAuth2Session:
    return OAuth2Session(
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        scope="openid",
        redirect_uri=attempt["redirect_uri"],
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",
    )


def _provider(issuer: str) -> _Provider:
    """What the issuer publishes about itself; it must call itself exactly what we call it."""
    known = _providers.get(issuer)
    if known and time.monotonic() - known.read_at < _METADATA_SECONDS:
        return known
    _refuse_plain(issuer)
    told = _get_json(f"{issuer}/.well-known/openid-configuration")
    if told.get("issuer") != issuer:
        raise SignInRefusedError("unavailable", "metadata name another issuer")
    try:
        provider = _Provider(
            issuer=issuer,
            authorization_endpoint=str(told["authorization_endpoint"]),
            token_endpoint=str(told["token_endpoint"]),
            userinfo_endpoint=str(told["userinfo_endpoint"]),
            jwks_uri=str(told["jwks_uri"]),
            read_at=time.monotonic(),
        )
    except KeyError as error:
        raise SignInRefusedError("unavailable", f"metadata lack {error}") from None
    for url in (
        provider.authorization_endpoint,
        provider.token_endpoint,
        provider.userinfo_endpoint,
        provider.jwks_uri,
    ):
        _refuse_plain(url)
    _providers[issuer] = provider
    _keys.pop(issuer, None)
    return provider


def _refuse_plain(url: str) -> None:
    """In service a provider is spoken to by TLS only: whoever can change its keys on the way can be anybody (T09)."""
    if not settings.DEMO and not url.startswith("https://"):
        raise SignInRefusedError("unavailable", "an address of the provider is not https")


def _get_json(url: str) -> dict[str, Any]:
    try:
        response = requests.get(url, timeout=_TIMEOUT, allow_redirects=False)
        response.raise_for_status()
        told = response.json()
    except (requests.RequestException, ValueError) as error:
        raise SignInRefusedError("unavailable", type(error).__name__) from None
    if not isinstance(told, dict):
        raise SignInRefusedError("unavailable", "not an object")
    return told


def _exchange(provider: _Provider, attempt: Attempt, code: str) -> dict[str, Any]:
    with _client(attempt) as client:
        try:
            tokens = client.fetch_token(
                provider.token_endpoint,
                code=code,
                code_verifier=attempt["verifier"],
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SignInRefusedError("unavailable", type(error).__name__) from None
        except (AuthlibBaseError, ValueError) as error:
            raise SignInRefusedError("bad_answer", type(error).__name__) from None
    return dict(tokens)


def _checked_claims(provider: _Provider, token: str, attempt: Attempt) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, nonce and times are right."""
    try:
        try:
            decoded = jwt.decode(token, _key_set(provider), algorithms=[ALGORITHM])
        except InvalidKeyIdError:
            # The provider may have begun to sign with a new key: read its keys once more.
            decoded = jwt.decode(token, _key_set(provider, fresh=True), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SignInRefusedError("bad_token", type(error).__name__) from None
    claims = decoded.claims
    now = time.time()
    faults = [
        name
        for name, is_right in (
            ("iss", claims.get("iss") == provider.issuer),
            ("aud", claims.get("aud") in (settings.OIDC_CLIENT_ID, [settings.OIDC_CLIENT_ID])),
            ("azp", claims.get("azp", settings.OIDC_CLIENT_ID) == settings.OIDC_CLIENT_ID),
            ("nonce", _same(claims.get("nonce"), attempt["nonce"])),
            ("exp", _is_instant(claims.get("exp")) and claims["exp"] + LEEWAY_SECONDS > now),
            ("nbf", "nbf" not in claims or (_is_instant(claims["nbf"]) and claims["nbf"] - LEEWAY_SECONDS <= now)),
            (
                "iat",
                _is_instant(claims.get("iat")) and -LEEWAY_SECONDS <= now - claims["iat"] <= TOKEN_AGE_SECONDS,
            ),
            (
                "auth_time",
                _is_instant(claims.get("auth_time"))
                and claims["auth_time"] - LEEWAY_SECONDS <= now
                and claims["auth_time"] + LEEWAY_SECONDS >= attempt["began_at"] - AUTHENTICATION_AGE_SECONDS,
            ),
            ("sub", isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 200),
        )
        if not is_right
    ]
    if faults:
        raise SignInRefusedError("bad_token", ", ".join(faults))
    return claims


def _same(told: object, expected: str) -> bool:
    return isinstance(told, str) and hmac.compare_digest(told.encode(), expected.encode())


def _is_instant(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _key_set(provider: _Provider, *, fresh: bool = False) -> KeySet:
    """The provider's public keys: elliptic-curve signing keys only, so that no other use of a key can be confused."""
    if fresh or provider.issuer not in _keys:
        told = _get_json(provider.jwks_uri).get("keys", [])
        usable = [key for key in told if isinstance(key, dict) and key.get("kty") == "EC" and "d" not in key]
        try:
            _keys[provider.issuer] = KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError) as error:
            raise SignInRefusedError("unavailable", type(error).__name__) from None
    return _keys[provider.issuer]


def _userinfo(provider: _Provider, access_token: str) -> dict[str, Any]:
    try:
        response = requests.post(
            provider.userinfo_endpoint,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        response.raise_for_status()
        told = response.json()
    except (requests.RequestException, ValueError) as error:
        raise SignInRefusedError("unavailable", type(error).__name__) from None
    if not isinstance(told, dict):
        raise SignInRefusedError("bad_answer", "user info is not an object")
    return told


def _identity(kind: Kind, issuer: str, person: dict[str, Any]) -> Identity:
    """The person in our words; only the officers' issuer can make somebody an officer."""
    name = person.get("HoVaTen")
    if not isinstance(name, str) or not name.strip():
        raise SignInRefusedError("bad_person", "no name")
    subject = str(person["sub"])
    province = str(person.get("MaTinh", ""))[:2]
    if kind == "officer":
        try:
            role = Role(str(person.get("VaiTro", "")))
        except ValueError:
            raise SignInRefusedError("bad_person", "no role") from None
        if role is Role.CITIZEN:
            raise SignInRefusedError("bad_person", "no officer")
        number = person.get("SoDinhDanh")
        # Without it nobody could tell an officer's own record from others (I14).
        if not isinstance(number, str) or not _OFFICERS_NUMBER.fullmatch(number):
            raise SignInRefusedError("no_number", "an officer without a citizen number")
        unit = " ".join(str(person.get("DonVi") or "").split())[:UNIT_LENGTH_MAX]
        return Identity(issuer, subject, role, name[:200], number, province, unit)
    if str(person.get("LoaiTaiKhoan")) != _CITIZEN_ACCOUNT:
        raise SignInRefusedError("bad_person", "not a citizen's account")
    number = person.get("SoDinhDanh") or person.get("SoCMND") or ""
    if not isinstance(number, str) or not _CITIZEN_NUMBER.fullmatch(number):
        raise SignInRefusedError("bad_person", "no citizen number")
    return Identity(issuer, subject, Role.CITIZEN, name[:200], citizen_number=number)
