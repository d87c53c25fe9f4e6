"""The sandbox's identity provider: OpenID Connect over real HTTP, with invented people to choose from.

It speaks as the national portal's single sign-on does: authorization code, user info by POST, and the claims
`LoaiTaiKhoan`, `SoDinhDanh`, `SoCMND`, `HoVaTen`, `TechID`, `sub`. PKCE, state and nonce are demanded on top.
Everything is kept in memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc.jwk import ECKey

from gplx.gateways.sandbox import failures
from gplx.gateways.sandbox.people import Person, people

CODE_SECONDS = 60
TOKEN_SECONDS = 300
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_NUMBER = re.compile(r"\d{12}|\d{9}", re.ASCII)
STYLE = (Path(__file__).with_name("identity.css")).read_bytes()


VIETNAMESE = {
    "lang": "vi",
    "name": "Định danh giả lập",
    "citizen": "Bạn là ai?",
    "officer": "Cán bộ nào?",
    "what": "Đây là hệ thống định danh giả lập. Hãy chọn một người bịa ra; không cần mật khẩu.",
    "others": "Người khác trong dữ liệu thử",
    "number": "Số định danh (12 số) hoặc số CMND cũ (9 số)",
    "by_number": "Đăng nhập bằng số này",
    "failures": "Thử lỗi của hệ thống định danh",
    "failure": "Trả lời sai thế nào?",
    "cancel": "Hủy, không đăng nhập",
    "invalid": "Yêu cầu không hợp lệ",
    "fault": "Thiếu hoặc sai:",
    "nobody": "Không có người này",
    "again": "Hãy quay lại và chọn lại.",
}
ENGLISH = {
    "lang": "en",
    "name": "Sandbox identity provider",
    "citizen": "Who are you?",
    "officer": "Which officer?",
    "what": "This is a make-believe identity provider. Choose an invented person; there is no password.",
    "others": "Somebody else of the demo",
    "number": "Citizen number (12 digits) or old number (9 digits)",
    "by_number": "Sign in with this number",
    "failures": "Try a failure of the identity provider",
    "failure": "What is wrong with the answer?",
    "cancel": "Cancel, do not sign in",
    "invalid": "The request is not valid",
    "fault": "Missing or wrong:",
    "nobody": "There is nobody of that name",
    "again": "Go back and choose again.",
}


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class _Grant(NamedTuple):
    person: Person
    nonce: str
    challenge: str
    redirect_uri: str
    failure: str
    ends_at: float


class Client(NamedTuple):
    """The one system that may ask who somebody is."""

    id: str
    secret: str
    origins: frozenset[str]


class IdentityProvider:
    """One issuer: the citizens' or the officers'."""

    def __init__(self, issuer: str, kind: Literal["citizen", "officer"], client: Client) -> None:
        self.issuer, self.kind, self.client = issuer, kind, client
        self.path = urlsplit(issuer).path
        self._key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})
        self._codes: dict[str, _Grant] = {}
        self._tokens: dict[str, tuple[Person, float]] = {}
        self._lock = threading.Lock()

    def answer(self, method: str, path: str, query: str, body: str, bearer: str) -> Answer | None:
        """The answer to one request below the issuer's path; None when there is no such page."""
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/.well-known/openid-configuration"): lambda: _json(self.metadata()),
            ("GET", "/jwks"): lambda: _json({"keys": [self._key.as_dict(private=False)]}),
            ("GET", "/authorize"): lambda: self._choose(_single(query)),
            ("POST", "/authorize"): lambda: self._chosen(_single(query), _single(body)),
            ("POST", "/token"): lambda: self._token(_single(body)),
            ("POST", "/userinfo"): lambda: self._userinfo(bearer),
            ("GET", "/style.css"): lambda: Answer(200, [("Content-Type", "text/css; charset=utf-8")], STYLE),
        }
        route = routes.get((method, path.removeprefix(self.path)))
        return route() if route else None

    def metadata(self) -> dict[str, Any]:
        """What the provider publishes about itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _fault(self, asked: dict[str, str]) -> str:
        """What is wrong with a request to sign somebody in; empty when nothing is."""
        if asked.get("client_id") != self.client.id:
            return "client_id"
        target = urlsplit(asked.get("redirect_uri", ""))
        if target.hostname not in _LOOPBACK and f"{target.scheme}://{target.netloc}" not in self.client.origins:
            return "redirect_uri"
        if asked.get("response_type") != "code":
            return "response_type"
        if "openid" not in asked.get("scope", "").split():
            return "scope"
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return "code_challenge"
        return next((name for name in ("state", "nonce") if not asked.get(name)), "")

    def _choose(self, asked: dict[str, str]) -> Answer:
        words = _words(asked)
        fault = self._fault(asked)
        if fault:
            return _page(words["invalid"], f"<p>{words['fault']} {html.escape(fault)}</p>", words, status=400)
        english = words is ENGLISH
        rows = "".join(
            f'<li><button name="person" value="{html.escape(person.key)}"><strong>{html.escape(person.name)}</strong>'
            f"<span>{html.escape((person.special_en if english else person.special_vi) or person.unit)}</span>"
            "</button></li>"
            for person in self._people()
        )
        number = (
            f'<details><summary>{words["others"]}</summary><p><label for="number">{words["number"]}</label>'
            '<input id="number" name="number" inputmode="numeric" autocomplete="off"></p>'
            f'<p><button name="person" value="" class="plain">{words["by_number"]}</button></p></details>'
            if self.kind == "citizen"
            else ""
        )
        options = "".join(
            f'<option value="{name}">{html.escape(text_en if english else text_vi)}</option>'
            for name, (text_vi, text_en) in failures.OFFERED.items()
        )
        return _page(
            words[self.kind],
            f'<p>{words["what"]}</p><form method="post"><ul>{rows}</ul>{number}'
            f'<details><summary>{words["failures"]}</summary><p><label for="failure">{words["failure"]}</label>'
            f'<select id="failure" name="failure">{options}</select></p></details>'
            f'<p><button name="cancel" value="1" class="plain">{words["cancel"]}</button></p></form>',
            words,
        )

    def _chosen(self, asked: dict[str, str], told: dict[str, str]) -> Answer:
        words = _words(asked)
        fault = self._fault(asked)
        if fault:
            return _page(words["invalid"], f"<p>{words['fault']} {html.escape(fault)}</p>", words, status=400)
        back = {"state": asked["state"], "iss": self.issuer}
        if told.get("cancel"):
            return _redirect(asked["redirect_uri"], {**back, "error": "access_denied"})
        person = self._person(told)
        if person is None:
            return _page(words["nobody"], f"<p>{words['again']}</p>", words, status=400)
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._codes[code] = _Grant(
                person,
                asked["nonce"],
                asked["code_challenge"],
                asked["redirect_uri"],
                told.get("failure", ""),
                time.monotonic() + CODE_SECONDS,
            )
        return _redirect(asked["redirect_uri"], {**back, "code": code})

    def _people(self) -> list[Person]:
        return [person for person in people() if (person.role == "citizen") == (self.kind == "citizen")]

    def _person(self, told: dict[str, str]) -> Person | None:
        number = re.sub(r"[ .]", "", told.get("number", ""))
        if self.kind == "citizen" and not told.get("person") and _NUMBER.fullmatch(number):
            kind = "citizen_number" if len(number) == 12 else "old_number"
            return Person(key=f"number-{number}", name="Người Dùng Thử", **{kind: number})
        return next((person for person in self._people() if person.key == told.get("person")), None)

    def _token(self, told: dict[str, str]) -> Answer:
        """One code for one token, to the client that began and holds the verifier."""
        with self._lock:
            grant = self._codes.pop(told.get("code", ""), None)
        if told.get("client_id") != self.client.id or not hmac.compare_digest(
            told.get("client_secret", "").encode(), self.client.secret.encode()
        ):
            return _json({"error": "invalid_client"}, status=401)
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            told.get("grant_type") != "authorization_code"
            or grant is None
            or grant.ends_at < time.monotonic()
            or grant.redirect_uri != told.get("redirect_uri")
            or not hmac.compare_digest(grant.challenge, challenge)
        ):
            return _json({"error": "invalid_grant"}, status=400)
        access_token = secrets.token_urlsafe(32)
        with self._lock:
            self._tokens[access_token] = (grant.person, time.monotonic() + TOKEN_SECONDS)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client.id,
            "sub": grant.person.key,
            "nonce": grant.nonce,
            "iat": now,
            "auth_time": now,
            "exp": now + TOKEN_SECONDS,
        }
        write = failures.FAILURES.get(grant.failure, failures.right)
        return _json(
            {
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "id_token": write(claims, failures.Signing(self._key, self.client.secret)),
            }
        )

    def _userinfo(self, bearer: str) -> Answer:
        with self._lock:
            person, ends_at = self._tokens.get(bearer, (None, 0.0))
        if person is None or ends_at < time.monotonic():
            return _json({"error": "invalid_token"}, status=401)
        if self.kind == "officer":
            role = {"VaiTro": person.role, "DonVi": person.unit, "MaTinh": person.province_code}
            who = {"sub": person.key, "HoVaTen": person.name, "SoDinhDanh": person.citizen_number}
            return _json({**who, **role})
        return _json(
            {
                "sub": person.key,
                "TechID": hashlib.sha256(person.key.encode()).hexdigest()[:32],
                "LoaiTaiKhoan": "1",
                "HoVaTen": person.name,
                "SoDinhDanh": "" if person.old_number else person.citizen_number,
                "SoCMND": person.old_number,
            }
        )


def _single(text: str) -> dict[str, str]:
    """The parameters of a query or form; one that comes twice counts as not given."""
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items() if len(values) == 1}


def _json(value: dict[str, Any], status: int = 200) -> Answer:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return Answer(status, headers, json.dumps(value).encode())


def _redirect(target: str, query: dict[str, str]) -> Answer:
    joint = "&" if "?" in target else "?"
    return Answer(HTTPStatus.SEE_OTHER, [("Location", f"{target}{joint}{urlencode(query)}")], b"")


def _words(asked: dict[str, str]) -> dict[str, str]:
    """The page's words in the language the register asks for; Vietnamese unless it asks for English."""
    return ENGLISH if asked.get("ui_locales", "").startswith("en") else VIETNAMESE


def _page(title: str, content: str, words: dict[str, str], status: int = 200) -> Answer:
    text = (
        f'<!doctype html><html lang="{words["lang"]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} – {words["name"]}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="style.css"></head><body><header><p>{words["name"]}</p></header>'
        f"<main><h1>{title}</h1>{content}</main></body></html>"
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"),
    ]
    return Answer(status, headers, text.encode())
