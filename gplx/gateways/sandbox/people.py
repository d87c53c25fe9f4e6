"""The invented people who can sign in at the sandbox's identity providers.

`gplx demo` writes its named people to `.data/sandbox-people.json`; until then a short list of our own serves. A file is
read anew whenever it has changed. Each person: key, name, special_vi, special_en, role (`citizen` or a role of the desk), and
for citizens citizen_number (12 digits) or old_number (9 digits).
"""

from __future__ import annotations

import json
import os
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


def people() -> tuple[Person, ...]:
    """Everybody who can sign in now."""
    named = os.environ.get("GPLX_SANDBOX_PEOPLE")
    path = Path(named) if named else WRITTEN_BY_THE_DEMO
    if not path.exists():
        path = OUR_OWN
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed_at: int) -> tuple[Person, ...]:
    known = set(Person._fields)
    return tuple(
        Person(**{name: value for name, value in row.items() if name in known})
        for row in json.loads(path.read_text(encoding="utf-8"))
    )
