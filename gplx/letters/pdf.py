"""Papers as PDF/A-2a with tags for screen readers (PDF/UA-1): data in, bytes out, the same bytes for the same data.

What is to be shown is handed to Typst as JSON and is only ever shown as text; a name that looks like Typst's own
language stays a name. Letters are set in Tinos alone, so that a paper looks the same on every machine.

`document` is the template of every single paper. Its data:
    title               what the file is called; also its heading, unless `heading` is there
    language            of the paper; "vi" unless said
    authority           {"superior": ..., "name": ...}, on the left of the letterhead
    number, place       of the letterhead; the day is `on`
    heading, subheading, recipient (lines), foot (at the foot of each page)
    blocks              in their order, each {"kind": ...}: "lines" (lines), "heading" (text), "list" (items),
                        "facts" (rows of label and value), "table" (head, rows, widths), "translation" (title, lines)
    signatures          [{"role": ..., "hint": ..., "name": ...}]
    check               {"url": what the QR code opens, "alt": its words, "lines": beside it}

A room may bring a template of its own beside these.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from gplx.errors import RegisterError
from gplx.letters import glyphs

_HERE = Path(__file__).resolve().parent
TEMPLATES = _HERE / "templates"
FONTS = _HERE / "fonts"
_ZONE = timezone(timedelta(hours=7))
# One compiler works at a time: it takes some 10 ms a page, and its caches are not to be shared while it works.
_ONE_AT_A_TIME = threading.Lock()


class PaperError(RegisterError):
    """A paper could not be made. The message names the template."""


def render(template: str, data: Mapping[str, Any], *, on: date) -> bytes:
    """A paper as PDF/A-2a and PDF/UA-1.

    Args:
        template: the name of a file in `templates`, without its ending.
        data: what is to be shown, as JSON has it. Each `check` gets its QR code here.
        on: the day the paper bears, in Viet Nam.

    Returns:
        The file: byte for byte the same for the same arguments.

    Raises:
        PaperError: the typeface is missing, or template and data do not fit each other.
    """
    if not (TEMPLATES / f"{template}.typ").is_file():
        raise PaperError(f"There is no template {template}.")
    shown = _prepared({**data, "written_on": data.get("written_on") or _written(on, data.get("language", "vi"))})
    stamped = datetime.combine(on, time.min, _ZONE)
    with _ONE_AT_A_TIME:
        try:
            made = _compiler(template).compile(
                format="pdf",
                sys_inputs={"data": json.dumps(shown, ensure_ascii=False, sort_keys=True)},
                pdf_standards=["a-2a", "ua-1"],
                timestamp=stamped,
            )
        except typst.TypstError as error:
            # What Typst says may repeat the data: it is for the caller's debugger, not for a log.
            raise PaperError(f"The template {template} does not fit its data.") from error
    assert isinstance(made, bytes)
    return made


def qr(url: str) -> str:
    """A QR code as SVG, dark on light, with the quiet zone that scanners need."""
    written = io.BytesIO()
    segno.make(url, error="m").save(
        written, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    return written.getvalue().decode()


@cache
def _compiler(template: str) -> typst.Compiler:
    if not glyphs.is_complete(FONTS):
        raise PaperError(f"The typeface of letters is missing in {FONTS}. Fetch it with: ./dev setup")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def _prepared(value: Any) -> Any:
    """The data with every text in letters that the typeface has, and every `check` with its code."""
    if isinstance(value, str):
        return glyphs.printable(value, FONTS)
    if isinstance(value, Mapping):
        made = {name: _prepared(each) for name, each in value.items()}
        check = value.get("check")
        if isinstance(check, Mapping) and "url" in check:
            made["check"]["svg"] = qr(check["url"])
        return made
    if isinstance(value, list | tuple):
        return [_prepared(each) for each in value]
    return value


def _written(on: date, language: str) -> str:
    if language == "en":
        return f"{on.day} {on:%B %Y}"
    # Days below 10 and the months January and February have a nought, so that nobody can write a figure before them.
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"
