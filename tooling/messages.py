"""Brings `locale/en/LC_MESSAGES/django.po` in line with the pages: `.venv/bin/python -m tooling.messages`.

Vietnamese is the source text. New sentences get an empty translation, sentences that are gone are dropped, translations
are kept. GNU gettext is not needed: Django reads its own templates, Python reads its own code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tooling.say import PROJECT_DIR

PO = PROJECT_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
_FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
# What Django's `templatize` turns a template into: calls with plain string literals, and noise.
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b_?(_|n?gettext)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})?)")

# Fields of the head that say nothing the history does not.
_NOISE = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Report-Msgid',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)

Message = str | tuple[str, str]


def messages() -> dict[Message, list[str]]:
    """Every sentence of pages and code, with the files it stands in."""
    found: dict[Message, list[str]] = {}
    room = PROJECT_DIR / "gplx"
    for path in sorted([*room.rglob("*.html"), *room.rglob("*.py")]):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        in_file = _in_template(text) if path.suffix == ".html" else _in_code(text)
        for message in in_file:
            places = found.setdefault(message, [])
            place = path.relative_to(PROJECT_DIR).as_posix()
            if place not in places:
                places.append(place)
    return found


def _in_template(text: str) -> Iterator[Message]:
    for call in _CALL.finditer(templatize(text)):
        literals = ast.literal_eval(f"({call[2]},)")
        yield literals[0] if call[1] != "ngettext" else (literals[0], literals[1])


def _in_code(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
            continue
        literals = [part.value for part in node.args[:2] if isinstance(part, ast.Constant)]
        if node.func.id.startswith("n") and len(literals) == 2:
            yield str(literals[0]), str(literals[1])
        elif literals and isinstance(literals[0], str):
            yield literals[0]


def catalogue() -> Catalog:
    """The English catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def update() -> Catalog:
    """The catalogue with exactly the sentences of the pages."""
    kept = catalogue()
    updated = Catalog(
        locale="en",
        project="GPLX",
        version="0.1",
        charset="utf-8",
        header_comment="# English of the pages of GPLX.",
        fuzzy=False,
    )
    for message, places in sorted(messages().items(), key=lambda item: (item[1][0], str(item[0]))):
        known = kept.get(message if isinstance(message, str) else message[0])
        flags = ["python-format"] if "%(" in str(message) else []
        updated.add(message, known.string if known else None, locations=[(place, 0) for place in places], flags=flags)
    return updated


def missing(of: Catalog) -> list[str]:
    """Sentences without an English one."""
    return [str(message.id) for message in of if message.id and not all(strings(message.string))]


def strings(told: object) -> list[object]:
    return list(told) if isinstance(told, (tuple, list)) else [told]


def main() -> int:
    updated = update()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, updated, omit_header=False, width=118, include_previous=False, include_lineno=False)
    lines = PO.read_text(encoding="utf-8").splitlines()
    PO.write_text("\n".join(line for line in lines if not line.startswith(_NOISE)) + "\n", encoding="utf-8")
    for sentence in missing(updated):
        print(sentence)
    print(f"{len(updated)} sentences, {len(missing(updated))} without English", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
