"""Check a file of decisions (CSV or XLSX), or take it. Interrupted, it goes on from where it was.

Exit status: 0 every row is good; 1 some rows are not recorded (see --results); 2 the file or the authority is refused;
3 not taken, because too many rows are not good (--accept-bad-rows takes the others).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from gplx.errors import RegisterError
from gplx.sanctions import file_actions, queries
from gplx.sanctions.files import FileRefusedError
from gplx.sanctions.intake import IntakeError
from gplx.sanctions.models import FileState, RowOutcome

SHOWN_ROWS_MAX = 20

_ENGLISH = {
    RowOutcome.NEW: "to be recorded",
    RowOutcome.RECORDED: "recorded",
    RowOutcome.EXISTS: "known already",
    RowOutcome.QUARANTINED: "waits for an officer",
    RowOutcome.CONFLICT: "same number, other content",
    RowOutcome.REFUSED: "refused",
}
GOOD, SOME_BAD, REFUSED, NOT_TAKEN = 0, 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV (UTF-8, commas) or XLSX, with the header of the template")
    parser.add_argument("--authority", required=True, help="whose decisions these are")
    parser.add_argument("--take", action="store_true", help="record the good rows; without it only check")
    parser.add_argument("--accept-bad-rows", action="store_true", help="take the good rows even if many are bad")
    parser.add_argument("--results", type=Path, metavar="CSV", help="write what became of each row")


def run(arguments: argparse.Namespace) -> int:
    try:
        content = arguments.file.read_bytes()
        file = file_actions.upload(
            content, name=arguments.file.name, authority=arguments.authority, uploaded_by=None, in_background=False
        )
    except OSError:
        return _refused(
            f"Không đọc được tệp {arguments.file}: xem lại tên tệp, thư mục và quyền đọc.",
            f"The file {arguments.file} cannot be read: check its name, its folder and that you may read it.",
        )
    except IntakeError as error:
        return _refused(*[f"{fault.message_vi} / {fault.message_en}" for fault in error.faults])
    except FileRefusedError as error:
        return _refused(error.message_vi, error.message_en)
    except RegisterError as error:
        return _refused(str(error))
    with _bar("Kiểm tra / checking") as progress:
        file_actions.check(file.pk, progress=progress)
    file.refresh_from_db(fields=["state", "refused_because", "refused_because_en"])
    if file.state == FileState.REFUSED:
        return _refused(file.refused_because, file.refused_because_en)
    held_back = False
    if arguments.take:
        if file.state == FileState.CHECKED:
            try:
                file_actions.confirm(
                    file.pk, confirmed_by=None, accept_bad_rows=arguments.accept_bad_rows, in_background=False
                )
            except file_actions.TooManyBadRowsError:
                held_back = True
        with _bar("Ghi nhận / taking") as progress:
            file_actions.take(file.pk, progress=progress)
    bad = _report(file.pk, arguments.results)
    if held_back:
        print(
            f"Chưa ghi nhận: quá {queries.BAD_ROWS_PERCENT_MAX} % số dòng không đạt (--accept-bad-rows). / "
            f"Not taken: more than {queries.BAD_ROWS_PERCENT_MAX} % of the rows are not good.",
            file=sys.stderr,
        )
        return NOT_TAKEN
    return SOME_BAD if bad else GOOD


def _report(file_id: int, results: Path | None) -> int:
    """Print the totals and the first bad rows, write the results; how many rows are bad."""
    for outcome, count in queries.file_totals(file_id).items():
        if count:
            print(f"{count:>9,}  {outcome.label} / {_ENGLISH[outcome]}")
    bad = queries.bad_rows(file_id)
    for row in bad[:SHOWN_ROWS_MAX]:
        for field, code, message_vi, _ in row.faults:
            print(f"{row.line}: {field or '-'}: {code}: {message_vi}", file=sys.stderr)
    if results is not None:
        with results.open("w", encoding="utf-8", newline="") as written:
            written.writelines(queries.file_results(file_id))
    return bad.count()


def _refused(*messages: str) -> int:
    for message in messages:
        print(message, file=sys.stderr)
    return REFUSED


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere."""
    with tqdm(desc=what, unit=" dòng", disable=None, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress
