"""What is told of the test that restores points: registration, session, changes, and the answer of the office."""

from __future__ import annotations

from gplx.notices.wording import Wording

VERSION = "1"

_WHEN_VI = "Kỳ kiểm tra: {time} ngày {session_on}, tại {place} ({unit})."
_WHEN_EN = "Session: {time} on {session_on}, at {place} ({unit})."
_BRING_VI = (
    "Việc cần làm: đến trước giờ kiểm tra, mang căn cước hoặc dùng định danh điện tử, và giấy phép lái xe."
    " Mã hồ sơ: {code}."
)
_BRING_EN = (
    "What to do: come before it begins, with your citizen card or electronic identity, and your driving licence."
    " Dossier: {code}."
)
_BASIS_VI, _BASIS_EN = "Căn cứ: {basis_vi}.", "Basis: {basis_en}."

KINDS: dict[str, Wording] = {
    "test_registered": Wording(
        "Đã tiếp nhận đăng ký kiểm tra phục hồi điểm, hồ sơ {code}",
        "Your registration for the test is accepted, dossier {code}",
        ("Hồ sơ đăng ký kiểm tra kiến thức ({part_vi}) của Ông/Bà đã được tiếp nhận.", _WHEN_VI, _BRING_VI, _BASIS_VI),
        ("Your registration for the knowledge test ({part_en}) is accepted.", _WHEN_EN, _BRING_EN, _BASIS_EN),
    ),
    "test_received": Wording(
        "Đã nhận hồ sơ {code}, chờ cán bộ xem",
        "Dossier {code} received; an officer will look at it",
        (
            "Hồ sơ đăng ký kiểm tra kiến thức ({part_vi}) của Ông/Bà đã đến. Cán bộ trả lời chậm nhất ngày {due_on}.",
            _WHEN_VI,
            "Việc cần làm: chờ trả lời. Mã hồ sơ: {code}.",
            _BASIS_VI,
        ),
        (
            "Your registration for the knowledge test ({part_en}) has arrived. You are answered by {due_on}.",
            _WHEN_EN,
            "What to do: wait for the answer. Dossier: {code}.",
            _BASIS_EN,
        ),
    ),
    "test_session": Wording(
        "Mời dự kiểm tra kiến thức ngày {session_on}",
        "You are called to the knowledge test on {session_on}",
        ("Ông/Bà được mời dự kiểm tra kiến thức để phục hồi điểm ({part_vi}).", _WHEN_VI, _BRING_VI, _BASIS_VI),
        ("You are called to the knowledge test that restores points ({part_en}).", _WHEN_EN, _BRING_EN, _BASIS_EN),
    ),
    "test_moved": Wording(
        "Kỳ kiểm tra của Ông/Bà được dời sang {time} ngày {session_on}",
        "Your test was moved to {time} on {session_on}",
        ("Lý do: {reason}.", _WHEN_VI, _BRING_VI, _BASIS_VI),
        ("Reason: {reason}.", _WHEN_EN, _BRING_EN, _BASIS_EN),
    ),
    "test_without_session": Wording(
        "Kỳ kiểm tra ngày {session_on} không còn: hãy chọn kỳ khác",
        "The session of {session_on} is off: choose another",
        (
            "Lý do: {reason}.",
            "Việc cần làm: mở hồ sơ {code} trên trang Hồ sơ và chọn kỳ khác. Hồ sơ vẫn còn, không phải nộp lại.",
            _BASIS_VI,
        ),
        (
            "Reason: {reason}.",
            "What to do: open dossier {code} on the page of your dossiers and choose another session. It stays valid.",
            _BASIS_EN,
        ),
    ),
    "test_supplement": Wording(
        "Hồ sơ {code} cần bổ sung",
        "Dossier {code} needs more",
        (
            "Cần bổ sung, một lần cho tất cả: {reason}.",
            "Việc cần làm: mở hồ sơ {code}, bổ sung rồi gửi lại. Thời hạn trả lời tính lại từ ngày bổ sung.",
            _BASIS_VI,
        ),
        (
            "What is missing, all at once: {reason}.",
            "What to do: open dossier {code}, add it and send it. The time for the answer begins anew then.",
            _BASIS_EN,
        ),
    ),
    "test_refused": Wording(
        "Hồ sơ {code} không được tiếp nhận",
        "Dossier {code} is refused",
        (
            "Lý do: {reason}.",
            "Việc cần làm: khắc phục lý do trên rồi đăng ký lại; nếu không đồng ý, Ông/Bà khiếu nại với {unit}.",
            _BASIS_VI,
        ),
        (
            "Reason: {reason}.",
            "What to do: mend this and register again; if you disagree, complain to {unit}.",
            _BASIS_EN,
        ),
    ),
    "test_stopped": Wording(
        "Hồ sơ {code} đã dừng: không còn căn cứ để kiểm tra",
        "Dossier {code} has stopped: there is no ground for a test now",
        (
            "{why_vi}",
            "Việc cần làm: không phải đến kỳ kiểm tra; xem trang Điểm để biết tình trạng hiện nay.",
            _BASIS_VI,
        ),
        ("{why_en}", "What to do: do not come to the test; see your points for how you stand now.", _BASIS_EN),
    ),
    "dossier_code": Wording(
        "Mã một lần để tra cứu hồ sơ {code}",
        "One-time code for dossier {code}",
        (
            "Mã: {one_time}. Dùng được một lần, trong {minutes} phút.",
            "Việc cần làm: nhập mã vào trang tra cứu. Nếu không phải Ông/Bà yêu cầu, không cần làm gì và không đưa mã"
            " cho ai.",
            _BASIS_VI,
        ),
        (
            "Code: {one_time}. It works once, for {minutes} minutes.",
            "What to do: type it on the page. If you did not ask for it, do nothing and give it to nobody.",
            _BASIS_EN,
        ),
    ),
}
