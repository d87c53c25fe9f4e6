"""JSON Web Signatures in their compact form, with the signer's certificate in the header.

Source:
    RFC 7515 section 3.1, 4.1.6, 7.1; RFC 7519 section 3.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gplx.wallet import certificates, es256
from gplx.wallet.errors import UnreadableError
from gplx.wallet.keys import Signer

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Jws:
    """A parsed token. Nothing about it has been checked.

    Attributes:
        repeats_a_member: some object in header or claims names a member twice; the last one is what we read.
    """

    header: Json
    claims: Json
    signed: bytes
    signature: bytes
    repeats_a_member: bool

    def certificate(self) -> x509.Certificate:
        """The certificate of the signer.

        Raises:
            ValueError, LookupError, TypeError: the header has none that can be read.
        """
        return certificates.from_der(base64.b64decode(self.header["x5c"][0], validate=True))


def write(header: Mapping[str, Any], claims: Mapping[str, Any], signer: Signer) -> str:
    """A signed token. `alg` and the signer's certificate are added to the header."""
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    full = {"alg": es256.JOSE_NAME, **header, "x5c": [base64.b64encode(der).decode("ascii")]}
    signed = signing_input(full, claims)
    return f"{signed}.{es256.to_base64url(signer.sign(signed.encode('ascii')))}"


def signing_input(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """What the signature is made over."""
    return ".".join(es256.to_base64url(dumps(part).encode()) for part in (header, claims))


def read(token: str) -> Jws:
    """Parse a compact token.

    Raises:
        UnreadableError: it is not one.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise UnreadableError("This is not a JSON Web Signature in compact form.")
    repeats: list[str] = []
    header, claims = (loads(es256.from_base64url(part), repeats) for part in parts[:2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise UnreadableError("Header and claims of a token are JSON objects.")
    signed = f"{parts[0]}.{parts[1]}".encode("ascii")
    return Jws(header, claims, signed, es256.from_base64url(parts[2]), bool(repeats))


def dumps(value: object) -> str:
    """JSON as we write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loads(data: bytes, repeats: list[str]) -> object:
    """The value of a JSON text; names that an object has twice are added to `repeats`.

    Raises:
        UnreadableError: it is not JSON in UTF-8.
    """

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        repeats.extend(name for name in set(names) if names.count(name) > 1)
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=members, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("This is not JSON.") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")
