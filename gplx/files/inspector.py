"""What a file really is, found out in a process of its own. Run as a program: `inspector.py pdf|image < file`.

The bytes come from anybody, and the libraries that take them apart are large. So this process has little memory, a few
seconds, no network, may start nothing and write no file, before it reads the first byte. It answers one line of JSON,
`{"refused": code}` or what it found, and after it the image encoded anew. It imports nothing of the register.
"""

from __future__ import annotations

import ctypes
import io
import json
import platform
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

CPU_SECONDS_MAX = 8
MEMORY_BYTES_MAX = 900 * 1024 * 1024
PIXELS_MAX = 25_000_000
SIDE_PIXELS_MAX = 12_000
PAGES_MAX = 20
DECODED_BYTES_MAX = 120 * 1024 * 1024
OBJECTS_MAX = 20_000
BLANK_DEVIATION_MAX = 2.5
"""A picture whose brightness varies less than this (of 255) shows nothing."""

# System calls that this process has no use for: network, other programs, a look into other processes.
_DENIED = {
    "x86_64": (0xC000003E, (41, 42, 53, 57, 58, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 199, 203, 117, 221, 281, 425)),
}
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM


class Refused(Exception):
    """The file is not taken; the argument is the code that says why."""


class _Filter(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filters", ctypes.POINTER(_Filter)))


def close_in() -> None:
    """Give up memory beyond the limit, time, files and, for good, the network. Ends the process where that fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    architecture, numbers = _DENIED[platform.machine()]
    steps = [(0x20, 0, 0, 4), (0x15, 1, 0, architecture), (0x06, 0, 0, _REFUSE), (0x20, 0, 0, 0)]
    # Calls of the 32-bit kind have other numbers: none of them.
    steps += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, _REFUSE)]
    for number in numbers:
        steps += [(0x15, 0, 1, number), (0x06, 0, 0, _REFUSE)]
    steps.append((0x06, 0, 0, _ALLOW))
    filters = (_Filter * len(steps))(*(_Filter(*step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_filter = 38, 22
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl: no_new_privs")
    program = _Program(len(steps), filters)
    if libc.prctl(set_filter, 2, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl: seccomp")


# -- images -----------------------------------------------------------------------------------------------------------


def image(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A JPEG or PNG image: decoded whole, turned upright, encoded anew with nothing but its picture."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # Our own limits are tighter, and come first.
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
            kind = str(opened.format)
            if max(opened.size) > SIDE_PIXELS_MAX or opened.width * opened.height > PIXELS_MAX:
                raise Refused("pixels")
            if getattr(opened, "n_frames", 1) > 1 or getattr(opened, "is_animated", False):
                raise Refused("animated")
            opened.load()
            picture: Image.Image = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Refused("damaged") from None
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        picture = ground
    elif picture.mode != "RGB":
        picture = picture.convert("RGB")
    if is_blank(picture):
        raise Refused("blank")
    encoded = io.BytesIO()
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    if kind == "PNG":
        bare.save(encoded, "PNG")
    else:
        bare.save(encoded, "JPEG", quality=92)
    return {"pages": 1, "picture_hash": picture_hash(picture)}, encoded.getvalue()


def is_blank(picture: Any) -> bool:
    """Does a picture show nothing? Its darkest and lightest parts are about the same."""
    from PIL import ImageStat

    small = picture.convert("L")
    small.thumbnail((400, 400))
    return bool(ImageStat.Stat(small).stddev[0] <= BLANK_DEVIATION_MAX)


def picture_hash(picture: Any) -> str:
    """64 signs of brightness growing or falling from left to right; the same for a picture saved again."""
    small = list(picture.convert("L").resize((9, 8)).tobytes())
    bits = "".join(
        str(int(small[9 * row + column] > small[9 * row + column + 1])) for row in range(8) for column in range(8)
    )
    return f"{int(bits, 2):016x}"


# -- PDF --------------------------------------------------------------------------------------------------------------

_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
}
_PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "INLINE IMAGE"}


def pdf(data: bytes) -> tuple[dict[str, Any], bytes]:
    """A PDF document: readable without a password, nothing in it that acts, hides or explodes, and not empty."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True, attempt_recovery=False) as document:
            if document.is_encrypted:
                raise Refused("encrypted")
            count = len(document.pages)
            if count > PAGES_MAX:
                raise Refused("pages")
            if count == 0:
                raise Refused("blank")
            _nothing_acts(document)
            if all(_is_blank_page(page) for page in document.pages):
                raise Refused("blank")
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RecursionError):
        raise Refused("damaged") from None
    return {"pages": count, "picture_hash": ""}, b""


def _nothing_acts(document: Any) -> None:
    """No script, no action on opening, no attachment; and all streams together decode to a bounded size."""
    import pikepdf

    if len(document.objects) > OBJECTS_MAX:
        raise Refused("bomb")
    decoded = 0
    for thing in document.objects:
        for dictionary in _dictionaries(thing):
            keys = set(dictionary.keys())
            if {"/JS", "/XFA", "/AA"} & keys or str(dictionary.get("/S", "")) in _ACTIONS:
                raise Refused("active")
            opening = dictionary.get("/OpenAction")
            if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) != "/GoTo":
                raise Refused("active")
            if {"/EmbeddedFiles", "/EF", "/RichMediaContent"} & keys:
                raise Refused("attachment")
            if str(dictionary.get("/Type", "")) == "/EmbeddedFile":
                raise Refused("attachment")
        if isinstance(thing, pikepdf.Stream):
            decoded += _decoded_size(thing)
            if decoded > DECODED_BYTES_MAX:
                raise Refused("bomb")


def _dictionaries(thing: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries written inside an object; what it refers to has its own turn."""
    import pikepdf

    if depth > 30:
        raise Refused("damaged")
    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        yield thing
        inside: Any = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    else:
        return
    for value in inside:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _decoded_size(stream: Any) -> int:
    """How many bytes a stream has, decoded; a picture as many as its pixels."""
    import zlib

    import pikepdf

    filters = stream.get("/Filter")
    several = list(filters) if isinstance(filters, pikepdf.Array) else [filters]
    names = [str(one) for one in several if one is not None]
    if str(stream.get("/Subtype", "")) == "/Image":
        width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
        if max(width, height) > SIDE_PIXELS_MAX or width * height > PIXELS_MAX:
            raise Refused("pixels")
    data = bytes(stream.get_raw_stream_buffer())
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            return len(data)
        decoder = zlib.decompressobj()
        try:
            data = decoder.decompress(data, DECODED_BYTES_MAX + 1)
        except zlib.error:
            raise Refused("damaged") from None
        if len(data) > DECODED_BYTES_MAX:
            raise Refused("bomb")
    return len(data)


def _is_blank_page(page: Any) -> bool:
    """Does nothing on the page leave a mark? White pictures do not."""
    return not _marks(page, page.get("/Resources"), 0)


def _marks(content: Any, resources: Any, depth: int) -> bool:
    import pikepdf

    if depth > 8:
        return True
    for step in pikepdf.parse_content_stream(content):
        operands, name = step.operands, str(step.operator)
        if name in ("Tj", "'", '"') and not bytes(operands[-1]).strip(b"\x00 "):
            continue
        if name in _PAINTS:
            return True
        if name == "Do" and resources is not None:
            drawn = resources.get("/XObject", {}).get(str(operands[0]))
            if drawn is None:
                continue
            if str(drawn.get("/Subtype", "")) == "/Form":
                if _marks(drawn, drawn.get("/Resources", resources), depth + 1):
                    return True
            elif _picture_marks(drawn):
                return True
    return False


def _picture_marks(drawn: Any) -> bool:
    import pikepdf

    try:
        return not is_blank(pikepdf.PdfImage(drawn).as_pil_image())
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, TypeError, KeyError):
        return True  # A kind of picture that cannot be looked at here: a person will.


def main(kind: str) -> int:
    warnings.simplefilter("ignore")
    # Everything is imported before the doors close.
    import pikepdf  # noqa: F401
    import PIL.Image
    import PIL.ImageOps
    import PIL.ImageStat
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin  # noqa: F401

    close_in()
    data = sys.stdin.buffer.read()
    try:
        found, encoded = image(data) if kind == "image" else pdf(data)
    except Refused as refused:
        found, encoded = {"refused": str(refused)}, b""
    except MemoryError:
        found, encoded = {"refused": "bomb"}, b""
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n" + encoded)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
