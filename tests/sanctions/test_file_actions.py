"""A file's way: uploaded, checked, confirmed, taken; killed on the way, and taken up again."""

from __future__ import annotations

import argparse
import csv
import io
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from procrastinate.contrib.django import app

from gplx import clock
from gplx.errors import MoveNotAllowedError
from gplx.points.models import Account, Entry, Fact
from gplx.sanctions import command_intake, file_actions, files, queries
from gplx.sanctions.command_intake import GOOD, NOT_TAKEN, REFUSED, SOME_BAD
from gplx.sanctions.intake import IntakeError
from gplx.sanctions.models import Decision, DecisionFile, FileRow, FileState, RowOutcome
from tests.sanctions.conftest import AUTHORITY, TODAY, a_holder
from tests.sanctions.test_files import cells, csv_file, xlsx_file
from tests.sanctions.test_together import at_once
from tests.sanctions.test_workbook import doctored


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    assert clock.today() == TODAY


@pytest.fixture
def four_people(db: None) -> None:
    for index in range(1, 5):
        a_holder(index)


def line(number: int, **changes: Any) -> list[Any]:
    return cells(number=f"{number}/QĐ", licence_number=f"{790_000_000_001 + number % 4}", **changes)


def uploaded(content: bytes, authority: str = AUTHORITY) -> DecisionFile:
    return file_actions.upload(content, name="mẫu.csv", authority=authority, uploaded_by=None, in_background=False)


def checked(content: bytes) -> DecisionFile:
    file = uploaded(content)
    file_actions.check(file.pk)
    file.refresh_from_db()
    return file


def taken(content: bytes, *, accept_bad_rows: bool = False) -> DecisionFile:
    file = checked(content)
    file_actions.confirm(file.pk, confirmed_by=7, accept_bad_rows=accept_bad_rows, in_background=False)
    file_actions.take(file.pk)
    file.refresh_from_db()
    return file


def outcomes(file: DecisionFile) -> list[tuple[int, str]]:
    return list(FileRow.objects.filter(file=file).order_by("line").values_list("line", "outcome"))


MIXED = (
    line(0), line(1, birth_date="1999-12-31"), line(2, birth_date="45123"), line(0), line(0, offences="6"),
    line(3, holder_name=""), line(4),
)  # fmt: skip


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_the_dry_run_says_what_would_become_of_each_row_and_keeps_nothing(
    four_people: None, make: Callable[..., bytes]
) -> None:
    file = checked(make(*MIXED))
    assert (file.state, file.rows_total, file.rows_done) == ("checked", 7, 7)
    assert outcomes(file) == [
        (2, "new"), (3, "quarantined"), (4, "refused"), (5, "exists"), (6, "conflict"), (7, "refused"), (8, "new"),
    ]  # fmt: skip
    assert not Decision.objects.exists()
    bad = {row.line: [fault[:2] for fault in row.faults] for row in queries.bad_rows(file.pk)}
    assert bad == {
        3: [["", "birth_date_differs"]],
        4: [["birth_date", "spreadsheet_damage"]],
        6: [["number", "conflict"]],
        7: [["holder_name", "required"]],
    }


def test_taken_the_good_rows_are_recorded_and_the_others_stay(four_people: None) -> None:
    file = taken(csv_file(*MIXED), accept_bad_rows=True)
    assert (file.state, file.rows_done, file.taken_by) == ("taken", 7, 7)
    assert [outcome for _, outcome in outcomes(file)] == [
        "recorded", "quarantined", "refused", "exists", "conflict", "refused", "recorded",
    ]  # fmt: skip
    assert Counter(Decision.objects.values_list("state", flat=True)) == {"recorded": 2, "quarantined": 1}
    assert Decision.objects.get(number="4/QĐ").source == f"file {file.pk} line 8"
    assert queries.file_totals(file.pk)[RowOutcome.RECORDED] == 2


def test_the_dry_run_and_the_taking_agree_across_batches(four_people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_actions, "BATCH_SIZE", 2)
    content = csv_file(*MIXED)
    before = outcomes(checked(content))
    after = outcomes(taken(content, accept_bad_rows=True))
    assert [(at, "recorded" if outcome == "new" else outcome) for at, outcome in before] == after


def test_b29_the_same_bytes_are_the_same_file(four_people: None) -> None:
    content = csv_file(line(0), line(1))
    file = taken(content)
    again = checked(content)
    assert (again.pk, again.state) == (file.pk, "taken")
    with pytest.raises(MoveNotAllowedError):
        file_actions.confirm(again.pk, confirmed_by=None)
    file_actions.take(again.pk)
    assert (Decision.objects.count(), Fact.objects.count()) == (2, 2)
    with pytest.raises(file_actions.OtherAuthorityError):
        uploaded(content, "CSGT-79")


def test_the_same_decisions_in_another_file_exist(four_people: None) -> None:
    taken(csv_file(line(0), line(1)))
    file = taken(xlsx_file(line(1), line(0), line(2)))
    assert [outcome for _, outcome in outcomes(file)] == ["exists", "exists", "recorded"]


@pytest.mark.parametrize(("bad", "doubtful"), [(1, False), (2, True)])
def test_b26_more_than_5_percent_of_bad_rows_stop_the_file(four_people: None, bad: int, doubtful: bool) -> None:
    content = csv_file(*[line(number, **({"year": "x"} if number < bad else {})) for number in range(20)])
    file = checked(content)
    assert queries.is_doubtful(file.pk) == doubtful
    if doubtful:
        with pytest.raises(file_actions.TooManyBadRowsError):
            file_actions.confirm(file.pk, confirmed_by=None, in_background=False)
        file.refresh_from_db()
        assert (file.state, Decision.objects.count()) == ("checked", 0)
    file_actions.confirm(file.pk, confirmed_by=None, accept_bad_rows=doubtful, in_background=False)
    file_actions.take(file.pk)
    assert Decision.objects.count() == 20 - bad


def test_a_refused_file_keeps_no_row(four_people: None) -> None:
    file = checked(csv_file(line(0), line(1)) + b'"x')
    assert (file.state, file.rows_done) == ("refused", 0)
    assert file.refused_because.startswith("Dòng 4: ")
    assert file.refused_because_en.startswith("Line 4: ")
    assert not FileRow.objects.exists()


def test_an_authority_must_have_a_name(db: None) -> None:
    with pytest.raises(IntakeError):
        uploaded(csv_file(line(0)), "A/B")


def test_b28_the_result_file_has_no_formula(four_people: None) -> None:
    file = checked(csv_file(cells(number="=cmd()"), cells(number="+84", year="x"), cells(number="3")))
    written = list(csv.reader(io.StringIO("".join(queries.file_results(file.pk)).removeprefix("\ufeff"))))
    assert [row[:3] for row in written] == [
        ["line", "number", "outcome"],
        ["2", "'=cmd()", "new"],
        ["3", "'+84", "refused"],
        ["4", "3", "new"],
    ]
    assert written[2][4:6] == ["year", "not_integer"]


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def resume_after_a_standstill(*, killed: bool = True) -> None:
    """As the clock would have it; `killed` takes the jobs away as a worker does that dies with them."""
    if killed:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    DecisionFile.objects.update(touched_at=Now() - timedelta(minutes=3))
    file_actions.resume()


def test_a_file_that_stands_still_is_given_to_another_worker(four_people: None) -> None:
    checking, confirmed = uploaded(csv_file(line(0))), checked(csv_file(line(1)))
    file_actions.confirm(confirmed.pk, confirmed_by=None, in_background=False)
    file_actions.resume()
    assert jobs() == []
    resume_after_a_standstill()
    file_actions.resume()
    assert sorted(jobs()) == ["sanctions.check_file", "sanctions.take_file"]
    checking.refresh_from_db()
    assert checking.state == FileState.CHECKING


def test_a_file_whose_job_waits_in_the_queue_is_not_standing_still(four_people: None) -> None:
    file = file_actions.upload(csv_file(line(0)), name="x", authority=AUTHORITY, uploaded_by=7)
    for _ in range(2 * file_actions.TRIES_MAX):
        resume_after_a_standstill(killed=False)
    file.refresh_from_db()
    assert (file.state, file.tries, jobs()) == ("checking", 0, ["sanctions.check_file"])


def test_a_file_that_kills_its_workers_is_refused_after_three_more_tries(four_people: None) -> None:
    content = csv_file(line(0))
    file = file_actions.upload(content, name="x", authority=AUTHORITY, uploaded_by=7)
    for tries in range(1, file_actions.TRIES_MAX + 1):
        resume_after_a_standstill()
        file.refresh_from_db()
        assert (file.state, file.tries, len(jobs())) == ("checking", tries, 1 + tries)
    resume_after_a_standstill()
    resume_after_a_standstill()
    file.refresh_from_db()
    assert (file.state, len(jobs())) == ("refused", 4)
    assert "3 lần" in file.refused_because
    assert "3 times" in file.refused_because_en
    file_actions.check(file.pk)
    assert not FileRow.objects.exists()

    again = file_actions.upload(content, name="x", authority=AUTHORITY, uploaded_by=7)
    assert (again.pk, again.state, len(jobs())) == (file.pk, "checking", 5)
    file_actions.check(file.pk)
    file.refresh_from_db()
    assert (file.state, file.tries) == ("checked", 0)


def test_a_refusal_of_the_content_stays_when_the_file_comes_again(four_people: None) -> None:
    content = csv_file(line(0)) + b'"x'
    file = checked(content)
    assert uploaded(content).state == file.state == "refused"


def test_a_file_that_gets_no_further_when_taken_says_how_far_it_came(
    four_people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_actions, "BATCH_SIZE", 1)
    content = csv_file(line(0), line(1), line(2))
    file = checked(content)
    file_actions.confirm(file.pk, confirmed_by=7, in_background=False)

    class Killed(BaseException):
        """Ends a worker between two batches."""

    def kill(*_: int) -> None:
        raise Killed

    resume_after_a_standstill()
    with pytest.raises(Killed):
        file_actions.take(file.pk, progress=kill)
    file.refresh_from_db()
    assert (file.state, file.rows_done, file.tries) == ("taking", 1, 0)  # it came further: that is no lost try
    for _ in range(file_actions.TRIES_MAX + 1):
        resume_after_a_standstill()
    file.refresh_from_db()
    assert (file.state, file.rows_done) == ("refused", 1)
    assert "1 trên 3" in file.refused_because
    assert "1 of 3" in file.refused_because_en
    assert taken(content).state == "taken"
    assert [outcome for _, outcome in outcomes(file)] == ["exists", "recorded", "recorded"]
    assert Decision.objects.count() == Fact.objects.count() == 3


def test_a_file_that_is_being_counted_is_not_standing_still(four_people: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ALIVE_EACH_ROWS", 2)
    file = uploaded(csv_file(line(0), line(1), line(2)))
    DecisionFile.objects.update(touched_at=Now() - timedelta(minutes=3))
    touch, queued_while_counting = file_actions._touch, []

    def touch_and_resume(file_id: int, **changes: Any) -> None:
        touch(file_id, **changes)
        if not changes:
            file_actions.resume()
            queued_while_counting.append(jobs())

    monkeypatch.setattr(file_actions, "_touch", touch_and_resume)
    file_actions.check(file.pk)
    assert queued_while_counting == [[]]
    file.refresh_from_db()
    assert file.state == "checked"


@pytest.mark.parametrize("start", [b'<?xml version="1.0" encoding="foo"?>', b"<x"])
def test_a_poisoned_workbook_is_refused_the_first_time(four_people: None, start: bytes) -> None:
    file = checked(doctored(lambda sheet: start + sheet[sheet.find(b"<worksheet") :]))
    assert (file.state, file.refused_because) == ("refused", "Không đọc được tệp XLSX.")


def test_uploading_and_confirming_put_a_job_into_the_queue(four_people: None) -> None:
    file = file_actions.upload(csv_file(line(0)), name="x", authority=AUTHORITY, uploaded_by=7)
    file_actions.upload(csv_file(line(0)), name="x", authority=AUTHORITY, uploaded_by=7)
    file_actions.check(file.pk)
    file_actions.confirm(file.pk, confirmed_by=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        assert [name for (name,) in cursor.fetchall()] == ["sanctions.check_file", "sanctions.take_file"]


# --- the command, in a process of its own ---------------------------------------------------------------------------


@pytest.fixture
def _no_jobs_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


_COMMAND = """
import sys
from django.conf import settings
import django
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from gplx.sanctions import file_actions
file_actions.BATCH_SIZE = int(sys.argv[2])
import argparse
from gplx.sanctions import command_intake
parser = argparse.ArgumentParser()
command_intake.add_arguments(parser)
sys.exit(command_intake.run(parser.parse_args(sys.argv[3:])))
"""


def intake(*arguments: str, crash_at: str = "", batch_size: int = 5) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gplx.project.settings_test",
        "GPLX_TODAY": TODAY.isoformat(),
        "GPLX_CRASH_AT": crash_at,
    }
    name = str(connection.settings_dict["NAME"])
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, name, str(batch_size), *arguments],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_jobs_left")
def test_f03_killed_at_any_batch_it_goes_on_and_takes_each_row_once(tmp_path: Path) -> None:
    for index in range(1, 5):
        a_holder(index)
    path = tmp_path / "decisions.csv"
    path.write_bytes(csv_file(*[line(number) for number in range(23)]))
    given = (str(path), "--authority", AUTHORITY, "--take")
    # Inside a batch: it is undone. Between two: it stays.
    for crash_at, kept in (("files.kept", 0), ("files.between", 5), ("files.kept:2", 10), ("files.between:4", 20)):
        killed = intake(*given, crash_at=crash_at)
        assert killed.returncode == -9, killed.stderr
        assert Decision.objects.count() == Fact.objects.count() == kept
        file = DecisionFile.objects.get()
        assert (file.state, file.rows_done) == ("taking", kept)
    finished = intake(*given)
    assert finished.returncode == GOOD, finished.stderr
    assert "23  Đã ghi nhận / recorded" in finished.stdout
    assert Decision.objects.count() == Fact.objects.count() == 23
    assert set(FileRow.objects.values_list("outcome", flat=True)) == {"recorded"}
    for account in Account.objects.all():
        assert account.balance == 12 + sum(Entry.objects.filter(account=account).values_list("points", flat=True))


def test_the_command_says_by_its_exit_status_how_it_went(
    four_people: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, results = tmp_path / "decisions.csv", tmp_path / "results.csv"

    def ran(*arguments: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        command_intake.add_arguments(parser)
        status = command_intake.run(parser.parse_args(arguments))
        return status, *capsys.readouterr()

    given = (str(path), "--authority", AUTHORITY)
    path.write_bytes(csv_file(*MIXED))
    status, told, complained = ran(*given)
    assert status == SOME_BAD
    assert "2  Sẽ ghi nhận / to be recorded" in told
    assert "4: birth_date: spreadsheet_damage" in complained
    assert ran(*given, "--take")[0] == NOT_TAKEN
    assert not Decision.objects.exists()
    assert ran(*given, "--take", "--accept-bad-rows", "--results", str(results))[0] == SOME_BAD
    assert Decision.objects.filter(state="recorded").count() == 2
    assert results.read_text(encoding="utf-8").count("\n") == 8
    assert ran(*given, "--take")[0] == SOME_BAD  # taken already: the same answer, nothing new
    assert Decision.objects.count() == 3

    path.write_bytes(csv_file(line(9)))
    assert ran(*given, "--take")[0] == GOOD
    path.write_bytes(b"x;y\n")
    status, _, complained = ran(*given)
    assert status == REFUSED
    assert "dấu phẩy" in complained
    status, _, complained = ran(str(tmp_path / "none.csv"), "--authority", AUTHORITY)
    assert status == REFUSED
    assert "xem lại tên tệp" in complained
    assert "Errno" not in complained
    assert ran(str(path), "--authority", "A/B")[0] == REFUSED
    assert ran(str(path), "--authority", "CSGT-79")[0] == REFUSED  # the same bytes, another authority


# --- several workers, and a real one --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_jobs_left")
def test_f06_a_file_that_several_workers_check_and_take_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(1, 5):
        a_holder(index)
    monkeypatch.setattr(file_actions, "BATCH_SIZE", 2)
    file = uploaded(csv_file(*[line(number) for number in range(21)]))
    assert at_once([partial(file_actions.check, file.pk)] * 4) == [None] * 4
    file.refresh_from_db()
    assert (file.state, file.rows_done) == ("checked", 21)
    assert [outcome for _, outcome in outcomes(file)] == ["new"] * 21
    file_actions.confirm(file.pk, confirmed_by=None, in_background=False)
    assert at_once([partial(file_actions.take, file.pk)] * 4) == [None] * 4
    file.refresh_from_db()
    assert (file.state, file.rows_done) == ("taken", 21)
    assert [outcome for _, outcome in outcomes(file)] == ["recorded"] * 21
    assert Decision.objects.count() == Fact.objects.count() == 21


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_no_jobs_left")
def test_a_worker_checks_and_takes_what_is_uploaded_and_confirmed() -> None:
    for index in range(1, 5):
        a_holder(index)
    file = file_actions.upload(csv_file(line(0), line(1)), name="x", authority=AUTHORITY, uploaded_by=7)
    work_off()
    file.refresh_from_db()
    assert (file.state, file.rows_done) == ("checked", 2)
    file_actions.confirm(file.pk, confirmed_by=7)
    DecisionFile.objects.update(touched_at=Now() - timedelta(minutes=3))
    file_actions.resume()  # one job more than needed does no harm
    work_off()
    file.refresh_from_db()
    assert (file.state, file.rows_done) == ("taken", 2)
    assert Decision.objects.count() == Fact.objects.count() == 2


def work_off() -> None:
    """Let a real worker do all jobs of the files' queue. In a thread: it brings its own event loop."""

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(queues=["files"], wait=False, install_signal_handlers=False, listen_notify=False)

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()
