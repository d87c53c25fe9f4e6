"""What of the law is built: each provision on points and each reading, with its rule and its test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias, cast, get_args

from gplx.law import tables
from gplx.law.sources import Citation, cite

Status: TypeAlias = Literal["built", "partly", "not_built", "not_automatable"]


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision, and what became of it.

    Attributes:
        status: `built` and `partly` name their rules and tests; `partly`, `not_built` and `not_automatable` say why.
        rules: functions, classes or constants, written ``gplx.law.points:replay``.
        tests: ``tests/law/test_text.py::test_…``, or a worked life ``tests/law/golden/periods.json::its name``.
    """

    source: Citation
    status: Status
    says_vi: str
    says_en: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    note_vi: str
    note_en: str

    @property
    def is_open(self) -> bool:
        return self.status in ("partly", "not_built")


@cache
def provisions() -> tuple[Provision, ...]:
    """All provisions, instrument by instrument, the project's readings last."""
    return tuple(_provision(cells) for cells in tables.rows("coverage"))


def _provision(cells: dict[str, str]) -> Provision:
    status = cells["status"]
    if status not in get_args(Status):
        raise ValueError(f"coverage: {cells['instrument']} {cells['locator']}: not a status: {status}")
    return Provision(
        source=cite(cells["instrument"], cells["locator"]),
        status=cast(Status, status),
        says_vi=cells["says_vi"],
        says_en=cells["says_en"],
        rules=_list(cells["rules"]),
        tests=_list(cells["tests"]),
        note_vi=cells["note_vi"],
        note_en=cells["note_en"],
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";")) if cell else ()
