"""Files of questions, such as the official set: CSV, XLSX or JSON, read strictly and row by row (docs/questions.md)."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from gplx.errors import RegisterError
from gplx.law.sources import INSTRUMENTS
from gplx.questions.actions import NewVersion
from gplx.questions.content import KEY_LENGTH_MAX, OPTIONS_MAX, Content, Fault, Option
from gplx.questions.models import Origin

BYTES_MAX = 8 * 1024 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
ROWS_MAX = 5_000

COLUMNS = (
    "key", "topic", "groups", "fatal", "text_vi", "text_en",
    "option_1_vi", "option_1_en", "option_2_vi", "option_2_en", "option_3_vi", "option_3_en", "option_4_vi",
    "option_4_en", "correct", "why_vi", "why_en", "sources", "picture", "offence_code", "offence_points", "valid_from",
    "valid_to", "withdrawn",
)  # fmt: skip
REQUIRED = ("key", "topic", "groups", "text_vi", "option_1_vi", "option_2_vi", "correct", "valid_from")
TEMPLATES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_EXAMPLE = {
    "key": "vi-du-01",
    "topic": "rules",
    "groups": "motorcycle;car",
    "fatal": "",
    "text_vi": "Đèn tín hiệu màu đỏ có nghĩa là gì?",
    "text_en": "What does a red light mean?",
    "option_1_vi": "Cấm đi.",
    "option_1_en": "No passage.",
    "option_2_vi": "Được đi.",
    "option_2_en": "You may go.",
    "correct": "1",
    "why_vi": "Tín hiệu đèn màu đỏ là cấm đi.",
    "why_en": "Red forbids passage.",
    "sources": "36/2024/QH15 art. 11(4)(c)",
    "valid_from": "2027-01-01",
}
_YES, _NO = frozenset({"x", "1", "true", "yes", "có"}), frozenset({"", "0", "false", "no", "không"})
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_WORKBOOK = b"PK\x03\x04"


class FileRefusedError(RegisterError):
    """The file is no file of questions, or cannot be read; the row is that of the fault, where there is one."""

    def __init__(self, code: str, message_vi: str, message_en: str) -> None:
        self.code, self.message_vi, self.message_en = code, message_vi, message_en
        super().__init__(message_en)


class Row(NamedTuple):
    """One question as it stands in a file.

    Attributes:
        line: its row; the header is row 1, and the first question of a JSON file row 1.
        cells: the columns that are filled, as text.
    """

    line: int
    cells: Mapping[str, str]


class Read(NamedTuple):
    """What a row says; without a version, why not."""

    line: int
    key: str
    version: NewVersion | None
    faults: tuple[Fault, ...]


def read(content: bytes, *, origin: str = Origin.OFFICIAL) -> list[Read]:
    """Every row of a file, read.

    Raises:
        FileRefusedError: the file as a whole cannot be read.
    """
    found = [_read_row(row, origin) for row in rows(content)]
    if not found:
        raise FileRefusedError("empty", "Tệp không có câu hỏi nào.", "The file holds no question.")
    return found


def rows(content: bytes) -> Iterator[Row]:
    """The filled rows of a CSV, XLSX or JSON file; raises FileRefusedError."""
    if len(content) > BYTES_MAX:
        raise FileRefusedError("too_large", "Tệp lớn quá 8 MB.", "The file is larger than 8 MB.")
    if content.startswith(_WORKBOOK):
        table = _table_of_workbook(content)
    elif content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        yield from _rows_of_json(content)
        return
    else:
        table = _table_of_csv(content)
    header = next(table, None)
    names = list(header or [])
    while names and not names[-1]:
        names.pop()
    _check_header(names)
    for line, cells in enumerate(table, start=2):
        if line - 1 > ROWS_MAX:
            raise FileRefusedError("too_many_rows", f"Quá {ROWS_MAX} dòng.", f"More than {ROWS_MAX} rows.")
        if len(cells) > len(names) and any(cells[len(names) :]):
            raise FileRefusedError("ragged", f"Dòng {line} có thừa ô.", f"Row {line} has cells beyond the header.")
        filled = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
        if filled:
            yield Row(line, filled)


def _check_header(names: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    strange = [name for name in names if name not in COLUMNS]
    if missing:
        raise FileRefusedError(
            "header", f"Thiếu cột: {', '.join(missing)}.", f"Columns are missing: {', '.join(missing)}."
        )
    if strange or len(set(names)) != len(names):
        raise FileRefusedError("header", "Có cột lạ hoặc lặp lại.", "There are unknown or repeated columns.")


def _table_of_csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        yield from ([cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError:
        raise FileRefusedError("encoding", "Không phải bảng mã UTF-8.", "The file is not UTF-8.") from None
    except csv.Error:
        raise FileRefusedError("quotes", "Dấu ngoặc kép không khép đúng chỗ.", "A quotation mark is wrong.") from None


def _table_of_workbook(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
                raise FileRefusedError("too_large", "Tệp XLSX bung ra quá lớn.", "The XLSX file unfolds to too much.")
        sheet: Any = load_workbook(io.BytesIO(content), read_only=True, keep_links=False).worksheets[0]
        sheet.reset_dimensions()
        table = [
            [_cell(cell) for cell in row] for row in sheet.iter_rows(max_row=ROWS_MAX + 2, max_col=len(COLUMNS) + 1)
        ]
    except FileRefusedError:
        raise
    except Exception:
        # What a damaged or forged workbook may raise has no end, and nothing but reading the bytes happens here.
        raise FileRefusedError("workbook", "Không đọc được tệp XLSX.", "The XLSX file cannot be read.") from None
    yield from table


def _cell(cell: Any) -> str:
    value = cell.value
    if cell.data_type in ("f", "e"):
        raise FileRefusedError("formula", "Có ô chứa công thức.", "A cell holds a formula.")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _rows_of_json(content: bytes) -> Iterator[Row]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise FileRefusedError("json", "Không đọc được tệp JSON.", "The JSON file cannot be read.") from None
    entries = document.get("questions") if isinstance(document, dict) else document
    if not isinstance(entries, list) or len(entries) > ROWS_MAX:
        raise FileRefusedError("json", "Tệp JSON phải là một danh sách.", "The JSON file must be a list of questions.")
    for line, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not all(isinstance(cell, str | int | bool) for cell in entry.values()):
            raise FileRefusedError("json", f"Câu thứ {line} sai dạng.", f"Question {line} has the wrong form.")
        strange = entry.keys() - set(COLUMNS)
        if strange:
            raise FileRefusedError("header", f"Câu thứ {line} có khóa lạ.", f"Question {line} has unknown keys.")
        yield Row(line, {name: _plain(cell) for name, cell in entry.items() if _plain(cell)})


def _plain(cell: str | int | bool) -> str:
    if isinstance(cell, bool):
        return "x" if cell else ""
    return str(cell).strip()


# -- one row ---------------------------------------------------------------------------------------------------------


def _read_row(row: Row, origin: str) -> Read:
    cells = {name: unicodedata.normalize("NFC", text) for name, text in row.cells.items()}
    wrong: list[Fault] = []
    key = cells.get("key", "")
    if not _KEY.fullmatch(key) or len(key) > KEY_LENGTH_MAX:
        wrong.append(Fault("key", "form", "Mã câu hỏi sai dạng.", "The key has the wrong form."))
        key = key[:KEY_LENGTH_MAX]
    options = tuple(
        Option(cells.get(f"option_{place}_vi", ""), cells.get(f"option_{place}_en", ""))
        for place in range(1, OPTIONS_MAX + 1)
        if f"option_{place}_vi" in cells or f"option_{place}_en" in cells
    )
    said = Content(
        topic=cells.get("topic", ""),
        groups=tuple(part.strip() for part in cells.get("groups", "").split(";") if part.strip()),
        is_fatal=_yes(cells, "fatal", wrong),
        text_vi=cells.get("text_vi", ""),
        text_en=cells.get("text_en", ""),
        options=options,
        correct=(_number(cells, "correct", wrong) or 0) - 1,
        why_vi=cells.get("why_vi", ""),
        why_en=cells.get("why_en", ""),
        sources=tuple(_sources(cells, wrong)),
        valid_from=_day(cells, "valid_from", wrong) or date.max,
        valid_to=_day(cells, "valid_to", wrong),
        offence_code=cells.get("offence_code", ""),
        offence_points=_number(cells, "offence_points", wrong),
        picture=cells.get("picture", ""),
        is_withdrawn=_yes(cells, "withdrawn", wrong),
    )
    if "valid_from" not in cells:
        wrong.append(Fault("valid_from", "missing", "Thiếu ngày áp dụng.", "The first day is missing."))
    return Read(row.line, key, None if wrong else NewVersion(key, origin, said), tuple(wrong))


def _yes(cells: Mapping[str, str], name: str, wrong: list[Fault]) -> bool:
    text = cells.get(name, "").casefold()
    if text not in _YES | _NO:
        wrong.append(Fault(name, "form", "Ghi x hoặc để trống.", "Write x, or leave it empty."))
    return text in _YES


def _number(cells: Mapping[str, str], name: str, wrong: list[Fault]) -> int | None:
    text = cells.get(name, "")
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text)
    if text:
        wrong.append(Fault(name, "form", "Phải là một số.", "It must be a number."))
    return None


def _day(cells: Mapping[str, str], name: str, wrong: list[Fault]) -> date | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        wrong.append(Fault(name, "form", "Ngày phải dạng 2026-03-31.", "Days are written 2026-03-31."))
        return None


def _sources(cells: Mapping[str, str], wrong: list[Fault]) -> Iterator[tuple[str, str]]:
    """`36/2024/QH15 art. 11(2); 168/2024 art. 6(9)(b)`: an instrument we know, then the place in it."""
    for part in filter(None, (part.strip() for part in cells.get("sources", "").split(";"))):
        known = [name for name in INSTRUMENTS if part.startswith(f"{name} ")]
        if known:
            name = max(known, key=len)
            yield name, part[len(name) :].strip()
        else:
            wrong.append(Fault("sources", "unknown", f"Không rõ văn bản: {part}.", f"Unknown instrument: {part}."))


def template(kind: str) -> bytes:
    """An empty file with the header and one example, as `csv`, `xlsx` or `json`."""
    if kind == "json":
        return json.dumps([_EXAMPLE], ensure_ascii=False, indent=2).encode()
    table = [COLUMNS, tuple(_EXAMPLE.get(name, "") for name in COLUMNS)]
    if kind == "csv":
        written = io.StringIO(newline="")
        csv.writer(written).writerows(table)
        return b"\xef\xbb\xbf" + written.getvalue().encode()
    from openpyxl import Workbook

    workbook = Workbook()
    sheet: Any = workbook.active
    for cells in table:
        sheet.append(cells)
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()
