"""A result that another test system vouches for: a compact JWS (ES256), read strictly and checked against its key.

Source:
    RFC 7515 section 3.1, 7.1; RFC 7518 section 3.4; ADR 0057.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from gplx import clock
from gplx.law.profiles import POINTS_SYSTEM_FIRST_DAY
from gplx.sanctions.reader import Fault, IntakeError, Reader
from gplx.sittings.models import TestSystem

TYPE = "gplx-test-result+jws"
TOKEN_LENGTH_MAX = 8192
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LICENCE_NUMBER = re.compile(r"[0-9]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PARTS = ("motorcycle", "car")
_REQUIRED = frozenset(
    {"number", "licence_number", "holder_name", "birth_date", "part", "category", "held_on", "unit", "passed"}
)
_OPTIONAL = frozenset({"dossier", "right", "asked", "pass_mark", "minutes_digest"})


class NotVouchedForError(ValueError):
    """The text is no JWS of this system's registered key."""


@dataclass(frozen=True, slots=True)
class StatedResult:
    """What a test system says about one test; `digest` is of all of it."""

    number: str
    licence_number: str
    holder_name: str
    birth_date: date
    part: str
    category: str
    held_on: date
    unit: str
    passed: bool
    dossier: str
    content: dict[str, Any]
    digest: str


def payload(token: str, system: TestSystem, read_json: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
    """What the system signed.

    Args:
        read_json: reads an object of JSON, strictly.

    Raises:
        NotVouchedForError: no compact JWS, another algorithm or type, or not this system's signature.
    """
    if len(token) > TOKEN_LENGTH_MAX or not _COMPACT.fullmatch(token):
        raise NotVouchedForError
    try:
        found = jws.deserialize_compact(token, ECKey.import_key(system.key), algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        raise NotVouchedForError from None
    header = found.headers()
    if header.keys() - {"alg", "typ", "kid"} or header.get("typ") != TYPE or header.get("kid") != system.name:
        raise NotVouchedForError
    return read_json(found.payload)


def read(value: dict[str, Any], *, today: date | None = None) -> StatedResult:
    """What a payload states.

    Raises:
        IntakeError: a fault for each place that is wrong.
    """
    today = today or clock.today()
    reader = Reader()
    given = reader.fields(value, "", _REQUIRED, _OPTIONAL) or {}
    texts = {
        name: reader.text(given[name], name, limit=limit)
        for name, limit in (
            ("number", 80),
            ("licence_number", 40),
            ("holder_name", 120),
            ("category", 8),
            ("unit", 150),
            ("dossier", 40),
        )
        if name in given
    }
    licence_number = texts.get("licence_number")
    if licence_number and not _LICENCE_NUMBER.fullmatch(licence_number):
        reader.fault(
            "licence_number",
            "licence_number",
            "Số giấy phép lái xe gồm 12 chữ số.",
            "A licence number has 12 digits.",
        )
    birth_date = reader.day(given["birth_date"], "birth_date") if "birth_date" in given else None
    held_on = reader.day(given["held_on"], "held_on") if "held_on" in given else None
    if held_on and not POINTS_SYSTEM_FIRST_DAY <= held_on <= today:
        reader.fault("held_on", "out_of_range", "Ngày kiểm tra ngoài giới hạn.", "The day of the test is out of range.")
    if "part" in given and given["part"] not in _PARTS:
        reader.fault("part", "not_listed", "Phải là motorcycle hoặc car.", "Must be motorcycle or car.")
    passed = reader.boolean(given["passed"], "passed") if "passed" in given else None
    for name in ("right", "asked", "pass_mark"):
        if name in given:
            reader.integer(given[name], name, low=0, high=600)
    if "minutes_digest" in given and not (
        isinstance(given["minutes_digest"], str) and _DIGEST.fullmatch(given["minutes_digest"])
    ):
        reader.fault("minutes_digest", "invalid", "Phải là SHA-256 dạng hex.", "Must be a SHA-256 in hex.")
    if reader.faults:
        raise IntakeError(reader.faults)
    assert birth_date is not None
    assert held_on is not None
    assert passed is not None
    content = {**given, **{name: text for name, text in texts.items() if text is not None}}
    return StatedResult(
        number=str(texts["number"]),
        licence_number=str(licence_number),
        holder_name=str(texts["holder_name"]),
        birth_date=birth_date,
        part=str(given["part"]),
        category=str(texts["category"]),
        held_on=held_on,
        unit=str(texts["unit"]),
        passed=passed,
        dossier=texts.get("dossier") or "",
        content=content,
        digest=hashlib.sha256(
            json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        ).hexdigest(),
    )


__all__ = ["Fault", "IntakeError", "NotVouchedForError", "StatedResult", "payload", "read"]
