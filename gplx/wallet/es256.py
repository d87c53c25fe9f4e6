"""ECDSA with P-256 and SHA-256, the one algorithm of the wallet, and its keys as JSON and CBOR write them.

Source:
    RFC 7518 section 3.4, 6.2 (JSON); RFC 9053 section 2.1, 7.1 (CBOR); RFC 7638 (thumbprint).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gplx.wallet.errors import UnreadableError

JOSE_NAME = "ES256"
COSE_NUMBER = -7
_COORDINATE_BYTES = 32
_KTY, _CRV, _X, _Y = 1, -1, -2, -3
_EC2 = 2
_P256 = 1


def new_key() -> ec.EllipticCurvePrivateKey:
    """A new private key."""
    return ec.generate_private_key(ec.SECP256R1())


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """The signature as 64 bytes, r before s."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def verify(key: ec.EllipticCurvePublicKey, data: bytes, signature: bytes) -> bool:
    """Whether the holder of this key signed these bytes."""
    if len(signature) != 2 * _COORDINATE_BYTES:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]))
    try:
        key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def to_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The public key as a JSON Web Key."""
    x, y = _coordinates(key)
    return {"kty": "EC", "crv": "P-256", "x": to_base64url(x), "y": to_base64url(y)}


def from_jwk(jwk: Mapping[str, object]) -> ec.EllipticCurvePublicKey:
    """The public key of a JSON Web Key.

    Raises:
        ValueError: it is not a point on P-256.
    """
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("The key is not on P-256.")
    return _public_key(from_base64url(jwk["x"]), from_base64url(jwk["y"]))


def to_cose_key(key: ec.EllipticCurvePublicKey) -> dict[int, int | bytes]:
    """The public key as a COSE_Key."""
    x, y = _coordinates(key)
    return {_KTY: _EC2, _CRV: _P256, _X: x, _Y: y}


def from_cose_key(cose_key: Mapping[object, object]) -> ec.EllipticCurvePublicKey:
    """The public key of a COSE_Key.

    Raises:
        ValueError: it is not a point on P-256.
    """
    x, y = cose_key.get(_X), cose_key.get(_Y)
    if (
        cose_key.get(_KTY) != _EC2
        or cose_key.get(_CRV) != _P256
        or not isinstance(x, bytes)
        or not isinstance(y, bytes)
    ):
        raise ValueError("The key is not on P-256.")
    return _public_key(x, y)


def thumbprint(key: ec.EllipticCurvePublicKey) -> str:
    """A short name of the key."""
    canonical = json.dumps(to_jwk(key), sort_keys=True, separators=(",", ":"))
    return to_base64url(hashlib.sha256(canonical.encode()).digest())


def to_base64url(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: object) -> bytes:
    """The bytes of base64url without padding, in the one spelling that they have.

    Raises:
        UnreadableError: it is not that.
    """
    if isinstance(text, str) and "=" not in text:
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError:
            data = b""
        if to_base64url(data) == text:
            return data
    raise UnreadableError("This is not base64url.")


def _coordinates(key: ec.EllipticCurvePublicKey) -> tuple[bytes, bytes]:
    numbers = key.public_numbers()
    return numbers.x.to_bytes(_COORDINATE_BYTES, "big"), numbers.y.to_bytes(_COORDINATE_BYTES, "big")


def _public_key(x: bytes, y: bytes) -> ec.EllipticCurvePublicKey:
    if len(x) != _COORDINATE_BYTES or len(y) != _COORDINATE_BYTES:
        raise ValueError("A coordinate of P-256 has 32 bytes.")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    return numbers.public_key()
