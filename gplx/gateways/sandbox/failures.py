"""Answers an identity provider must never get away with, chosen by name on its page or in a test (T09).

Each failure takes the right claims and keys of one sign-in and returns the token it is to be answered with.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey


class Signing(NamedTuple):
    """What the provider signs with."""

    key: ECKey
    client_secret: str


Claims = dict[str, Any]
Failure = Callable[[Claims, Signing], str]


def right(claims: Claims, signing: Signing) -> str:
    """The token as it should be."""
    return jwt.encode({"alg": "ES256", "kid": signing.key.kid, "typ": "JWT"}, claims, signing.key)


def _changed(**changes: Any) -> Failure:
    """The right token with some claims changed; None removes one."""

    def fail(claims: Claims, signing: Signing) -> str:
        told = {**claims, **{name: value for name, value in changes.items() if value is not None}}
        return right({name: value for name, value in told.items() if changes.get(name, 0) is not None}, signing)

    return fail


def _shifted(**seconds: int) -> Failure:
    """The right token with some of its instants moved."""

    def fail(claims: Claims, signing: Signing) -> str:
        return right({**claims, **{name: claims["iat"] + shift for name, shift in seconds.items()}}, signing)

    return fail


def _foreign_key(claims: Claims, signing: Signing) -> str:
    stranger = ECKey.generate_key("P-256", {"kid": str(signing.key.kid)})
    return right(claims, Signing(stranger, signing.client_secret))


def _unknown_key(claims: Claims, signing: Signing) -> str:
    return right(claims, Signing(ECKey.generate_key("P-256", {"kid": "nobody"}), signing.client_secret))


def _unsigned(claims: Claims, signing: Signing) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _signature_removed(claims: Claims, signing: Signing) -> str:
    header, body, _ = right(claims, signing).split(".")
    return f"{header}.{body}."


def _body_changed(claims: Claims, signing: Signing) -> str:
    header, _, signature = right(claims, signing).split(".")
    return f"{header}.{_part({**claims, 'sub': 'somebody-else'})}.{signature}"


def _public_key_as_secret(claims: Claims, signing: Signing) -> str:
    return _by_secret(claims, signing, signing.key.as_pem(private=False))


def _client_secret_as_key(claims: Claims, signing: Signing) -> str:
    return _by_secret(claims, signing, signing.client_secret.encode())


def _by_secret(claims: Claims, signing: Signing, secret: bytes) -> str:
    signed = f"{_part({'alg': 'HS256', 'kid': signing.key.kid, 'typ': 'JWT'})}.{_part(claims)}"
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _key_in_header(claims: Claims, signing: Signing) -> str:
    stranger = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": "own", "jwk": stranger.as_dict(private=False)}
    return jwt.encode(header, claims, stranger)


def _other_algorithm(claims: Claims, signing: Signing) -> str:
    stranger = RSAKey.generate_key(2048)
    return jwt.encode({"alg": "RS256", "kid": signing.key.kid}, claims, stranger)


def _other_curve(claims: Claims, signing: Signing) -> str:
    stranger = ECKey.import_key(ec.generate_private_key(ec.SECP384R1()))
    return jwt.encode({"alg": "ES384", "kid": signing.key.kid}, claims, stranger, algorithms=["ES384"])


def _zero_signature(claims: Claims, signing: Signing) -> str:
    header, body, _ = right(claims, signing).split(".")
    return f"{header}.{body}.{base64.urlsafe_b64encode(bytes(64)).rstrip(b'=').decode()}"


def _part(value: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


FAILURES: dict[str, Failure] = {
    "expired": _shifted(exp=-3600, iat=-7200),
    "just_expired": _shifted(exp=-60),
    "no_expiry": _changed(exp=None),
    "expiry_as_text": _changed(exp="9999999999"),
    "issued_in_future": _shifted(iat=3600),
    "issued_long_ago": _shifted(iat=-3600),
    "not_yet_valid": _shifted(nbf=3600),
    "no_auth_time": _changed(auth_time=None),
    "authenticated_long_ago": _shifted(auth_time=-1000),
    "authenticated_in_future": _shifted(auth_time=120),
    "auth_time_as_text": _changed(auth_time="1700000000"),
    "wrong_nonce": _changed(nonce="another-nonce"),
    "no_nonce": _changed(nonce=None),
    "wrong_audience": _changed(aud="another-client"),
    "two_audiences": _changed(aud=["gplx", "another-client"]),
    "wrong_azp": _changed(azp="another-client"),
    "no_audience": _changed(aud=None),
    "wrong_issuer": _changed(iss="https://example.test/citizen"),
    "issuer_with_slash": lambda claims, signing: right({**claims, "iss": claims["iss"] + "/"}, signing),
    "no_subject": _changed(sub=None),
    "empty_subject": _changed(sub=""),
    "other_subject": _changed(sub="somebody-else"),
    "foreign_key": _foreign_key,
    "unknown_key": _unknown_key,
    "unsigned": _unsigned,
    "signature_removed": _signature_removed,
    "body_changed": _body_changed,
    "zero_signature": _zero_signature,
    "public_key_as_secret": _public_key_as_secret,
    "client_secret_as_key": _client_secret_as_key,
    "key_in_header": _key_in_header,
    "other_algorithm": _other_algorithm,
    "other_curve": _other_curve,
    "not_a_token": lambda claims, signing: "not.a-token",
    "empty": lambda claims, signing: "",
}

OFFERED = {
    "": ("Không, đăng nhập bình thường", "Nothing, sign in as usual"),
    "expired": ("Thẻ đăng nhập đã hết hạn", "The token has expired"),
    "wrong_nonce": ("Sai mã một lần (nonce)", "Wrong nonce"),
    "wrong_audience": ("Cấp cho hệ thống khác", "Issued for another system"),
    "wrong_issuer": ("Do nơi khác cấp", "Issued by somebody else"),
    "foreign_key": ("Ký bằng khóa lạ", "Signed with a foreign key"),
    "unsigned": ("Không ký", "Not signed"),
}
"""The failures that the sign-in page offers, in Vietnamese and English."""
