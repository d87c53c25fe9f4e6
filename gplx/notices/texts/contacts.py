"""What is told about a person's own contacts: that one was added or taken away."""

from __future__ import annotations

from gplx.notices.wording import Wording

VERSION = "1"

KINDS: dict[str, Wording] = {
    "contact_changed": Wording(
        "Nơi nhận thông báo của Ông/Bà đã thay đổi",
        "Where you are told has changed",
        (
            "Ngày {on}, {what_vi}.",
            "Việc cần làm: nếu không phải Ông/Bà thay đổi, hãy đăng nhập Cổng dịch vụ và sửa lại ở trang Nơi nhận"
            " thông báo, rồi báo cho cơ quan Cảnh sát giao thông.",
            "Căn cứ: {basis_vi}.",
        ),
        (
            "On {on}, {what_en}.",
            "What to do: if it was not you, sign in to the portal and put it right on the page “Where I am told”, then"
            " tell the traffic police.",
            "Basis: {basis_en}.",
        ),
    ),
}
