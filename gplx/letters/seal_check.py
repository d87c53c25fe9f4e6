"""The process that looks into a PDF from anywhere: `python -m gplx.letters.seal_check`, asked by `letters.seal.verify`.

Standard input: four bytes that say how long the JSON is, the JSON (roots, intermediates, at), and the PDF. Standard
output: a verdict as JSON. It limits itself before it reads, and every fault of the file is a verdict.
"""

from __future__ import annotations

import io
import json
import logging
import sys
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

from gplx.limited import give_little

_SECONDS, _MEGABYTES = 10, 1024
_PURPOSES = {"document_signing", "1.3.6.1.5.5.7.3.36", "email_protection", "microsoft_document_signing"}
_SLOW_CLOCK = timedelta(minutes=10)

_UNREADABLE = ("Không đọc được tệp này như một tệp PDF.", "This file cannot be read as a PDF.")
_UNSIGNED = ("Tệp này không có chữ ký số.", "This file carries no digital signature.")
_CHANGED = ("Nội dung đã bị sửa sau khi ký.", "The content was changed after it was signed.")
_ADDED = ("Có phần được thêm vào sau chữ ký.", "Something was added after the signature.")
_STRANGER = (
    "Người ký không thuộc danh sách tin cậy, hoặc chứng thư không dùng được vào lúc ký.",
    "The signer is not among those who are trusted, or the certificate was not in force at the time of signing.",
)
_FUTURE = ("Thời điểm ký nằm ở tương lai.", "The time of signing lies in the future.")
_SEVERAL = ("Một chữ ký khác trong tệp không đạt.", "Another signature in the file does not hold.")


def _check(asked: dict[str, Any], pdf: bytes) -> dict[str, Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    except Exception:  # whatever a hostile file brings about is a fault of the file
        return _verdict([_UNREADABLE])
    if not signatures:
        return _verdict([_UNSIGNED])
    verdicts = [_one(asked, signature) for signature in signatures]
    told = verdicts[-1]
    # Earlier signatures cover an earlier state of the file; they must hold, but need not cover what came later.
    if any(not (each["is_intact"] and each["is_trusted"]) for each in verdicts[:-1]):
        told["faults"].append(_SEVERAL)
    return told


def _one(asked: dict[str, Any], signature: Any) -> dict[str, Any]:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        signed_at = signature.self_reported_timestamp
        if signed_at is not None and signed_at.tzinfo is None:
            signed_at = signed_at.replace(tzinfo=UTC)
        moment = datetime.fromisoformat(asked["at"]) if asked["at"] else signed_at
        context = ValidationContext(
            trust_roots=[_certificate(pem) for pem in asked["roots"]],
            other_certs=[_certificate(pem) for pem in asked["intermediates"]],
            moment=moment or datetime.now(UTC),
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        usage = KeyUsageConstraints(
            key_usage={"digital_signature", "non_repudiation"},
            extd_key_usage=_PURPOSES,
            explicit_extd_key_usage_required=False,
        )
        status = validate_pdf_signature(signature, context, key_usage_settings=usage)
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and _is_plain(signature)
    except Exception:  # as above: this signature cannot be checked, so it does not hold
        return _verdict([_CHANGED])
    intact, trusted = bool(status.intact and status.valid), bool(status.trusted)
    faults = []
    if not intact:
        faults.append(_CHANGED)
    if not whole:
        faults.append(_ADDED)
    if not trusted:
        faults.append(_STRANGER)
    if signed_at is not None and signed_at > datetime.now(UTC) + _SLOW_CLOCK:
        faults.append(_FUTURE)
    certificate = status.signing_cert
    return _verdict(
        faults,
        is_intact=intact,
        covers_whole_file=whole,
        is_trusted=trusted,
        signer=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        signed_at=None if signed_at is None else signed_at.isoformat(),
        reason_given=str(signature.sig_object.get("/Reason", ""))[:500],
    )


def _is_plain(signature: Any) -> bool:
    """Whether the signature's container is as its makers write it: what no signature protects must say nothing else.

    That is: nothing but noughts behind it, in the room that was left for it; DER; and its outer list of digests names
    the one that the signer used.
    """
    container, signed = signature.pkcs7_content, signature.signed_data
    length, size = container[1], 0
    if length & 0x80:
        size = length & 0x7F
        length = int.from_bytes(container[2 : 2 + size], "big")
    digests = {each["algorithm"].native for each in signed["digest_algorithms"]}
    used = signature.signer_info["digest_algorithm"]["algorithm"].native
    kept = signed["encap_content_info"]["content_type"].native
    is_known = signed["version"].native in ("v1", "v3") and kept == "data" and used in digests
    return is_known and not any(container[2 + size + length :])


def _verdict(faults: list[tuple[str, str]], **told: Any) -> dict[str, Any]:
    empty = {"is_intact": False, "covers_whole_file": False, "is_trusted": False, "signer": "", "issuer": ""}
    return {**empty, "signed_at": None, "reason_given": "", **told, "faults": faults}


def _certificate(pem: str) -> Any:
    from asn1crypto import pem as armour
    from asn1crypto import x509

    return x509.Certificate.load(armour.unarmor(pem.encode())[2])


def _name(name: Any) -> str:
    told = name.native.get("common_name") or name.native.get("organization_name") or ""
    return str(told if isinstance(told, str) else ", ".join(map(str, told)))[:300]


def main() -> int:
    """Answer one question."""
    give_little(seconds=_SECONDS, megabytes=_MEGABYTES)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    given = sys.stdin.buffer.read()
    length = int.from_bytes(given[:4], "big")
    asked = json.loads(given[4 : 4 + length])
    try:
        told = _check(asked, given[4 + length :])
    except (MemoryError, RecursionError):
        told = _verdict([_UNREADABLE])
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
