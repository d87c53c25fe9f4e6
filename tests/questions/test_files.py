"""Files of questions: three forms, one meaning; what is wrong is named by row and column."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gplx.project import cli
from gplx.questions import files, queries
from gplx.questions.models import Question, QuestionVersion

GOOD: dict[str, Any] = {
    "key": "CSGT-001",
    "topic": "rules",
    "groups": "motorcycle; car",
    "text_vi": "Câu hỏi của bộ chính thức?",
    "option_1_vi": "Đúng.",
    "option_2_vi": "Sai.",
    "correct": 1,
    "valid_from": "2026-01-01",
}


def csv_of(*entries: dict[str, Any], columns: tuple[str, ...] = files.COLUMNS) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(columns)
    csv.writer(written).writerows([[entry.get(name, "") for name in columns] for entry in entries])
    return written.getvalue().encode()


def workbook_of(*rows: list[Any]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("kind", files.TEMPLATES)
def test_each_template_is_read_and_says_the_same(kind: str) -> None:
    found = files.read(files.template(kind))
    assert [(row.key, row.faults) for row in found] == [("vi-du-01", ())]
    version = found[0].version
    assert version is not None
    assert version.content.sources == (("36/2024/QH15", "art. 11(4)(c)"),)
    assert version.content.digest() == _digest_of_template()


def _digest_of_template() -> str:
    version = files.read(files.template("json"))[0].version
    assert version is not None
    return version.content.digest()


def test_a_workbook_may_hold_days_and_numbers_as_such() -> None:
    names = list(GOOD)
    book = workbook_of(names, [*list(GOOD.values())[:-1], date(2026, 1, 1)])
    version = files.read(book)[0].version
    assert version is not None
    assert (version.content.correct, version.content.valid_from) == (0, date(2026, 1, 1))
    with pytest.raises(files.FileRefusedError, match="formula"):
        files.read(workbook_of(names, ["=1+1", *list(GOOD.values())[1:]]))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "header"),
        (b"key,topic\n", "header"),
        (csv_of(GOOD, columns=(*files.COLUMNS, "khac")), "header"),
        (csv_of(), "empty"),
        ("key".encode("utf-16"), "encoding"),
        (b'key,"topic', "quotes"),
        (b"PK\x03\x04 broken", "workbook"),
        (b"{", "json"),
        (b'{"questions": 1}', "json"),
        (b"[1]", "json"),
        (b'[{"stranger": "x"}]', "header"),
        (b"x" * (files.BYTES_MAX + 1), "too_large"),
        (csv_of(*[GOOD] * (files.ROWS_MAX + 1), columns=tuple(GOOD)), "too_many_rows"),
        (csv_of(GOOD) + b"," * 30 + b"x\n", "ragged"),
    ],
)
def test_what_is_no_file_of_questions_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(files.FileRefusedError) as refused:
        files.read(content)
    assert refused.value.code == code
    assert refused.value.message_vi


def test_a_workbook_that_unfolds_to_too_much_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (files.UNPACKED_BYTES_MAX + 1))
    with pytest.raises(files.FileRefusedError) as refused:
        files.read(packed.getvalue())
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": "có dấu"}, "key"),
        ({"key": ""}, "key"),
        ({"correct": "hai"}, "correct"),
        ({"valid_from": "01/01/2026"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
        ({"fatal": "hình như"}, "fatal"),
        ({"sources": "Luật nào đó"}, "sources"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(changed: dict[str, str], field: str) -> None:
    row = files.read(csv_of({**GOOD, **changed}))[0]
    assert row.version is None
    assert [fault.field for fault in row.faults] == [field]


@pytest.mark.django_db
def test_the_command_checks_first_and_records_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bo-cau-hoi.csv"
    file.write_bytes(csv_of(GOOD, {**GOOD, "key": "CSGT-002", "text_vi": "Câu khác?", "correct": 4}))
    assert cli.main(["questions", "import", str(file)]) == 1
    assert not Question.objects.exists()
    said = capsys.readouterr()
    assert "1  câu hỏi mới" in said.out
    assert "3: CSGT-002: correct" in said.err
    assert cli.main(["questions", "import", str(file), "--take"]) == 1
    assert [question.key for question in Question.objects.all()] == ["CSGT-001"]
    assert cli.main(["questions", "import", str(file), "--take"]) == 1
    assert QuestionVersion.objects.count() == 1


@pytest.mark.django_db
def test_the_command_shows_what_there_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["questions", "import"]) == 0
    assert not Question.objects.exists()
    assert cli.main(["questions", "import", "--take"]) == 0
    assert cli.main(["questions", "stats"]) == 0
    assert cli.main(["questions", "list", "--text", "den do", "--category", "B"]) == 0
    assert cli.main(["questions", "show", "quy-tac-10"]) == 0
    said = capsys.readouterr().out
    assert "quy-tac-10" in said
    assert "→ " in said
    assert cli.main(["questions", "show", "khong-co"]) == 2
    assert cli.main(["questions", "import", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "x.csv").write_bytes(b"x")
    assert cli.main(["questions", "import", str(tmp_path / "x.csv")]) == 2


@pytest.mark.usefixtures("bank")
def test_questions_are_found_by_words_with_and_without_diacritics_topic_class_and_drawing() -> None:
    day = date(2026, 11, 25)
    with_marks = queries.search(day, text="đèn đỏ")
    without = queries.search(day, text="den do")
    assert with_marks
    assert {version.pk for version in with_marks} <= {version.pk for version in without}
    assert {version.topic for version in queries.search(day, topic="speed")} == {"speed"}
    assert all("motorcycle" in version.groups for version in queries.search(day, category="A1"))
    assert {version.picture for version in queries.search(day, picture="bien-03")} == {"bien-03"}
    assert len(queries.search(day, picture="yes")) > 60
    assert queries.search(day, text="xyz không có") == []
    assert queries.search(day, origin="official") == []
    assert [version.question.key for version in queries.search(day, text="quy-tac-10")] == ["quy-tac-10"]


def test_the_official_set_may_lack_english_and_ours_may_not() -> None:
    from gplx.questions.content import faults
    from gplx.questions.models import Origin

    version = files.read(json.dumps([GOOD]).encode())[0].version
    assert version is not None
    assert list(faults(version.content, Origin.OFFICIAL)) == []
    assert {fault.field for fault in faults(version.content, Origin.OWN)} == {
        "text_en", "why_vi", "why_en", "options", "sources",
    }  # fmt: skip
