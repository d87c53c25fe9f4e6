"""What each condition of the test says to a person, met or not, and what helps, in Vietnamese and English."""

from __future__ import annotations

from typing import NamedTuple

from gplx.law.exams import Condition
from gplx.notices.wording import Said, basis, day

_NAMES = {
    "licence_held": Said("Có giấy phép lái xe của phần này", "You hold a licence with this part"),
    "exhausted": Said("Giấy phép đã bị trừ hết điểm", "All points of the licence are gone"),
    "waited": Said("Đã qua thời hạn chờ", "The wait is over"),
    "drug_free_certificate": Said(
        "Giấy khám sức khỏe kết luận không có chất ma túy", "A certificate that there are no drugs in your body"
    ),
    "health_certificate": Said("Giấy khám sức khỏe của người lái xe", "A driver health certificate"),
    "retake_wait": Said("Đã qua thời hạn sau lần không đạt", "The time after a failed test is over"),
    "not_revoked": Said("Không bị tước quyền sử dụng giấy phép", "The licence is not revoked"),
}
_MET = {
    "licence_held": Said("Có giấy phép trong sổ.", "The register has your licence."),
    "exhausted": Said("Sổ ghi 0 điểm.", "The register says 0 points."),
    "waited": Said("Được kiểm tra từ ngày {day}.", "You may sit the test from {day}."),
    "drug_free_certificate": Said("Có giấy khám, dùng được đến hết ngày {day}.", "It counts until the end of {day}."),
    "health_certificate": Said("Có giấy khám, dùng được đến hết ngày {day}.", "It counts until the end of {day}."),
    "retake_wait": Said("Được đăng ký lại từ ngày {day}.", "You may register again from {day}."),
}
_NOT_MET = {
    "licence_held": Said(
        "Sổ không có giấy phép còn hiệu lực của phần này.", "The register has no licence with this part."
    ),
    "exhausted": Said(
        "Giấy phép còn điểm, nên không phải kiểm tra.", "The licence has points left, so there is no test to sit."
    ),
    "waited": Said("Chỉ được kiểm tra từ ngày {day}.", "You may sit the test only from {day}."),
    "drug_free_certificate": Said(
        "Sổ chưa có giấy khám dùng được vào ngày kiểm tra.",
        "The register has none that counts on the day of the test.",
    ),
    "health_certificate": Said(
        "Sổ chưa có giấy khám dùng được vào ngày kiểm tra.",
        "The register has none that counts on the day of the test.",
    ),
    "retake_wait": Said("Được đăng ký lại từ ngày {day}.", "You may register again from {day}."),
    "not_revoked": Said(
        "Đang bị tước quyền sử dụng đến hết ngày {day}: đạt kiểm tra thì có lại điểm, nhưng vẫn chưa được lái xe.",
        "Revoked until the end of {day}: passing gives the points back, but you still may not drive.",
    ),
}
_NOT_KNOWN = Said(
    "Sổ chưa nhận được giấy này từ cơ sở khám; cán bộ sẽ kiểm tra.",
    "The register has not received it from a facility; an officer will check.",
)
_REMEDIES = {
    "licence_held": Said(
        "Mang giấy phép đến Phòng Cảnh sát giao thông để đối chiếu.", "Take your licence to the traffic police."
    ),
    "exhausted": Said("Không phải làm gì.", "There is nothing to do."),
    "waited": Said("Chọn kỳ kiểm tra từ ngày đó trở đi.", "Choose a session on or after that day."),
    "drug_free_certificate": Said(
        "Khám tại một cơ sở khám sức khỏe người lái xe; cơ sở gửi kết quả vào sổ.",
        "Have yourself examined by a facility for drivers; it sends the result to the register.",
    ),
    "health_certificate": Said(
        "Khám tại một cơ sở khám sức khỏe người lái xe, hoặc ghi số giấy khám đang có khi đăng ký.",
        "Have yourself examined by a facility for drivers, or state the number of a certificate you have.",
    ),
    "retake_wait": Said("Đăng ký từ ngày đó.", "Register from that day on."),
    "not_revoked": Said("Chỉ cần biết; không cản trở việc đăng ký.", "Only to be known; you may register."),
}
_MAY_MOVE = Said(
    " Lịch nghỉ lễ của năm đó chưa công bố nên ngày này có thể lùi.",
    " The days off of that year are not announced: this day may move.",
)


class ConditionSaid(NamedTuple):
    """One condition in words."""

    name: Said
    text: Said
    remedy: Said
    article: Said


def said(condition: Condition) -> ConditionSaid:
    """A condition in words: what it is, how it stands, what helps, and where it is written."""
    code = condition.code
    text = {"met": _MET, "not_met": _NOT_MET}.get(condition.state, {}).get(code, _NOT_KNOWN)
    on = day(condition.day.isoformat() if condition.day else None)
    text = Said(text.vi.replace("{day}", on), text.en.replace("{day}", on))
    if not condition.is_announced:
        text = Said(text.vi + _MAY_MOVE.vi, text.en + _MAY_MOVE.en)
    nothing = Said("", "")
    remedy = _REMEDIES[code] if condition.state == "not_met" else nothing
    return ConditionSaid(_NAMES[code], text, remedy, basis(str(source) for source in condition.sources))
