"""Answers are kept as given, the last counts, late ones are refused; the server alone keeps the time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gplx.accounts.models import User
from gplx.exams.models import Registration
from gplx.sittings import candidate_actions, instants, papers, queries, tasks
from gplx.sittings.candidate_actions import Device
from gplx.sittings.errors import DeviceEndedError, NotInPaperError, TimeOverError
from gplx.sittings.models import Answer, Result, Sitting, State
from tests.sittings import room

pytestmark = pytest.mark.django_db


def end_time(sitting: Sitting) -> None:
    """The deadline has come."""
    Sitting.objects.filter(pk=sitting.pk).update(deadline_at=instants.now() - timedelta(milliseconds=1))


def test_the_last_answer_counts_and_each_is_kept(candidate: Registration, examiner: User) -> None:
    sitting, device = room.begun(candidate, examiner)
    for choice in (1, 2, 2, 3):
        candidate_actions.answer(device, 4, choice)
    assert queries.last_answers(sitting.pk) == {4: 3}
    assert list(Answer.objects.order_by("id").values_list("choice", flat=True)) == [1, 2, 3]
    assert {row.version_id for row in Answer.objects.all()} == {sitting.versions[3]}


@pytest.mark.parametrize(("position", "choice"), [(0, 1), (26, 1), (1, 0), (1, 4), (1, -1)])
def test_what_is_not_in_the_paper_is_no_answer(
    candidate: Registration, examiner: User, position: int, choice: int
) -> None:
    _, device = room.begun(candidate, examiner)
    with pytest.raises(NotInPaperError):
        candidate_actions.answer(device, position, choice)
    assert not Answer.objects.exists()


def test_not_before_the_start(candidate: Registration, examiner: User) -> None:
    _, device = room.let_in(candidate, examiner)
    with pytest.raises(DeviceEndedError):
        candidate_actions.answer(device, 1, 1)


def test_a_wrong_secret_opens_nothing(candidate: Registration, examiner: User) -> None:
    _, device = room.begun(candidate, examiner)
    for wrong in (Device(device.admission_id, "x"), Device(device.admission_id + 1, device.secret), Device(0, "")):
        with pytest.raises(DeviceEndedError):
            candidate_actions.answer(wrong, 1, 1)


class TestTheDeadline:
    def test_a_late_answer_is_refused(self, candidate: Registration, examiner: User) -> None:
        sitting, device = room.begun(candidate, examiner)
        candidate_actions.answer(device, 1, 1)
        end_time(sitting)
        with pytest.raises(TimeOverError):
            candidate_actions.answer(device, 1, 2)
        assert queries.last_answers(sitting.pk) == {1: 1}

    def test_f10_the_job_hands_in_whatever_is_over_however_long_ago(
        self, candidate: Registration, examiner: User
    ) -> None:
        sitting, device = room.begun(candidate, examiner)
        room.answer_all(sitting, device)
        Sitting.objects.filter(pk=sitting.pk).update(deadline_at=instants.now() - timedelta(days=10))
        tasks.hand_in(0)
        tasks.hand_in(0)
        sitting.refresh_from_db()
        assert (sitting.state, sitting.submitted_at) == (State.SUBMITTED, sitting.deadline_at)
        assert Result.objects.get().passed
        assert [move.name for move in sitting.steps.order_by("id")] == ["admit", "start", "time"]

    def test_the_job_leaves_who_has_time(self, candidate: Registration, examiner: User) -> None:
        sitting, _ = room.begun(candidate, examiner)
        assert candidate_actions.submit_overdue() == 0
        sitting.refresh_from_db()
        assert sitting.state == State.STARTED


class TestHandingIn:
    def test_twice_is_once(self, candidate: Registration, examiner: User) -> None:
        sitting, device = room.begun(candidate, examiner)
        assert candidate_actions.submit(device).pk == candidate_actions.submit(device).pk
        assert Result.objects.count() == 1
        assert sitting.steps.filter(name="submit").count() == 1
        with pytest.raises(DeviceEndedError):
            candidate_actions.answer(device, 1, 1)

    @pytest.mark.parametrize(
        ("wrong", "fatal_wrong", "passed", "findings"),
        [
            (0, False, True, []),
            (4, False, True, []),
            (5, False, False, ["marks"]),
            (0, True, False, ["fatal_question"]),
            (5, True, False, ["fatal_question", "marks"]),
        ],
    )
    def test_65_2024_art_6_3(
        self,
        candidate: Registration,
        examiner: User,
        wrong: int,
        fatal_wrong: bool,
        passed: bool,
        findings: list[str],
    ) -> None:
        sitting, device = room.begun(candidate, examiner)
        room.answer_all(sitting, device, wrong=wrong, fatal_wrong=fatal_wrong)
        candidate_actions.submit(device)
        result = Result.objects.get()
        assert (result.right, result.passed) == (25 - wrong - fatal_wrong, passed)
        assert result.fatal_right is not fatal_wrong
        assert [one["code"] for one in result.findings] == findings
        assert [mark["version"] for mark in result.marks] == sitting.versions

    def test_nothing_answered_is_all_wrong(self, candidate: Registration, examiner: User) -> None:
        _, device = room.begun(candidate, examiner)
        candidate_actions.submit(device)
        assert (Result.objects.get().right, Result.objects.get().passed) == (0, False)


def test_the_paper_is_the_same_each_time_and_another_for_another_seed(candidate: Registration, examiner: User) -> None:
    sitting, _ = room.begun(candidate, examiner)
    assert papers.of(sitting).digest() == sitting.paper_digest
    other, _ = room.begun(room.a_candidate(2, session=candidate.session), examiner)
    assert other.seed != sitting.seed
    assert other.paper_digest != sitting.paper_digest


def test_statistics_of_the_bank_name_nobody(candidate: Registration, examiner: User) -> None:
    sitting, device = room.begun(candidate, examiner)
    room.answer_all(sitting, device, wrong=3)
    candidate_actions.submit(device)
    rows = queries.statistics()
    assert (len(rows), sum(row.asked for row in rows), sum(row.right for row in rows)) == (25, 25, 22)
    assert rows[0].right_percent == 0


class TestAnyOrder(TestCase):
    """Whatever is answered, marked and let run out, in any order."""

    @given(
        st.lists(st.tuples(st.integers(1, 25), st.integers(1, 3)), max_size=30),
        st.integers(0, 30),
        st.sets(st.integers(1, 25), max_size=4),
    )
    @settings(max_examples=15)
    def test_last_wins_and_late_is_refused(
        self, given_answers: list[tuple[int, int]], in_time: int, flags: set[int]
    ) -> None:
        room.fill_bank()
        sitting, device = room.begun(room.a_candidate(), room.a_user())
        for position in flags:
            candidate_actions.flag(device, position, wanted=True)
        expected: dict[int, int] = {}
        for number, (position, choice) in enumerate(given_answers):
            if number == in_time:
                end_time(sitting)
            if number < in_time:
                candidate_actions.answer(device, position, choice)
                expected[position] = choice
            else:
                with pytest.raises(TimeOverError):
                    candidate_actions.answer(device, position, choice)
        assert queries.last_answers(sitting.pk) == expected
        assert queries.flagged(sitting.pk) == flags
        candidate_actions.submit(device)
        right = {asked.number: asked.right_choice for asked in papers.of(sitting).asked}
        result = Result.objects.get(sitting=sitting)
        assert result.right == sum(right[position] == choice for position, choice in expected.items())
        given_marks = {number: mark["choice"] for number, mark in enumerate(result.marks, start=1) if mark["choice"]}
        assert given_marks == expected
