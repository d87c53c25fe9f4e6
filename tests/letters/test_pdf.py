"""Papers: every letter of Vietnamese, data that stays data, the same bytes again, a QR code that can be read."""

from __future__ import annotations

import io
import json
import unicodedata
from datetime import date
from typing import Any

import pypdf
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gplx.letters import glyphs, pdf
from gplx.letters.pdf import PaperError
from tests.letters.papers import PAPER, text_of

ON = date(2026, 3, 12)
_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
EVERY_VOWEL = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in _TONES]


def one(*lines: str, **more: Any) -> dict[str, Any]:
    return {"title": "Văn bản", "blocks": [{"kind": "lines", "lines": list(lines)}], **more}


def test_a_paper_says_what_it_was_given_and_the_letterhead(paper: bytes):
    said = text_of(paper)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "PHÒNG CẢNH SÁT GIAO THÔNG MẪU",
        "Số: 12/TB-GPLX",
        "Hà Nội, ngày 12 tháng 3 năm 2026",
        "Kính gửi: Mẫu Thị Ươm Đặng",
        "từ 12 điểm còn 8 điểm",
        "NGƯỜI NHẬN",
        "You lost 4 points.",
    ):
        assert words in said


@pytest.mark.parametrize("face", ["lines", "heading", "translation"])
def test_every_vietnamese_letter_survives(face: str):
    letters = " ".join([*EVERY_VOWEL, "đ", "Đ"])
    block: dict[str, Any] = {
        "lines": {"lines": [letters]},
        "heading": {"text": letters},
        "translation": {"title": "t", "lines": [letters]},
    }
    made = pdf.render("document", {"title": "Chữ", "blocks": [{"kind": face, **block[face]}]}, on=ON)
    assert set(text_of(made).split()) >= {*EVERY_VOWEL, "đ", "Đ"}


def test_the_same_data_gives_the_same_bytes_and_another_day_others(paper: bytes):
    assert pdf.render("document", json.loads(json.dumps(PAPER)), on=ON) == paper
    assert pdf.render("document", PAPER, on=date(2026, 3, 13)) != paper


def test_a_paper_is_an_archive_file_with_tags_title_and_language(paper: bytes):
    read = pypdf.PdfReader(io.BytesIO(paper))
    catalogue: Any = read.trailer["/Root"].get_object()
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "vi"
    assert read.metadata is not None
    assert read.metadata.title == PAPER["title"]
    metadata = catalogue["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    '#import "@preview/x:0.1.0": *',
    "*bold* _emph_ `raw` $x^2$ <label> @ref = heading // gone /* gone */ \\ ~ -- ---",
    '"); #panic() //',
    "#{while true {}}",
    "]#panic()[",
    "\\u{202e}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_data_is_never_read_as_typst(text: str):
    data = one(text, number=text, place=text, heading=text, recipient=[text], foot=text, authority={"name": text})
    said = text_of(pdf.render("document", data, on=ON))
    assert said.count(text) + said.count(text.upper()) >= 3


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_any_text_makes_a_paper(text: str):
    assert pdf.render("document", one(text, recipient=[text]), on=ON).startswith(b"%PDF-1.7")


def test_what_the_typeface_lacks_is_seen_to_be_missing():
    assert "Tên □□ ể" in text_of(pdf.render("document", one("Tên 漢字 e\u0302\u0309"), on=ON))
    assert glyphs.printable("a\u202eb\u200dc\x07d", pdf.FONTS) == "abcd"


def test_the_qr_code_of_a_printed_page_opens_the_check_page():
    data = json.dumps(pdf._prepared({**PAPER, "written_on": "ngày 12 tháng 3 năm 2026"}))
    page = pdf._compiler("document").compile(format="png", ppi=150, sys_inputs={"data": data})
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page if isinstance(page, bytes) else (page or [])[0])))
    assert [code.text for code in found] == [PAPER["check"]["url"]]


def test_pages_are_numbered_when_there_are_several():
    said = text_of(pdf.render("document", one(*["Một dòng rất dài. " * 12] * 40, foot="Số 00007"), on=ON))
    assert "1 / 4" in said
    assert "4 / 4" in said
    assert said.count("Số 00007") == 4


@pytest.mark.parametrize(
    ("template", "data"),
    [("absent", {"title": "x"}), ("document", {}), ("document", {"title": "x", "blocks": [{"kind": "unknown"}]})],
)
def test_a_template_that_does_not_fit_says_so_without_the_data(template: str, data: dict[str, Any]):
    with pytest.raises(PaperError) as told:
        pdf.render(template, {**data, "secret": "Mẫu Văn Ba"}, on=ON)
    assert template in str(told.value)
    assert "Mẫu Văn Ba" not in str(told.value)


def test_small_days_and_months_have_a_nought():
    assert "ngày 05 tháng 02 năm 2026" in text_of(pdf.render("document", one("x"), on=date(2026, 2, 5)))
