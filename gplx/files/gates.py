"""The gate for files from outside: what passes is kept, anything else is refused and leaves nothing behind (B41-B47).

The type is found in the bytes; what the sender calls it does not matter. What can be seen from the outside is looked at
here; the rest by `inspector`, in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import orjson

from gplx.errors import RegisterError
from gplx.files.models import MediaType, Purpose

FILE_BYTES_MAX = 10 * 1024 * 1024
PORTRAIT_BYTES_MAX = 700 * 1024
INSPECTION_SECONDS_MAX = 20

_ALLOWED = {
    Purpose.CERTIFIED_COPY: {MediaType.PDF},
    Purpose.DOSSIER_DOCUMENT: {MediaType.PDF, MediaType.JPEG, MediaType.PNG},
    Purpose.PORTRAIT: {MediaType.JPEG, MediaType.PNG},
}
_MAGIC = ((b"%PDF-", MediaType.PDF), (b"\xff\xd8\xff", MediaType.JPEG), (b"\x89PNG\r\n\x1a\n", MediaType.PNG))
# The file that all virus scanners know for a test, in two pieces: this file is no virus either.
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_INSPECTOR = Path(__file__).with_name("inspector.py")

_SAID: dict[str, tuple[int, str, str]] = {
    "empty": (422, "Tệp không có nội dung. Hãy chọn lại tệp.", "The file is empty. Choose the file again."),
    "too_large": (
        413,
        "Tệp lớn hơn mức cho phép (10 MB; ảnh chân dung 700 KB). Hãy giảm dung lượng rồi gửi lại.",
        "The file is larger than allowed (10 MB; a portrait 700 KB). Make it smaller and send it again.",
    ),
    "file_type": (
        422,
        "Đây không phải là loại tệp được nhận ở đây. Hãy gửi tệp PDF (hoặc ảnh JPEG, PNG nếu trang cho phép).",
        "This is not a type of file that is taken here. Send a PDF (or a JPEG or PNG image where the page allows it).",
    ),
    "tail": (
        422,
        "Sau phần cuối của tệp PDF còn có dữ liệu khác. Hãy xuất lại tệp PDF rồi gửi lại.",
        "There is other data after the end of the PDF. Export the PDF again and send that.",
    ),
    "damaged": (
        422,
        "Tệp bị hỏng hoặc không đọc được hết. Hãy quét hoặc xuất lại rồi gửi lại.",
        "The file is damaged or incomplete. Scan or export it again and send that.",
    ),
    "pixels": (
        422,
        "Ảnh quá lớn (tối đa 25 triệu điểm ảnh, mỗi cạnh 12.000). Hãy giảm kích thước rồi gửi lại.",
        "The image is too large (at most 25 million pixels, 12,000 on a side). Make it smaller and send it again.",
    ),
    "animated": (422, "Không nhận ảnh động. Hãy gửi một ảnh tĩnh.", "Animated images are not taken. Send a still one."),
    "encrypted": (
        422,
        "Tệp PDF có mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
        "The PDF is protected by a password. Remove the password and send it again.",
    ),
    "active": (
        422,
        "Tệp PDF có chứa lệnh tự chạy. Hãy xuất lại tệp PDF không có lệnh rồi gửi lại.",
        "The PDF contains scripts or actions. Export it again without them.",
    ),
    "attachment": (
        422,
        "Tệp PDF có tệp khác đính kèm. Hãy bỏ tệp đính kèm rồi gửi lại.",
        "The PDF has other files attached. Remove them and send it again.",
    ),
    "pages": (
        422,
        "Tệp PDF có hơn 20 trang. Hãy chỉ gửi những trang cần thiết.",
        "The PDF has more than 20 pages. Send only those that are needed.",
    ),
    "bomb": (
        422,
        "Tệp quá phức tạp nên không mở được. Hãy quét hoặc xuất lại rồi gửi lại.",
        "The file is too complex to be opened. Scan or export it again and send that.",
    ),
    "blank": (
        422,
        "Tệp chỉ có trang trắng. Hãy quét lại giấy tờ rồi gửi lại.",
        "The file shows nothing but blank pages. Scan the paper again and send that.",
    ),
    "hostile": (
        422,
        "Tệp có chứa mã độc nên không được nhận. Hãy kiểm tra máy của bạn.",
        "The file contains malicious code and is not taken. Check your computer.",
    ),
    "quota": (
        429,
        "Bạn đã gửi quá nhiều tệp trong 24 giờ qua. Hãy gửi tiếp vào ngày mai.",
        "You have sent too many files in the last 24 hours. Go on tomorrow.",
    ),
}


class FileRefusedError(RegisterError):
    """The file was not taken.

    Attributes:
        code: which rule it did not pass.
        status: the HTTP status that says the same.
        message_vi, message_en: what is wrong and what to do.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.status, self.message_vi, self.message_en = _SAID[code]
        super().__init__(self.message_en)


class InspectorUnavailableError(RegisterError):
    """Files cannot be inspected safely on this machine: the kernel offers no system call filter."""


class Passed(NamedTuple):
    """A file that may be kept: the bytes to keep, their type, pages, and what similar pictures share."""

    data: bytes
    media_type: MediaType
    pages: int
    picture_hash: str


def is_hostile(data: bytes) -> bool:
    """Is this the test signature of a virus scanner? A scanner of the place belongs here."""
    return _EICAR in data


def check(data: bytes, purpose: Purpose) -> Passed:
    """Look at a file from outside.

    Raises:
        FileRefusedError: it does not pass, and why.
    """
    if not data:
        raise FileRefusedError("empty")
    if len(data) > (PORTRAIT_BYTES_MAX if purpose is Purpose.PORTRAIT else FILE_BYTES_MAX):
        raise FileRefusedError("too_large")
    media_type = next((found for magic, found in _MAGIC if data.startswith(magic)), None)
    if media_type not in _ALLOWED[purpose]:
        raise FileRefusedError("file_type")
    if media_type is MediaType.PDF:
        end = data.rfind(b"%%EOF")
        if end == -1:
            raise FileRefusedError("damaged")
        if data[end + len(b"%%EOF") :].strip(b"\r\n\t \x00"):
            raise FileRefusedError("tail")
    pages, picture_hash, encoded = _inspect("pdf" if media_type is MediaType.PDF else "image", data)
    return Passed(encoded or data, media_type, pages, picture_hash)


def _inspect(kind: str, data: bytes) -> tuple[int, str, bytes]:
    """Ask the inspector: how many pages, what similar pictures share, and the image encoded anew."""
    try:
        asked = subprocess.run(
            [sys.executable, "-I", str(_INSPECTOR), kind],
            input=data,
            capture_output=True,
            timeout=INSPECTION_SECONDS_MAX,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefusedError("bomb") from None
    if b"prctl" in asked.stderr or b"KeyError" in asked.stderr:
        raise InspectorUnavailableError
    line, _, encoded = asked.stdout.partition(b"\n")
    if asked.returncode != 0 or not line:
        # It ran out of time or memory, or broke: whatever the file is, it is not what was asked for.
        raise FileRefusedError("bomb")
    found = orjson.loads(line)
    if "refused" in found:
        raise FileRefusedError(found["refused"])
    return found["pages"], found["picture_hash"], encoded
