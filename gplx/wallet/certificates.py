"""Certificates of the wallet: one root, and one signer for each use, issued by the root directly.

Source:
    ISO/IEC 18013-5 Annex B (profiles of the root and of the document signer).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import NameOID

_MALFORMED = (
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
    CryptographyDeprecationWarning,
    TypeError,
)

# A certificate is dated back this far, for verifiers whose clocks are slow.
_BACKDATED = timedelta(hours=1)


class Use(Enum):
    """What a key signs; the value is also its name in the key store."""

    ROOT = "root"
    MDOC = "mdoc"
    SD_JWT = "sd-jwt"
    STATUS_LIST = "status-list"
    SEAL = "seal"


# What a signer's certificate says it is for. The mdoc's is the standard's, the seal's that of RFC 9336 (documents). No
# public number exists yet for the two others (docs/adr/0021), so they are of the arc 2.25, under which anybody may
# number by UUID.
PURPOSES = {
    Use.MDOC: x509.ObjectIdentifier("1.0.18013.5.1.2"),
    Use.SD_JWT: x509.ObjectIdentifier("2.25.92836281645236541098263540912736450192"),
    Use.STATUS_LIST: x509.ObjectIdentifier("2.25.31730296450192846501928364501928364507"),
    Use.SEAL: x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
}


def make_root(key: ec.EllipticCurvePrivateKey, *, name: str, country: str, at: datetime, days: int) -> x509.Certificate:
    """A root certificate, signed by its own key."""
    subject = _name(name, country)
    usage = _key_usage(certificates=True)
    return _sign(_builder(subject, subject, key.public_key(), at, days, is_root=True, usage=usage), key)


def make_signer(
    key: ec.EllipticCurvePublicKey,
    use: Use,
    *,
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    name: str,
    at: datetime,
    days: int,
) -> x509.Certificate:
    """The certificate of a key that signs for one use."""
    usage = _key_usage(certificates=False, commits=use is Use.SEAL)
    builder = _builder(_name(name, country_of(root)), root.subject, key, at, days, is_root=False, usage=usage)
    return _sign(builder.add_extension(x509.ExtendedKeyUsage([PURPOSES[use]]), critical=True), root_key)


def read(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        ValueError: there is none in it.
    """
    return x509.load_pem_x509_certificates(pem)


def from_der(der: bytes) -> x509.Certificate:
    """A certificate that came with a credential: it is read whole, since anybody may have written it.

    Raises:
        ValueError: it is not a certificate, or one that the standards do not allow.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", CryptographyDeprecationWarning)  # such as a negative serial number
            certificate = x509.load_der_x509_certificate(der)
            certificate.extensions, certificate.subject, certificate.issuer  # noqa: B018  parsed when first asked for
    except _MALFORMED as error:
        raise ValueError("The certificate cannot be read.") from error
    if der[-len(certificate.signature) - 1] != 0:
        # The library lets a signature end within a byte, so that a certificate would have two spellings.
        raise ValueError("The certificate's signature is not whole bytes.")
    return certificate


def public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The key a certificate is about.

    Raises:
        ValueError: it is not on P-256.
    """
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("The certificate's key is not on P-256.")
    return key


def country_of(certificate: x509.Certificate) -> str:
    """The two letters of the subject's country; empty when there is not exactly one."""
    named = certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)
    return str(named[0].value) if len(named) == 1 else ""


def issuer_among(anchors: Sequence[x509.Certificate], certificate: x509.Certificate) -> x509.Certificate | None:
    """The trusted root that issued this certificate."""
    return next((anchor for anchor in anchors if _is_root(anchor) and _issued_by(certificate, anchor)), None)


def is_trusted(certificate: x509.Certificate, anchors: Sequence[x509.Certificate]) -> bool:
    """Whether a trusted root issued this certificate."""
    return issuer_among(anchors, certificate) is not None


def in_force(certificate: x509.Certificate, anchors: Sequence[x509.Certificate], at: datetime) -> bool:
    """Whether the certificate, and its root where we know it, are valid at this instant."""
    root = issuer_among(anchors, certificate)
    chain = [certificate] if root is None else [certificate, root]
    return all(each.not_valid_before_utc <= at <= each.not_valid_after_utc for each in chain)


def is_for(certificate: x509.Certificate, use: Use) -> bool:
    """Whether the certificate is a signer's, and for this use."""
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return PURPOSES[use] in purposes and usage.digital_signature and not usage.key_cert_sign


def _is_root(certificate: x509.Certificate) -> bool:
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return basic.ca


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _name(name: str, country: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, country), x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _key_usage(*, certificates: bool, commits: bool = False) -> x509.KeyUsage:
    """What a key may do; a seal stands for what a document says (`commits`), as programs that read PDFs expect."""
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    at: datetime,
    days: int,
    *,
    is_root: bool,
    usage: x509.KeyUsage,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BACKDATED)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(usage, critical=True)
    )


def _sign(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return builder.sign(key, hashes.SHA256())
