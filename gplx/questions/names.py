"""What topics, vehicles, sets and outcomes are called, in the reader's language, and the topics' addresses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TOPICS = {
    "rules": _("Quy tắc giao thông"),
    "signs": _("Báo hiệu đường bộ"),
    "situations": _("Thứ tự ưu tiên qua nơi giao nhau"),
    "speed": _("Tốc độ và khoảng cách"),
    "alcohol": _("Rượu bia, ma túy"),
    "licence": _("Giấy tờ, giấy phép và điểm"),
    "vehicle": _("Tình trạng xe"),
    "load": _("Chở người, chở hàng"),
    "accident": _("Tai nạn, cứu giúp người bị nạn"),
    "ethics": _("Văn hóa giao thông, người đi bộ, đường sắt"),
}
GROUPS = {
    "motorcycle": _("mô tô"),
    "car": _("ô tô con"),
    "truck": _("ô tô tải"),
    "bus": _("ô tô khách"),
    "trailer": _("xe kéo rơ moóc"),
}
ORIGINS = {"own": _("Bộ câu hỏi của dự án"), "official": _("Bộ câu hỏi chính thức")}
OUTCOMES = {
    "new": _("Câu hỏi mới"),
    "version": _("Phiên bản mới từ ngày áp dụng"),
    "correction": _("Sửa chữ, cùng ngày áp dụng"),
    "exists": _("Đã có"),
    "refused": _("Không nhận"),
}
ADDRESSES = {
    "rules": "quy-tac",
    "signs": "bien-bao",
    "situations": "sa-hinh",
    "speed": "toc-do",
    "alcohol": "ruou-bia-ma-tuy",
    "licence": "giay-phep",
    "vehicle": "tinh-trang-xe",
    "load": "cho-nguoi-cho-hang",
    "accident": "tai-nan",
    "ethics": "van-hoa",
}
"""How a topic is written in an address."""
