"""Recording questions: versions by their days, nothing twice, nothing changed."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gplx.questions import queries
from gplx.questions.actions import Outcome, record, record_own_bank
from gplx.questions.models import Question, QuestionVersion
from tests.questions.made_up import version

pytestmark = pytest.mark.django_db


def outcomes(*versions: object) -> list[Outcome]:
    return [taken.outcome for taken in record(versions)]  # type: ignore[arg-type]


def texts(day: date) -> dict[str, str]:
    return {asked.question.key: asked.text_vi for asked in queries.asked_on(day)}


def test_the_own_bank_is_recorded_once() -> None:
    first = record_own_bank()
    assert {taken.outcome for taken in first} <= {Outcome.NEW, Outcome.VERSION}
    count = QuestionVersion.objects.count()
    assert {taken.outcome for taken in record_own_bank()} == {Outcome.EXISTS}
    assert QuestionVersion.objects.count() == count == len(first)


def test_a_new_version_counts_from_its_day_and_the_old_one_stays_recorded() -> None:
    assert outcomes(version(text_vi="Cũ?")) == [Outcome.NEW]
    assert outcomes(version(text_vi="Mới?", valid_from=date(2026, 7, 1))) == [Outcome.VERSION]
    assert texts(date(2026, 6, 30)) == {"thu-01": "Cũ?"}
    assert texts(date(2026, 7, 1)) == {"thu-01": "Mới?"}
    assert Question.objects.count() == 1


def test_other_words_of_the_same_day_are_a_correction_and_the_newer_recording_counts() -> None:
    record([version(text_vi="Sai chính tả?")])
    assert outcomes(version(text_vi="Đúng chính tả?")) == [Outcome.CORRECTION]
    assert texts(date(2025, 1, 1)) == {"thu-01": "Đúng chính tả?"}
    assert outcomes(version(text_vi="Sai chính tả?")) == [Outcome.EXISTS]


def test_a_version_that_begins_before_the_latest_one_is_refused() -> None:
    record([version(valid_from=date(2026, 1, 1))])
    taken = record([version()])
    assert [(one.outcome, one.faults[0].code) for one in taken] == [(Outcome.REFUSED, "earlier")]


def test_a_question_is_not_asked_after_its_last_day_nor_once_withdrawn() -> None:
    record([version(valid_to=date(2025, 12, 31)), version("thu-02")])
    record([version("thu-02", is_withdrawn=True, valid_from=date(2026, 1, 1))])
    assert set(texts(date(2025, 12, 31))) == {"thu-01", "thu-02"}
    assert texts(date(2026, 1, 1)) == {}
    assert texts(date(2024, 12, 31)) == {}


def test_a_key_of_the_own_bank_is_not_taken_by_another() -> None:
    record([version(origin="own")])
    assert record([version(text_vi="Khác?")])[0].faults[0].code == "taken"


def test_a_dry_run_says_the_same_and_records_nothing() -> None:
    assert [taken.outcome for taken in record([version()], dry_run=True)] == [Outcome.NEW]
    assert not Question.objects.exists()


def test_two_versions_of_one_question_in_one_file_are_both_recorded() -> None:
    assert outcomes(version(), version(text_vi="Mới?", valid_from=date(2026, 1, 1))) == [Outcome.NEW, Outcome.VERSION]
    assert [one.number for one in QuestionVersion.objects.order_by("number")] == [1, 2]


@pytest.mark.parametrize("sql", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), [("questions_question", "key"), ("questions_questionversion", "text_vi")])
def test_what_is_recorded_is_never_changed(sql: str, table: str, column: str) -> None:
    record([version()])
    refused = pytest.raises(DatabaseError, match="are never changed or removed")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(sql.format(table, column, column))


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"text_en": " "}, "text_en", "missing"),
        ({"text_vi": "Câu " * 200}, "text_vi", "too_long"),
        ({"text_vi": unicodedata.normalize("NFD", "Cấm?")}, "text_vi", "not_composed"),
        ({"options": ()}, "options", "count"),
        ({"correct": 3}, "correct", "unknown"),
        ({"topic": "khac"}, "topic", "unknown"),
        ({"groups": ("tau",)}, "groups", "unknown"),
        ({"sources": ()}, "sources", "missing"),
        ({"sources": (("999/2024", "art. 1"),)}, "sources", "unknown"),
        ({"valid_from": date(2024, 12, 31)}, "valid_from", "too_early"),
        ({"valid_to": date(2024, 12, 31)}, "valid_to", "too_early"),
        ({"offence_code": "168/2024:6.9.zz"}, "offence_code", "unknown"),
        ({"offence_code": "168/2024:6.9.b", "offence_points": 6}, "offence_points", "wrong"),
    ],
)
def test_a_question_that_is_not_fit_is_refused_with_the_field(changed: dict[str, Any], field: str, code: str) -> None:
    taken = record([version(origin="own", **changed)])[0]
    assert taken.outcome is Outcome.REFUSED
    assert (field, code) in [(fault.field, fault.code) for fault in taken.faults]
    assert not Question.objects.exists()
