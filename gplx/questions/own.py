"""The project's own questions, as they stand in `bank/*.toml` (docs/questions.md says how they are written)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gplx.law.knowledge_test import FIRST_DAY
from gplx.questions.content import Content, Option

FOLDER = Path(__file__).parent / "bank"
_KEYS = {
    "key", "for", "fatal", "picture", "vi", "en", "right", "wrong", "place", "why", "source", "offence", "points",
    "from", "to", "withdrawn",
}  # fmt: skip


def own_bank() -> Iterator[tuple[str, Content]]:
    """All versions of all questions, file by file, in the order of writing.

    Raises:
        ValueError: a file has a key this reader does not know, or an entry lacks one.
    """
    for path in sorted(FOLDER.glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in document["question"]:
            strange = entry.keys() - _KEYS
            if strange:
                raise ValueError(f"{path.name}: {entry.get('key')}: unknown {', '.join(sorted(strange))}")
            try:
                yield entry["key"], _content(document["topic"], entry)
            except KeyError as missing:
                raise ValueError(f"{path.name}: {entry.get('key')}: lacks {missing}") from None


def _content(topic: str, entry: dict[str, Any]) -> Content:
    options = [Option(*wrong) for wrong in entry["wrong"]]
    place = entry["place"] - 1
    options.insert(place, Option(*entry["right"]))
    return Content(
        topic=topic,
        groups=tuple(entry["for"]),
        is_fatal=entry.get("fatal", False),
        text_vi=entry["vi"],
        text_en=entry["en"],
        options=tuple(options),
        correct=place,
        why_vi=entry["why"][0],
        why_en=entry["why"][1],
        sources=tuple((instrument, locator) for instrument, locator in entry["source"]),
        valid_from=entry.get("from", FIRST_DAY),
        valid_to=entry.get("to"),
        offence_code=entry.get("offence", ""),
        offence_points=entry.get("points"),
        picture=entry.get("picture", ""),
        is_withdrawn=entry.get("withdrawn", False),
    )
