"""Reads one QR code from a picture on standard input, as a process of its own with little memory and time (T39)."""

from __future__ import annotations

import io
import resource
import sys

PIXELS_MAX = 25_000_000
CPU_SECONDS_MAX = 5
MEMORY_BYTES_MAX = 1024 * 1024 * 1024


def main() -> int:
    """Print what the one QR code says; 1 when there is none, or more than one, or no picture."""
    import zxingcpp
    from PIL import Image

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    data = sys.stdin.buffer.read()
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                return 1
            grey = picture.convert("L")
        found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    except Exception:
        return 1  # Whatever is wrong with it: it is no picture that can be read.
    if len(found) != 1 or not found[0].text.isascii():
        return 1
    sys.stdout.write(found[0].text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
