"""Token Status List: one to eight bits for each credential, compressed and signed, as JSON or as CBOR.

Whoever checks a licence fetches one list for very many licences, so nobody learns which one is looked at. A list says
only `VALID` or `SUSPENDED`; why, and since when, is not in it.

Source:
    draft-ietf-oauth-status-list section 4 (list), 5 (token), 6 (reference), 7 (values), 8.3 (validation).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import cbor2
from cryptography import x509

from gplx.wallet import certificates, cose, es256, jose
from gplx.wallet.certificates import Use
from gplx.wallet.checks import Checks, Finding
from gplx.wallet.errors import UnreadableError
from gplx.wallet.keys import Signer

VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2
BITS_ALLOWED: Final = (1, 2, 4, 8)

# 64 million licences of two bits each. A few kilobytes can be made to unpack to more than any machine has.
BYTES_MAX: Final = 16 * 1024 * 1024
_SKEW = timedelta(seconds=60)
_JWT_TYPE = "statuslist+jwt"
_CWT_TYPE = "application/statuslist+cwt"
_SUB, _EXP, _IAT, _LIST, _TTL = 2, 4, 6, 65533, 65534
_CWT_NAMES = {_SUB: "sub", _EXP: "exp", _IAT: "iat", _LIST: "status_list", _TTL: "ttl"}


class StatusList:
    """The statuses themselves, packed from the least significant bit of each byte."""

    def __init__(self, bits: int, packed: bytes | bytearray) -> None:
        """
        Raises:
            ValueError: bits is not 1, 2, 4 or 8.
        """
        if isinstance(bits, bool) or bits not in BITS_ALLOWED:
            raise ValueError("A status has 1, 2, 4 or 8 bits.")
        self.bits = bits
        self.packed = bytearray(packed)

    @classmethod
    def of_size(cls, size: int, bits: int) -> StatusList:
        """A list with room for at least this many statuses, all of them 0."""
        return cls(bits, bytearray(-(-size * bits // 8)))

    def __len__(self) -> int:
        return len(self.packed) * 8 // self.bits

    def __getitem__(self, index: int) -> int:
        """
        Raises:
            IndexError: the list does not go that far.
        """
        byte, shift = self._place(index)
        return (self.packed[byte] >> shift) & self._mask

    def __setitem__(self, index: int, status: int) -> None:
        """
        Raises:
            IndexError: the list does not go that far.
            ValueError: the status does not fit into the bits.
        """
        if not 0 <= status <= self._mask:
            raise ValueError(f"Status {status} does not fit into {self.bits} bits.")
        byte, shift = self._place(index)
        self.packed[byte] = self.packed[byte] & ~(self._mask << shift) & 0xFF | status << shift

    @property
    def _mask(self) -> int:
        return (1 << self.bits) - 1

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise IndexError(f"The list ends before {index}.")
        byte, bit = divmod(index * self.bits, 8)
        return byte, bit

    def compressed(self) -> bytes:
        """The list in ZLIB form, as small as it gets."""
        return zlib.compress(bytes(self.packed), 9)

    def to_json(self) -> dict[str, Any]:
        """The list as a JSON object."""
        return {"bits": self.bits, "lst": es256.to_base64url(self.compressed())}

    def to_cbor_map(self) -> dict[str, Any]:
        """The list as a map for CBOR."""
        return {"bits": self.bits, "lst": self.compressed()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> StatusList:
        """
        Raises:
            ValueError, KeyError, UnreadableError: it is not a list, or a larger one than we unpack.
        """
        return cls(value["bits"], unpack(es256.from_base64url(value["lst"])))

    @classmethod
    def from_cbor_map(cls, value: dict[str, Any]) -> StatusList:
        """
        Raises:
            ValueError, KeyError, UnreadableError: it is not a list, or a larger one than we unpack.
        """
        return cls(value["bits"], unpack(value["lst"]))


def unpack(compressed: bytes, bytes_max: int = BYTES_MAX) -> bytes:
    """The bytes of a list, never more than `bytes_max`.

    Raises:
        UnreadableError: it is damaged, too large, or something follows after it.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(compressed, bytes_max + 1)
    except zlib.error as error:
        raise UnreadableError("The status list cannot be unpacked.") from error
    if len(data) > bytes_max:
        raise UnreadableError(f"The status list unpacks to more than {bytes_max} bytes.")
    if not stream.eof or stream.unused_data:
        raise UnreadableError("The status list is cut off, or something follows after it.")
    return data


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a credential's status stands."""

    uri: str
    index: int

    def to_claim(self) -> dict[str, Any]:
        """As it stands in a credential, under the name `status`."""
        return {"status_list": {"idx": self.index, "uri": self.uri}}

    @classmethod
    def from_claim(cls, claim: object) -> Reference:
        """
        Raises:
            ValueError: it is not a reference.
        """
        match claim:
            case {"status_list": {"idx": int(index), "uri": str(uri)}} if index >= 0 and not isinstance(index, bool):
                return cls(uri, index)
        raise ValueError("This is not a reference to a status list.")


# --- signing ----------------------------------------------------------------------------------------------------


def sign_jwt(statuses: StatusList, uri: str, signer: Signer, *, at: datetime, valid: timedelta, ttl: timedelta) -> str:
    """The list as a signed JWT."""
    claims = {**_dates(at, valid), "sub": uri, "ttl": int(ttl.total_seconds()), "status_list": statuses.to_json()}
    return jose.write({"typ": _JWT_TYPE, "kid": signer.key_id}, claims, signer)


def sign_cwt(
    statuses: StatusList, uri: str, signer: Signer, *, at: datetime, valid: timedelta, ttl: timedelta
) -> bytes:
    """The list as a signed CWT."""
    dates = _dates(at, valid)
    claims = {
        _SUB: uri,
        _IAT: dates["iat"],
        _EXP: dates["exp"],
        _TTL: int(ttl.total_seconds()),
        _LIST: statuses.to_cbor_map(),
    }
    return cbor2.dumps(cose.sign1(cbor2.dumps(claims), signer, {cose.TYPE: _CWT_TYPE}))


def _dates(at: datetime, valid: timedelta) -> dict[str, int]:
    return {"iat": int(at.timestamp()), "exp": int((at + valid).timestamp())}


# --- checking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A token, taken apart, and what it is to be held against."""

    form: str
    claims: dict[str, Any]
    types: Sequence[object]
    is_es256: bool
    is_strict: bool
    certificate: x509.Certificate | None
    signed: bytes
    signature: bytes
    uri: str
    at: datetime
    anchors: Sequence[x509.Certificate]

    def signer(self) -> x509.Certificate:
        if self.certificate is None:
            raise ValueError("The token has no certificate.")
        return self.certificate

    def statuses(self) -> StatusList:
        """The list that the token carries, whoever signed it."""
        value = self.claims["status_list"]
        return StatusList.from_json(value) if self.form == "jwt" else StatusList.from_cbor_map(value)


@dataclass(frozen=True)
class VerifiedList:
    """A status list and what is wrong with it. Its statuses count only when nothing is."""

    findings: list[Finding]
    statuses: StatusList | None
    issued_at: datetime | None
    fresh_until: datetime | None


CHECKS: Checks[Case] = Checks()


def read(data: bytes, *, uri: str, at: datetime, anchors: Sequence[x509.Certificate]) -> Case:
    """Take a token apart, in either form.

    Args:
        uri: where the credential says that its status list is.

    Raises:
        UnreadableError: it is not a signed token.
    """
    text = data.strip()
    if text.startswith(b"ey"):
        try:
            jws = jose.read(text.decode("ascii"))
        except UnicodeDecodeError as error:
            raise UnreadableError("A token in JSON form is plain ASCII.") from error
        return Case(
            form="jwt",
            claims=jws.claims,
            types=[jws.header.get("typ")],
            is_es256=jws.header.get("alg") == es256.JOSE_NAME and "crit" not in jws.header,
            is_strict=not jws.repeats_a_member,
            certificate=_certificate(jws),
            signed=jws.signed,
            signature=jws.signature,
            uri=uri,
            at=at,
            anchors=anchors,
        )
    reader = cose.Reader()
    token = cose.read_sign1(reader.read(data), reader)
    claims = reader.read_map(token.payload)
    return Case(
        form="cwt",
        claims={_CWT_NAMES[key]: value for key, value in claims.items() if key in _CWT_NAMES},
        types=[token.protected.get(cose.TYPE)],
        is_es256=token.is_es256(),
        is_strict=reader.lengths_are_definite() and reader.keys_are_unique(),
        certificate=_certificate(token),
        signed=token.signed(),
        signature=token.signature,
        uri=uri,
        at=at,
        anchors=anchors,
    )


def _certificate(token: jose.Jws | cose.Sign1) -> x509.Certificate | None:
    try:
        return token.certificate()
    except (ValueError, LookupError, TypeError):
        return None


def verify(data: bytes, *, uri: str, at: datetime, anchors: Sequence[x509.Certificate]) -> VerifiedList:
    """Check a signed status list.

    Raises:
        UnreadableError: it is not a signed token.
    """
    case = read(data, uri=uri, at=at, anchors=anchors)
    findings = CHECKS.findings(case)
    issued_at = _instant(case.claims.get("iat"))
    fresh_until, ttl = None, case.claims.get("ttl")
    if issued_at is not None and isinstance(ttl, int) and _is_count(ttl):
        fresh_until = issued_at + timedelta(seconds=ttl)
    return VerifiedList(findings, None if findings else case.statuses(), issued_at, fresh_until)


def _instant(value: object) -> datetime | None:
    """The instant of a NumericDate; None when it is not one."""
    if not isinstance(value, int) or not _is_count(value):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40


@CHECKS.add("list_strict", "danh sách ghi hai lần cùng một trường", "the list names something twice")
def _strict(case: Case) -> bool:
    return case.is_strict


@CHECKS.add("list_algorithm", "danh sách không dùng thuật toán ES256", "the list is not signed with ES256")
def _algorithm(case: Case) -> bool:
    return case.is_es256


@CHECKS.add("list_type", "đây không phải danh sách trạng thái", "this is not a status list token")
def _type(case: Case) -> bool:
    expected = _JWT_TYPE if case.form == "jwt" else _CWT_TYPE
    return list(case.types) == [expected]


@CHECKS.add("list_signature", "chữ ký của danh sách sai", "the list's signature is wrong")
def _signature(case: Case) -> bool:
    return es256.verify(certificates.public_key(case.signer()), case.signed, case.signature)


@CHECKS.add("list_chain", "danh sách không do cơ quan tin cậy ký", "no trusted root stands behind the list")
def _chain(case: Case) -> bool:
    return certificates.is_trusted(case.signer(), case.anchors)


@CHECKS.add("list_certificate_dates", "chứng thư ký danh sách không còn hạn", "the list's certificate is not in force")
def _certificate_dates(case: Case) -> bool:
    return certificates.in_force(case.signer(), case.anchors, case.at)


@CHECKS.add("list_certificate_use", "chứng thư này không được ký danh sách", "the certificate is not for status lists")
def _certificate_use(case: Case) -> bool:
    return certificates.is_for(case.signer(), Use.STATUS_LIST)


@CHECKS.add("list_subject", "danh sách này của địa chỉ khác", "this list is of another address")
def _subject(case: Case) -> bool:
    return bool(case.claims["sub"] == case.uri)


@CHECKS.add("list_issued", "danh sách không có hoặc có ngày lập ở tương lai", "the list is not dated, or in the future")
def _issued(case: Case) -> bool:
    issued_at = _instant(case.claims["iat"])
    return issued_at is not None and issued_at <= case.at + _SKEW


@CHECKS.add("list_expired", "danh sách đã hết hạn dùng", "the list has expired")
def _expired(case: Case) -> bool:
    if "exp" not in case.claims:
        return True
    expires_at = _instant(case.claims["exp"])
    return expires_at is not None and case.at < expires_at


@CHECKS.add("list_ttl", "thời gian lưu của danh sách không hợp lệ", "the list's time to live is not a positive number")
def _ttl(case: Case) -> bool:
    return "ttl" not in case.claims or _is_count(case.claims["ttl"])


@CHECKS.add("list_bits", "số bit của danh sách không hợp lệ", "a status has 1, 2, 4 or 8 bits")
def _bits(case: Case) -> bool:
    bits = case.claims["status_list"]["bits"]
    return bits in BITS_ALLOWED and not isinstance(bits, bool)


@CHECKS.add("list_content", "nội dung danh sách hỏng hoặc quá lớn", "the list is damaged or too large")
def _content(case: Case) -> bool:
    packed = case.claims["status_list"]["lst"]
    try:
        unpack(es256.from_base64url(packed) if case.form == "jwt" else packed)
    except UnreadableError:
        return False
    return True
