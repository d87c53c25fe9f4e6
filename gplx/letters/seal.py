"""The register's seal on a paper: a PAdES signature, which anybody can check and which notices each changed byte.

The key is in the wallet's key store, for this use alone (ADR 0036), and each signature is logged there before it is
handed out. A check never trusts the file it looks at: it works in a process of its own with little memory and time, so
that a hostile file gives a verdict and nothing else.

Source:
    ETSI EN 319 142-1 (PAdES baseline B-B); RFC 9336 (certificates that seal documents); ADR 0036.
"""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from gplx import limited
from gplx.wallet.certificates import Use
from gplx.wallet.keys import KeyStore, Signer, default_folder

FIELD = "Seal"
_DER_SIGNATURE_BYTES_MAX = 72
_PDF_BYTES_MAX = 20 * 1024 * 1024
_CHECK_SECONDS_MAX = 20


@dataclass(frozen=True)
class Verdict:
    """What a check of a sealed PDF found. Each "no" has its reason, in both languages.

    Attributes:
        is_intact: what was signed has not been changed since.
        covers_whole_file: the last signature covers every byte; nothing was added after it.
        is_trusted: the signer's certificate leads to one of the roots, was in force, and may sign documents.
        signer: the name in the signer's certificate; empty when there is none.
        issuer: the name in its issuer's.
        signed_at: what the signer says; no independent time stamp vouches for it.
        reason_given: what the signer wrote as the reason for signing.
        faults: (Vietnamese, English) for each thing that is wrong; empty when the file is good.
    """

    is_intact: bool = False
    covers_whole_file: bool = False
    is_trusted: bool = False
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    reason_given: str = ""
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def is_good(self) -> bool:
        """Genuine: intact, whole, and signed by somebody trusted."""
        return self.is_intact and self.covers_whole_file and self.is_trusted and not self.faults

    @property
    def reason_vi(self) -> str:
        """Why not, in Vietnamese; empty when it is good."""
        return " ".join(vi for vi, _ in self.faults)

    @property
    def reason_en(self) -> str:
        """Why not, in English; empty when it is good."""
        return " ".join(en for _, en in self.faults)


class _StoreSigner(signers.Signer):
    """pyhanko's signer that asks the key store, so that every signature is logged there."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        # The root does not travel with the paper: nobody trusts it for being there, and nothing would protect it.
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(signer.certificate.public_bytes(serialization.Encoding.DER)),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        assert digest_algorithm == "sha256", digest_algorithm
        if dry_run:
            return bytes(_DER_SIGNATURE_BYTES_MAX)
        signature = self._signer.sign(data)
        half = len(signature) // 2
        return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


class _PdfSealer(signers.PdfSigner):
    """pyhanko's writer of signatures, at an instant that is told to it."""

    def __init__(self, *arguments: Any, at: datetime, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def sign(pdf: bytes, *, reason: str, at: datetime | None = None, store: KeyStore | None = None) -> bytes:
    """The same PDF with the register's seal, appended: what was there before stays byte for byte.

    Args:
        reason: why it is sealed, in a few words without personal data; every reader of the file sees it.
        at: the instant it says it was sealed at; without it, now.
        store: the key store; without it, the installation's own.

    Raises:
        KeyStoreError: the key store has no key for this use.
    """
    signer = _StoreSigner((store or KeyStore(default_folder())).signer(Use.SEAL))
    described = signers.PdfSignatureMetadata(
        field_name=FIELD, reason=reason, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    seal = _PdfSealer(described, signer=signer, new_field_spec=fields.SigFieldSpec(FIELD), at=at or datetime.now(UTC))

    async def work() -> bytes:
        return bytes((await seal.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))).getvalue())

    return _finished(work())


def verify(
    pdf: bytes,
    roots: Sequence[x509.Certificate],
    *,
    at: datetime | None = None,
    intermediates: Sequence[x509.Certificate] = (),
) -> Verdict:
    """Is this PDF signed by somebody whom these roots vouch for, and unchanged? Any bytes give a verdict.

    Args:
        roots: whom to trust. A certificate that is not among them, or issued under them, is not trusted.
        at: the instant at which certificates must be in force; without it, the one the signer states.
        intermediates: certificates between signer and root that the file does not bring itself.
    """
    if len(pdf) > _PDF_BYTES_MAX:
        return Verdict(faults=(("Tệp quá lớn để kiểm tra.", "The file is too large to be checked."),))
    asked = {
        "roots": [_pem(each) for each in roots],
        "intermediates": [_pem(each) for each in intermediates],
        "at": None if at is None else at.isoformat(),
    }
    head = json.dumps(asked).encode()
    try:
        answer = limited.ask(
            "gplx.letters.seal_check", [], len(head).to_bytes(4, "big") + head + pdf, seconds=_CHECK_SECONDS_MAX
        )
    except limited.NoAnswerError:
        return Verdict(faults=(("Không đọc được tệp này như một tệp PDF.", "This file cannot be read as a PDF."),))
    return _verdict(json.loads(answer))


def roots(store: KeyStore | None = None) -> list[x509.Certificate]:
    """Whom the register's own papers lead to."""
    return [(store or KeyStore(default_folder())).certificate(Use.ROOT)]


def _verdict(told: dict[str, Any]) -> Verdict:
    signed_at, faults = told.pop("signed_at"), told.pop("faults")
    return Verdict(
        **told,
        signed_at=None if signed_at is None else datetime.fromisoformat(signed_at),
        faults=tuple((vi, en) for vi, en in faults),
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _finished(work: Coroutine[Any, Any, bytes]) -> bytes:
    """Run it in a thread of its own: the caller may be inside an event loop already."""
    made: list[bytes] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(asyncio.run(work))
        except BaseException as error:  # handed over to the caller's thread
            failed.append(error)

    thread = threading.Thread(target=run, name="seal")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return made[0]
