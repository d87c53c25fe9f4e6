"""Forged and damaged workbooks: no row and no cell is lost without a word, and none costs more than its size."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from gplx.sanctions import files
from gplx.sanctions.workbook import ELEMENTS_MAX
from tests.sanctions.conftest import read
from tests.sanctions.test_files import cells, decisions, refusal, xlsx_file

SHEET = "xl/worksheets/sheet1.xml"


def doctored(change: Callable[[bytes], bytes], member: str = SHEET, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of two decisions, one of its parts changed."""
    packed = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(xlsx_file(cells(), cells(number="2"))))
    with whole, zipfile.ZipFile(packed, "w", packing) as other:
        for part in whole.infolist():
            content = whole.read(part)
            other.writestr(part.filename, change(content) if part.filename == member else content)
    return packed.getvalue()


def replaced(*pairs: tuple[bytes, bytes]) -> bytes:
    def change(content: bytes) -> bytes:
        for old, new in pairs:
            assert old in content
            content = content.replace(old, new)
        return content

    return doctored(change)


def with_rows(*more: str) -> bytes:
    return replaced((b"</sheetData>", "".join(more).encode() + b"</sheetData>"))


def inline(at: str, text: str = "x") -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_rows_without_numbers_and_with_gaps_stay_where_they_are() -> None:
    assert [row.line for row in files.rows(replaced((b'<row r="3"', b"<row"), (b'r="A3"', b"")))] == [2, 3]
    moved = doctored(lambda sheet: sheet.replace(b'<row r="3"', b'<row r="9"').replace(b'3" t=', b'9" t='))
    assert [row.line for row in files.rows(moved)] == [2, 9]
    assert decisions(moved) == [read(), read(number="2")]


@pytest.mark.parametrize("number", ["2", "1", "0", "-1", "3.0", "x", " 3", "03", "３", ""])
def test_a_row_that_repeats_goes_back_or_has_no_number_refuses_the_file(number: str) -> None:
    change = (b'<row r="3"', f'<row r="{number}"'.encode())
    assert refusal(replaced(change)) == ("row_order", None if number not in ("1", "2") else int(number))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="A3"', 'r="A2"'),
        ('r="B3"', 'r="A3"'),
        ('r="C3"', 'r="A3"'),
        ('r="C3"', 'r="c3"'),
        ('r="C3"', 'r="ZZZ3"'),
        ('r="C3"', 'r="C0"'),
    ],
)
def test_a_cell_that_is_not_where_it_says_refuses_the_file(old: str, new: str) -> None:
    assert refusal(replaced((old.encode(), new.encode()))) == ("row_order", 3)


def test_a_row_or_a_cell_inside_another_refuses_the_file() -> None:
    assert refusal(with_rows('<row r="4"><row r="5">', inline("A5"), "</row></row>")) == ("row_order", 4)
    assert refusal(with_rows('<row r="4"><c r="A4">', inline("B4"), "</c></row>")) == ("row_order", 4)


@pytest.mark.parametrize("at", ["O", "P", "AB", "XFD"])
@pytest.mark.parametrize("held", ["<v>5</v>", "<f>1+1</f>", "<is><t>x</t></is>"])
def test_what_stands_beyond_the_last_column_makes_the_row_ragged(at: str, held: str) -> None:
    kind = ' t="inlineStr"' if "<is>" in held else ""
    beyond = with_rows(f'<row r="4">{inline("A4")}<c r="{at}4"{kind}>{held}</c></row>')
    assert decisions(beyond)[2] == {"": "ragged"}
    alone = with_rows(f'<row r="4"><c r="{at}4"{kind}>{held}</c></row>')
    assert decisions(alone)[2] == {"": "ragged"}


def test_what_stands_beyond_the_header_refuses_it() -> None:
    def change(sheet: bytes) -> bytes:
        end = sheet.find(b"</row>")
        return sheet[:end] + inline("Q1", "Ghi chú").encode() + sheet[end:]

    assert refusal(doctored(change)) == ("header", 1)


def test_empty_cells_beyond_the_last_column_do_no_harm() -> None:
    def change(sheet: bytes) -> bytes:
        return sheet.replace(b"</row>", b'<c r="O1" s="1"/></row>', 1)

    assert decisions(doctored(change)) == [read(), read(number="2")]


@pytest.mark.parametrize("number", [files.ROWS_MAX + 2, 4_000_000, 2_000_000_000, 10**30])
@pytest.mark.parametrize("held", [False, True])
def test_a_row_far_below_refuses_the_file_at_once_even_a_blank_one(number: int, held: bool) -> None:
    content = with_rows(f'<row r="{number}">{inline(f"A{number}") if held else ""}</row>')
    assert refusal(content)[0] == "too_many_rows"


def test_the_last_row_may_be_used() -> None:
    number = files.ROWS_MAX + 1
    *_, last = files.rows(with_rows(f'<row r="{number}">{inline(f"A{number}")}</row>'))
    assert last.line == number


@pytest.mark.parametrize("place", [b"</sheetData>", b"</worksheet>", b"</row>", b"</c>"])
def test_a_part_of_too_many_elements_is_refused_before_it_is_read(place: bytes) -> None:
    many = b"<x/>" * (ELEMENTS_MAX + 1)
    assert refusal(doctored(lambda sheet: sheet.replace(place, many + place, 1)))[0] in ("too_large", "row_order")


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0" encoding="foo"?>',
        b'<?xml version="1.0" encoding="utf-7"?>',
        b'<?xml version="1.0" encoding="idna"?>',
        b'<?xml version="1.0" encoding="hex"?>',
        b"<!DOCTYPE worksheet>",
    ],
)
@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_an_encoding_that_does_not_exist_is_no_workbook(start: bytes, member: str) -> None:
    content = doctored(lambda part: start + part[part.find(b"<", 1 if part.startswith(b"<?") else 0) :], member)
    assert refusal(content) == ("workbook", None)


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_damaged_packing_is_no_workbook(packing: int) -> None:
    content = doctored(lambda sheet: sheet, packing=packing)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        begin = packed.getinfo(SHEET).header_offset + 30 + len(SHEET)
    damaged = content[: begin + 10] + b"\xff" * 200 + content[begin + 210 :]
    assert refusal(damaged) == ("workbook", None)


@pytest.mark.parametrize(
    "cell",
    ['t="s"><v>99999</v>', 't="s"><v>x</v>', 't="n"><v>x</v>', 't="d"><v>x</v>', f't="n"><v>{"9" * 5_000}</v>'],
)
def test_cells_that_cannot_be_read_are_no_workbook(cell: str) -> None:
    assert refusal(with_rows(f'<row r="4"><c r="A4" {cell}</c></row>')) == ("workbook", None)


def test_a_list_that_is_no_sheet_is_not_read() -> None:
    def change(sheet: bytes) -> bytes:
        return sheet.replace(b"<worksheet", b"<calcChain").replace(b"</worksheet", b"</calcChain")

    assert refusal(doctored(change)) == ("workbook", None)


def test_any_error_while_reading_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    from openpyxl.worksheet import _read_only

    class Unheard(Exception):
        pass

    def fail(*_: Any, **__: Any) -> None:
        raise Unheard

    monkeypatch.setattr(_read_only.ReadOnlyWorksheet, "_get_row", fail)
    assert refusal(xlsx_file(cells())) == ("workbook", None)
