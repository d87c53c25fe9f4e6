"""What a licence looks like in a QR code, and how one is read from a picture.

A presented licence is some 3,000 characters, more than a QR code takes as they are: it is compressed and written in the
45 signs that QR codes pack best, behind a word that says so. A picture is read by a process of its own with little
memory, because whoever made it may mean harm (T39).

Source:
    RFC 9285 (Base45); RFC 1950 (ZLIB).
"""

from __future__ import annotations

import zlib

from gplx import limited
from gplx.wallet import es256
from gplx.wallet.errors import UnreadableError

PREFIX = "GPLX1:"
PICTURE_BYTES_MAX = 6 * 1024 * 1024
TEXT_LENGTH_MAX = 64 * 1024
_PRESENTED_BYTES_MAX = 64 * 1024
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SECONDS_MAX = 10


def to_text(presented: bytes) -> str:
    """What goes into a QR code."""
    return PREFIX + _to_base45(zlib.compress(presented, 9))


def from_text(text: str) -> bytes:
    """The presented licence in a text: of a QR code, an SD-JWT as it is, or an mdoc in base64url.

    Raises:
        UnreadableError: it is none of them, or too long.
    """
    text = text.strip()
    if not text or len(text) > TEXT_LENGTH_MAX or not text.isascii():
        raise UnreadableError
    if text.startswith(PREFIX):
        stream = zlib.decompressobj()
        try:
            presented = stream.decompress(_from_base45(text.removeprefix(PREFIX)), _PRESENTED_BYTES_MAX)
        except zlib.error:
            raise UnreadableError from None
        if not stream.eof or stream.unused_data:
            raise UnreadableError
        return presented
    text = "".join(text.split())
    return text.encode() if text.startswith("ey") else es256.from_base64url(text.rstrip("="))


def from_file(data: bytes) -> bytes:
    """The presented licence in a file: a picture of a QR code, a text, or an mdoc as it is.

    Raises:
        UnreadableError: it is none of them, or too large.
    """
    if len(data) > PICTURE_BYTES_MAX:
        raise UnreadableError
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff" or data[8:12] == b"WEBP":
        return from_text(_read_picture(data))
    try:
        return from_text(data.decode("ascii"))
    except (UnicodeDecodeError, UnreadableError):
        if data[:1] and data[0] >> 5 == 5:  # a CBOR map
            return data
        raise UnreadableError from None


def _read_picture(data: bytes) -> str:
    """What the QR code of a picture says. The process that reads it gets none of the register's secrets."""
    try:
        return limited.ask("gplx.wallet.picture_reader", [], data, seconds=_SECONDS_MAX).decode("ascii", "replace")
    except limited.NoAnswerError:
        raise UnreadableError from None


def _to_base45(data: bytes) -> str:
    written = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(3 if len(pair) == 2 else 2):
            number, sign = divmod(number, 45)
            written.append(_SIGNS[sign])
    return "".join(written)


def _from_base45(text: str) -> bytes:
    try:
        numbers = [_SIGNS.index(sign) for sign in text]
    except ValueError:
        raise UnreadableError from None
    data = bytearray()
    for at in range(0, len(numbers), 3):
        group = numbers[at : at + 3]
        number = sum(sign * 45**place for place, sign in enumerate(group))
        length = len(group) - 1
        if length < 1 or number >= 256**length:
            raise UnreadableError
        data += number.to_bytes(length, "big")
    return bytes(data)
