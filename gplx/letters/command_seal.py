"""Kiểm tra con dấu số trên một tệp PDF của hệ thống, không cần mạng.

Check the seal on a PDF without a network. Exit status: 0 genuine and unchanged; 1 not; 2 it cannot be checked here.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cryptography import x509

from gplx.letters import seal
from gplx.letters.seal import Verdict
from gplx.wallet import certificates
from gplx.wallet.errors import KeyStoreError
from gplx.wallet.verification import ZONE

_GOOD, _BAD, _NOT_HERE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="tệp PDF / the PDF")
    parser.add_argument("--trust", metavar="FILE", type=Path, help="chứng thư gốc tin cậy, PEM / trusted roots")
    parser.add_argument("--json", action="store_true", help="in ra JSON / print JSON")


def run(arguments: argparse.Namespace) -> int:
    try:
        verdict = seal.verify(arguments.file.read_bytes(), _roots(arguments.trust))
    except (KeyStoreError, OSError, ValueError) as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        print(f"Không kiểm tra được / cannot be checked: {reason}", file=sys.stderr)
        return _NOT_HERE
    print(json.dumps(_as_json(verdict), ensure_ascii=False, indent=2) if arguments.json else _as_text(verdict))
    return _GOOD if verdict.is_good else _BAD


def _roots(trust: Path | None) -> list[x509.Certificate]:
    return seal.roots() if trust is None else certificates.read(trust.read_bytes())


def _as_text(verdict: Verdict) -> str:
    said = "THẬT: văn bản do nơi cấp tin cậy ký và chưa bị sửa."
    lines = [said if verdict.is_good else "KHÔNG TIN ĐƯỢC."]
    if verdict.signer:
        lines.append(f"Người ký:      {verdict.signer} (chứng thư do {verdict.issuer} cấp)")
    if verdict.signed_at is not None:
        lines.append(f"Ký lúc:        {verdict.signed_at.astimezone(ZONE):%H:%M %d/%m/%Y} (theo người ký)")
    if verdict.reason_given:
        lines.append(f"Lý do ký:      {verdict.reason_given}")
    return "\n".join([*lines, *(f"  - {vi} / {en}" for vi, en in verdict.faults)])


def _as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "good": verdict.is_good,
        "intact": verdict.is_intact,
        "covers_whole_file": verdict.covers_whole_file,
        "trusted": verdict.is_trusted,
        "signer": verdict.signer,
        "issuer": verdict.issuer,
        "signed_at": None if verdict.signed_at is None else verdict.signed_at.astimezone(ZONE).isoformat(),
        "reason": verdict.reason_given,
        "faults": [{"vi": vi, "en": en} for vi, en in verdict.faults],
    }
