"""E-mail: the whole notice in both languages, as plain text, without an address to click on (T13)."""

from __future__ import annotations

from gplx.law.notices import EMAIL
from gplx.notices.catalogue import Text

_LAST_WORDS = """\
Mã thông báo: {code}. Thông báo này cũng có trong hộp thư của Ông/Bà trên Cổng dịch vụ; mã ở đó phải trùng.
Thư của Cảnh sát giao thông không có đường dẫn và không hỏi mật khẩu hay mã xác nhận.

Notice code: {code}. This notice is in your inbox on the portal too; the code there must be the same.
Mail of the traffic police has no links and asks for no password and no code."""


class Email:
    """A mail server that takes a message has promised to pass it on; it confirms nothing more."""

    name = EMAIL
    by_gateway = True

    def compose(self, text: Text, code: str) -> str:
        paragraphs = [
            *text.text_vi.splitlines(),
            "* * *",
            text.title_en,
            *text.text_en.splitlines(),
            "* * *",
            _LAST_WORDS.format(code=code),
        ]
        return "\n\n".join(paragraphs) + "\n"
