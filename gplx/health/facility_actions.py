"""The only writers of the registry of facilities: facilities, the authorities believed, and signing certificates."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, transaction

from gplx.errors import RegisterError
from gplx.health.models import Facility, SigningCertificate, TrustAnchor
from gplx.law.provinces import UnknownProvinceError, province

NAME_MAX, CERTIFICATE_BYTES_MAX = 200, 20_000
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class FacilityFormError(RegisterError):
    """A facility has a code of 5 letters or digits, a name, a province, and days in order."""


class FacilityExistsError(RegisterError):
    """A facility of this code is registered."""


class CertificateFormError(RegisterError):
    """This is not a certificate (PEM or DER), or its key is of no kind that is used here."""


class IssuerUnknownError(RegisterError):
    """No authority that is believed here issued this certificate. Add its authority first."""


class CertificateExistsError(RegisterError):
    """This certificate is registered already."""


def add_facility(
    *, code: str, name: str, province_code: str, active_from: date, active_until: date | None = None
) -> Facility:
    """Register a facility.

    Raises:
        FacilityFormError, FacilityExistsError: as they say.
    """
    name = " ".join(name.split())
    if not re.fullmatch(r"[0-9A-Z]{5}", code) or not 0 < len(name) <= NAME_MAX or not name.isprintable():
        raise FacilityFormError
    if active_until is not None and active_until < active_from:
        raise FacilityFormError
    try:
        province(province_code, active_from)
    except UnknownProvinceError:
        raise FacilityFormError from None
    try:
        with transaction.atomic():
            return Facility.objects.create(
                code=code, name=name, province_code=province_code, active_from=active_from, active_until=active_until
            )
    except IntegrityError:
        raise FacilityExistsError from None


def end_facility(facility_id: int, *, last_day: date) -> Facility:
    """Say the last day on which a facility may conclude.

    Raises:
        FacilityFormError: it would end before it began.
    """
    facility = Facility.objects.get(pk=facility_id)
    if last_day < facility.active_from:
        raise FacilityFormError
    facility.active_until = last_day
    facility.save(update_fields=["active_until"])
    return facility


def add_anchor(name: str, data: bytes) -> TrustAnchor:
    """Believe a certificate authority.

    Raises:
        CertificateFormError, CertificateExistsError: as they say.
    """
    certificate = _loaded(data)
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        raise CertificateFormError from None
    if not constraints.ca:
        raise CertificateFormError
    try:
        with transaction.atomic():
            return TrustAnchor.objects.create(
                name=" ".join(name.split())[:NAME_MAX], fingerprint=fingerprint(certificate), pem=_pem(certificate)
            )
    except IntegrityError:
        raise CertificateExistsError from None


def add_signing_certificate(facility_id: int, data: bytes) -> SigningCertificate:
    """Register a certificate by which a facility signs; one of the authorities believed must have issued it.

    Raises:
        CertificateFormError, IssuerUnknownError, CertificateExistsError: as they say.
    """
    certificate = _loaded(data)
    anchor = next((one for one in TrustAnchor.objects.order_by("id") if _issued(one, certificate)), None)
    if anchor is None:
        raise IssuerUnknownError
    try:
        with transaction.atomic():
            return SigningCertificate.objects.create(
                facility_id=facility_id,
                anchor=anchor,
                fingerprint=fingerprint(certificate),
                subject=certificate.subject.rfc4514_string()[:300],
                pem=_pem(certificate),
                # Days of Viet Nam; on the last one it may end before midnight.
                valid_from=certificate.not_valid_before_utc.astimezone(_ZONE).date(),
                valid_until=certificate.not_valid_after_utc.astimezone(_ZONE).date(),
            )
    except IntegrityError:
        raise CertificateExistsError from None


def withdraw_signing_certificate(certificate_id: int, *, on: date) -> SigningCertificate:
    """From this day nothing signed by it is taken any more."""
    certificate = SigningCertificate.objects.get(pk=certificate_id)
    if certificate.withdrawn_on is None:
        certificate.withdrawn_on = on
        certificate.save(update_fields=["withdrawn_on"])
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _loaded(data: bytes) -> x509.Certificate:
    if len(data) > CERTIFICATE_BYTES_MAX:
        raise CertificateFormError
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except ValueError:
        raise CertificateFormError from None


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _issued(anchor: TrustAnchor, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(anchor.pem.encode()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
