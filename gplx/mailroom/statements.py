"""The statement of a person's points as a sealed paper, for himself and for a desk.

Part of the room's actions; the paper is made once for the same content on the same day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import FULL_BALANCE_POINTS, Profile
from gplx.licences.models import Holder, Licence
from gplx.licences.queries import parts_of
from gplx.mailroom import papers
from gplx.mailroom.authority import letterhead
from gplx.mailroom.models import Paper, PaperKind
from gplx.notices import wording
from gplx.points.models import Account
from gplx.points.queries import installed_profile, statement

_TITLE = "Bản kê điểm giấy phép lái xe"
_KINDS: dict[law.LineKind, str] = {
    "deduction": "Bị trừ điểm",
    "not_deducted": "Không bị trừ điểm vì đang bị tước quyền sử dụng giấy phép",
    "restoration": "Được phục hồi đủ điểm theo thời gian",
    "test_restoration": "Được phục hồi đủ điểm vì đạt kỳ kiểm tra kiến thức",
}


def issue(holder: Holder, *, on: date, as_known_on: date | None, made_on: date, number: str = "") -> Paper:
    """The statement of all parts of a person's licence on a day, sealed, with a QR code.

    Args:
        as_known_on: from only what was known by that day (reading 18).
        number: what the page with the same content calls it; without one the paper has none but its code.

    Raises:
        PaperError, KeyStoreError: papers cannot be made or sealed here.
    """
    licences = list(
        Licence.objects.filter(holder=holder).order_by("-issue_date", "number").prefetch_related("entitlements")
    )
    data = {**letterhead(), **_data(holder, licences, on, as_known_on, installed_profile()), "number": number}
    content = sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
    newest = licences[0].number if licences else ""
    return papers.issue(
        PaperKind.STATEMENT,
        data,
        natural_key=f"statement:{holder.pk}:{made_on.isoformat()}:{content}",
        on=made_on,
        holder_id=holder.pk,
        asked_digits=newest[-4:],
        check_lines=("Bản kê này có con dấu số; tệp PDF kiểm tra được bằng mọi phần mềm đọc chữ ký số.",),
    )


def _data(
    holder: Holder, licences: list[Licence], on: date, as_known_on: date | None, profile: Profile
) -> dict[str, Any]:
    known = f", theo những gì sổ biết đến ngày {_written(as_known_on)}" if as_known_on else ""
    numbers = "; ".join(
        f"{licence.number} ({', '.join(each.category for each in licence.entitlements.all())})" for licence in licences
    )
    rows = [
        ["Họ và tên", holder.name],
        ["Ngày sinh", _written(holder.birth_date)],
        ["Số giấy phép lái xe", numbers],
        ["Tính đến hết ngày", f"{_written(on)}{known}"],
        ["Văn bản áp dụng", profile.title_vi],
    ]
    return {
        "title": _TITLE,
        "blocks": [{"kind": "facts", "rows": rows}, *_parts(holder, on, as_known_on, profile)],
    }


def _parts(holder: Holder, on: date, as_known_on: date | None, profile: Profile) -> Iterator[dict[str, Any]]:
    accounts = {account.part: account.pk for account in Account.objects.filter(holder=holder)}
    full = FULL_BALANCE_POINTS.on(on)
    english = []
    for part in dict.fromkeys([*sorted(accounts), *sorted(part.value for part in parts_of(holder.pk))]):
        now = (
            statement(accounts[part], on=on, as_known_on=as_known_on)
            if part in accounts
            else law.replay([], profile, on, as_known_on)
        )
        named = wording.PARTS[part]
        yield {"kind": "heading", "text": f"{named.vi.capitalize()}: còn {now.balance} trên {full} điểm"}
        yield {"kind": "lines", "lines": list(_state(now))}
        if now.lines:
            yield {
                "kind": "table",
                "head": ["Ngày", "Nội dung và căn cứ", "Điểm", "Còn"],
                "widths": [3, 11, 2, 2],
                "rows": [_line(line) for line in now.lines],
            }
        english.append(f"{named.en.capitalize()}: {now.balance} of {full} points on {_written(on)}.")
    yield {"kind": "translation", "title": "In English", "lines": english}


def _state(now: law.Statement) -> Iterator[str]:
    if now.exhaustion:
        yield (
            f"Hết điểm từ ngày {_written(now.exhaustion.on)}; không được điều khiển phương tiện."
            f" Được dự kiểm tra kiến thức từ ngày {_written(now.exhaustion.test_from)}."
        )
        if now.exhaustion.wait.needs_drug_free_certificate:
            yield "Cần giấy khám sức khỏe kết luận không có ma túy."
    elif now.restores_on:
        yield f"Nếu không bị trừ thêm, được phục hồi đủ điểm từ ngày {_written(now.restores_on)}."
    if now.revoked_until:
        yield f"Đang bị tước quyền sử dụng giấy phép đến hết ngày {_written(now.revoked_until)}."
    if not now.lines:
        yield "Chưa bị trừ điểm lần nào."
    for decision in now.pending:
        points = law.heaviest(decision.offences).points if decision.offences else 0
        yield (
            f"Chưa có hiệu lực: quyết định số {_number(decision)}, có hiệu lực ngày"
            f" {_written(decision.effective_on)}, {points} điểm."
        )


def _line(line: law.Line) -> list[str]:
    said = _KINDS[line.kind]
    if line.decision is not None:
        act = law.heaviest(line.decision.offences) if line.decision.offences else None
        if act is not None and act.code is not None:
            said = f"{said}: {catalogue.offence(act.code, line.decision.acted_on).summary_vi}"
        said = f"{said}. Quyết định số {_number(line.decision)}; vi phạm ngày {_written(line.decision.acted_on)}"
    basis = wording.basis(str(source) for source in line.sources).vi
    points = f"−{-line.points}" if line.points < 0 else f"+{line.points}" if line.points else "0"
    return [_written(line.on), f"{said}. Căn cứ: {basis}.", points, str(line.balance)]


def _number(decision: law.Decision) -> str:
    """A decision as the account names it: number, year and authority, the year left out."""
    return wording.decision({"decision": {"key": decision.number}}).vi.removeprefix("quyết định xử phạt số ")


def _written(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "(ngoài lịch)"
