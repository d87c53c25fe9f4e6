"""What is told about health certificates: that one has arrived."""

from __future__ import annotations

from gplx.notices.wording import Wording

VERSION = "1"

KINDS: dict[str, Wording] = {
    "health_certificate_arrived": Wording(
        "Giấy khám sức khỏe của Ông/Bà đã đến",
        "Your health certificate has arrived",
        (
            "Ngày {on}, hệ thống nhận được giấy khám sức khỏe người lái xe của Ông/Bà, kết luận ngày {concluded_on}.",
            "Việc cần làm: mở trang Sức khỏe trên Cổng dịch vụ để xem giấy này đủ cho hạng nào và đến ngày nào.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, your driver's health certificate concluded on {concluded_on} arrived.",
            "What to do: open the page Health of the portal to see for which classes it is enough, and until when.",
            "Basis: {basis_en}.",
        ),
    ),
}
