"""The signed XML inside a message: is it whole, whose is it, and does it say what the message says?

Only what the verifier returns is read (T24). One signature over the whole document, by a certificate that the register
keeps for that facility; nothing outside the document is ever fetched.

Source:
    XML Signature Syntax and Processing 1.1; health-certificate exchange GKSKLX as hospitals send it; ADR 0043.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gplx.errors import RegisterError
from gplx.health.message import Fault, fault
from gplx.law import health as law

DEPTH_MAX = 20
ELEMENTS_MAX = 200
SIGNED_BYTES_MAX = 160 * 1024
_DS = "http://www.w3.org/2000/09/xmldsig#"
_ENVELOPED = f"{_DS}enveloped-signature"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_TRANSFORMS = ([_ENVELOPED], [_ENVELOPED, _C14N])
_METHODS = frozenset(
    {SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512, SignatureMethod.ECDSA_SHA256}
)
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_LEGACY_METHODS, _LEGACY_DIGESTS = frozenset({SignatureMethod.RSA_SHA1}), frozenset({DigestAlgorithm.SHA1})
_DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9_-]+)[\"']")

NAMES = (
    "UUID", "CREATEDDATE", "USERCREATE", "STATUS", "ACTION", "SO", "HOTEN", "NGAYSINH", "GIOITINHVAL",
    "SOCMND_PASSPORT", "NGAYTHANGNAMCAPCMD", "NOICAP", "ECITIZENCODE", "MOBILE", "EMAIL", "DIACHITHUONGTRU",
    "MATINH_THUONGTRU", "MAHUYEN_THUONGTRU", "MAXA_THUONGTRU", "NONGDOCON", "DVINONGDOCON", "MATUY", "KETLUAN",
    "HANGBANGLAI", "NGAYKETLUAN", "BACSYKETLUAN", "NGAYKHAMLAI", "LYDO", "TINHTRANGBENH",
)  # fmt: skip
"""The children of the signed document, in their order. One name is spelt unlike the message's own."""
_NAME_IN_MESSAGE = {"NGAYTHANGNAMCAPCMD": "NGAYTHANGNAMCAPCMND"}
_ONLY_SIGNED = frozenset({"UUID", "CREATEDDATE", "USERCREATE", "STATUS", "ACTION", "ECITIZENCODE", "MOBILE", "EMAIL"})
_NOT_SIGNED = frozenset({"IDBENHVIEN", "BENHVIEN", "STATE", "NGAYKHAM"})
"""What the signed document does not repeat: the facility stands in the number, and the register knows its name."""


class SignedDataRefusedError(RegisterError):
    """The signed data cannot be taken.

    Attributes:
        code: what is wrong with it.
        malformed: it is no document of the kind agreed on; otherwise its signature is not good.
    """

    def __init__(self, code: str, *, malformed: bool = False) -> None:
        super().__init__(f"The signed data cannot be taken: {code}.")
        self.code, self.malformed = code, malformed


class Known(NamedTuple):
    """A signing certificate that the register keeps for the facility."""

    id: int
    pem: str
    fingerprint: str
    valid_from: date
    valid_until: date
    withdrawn_on: date | None


class Signed(NamedTuple):
    """What was signed, by which certificate, and what a person should know about the signature.

    Attributes:
        values: the fields of the signed document, as the verifier returned them.
        digest: SHA-256 of the signed bytes.
        doubt: empty, or why a person should look: `legacy_signature`, `signer_expired`.
    """

    values: dict[str, str]
    certificate_id: int
    digest: str
    doubt: str


def verify(signed_data: str, known: Mapping[str, Known], *, concluded_on: date, today: date) -> Signed:
    """Check the signed data of a message.

    Args:
        signed_data: Base64, as it stands in the message.
        known: the signing certificates of the facility, by fingerprint.
        concluded_on: the day of the conclusion that the message states.
        today: the day it is received.

    Raises:
        SignedDataRefusedError: it is not of the form agreed on, or its signature is not good.
    """
    data = _decoded(signed_data)
    root = _parsed(data)
    signature = _the_signature(root)
    legacy = _checked_algorithms(signature)
    certificate = _certificate_of(signature, known)
    doubt = "legacy_signature" if legacy else ""
    if concluded_on < certificate.valid_from or today < certificate.valid_from:
        raise SignedDataRefusedError("certificate_not_yet_valid")
    if certificate.withdrawn_on is not None and certificate.withdrawn_on <= today:
        raise SignedDataRefusedError("certificate_withdrawn")
    if concluded_on > certificate.valid_until:
        raise SignedDataRefusedError("certificate_expired")
    if today > certificate.valid_until:
        # The time of signing is not covered by the signature: whoever finds an old key could write any.
        doubt = doubt or "signer_expired"
    return Signed(_returned_values(data, certificate, legacy), certificate.id, hashlib.sha256(data).hexdigest(), doubt)


def differences(signed: Mapping[str, str], message: Mapping[str, str]) -> list[Fault]:
    """Where the message does not say what was signed; the signed document is the truth."""
    faults = []
    for name, value in signed.items():
        if name in _ONLY_SIGNED:
            continue
        name = _NAME_IN_MESSAGE.get(name, name)
        if name == "KETLUAN":
            value = law.conclusion_code(value) or value
        if message.get(name, "") != value:
            faults.append(fault(name, "differs_from_signed"))
    repeated = {_NAME_IN_MESSAGE.get(name, name) for name in signed}
    for name, value in message.items():
        if value and name not in repeated and name not in _NOT_SIGNED:
            faults.append(fault(name, "differs_from_signed"))
    return faults


def _decoded(signed_data: str) -> bytes:
    if len(signed_data) > SIGNED_BYTES_MAX * 4 // 3 + 4:
        raise SignedDataRefusedError("too_large", malformed=True)
    try:
        data = base64.b64decode(signed_data, validate=True)
    except (binascii.Error, ValueError):
        raise SignedDataRefusedError("not_base64", malformed=True) from None
    if base64.b64encode(data).decode() != signed_data:
        raise SignedDataRefusedError("not_base64", malformed=True)
    return data


def _parsed(data: bytes) -> etree._Element:
    """The document, of plain elements only: no DTD, entity, comment or processing instruction (B30), not deep (B32)."""
    declared = _DECLARATION.match(data)
    encoding = _ENCODING.search(declared.group()) if declared else None
    if encoding is not None and encoding.group(1).lower() not in (b"utf-8", b"utf8"):
        raise SignedDataRefusedError("not_utf8", malformed=True)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise SignedDataRefusedError("not_utf8", malformed=True) from None
    if "\x00" in text or re.search(r"<!(?!\[CDATA\[|--)", text):
        raise SignedDataRefusedError("dtd", malformed=True)
    if re.search(r"<!\[CDATA\[", text):
        raise SignedDataRefusedError("cdata", malformed=True)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError:
        raise SignedDataRefusedError("not_xml", malformed=True) from None
    for count, node in enumerate(root.getroottree().iter()):
        if not isinstance(node.tag, str):
            raise SignedDataRefusedError("comment_or_instruction", malformed=True)
        if count > ELEMENTS_MAX:
            raise SignedDataRefusedError("too_many_elements", malformed=True)
        if sum(1 for _ in node.iterancestors()) > DEPTH_MAX:
            raise SignedDataRefusedError("too_deep", malformed=True)
    if len(list(root.itersiblings())) or len(list(root.itersiblings(preceding=True))):
        raise SignedDataRefusedError("comment_or_instruction", malformed=True)
    if root.tag != "root" or root.attrib or not set(root.nsmap.values()) <= {_DS}:
        raise SignedDataRefusedError("root", malformed=True)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )


def _the_signature(root: etree._Element) -> etree._Element:
    """The only signature, directly below the root, that covers the whole document (B31)."""
    found = [node for node in root.iter() if etree.QName(node).localname == "Signature"]
    if len(found) != 1 or found[0].getparent() is not root or etree.QName(found[0]).namespace != _DS:
        raise SignedDataRefusedError("one_signature")
    references = [node for node in root.iter() if etree.QName(node).localname == "Reference"]
    if len(references) != 1 or references[0].get("URI") != "":
        raise SignedDataRefusedError("reference")
    algorithms = [node.get("Algorithm") for node in root.iter() if etree.QName(node).localname == "Transform"]
    if algorithms not in _TRANSFORMS:
        raise SignedDataRefusedError("transforms")
    return found[0]


def _checked_algorithms(signature: etree._Element) -> bool:
    """True for the algorithms of the old specification, False for ours; any other is refused."""

    def named(tag: str) -> str:
        node = signature.find(f".//{{{_DS}}}{tag}")
        return "" if node is None else node.get("Algorithm", "")

    if named("CanonicalizationMethod") != _C14N:
        raise SignedDataRefusedError("canonicalization")
    method, digest = named("SignatureMethod"), named("DigestMethod")
    if method in {one.value for one in _METHODS} and digest in {one.value for one in _DIGESTS}:
        return False
    if method == SignatureMethod.RSA_SHA1.value and digest == DigestAlgorithm.SHA1.value:
        return True
    raise SignedDataRefusedError("algorithm")


def _certificate_of(signature: etree._Element, known: Mapping[str, Known]) -> Known:
    """The registered certificate that the signature names; what it carries itself proves nothing."""
    carried = signature.findall(f"{{{_DS}}}KeyInfo/{{{_DS}}}X509Data/{{{_DS}}}X509Certificate")
    for node in carried:
        try:
            der = base64.b64decode("".join((node.text or "").split()), validate=True)
        except (binascii.Error, ValueError):
            raise SignedDataRefusedError("certificate") from None
        found = known.get(hashlib.sha256(der).hexdigest())
        if found is not None:
            return found
    raise SignedDataRefusedError("certificate_unknown")


def _returned_values(data: bytes, certificate: Known, legacy: bool) -> dict[str, str]:
    """The fields of what the verifier returns; nothing else of the document is looked at."""
    signer = x509.load_pem_x509_certificate(certificate.pem.encode())
    expected = SignatureConfiguration(
        location="./",
        signature_methods=_LEGACY_METHODS if legacy else _METHODS,
        digest_algorithms=_LEGACY_DIGESTS if legacy else _DIGESTS,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
        # Days were compared above, by the register's own clock.
        verification_time=signer.not_valid_before_utc + timedelta(seconds=1),
    )
    try:
        result = XMLVerifier().verify(data, x509_cert=signer, parser=_parser(), expect_config=expected)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, KeyError):
        raise SignedDataRefusedError("signature") from None
    assert not isinstance(result, list)
    signed = result.signed_xml
    if signed is None or signed.tag != "root":
        raise SignedDataRefusedError("signature")
    values: dict[str, str] = {}
    for child in signed:
        name = str(child.tag)
        if name not in NAMES or name in values or len(child) or child.attrib or (child.tail or "").strip():
            raise SignedDataRefusedError("fields", malformed=True)
        values[name] = unicodedata.normalize("NFC", child.text or "").strip(" ")
    if (signed.text or "").strip():
        raise SignedDataRefusedError("fields", malformed=True)
    return values
