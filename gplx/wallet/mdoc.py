"""The licence as an mdoc, the form of ISO's mobile driving licence: what phones show at the roadside without a network.

The issuer signs one object (MSO) with a digest of each field; the holder passes on fields, and signs for the verifier.

Source:
    ISO/IEC 18013-5 section 8.3.2 (response), 9.1.2 (issuer data authentication), 9.1.3 (device authentication).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from gplx.wallet import certificates, cose, es256, licence
from gplx.wallet.certificates import Use
from gplx.wallet.checks import Checks
from gplx.wallet.cose import CborMap, Sign1
from gplx.wallet.errors import UnreadableError
from gplx.wallet.keys import Signer
from gplx.wallet.licence import DOC_TYPE, NAMESPACE, LicenceData
from gplx.wallet.status_list import Reference
from gplx.wallet.verification import SKEW, Against, Verified

_VERSION: Final = "1.0"
_RANDOM_BYTES = 32
_RANDOM_BYTES_MIN = 16
_OK = 0
_TAG_DATETIME = 0


def issue(
    data: LicenceData,
    holder: ec.EllipticCurvePublicKey,
    signer: Signer,
    *,
    status: Reference,
    at: datetime,
    until: datetime,
) -> bytes:
    """A document with all its fields, for the holder to keep."""
    items = []
    for digest_id, (name, value) in enumerate(data.elements().items()):
        item = {
            "digestID": digest_id,
            "random": secrets.token_bytes(_RANDOM_BYTES),
            "elementIdentifier": name,
            "elementValue": value,
        }
        items.append(cbor2.dumps(item))
    security_object = {
        "version": _VERSION,
        "digestAlgorithm": "SHA-256",
        "valueDigests": {NAMESPACE: {number: _digest(item) for number, item in enumerate(items)}},
        "deviceKeyInfo": {"deviceKey": es256.to_cose_key(holder)},
        "docType": DOC_TYPE,
        "validityInfo": {"signed": _instant(at), "validFrom": _instant(at), "validUntil": _instant(until)},
        "status": status.to_claim(),
    }
    payload = cose.embed(cbor2.dumps(security_object))
    issuer_signed = {
        "nameSpaces": {NAMESPACE: [cbor2.CBORTag(cose.EMBEDDED, item) for item in items]},
        "issuerAuth": cose.sign1(payload, signer),
    }
    return cbor2.dumps({"docType": DOC_TYPE, "issuerSigned": issuer_signed})


def present(
    document: bytes, names: Collection[str], holder: ec.EllipticCurvePrivateKey, *, audience: str, nonce: str
) -> bytes:
    """What the holder shows: the fields of these names, signed for this verifier and this question.

    Raises:
        UnreadableError: it is not a document.
    """
    reader = cose.Reader()
    kept = reader.read_map(document)
    shown = {
        namespace: [item for item in items if reader.read(reader.embedded(item))["elementIdentifier"] in names]
        for namespace, items in kept["issuerSigned"]["nameSpaces"].items()
    }
    own = cose.embed(cbor2.dumps({}))
    to_sign = _device_authentication(audience, nonce, kept["docType"], own)
    protected, signed = cose.to_be_signed(to_sign)
    signature: list[Any] = [protected, {}, None, es256.sign(holder, signed)]
    presented = {
        "docType": kept["docType"],
        "issuerSigned": {**kept["issuerSigned"], "nameSpaces": shown},
        "deviceSigned": {
            "nameSpaces": cbor2.CBORTag(cose.EMBEDDED, cbor2.dumps({})),
            "deviceAuth": {"deviceSignature": signature},
        },
    }
    return cbor2.dumps({"version": _VERSION, "documents": [presented], "status": _OK})


def _digest(item: bytes) -> bytes:
    """The digest that stands for an item: of the tagged bytes."""
    return hashlib.sha256(cose.embed(item)).digest()


def _instant(at: datetime) -> cbor2.CBORTag:
    """An instant as the standard wants it: UTC, whole seconds."""
    return cbor2.CBORTag(_TAG_DATETIME, at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _device_authentication(audience: str, nonce: str, doc_type: str, namespaces: bytes) -> bytes:
    """What the holder's key signs, for a presentation over the internet.

    Source:
        ISO/IEC 18013-5 section 9.1.3.4; OpenID4VP 1.0 Annex B.2.6.1 (handover), without an encrypted answer.
    """
    info = hashlib.sha256(cbor2.dumps([audience, nonce, None, audience])).digest()
    transcript = [None, None, ["OpenID4VPHandover", info]]
    own = cbor2.loads(namespaces)
    return cose.embed(cbor2.dumps(["DeviceAuthentication", transcript, doc_type, own]))


# --- checking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One disclosed field, with the bytes that its digest is of."""

    namespace: str
    data: bytes
    fields: CborMap


@dataclass(frozen=True)
class Case:
    """A document, taken apart, and what it is to be held against."""

    doc_type: object
    items: tuple[Item, ...]
    issuer_auth: Sign1
    mso: CborMap
    device_namespaces: bytes
    device_fields: CborMap
    device_signature: Sign1 | None
    reader: cose.Reader
    against: Against

    @cached_property
    def signer(self) -> x509.Certificate:
        return self.issuer_auth.certificate()

    @cached_property
    def elements(self) -> dict[str, Any]:
        """The fields of the licence, as the last item of each name has them."""
        return {
            item.fields["elementIdentifier"]: item.fields["elementValue"]
            for item in self.items
            if item.namespace == NAMESPACE
        }

    def holder(self) -> ec.EllipticCurvePublicKey:
        return es256.from_cose_key(self.mso["deviceKeyInfo"]["deviceKey"])

    def proved(self) -> Sign1 | None:
        """The holder's signature, where one is asked for."""
        return self.device_signature if self.against.with_holder else None


CHECKS: Checks[Case] = Checks()


def read(data: bytes, against: Against) -> Case:
    """Take a document apart: one that was presented, or one as its holder keeps it.

    Raises:
        UnreadableError: it is not an mdoc, or there is not exactly one document in it.
    """
    reader = cose.Reader()
    try:
        return _take_apart(_document(reader.read_map(data)), reader, against)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableError("This is not an mdoc.") from error


def _document(outer: CborMap) -> CborMap:
    if "documents" not in outer:
        return outer
    if outer["version"] != _VERSION or outer["status"] != _OK or len(outer["documents"]) != 1:
        raise UnreadableError("One document is checked at a time; this answer has another number, or is an error.")
    document: CborMap = outer["documents"][0]
    return document


def _take_apart(document: CborMap, reader: cose.Reader, against: Against) -> Case:
    issuer_signed = document["issuerSigned"]
    items = []
    for namespace, tagged_items in issuer_signed["nameSpaces"].items():
        for tagged in tagged_items:
            inner = reader.embedded(tagged)
            items.append(Item(namespace, inner, reader.read_map(inner)))
    issuer_auth = cose.read_sign1(issuer_signed["issuerAuth"], reader)
    mso = reader.read_map(reader.embedded(reader.read(issuer_auth.payload)))
    device_namespaces, device_fields, device_signature = b"", CborMap(), None
    if "deviceSigned" in document:
        device_signed = document["deviceSigned"]
        device_namespaces = reader.embedded(device_signed["nameSpaces"])
        device_fields = reader.read_map(device_namespaces)
        if "deviceSignature" in device_signed["deviceAuth"]:
            device_signature = cose.read_sign1(device_signed["deviceAuth"]["deviceSignature"], reader)
    return Case(
        doc_type=document["docType"],
        items=tuple(items),
        issuer_auth=issuer_auth,
        mso=mso,
        device_namespaces=device_namespaces,
        device_fields=device_fields,
        device_signature=device_signature,
        reader=reader,
        against=against,
    )


def verify(data: bytes, against: Against) -> Verified:
    """Check a document.

    Raises:
        UnreadableError: it is not an mdoc.
    """
    case = read(data, against)
    findings = CHECKS.findings(case)
    validity = case.mso.get("validityInfo")
    return Verified(
        form="mdoc",
        findings=findings,
        elements=_elements_or_none(case),
        valid_from=_time(validity, "validFrom"),
        valid_until=_time(validity, "validUntil"),
        status=_reference(case.mso.get("status")),
        holder_is_proven=case.proved() is not None and not findings,
    )


def _elements_or_none(case: Case) -> dict[str, Any]:
    try:
        return case.elements
    except (LookupError, TypeError):
        return {}


def _time(validity: object, name: str) -> datetime | None:
    value = validity.get(name) if isinstance(validity, dict) else None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _reference(claim: object) -> Reference | None:
    try:
        return Reference.from_claim(claim)
    except ValueError:
        return None


@CHECKS.add("lengths", "CBOR có độ dài để ngỏ", "a length is left open (indefinite CBOR)")
def _lengths(case: Case) -> bool:
    return case.reader.lengths_are_definite()


@CHECKS.add("keys_once", "CBOR có khoá lặp lại", "a CBOR map has a key twice")
def _keys_once(case: Case) -> bool:
    return case.reader.keys_are_unique()


@CHECKS.add("algorithm", "không dùng thuật toán ES256", "it is not signed with ES256")
def _algorithm(case: Case) -> bool:
    return case.issuer_auth.is_es256()


@CHECKS.add("signature", "chữ ký của nơi cấp sai", "the issuer's signature is wrong")
def _signature(case: Case) -> bool:
    key = certificates.public_key(case.signer)
    return es256.verify(key, case.issuer_auth.signed(), case.issuer_auth.signature)


@CHECKS.add("chain", "không do cơ quan tin cậy cấp", "no trusted root stands behind the issuer")
def _chain(case: Case) -> bool:
    return certificates.is_trusted(case.signer, case.against.anchors)


@CHECKS.add("certificate_dates", "chứng thư của nơi cấp không còn hạn", "the issuer's certificate is not in force")
def _certificate_dates(case: Case) -> bool:
    return certificates.in_force(case.signer, case.against.anchors, case.against.at)


@CHECKS.add("certificate_use", "chứng thư này không được ký giấy phép", "the certificate is not for licences")
def _certificate_use(case: Case) -> bool:
    return certificates.is_for(case.signer, Use.MDOC)


@CHECKS.add("version", "phiên bản lạ", "its version is not known")
def _version(case: Case) -> bool:
    return bool(case.mso["version"] == _VERSION)


@CHECKS.add("digest_algorithm", "không dùng hàm băm SHA-256", "its digests are not SHA-256")
def _digest_algorithm(case: Case) -> bool:
    return bool(case.mso["digestAlgorithm"] == "SHA-256")


@CHECKS.add("credential_type", "đây không phải giấy phép lái xe", "it is not a driving licence")
def _credential_type(case: Case) -> bool:
    return bool(case.mso["docType"] == DOC_TYPE)


@CHECKS.add("doc_type", "loại giấy tờ khác với loại đã ký", "its type is not the one that was signed")
def _doc_type(case: Case) -> bool:
    return bool(case.doc_type == case.mso["docType"])


@CHECKS.add("namespace_signed", "có nhóm trường mà nơi cấp không ký", "a namespace is not covered by the signature")
def _namespace_signed(case: Case) -> bool:
    return all(item.namespace in case.mso["valueDigests"] for item in case.items)


@CHECKS.add("digest", "có trường bị sửa hoặc không được ký", "a field was changed, or is not covered by the signature")
def _digests(case: Case) -> bool:
    signed = case.mso["valueDigests"]
    return all(
        _digest(item.data) == signed[item.namespace].get(item.fields["digestID"])
        for item in case.items
        if item.namespace in signed
    )


@CHECKS.add("element_once", "một trường được gửi hai lần", "a field is sent twice")
def _element_once(case: Case) -> bool:
    names = [(item.namespace, item.fields["elementIdentifier"]) for item in case.items]
    return len(set(names)) == len(names)


@CHECKS.add("random", "số ngẫu nhiên của trường quá ngắn", "a field's random number is too short")
def _random(case: Case) -> bool:
    return all(len(item.fields["random"]) >= _RANDOM_BYTES_MIN for item in case.items)


@CHECKS.add("issued", "ngày ký ở tương lai hoặc ngoài hạn chứng thư", "it is signed in the future, or out of time")
def _issued(case: Case) -> bool:
    signed = case.mso["validityInfo"]["signed"]
    within = case.signer.not_valid_before_utc <= signed <= case.signer.not_valid_after_utc
    return bool(within and signed <= case.against.at + SKEW)


@CHECKS.add("valid_from", "giấy điện tử chưa có hiệu lực", "it is not valid yet")
def _valid_from(case: Case) -> bool:
    return bool(case.mso["validityInfo"]["validFrom"] <= case.against.at + SKEW)


@CHECKS.add("valid_until", "giấy điện tử đã hết hạn", "it has expired")
def _valid_until(case: Case) -> bool:
    return bool(case.against.at < case.mso["validityInfo"]["validUntil"])


@CHECKS.add("fields", "trường của giấy phép sai kiểu", "a field of the licence is not of its kind")
def _fields(case: Case) -> bool:
    return licence.well_formed(case.elements)


@CHECKS.add("issuing_country", "nước cấp khác với chứng thư", "the issuing country is not that of the certificate")
def _issuing_country(case: Case) -> bool:
    country = certificates.country_of(case.signer)
    return bool(case.elements.get("issuing_country", country) == country)


@CHECKS.add("licence_expired", "giấy phép lái xe đã hết hạn", "the driving licence has expired")
def _licence_expired(case: Case) -> bool:
    return not isinstance(case.elements.get("expiry_date"), date) or licence.unexpired(case.elements, case.against.day)


@CHECKS.add("status_reference", "không ghi nơi tra tình trạng", "it does not say where its status stands")
def _status_reference(case: Case) -> bool:
    return Reference.from_claim(case.mso["status"]) is not None


@CHECKS.add("holder_key", "không gắn với khoá của người có giấy phép", "it is not bound to a holder's key")
def _holder_key(case: Case) -> bool:
    return case.holder() is not None


@CHECKS.add("holder_proof", "thiếu bằng chứng của người có giấy phép", "the holder's proof is missing")
def _holder_proof(case: Case) -> bool:
    return case.device_signature is not None or not case.against.with_holder


@CHECKS.add("proof_algorithm", "bằng chứng không dùng ES256", "the holder's proof is not signed with ES256")
def _proof_algorithm(case: Case) -> bool:
    proof = case.proved()
    return proof is None or proof.is_es256()


@CHECKS.add(
    "proof_signature", "bằng chứng của khoá khác hoặc cho câu hỏi khác", "the proof is of another key or request"
)
def _proof_signature(case: Case) -> bool:
    proof = case.proved()
    if proof is None:
        return True
    own = cose.embed(case.device_namespaces)
    against = case.against
    signed = _device_authentication(against.audience, against.nonce, str(case.mso["docType"]), own)
    return es256.verify(case.holder(), proof.signed(signed), proof.signature)


@CHECKS.add("device_fields", "có trường do điện thoại tự khai", "the phone itself states fields")
def _device_fields(case: Case) -> bool:
    return not case.device_fields
