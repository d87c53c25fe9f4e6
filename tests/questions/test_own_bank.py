"""The project's own questions: fit, well written, and true where a machine can tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

import pytest

from gplx.law import catalogue
from gplx.law.knowledge_test import FIRST_DAY, categories, last_known_day, paper_rule
from gplx.law.text import fold
from gplx.questions.classes import groups_of
from gplx.questions.content import Content, faults
from gplx.questions.models import Group, Topic
from gplx.questions.own import own_bank
from gplx.questions.papers import quotas
from gplx.questions.pictures import PICTURES

BANK = list(own_bank())
IDS = [f"{key}@{said.valid_from}" for key, said in BANK]
_MARKED = re.compile(r"[\u0300-\u036f]")
_POINTS_VI = re.compile(r"\btrừ (\d+) điểm\b")


@pytest.mark.parametrize(("key", "said"), BANK, ids=IDS)
def test_each_question_is_fit_to_be_recorded(key: str, said: Content) -> None:
    assert list(faults(said)) == []
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*-\d{2,3}", key)
    assert said.text_vi.endswith("?") or "…" in said.text_en or said.text_vi.endswith("…")
    assert said.text_vi == " ".join(said.text_vi.split())


@pytest.mark.parametrize(("key", "said"), BANK, ids=IDS)
def test_each_question_is_vietnamese_with_its_marks_and_english_without(key: str, said: Content) -> None:
    vietnamese = " ".join([said.text_vi, said.why_vi])
    assert fold(vietnamese) != vietnamese.casefold(), key
    english = " ".join([said.text_en, said.why_en, *(option.en for option in said.options)])
    assert not _MARKED.search(unicodedata.normalize("NFD", english)), key
    assert "đ" not in english


@pytest.mark.parametrize(("key", "said"), [pair for pair in BANK if pair[1].offence_code])
def test_points_that_a_question_states_are_those_of_the_catalogue(key: str, said: Content) -> None:
    points = catalogue.offence(said.offence_code, said.valid_from).points
    assert said.offence_points == points
    assert said.options[said.correct].vi == f"{points} điểm."
    assert said.options[said.correct].en == f"{points} points."
    stated = {int(found) for found in _POINTS_VI.findall(said.why_vi)}
    assert stated <= {points}


def test_a_question_about_the_points_of_an_act_names_its_code() -> None:
    asks = re.compile(r"bị trừ bao nhiêu điểm")
    assert [key for key, said in BANK if asks.search(said.text_vi) and not said.offence_code] == []


def test_there_are_at_least_200_questions_and_no_text_is_there_twice() -> None:
    assert len({key for key, _ in BANK}) >= 200
    assert len({(key, said.valid_from) for key, said in BANK}) == len(BANK)
    asked = Counter((fold(said.text_vi), said.picture) for _, said in BANK)
    assert [text for text, count in asked.items() if count > 1] == []
    english = Counter((said.text_en.casefold(), said.picture) for _, said in BANK)
    assert [text for text, count in english.items() if count > 1] == []


@pytest.mark.parametrize("options", [3, 4])
def test_the_right_answers_stand_at_all_places_about_as_often(options: int) -> None:
    places = Counter(said.correct for _, said in BANK if len(said.options) == options)
    assert len(places) == options
    assert max(places.values()) - min(places.values()) <= 10


@pytest.mark.parametrize("category", categories())
def test_each_class_has_questions_of_every_topic_and_several_fatal_ones(category: str) -> None:
    rule = paper_rule(category, "2025", last_known_day())
    for day in (FIRST_DAY, date(2026, 6, 30), date(2026, 7, 1), last_known_day()):
        for_class = [
            said
            for _, said in BANK
            if set(said.groups) & set(groups_of(category))
            and said.valid_from <= day
            and (said.valid_to is None or day <= said.valid_to)
        ]
        assert sum(said.is_fatal for said in for_class) >= 10
        topics = Counter(said.topic for said in for_class if not said.is_fatal)
        for topic, count in quotas(rule.questions - rule.fatal).items():
            assert topics[topic] >= count, (topic, day)


def test_every_topic_and_every_vehicle_is_asked_about() -> None:
    assert {said.topic for _, said in BANK} == set(Topic.values)
    assert {group for _, said in BANK for group in said.groups} == set(Group.values)


def test_every_drawing_belongs_to_a_question_and_every_question_finds_its_drawing() -> None:
    used = {said.picture for _, said in BANK if said.picture}
    assert used == PICTURES.keys()


def test_some_questions_hold_for_a_time_only() -> None:
    assert any(said.valid_to for _, said in BANK)
    assert any(said.valid_from > FIRST_DAY for _, said in BANK)
