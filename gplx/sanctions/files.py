"""Reading a file of decisions, CSV or XLSX: strictly, row by row, without holding the rows in memory.

A file has one form: UTF-8 (with or without a byte order mark), commas, the columns of the template in its order, days
as 2026-03-31. Any other is refused with a hint, nothing is guessed (B25 to B28): what a spreadsheet has damaged is
refused by row, what makes the rows themselves doubtful is refused as a whole, with the line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from gplx.errors import RegisterError
from gplx.law.profiles import Profile
from gplx.sanctions.intake import IntakeError, StatedDecision, read_decision
from gplx.sanctions.reader import Fault
from gplx.sanctions.workbook import WorkbookDoubtError, look_through

BYTES_MAX = 32 * 1024 * 1024
ROWS_MAX = 200_000
FIELD_MAX = 4_000
LINE_MAX = 150_000
"""Characters of one row of a CSV file: more than all its cells at their longest, each in doubled quotation marks."""
ALIVE_EACH_ROWS = 5_000
UNPACKED_BYTES_MAX = 128 * 1024 * 1024
"""A larger workbook is no list of decisions: a packed file can unfold to any size."""

COLUMNS: dict[str, str] = {
    "number": "Số quyết định",
    "year": "Năm",
    "licence_number": "Số giấy phép lái xe",
    "foreign_licence": "Giấy phép nước ngoài",
    "holder_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "part": "Loại xe",
    "acted_on": "Ngày vi phạm",
    "decided_on": "Ngày quyết định",
    "effective_on": "Ngày có hiệu lực",
    "offences": "Hành vi",
    "revoked_from": "Tước từ ngày",
    "revoked_to": "Tước đến ngày",
    "place": "Nơi vi phạm",
}
"""The columns in their order, with the Vietnamese title that may stand for each. Both forms are exact."""

_EXAMPLE = (
    "12/QĐ-XPHC", "2026", "790000000001", "", "Người Mẫu Một", "1999-01-31", "ô tô", "2026-11-01", "2026-11-02",
    "2026-11-03", "168/2024:6.9.b; 2", "", "", "Đường Mẫu",
)  # fmt: skip
_DAYS = ("birth_date", "acted_on", "decided_on", "effective_on", "revoked_from", "revoked_to")
_PARTS = {"car": "car", "ô tô": "car", "motorcycle": "motorcycle", "mô tô": "motorcycle"}
_YES = frozenset({"x", "true", "có"})

_EXPONENT = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
_SIGNED_EXPONENT = re.compile(r"[0-9]+([.,][0-9]+)?[eE]\+[0-9]+")
_FEWER_DIGITS = re.compile(r"[0-9]{8,11}|[0-9]{9,13}[.,]0+")
_SERIAL_DAY = re.compile(r"[0-9]{4,5}([.,][0-9]+)?")
_SLASHED_DAY = re.compile(r"[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}([ T].*)?")
_STATED_POINTS = re.compile(r"([0-9]{1,4})( +(drug|ma túy))?")


class Row(NamedTuple):
    """One row as it stands in the file.

    Attributes:
        line: the line it begins on; the header is line 1.
        cells: text, or what a spreadsheet says it is: a number, a day, true, `Formula`.
    """

    line: int
    cells: Sequence[Any]


class Formula:
    """What a cell holds that computes its value: never a value that was typed."""


class FileRefusedError(RegisterError):
    """The file cannot be read; nothing of it was taken."""

    def __init__(self, code: str, message_vi: str, message_en: str, line: int | None = None) -> None:
        where_vi, where_en = (f"Dòng {line}: ", f"Line {line}: ") if line else ("", "")
        self.code, self.line = code, line
        self.message_vi, self.message_en = where_vi + message_vi, where_en + message_en
        super().__init__(self.message_en)


# --- rows -----------------------------------------------------------------------------------------------------------


def is_workbook(content: bytes) -> bool:
    """By its first bytes, not by its name."""
    return content[:4] == b"PK\x03\x04"


def rows(content: bytes) -> Iterator[Row]:
    """The rows of a file after its header, blank ones left out.

    Raises:
        FileRefusedError: it is not a file of decisions, or from some line on its rows are in doubt.
    """
    if len(content) > BYTES_MAX:
        raise too_large()
    found = _rows_of_workbook(content) if is_workbook(content) else _rows_of_csv(content)
    header = next(found, None)
    if header is None:
        raise FileRefusedError("empty", "Tệp trống.", "The file is empty.")
    _check_header(header.cells)
    for count, row in enumerate(found, start=1):
        if count > ROWS_MAX:
            raise FileRefusedError(
                "too_many_rows", f"Quá {ROWS_MAX:,} dòng.", f"More than {ROWS_MAX:,} rows.", row.line
            )
        yield row


def too_large() -> FileRefusedError:
    size = BYTES_MAX // 1024 // 1024
    return FileRefusedError("too_large", f"Tệp lớn quá {size} MB: hãy chia nhỏ.", f"Larger than {size} MB: split it.")


def count(content: bytes, alive: Callable[[], None] | None = None) -> int:
    """How many rows there are, when all can be read; raises FileRefusedError. Calls `alive` now and then."""
    total = 0
    for total, _ in enumerate(rows(content), start=1):
        if alive is not None and total % ALIVE_EACH_ROWS == 0:
            alive()
    if not total:
        raise FileRefusedError("empty", "Tệp không có dòng nào sau tiêu đề.", "There is no row after the header.")
    return total


def _rows_of_csv(content: bytes) -> Iterator[Row]:
    _check_text(content)
    blank = 0
    with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True)
        while True:
            line = lines.begin_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                raise FileRefusedError(
                    "quotes",
                    'Dấu ngoặc kép " không khép lại đúng chỗ, hoặc một ô quá dài.',
                    'A quotation mark " is not closed where it should be, or a cell is far too long.',
                    line,
                ) from None
            if any(len(cell) > FIELD_MAX for cell in cells):
                raise FileRefusedError(
                    "cell_too_long",
                    f"Một ô dài quá {FIELD_MAX} ký tự: có thể thiếu dấu ngoặc kép khép lại.",
                    f"A cell is longer than {FIELD_MAX} characters: a closing quotation mark may be missing.",
                    line,
                )
            if len(cells) > len(COLUMNS) or any(cell.strip() for cell in cells):
                yield Row(line, cells)
                continue
            blank += 1
            if blank > ROWS_MAX:
                raise FileRefusedError(
                    "too_many_rows", f"Quá {ROWS_MAX:,} dòng trống.", f"More than {ROWS_MAX:,} blank lines.", line
                )


class _Lines:
    """The lines of a text as a CSV reader takes them, as long as a row of them does not grow beyond all measure."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.line = self.begun = self.length = 0

    def begin_row(self) -> int:
        """The next line begins a row; its number."""
        self.begun, self.length = self.line + 1, 0
        return self.begun

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(LINE_MAX + 1):
            self.line += 1
            self.length += len(line)
            if self.length > LINE_MAX:
                raise FileRefusedError(
                    "line_too_long",
                    f"Dòng dài quá {LINE_MAX:,} ký tự.",
                    f"The row is longer than {LINE_MAX:,} characters.",
                    self.begun,
                )
            yield line


def _check_text(content: bytes) -> None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _not_utf8(1)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise FileRefusedError(
            "old_workbook",
            "Tệp XLS cũ hoặc có mật khẩu: lưu thành XLSX không mật khẩu.",
            "An old XLS file, or one with a password: save it as XLSX without one.",
        )
    nul = content.find(b"\x00")
    if nul >= 0:
        line = content.count(b"\n", 0, nul) + 1
        raise FileRefusedError("nul", "Có ký tự NUL.", "Contains a NUL character.", line)
    decoder, view, piece = codecs.getincrementaldecoder("utf-8")(), memoryview(content), 1 << 16
    for start in range(0, len(content) + 1, piece):
        begun = len(decoder.getstate()[0])  # bytes of a letter that the last piece cut
        try:
            decoder.decode(view[start : start + piece], final=start + piece > len(content))
        except UnicodeDecodeError as error:
            raise _not_utf8(content.count(b"\n", 0, start - begun + error.start) + 1) from None


def _not_utf8(line: int) -> FileRefusedError:
    return FileRefusedError(
        "encoding",
        "Không phải bảng mã UTF-8. Trong Excel: Lưu thành, chọn CSV UTF-8.",
        "Not UTF-8. In Excel: Save as, CSV UTF-8.",
        line,
    )


def _rows_of_workbook(content: bytes) -> Iterator[Row]:
    try:
        yield from _rows_of_sheet(content)
    except FileRefusedError:
        raise
    except WorkbookDoubtError as doubt:
        raise _doubtful_workbook(doubt) from None
    except Exception:
        # What a damaged, encrypted or forged workbook may raise has no end (F03: nothing is tried for ever), and
        # nothing but reading the bytes happens here.
        raise _doubtful_workbook(WorkbookDoubtError("workbook")) from None


def _doubtful_workbook(doubt: WorkbookDoubtError) -> FileRefusedError:
    message_vi, message_en = {
        "workbook": ("Không đọc được tệp XLSX.", "The XLSX file cannot be read."),
        "too_large": ("Tệp XLSX bung ra quá lớn.", "The XLSX file unfolds to too much."),
        "row_order": (
            "Số dòng hoặc ô trong tệp XLSX lặp lại hay sai thứ tự. Mở bằng phần mềm bảng tính rồi lưu lại.",
            "Rows or cells of the XLSX file repeat or are out of order. Open it in a spreadsheet and save it again.",
        ),
        "too_many_rows": (
            f"Trang tính dài quá {ROWS_MAX:,} dòng (kể cả dòng trống): xóa các dòng bên dưới bảng hoặc chia nhỏ tệp.",
            f"The sheet is longer than {ROWS_MAX:,} rows (blank ones too): delete the rows below the table, or split.",
        ),
    }[doubt.code]
    return FileRefusedError(doubt.code, message_vi, message_en, doubt.line)


def _rows_of_sheet(content: bytes) -> Iterator[Row]:
    from openpyxl import load_workbook

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist()) > UNPACKED_BYTES_MAX:
            raise WorkbookDoubtError("too_large")
        sheets = look_through(packed, columns=len(COLUMNS), last_row=ROWS_MAX + 1)
    workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        if len(workbook.worksheets) != 1:
            raise FileRefusedError(
                "sheets", "Tệp phải có đúng một trang tính.", "The workbook must have exactly one sheet."
            )
        sheet: Any = workbook.worksheets[0]
        beyond = sheets.get(sheet._worksheet_path)
        if beyond is None:
            raise WorkbookDoubtError("workbook")
        sheet.reset_dimensions()  # what the file says about its own size is not to be relied on
        for line, cells in enumerate(sheet.iter_rows(max_col=len(COLUMNS)), start=1):
            values = [Formula if cell.data_type in ("f", "e") else cell.value for cell in cells]
            # A workbook does not keep the empty cells at the end of a row. What stands beyond is not read, but told.
            values += [None] * (beyond.get(line, len(COLUMNS)) - len(values))
            if line in beyond or any(value not in (None, "") for value in values):
                yield Row(line, values)
    finally:
        workbook.close()


def _check_header(cells: Sequence[Any]) -> None:
    """The header is one of two exact rows; what differs is named (B25)."""
    given = [" ".join(cell.split()) if isinstance(cell, str) else "" for cell in cells]
    names, titles = list(COLUMNS), list(COLUMNS.values())
    if given in (names, titles):
        return
    if len(cells) == 1 and re.search("[;\t|]", str(cells[0])):
        raise FileRefusedError(
            "separator",
            "Các cột phải ngăn cách bằng dấu phẩy. Trong Excel: Lưu thành, chọn CSV UTF-8, hoặc gửi tệp XLSX.",
            "Columns must be separated by commas. In Excel: Save as, CSV UTF-8, or send the XLSX file.",
            1,
        )
    expected = titles if len(set(given) & set(titles)) > len(set(given) & set(names)) else names
    missing = [name for name in expected if name not in given]
    strange = len([name for name in given if name not in expected])
    if missing:
        vi, en = f"Thiếu cột: {', '.join(missing)}.", f"Missing columns: {', '.join(missing)}."
    elif strange or len(given) > len(expected):
        vi, en = "Có cột lạ hoặc cột lặp lại.", "There are unknown or repeated columns."
    else:
        place = next(at for at, (one, other) in enumerate(zip(given, expected, strict=False)) if one != other)
        vi = f"Sai thứ tự: cột {place + 1} phải là {expected[place]}."
        en = f"Wrong order: column {place + 1} must be {expected[place]}."
    raise FileRefusedError(
        "header", f"{vi} Hãy dùng đúng dòng tiêu đề của tệp mẫu.", f"{en} Use the header of the template.", 1
    )


# --- one row --------------------------------------------------------------------------------------------------------


def read_row(row: Row, *, authority: str, today: date, under: Profile) -> StatedDecision:
    """The decision that a row states; raises IntakeError with every fault, by column."""
    faults: list[Fault] = []
    if len(row.cells) != len(COLUMNS):
        faults.append(
            Fault(
                "",
                "ragged",
                f"Có {len(row.cells)} ô, phải có {len(COLUMNS)}.",
                f"Has {len(row.cells)} cells instead of {len(COLUMNS)}.",
            )
        )
        raise IntakeError(faults)
    given: dict[str, str] = {}
    for name, cell in zip(COLUMNS, row.cells, strict=False):
        text = _text(cell, name, faults)
        if text:
            given[name] = text
    value = _value(given, authority, faults)
    if faults:
        damaged = {fault.field for fault in faults}
        try:
            _read(value, today, under)
        except IntakeError as error:
            faults += [fault for fault in error.faults if fault.field not in damaged]
        raise IntakeError(faults)
    return _read(value, today, under)


# What the reader says to machines about fields and their values, said about the columns of a file.
_IN_FILES = {
    "part_unknown": (
        "Không rõ phần mô tô hay ô tô: ghi “mô tô” hoặc “ô tô” ở cột Loại xe.",
        'It is not clear which part is meant: write "motorcycle" or "car" (mô tô, ô tô) in the column Loại xe.',
    ),
    "not_a_part": (
        "Cột Loại xe chỉ nhận “mô tô” hoặc “ô tô”.",
        'The column Loại xe takes "motorcycle" or "car" (mô tô, ô tô) only.',
    ),
    "not_boolean": (
        "Đánh dấu giấy phép nước ngoài bằng “x”, hoặc để trống.",
        'Mark a foreign licence with "x", or leave the cell empty.',
    ),
}


def _in_a_file(fault: Fault) -> Fault:
    said = _IN_FILES.get(fault.code)
    return fault if said is None else fault._replace(message_vi=said[0], message_en=said[1])


def _read(value: dict[str, Any], today: date, under: Profile) -> StatedDecision:
    try:
        return read_decision(value, today=today, under=under)
    except IntakeError as error:
        raise IntakeError([_in_a_file(fault) for fault in error.faults]) from None


def number_of(row: Row) -> str:
    """What stands in the column of the decision's number, to find the row again."""
    cell = row.cells[0] if row.cells else ""
    return " ".join(cell.split())[:80] if isinstance(cell, str) and cell.isprintable() else ""


def _text(cell: Any, name: str, faults: list[Fault]) -> str:
    """A cell as text. A spreadsheet's own day is unambiguous; its numbers are so only where no digit can be lost."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, datetime) and cell.time() == time(0) and name in _DAYS:
        return cell.date().isoformat()
    if type(cell) is int and name in ("year", "offences"):
        return str(cell)
    if cell is Formula:
        faults.append(
            Fault(name, "formula", "Ô chứa công thức hoặc lỗi tính.", "The cell holds a formula or an error.")
        )
    elif type(cell) is bool and name == "foreign_licence":
        return "true" if cell else ""
    else:
        faults.append(_damage(name))
    return ""


def _damage(name: str) -> Fault:
    return Fault(
        name,
        "spreadsheet_damage",
        "Phần mềm bảng tính đã làm hỏng ô này (mất số 0, dạng 1,2E+11, ngày đổi dạng). "
        "Định dạng cột là Văn bản rồi nhập lại; ngày viết 2026-03-31.",
        "A spreadsheet has damaged this cell (lost zeros, 1.2E+11, a day in another form). "
        "Format the column as Text and enter it again; write days as 2026-03-31.",
    )


def _value(given: dict[str, str], authority: str, faults: list[Fault]) -> dict[str, Any]:
    """A row as the JSON-like value that `read_decision` reads."""
    value: dict[str, Any] = {"authority": authority, **given}
    if _EXPONENT.fullmatch(given.get("number", "")):
        faults.append(_damage("number"))
    # A foreign number may be 12E5 and have any count of digits.
    damaged = (_SIGNED_EXPONENT,) if "foreign_licence" in given else (_EXPONENT, _FEWER_DIGITS)
    if any(damage.fullmatch(given.get("licence_number", "")) for damage in damaged):
        faults.append(_damage("licence_number"))
    for name in _DAYS:
        text = given.get(name, "")
        if _SERIAL_DAY.fullmatch(text) or (_SLASHED_DAY.fullmatch(text) and not re.match("[0-9]{4}-", text)):
            faults.append(_damage(name))
    if "year" in given and re.fullmatch("[0-9]{4}", given["year"]):
        value["year"] = int(given["year"])
    if "part" in given:
        value["part"] = _PARTS.get(given["part"].casefold(), given["part"])
    if "foreign_licence" in given:
        yes = given["foreign_licence"].casefold() in _YES
        value["foreign_licence"] = True if yes else given["foreign_licence"]
    revoked = {end: value.pop(name) for end, name in (("from", "revoked_from"), ("to", "revoked_to")) if name in value}
    if revoked:
        value["revocation"] = revoked
    value["offences"] = [_offence(piece.strip()) for piece in given.get("offences", "").split(";") if piece.strip()]
    return value


def _offence(text: str) -> dict[str, Any]:
    """`168/2024:6.9.b`, or points as stated: `4`, `12 ma túy`."""
    stated = _STATED_POINTS.fullmatch(text.casefold())
    if stated is None:
        return {"code": text}
    return {"points": int(stated[1]), "drug": stated[2] is not None}


# --- the template ---------------------------------------------------------------------------------------------------


def template(kind: str) -> bytes:
    """An empty file with the right header and one invented example row: `csv` or `xlsx`, all cells text."""
    header = list(COLUMNS.values())
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([header, _EXAMPLE])
        return text.getvalue().encode("utf-8-sig")
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in (header, _EXAMPLE):
        sheet.append(line)
    for column in range(1, len(header) + 1):
        # Text format for the whole column, so that no zero and no day is touched when rows are added.
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
        for line_number in (1, 2):
            sheet.cell(row=line_number, column=column).number_format = "@"
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()
