"""What is told of a licence besides its lines: reminders of days to come, and revocations that take no points."""

from __future__ import annotations

from gplx.notices.wording import Wording

VERSION = "1"

KINDS: dict[str, Wording] = {
    "restoration_soon": Wording(
        "Ngày {on} giấy phép lái xe được phục hồi đủ điểm, nếu không bị trừ thêm",
        "On {on} your licence has all its points again, if nothing more is deducted",
        (
            "Giấy phép lái xe ({part_vi}) của Ông/Bà hiện còn {balance} điểm. Nếu đến hết ngày trước ngày {on} không bị"
            " trừ điểm nữa, Ông/Bà được phục hồi đủ {full} điểm vào ngày {on}.",
            "Việc cần làm: không phải nộp giấy tờ gì, điểm được phục hồi tự động. Nếu bị trừ thêm điểm, thời hạn được"
            " tính lại từ đầu.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "Your driving licence ({part_en}) has {balance} points now. If nothing more is deducted before {on}, it has"
            " all {full} points again on that day.",
            "What to do: there is nothing to file, points come back by themselves. Another deduction starts the time"
            " anew.",
            "Basis: {basis_en}.",
        ),
    ),
    "test_day_reached": Wording(
        "Từ ngày {on} Ông/Bà được dự kiểm tra để phục hồi điểm giấy phép lái xe",
        "From {on} you may take the test that restores the points of your licence",
        (
            "Thời hạn chờ của giấy phép lái xe ({part_vi}) bị trừ hết điểm đã qua. Từ ngày {on} Ông/Bà được dự kiểm tra"
            " kiến thức pháp luật về trật tự, an toàn giao thông đường bộ.",
            "{needed_vi}",
            "Việc cần làm: đăng ký kiểm tra trên Cổng dịch vụ hoặc tại cơ quan Cảnh sát giao thông. Đạt kết quả thì"
            " được phục hồi đủ {full} điểm. Cho đến lúc đó Ông/Bà vẫn không được điều khiển phương tiện.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "The wait of your driving licence ({part_en}), whose points are gone, is over. From {on} you may take the"
            " knowledge test on road traffic law.",
            "{needed_en}",
            "What to do: register for the test on the portal or with the traffic police. Passing restores all {full}"
            " points. Until then you still may not drive.",
            "Basis: {basis_en}.",
        ),
    ),
    "revoked": Wording(
        "Bị tước quyền sử dụng giấy phép lái xe từ ngày {on} đến hết ngày {until}",
        "Your licence is revoked from {on} until the end of {until}",
        (
            "Theo {decision_vi}, Ông/Bà bị tước quyền sử dụng giấy phép lái xe ({part_vi}) từ ngày {on} đến hết ngày"
            " {until}. Quyết định này không trừ điểm.",
            "Trong thời gian đó Ông/Bà không được điều khiển phương tiện theo {part_vi}, và không bị trừ điểm.",
            "Việc cần làm: không lái xe trong thời gian này. Nếu không đồng ý, Ông/Bà khiếu nại với cơ quan đã ra quyết"
            " định.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "By {decision_en} your driving licence ({part_en}) is revoked from {on} until the end of {until}. This"
            " decision takes no points.",
            "During that time you may not drive under its {part_en}, and no points are deducted.",
            "What to do: do not drive during that time. If you disagree, complain to the authority that made the"
            " decision.",
            "Basis: {basis_en}.",
        ),
    ),
    "revocation_annulled": Wording(
        "Đính chính: việc tước quyền sử dụng giấy phép lái xe không còn giá trị",
        "Correction: the revocation of your licence is void",
        (
            "{decision_vi} đã bị hủy. Việc tước quyền sử dụng giấy phép lái xe ({part_vi}) từ ngày {on} đến hết ngày"
            " {until} coi như chưa từng có.",
            "Việc cần làm: không phải làm gì. Những dòng điểm được tính lại vì việc này, nếu có, có thông báo riêng.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "{decision_en} was annulled. The revocation of your driving licence ({part_en}) from {on} until the end of"
            " {until} counts as never made.",
            "What to do: nothing. Lines of points that are computed anew because of it, if any, have notices of their"
            " own.",
            "Basis: {basis_en}.",
        ),
    ),
}
