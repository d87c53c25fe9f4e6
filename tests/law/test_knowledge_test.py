"""The knowledge test's papers: 65/2024/TT-BCA art. 6, 105/2026/TT-BCA, ADR 0050."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gplx.law import knowledge_test as law
from gplx.law.licences import UnknownClassError, classes
from gplx.law.periods import NotInForceError

TODAY = date(2026, 11, 25)

PAPERS = {
    "A1": (25, 19, 21),
    "A": (25, 19, 23),
    "B1": (25, 19, 23),
    "B": (30, 20, 27),
    "C1": (35, 22, 32),
    "C": (40, 24, 36),
    **dict.fromkeys(["D1", "D2", "D", "BE", "C1E", "CE", "D1E", "D2E", "DE"], (45, 26, 41)),
}


@pytest.mark.parametrize("category", PAPERS)
def test_art_6_3_each_class_has_its_questions_minutes_and_pass_mark(category: str) -> None:
    rule = law.paper_rule(category, "2025", TODAY)
    assert (rule.questions, rule.minutes, rule.pass_mark) == PAPERS[category]
    assert rule.fatal == 1
    assert str(rule.source) == "65/2024/TT-BCA art. 6(3)"


def test_every_class_of_2025_has_a_paper() -> None:
    assert set(law.THEORY_PAPERS) == {known.code for known in classes("2025")} == set(law.categories())


def test_every_day_from_2025_to_the_last_known_one_has_exactly_one_paper() -> None:
    day = law.FIRST_DAY
    while day <= law.last_known_day():
        assert law.paper_rule("B", "2025", day).questions == 30
        day += timedelta(days=1)
    with pytest.raises(NotInForceError):
        law.paper_rule("B", "2025", law.FIRST_DAY - timedelta(days=1))


def test_from_2027_07_01_the_paper_is_not_known_and_none_is_guessed() -> None:
    assert law.paper_rule("C", "2025", date(2027, 6, 30)).questions == 40
    with pytest.raises(law.PaperNotKnownError, match="2027-07-01 is not known"):
        law.paper_rule("C", "2025", date(2027, 7, 1))
    assert law.last_known_day() == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A1", "A"), ("A2", "A"), ("A3", "B1"), ("B1_AUTO", "B"), ("B1", "B"), ("B2", "B"), ("C", "C"), ("D", "D2"),
        ("E", "D"), ("FB2", "BE"), ("FC", "CE"), ("FD", "D2E"), ("FE", "DE"),
    ],
)  # fmt: skip
def test_a_class_of_before_2025_sits_the_paper_of_the_class_it_is_exchanged_into(old: str, new: str) -> None:
    assert law.paper_rule(old, "pre-2025", TODAY).category == new


def test_a_class_that_none_replaces_has_no_paper() -> None:
    with pytest.raises(law.NoPaperError, match="A4"):
        law.paper_rule("A4", "pre-2025", TODAY)
    with pytest.raises(UnknownClassError):
        law.paper_rule("B2", "2025", TODAY)


def test_adr_0050_of_several_classes_of_a_part_the_highest_one_s_paper_is_sat() -> None:
    held = [("A1", "2025"), ("B", "2025"), ("C", "2025")]
    assert law.category_to_sit(held, "car") == ("C", "2025")  # type: ignore[arg-type]
    assert law.category_to_sit(held, "motorcycle") == ("A1", "2025")  # type: ignore[arg-type]
    assert law.category_to_sit([("A4", "pre-2025")], "car") is None
    assert law.category_to_sit([("A4", "pre-2025"), ("B2", "pre-2025")], "car") == ("B2", "pre-2025")
    assert law.category_to_sit([], "car") is None


def test_art_6_4_the_simulation_is_for_cars_and_ends_on_2026_06_30() -> None:
    rule = law.simulation_rule("car", date(2026, 6, 30))
    assert rule is not None
    assert (rule.situations, rule.minutes, rule.marks_each, rule.pass_mark) == (10, 10, 5, 35)
    assert law.simulation_rule("car", date(2026, 7, 1)) is None
    assert law.simulation_rule("motorcycle", date(2025, 6, 1)) is None


def test_art_6_5_a_motorcycle_sits_theory_alone_and_a_car_both_until_2026_06_30() -> None:
    assert law.parts_of_test("motorcycle", date(2025, 1, 1)) == ("theory",)
    assert law.parts_of_test("car", date(2026, 6, 30)) == ("theory", "simulation")
    assert law.parts_of_test("car", date(2026, 7, 1)) == ("theory",)


def test_art_6_5_b_a_theory_pass_counts_for_a_year() -> None:
    assert law.theory_counts_until(date(2025, 3, 10)) == date(2026, 3, 10)


def test_art_6_3_the_pass_mark_passes_and_one_less_does_not() -> None:
    rule = law.paper_rule("B", "2025", TODAY)
    assert law.result(rule, right=27, fatal_wrong=0).passed
    failed = law.result(rule, right=26, fatal_wrong=0)
    assert (failed.passed, failed.failed_because) == (False, ("marks",))


def test_art_6_3_a_wrong_fatal_question_fails_whatever_the_marks() -> None:
    rule = law.paper_rule("B", "2025", TODAY)
    assert law.result(rule, right=29, fatal_wrong=1).failed_because == ("fatal_question",)
    assert law.result(rule, right=0, fatal_wrong=1).failed_because == ("fatal_question", "marks")
    for right, fatal_wrong in ((31, 0), (30, 1), (-1, 0), (3, 2)):
        with pytest.raises(ValueError, match="no paper of 30"):
            law.result(rule, right=right, fatal_wrong=fatal_wrong)
