"""A look through an XLSX file before it is read: that no row or cell would be lost, and none cost more than its size.

The library that reads the sheet fills gaps between row numbers, drops rows whose number repeats or goes backwards, and
keeps the last of two cells with one address. So rows and cells must stand in order here; what does not, is refused.
"""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

ELEMENTS_MAX = 500_000
"""In one row, or in one part outside of its rows. The longest styles of a spreadsheet have fewer."""
STRINGS_ELEMENTS_MAX = 10_000_000

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_SHEET, _STRINGS, _ROW, _CELL, _FORMULA = (_MAIN + tag for tag in ("worksheet", "sst", "row", "c", "f"))
_ROW_NUMBER = re.compile("[1-9][0-9]{0,40}", re.ASCII)
_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,9})", re.ASCII)
_COLUMNS_MAX = 16_384
_DEPTH_OF_ROW, _DEPTH_OF_CELL = 3, 4
_PIECE = 1 << 16


class WorkbookDoubtError(Exception):
    """It cannot be said which rows the file has, or it has too many; `code` is that of the refusal."""

    def __init__(self, code: str, line: int | None = None) -> None:
        self.code, self.line = code, line
        super().__init__(code)


def look_through(packed: zipfile.ZipFile, *, columns: int, last_row: int) -> dict[str, dict[int, int]]:
    """The sheets by the name of their part; for each, the rows with something beyond the last column, and how far.

    Raises:
        WorkbookDoubtError: as it says.
        Exception: what unpacking and decoding raise where a part is damaged.
    """
    sheets: dict[str, dict[int, int]] = {}
    for part in packed.infolist():
        look = _Look(columns, last_row)
        try:
            with packed.open(part) as source:
                while piece := source.read(_PIECE):
                    look.parser.Parse(piece, False)
                look.parser.Parse(b"", True)
        except expat.ExpatError:
            continue  # a picture, or broken XML: that is no sheet
        if look.is_sheet:
            sheets[part.filename] = look.beyond
    return sheets


class _Look:
    """One part, element by element; nothing of it is kept."""

    def __init__(self, columns: int, last_row: int) -> None:
        self.columns, self.last_row = columns, last_row
        self.beyond: dict[int, int] = {}
        self.is_sheet = False
        self._depth = self._elements = self._elements_outside = self._row = self._column = 0
        self._elements_max = ELEMENTS_MAX
        self._in_row = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise WorkbookDoubtError("workbook")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements > self._elements_max:
            raise WorkbookDoubtError("too_large", self._row or None)
        if self._depth == 1:
            self.is_sheet = tag == _SHEET
            if tag == _STRINGS:
                self._elements_max = STRINGS_ELEMENTS_MAX
        elif not self.is_sheet:
            return
        elif tag == _ROW:
            self._start_row(attributes.get("r"))
        elif self._in_row:
            if self._depth == _DEPTH_OF_CELL:
                self._start_cell(attributes.get("r"))
            elif tag == _CELL:
                raise WorkbookDoubtError("row_order", self._row)
            elif tag == _FORMULA and self._column > self.columns:
                self.beyond[self._row] = self._column

    def _start_row(self, number: str | None) -> None:
        if self._depth != _DEPTH_OF_ROW:
            raise WorkbookDoubtError("row_order", self._row or None)
        if number is not None and not _ROW_NUMBER.fullmatch(number):
            raise WorkbookDoubtError("row_order")
        row = self._row + 1 if number is None else int(number)
        if row <= self._row:
            raise WorkbookDoubtError("row_order", row)
        if row > self.last_row:
            raise WorkbookDoubtError("too_many_rows", row)
        self._row, self._column, self._in_row = row, 0, True
        self._elements_outside = self._elements

    def _start_cell(self, address: str | None) -> None:
        column = self._column + 1
        if address is not None:
            found = _ADDRESS.fullmatch(address)
            if found is None or int(found[2]) != self._row:
                raise WorkbookDoubtError("row_order", self._row)
            given = 0
            for letter in found[1]:
                given = given * 26 + ord(letter) - 64
            if given < column:
                raise WorkbookDoubtError("row_order", self._row)
            column = given
        if column > _COLUMNS_MAX:
            raise WorkbookDoubtError("row_order", self._row)
        self._column = column
        if column > self.columns:
            self.parser.CharacterDataHandler = self._text_beyond

    def _text_beyond(self, text: str) -> None:
        if text.strip():
            self.beyond[self._row] = self._column

    def _end(self, tag: str) -> None:
        if self._in_row and self._depth == _DEPTH_OF_CELL:
            self.parser.CharacterDataHandler = None
        elif self._in_row and self._depth == _DEPTH_OF_ROW:
            self._in_row = False
            self._elements = self._elements_outside
        self._depth -= 1
