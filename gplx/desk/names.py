"""What codes are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Names: TypeAlias = "Mapping[str, _StrPromise]"

ENTRY_KINDS: Names = {
    "deduction": gettext_lazy("Bị trừ điểm"),
    "not_deducted": gettext_lazy("Không trừ điểm"),
    "restoration": gettext_lazy("Được phục hồi điểm"),
    "test_restoration": gettext_lazy("Được phục hồi điểm sau kiểm tra"),
    "reversal": gettext_lazy("Hủy dòng đã ghi"),
}
PARTS: Names = {"motorcycle": gettext_lazy("mô tô"), "car": gettext_lazy("ô tô")}
VEHICLES: Names = {
    "car": gettext_lazy("ô tô"),
    "motorcycle": gettext_lazy("xe máy"),
    "specialised": gettext_lazy("xe máy chuyên dùng"),
    "other": gettext_lazy("mọi loại xe"),
}
GROUNDS: Names = {
    "drugs": gettext_lazy("có vi phạm về ma túy"),
    "twelve_points": gettext_lazy("có vi phạm bị trừ 12 điểm"),
    "three_deductions": gettext_lazy("bị trừ hết điểm sau đúng ba lần"),
    "other": gettext_lazy("các trường hợp khác"),
    "any": gettext_lazy("mọi trường hợp"),
}
REASONS: Names = {
    "exhausted": gettext_lazy("Đã hết điểm"),
    "revoked": gettext_lazy("Đang bị tước quyền sử dụng"),
    "licence_withdrawn": gettext_lazy("Giấy phép đã bị thu hồi"),
    "licence_replaced": gettext_lazy("Giấy phép đã được đổi hoặc cấp lại"),
    "expired": gettext_lazy("Các hạng của phần này đã hết hạn"),
}
FINDINGS: Names = {
    "act_before_points_system": gettext_lazy("Vi phạm trước ngày có hệ thống điểm, không bị trừ điểm"),
    "test_while_points_left": gettext_lazy("Kiểm tra khi vẫn còn điểm, không có tác dụng"),
    "test_too_early": gettext_lazy("Kiểm tra trước ngày được phép, không có tác dụng"),
    "test_without_certificate": gettext_lazy("Kiểm tra khi thiếu giấy khám cần có, không có tác dụng"),
}
PURPOSES: Names = {
    "roadside_check": gettext_lazy("Kiểm tra trên đường"),
    "case_handling": gettext_lazy("Xử lý hồ sơ vụ việc"),
    "quarantine": gettext_lazy("Đối chiếu quyết định chưa khớp"),
    "complaint": gettext_lazy("Giải quyết khiếu nại"),
    "assisted": gettext_lazy("Hỗ trợ người dân tại quầy"),
}
ROLES: Names = {
    "citizen": gettext_lazy("Người dân"),
    "roadside": gettext_lazy("Cán bộ tuần tra, kiểm soát"),
    "case_officer": gettext_lazy("Cán bộ xử lý"),
    "examiner": gettext_lazy("Cán bộ tổ chức kiểm tra"),
    "clinic": gettext_lazy("Cơ sở khám sức khỏe"),
    "administrator": gettext_lazy("Quản trị"),
}
IDENTITY_PAPERS: Names = {
    "identity_card": gettext_lazy("Căn cước, căn cước công dân"),
    "electronic_identity": gettext_lazy("Căn cước điện tử"),
    "driving_licence": gettext_lazy("Giấy phép lái xe"),
    "certificate_of_identity": gettext_lazy("Giấy chứng nhận căn cước"),
    "residence_card": gettext_lazy("Thẻ thường trú, tạm trú (người nước ngoài)"),
}
TEST_RIGHTS: Names = {
    "interpreter": gettext_lazy("Người phiên dịch"),
    "read_aloud": gettext_lazy("Được nghe đọc câu hỏi"),
    "extra_time": gettext_lazy("Thêm thời gian"),
}
ACKNOWLEDGED: Names = {
    "signed": gettext_lazy("Đã xem kết quả và ký biên bản"),
    "refused": gettext_lazy("Đã xem kết quả, không ký"),
    "left": gettext_lazy("Đã rời phòng trước khi ký"),
}
SITTING_MOVES: Names = {
    "admit": gettext_lazy("Nhận vào phòng"),
    "start": gettext_lazy("Bắt đầu làm bài"),
    "submit": gettext_lazy("Nộp bài"),
    "time": gettext_lazy("Hết giờ, thu bài"),
    "sign": gettext_lazy("Ký kết quả"),
    "return": gettext_lazy("Trả lại cho người ký đầu"),
    "confirm": gettext_lazy("Xác nhận kết quả"),
    "absent": gettext_lazy("Ghi vắng mặt"),
}
RESULT_REASONS: Names = {
    "licence_unknown": gettext_lazy("Không tìm thấy số giấy phép lái xe"),
    "birth_date_differs": gettext_lazy("Số giấy phép có, nhưng ngày sinh không khớp"),
    "name_differs": gettext_lazy("Số giấy phép và ngày sinh khớp, nhưng họ tên không khớp"),
    "part_not_held": gettext_lazy("Người này không có hạng nào của phần giấy phép ấy"),
    "dossier_unknown": gettext_lazy("Mã hồ sơ không phải của người này"),
    "dossier_closed": gettext_lazy("Hồ sơ đã có kết quả hoặc đang kiểm tra ở đây"),
}
KEPT: Names = {
    "video": gettext_lazy("hình ảnh giám sát phòng kiểm tra"),
    "dossier": gettext_lazy("hồ sơ và biên bản"),
}
SEXES: Names = {"male": gettext_lazy("Nam"), "female": gettext_lazy("Nữ")}
FACT_KINDS: Names = {
    "decision": gettext_lazy("Quyết định xử phạt"),
    "annulment": gettext_lazy("Hủy quyết định"),
    "revocation": gettext_lazy("Tước quyền sử dụng"),
    "drug_free_certificate": gettext_lazy("Giấy khám không có ma túy"),
    "test": gettext_lazy("Kết quả kiểm tra"),
}
DIFFERENCES: Names = {
    "licence_unknown": gettext_lazy("Không tìm thấy số giấy phép lái xe"),
    "birth_date_differs": gettext_lazy("Số giấy phép có, nhưng ngày sinh không khớp"),
    "name_differs": gettext_lazy("Số giấy phép và ngày sinh khớp, nhưng họ tên không khớp"),
    "part_not_held": gettext_lazy("Người này không có hạng nào của phần giấy phép ấy"),
    "foreign_licence": gettext_lazy("Giấy phép nước ngoài hoặc quốc tế không có điểm trong sổ"),
}
DIFFERENCES_SHORT: Names = {
    "licence_unknown": gettext_lazy("Số không có"),
    "birth_date_differs": gettext_lazy("Khác ngày sinh"),
    "name_differs": gettext_lazy("Khác họ tên"),
    "part_not_held": gettext_lazy("Không có phần này"),
    "foreign_licence": gettext_lazy("Giấy phép nước ngoài"),
}
STATUSES: Names = {
    "valid": gettext_lazy("còn hiệu lực"),
    "withdrawn": gettext_lazy("đã bị thu hồi"),
    "replaced": gettext_lazy("đã được đổi, cấp lại"),
}
REGIMES: Names = {"pre-2025": gettext_lazy("hạng cũ, trước 2025"), "2025": gettext_lazy("hạng mới, từ 2025")}

CERTIFICATE_REASONS: Names = {
    "person_unknown": gettext_lazy("Chưa có người mang số giấy tờ này"),
    "birth_date_differs": gettext_lazy("Ngày sinh không khớp"),
    "name_differs": gettext_lazy("Họ tên không khớp"),
    "person_changed": gettext_lazy("Bản sửa ghi người khác"),
    "legacy_signature": gettext_lazy("Chữ ký số kiểu cũ (SHA-1)"),
    "signer_expired": gettext_lazy("Chứng thư số đã hết hạn khi nhận"),
    "class_unknown": gettext_lazy("Không rõ mã hạng"),
    "contradicts": gettext_lazy("Kết luận mâu thuẫn với xét nghiệm ma túy"),
}
CERTIFICATE_STATES: Names = {
    "counts": gettext_lazy("Có giá trị"),
    "waiting": gettext_lazy("Chờ đối chiếu"),
    "superseded": gettext_lazy("Đã có bản mới hơn"),
    "returned": gettext_lazy("Không nhận"),
}
CERTIFICATE_ORIGINS: Names = {
    "message": gettext_lazy("cơ sở khám gửi, có chữ ký số"),
    "form": gettext_lazy("cơ sở khám nhập trên trang của hệ thống"),
    "certified_copy": gettext_lazy("bản sao có chứng thực"),
}
CERTIFICATE_CONCLUSIONS: Names = {
    "eligible": gettext_lazy("Đủ điều kiện"),
    "not_eligible": gettext_lazy("Không đủ điều kiện"),
    "reexamine": gettext_lazy("Đủ điều kiện, phải khám lại"),
}
RETURN_REASONS: Names = {
    "unknown": gettext_lazy("Bị trả lại: không có người nhận ở địa chỉ này"),
    "moved": gettext_lazy("Bị trả lại: người nhận đã chuyển đi"),
    "address": gettext_lazy("Bị trả lại: địa chỉ thiếu hoặc sai"),
    "absent": gettext_lazy("Bị trả lại: phát nhiều lần không gặp"),
    "refused": gettext_lazy("Bị trả lại: người nhận từ chối"),
    "deceased": gettext_lazy("Bị trả lại: người nhận đã chết"),
    "damaged": gettext_lazy("Thư hỏng hoặc thất lạc"),
}
LETTER_MOVES: Names = {
    "take": gettext_lazy("Đưa vào lô"),
    "post": gettext_lazy("Giao bên chuyển phát"),
    "deliver": gettext_lazy("Đã phát"),
    "return": gettext_lazy("Bị trả lại"),
    "hand_over": gettext_lazy("Trao tận tay"),
}
LETTER_KINDS: Names = {
    "deduction": gettext_lazy("Bị trừ điểm"),
    "exhausted": gettext_lazy("Bị trừ hết điểm"),
    "absorbed": gettext_lazy("Quyết định khi đã hết điểm"),
    "not_deducted": gettext_lazy("Không trừ điểm"),
    "reversal": gettext_lazy("Đính chính"),
    "test_restoration": gettext_lazy("Được phục hồi điểm sau kiểm tra"),
    "revoked": gettext_lazy("Bị tước quyền sử dụng"),
    "revocation_annulled": gettext_lazy("Hủy việc tước quyền sử dụng"),
}

NAMES: Mapping[str, Names] = {
    "certificate_reason": CERTIFICATE_REASONS,
    "certificate_state": CERTIFICATE_STATES,
    "certificate_origin": CERTIFICATE_ORIGINS,
    "certificate_conclusion": CERTIFICATE_CONCLUSIONS,
    "entry": ENTRY_KINDS,
    "part": PARTS,
    "vehicle": VEHICLES,
    "ground": GROUNDS,
    "reason": REASONS,
    "finding": FINDINGS,
    "difference": DIFFERENCES,
    "difference_short": DIFFERENCES_SHORT,
    "status": STATUSES,
    "regime": REGIMES,
    "purpose": PURPOSES,
    "role": ROLES,
    "sex": SEXES,
    "fact": FACT_KINDS,
    "identity_paper": IDENTITY_PAPERS,
    "test_right": TEST_RIGHTS,
    "acknowledged": ACKNOWLEDGED,
    "sitting_move": SITTING_MOVES,
    "kept": KEPT,
    "result_reason": RESULT_REASONS,
    "return_reason": RETURN_REASONS,
    "letter_move": LETTER_MOVES,
    "letter_kind": LETTER_KINDS,
}

OUTCOMES: Mapping[str, tuple[str, _StrPromise]] = {
    "new": ("blue", gettext_lazy("Sẽ ghi nhận")),
    "recorded": ("green", gettext_lazy("Đã ghi nhận")),
    "exists": ("grey", gettext_lazy("Đã có")),
    "conflict": ("red", gettext_lazy("Trùng số, khác nội dung")),
    "quarantine": ("yellow", gettext_lazy("Chờ đối chiếu")),
    "quarantined": ("yellow", gettext_lazy("Chờ đối chiếu")),
    "refused": ("red", gettext_lazy("Bị từ chối")),
    "rejected": ("red", gettext_lazy("Đã trả lại")),
    "checking": ("blue", gettext_lazy("Đang kiểm tra")),
    "checked": ("yellow", gettext_lazy("Chờ ghi nhận")),
    "taking": ("blue", gettext_lazy("Đang ghi nhận")),
    "taken": ("green", gettext_lazy("Đã ghi nhận")),
    "waiting": ("yellow", gettext_lazy("Chờ xác nhận")),
    "confirmed": ("green", gettext_lazy("Đã xác nhận")),
    "declined": ("red", gettext_lazy("Không đồng ý")),
    "registered": ("grey", gettext_lazy("Chưa đến")),
    "admitted": ("blue", gettext_lazy("Đã nhận vào phòng")),
    "started": ("blue", gettext_lazy("Đang làm bài")),
    "submitted": ("yellow", gettext_lazy("Đã nộp bài")),
    "signed": ("yellow", gettext_lazy("Chờ người thứ hai")),
    "passed": ("green", gettext_lazy("Đạt")),
    "failed": ("red", gettext_lazy("Không đạt")),
    "absent": ("grey", gettext_lazy("Vắng mặt")),
    "making": ("blue", gettext_lazy("Đang lập thư")),
    "ready": ("yellow", gettext_lazy("Chờ in và gửi")),
    "posted": ("green", gettext_lazy("Đã giao chuyển phát")),
    "in_batch": ("yellow", gettext_lazy("Trong lô, chưa gửi")),
    "delivered": ("green", gettext_lazy("Đã phát")),
    "returned": ("red", gettext_lazy("Bị trả lại")),
    "handed_over": ("green", gettext_lazy("Đã trao tận tay")),
}
