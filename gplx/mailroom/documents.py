"""Papers of the mailroom itself: the cover of a batch, the receipt of a carrier, the receipt of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gplx.law import provinces
from gplx.mailroom.authority import letterhead
from gplx.mailroom.letters import Told
from gplx.mailroom.models import Batch, Letter, Paper

_SIGN = "(Ký, ghi rõ họ tên)"
_COLUMNS = 3


def province_name(code: str, on: date) -> str:
    """The province of a code on a day; the code itself where nobody knows it."""
    try:
        return provinces.province(code, on).name_vi
    except provinces.UnknownProvinceError:
        return code


def cover(batch: Batch, pages: int) -> dict[str, Any]:
    """The first sheet of a print file: what is in it, and how to check that it is whole."""
    return {
        **letterhead(),
        "title": f"Lô thư số {batch.pk}",
        "number": f"{batch.pk}/LT-GPLX",
        "blocks": [
            {
                "kind": "facts",
                "rows": [
                    ["Nơi nhận", province_name(batch.province_code, batch.made_on)],
                    ["Số thư", str(batch.letters_total)],
                    ["Số trang của các thư", str(pages)],
                    ["Thứ tự", f"từ thư 1/{batch.letters_total} đến thư {batch.letters_total}/{batch.letters_total}"],
                ],
            },
            {
                "kind": "list",
                "items": [
                    "In một mặt, mỗi thư bắt đầu ở trang mới; số lô và số thứ tự ở chân trang.",
                    "Đếm số trang trước khi đóng phong bì.",
                    "Thư in hỏng thì in lại từ cùng tệp; không lập lô mới cho cùng thư.",
                ],
            },
        ],
    }


def hand_over(batch: Batch, letters: Sequence[Letter]) -> dict[str, Any]:
    """The receipt a carrier signs: codes of the letters, no names and no addresses."""
    assert batch.posted_on is not None
    codes = [f"{letter.sequence}. {letter.paper.code}" for letter in letters if letter.paper]
    codes += [""] * (-len(codes) % _COLUMNS)
    rows = [codes[first : first + _COLUMNS] for first in range(0, len(codes), _COLUMNS)]
    return {
        **letterhead(),
        "title": "Biên bản bàn giao thư",
        "subheading": f"Lô thư số {batch.pk}",
        "number": f"{batch.pk}/BG-GPLX",
        "blocks": [
            {
                "kind": "facts",
                "rows": [
                    ["Bên nhận chuyển phát", batch.carrier],
                    ["Số biên nhận của bên nhận", batch.carrier_receipt or "–"],
                    ["Nơi nhận", province_name(batch.province_code, batch.posted_on)],
                    ["Số thư bàn giao", str(len(letters))],
                ],
            },
            {"kind": "table", "head": ["Số thứ tự và mã thư"] * _COLUMNS, "rows": rows},
            {"kind": "lines", "lines": ["Hai bên đã đếm và đối chiếu. Biên bản không ghi tên và địa chỉ người nhận."]},
        ],
        "signatures": [{"role": "Bên giao", "hint": _SIGN}, {"role": "Bên nhận", "hint": _SIGN}],
    }


def receipt(told: Told, letter: Paper, unit: str) -> dict[str, Any]:
    """What a person signs when a letter is handed over."""
    return {
        **letterhead(),
        "title": "Giấy nhận thư trao tay",
        "number": f"{told.notice_id}/GN-GPLX",
        "blocks": [
            {
                "kind": "facts",
                "rows": [
                    ["Người nhận", told.holder_name],
                    ["Văn bản được trao", told.title_vi],
                    ["Mã văn bản", letter.code],
                    ["Đơn vị trao", unit or "–"],
                ],
            },
            {"kind": "lines", "lines": ["Tôi đã nhận văn bản nêu trên và đã được giải thích việc cần làm."]},
        ],
        "signatures": [{"role": "Người trao", "hint": _SIGN}, {"role": "Người nhận", "hint": _SIGN}],
    }
