"""The question bank: take a file of questions, bring in the project's own ones, look at what there is.

Exit status: 0 done; 1 some rows are refused (nothing of them is recorded); 2 the file is refused.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tqdm import tqdm

from gplx import clock
from gplx.law.knowledge_test import categories
from gplx.questions import actions, classes, files, queries
from gplx.questions.actions import Outcome, Taken
from gplx.questions.content import Fault
from gplx.questions.models import Origin, QuestionVersion

SHOWN_ROWS_MAX = 30

_WORDS = {
    Outcome.NEW: "câu hỏi mới / new question",
    Outcome.VERSION: "phiên bản mới / new version, from its day on",
    Outcome.CORRECTION: "sửa chữ cùng ngày áp dụng / correction of the same day",
    Outcome.EXISTS: "đã có / known already",
    Outcome.REFUSED: "không nhận / refused",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    take = commands.add_parser("import", help="check a file of questions, or the project's own ones; --take records")
    take.add_argument("file", type=Path, nargs="?", help="CSV, XLSX or JSON; without it the project's own questions")
    take.add_argument("--take", action="store_true", help="record the good rows; without it only check")
    take.set_defaults(command=_import)
    listed = commands.add_parser("list", help="the questions that are asked on a day")
    listed.add_argument("--text", default="", help="words, with or without diacritics")
    listed.add_argument("--topic", default="", help="such as rules, signs, speed")
    listed.add_argument("--category", choices=categories(), help="a class of 2025")
    listed.add_argument("--on", type=date.fromisoformat, help="a day; default: today")
    listed.set_defaults(command=_list)
    shown = commands.add_parser("show", help="one question with its versions")
    shown.add_argument("key")
    shown.set_defaults(command=_show)
    commands.add_parser("stats", help="how many questions there are, by topic and class").set_defaults(command=_stats)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.command(arguments))


def _import(arguments: argparse.Namespace) -> int:
    if arguments.file is None:
        return _report(actions.record_own_bank(dry_run=not arguments.take), [])
    try:
        found = files.read(arguments.file.read_bytes())
    except OSError:
        print(f"Không đọc được tệp / cannot be read: {arguments.file}", file=sys.stderr)
        return 2
    except files.FileRefusedError as refusal:
        print(f"{refusal.message_vi} / {refusal.message_en}", file=sys.stderr)
        return 2
    good = [row.version for row in found if row.version is not None]
    with tqdm(total=len(good), desc="Kiểm tra / checking", unit=" câu", disable=None, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(done - bar.n)

        taken = actions.record(good, dry_run=not arguments.take, progress=progress)
    lines = [row.line for row in found if row.version is not None]
    unread = [(row.line, row.key, row.faults) for row in found if row.version is None]
    refused = [(line, one.version.key, one.faults) for line, one in zip(lines, taken, strict=True) if one.faults]
    return _report(taken, sorted([*unread, *refused]))


def _report(taken: Sequence[Taken], bad: Sequence[tuple[int, str, Sequence[Fault]]]) -> int:
    counts = Counter(one.outcome for one in taken)
    counts[Outcome.REFUSED] = len(bad)
    for outcome, count in counts.items():
        if count:
            print(f"{count:>6,}  {_WORDS[outcome]}")
    for line, key, faults in bad[:SHOWN_ROWS_MAX]:
        for fault in faults:
            print(f"{line}: {key}: {fault.field}: {fault.message_vi} / {fault.message_en}", file=sys.stderr)
    return 1 if bad else 0


def _list(arguments: argparse.Namespace) -> int:
    found = queries.search(
        arguments.on or clock.today(), text=arguments.text, topic=arguments.topic, category=arguments.category or ""
    )
    for version in found:
        fatal = " [điểm liệt / fatal]" if version.is_fatal else ""
        print(f"{version.question.key:<20} {version.text_vi}{fatal}")
    print(f"{len(found)} câu hỏi / questions", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    versions = queries.history(arguments.key)
    if not versions:
        print(f"Không có câu hỏi {arguments.key} / there is no such question.", file=sys.stderr)
        return 2
    for version in versions:
        _print_version(version)
    return 0


def _print_version(version: QuestionVersion) -> None:
    until = f" – {version.valid_to}" if version.valid_to else ""
    gone = "  (rút / withdrawn)" if version.is_withdrawn else ""
    origin = Origin(version.question.origin).label
    print(f"{version.question.key}  {version.number}  {version.valid_from}{until}{gone}  {version.topic}  {origin}")
    print(f"  {version.text_vi}\n  {version.text_en}")
    for place, option in enumerate(version.options):
        mark = "→" if place == version.correct else " "
        print(f"  {mark} {place + 1}. {option['vi']} / {option['en']}")
    print(f"  {version.why_vi} / {version.why_en}")
    print(f"  {'; '.join(f'{instrument} {locator}' for instrument, locator in version.sources)}\n")


def _stats(arguments: argparse.Namespace) -> int:
    asked = queries.asked_on(clock.today())
    for topic, count in sorted(Counter(version.topic for version in asked).items()):
        print(f"{count:>6,}  {topic}")
    for category in categories():
        for_class = classes.asked_of(category, asked)
        fatal = sum(version.is_fatal for version in for_class)
        print(f"{len(for_class):>6,}  {category:<4} {fatal} điểm liệt / fatal")
    print(
        f"{len(asked):>6,}  tất cả / in all, {sum(bool(version.picture) for version in asked)} có hình / with a drawing"
    )
    return 0
