"""Reading files of decisions: one form, every damage named by line and column."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from gplx.law.profiles import DRAFT
from gplx.sanctions import files
from gplx.sanctions.intake import IntakeError
from tests.sanctions.conftest import AUTHORITY, TODAY, read

NAMES, TITLES = list(files.COLUMNS), list(files.COLUMNS.values())
CELLS = {
    "number": "1/QĐ-XPHC", "year": "2026", "licence_number": "790000000001", "foreign_licence": "",
    "holder_name": "Người Mẫu Một", "birth_date": "1999-01-01", "part": "ô tô", "acted_on": "2026-11-01",
    "decided_on": "2026-11-02", "effective_on": "2026-11-03", "offences": "4", "revoked_from": "", "revoked_to": "",
    "place": "",
}  # fmt: skip

# The instants of a spreadsheet have no zone.
AT_MIDNIGHT, AT_HALF_PAST_SEVEN = datetime(2026, 11, 1), datetime(1999, 1, 1, 7, 30)  # noqa: DTZ001


def cells(**changes: Any) -> list[Any]:
    return list({**CELLS, **changes}.values())


def csv_file(*lines: Sequence[Any], header: Sequence[str] = TITLES, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode(encoding)


def xlsx_file(*lines: Sequence[Any], header: Sequence[str] = TITLES, sheets: int = 1) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in (header, *lines):
        sheet.append(list(line))
    for number in range(1, sheets):
        workbook.create_sheet(f"{number}")
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def decisions(content: bytes) -> list[Any]:
    """Each row as read, or its faults by field."""
    found: list[Any] = []
    for row in files.rows(content):
        try:
            found.append(files.read_row(row, authority=AUTHORITY, today=TODAY, under=DRAFT))
        except IntakeError as error:
            found.append({fault.field: fault.code for fault in error.faults})
    return found


def refusal(content: bytes) -> tuple[str, int | None]:
    with pytest.raises(files.FileRefusedError) as caught:
        files.count(content)
    assert caught.value.message_vi
    assert caught.value.message_en
    return caught.value.code, caught.value.line


both = pytest.mark.parametrize("make", [csv_file, xlsx_file])


@both
@pytest.mark.parametrize("header", [NAMES, TITLES])
def test_a_row_says_what_the_api_would_say(make: Callable[..., bytes], header: list[str]) -> None:
    assert decisions(make(cells(), header=header)) == [read()]


@both
def test_every_column(make: Callable[..., bytes]) -> None:
    line = cells(
        offences="168/2024:6.9.b; 2 ;12 ma túy", part="", place="Đường Mẫu",
        revoked_from="2026-11-03", revoked_to="2027-01-02",
    )  # fmt: skip
    (decision,) = decisions(make(line))
    assert decision == read(
        offences=[{"code": "168/2024:6.9.b"}, {"points": 2}, {"points": 12, "drug": True}],
        part=None,
        place="Đường Mẫu",
        revocation={"from": "2026-11-03", "to": "2027-01-02"},
    )
    (foreign,) = decisions(make(cells(foreign_licence="x", licence_number="12345678", part="")))
    assert foreign == read(foreign_licence=True, licence_number="12345678", part=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_file_of_decisions(kind: str) -> None:
    (example,) = decisions(files.template(kind))
    assert example.holder_name == "Người Mẫu Một"


def test_a_byte_order_mark_and_blank_lines_do_no_harm() -> None:
    content = csv_file(cells(), [], cells(number="2"), [""] * 14, encoding="utf-8-sig")
    assert [row.line for row in files.rows(content)] == [2, 4]


def test_lines_are_those_of_the_file() -> None:
    content = csv_file(cells(place="Đường\nMẫu"), cells(number="2"))
    assert [row.line for row in files.rows(content)] == [2, 4]
    assert decisions(content)[0] == {"place": "text_character"}


@both
@pytest.mark.parametrize(
    ("header", "said"),
    [
        (TITLES[:-1], "Nơi vi phạm"),
        ([*TITLES, "Ghi chú"], "cột lạ"),
        (["năm", *TITLES[1:]], "Số quyết định"),
        ([TITLES[1], TITLES[0], *TITLES[2:]], "cột 1 phải là Số quyết định"),
        ([*NAMES[:3], *TITLES[3:]], "Thiếu cột"),
        (["1", *TITLES[1:]], "Số quyết định"),
    ],
)
def test_b25_another_header_is_refused_and_the_column_named(
    make: Callable[..., bytes], header: list[str], said: str
) -> None:
    content = make(cells(), header=header)
    assert refusal(content) == ("header", 1)
    with pytest.raises(files.FileRefusedError) as caught:
        files.count(content)
    assert said in caught.value.message_vi


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_b25_another_separator_is_not_guessed(separator: str) -> None:
    content = csv_file(cells()).decode().replace(",", separator).encode()
    assert refusal(content) == ("separator", 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1258", "utf-32"])
def test_b25_another_encoding_is_not_guessed(encoding: str) -> None:
    text = csv_file(cells(holder_name="Nguoi Mau Đ", part="car"), header=NAMES).decode()
    assert refusal(text.encode(encoding))[0] in ("encoding", "nul")


def test_b25_the_line_of_a_byte_that_is_not_utf8_is_named() -> None:
    content = csv_file(*[cells(number=f"{number}") for number in range(3_000)], header=NAMES)
    assert refusal(content + b"\xc3(") == ("encoding", 3_002)
    assert refusal(content + b"\xe1\xbb") == ("encoding", 3_002)


@pytest.mark.parametrize("line", [cells()[:-1], [*cells(), "x"], ["x"]])
def test_b26_a_ragged_row_is_refused_and_the_others_stay(line: list[Any]) -> None:
    assert decisions(csv_file(cells(), line, cells())) == [read(), {"": "ragged"}, read()]


def test_b26_a_workbook_keeps_no_empty_cells_at_the_end_of_a_row() -> None:
    assert decisions(xlsx_file(cells()[:11], [*cells(), None], [*cells(), "x"])) == [read(), read(), {"": "ragged"}]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (b'"1/QD,2026', ("quotes", 3)),
        (b'"1"x,2026', ("quotes", 3)),
        (b"1\x00,2026", ("nul", 3)),
        (b"x" * 4_001, ("cell_too_long", 3)),
        (b'"' + b"x,\n" * 60_000, ("quotes", 3)),
    ],
)
def test_b26_what_puts_the_rows_in_doubt_refuses_the_file_with_the_line(tail: bytes, expected: tuple[str, int]) -> None:
    assert refusal(csv_file(cells()) + tail) == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"licence_number": "79000000001"}, "licence_number"),
        ({"licence_number": "7.9E+11"}, "licence_number"),
        ({"licence_number": "7,9E+11"}, "licence_number"),
        ({"licence_number": "790000000001.0"}, "licence_number"),
        ({"number": "1.2E+11"}, "number"),
        ({"number": "1e5"}, "number"),
        ({"number": "12E5"}, "number"),
        ({"number": "1,2e-5"}, "number"),
        ({"licence_number": "1e11"}, "licence_number"),
        ({"licence_number": "7.9E+11", "foreign_licence": "x"}, "licence_number"),
        ({"birth_date": "45123"}, "birth_date"),
        ({"birth_date": "03/04/2025"}, "birth_date"),
        ({"acted_on": "3-4-25"}, "acted_on"),
        ({"acted_on": "01/11/2026 00:00"}, "acted_on"),
        ({"revoked_from": "46329", "revoked_to": "2027-01-02"}, "revoked_from"),
    ],
)
def test_b27_what_a_spreadsheet_has_damaged(changes: dict[str, str], field: str) -> None:
    (faults,) = decisions(csv_file(cells(**changes)))
    assert faults[field] == "spreadsheet_damage"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"licence_number": 790000000001}, "licence_number", "spreadsheet_damage"),
        ({"number": 12}, "number", "spreadsheet_damage"),
        ({"number": date(2026, 11, 1)}, "number", "spreadsheet_damage"),
        ({"birth_date": 36161}, "birth_date", "spreadsheet_damage"),
        ({"birth_date": AT_HALF_PAST_SEVEN}, "birth_date", "spreadsheet_damage"),
        ({"offences": 4.5}, "offences", "spreadsheet_damage"),
        ({"offences": "=2+2"}, "offences", "formula"),
        ({"number": "=cmd()"}, "number", "formula"),
    ],
)
def test_b27_numbers_and_formulas_of_a_workbook(changes: dict[str, Any], field: str, code: str) -> None:
    (faults,) = decisions(xlsx_file(cells(**changes)))
    assert faults[field] == code


def test_a_workbooks_own_days_and_years_are_unambiguous() -> None:
    line = cells(birth_date=date(1999, 1, 1), acted_on=AT_MIDNIGHT, year=2026, offences=4)
    assert decisions(xlsx_file(line)) == [read()]


def test_b27_all_faults_of_a_row_are_told_at_once() -> None:
    assert decisions(csv_file(cells(birth_date="45123", holder_name="", year="26", offences="13"))) == [
        {
            "birth_date": "spreadsheet_damage",
            "holder_name": "required",
            "year": "not_integer",
            "offences[0].points": "out_of_range",
        }
    ]


def test_b28_a_formula_in_a_csv_is_text() -> None:
    (decision,) = decisions(csv_file(cells(number="=cmd()", place="+84 Đường Mẫu")))
    assert (decision.number, decision.place) == ("=cmd()", "+84 Đường Mẫu")


def test_empty_files() -> None:
    assert refusal(b"") == ("empty", None)
    assert refusal(csv_file()) == ("empty", None)
    assert refusal(xlsx_file()) == ("empty", None)


def test_what_is_no_workbook() -> None:
    whole = xlsx_file(cells())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal(packed.getvalue()) == ("workbook", None)
    assert refusal(whole[: len(whole) // 2]) == ("workbook", None)
    assert refusal(b"\xd0\xcf\x11\xe0" + b"x" * 600) == ("old_workbook", None)
    assert refusal(xlsx_file(cells(), sheets=2)) == ("sheets", None)


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("forged", [b"", b"<x", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'])
def test_a_forged_workbook_is_refused(member: str, forged: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_file(cells()))) as whole, zipfile.ZipFile(packed, "w") as other:
        for part in whole.infolist():
            other.writestr(part.filename, forged if part.filename == member else whole.read(part))
    assert refusal(packed.getvalue())[0] in ("workbook", "empty", "sheets")


def test_t40_a_file_that_unfolds_to_too_much_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * (files.UNPACKED_BYTES_MAX + 1))
    assert len(packed.getvalue()) < 1_000_000
    assert refusal(packed.getvalue()) == ("too_large", None)
    assert refusal(b"," * (files.BYTES_MAX + 1)) == ("too_large", None)


def test_a_file_has_so_many_rows_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROWS_MAX", 3)
    assert files.count(csv_file(*[cells()] * 3)) == 3
    assert refusal(csv_file(*[cells()] * 4)) == ("too_many_rows", 5)


def test_blank_lines_count_against_a_limit_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROWS_MAX", 3)
    header = csv_file()
    for blank in (b"\r\n", b"\n", b"\r", b",,,,\n", b'" ",\n'):
        assert files.count(header + blank * 3 + csv_file(cells()).removeprefix(header)) == 1
        assert refusal(header + blank * 4 + csv_file(cells()).removeprefix(header)) == ("too_many_rows", 5)
        assert refusal(blank * 4 + csv_file(cells())) == ("too_many_rows", 4)


@pytest.mark.parametrize("comma", [b",", b'"",', b" ,"])
def test_a_line_of_commas_is_refused_and_not_skipped(comma: bytes) -> None:
    assert decisions(csv_file(cells()) + comma * 13 + b"\n") == [read()]
    assert decisions(csv_file(cells()) + comma * 14 + b"\n") == [read(), {"": "ragged"}]
    assert refusal(csv_file(cells()) + comma * (files.LINE_MAX + 1) + b"\n") == ("line_too_long", 3)
    assert refusal(csv_file(cells(place="x\ny")) + comma * (files.LINE_MAX + 1)) == ("line_too_long", 4)
    assert refusal(comma * (files.LINE_MAX + 1)) == ("line_too_long", 1)
    assert refusal(csv_file(cells()) + b'"\n",' * files.LINE_MAX) == ("line_too_long", 3)


def test_a_foreign_number_may_look_like_a_power_of_ten() -> None:
    (decision,) = decisions(csv_file(cells(licence_number="12E5", foreign_licence="x", part="")))
    assert decision.licence_number == "12E5"


def test_a_row_of_the_longest_cells_fits_into_a_line() -> None:
    line = ['"' * files.FIELD_MAX] * len(NAMES)
    assert files.count(csv_file(line)) == 1
    assert max(map(len, csv_file(line).splitlines())) < files.LINE_MAX


def test_rows_are_not_held_in_memory() -> None:
    import tracemalloc

    content = csv_file(*[cells(number=f"{number}", place="x" * 200) for number in range(20_000)])
    tracemalloc.start()
    assert files.count(content) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(content) / 2


def test_the_documentation_shows_the_header_as_it_is() -> None:
    said = (Path(__file__).parents[2] / "docs" / "decisions-in.md").read_text(encoding="utf-8")
    assert [",".join(header) for header in (NAMES, TITLES) if f"\n    {','.join(header)}\n" not in said] == []


@pytest.mark.parametrize(
    ("changes", "field", "vi", "en"),
    [
        ({"part": ""}, "part", "“mô tô” hoặc “ô tô” ở cột Loại xe", "in the column Loại xe"),
        ({"part": "xe đạp"}, "part", "“mô tô” hoặc “ô tô”", '"motorcycle" or "car"'),
        ({"foreign_licence": "không"}, "foreign_licence", "bằng “x”", 'with "x"'),
    ],
)
def test_a_file_is_answered_in_the_words_of_a_file(changes: dict[str, str], field: str, vi: str, en: str) -> None:
    (row,) = files.rows(csv_file(cells(**changes)))
    with pytest.raises(IntakeError) as caught:
        files.read_row(row, authority=AUTHORITY, today=TODAY, under=DRAFT)
    [fault] = caught.value.faults
    assert fault.field == field
    assert vi in fault.message_vi
    assert en in fault.message_en
    assert "true" not in fault.message_vi
