"""Kiểm tra giấy phép lái xe điện tử (SD-JWT hoặc mdoc), không cần mạng.

Check an electronic driving licence without a network. Exit status: 0 genuine, in time, and nothing known against it;
1 a check failed, or the licence is suspended or revoked; 2 it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from gplx.wallet import certificates, kit, sample, verifier
from gplx.wallet.certificates import Use
from gplx.wallet.checks import Finding
from gplx.wallet.errors import KeyStoreError, UnreadableError
from gplx.wallet.keys import KeyStore, default_folder
from gplx.wallet.verification import ZONE, Against
from gplx.wallet.verifier import Answer, Status

_GOOD, _BAD, _UNREADABLE = 0, 1, 2
# Larger than any list that we would unpack.
_FILE_BYTES_MAX = 32 * 1024 * 1024
_STATES = {
    "valid": ("CÒN HIỆU LỰC", "valid"),
    "suspended": ("ĐANG BỊ TẠM DỪNG", "suspended"),
    "revoked": ("ĐÃ BỊ THU HỒI", "revoked"),
    "unknown": ("KHÔNG RÕ", "unknown"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE|-", help="giấy phép điện tử / the credential, or - for standard input")
    parser.add_argument(
        "--status-list", metavar="FILE", type=Path, help="danh sách trạng thái gần nhất / the last list"
    )
    parser.add_argument(
        "--status-lists", metavar="FOLDER", type=Path, help="thư mục danh sách / a folder of lists (gplx wallet fetch)"
    )
    parser.add_argument("--at", metavar="DAY", type=_day, help="vào cuối ngày này, YYYY-MM-DD / at the end of this day")
    parser.add_argument("--trust", metavar="FILE", type=Path, help="chứng thư gốc tin cậy, PEM / trusted roots")
    parser.add_argument("--audience", default=sample.AUDIENCE, help="tên của nơi kiểm tra / the verifier's own name")
    parser.add_argument("--nonce", default="", help="số đã hỏi người có giấy phép / what the holder was asked to sign")
    parser.add_argument(
        "--issuer-only", action="store_true", help="không xét ai đang cầm giấy / leave open who carries it"
    )
    parser.add_argument("--json", action="store_true", help="in ra JSON / print JSON")


def run(arguments: argparse.Namespace) -> int:
    try:
        answer, against = _verify(arguments)
    except (UnreadableError, KeyStoreError, OSError) as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        if arguments.json:
            print(json.dumps({"genuine": None, "error": reason}, ensure_ascii=False))
        print(f"Không đọc được / cannot be read: {reason}", file=sys.stderr)
        return _UNREADABLE
    if arguments.json:
        print(json.dumps(_as_json(answer, against), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_as_text(answer, against)))
    return _GOOD if answer.is_good else _BAD


def _verify(arguments: argparse.Namespace) -> tuple[Answer, Against]:
    data = _read(sys.stdin.buffer if arguments.file == "-" else Path(arguments.file))
    list_data = None if arguments.status_list is None else _read(arguments.status_list)
    anchors = _anchors(arguments.trust)
    if arguments.at is None:
        against = Against(at=datetime.now(UTC), anchors=anchors)
    else:
        end = datetime.combine(arguments.at, time.max, ZONE)
        against = Against(at=end, anchors=anchors, proof_age=timedelta(days=1))
    against = Against(
        at=against.at,
        anchors=anchors,
        audience=arguments.audience,
        nonce=arguments.nonce,
        proof_age=against.proof_age,
        with_holder=not arguments.issuer_only,
    )
    if arguments.status_lists is not None and list_data is None:
        reference = verifier.verify(data, against, None).credential.status
        list_data = None if reference is None else kit.kept(arguments.status_lists).get(reference.uri)
    return verifier.verify(data, against, list_data), against


def _read(source: Any) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(_FILE_BYTES_MAX + 1)
    else:
        data = source.read(_FILE_BYTES_MAX + 1)
    if len(data) > _FILE_BYTES_MAX:
        raise UnreadableError(f"The file is larger than {_FILE_BYTES_MAX} bytes.")
    return bytes(data)


def _anchors(trust: Path | None) -> Sequence[x509.Certificate]:
    if trust is None:
        return [KeyStore(default_folder()).certificate(Use.ROOT)]
    try:
        return certificates.read(trust.read_bytes())
    except ValueError as error:
        raise UnreadableError(f"There is no certificate in {trust}.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: YYYY-MM-DD") from error


# --- telling ----------------------------------------------------------------------------------------------------


def _as_text(answer: Answer, against: Against) -> list[str]:
    credential = answer.credential
    lines = [_verdict(answer)]
    if answer.can_be_shown:
        lines += _fields(credential.elements)
    if credential.valid_from is not None and credential.valid_until is not None:
        span = f"từ {_moment(credential.valid_from)} đến {_moment(credential.valid_until)}"
        lines.append(f"Giấy điện tử:  {span}")
    lines.append(f"Tình trạng:    {_state(answer.status)}")
    if not credential.findings:
        lines.append(f"Người cầm:     {_holder(credential.holder_is_proven, against)}")
    findings = [*credential.findings, *answer.status.findings]
    if findings:
        lines.append("Không đạt:")
        lines += [f"  - {finding.vi} [{finding.check}]" for finding in findings]
    return lines


def _verdict(answer: Answer) -> str:
    if answer.credential.is_genuine:
        return "THẬT: giấy phép lái xe điện tử do nơi cấp tin cậy ký."
    if answer.can_be_shown:
        return "KHÔNG CÒN DÙNG ĐƯỢC: do nơi cấp tin cậy ký, nhưng không còn hoặc chưa có hiệu lực."
    return "KHÔNG TIN ĐƯỢC: có kiểm tra không đạt, nên nội dung không được hiển thị."


def _fields(elements: dict[str, Any]) -> list[str]:
    name = " ".join(elements[each] for each in ("family_name", "given_name") if each in elements)
    lines = [f"Họ và tên:     {name}"] if name else []
    if "birth_date" in elements:
        lines.append(f"Ngày sinh:     {_written(elements['birth_date'])}")
    if "document_number" in elements:
        lines.append(f"Số:            {elements['document_number']}")
    for privilege in elements.get("driving_privileges", []):
        until = privilege.get("expiry_date")
        term = f"đến {_written(until)}" if until else "không thời hạn"
        since = f"từ {_written(privilege['issue_date'])}, " if "issue_date" in privilege else ""
        lines.append(f"Hạng {privilege['vehicle_category_code']}:".ljust(15) + since + term)
    return lines


def _state(status: Status) -> str:
    state = _STATES[status.state][0]
    if status.issued_at is None or status.age is None:
        return (
            f"{state}: không có danh sách trạng thái nào dùng được."
            if status.findings
            else f"{state}: chưa có danh sách."
        )
    made = f"{state}, theo danh sách lập lúc {_moment(status.issued_at)} ({_age(status.age)} trước)"
    if status.findings:
        made = f"{state}: danh sách lập lúc {_moment(status.issued_at)} ({_age(status.age)} trước) không dùng được"
    return f"{made}; nên tải danh sách mới." if status.is_stale else f"{made}."


def _holder(is_proven: bool, against: Against) -> str:
    if not is_proven:
        return "không xét (--issuer-only)"
    return "đã chứng minh" if against.nonce else "đã chứng minh, nhưng không có số hỏi: có thể là bản sao"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} phút"
    return f"{minutes // 60} giờ" if minutes < 48 * 60 else f"{minutes // (24 * 60)} ngày"


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%H:%M %d/%m/%Y")


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _as_json(answer: Answer, against: Against) -> dict[str, Any]:
    credential, status = answer.credential, answer.status
    return {
        "good": answer.is_good,
        "genuine": credential.is_genuine,
        "form": credential.form,
        "checked_at": _iso(against.at),
        "valid_from": _iso(credential.valid_from),
        "valid_until": _iso(credential.valid_until),
        "holder_proven": credential.holder_is_proven,
        "fields": _plain(credential.elements) if answer.can_be_shown else None,
        "status": {
            "state": status.state,
            "list_issued_at": _iso(status.issued_at),
            "list_age_seconds": None if status.age is None else int(status.age.total_seconds()),
            "list_is_stale": status.is_stale,
        },
        "failed": [_finding(each) for each in (*credential.findings, *status.findings)],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {"check": finding.check, "vi": finding.vi, "en": finding.en}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(ZONE).isoformat(timespec="seconds")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name != "portrait"}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
