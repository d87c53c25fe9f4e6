"""Answer replay documents (docs/replay-format.md): facts of one account in, what the law makes of them out.

Exit status 0, or 2 on bad input: then one line for each fault on standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

import orjson

from gplx.law import replay_document
from gplx.law.profiles import PROFILES

_BLOCK_BYTES = 1 << 18


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE|-", help="a JSON document, or - for standard input")
    parser.add_argument("--law", choices=sorted(PROFILES), help="this body of law instead of the document's own")
    parser.add_argument("--pretty", action="store_true", help="indent the answer")
    parser.add_argument("--lines", action="store_true", help="JSON Lines: one document a line, one answer a line")


def run(arguments: argparse.Namespace) -> int:
    try:
        source = sys.stdin.fileno() if arguments.file == "-" else os.open(arguments.file, os.O_RDONLY)
    except OSError as error:
        print(f"{arguments.file}: {error.strerror}", file=sys.stderr)
        return 2
    if arguments.lines:
        return _answer_lines(source, arguments.law)
    try:
        document = replay_document.loads(b"".join(_blocks(source)))
        answer = replay_document.replay(document, arguments.law)
    except replay_document.DocumentError as error:
        _report(error)
        return 2
    option = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if arguments.pretty else 0)
    sys.stdout.buffer.write(orjson.dumps(answer, option=option))
    return 0


def _blocks(source: int) -> Iterator[bytes]:
    while block := os.read(source, _BLOCK_BYTES):
        yield block


def _lines(source: int) -> Iterator[list[bytes]]:
    """The whole lines of each block as it arrives, so that answers stream and memory stays flat."""
    rest = b""
    for block in _blocks(source):
        *lines, rest = (rest + block).split(b"\n")
        yield lines
    if rest:
        yield [rest]


def _answer_lines(source: int, law: str | None) -> int:
    """Answer each line in order; stop at the first line with a fault, after the answers before it."""
    loads, parse, answer, dumps = replay_document.loads, replay_document.parse, replay_document.answer, orjson.dumps
    output = sys.stdout.buffer
    number = 0
    for lines in _lines(source):
        answers: list[bytes] = []
        for line in lines:
            number += 1
            if not line.strip():
                continue
            try:
                answers.append(dumps(answer(parse(loads(line), law)), option=orjson.OPT_APPEND_NEWLINE))
            except replay_document.DocumentError as error:
                output.write(b"".join(answers))
                output.flush()
                _report(error, f"line {number}: ")
                return 2
        output.write(b"".join(answers))
        output.flush()
    return 0


def _report(error: replay_document.DocumentError, where: str = "") -> None:
    for fault in error.faults:
        print(f"{where}{fault}", file=sys.stderr)
