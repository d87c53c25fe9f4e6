"""CBOR read with care, and COSE signatures by one signer, with the signer's certificate in the header.

Source:
    RFC 8949; RFC 9052 section 3, 4.2, 4.4; RFC 9360 section 2 (x5chain).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gplx.wallet import certificates, es256
from gplx.wallet.errors import UnreadableError
from gplx.wallet.keys import Signer

CborMap: TypeAlias = dict[Any, Any]

ALGORITHM, CRITICAL, TYPE, X5CHAIN = 1, 2, 16, 33
EMBEDDED = 24  # the tag of a byte string that is CBOR itself
_SIGN1_TAG = 18
_DEPTH_MAX = 16


class Reader:
    """Reads CBOR byte strings, and remembers them, so that all can be asked whether they were written strictly.

    It reads what it can: lengths that were left open, and the last of two equal keys. Whether that is allowed is a
    check of its own.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def read(self, data: object) -> Any:
        """The value of a whole byte string.

        Raises:
            UnreadableError: it is not CBOR, or something follows after it.
        """
        if not isinstance(data, bytes):
            raise UnreadableError("There should be a byte string here.")
        stream = io.BytesIO(data)
        try:
            value = cbor2.CBORDecoder(stream, read_size=1, max_depth=_DEPTH_MAX).decode()
        except (cbor2.CBORError, ValueError, TypeError, OverflowError, MemoryError) as error:
            raise UnreadableError("This is not CBOR.") from error
        if stream.tell() != len(data):
            raise UnreadableError("Something follows after the CBOR.")
        self._pieces.append(data)
        return value

    def read_map(self, data: object) -> CborMap:
        """The value, which is a map.

        Raises:
            UnreadableError: it is not.
        """
        value = self.read(data)
        if not isinstance(value, dict):
            raise UnreadableError("There should be a CBOR map here.")
        return value

    def embedded(self, tagged: object) -> bytes:
        """The bytes inside a tag 24, not read yet.

        Raises:
            UnreadableError: it is not that.
        """
        if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != EMBEDDED or not isinstance(tagged.value, bytes):
            raise UnreadableError("There should be embedded CBOR here.")
        return tagged.value

    def lengths_are_definite(self) -> bool:
        """Whether all that was read says its lengths in advance."""
        return all(_decodes(piece, allow_indefinite=False) for piece in self._pieces)

    def keys_are_unique(self) -> bool:
        """Whether no map that was read has a key twice."""
        return all(_decodes(piece, allow_duplicate_keys=False) for piece in self._pieces)


def _decodes(piece: bytes, **strictness: bool) -> bool:
    try:
        cbor2.CBORDecoder(io.BytesIO(piece), read_size=1, max_depth=_DEPTH_MAX, **strictness).decode()  # type: ignore[arg-type]
    except cbor2.CBORError:
        return False
    return True


def embed(data: bytes) -> bytes:
    """Embedded CBOR (tag 24) of these bytes."""
    return cbor2.dumps(cbor2.CBORTag(EMBEDDED, data))


@dataclass(frozen=True, slots=True)
class Sign1:
    """A parsed COSE_Sign1. Nothing about it has been checked."""

    protected: CborMap
    unprotected: CborMap
    payload: bytes | None
    signature: bytes
    _protected_bytes: bytes

    def signed(self, detached: bytes | None = None) -> bytes:
        """What the signature is made over."""
        payload = self.payload if detached is None else detached
        return _to_be_signed(self._protected_bytes, payload or b"")

    def certificate(self) -> x509.Certificate:
        """The certificate of the signer.

        Raises:
            ValueError, LookupError, TypeError: the header has none that can be read.
        """
        chain = self.unprotected[X5CHAIN] if X5CHAIN in self.unprotected else self.protected[X5CHAIN]
        return certificates.from_der(chain if isinstance(chain, bytes) else chain[0])

    def is_es256(self) -> bool:
        """Whether the protected header, and only that one, says ES256, and nothing that we would have to understand."""
        headers = (self.protected, self.unprotected)
        return (
            self.protected.get(ALGORITHM) == es256.COSE_NUMBER
            and ALGORITHM not in self.unprotected
            and all(CRITICAL not in header for header in headers)
        )


def read_sign1(item: object, reader: Reader) -> Sign1:
    """Take a decoded COSE_Sign1 apart; its tag may be there or not.

    Raises:
        UnreadableError: it is not one.
    """
    if isinstance(item, cbor2.CBORTag) and item.tag == _SIGN1_TAG:
        item = item.value
    match item:
        case [bytes(protected), Mapping() as unprotected, bytes() | None as payload, bytes(signature)]:
            header = reader.read_map(protected) if protected else {}
            return Sign1(header, dict(unprotected), payload, signature, protected)
    raise UnreadableError("This is not a COSE_Sign1.")


def sign1(payload: bytes, signer: Signer, protected: CborMap | None = None) -> list[Any]:
    """A COSE_Sign1, not encoded yet, so that it can stand inside another structure."""
    header = cbor2.dumps({ALGORITHM: es256.COSE_NUMBER, **(protected or {})})
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    return [header, {X5CHAIN: der}, payload, signer.sign(_to_be_signed(header, payload))]


def to_be_signed(payload: bytes) -> tuple[bytes, bytes]:
    """For a key that is not of the store: the protected header, and what the signature is made over."""
    header = cbor2.dumps({ALGORITHM: es256.COSE_NUMBER})
    return header, _to_be_signed(header, payload)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])
