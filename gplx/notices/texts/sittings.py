"""What the test room tells: a test that was not passed, or that had no effect. A pass is told by the line that
gives the points back.
"""

from __future__ import annotations

from gplx.notices.wording import Wording

VERSION = "2"

KINDS: dict[str, Wording] = {
    "test_failed": Wording(
        "Kết quả kiểm tra ngày {on}: chưa đạt",
        "Your knowledge test of {on}: not passed",
        (
            "Ngày {on}, Ông/Bà dự kiểm tra kiến thức pháp luật để phục hồi điểm giấy phép lái xe ({part_vi}) tại"
            " {unit}. Kết quả: đúng {right} trên {asked} câu, cần đạt {pass_mark}. Chưa đạt vì {why_vi}.",
            "Điểm của giấy phép không thay đổi: vẫn là 0 điểm, và Ông/Bà chưa được điều khiển phương tiện.",
            "Việc cần làm: từ ngày {again_from} Ông/Bà được đăng ký kiểm tra lại, tại cơ quan cũ hoặc cơ quan khác."
            " Giấy khám sức khỏe còn hạn được dùng lại. Biên bản số {minutes} và phần giải thích từng câu có trên trang"
            " Kết quả kiểm tra.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on} you sat the knowledge test that restores the points of your driving licence ({part_en}) at {unit}:"
            " {right} of {asked} right, {pass_mark} needed. It was not passed because {why_en}.",
            "Your points are as they were: 0. You still may not drive.",
            "What to do: from {again_from} you may register again, with the same authority or another. A health"
            " certificate that is still valid can be used again. The minutes ({minutes}) and the explanation of each"
            " question are on the page “Test results”.",
            "Basis: {basis_en}.",
        ),
    ),
    "test_without_effect": Wording(
        "Kết quả kiểm tra ngày {on}: đạt, nhưng không làm thay đổi điểm",
        "Your knowledge test of {on}: passed, but your points do not change",
        (
            "Ngày {on}, Ông/Bà dự kiểm tra kiến thức pháp luật để phục hồi điểm giấy phép lái xe ({part_vi}) tại"
            " {unit} và đạt. Kết quả này không làm thay đổi điểm vì {why_vi}.",
            "Việc cần làm: xem trang Điểm để biết tình trạng hiện nay; nếu không đồng ý, Ông/Bà khiếu nại với {unit}."
            " Biên bản số {minutes}.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on} you sat the knowledge test that restores the points of your driving licence ({part_en}) at {unit},"
            " and passed. This changes nothing about your points because {why_en}.",
            "What to do: see your points for how you stand now; if you disagree, complain to {unit}. Minutes:"
            " {minutes}.",
            "Basis: {basis_en}.",
        ),
    ),
}
