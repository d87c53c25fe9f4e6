"""The tables of the law: one row a value, with the day it holds from and where it stands.

A row holds until the next row of the same key; a row without a value repeals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one table, in file order; empty cells are empty strings."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)
