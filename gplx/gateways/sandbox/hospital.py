"""A hospital of the sandbox: it signs certificates as hospitals do and sends them, rightly or wrongly.

`Hospital` holds a make-believe authority and a signing key of one facility; `message` builds a signed message from a
person and what was found. For demos and tests.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from gplx.law.text import fold

CODE, NAME, PROVINCE = "99001", "Bệnh viện Mẫu", "01"
Mistake: TypeAlias = Literal["", "signature", "differs", "legacy", "stranger"]
"""What a message may have wrong: a broken signature, JSON that is not what was signed, the old algorithms, a key that
nobody registered."""

XML_NAMES = (
    "UUID", "CREATEDDATE", "USERCREATE", "STATUS", "ACTION", "SO", "HOTEN", "NGAYSINH", "GIOITINHVAL",
    "SOCMND_PASSPORT", "NGAYTHANGNAMCAPCMD", "NOICAP", "ECITIZENCODE", "MOBILE", "EMAIL", "DIACHITHUONGTRU",
    "MATINH_THUONGTRU", "MAHUYEN_THUONGTRU", "MAXA_THUONGTRU", "NONGDOCON", "DVINONGDOCON", "MATUY", "KETLUAN",
    "HANGBANGLAI", "NGAYKETLUAN", "BACSYKETLUAN", "NGAYKHAMLAI", "LYDO", "TINHTRANGBENH",
)  # fmt: skip


class LegacySigner(XMLSigner):
    """A signer that still uses SHA-1, as the old specification says."""

    def check_deprecated_methods(self) -> None:
        pass


@dataclass(frozen=True)
class Hospital:
    """A facility that signs: its key, its certificate, and the authority that issued it."""

    code: str
    name: str
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def authority_pem(self) -> bytes:
        return self.authority.public_bytes(serialization.Encoding.PEM)


def new_hospital(
    code: str = CODE, name: str = NAME, *, first_day: date = date(2024, 1, 1), last_day: date = date(2061, 1, 1)
) -> Hospital:
    """A hospital with an authority of its own."""
    authority_key, key = _new_key(), _new_key()
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "GPLX sandbox CA")])
    authority = _certificate(authority_name, authority_name, authority_key, authority_key, first_day, last_day, ca=True)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.SERIAL_NUMBER, code)]
    )
    certificate = _certificate(subject, authority_name, key, authority_key, first_day, last_day, ca=False)
    return Hospital(code, name, key, certificate, authority)


def kept_hospital(folder: Path) -> Hospital:
    """The hospital whose key lies in a folder; made there when it is missing."""
    path = folder / "hospital.pem"
    if not path.exists():
        made = new_hospital()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = made.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(private + made.certificate_pem + made.authority_pem)
        unfinished.replace(path)
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    certificate, authority = x509.load_pem_x509_certificates(data)
    return Hospital(CODE, NAME, key, certificate, authority)


_numbers = itertools.count(1)


def fields(
    hospital: Hospital,
    *,
    name: str,
    birth_date: date,
    identity_number: str,
    concluded_on: date,
    category: str = "B",
    conclusion: str = "A0-1",
    drugs_found: bool = False,
    number: str = "",
    sex: str = "male",
    edit: bool = False,
    more: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of a message, without what is signed; `more` replaces any of them."""
    stated = {
        "SO": number or f"{next(_numbers):05}/GKSKLX/{hospital.code}/{concluded_on:%y}",
        "HOTEN": name.upper(),
        "GIOITINHVAL": "0" if sex == "male" else "1",
        "NGAYSINH": f"{birth_date:%d/%m/%Y}",
        "DIACHITHUONGTRU": "Số 1 phố Thử Nghiệm",
        "MATINH_THUONGTRU": "01",
        "MAXA_THUONGTRU": "00004",
        "SOCMND_PASSPORT": identity_number,
        "NGAYTHANGNAMCAPCMND": f"{concluded_on.replace(day=1) - timedelta(days=400):%d/%m/%Y}",
        "NOICAP": "Cục CS QLHC",
        "IDBENHVIEN": hospital.code,
        "BENHVIEN": hospital.name,
        "NONGDOCON": "0",
        "DVINONGDOCON": "1",
        "MATUY": "1" if drugs_found else "0",
        "NGAYKETLUAN": f"{concluded_on:%d/%m/%Y}",
        "BACSYKETLUAN": "BS Trần Thị Mẫu",
        "KETLUAN": conclusion,
        "HANGBANGLAI": category,
        "NGAYKHAMLAI": f"{concluded_on + timedelta(days=90):%d/%m/%Y}" if conclusion == "A0-3" else "",
        "LYDO": "" if conclusion == "A0-1" else "Kết luận thử nghiệm",
        "TINHTRANGBENH": "",
        "STATE": "EDIT" if edit else "ADD",
    }
    if concluded_on < date(2025, 7, 1):
        stated["MAHUYEN_THUONGTRU"] = "001"
    return {**stated, **(more or {})}


def document(stated: Mapping[str, str]) -> etree._Element:
    """The XML document of a message, not yet signed."""
    root = etree.Element("root")
    own = {
        "UUID": str(uuid.uuid4()),
        "CREATEDDATE": stated.get("NGAYKETLUAN", ""),
        "USERCREATE": "hospital",
        "STATUS": "1",
        "ACTION": stated.get("STATE", ""),
        "NGAYTHANGNAMCAPCMD": stated.get("NGAYTHANGNAMCAPCMND", ""),
    }
    for name in XML_NAMES:
        etree.SubElement(root, name).text = own.get(name, stated.get(name, ""))
    return root


def sign(hospital: Hospital, root: etree._Element, *, legacy: bool = False) -> bytes:
    """A document with the hospital's enveloped signature."""
    kind: Any = LegacySigner if legacy else XMLSigner
    signer = kind(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA1 if legacy else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA1 if legacy else DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signed = signer.sign(root, key=hospital.key, cert=[hospital.certificate], always_add_key_value=True)
    return bytes(etree.tostring(signed, encoding="UTF-8", xml_declaration=True))


def message(hospital: Hospital, stated: Mapping[str, str], *, mistake: Mistake = "") -> dict[str, str]:
    """The whole message of some fields, as a hospital sends it; with one mistake, if wished."""
    signer = new_hospital(hospital.code, hospital.name) if mistake == "stranger" else hospital
    data = sign(signer, document(stated), legacy=mistake == "legacy")
    if mistake == "signature":
        data = data.replace(b"<MATUY>1<", b"<MATUY>0<").replace(b"<USERCREATE>hospital<", b"<USERCREATE>other<")
    sent = dict(stated)
    if mistake == "differs":
        sent["MATUY"] = "0" if stated["MATUY"] == "1" else "1"
    return {**sent, "SIGNDATA": base64.b64encode(data).decode()}


def certified_copy(hospital: Hospital, stated: Mapping[str, str]) -> bytes:
    """A certificate on paper, as a PDF that an office certifies by its signature; its letters have no diacritics."""
    import pikepdf

    shown = ["GIAY KHAM SUC KHOE CUA NGUOI LAI XE", *(f"{name}: {value}" for name, value in stated.items() if value)]
    folded = [fold(line).upper().replace("\\", "").replace("(", "").replace(")", "") for line in shown]
    text = " ".join(f"({line}) Tj 0 -18 Td" for line in folded)
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(f"BT /F1 11 Tf 60 780 Td {text} ET".encode())
        written = io.BytesIO()
        pdf.save(written)
    return sign_pdf(hospital, written.getvalue())


def sign_pdf(hospital: Hospital, pdf: bytes) -> bytes:
    """A PDF with the signature of the hospital's key."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    def loaded(certificate: x509.Certificate) -> Any:
        return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))

    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(loaded(hospital.authority))
    private = hospital.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=loaded(hospital.certificate),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )
    made: list[bytes] = []

    def work() -> None:
        metadata = signers.PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256")
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        made.append(signers.sign_pdf(writer, metadata, signer=signer).getvalue())

    # The caller may be inside an event loop, where pyhanko cannot start its own.
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return made[0]


def body(sent: Mapping[str, str]) -> bytes:
    """A message as the body of a request."""
    return json.dumps(sent, ensure_ascii=False).encode()


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    first_day: date,
    last_day: date,
    *,
    ca: bool,
) -> x509.Certificate:
    # Midnight and the minute before in Viet Nam.
    begins = datetime.combine(first_day, time(0), UTC) - timedelta(hours=7)
    ends = datetime.combine(last_day, time(23, 59), UTC) - timedelta(hours=7)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
    )
    if not ca:
        # RFC 9336: for signing documents.
        builder = builder.add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
