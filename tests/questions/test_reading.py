"""What is read aloud of a question."""

from __future__ import annotations

from datetime import date

import pytest

from gplx.questions import queries, reading
from gplx.questions.actions import record
from tests.questions.made_up import version

DAY = date(2026, 11, 25)


@pytest.mark.usefixtures("bank")
def test_question_drawing_and_answers_are_read_in_the_candidate_s_order() -> None:
    asked = queries.search(DAY, picture="bien-03")[0]
    lines = reading.text(asked, "vi", (2, 0, 1)).splitlines()
    assert lines[0] == asked.text_vi
    assert lines[1] == "Hình vẽ: Biển tám cạnh nền đỏ, chữ STOP trắng."
    assert lines[2] == f"Phương án 1: {asked.options[2]['vi']}"
    assert len(lines) == 5
    assert reading.text(asked, "en").splitlines()[2] == f"Answer 1: {asked.options[0]['en']}"


@pytest.mark.django_db
def test_a_question_without_english_is_read_in_vietnamese() -> None:
    record([version(text_en="", why_en="", why_vi="")])
    asked = queries.asked_on(DAY)[0]
    assert reading.text(asked, "en").startswith("Câu hỏi thử?")
