"""The project's readings of the law, one sentence each, for the page on how points are counted (docs/readings.md)."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from gplx.law.profiles import DRUG_FREE_CERTIFICATE_MONTHS, ENACTED_WAIT, FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY

_DAY = POINTS_SYSTEM_FIRST_DAY

READINGS = {
    1: _("Hệ thống chỉ áp dụng một văn bản, ghi rõ trên mọi bản kê; văn bản kia chỉ để so sánh."),
    2: _(
        "Danh mục của dự thảo chưa được công bố đủ, nên quyết định có thể nêu hành vi của dự thảo,"
        " hành vi của Nghị định 168/2024/NĐ-CP, hoặc ghi thẳng số điểm."
    ),
    3: _("Áp dụng luật của ngày vi phạm; vi phạm trước ngày 01/01/2025 không bị trừ điểm."),
    4: _("Điểm bị trừ vào ngày quyết định có hiệu lực, không phải ngày nhập vào sổ."),
    5: _("Thời hạn tính bằng tháng không tính ngày đầu và hết vào cuối ngày tương ứng của tháng cuối."),
    6: _("Trong cùng một ngày: phục hồi do hết thời hạn trước, rồi đến quyết định, rồi đến kết quả kiểm tra."),
    7: _("Mọi ngày là ngày theo giờ Việt Nam."),
    8: _("Một quyết định chỉ tính hành vi bị trừ nhiều điểm nhất."),
    9: _("Không có điểm âm; trừ khi đã hết điểm là dòng 0 điểm, không làm thay đổi thời hạn nào."),
    10: _("Quyết định có hiệu lực khi giấy phép đang bị tước thì không trừ điểm."),
    11: _("Phần mô tô và phần ô tô của một giấy phép có điểm riêng."),
    12: format_lazy(
        _("Lý do hết điểm được xác định vào ngày hết điểm, từ những lần bị trừ kể từ lần cuối còn đủ {full} điểm."),
        full=FULL_BALANCE_POINTS.on(_DAY),
    ),
    13: format_lazy(_("Theo luật đang có hiệu lực, ai cũng chờ {months} tháng."), months=ENACTED_WAIT.months),
    14: format_lazy(
        _("Giấy khám không có ma túy phải kết luận không quá {months} tháng trước ngày kiểm tra."),
        months=DRUG_FREE_CERTIFICATE_MONTHS.on(_DAY),
    ),
    15: _("Kiểm tra trước ngày được phép, thiếu giấy khám, hoặc khi còn điểm thì không có tác dụng."),
    16: format_lazy(
        _("Đạt kỳ kiểm tra thì có lại {full} điểm ngay ngày đó; thời gian không tự phục hồi điểm đã hết."),
        full=FULL_BALANCE_POINTS.on(_DAY),
    ),
    17: _("Quyết định bị hủy được coi như chưa từng có."),
    18: _("Mỗi dữ liệu có hai ngày: ngày bắt đầu được tính và ngày sổ biết đến."),
    19: _("Quyết định đến muộn được xếp vào đúng ngày của nó, và mọi thứ sau đó được tính lại."),
    20: _("Đổi hoặc cấp lại giấy phép không làm thay đổi điểm."),
    21: _("Giấy phép nước ngoài và giấy phép quốc tế không có điểm ở đây."),
}
