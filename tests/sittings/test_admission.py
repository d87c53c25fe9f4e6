"""Who is let in, by which paper, with which code; and how a second tablet takes over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gplx.accounts.models import User
from gplx.dossiers.models import State as DossierState
from gplx.errors import MoveNotAllowedError
from gplx.exams.models import Registration
from gplx.law import test_room as law
from gplx.points.models import Entry
from gplx.sittings import actions, candidate_actions, codes, instants, queries
from gplx.sittings.errors import (
    DeviceEndedError,
    NotTodayError,
    OwnSittingError,
    ReasonMissingError,
    SessionClosedError,
    SessionOpenError,
    WrongCodeError,
)
from gplx.sittings.models import Admission, Sitting, State
from tests.sittings import room

pytestmark = pytest.mark.django_db


def test_admitted_with_a_paper_a_number_and_a_code(candidate: Registration, examiner: User) -> None:
    admitted = actions.admit(candidate.pk, identity_paper="electronic_identity", by=examiner)
    assert admitted.sitting is not None
    candidate.refresh_from_db()
    assert candidate.dossier.state == DossierState.IN_PROCESS
    assert len(admitted.sitting.versions) == admitted.sitting.rule["questions"] == 25
    kept = Admission.objects.get()
    assert (kept.identity_paper, kept.by) == ("electronic_identity", examiner)
    assert admitted.code not in str(Admission.objects.values().get())
    assert len(admitted.code) == 6
    assert len(admitted.sitting.number) == 5


@pytest.mark.parametrize("paper", ["", "library_card"])
def test_the_papers_are_a_closed_list(candidate: Registration, examiner: User, paper: str) -> None:
    with pytest.raises(MoveNotAllowedError):
        actions.admit(candidate.pk, identity_paper=paper, by=examiner)
    assert not Sitting.objects.exists()


def test_i14_nobody_admits_himself(candidate: Registration) -> None:
    himself = room.a_user(citizen_number=candidate.holder.citizen_number or "")
    with pytest.raises(OwnSittingError):
        actions.admit(candidate.pk, identity_paper="identity_card", by=himself)


@pytest.mark.parametrize("days", [-1, 1])
def test_on_the_day_of_the_session_only(db: None, examiner: User, days: int) -> None:
    room.fill_bank()
    registration = room.a_candidate(session=room.a_session(room.TODAY + timedelta(days=days)))
    with pytest.raises(NotTodayError):
        actions.admit(registration.pk, identity_paper="identity_card", by=examiner)


def test_who_was_not_accepted_is_not_let_in(db: None, examiner: User) -> None:
    room.fill_bank()
    holder = room.a_holder()
    room.exhaust(holder)
    registration = room.registered(room.a_session(), holder, accepted=False)
    with pytest.raises(MoveNotAllowedError):
        actions.admit(registration.pk, identity_paper="identity_card", by=examiner)


class TestReading15:
    """What would have no effect is refused with its article, and changes nothing."""

    def test_with_points_left(self, db: None, examiner: User) -> None:
        room.fill_bank()
        registration = room.registered(room.a_session(), room.a_holder())
        admitted = actions.admit(registration.pk, identity_paper="identity_card", by=examiner)
        assert (admitted.sitting, admitted.code) == (None, "")
        assert [one.code for one in admitted.findings] == ["test_while_points_left"]
        assert "reading 15" in admitted.findings[0].sources

    @pytest.mark.parametrize(("exhausted_on", "allowed"), [(date(2026, 5, 25), False), (date(2026, 5, 24), True)])
    def test_one_day_early(self, db: None, examiner: User, exhausted_on: date, allowed: bool) -> None:
        room.fill_bank()
        holder = room.a_holder()
        room.exhaust(holder, on=exhausted_on)
        entries = Entry.objects.count()
        registration = room.registered(room.a_session(), holder)
        admitted = actions.admit(registration.pk, identity_paper="identity_card", by=examiner)
        assert (admitted.sitting is not None) is allowed
        if not allowed:
            [obstacle] = admitted.findings
            assert (obstacle.code, obstacle.test_from) == ("test_too_early", date(2026, 11, 26))
            assert not Sitting.objects.exists()
        assert Entry.objects.count() == entries


class TestTheCode:
    def test_counts_once(self, candidate: Registration, examiner: User) -> None:
        admitted = actions.admit(candidate.pk, identity_paper="identity_card", by=examiner)
        assert admitted.sitting is not None
        candidate_actions.open_device(f" {admitted.sitting.number} ", f"{admitted.code[:3]} {admitted.code[3:]}")
        with pytest.raises(WrongCodeError):
            candidate_actions.open_device(admitted.sitting.number, admitted.code)

    def test_takes_five_tries_and_then_no_more(self, candidate: Registration, examiner: User) -> None:
        admitted = actions.admit(candidate.pk, identity_paper="identity_card", by=examiner)
        assert admitted.sitting is not None
        wrong = f"{(int(admitted.code) + 1) % 1_000_000:06}"
        for _ in range(codes.TRIES_MAX):
            with pytest.raises(WrongCodeError):
                candidate_actions.open_device(admitted.sitting.number, wrong)
        with pytest.raises(WrongCodeError):
            candidate_actions.open_device(admitted.sitting.number, admitted.code)

    def test_runs_out(self, candidate: Registration, examiner: User, monkeypatch: pytest.MonkeyPatch) -> None:
        admitted = actions.admit(candidate.pk, identity_paper="identity_card", by=examiner)
        assert admitted.sitting is not None
        later = instants.now() + codes.CODE_LASTS
        monkeypatch.setattr(instants, "now", lambda: later)
        with pytest.raises(WrongCodeError):
            candidate_actions.open_device(admitted.sitting.number, admitted.code)

    @pytest.mark.parametrize(
        ("number", "code"), [("", ""), ("abcde", "123456"), ("１２３４５", "123456"), ("12345", "1")]
    )
    def test_anything_else_is_wrong(self, candidate: Registration, number: str, code: str) -> None:
        with pytest.raises(WrongCodeError):
            candidate_actions.open_device(number, code)


class TestASecondTablet:
    def test_ends_the_first_and_keeps_what_was_answered(self, candidate: Registration, examiner: User) -> None:
        sitting, first = room.begun(candidate, examiner)
        candidate_actions.answer(first, 1, 2)
        again, second = room.let_in(candidate, examiner, reason="máy hỏng")
        assert again.pk == sitting.pk
        with pytest.raises(DeviceEndedError):
            candidate_actions.answer(first, 2, 1)
        assert candidate_actions.start(second).deadline_at == sitting.deadline_at
        candidate_actions.answer(second, 2, 1)
        assert queries.last_answers(sitting.pk) == {1: 2, 2: 1}

    def test_ends_the_first_before_its_code_is_typed(self, candidate: Registration, examiner: User) -> None:
        _, first = room.begun(candidate, examiner)
        actions.admit(candidate.pk, identity_paper="identity_card", by=examiner, reason="máy hỏng")
        with pytest.raises(DeviceEndedError):
            candidate_actions.answer(first, 1, 1)

    def test_needs_a_reason(self, candidate: Registration, examiner: User) -> None:
        room.let_in(candidate, examiner)
        with pytest.raises(ReasonMissingError):
            actions.admit(candidate.pk, identity_paper="identity_card", by=examiner)

    def test_is_not_given_once_the_paper_is_in(self, candidate: Registration, examiner: User) -> None:
        _, device = room.begun(candidate, examiner)
        candidate_actions.submit(device)
        with pytest.raises(MoveNotAllowedError):
            actions.admit(candidate.pk, identity_paper="identity_card", by=examiner, reason="lại")


class TestAbsence:
    @pytest.mark.parametrize("came", [False, True])
    def test_finishes_the_dossier(self, candidate: Registration, examiner: User, came: bool) -> None:
        if came:
            room.let_in(candidate, examiner)
        assert actions.mark_absent(candidate.pk, by=examiner).state == State.ABSENT
        candidate.refresh_from_db()
        assert (candidate.outcome, candidate.dossier.state) == ("absent", DossierState.FINISHED)

    def test_not_of_who_has_begun(self, candidate: Registration, examiner: User) -> None:
        room.begun(candidate, examiner)
        with pytest.raises(MoveNotAllowedError):
            actions.mark_absent(candidate.pk, by=examiner)


class TestHelpThatIsARight:
    def test_more_time_moves_the_deadline(self, candidate: Registration, examiner: User) -> None:
        sitting, device = room.let_in(candidate, examiner)
        actions.grant(sitting.pk, kind="extra_time", minutes=5, reason="nghe đọc", by=examiner)
        started = candidate_actions.start(device)
        assert started.deadline_at is not None
        assert started.started_at is not None
        assert started.deadline_at - started.started_at == timedelta(minutes=24)
        actions.grant(sitting.pk, kind="extra_time", minutes=2, reason="máy đơ", by=examiner)
        started.refresh_from_db()
        assert started.deadline_at - started.started_at == timedelta(minutes=26)

    @pytest.mark.parametrize(
        ("kind", "minutes"), [("extra_time", 0), ("extra_time", 20), ("read_aloud", 1), ("help_me_answer", 0)]
    )
    def test_nothing_else_is_granted(self, candidate: Registration, examiner: User, kind: str, minutes: int) -> None:
        sitting, _ = room.let_in(candidate, examiner)
        with pytest.raises(MoveNotAllowedError):
            actions.grant(sitting.pk, kind=kind, minutes=minutes, reason="thử", by=examiner)

    def test_needs_a_reason(self, candidate: Registration, examiner: User) -> None:
        sitting, _ = room.let_in(candidate, examiner)
        with pytest.raises(ReasonMissingError):
            actions.grant(sitting.pk, kind="interpreter", reason="", by=examiner)


def test_a_session_closes_when_everybody_has_an_outcome(candidate: Registration, examiner: User) -> None:
    session = candidate.session
    assert session is not None
    other = room.a_candidate(2, session=session)
    actions.mark_absent(other.pk, by=examiner)
    with pytest.raises(SessionOpenError):
        actions.close_session(session.pk, by=examiner)
    actions.mark_absent(candidate.pk, by=examiner)
    closing = actions.close_session(session.pk, by=examiner)
    assert closing.counts["absent"] == closing.counts["registered"] == 2
    for again in (
        lambda: actions.close_session(session.pk, by=examiner),
        lambda: actions.admit(candidate.pk, identity_paper="identity_card", by=examiner),
    ):
        with pytest.raises(SessionClosedError):
            again()


def test_what_must_be_kept_and_until_when() -> None:
    kept = {row.what: row for row in law.kept_until(date(2028, 2, 29))}
    assert (kept["video"].years, kept["video"].until) == (2, date(2030, 2, 28))
    assert (kept["dossier"].years, kept["dossier"].until) == (5, date(2033, 2, 28))
    assert str(kept["video"].source) == "65/2024/TT-BCA art. 8(8)"
