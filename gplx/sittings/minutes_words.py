"""The words of the minutes, in Vietnamese, with an English summary at their end."""

from __future__ import annotations

from datetime import date
from typing import Any

from gplx.law.sources import cite
from gplx.notices.wording import basis

CHECKED_BY = "Quét mã, hoặc nhập mã trên trang kiểm tra văn bản, để biết biên bản này là thật."

_SOURCES = (str(cite("65/2024/TT-BCA", "art. 7(7), 8")), str(cite("168/2024", "art. 51(3)")))

IDENTITY_PAPERS = {
    "identity_card": "căn cước, căn cước công dân",
    "electronic_identity": "căn cước điện tử",
    "driving_licence": "giấy phép lái xe",
    "certificate_of_identity": "giấy chứng nhận căn cước",
    "residence_card": "thẻ thường trú, tạm trú",
}
RIGHTS = {"interpreter": "người phiên dịch", "read_aloud": "được nghe đọc câu hỏi", "extra_time": "thêm thời gian"}
PARTS = {"motorcycle": "mô tô", "car": "ô tô"}
ACKNOWLEDGED = {
    "signed": "đã xem kết quả và ký nhận",
    "refused": "đã xem kết quả, không ký",
    "left": "đã rời phòng trước khi ký",
}
ENDED_BY = {"submit": "người dự kiểm tra nộp bài", "time": "hết giờ, bài được thu như đang có"}
_COPIES = {"candidate": "Bản giao người dự kiểm tra", "file": "Bản lưu hồ sơ"}


def document(said: dict[str, Any], copy: str) -> dict[str, Any]:
    """One copy of the minutes as `letters.pdf` takes it (template `document`)."""
    person, rule = said["candidate"], said["rule"]
    held_on = date.fromisoformat(said["held_on"])
    return {
        "title": f"Biên bản kiểm tra {said['number']}",
        "heading": "Biên bản kiểm tra",
        "subheading": "kiến thức pháp luật về trật tự, an toàn giao thông đường bộ để phục hồi điểm giấy phép lái xe",
        "authority": {"superior": "Bộ Công an", "name": said["unit"]},
        "number": said["number"],
        "place": said["province"],
        "blocks": [
            {
                "kind": "lines",
                "lines": [
                    f"{_COPIES[copy]} (lập thành 02 bản).",
                    f"Ngày {held_on:%d/%m/%Y}, tại {said['place']}, {said['unit']} tổ chức kiểm tra kiến thức pháp"
                    " luật đối với:",
                ],
            },
            {
                "kind": "facts",
                "rows": [
                    ["Họ và tên", person["name"]],
                    ["Ngày sinh", f"{date.fromisoformat(person['birth_date']):%d/%m/%Y}"],
                    ["Số định danh cá nhân", person["citizen_number"] or "–"],
                    ["Số giấy phép lái xe", person["licence_number"] or "–"],
                    ["Phần giấy phép, hạng dự kiểm tra", f"{PARTS[said['part']]}, hạng {said['category']}"],
                    ["Mã hồ sơ", said["dossier"]],
                    ["Số báo danh", person["number"]],
                    ["Giấy tờ đã kiểm tra", ", ".join(_each(said["identity_papers"], IDENTITY_PAPERS))],
                    ["Quyền được hỗ trợ", "; ".join(map(_adjusted, said["adjustments"])) or "không có"],
                ],
            },
            {"kind": "heading", "text": "Bài kiểm tra"},
            {
                "kind": "facts",
                "rows": [
                    ["Bắt đầu, kết thúc", f"{said['started_at']} – {said['submitted_at']}"],
                    ["Kết thúc vì", ENDED_BY[said["ended_by"]]],
                    ["Số câu, thời gian", f"{rule['questions']} câu, {rule['minutes']} phút"],
                    ["Trả lời đúng", f"{said['right']}/{said['asked']} câu; cần đạt {said['pass_mark']}"],
                    ["Câu điểm liệt", "trả lời đúng" if said["fatal_right"] else "không trả lời đúng"],
                    *_simulated(said),
                    ["Mã băm của đề", said["paper_digest"][:32]],
                ],
            },
            {"kind": "heading", "text": f"Kết quả: {'ĐẠT' if said['passed'] else 'KHÔNG ĐẠT'}"},
            {
                "kind": "lines",
                "lines": [
                    _consequence(said["passed"]),
                    f"Người dự kiểm tra {ACKNOWLEDGED.get(said['acknowledged'], '')}."
                    + (f" Ý kiến: {said['remark']}" if said["remark"] else ""),
                    f"Căn cứ: {basis([rule['source'], *_SOURCES]).vi}.",
                ],
            },
            {"kind": "translation", "title": "Summary in English", "lines": _english(said, held_on)},
        ],
        "signatures": [
            {"role": "Người dự kiểm tra", "hint": "", "name": person["name"]},
            {"role": "Cán bộ kiểm tra", "hint": "", "name": said["signed_by"]["name"]},
            {"role": "Cán bộ xác nhận", "hint": "", "name": said["confirmed_by"]["name"]},
        ],
    }


def _each(codes: list[str], words: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(words[code] for code in codes))


def _adjusted(one: dict[str, Any]) -> str:
    minutes = f" {one['minutes']} phút" if one["minutes"] else ""
    return f"{RIGHTS[one['kind']]}{minutes} ({one['reason']})"


def _simulated(said: dict[str, Any]) -> list[list[str]]:
    simulation = said["simulation"]
    if simulation is None:
        return []
    return [["Bài mô phỏng", f"{simulation['marks']} điểm; cần đạt {simulation['pass_mark']}"]]


def _consequence(passed: bool) -> str:
    if passed:
        return "Giấy phép lái xe được phục hồi đủ điểm từ ngày kiểm tra."
    return "Người dự kiểm tra có thể đăng ký kiểm tra lại sau thời hạn do pháp luật quy định."


def _english(said: dict[str, Any], held_on: date) -> list[str]:
    fatal = "right" if said["fatal_right"] else "wrong"
    outcome = "PASSED: all points are restored as of this day." if said["passed"] else "NOT PASSED."
    return [
        f"Knowledge test of {held_on:%d/%m/%Y}: {said['right']} of {said['asked']} right, {said['pass_mark']} needed;"
        f" fatal question {fatal}. {outcome}",
    ]
