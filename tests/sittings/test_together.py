"""Several at the same moment: real threads, real connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection

from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.exams.models import Registration
from gplx.points.models import Entry, Fact
from gplx.sittings import actions, candidate_actions, queries, result_actions
from gplx.sittings.candidate_actions import Device
from gplx.sittings.errors import DeviceEndedError, WrongCodeError
from gplx.sittings.models import Admission, Answer, Minutes, Result, Sitting
from tests.sanctions.test_together import at_once
from tests.sittings import room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def examiner(transactional_db: None) -> User:
    return room.a_user(name="Cán Bộ Mẫu Một")


@pytest.fixture
def candidate(transactional_db: None) -> Registration:
    room.fill_bank()
    return room.a_candidate()


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def test_two_examiners_admit_one_candidate(candidate: Registration, examiner: User) -> None:
    other = room.a_user()
    outcomes = at_once(
        [lambda by=by: actions.admit(candidate.pk, identity_paper="identity_card", by=by) for by in (examiner, other)]  # type: ignore[misc]
    )
    assert (Sitting.objects.count(), Admission.objects.count()) == (1, 1)
    assert sum(isinstance(outcome, actions.Admitted) for outcome in outcomes) == 1


def test_one_code_on_two_tablets_opens_one(candidate: Registration, examiner: User) -> None:
    admitted = actions.admit(candidate.pk, identity_paper="identity_card", by=examiner)
    assert admitted.sitting is not None
    number, code = admitted.sitting.number, admitted.code
    outcomes = at_once([lambda: candidate_actions.open_device(number, code)] * 4)
    assert Counter(type(outcome) for outcome in outcomes) == {Device: 1, WrongCodeError: 3}


def test_answers_while_a_second_tablet_takes_over(candidate: Registration, examiner: User) -> None:
    sitting, device = room.begun(candidate, examiner)
    acts = [lambda place=place: candidate_actions.answer(device, place, 1) for place in range(1, 8)]
    outcomes = at_once(
        [*acts, lambda: actions.admit(candidate.pk, identity_paper="identity_card", by=examiner, reason="máy hỏng")]
    )
    refused = sum(isinstance(outcome, DeviceEndedError) for outcome in outcomes)
    assert len(queries.last_answers(sitting.pk)) == 7 - refused
    # What was taken was taken before the second admission.
    second = Admission.objects.latest("id")
    assert (
        not Answer.objects.filter(admission_id__lt=second.pk, given_at__gt=second.admitted_at).exists() or not refused
    )
    with pytest.raises(DeviceEndedError):
        candidate_actions.answer(device, 9, 1)


def test_handed_in_eight_times_at_once_is_once(candidate: Registration, examiner: User) -> None:
    sitting, device = room.begun(candidate, examiner)
    outcomes = at_once(
        [lambda: candidate_actions.submit(device)] * 4 + [lambda: candidate_actions.submit_if_over(sitting.pk)] * 4
    )
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert (Result.objects.count(), sitting.steps.filter(to="submitted").count()) == (1, 1)


def test_f18_confirmed_by_four_at_once_is_once(candidate: Registration, examiner: User, sealing: None) -> None:
    sitting, device = room.begun(candidate, examiner)
    room.answer_all(sitting, device)
    candidate_actions.submit(device)
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
    others = [room.a_user() for _ in range(3)]
    outcomes = at_once(
        [lambda by=by: result_actions.confirm(sitting.pk, by=by) for by in others]
        + [lambda: result_actions.give_back(sitting.pk, note="sai", by=others[0])]
    )
    won = [outcome for outcome in outcomes if not isinstance(outcome, RegisterError)]
    assert len(won) == 1, outcomes
    assert all(isinstance(outcome, MoveNotAllowedError) for outcome in outcomes if outcome is not won[0])
    was_confirmed = isinstance(won[0], Minutes)
    assert Minutes.objects.count() == was_confirmed
    assert Fact.objects.filter(kind="test").count() == was_confirmed
    assert Entry.objects.filter(kind="test_restoration").count() == was_confirmed
