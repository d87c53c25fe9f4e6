"""Papers for the tests, and how a stranger reads them."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf

PAPER: dict[str, Any] = {
    "title": "Thông báo trừ điểm giấy phép lái xe",
    "authority": {"superior": "Cơ quan cấp trên Mẫu", "name": "Phòng Cảnh sát giao thông Mẫu"},
    "number": "12/TB-GPLX",
    "place": "Hà Nội",
    "heading": "Thông báo",
    "recipient": ["Kính gửi: Mẫu Thị Ươm Đặng"],
    "blocks": [
        {"kind": "lines", "lines": ["Ngày 12/03/2026, giấy phép lái xe bị trừ 4 điểm: từ 12 điểm còn 8 điểm."]},
        {"kind": "heading", "text": "Số điểm"},
        {"kind": "facts", "rows": [["Trước khi trừ", "12 điểm"], ["Còn lại", "8 điểm"]]},
        {"kind": "table", "head": ["Ngày", "Điểm"], "rows": [["12/03/2026", "-4"]]},
        {"kind": "list", "items": ["Không phải nộp giấy tờ gì."]},
        {"kind": "translation", "title": "In English", "lines": ["You lost 4 points."]},
    ],
    "signatures": [{"role": "Người giao", "hint": "(Ký, ghi rõ họ tên)"}, {"role": "Người nhận", "hint": "(Ký)"}],
    "check": {"url": "https://gplx.example/kiem-tra/7H3K-9QWX-2MDT", "alt": "Mã QR", "lines": ["Mở trang kiểm tra"]},
}


def text_of(pdf: bytes) -> str:
    """All words of a PDF, each run of spaces and line ends as one space."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
