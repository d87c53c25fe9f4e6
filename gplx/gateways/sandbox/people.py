"""The invented people who can sign in at the sandbox's identity providers.

`gplx demo` publishes its named people to `.data/sandbox-people.json`; until then a short list of our own serves. A file
is read anew whenever it has changed. Everybody has a citizen_number (12 digits); a citizen with an old_number (9
digits) is vouched for by that number alone, as providers still do for old accounts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent.parent
WRITTEN_BY_THE_DEMO = ROOT / ".data" / "sandbox-people.json"
OUR_OWN = Path(__file__).with_name("people.json")


class Person(NamedTuple):
    """Somebody the sandbox can vouch for."""

    key: str
    name: str
    role: str = "citizen"
    special_vi: str = ""
    special_en: str = ""
    citizen_number: str = ""
    old_number: str = ""
    province_code: str = ""
    unit: str = ""


def publish(persons: Iterable[Mapping[str, object]]) -> None:
    """Say who can sign in from now on; what is not a field of `Person` is left out."""
    rows = [{name: str(row[name]) for name in Person._fields if row.get(name)} for row in persons]
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)


def people() -> tuple[Person, ...]:
    """Everybody who can sign in now."""
    path = _file()
    if not path.exists():
        path = OUR_OWN
    return _read(path, path.stat().st_mtime_ns)


def _file() -> Path:
    return Path(os.environ.get("GPLX_SANDBOX_PEOPLE") or WRITTEN_BY_THE_DEMO)


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> tuple[Person, ...]:
    known = set(Person._fields)
    return tuple(
        Person(**{name: value for name, value in row.items() if name in known})
        for row in json.loads(path.read_text(encoding="utf-8"))
    )
