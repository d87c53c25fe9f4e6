"""The licence as an SD-JWT: each field can be disclosed or withheld, and the holder proves to be the holder.

Source:
    RFC 9901 (SD-JWT, key binding); draft-ietf-oauth-sd-jwt-vc section 3 (type, claims).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from gplx.wallet import certificates, disclosures, es256, jose, licence
from gplx.wallet.certificates import Use
from gplx.wallet.checks import Checks
from gplx.wallet.disclosures import Disclosure
from gplx.wallet.errors import UnreadableError
from gplx.wallet.jose import Jws
from gplx.wallet.keys import Signer
from gplx.wallet.licence import LicenceData
from gplx.wallet.status_list import Reference
from gplx.wallet.verification import SKEW, Against, Verified

CREDENTIAL_TYPE: Final = "urn:gplx:driving-licence:1"
TYP: Final = "dc+sd-jwt"
PROOF_TYP: Final = "kb+jwt"
# What a verifier needs before it believes anything is never hidden.
NEVER_HIDDEN: Final = frozenset({"iss", "iat", "nbf", "exp", "cnf", "vct", "status"})
_DECOYS = (2, 5)


def issue(
    data: LicenceData,
    holder: ec.EllipticCurvePublicKey,
    signer: Signer,
    *,
    issuer: str,
    status: Reference,
    at: datetime,
    until: datetime,
) -> str:
    """A credential with all its disclosures, for the holder to keep."""
    made = [disclosures.make(name, _plain(value)) for name, value in data.elements().items() if value is not None]
    decoys = [es256.to_base64url(secrets.token_bytes(32)) for _ in range(_DECOYS[0] + secrets.randbelow(_DECOYS[1]))]
    claims = {
        "iss": issuer,
        "iat": int(at.timestamp()),
        "nbf": int(at.timestamp()),
        "exp": int(until.timestamp()),
        "vct": CREDENTIAL_TYPE,
        "cnf": {"jwk": es256.to_jwk(holder)},
        "status": status.to_claim(),
        disclosures.ALGORITHM: "sha-256",
        disclosures.DIGESTS: sorted([*(each.digest for each in made), *decoys]),
    }
    token = jose.write({"typ": TYP, "kid": signer.key_id}, claims, signer)
    return "~".join([token, *(each.text for each in made), ""])


def present(
    credential: str,
    names: Collection[str],
    holder: ec.EllipticCurvePrivateKey,
    *,
    audience: str,
    nonce: str,
    at: datetime,
) -> str:
    """What the holder shows: the fields of these names, and a proof for this verifier and this question.

    Raises:
        UnreadableError: it is not a credential.
    """
    parsed = read(credential, Against(at=at, anchors=()))
    shown = [each.text for each in parsed.disclosed if each.name in names]
    without_proof = "~".join([credential.split("~", 1)[0], *shown, ""])
    header = {"alg": es256.JOSE_NAME, "typ": PROOF_TYP}
    claims = {"iat": int(at.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": _hash(without_proof)}
    signed = jose.signing_input(header, claims)
    return f"{without_proof}{signed}.{es256.to_base64url(es256.sign(holder, signed.encode('ascii')))}"


def _plain(value: Any) -> Any:
    """A field as JSON has it: days as text, a picture as base64url."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return es256.to_base64url(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def _hash(presented: str) -> str:
    return es256.to_base64url(hashlib.sha256(presented.encode("ascii")).digest())


# --- checking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A presented credential, taken apart, and what it is to be held against."""

    token: Jws
    disclosed: tuple[Disclosure, ...]
    proof: Jws | None
    presented: str
    repeats_a_member: bool
    against: Against

    @cached_property
    def signer(self) -> x509.Certificate:
        return self.token.certificate()

    @cached_property
    def unpacked(self) -> disclosures.Unpacked:
        return disclosures.unpack(self.token.claims, self.disclosed)

    @cached_property
    def elements(self) -> dict[str, Any]:
        """The fields of the licence; a day that is not one stays as it is."""
        claims = self.unpacked.claims
        names = (*licence.TEXTS, *licence.DATES, licence.PRIVILEGES, licence.PORTRAIT)
        fields = {name: claims[name] for name in names if name in claims}
        fields.update({name: _day(fields[name]) for name in licence.DATES if name in fields})
        if isinstance(fields.get(licence.PRIVILEGES), list):
            fields[licence.PRIVILEGES] = [_privilege(each) for each in fields[licence.PRIVILEGES]]
        return fields

    def holder(self) -> ec.EllipticCurvePublicKey:
        return es256.from_jwk(self.token.claims["cnf"]["jwk"])

    def proved(self) -> Jws | None:
        """The holder's proof, where one is asked for. That it is missing is one finding, not one for each check."""
        return self.proof if self.against.with_holder else None


CHECKS: Checks[Case] = Checks()


def read(text: str, against: Against) -> Case:
    """Take a credential apart.

    Raises:
        UnreadableError: it is not an SD-JWT.
    """
    if not text.isascii():
        raise UnreadableError("An SD-JWT is plain ASCII.")
    token, *middle = text.split("~")
    if not middle:
        raise UnreadableError("An SD-JWT ends with ~ or with the holder's proof.")
    *disclosed, proof = middle
    repeats: list[str] = []
    parsed = tuple(disclosures.read(each, repeats) for each in disclosed)
    jws = jose.read(token)
    proof_jws = jose.read(proof) if proof else None
    repeated = bool(repeats) or jws.repeats_a_member or (proof_jws is not None and proof_jws.repeats_a_member)
    presented = text[: len(text) - len(proof)]
    return Case(jws, parsed, proof_jws, presented, repeated, against)


def verify(text: str, against: Against) -> Verified:
    """Check a presented credential.

    Raises:
        UnreadableError: it is not an SD-JWT.
    """
    case = read(text, against)
    findings = CHECKS.findings(case)
    claims = case.token.claims
    return Verified(
        form="sd-jwt",
        findings=findings,
        elements={} if findings and not _unpacks(case) else case.elements,
        valid_from=_instant(claims.get("nbf", claims.get("iat"))),
        valid_until=_instant(claims.get("exp")),
        status=_reference(claims.get("status")),
        holder_is_proven=case.proved() is not None and not findings,
    )


def _unpacks(case: Case) -> bool:
    try:
        return isinstance(case.elements, dict)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False


def _reference(claim: object) -> Reference | None:
    try:
        return Reference.from_claim(claim)
    except ValueError:
        return None


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def _privilege(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _day(each) if name in licence.DATES else each for name, each in value.items()}


def _instant(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


@CHECKS.add("json_strict", "một trường được ghi hai lần", "a member is named twice")
def _json_strict(case: Case) -> bool:
    return not case.repeats_a_member


@CHECKS.add("algorithm", "không dùng thuật toán ES256", "it is not signed with ES256")
def _algorithm(case: Case) -> bool:
    return bool(case.token.header["alg"] == es256.JOSE_NAME)


@CHECKS.add("critical", "có phần mở rộng bắt buộc mà ta không hiểu", "it has a critical extension that we do not know")
def _critical(case: Case) -> bool:
    return all("crit" not in jws.header for jws in (case.token, case.proof) if jws is not None)


@CHECKS.add("type", "đây không phải giấy tờ điện tử loại SD-JWT", "its type is not that of an SD-JWT credential")
def _type(case: Case) -> bool:
    return bool(case.token.header["typ"] == TYP)


@CHECKS.add("credential_type", "đây không phải giấy phép lái xe", "it is not a driving licence")
def _credential_type(case: Case) -> bool:
    return bool(case.token.claims["vct"] == CREDENTIAL_TYPE)


@CHECKS.add("signature", "chữ ký của nơi cấp sai", "the issuer's signature is wrong")
def _signature(case: Case) -> bool:
    return es256.verify(certificates.public_key(case.signer), case.token.signed, case.token.signature)


@CHECKS.add("chain", "không do cơ quan tin cậy cấp", "no trusted root stands behind the issuer")
def _chain(case: Case) -> bool:
    return certificates.is_trusted(case.signer, case.against.anchors)


@CHECKS.add("certificate_dates", "chứng thư của nơi cấp không còn hạn", "the issuer's certificate is not in force")
def _certificate_dates(case: Case) -> bool:
    return certificates.in_force(case.signer, case.against.anchors, case.against.at)


@CHECKS.add("certificate_use", "chứng thư này không được ký giấy phép", "the certificate is not for licences")
def _certificate_use(case: Case) -> bool:
    return certificates.is_for(case.signer, Use.SD_JWT)


@CHECKS.add("issued", "ngày cấp nằm ở tương lai", "it is issued in the future, or not dated")
def _issued(case: Case) -> bool:
    issued_at = _instant(case.token.claims["iat"])
    return issued_at is not None and issued_at <= case.against.at + SKEW


@CHECKS.add("valid_from", "giấy điện tử chưa có hiệu lực", "it is not valid yet")
def _valid_from(case: Case) -> bool:
    if "nbf" not in case.token.claims:
        return True
    valid_from = _instant(case.token.claims["nbf"])
    return valid_from is not None and valid_from <= case.against.at + SKEW


@CHECKS.add("valid_until", "giấy điện tử đã hết hạn", "it has expired")
def _valid_until(case: Case) -> bool:
    valid_until = _instant(case.token.claims["exp"])
    return valid_until is not None and case.against.at < valid_until


@CHECKS.add("digest_algorithm", "không dùng hàm băm SHA-256", "its digests are not SHA-256")
def _digest_algorithm(case: Case) -> bool:
    return bool(case.token.claims.get(disclosures.ALGORITHM, "sha-256") == "sha-256")


@CHECKS.add("disclosure_form", "phần tiết lộ sai cấu trúc", "a disclosure is not well formed")
def _disclosure_form(case: Case) -> bool:
    return all(each.is_well_formed for each in case.disclosed) and not case.unpacked.misplaced


@CHECKS.add("disclosure_once", "một phần tiết lộ được gửi hai lần", "a disclosure is sent twice")
def _disclosure_once(case: Case) -> bool:
    return len({each.text for each in case.disclosed}) == len(case.disclosed)


@CHECKS.add("disclosure_signed", "có phần tiết lộ mà nơi cấp không ký", "a disclosure is not covered by the signature")
def _disclosure_signed(case: Case) -> bool:
    return {each.digest for each in case.disclosed} <= set(case.unpacked.digests)


@CHECKS.add("digest_once", "một mã băm xuất hiện hai lần", "a digest occurs twice")
def _digest_once(case: Case) -> bool:
    return len(set(case.unpacked.digests)) == len(case.unpacked.digests)


@CHECKS.add("claim_once", "phần tiết lộ ghi đè trường đã có", "a disclosure overwrites a field")
def _claim_once(case: Case) -> bool:
    return not case.unpacked.overwriting


@CHECKS.add("claim_plain", "trường không được phép giấu lại bị giấu", "a field is hidden that must not be")
def _claim_plain(case: Case) -> bool:
    signed = set(case.unpacked.digests)
    return not any(each.name in NEVER_HIDDEN for each in case.disclosed if each.digest in signed)


@CHECKS.add("fields", "trường của giấy phép sai kiểu", "a field of the licence is not of its kind")
def _fields(case: Case) -> bool:
    return licence.well_formed(case.elements)


@CHECKS.add("licence_expired", "giấy phép lái xe đã hết hạn", "the driving licence has expired")
def _licence_expired(case: Case) -> bool:
    return not isinstance(case.elements.get("expiry_date"), date) or licence.unexpired(case.elements, case.against.day)


@CHECKS.add("status_reference", "không ghi nơi tra tình trạng", "it does not say where its status stands")
def _status_reference(case: Case) -> bool:
    return Reference.from_claim(case.token.claims["status"]) is not None


@CHECKS.add("holder_key", "không gắn với khoá của người có giấy phép", "it is not bound to a holder's key")
def _holder_key(case: Case) -> bool:
    return case.holder() is not None


@CHECKS.add("holder_proof", "thiếu bằng chứng của người có giấy phép", "the holder's proof is missing")
def _holder_proof(case: Case) -> bool:
    return case.proof is not None or not case.against.with_holder


@CHECKS.add("proof_type", "bằng chứng sai loại", "the holder's proof is not of its type")
def _proof_type(case: Case) -> bool:
    proof = case.proved()
    return proof is None or bool(proof.header["typ"] == PROOF_TYP)


@CHECKS.add("proof_algorithm", "bằng chứng không dùng ES256", "the holder's proof is not signed with ES256")
def _proof_algorithm(case: Case) -> bool:
    proof = case.proved()
    return proof is None or bool(proof.header["alg"] == es256.JOSE_NAME)


@CHECKS.add("proof_signature", "bằng chứng không do khoá của người có giấy phép ký", "the proof is of another key")
def _proof_signature(case: Case) -> bool:
    proof = case.proved()
    return proof is None or es256.verify(case.holder(), proof.signed, proof.signature)


@CHECKS.add("proof_hash", "bằng chứng cho những trường khác", "the proof is for other fields")
def _proof_hash(case: Case) -> bool:
    proof = case.proved()
    return proof is None or bool(proof.claims["sd_hash"] == _hash(case.presented))


@CHECKS.add("proof_age", "bằng chứng quá cũ hoặc ở tương lai", "the proof is too old, or in the future")
def _proof_age(case: Case) -> bool:
    proof = case.proved()
    if proof is None:
        return True
    made_at = _instant(proof.claims["iat"])
    at = case.against.at
    return made_at is not None and at - case.against.proof_age <= made_at <= at + SKEW


@CHECKS.add("proof_audience", "bằng chứng dành cho nơi kiểm tra khác", "the proof is for another verifier")
def _proof_audience(case: Case) -> bool:
    proof = case.proved()
    return proof is None or bool(proof.claims["aud"] == case.against.audience)


@CHECKS.add("proof_nonce", "bằng chứng trả lời câu hỏi khác", "the proof answers another question")
def _proof_nonce(case: Case) -> bool:
    proof = case.proved()
    return proof is None or bool(proof.claims["nonce"] == case.against.nonce)
