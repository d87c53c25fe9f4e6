"""Files to bring: good ones, and others."""

from __future__ import annotations

import io
import random
import zlib
from typing import Any

import pikepdf
from PIL import Image, ImageDraw

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(width: int = 300, height: int = 400, *, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """An invented portrait: shapes of chance on light ground."""
    chance = random.Random(seed)
    drawn = Image.new("RGB", (width, height), (240, 240, 250))
    draw = ImageDraw.Draw(drawn)
    for _ in range(12):
        x, y = chance.randrange(width), chance.randrange(height)
        draw.ellipse((x, y, x + width // 4 + 1, y + height // 4 + 1), fill=tuple(chance.randrange(256) for _ in "rgb"))
    return drawn.convert(mode)


def image(kind: str = "JPEG", *, of: Image.Image | None = None, **options: Any) -> bytes:
    out = io.BytesIO()
    (of or picture()).save(out, kind, **options)
    return out.getvalue()


def pdf(
    content: bytes = b"BT /F1 12 Tf 72 700 Td (Giay kham suc khoe) Tj ET",
    *,
    pages: int = 1,
    change: Any = None,
    **save: Any,
) -> bytes:
    """A document of so many pages with this content; `change` may add to it."""
    with pikepdf.new() as document:
        font = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for _ in range(pages):
            page = document.add_blank_page(page_size=(595, 842))
            page.Contents = document.make_stream(content)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        if change is not None:
            change(document)
        out = io.BytesIO()
        document.save(out, **save)
        return out.getvalue()


def scanned(drawn: Image.Image) -> bytes:
    """A document whose only page is a picture."""

    def add(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(
            image("JPEG", of=drawn),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=drawn.width,
            Height=drawn.height,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))

    return pdf(b"q 595 0 0 842 0 0 cm /Im0 Do Q", change=add)


def _opening(action: dict[str, Any]) -> bytes:
    return pdf(change=lambda document: document.Root.__setitem__("/OpenAction", pikepdf.Dictionary(action)))


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = b"MZ"


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pikepdf.String("<xdp/>"))


def _page_action(document: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    document.pages[0].AA = pikepdf.Dictionary(O=script)


def _link(action: dict[str, Any]) -> bytes:
    def add(document: pikepdf.Pdf) -> None:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 100, 100],
            A=pikepdf.Dictionary(action),
        )
        document.pages[0].Annots = pikepdf.Array([link])

    return pdf(change=add)


def _bomb(layers: int) -> bytes:
    """A stream that is small, and 300 MB or more when its filters are undone."""
    data = zlib.compress(b"\0" * 300_000_000, 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    filters = pikepdf.Array([pikepdf.Name.FlateDecode] * layers)
    return pdf(change=lambda document: document.Root.__setitem__("/Bomb", document.make_stream(data, Filter=filters)))


def _huge_picture(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(
        zlib.compress(b"\xff"), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=200_000, Height=200_000
    )
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))


def _png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims a size; there is next to nothing in it."""
    import struct

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def good() -> dict[str, tuple[str, bytes]]:
    """Purpose and bytes of files that pass, by name."""
    exif = Image.Exif()
    exif[0x010E] = "secret"
    exif.get_ifd(0x8825)[1] = "N"
    return {
        "pdf": ("certified_copy", pdf()),
        "pdf of 20 pages": ("certified_copy", pdf(pages=20)),
        "scanned pdf": ("certified_copy", scanned(picture(800, 1000))),
        "pdf that opens on a page": ("certified_copy", _opening({"/S": pikepdf.Name.GoTo, "/D": pikepdf.String("a")})),
        "pdf with a link": (
            "dossier_document",
            _link({"/S": pikepdf.Name.URI, "/URI": pikepdf.String("https://x.vn")}),
        ),
        "pdf with line ends after it": ("certified_copy", pdf() + b"\r\n\r\n"),
        "compressed pdf": ("certified_copy", pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate)),
        "jpeg": ("portrait", image()),
        "jpeg with a position": ("portrait", image(exif=exif)),
        "jpeg in cmyk": ("portrait", image(of=picture(mode="CMYK"))),
        "grey jpeg": ("portrait", image(of=picture(mode="L"))),
        "progressive jpeg": ("portrait", image(progressive=True)),
        "jpeg with a tail": ("portrait", image() + b"<script>alert(1)</script>"),
        "png": ("dossier_document", image("PNG")),
        "png with transparency": ("dossier_document", image("PNG", of=picture(mode="RGBA"))),
        "png with a palette": ("portrait", image("PNG", of=picture(mode="P"))),
        "png with text": ("portrait", image("PNG", pnginfo=None)),
    }


def hostile() -> dict[str, tuple[str, str, bytes]]:
    """Purpose, expected code and bytes of files that do not pass, by name."""
    copy, photo, paper = "certified_copy", "portrait", "dossier_document"
    script = {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("app.alert(1)")}
    whole, jpeg = pdf(), image()
    small = Image.new("RGB", (40, 40), "red")
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("blue", "green")]
    one_colour = Image.new("RGB", (300, 400), "white")
    noise = Image.frombytes("RGB", (900, 900), random.Random(7).randbytes(900 * 900 * 3))
    return {
        "nothing": (copy, "empty", b""),
        "html": (copy, "file_type", b"<html><script>alert(1)</script></html>"),
        "html before the header": (copy, "file_type", b"<html></html>\n" + whole),
        "space before the header": (copy, "file_type", b" " + whole),
        "zip": (copy, "file_type", b"PK\x03\x04" + bytes(100)),
        "exe": (paper, "file_type", b"MZ\x90\x00" + bytes(100)),
        "elf": (paper, "file_type", b"\x7fELF" + bytes(100)),
        "svg": (paper, "file_type", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        "gif": (paper, "file_type", image("GIF")),
        "webp": (paper, "file_type", image("WEBP")),
        "tiff": (paper, "file_type", image("TIFF")),
        "bmp": (paper, "file_type", image("BMP")),
        "ico": (paper, "file_type", b"\x00\x00\x01\x00" + bytes(60)),
        "postscript": (paper, "file_type", b"%!PS-Adobe-3.0\n"),
        "text": (paper, "file_type", b"Giay kham suc khoe"),
        "script": (paper, "file_type", b"#!/bin/sh\nrm -rf /\n"),
        "xml with an entity": (paper, "file_type", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        "image as certified copy": (copy, "file_type", jpeg),
        "pdf as portrait": (photo, "file_type", whole),
        "pdf over 10 MB": (copy, "too_large", whole + bytes(10 * 1024 * 1024)),
        "portrait over 700 KB": (photo, "too_large", image("PNG", of=noise)),
        "html after the pdf": (copy, "tail", whole + b"<html><script>alert(1)</script>"),
        "zip after the pdf": (copy, "tail", whole + b"PK\x03\x04" + bytes(50)),
        "only a pdf header": (copy, "damaged", b"%PDF-1.7\n"),
        "pdf of noise": (copy, "damaged", b"%PDF-1.7\n" + random.Random(3).randbytes(5000) + b"\n%%EOF\n"),
        "cut pdf": (copy, "damaged", whole[: len(whole) // 2] + b"\n%%EOF\n"),
        "pdf with false cross references": (copy, "damaged", whole.replace(b"startxref\n", b"startxref\n9")),
        "pdf without pages": (copy, "blank", pdf(pages=0)),
        "encrypted pdf": (copy, "encrypted", pdf(encryption=pikepdf.Encryption(owner="o", user="u"))),
        "pdf with an owner's password": (copy, "encrypted", pdf(encryption=pikepdf.Encryption(owner="o", user=""))),
        "pdf with a script": (copy, "active", _opening(script)),
        "pdf with a launch": (copy, "active", _opening({"/S": pikepdf.Name.Launch, "/F": pikepdf.String("cmd.exe")})),
        "pdf that sends a form": (copy, "active", _link({"/S": pikepdf.Name.SubmitForm})),
        "pdf that imports": (copy, "active", _link({"/S": pikepdf.Name.ImportData})),
        "pdf that opens another": (copy, "active", _link({"/S": pikepdf.Name.GoToR, "/F": pikepdf.String("a.pdf")})),
        "pdf that opens an address": (copy, "active", _opening({"/S": pikepdf.Name.URI, "/URI": pikepdf.String("x")})),
        "pdf with a script in a link": (paper, "active", _link(script)),
        "pdf with a page action": (copy, "active", pdf(change=_page_action)),
        "pdf with a script in a compressed object": (
            copy,
            "active",
            pdf(change=_page_action, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        ),
        "pdf with a dynamic form": (copy, "active", pdf(change=_xfa)),
        "pdf with an attachment": (copy, "attachment", pdf(change=_attached)),
        "pdf of 21 pages": (copy, "pages", pdf(pages=21)),
        "pdf bomb": (copy, "bomb", _bomb(1)),
        "pdf bomb in layers": (copy, "bomb", _bomb(3)),
        "pdf with a huge picture": (copy, "pixels", pdf(change=_huge_picture)),
        "blank pdf": (copy, "blank", pdf(b"")),
        "pdf that draws nothing": (copy, "blank", pdf(b"q 1 0 0 1 0 0 cm Q")),
        "pdf with spaces": (copy, "blank", pdf(b"BT /F1 12 Tf (   ) Tj ET")),
        "scan of a blank page": (copy, "blank", scanned(one_colour)),
        "blank image": (photo, "blank", image(of=one_colour)),
        "black image": (photo, "blank", image("PNG", of=Image.new("RGB", (300, 400)))),
        "cut jpeg": (photo, "damaged", jpeg[: len(jpeg) // 2]),
        "jpeg header only": (photo, "damaged", b"\xff\xd8\xff\xe0" + bytes(40)),
        "cut png": (photo, "damaged", image("PNG")[:-300]),
        "png header only": (photo, "damaged", b"\x89PNG\r\n\x1a\n"),
        "png of noise": (photo, "damaged", b"\x89PNG\r\n\x1a\n" + random.Random(5).randbytes(500)),
        "png with too little in it": (photo, "damaged", _png_of_size(400, 400)),
        "png with a long side": (photo, "pixels", _png_of_size(12_001, 1)),
        "png with many pixels": (photo, "pixels", _png_of_size(5_001, 5_000)),
        "png bomb": (photo, "pixels", _png_of_size(2**31 - 1, 2**31 - 1)),
        "animated png": (photo, "animated", image("PNG", of=small, save_all=True, append_images=frames)),
        "gif named after nothing": (photo, "file_type", image("GIF", of=small, save_all=True, append_images=frames)),
        "eicar": (copy, "hostile", EICAR),
        "eicar in a pdf": (copy, "hostile", whole + EICAR),
    }
