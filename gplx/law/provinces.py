"""Provinces and cities directly under the State, by day: 63 until 2025-06-30, 34 since 2025-07-01.

Codes were used again: 15 was Yên Bái and is Lào Cai since the mergers. A code means something only with its day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple

from gplx.law import tables
from gplx.law.sources import Citation, cite


@dataclass(frozen=True, slots=True)
class Province:
    """A unit as it was from `first_day` until the next row of its code. `kind` is province or city."""

    code: str
    name_vi: str
    kind: str
    first_day: date
    source: Citation


class UnknownProvinceError(LookupError):
    """No province has that code on that day."""


class _DatedRow(NamedTuple):
    first_day: date
    province: Province | None  # None: the code ended
    merged_into: str


def province(code: str, on: date) -> Province:
    """The unit a code means on a day.

    Raises:
        UnknownProvinceError: nobody has the code on that day.

    Source:
        124/2004/QĐ-TTg; 175/2024/QH15; 202/2025/QH15; 19/2025/QĐ-TTg.
    """
    row = _row(code, on)
    if row.province is None:
        raise UnknownProvinceError(
            f"the province code {code!r} ended before {row.first_day.isoformat()}; it was merged into {row.merged_into}"
        )
    return row.province


def successor(code: str, on: date) -> Province:
    """The unit that carries on, on a day, what a code meant before or on that day.

    Raises:
        UnknownProvinceError: nobody ever had the code, or not yet on that day.

    Source:
        202/2025/QH15 art. 1; 19/2025/QĐ-TTg.
    """
    row = _row(code, on)
    return row.province if row.province is not None else successor(row.merged_into, on)


def provinces(on: date) -> tuple[Province, ...]:
    """All units of a day, by code."""
    found = []
    for rows in _by_code().values():
        current = next((row.province for row in rows if on >= row.first_day), None)
        if current is not None:
            found.append(current)
    return tuple(found)


def _row(code: str, on: date) -> _DatedRow:
    for row in _by_code().get(code, ()):  # newest first
        if on >= row.first_day:
            return row
    raise UnknownProvinceError(f"no province has the code {code!r} on {on.isoformat()}")


@cache
def _by_code() -> dict[str, tuple[_DatedRow, ...]]:
    """The rows of each code, newest first; codes in order."""
    rows: dict[str, list[_DatedRow]] = {}
    for cells in tables.rows("provinces"):
        first_day = date.fromisoformat(cells["first_day"])
        unit = None
        if cells["name_vi"]:
            source = cite(cells["instrument"], cells["locator"])
            unit = Province(cells["code"], cells["name_vi"], cells["kind"], first_day, source)
        rows.setdefault(cells["code"], []).append(_DatedRow(first_day, unit, cells["merged_into"]))
    return {code: tuple(reversed(of_code)) for code, of_code in rows.items()}
