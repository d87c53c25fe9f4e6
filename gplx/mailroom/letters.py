"""What a letter says: the notice as it was told, word for word, with letterhead, address and QR code (ADR 0039)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import orjson
from django.db import connection

from gplx.mailroom.authority import letterhead
from gplx.notices import wording


class Told(NamedTuple):
    """One attempt on paper with the text that was frozen when the notice came into the inbox."""

    attempt_id: int
    attempt_key: str
    notice_id: int
    kind: str
    content: dict[str, Any]
    recorded_on: date
    digest: str
    title_vi: str
    text_vi: str
    title_en: str
    text_en: str
    holder_id: int
    holder_name: str
    address: str
    province_code: str
    licence_number: str


_TOLD = """
    SELECT attempt.id, attempt.key, notice.id, notice.kind, notice.content, notice.recorded_on, delivery.digest,
           delivery.title_vi, delivery.text_vi, delivery.title_en, delivery.text_en,
           holder.id, holder.name, holder.address, holder.province_code,
           coalesce((SELECT number FROM licences_licence licence WHERE licence.holder_id = holder.id
                     ORDER BY (licence.status = 'valid') DESC, licence.issue_date DESC, licence.number LIMIT 1), '')
    FROM notices_attempt attempt
    JOIN notices_notice notice ON notice.id = attempt.notice_id
    JOIN notices_delivery delivery ON delivery.notice_id = notice.id AND delivery.channel = 'inbox'
    JOIN licences_holder holder ON holder.id = notice.holder_id
    WHERE attempt.id = ANY(%s) AND attempt.channel = 'paper'
    ORDER BY attempt.id
"""


def told(attempt_ids: Sequence[int]) -> dict[int, Told]:
    """What attempts on paper are to say, by attempt."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(attempt_ids)])
        rows = cursor.fetchall()
    made = (Told._make([*row[:4], orjson.loads(row[4]), *row[5:]]) for row in rows)
    return {each.attempt_id: each for each in made}


def data(letter: Told) -> dict[str, Any]:
    """The data of a letter for the template `document`; the check is put in by who issues it."""
    head = letterhead()
    return {
        **head,
        "title": letter.title_vi,
        "heading": "Thông báo",
        "subheading": letter.title_vi,
        "number": f"{letter.notice_id}/TB-GPLX",
        "recipient": [f"Kính gửi: {letter.holder_name}", *([f"Địa chỉ: {letter.address}"] if letter.address else [])],
        "blocks": [
            {"kind": "facts", "rows": list(_facts(letter))},
            {"kind": "lines", "lines": letter.text_vi.splitlines()},
            {
                "kind": "translation",
                "title": letter.title_en,
                "lines": letter.text_en.splitlines(),
            },
        ],
        "foot": " · ".join(filter(None, [f"Mã băm nội dung: {letter.digest[:16]}…", head["foot"]])),
    }


CHECK_LINES = ("Văn bản có con dấu số. Không trả tiền, không gọi số điện thoại lạ nào vì thư này.",)


def _facts(letter: Told) -> list[list[str]]:
    content = letter.content
    rows = [["Số giấy phép lái xe", letter.licence_number]] if letter.licence_number else []
    if content.get("part") in wording.PARTS:
        rows.append(["Phần giấy phép", wording.PARTS[content["part"]].vi])
    if "decision" in content:
        # A line of the record names its decision by its key; a message of another kind has it in words already.
        said = content["decision"].get("vi") or wording.decision(content).vi
        rows.append(["Quyết định", said.removeprefix("quyết định xử phạt ")])
    if "before" in content and "balance" in content:
        rows += [["Số điểm trước", str(content["before"])], ["Số điểm còn lại", str(content["balance"])]]
    return rows
