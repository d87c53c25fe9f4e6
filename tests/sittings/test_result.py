"""Two officers, one transaction: what follows from a pass and from a fail, and what nobody may do."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from gplx import crash
from gplx.accounts.models import User
from gplx.dossiers.models import State as DossierState
from gplx.errors import MoveNotAllowedError
from gplx.exams.models import Registration
from gplx.files import queries as files
from gplx.files.models import StoredFile
from gplx.letters import seal
from gplx.mailroom.models import Paper
from gplx.notices import catalogue
from gplx.notices.models import Notice
from gplx.points import actions as points
from gplx.points.models import Account, Entry, Fact
from gplx.sittings import candidate_actions, fsck, queries, result_actions
from gplx.sittings.errors import OwnSittingError, ReasonMissingError, SamePersonError
from gplx.sittings.models import Minutes, Sitting, State
from tests.points.people import annulment
from tests.sittings import room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(sealing: None) -> None:
    """There is a key to seal with."""


def handed_in(candidate: Registration, examiner: User, *, wrong: int = 0, fatal_wrong: bool = False) -> Sitting:
    sitting, device = room.begun(candidate, examiner)
    room.answer_all(sitting, device, wrong=wrong, fatal_wrong=fatal_wrong)
    return candidate_actions.submit(device)


def confirmed(candidate: Registration, examiner: User, colleague: User, *, wrong: int = 0) -> Minutes:
    sitting = handed_in(candidate, examiner, wrong=wrong)
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
    return result_actions.confirm(sitting.pk, by=colleague)


class TestAPass:
    def test_gives_the_points_back_and_tells_and_ends_the_dossier(
        self, candidate: Registration, examiner: User, colleague: User
    ) -> None:
        kept = confirmed(candidate, examiner, colleague, wrong=2)
        account = Account.objects.get(holder=candidate.holder)
        entry = Entry.objects.get(kind="test_restoration")
        assert (account.balance, entry.points, entry.takes_effect_on) == (12, 12, room.TODAY)
        assert Fact.objects.get(entries=entry).natural_key == f"test:{kept.number}"
        assert Notice.objects.get(entry=entry).kind == "test_restoration"
        candidate.refresh_from_db()
        assert (candidate.outcome, candidate.dossier.state) == ("passed", DossierState.FINISHED)
        assert kept.sitting.state == State.CONFIRMED
        assert candidate.session is not None
        counted = queries.counts(candidate.session.pk)
        assert (counted.sat, counted.passed, counted.told, counted.open) == (1, 1, 1, 0)

    def test_has_minutes_in_two_sealed_copies(self, candidate: Registration, examiner: User, colleague: User) -> None:
        kept = confirmed(candidate, examiner, colleague)
        assert kept.candidate_digest != kept.file_digest
        for digest, copy in ((kept.candidate_digest, "Bản giao"), (kept.file_digest, "Bản lưu hồ sơ")):
            data = files.content(StoredFile.objects.get(digest=digest))
            assert seal.verify(data, seal.roots()).is_good
            text = re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))
            for said in (copy, kept.number, "25/25", "ĐẠT", "Mẫu Văn Thi", "Cán Bộ Mẫu Một", "Cán Bộ Mẫu Hai"):
                assert said in text, (said, text)


class TestAFail:
    def test_changes_no_points_and_tells_when_to_come_again(
        self, candidate: Registration, examiner: User, colleague: User
    ) -> None:
        entries = Entry.objects.count()
        kept = confirmed(candidate, examiner, colleague, wrong=5)
        assert (Account.objects.get().balance, Entry.objects.count()) == (0, entries)
        assert not Fact.objects.filter(kind="test").exists()
        notice = Notice.objects.get(kind="test_failed")
        # Seven working days after Wednesday 25 November 2026 end on Friday 4 December.
        assert (notice.natural_key, notice.content["again_from"]) == (f"test:{kept.number}", "2026-12-05")
        candidate.refresh_from_db()
        assert (candidate.outcome, candidate.outcome_on) == ("failed", room.TODAY)
        assert candidate.session is not None
        assert queries.counts(candidate.session.pk).told == 1


class TestTwoPeople:
    def test_i14_who_signs_does_not_confirm(self, candidate: Registration, examiner: User) -> None:
        sitting = handed_in(candidate, examiner)
        result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        same = room.a_user(citizen_number=examiner.citizen_number)
        for by in (examiner, same):
            with pytest.raises(SamePersonError):
                result_actions.confirm(sitting.pk, by=by)
        assert not Minutes.objects.exists()

    def test_i14_nobody_signs_or_confirms_for_himself(
        self, candidate: Registration, examiner: User, colleague: User
    ) -> None:
        himself = room.a_user(citizen_number=candidate.holder.citizen_number or "")
        sitting = handed_in(candidate, examiner)
        with pytest.raises(OwnSittingError):
            result_actions.sign(sitting.pk, acknowledged="signed", by=himself)
        result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        with pytest.raises(OwnSittingError):
            result_actions.confirm(sitting.pk, by=himself)

    def test_the_second_gives_it_back_with_a_reason(
        self, candidate: Registration, examiner: User, colleague: User
    ) -> None:
        sitting = handed_in(candidate, examiner)
        result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        with pytest.raises(ReasonMissingError):
            result_actions.give_back(sitting.pk, note="", by=colleague)
        assert result_actions.give_back(sitting.pk, note="sai giấy tờ", by=colleague).state == State.SUBMITTED
        with pytest.raises(MoveNotAllowedError):
            result_actions.confirm(sitting.pk, by=colleague)
        # The other way round: whoever gave it back may sign it, and then the first confirms.
        result_actions.sign(sitting.pk, acknowledged="refused", remark="không ký", by=colleague)
        assert result_actions.confirm(sitting.pk, by=examiner).content["remark"] == "không ký"

    def test_who_did_not_sign_needs_a_word(self, candidate: Registration, examiner: User) -> None:
        sitting = handed_in(candidate, examiner)
        with pytest.raises(ReasonMissingError):
            result_actions.sign(sitting.pk, acknowledged="refused", by=examiner)
        with pytest.raises(MoveNotAllowedError):
            result_actions.sign(sitting.pk, acknowledged="perhaps", by=examiner)

    def test_a_result_is_confirmed_once(self, candidate: Registration, examiner: User, colleague: User) -> None:
        kept = confirmed(candidate, examiner, colleague)
        with pytest.raises(MoveNotAllowedError):
            result_actions.confirm(kept.sitting_id, by=colleague)
        assert Entry.objects.filter(kind="test_restoration").count() == 1


class TestTheSimulationOfBefore:
    """65/2024/TT-BCA art. 6(4)-(5), until 105/2026/TT-BCA abolished it for sittings from 2026-07-01."""

    @pytest.fixture
    def sitting(
        self, db: None, examiner: User, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> Sitting:
        held_on: date = request.param
        monkeypatch.setenv("GPLX_TODAY", held_on.isoformat())
        room.fill_bank()
        holder = room.a_holder(part="car")
        room.exhaust(holder, part="car", on=date(2025, 10, 1), today=held_on)
        registration = room.registered(room.a_session(held_on), holder, part="car")
        return handed_in(registration, examiner)

    @pytest.mark.parametrize("sitting", [date(2026, 6, 30)], indirect=True)
    @pytest.mark.parametrize(("marks", "passed"), [(34, False), (35, True)])
    def test_asked_for_until_2026_06_30(
        self, sitting: Sitting, examiner: User, colleague: User, marks: int, passed: bool
    ) -> None:
        with pytest.raises(MoveNotAllowedError):
            result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        for impossible in (-1, 51):
            with pytest.raises(MoveNotAllowedError):
                result_actions.enter_simulation(sitting.pk, marks=impossible, by=examiner)
        result_actions.enter_simulation(sitting.pk, marks=marks, by=examiner)
        result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        assert result_actions.confirm(sitting.pk, by=colleague).passed is passed
        assert Account.objects.get().balance == (12 if passed else 0)

    @pytest.mark.parametrize("sitting", [date(2026, 7, 1)], indirect=True)
    def test_not_any_more_from_2026_07_01(self, sitting: Sitting, examiner: User, colleague: User) -> None:
        with pytest.raises(MoveNotAllowedError):
            result_actions.enter_simulation(sitting.pk, marks=50, by=examiner)
        result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
        assert result_actions.confirm(sitting.pk, by=colleague).passed


def test_the_minutes_can_be_checked_by_whoever_holds_them(
    candidate: Registration, examiner: User, colleague: User, client: Client
) -> None:
    kept = confirmed(candidate, examiner, colleague)
    codes = {paper.digest: paper.code for paper in Paper.objects.filter(kind="minutes")}
    assert codes.keys() == {kept.candidate_digest, kept.file_digest}
    answer = client.get(f"/kiem-tra/{codes[kept.candidate_digest]}")
    assert answer.status_code == 200
    assert candidate.holder.name not in answer.content.decode()


def test_minutes_that_were_not_confirmed_are_no_paper_of_the_register(
    candidate: Registration, examiner: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copies are made first; if the result is not recorded then, nobody may take them for genuine."""
    sitting = handed_in(candidate, examiner)
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)

    def given_back_meanwhile(place: str) -> None:
        if place == "result.copies":
            result_actions.give_back(sitting.pk, note="sai giấy tờ", by=colleague)

    with monkeypatch.context() as patched:
        patched.setattr(crash, "at", given_back_meanwhile)
        with pytest.raises(MoveNotAllowedError):
            result_actions.confirm(sitting.pk, by=colleague)
    assert not Paper.objects.filter(kind="minutes").exists()
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
    kept = result_actions.confirm(sitting.pk, by=colleague)
    given_out = set(Paper.objects.filter(kind="minutes").values_list("digest", flat=True))
    assert given_out == {kept.candidate_digest, kept.file_digest}


def test_a_pass_after_the_exhaustion_was_annulled_gives_nothing_and_is_told(
    candidate: Registration, examiner: User, colleague: User
) -> None:
    """Annulled while the person sat: his dossier ends with what he did, and he hears why his points do not move."""
    sitting = handed_in(candidate, examiner)
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
    key = Fact.objects.filter(kind="decision").values_list("decision_key", flat=True)[0]
    points.record([annulment(candidate.holder_id, key, room.TODAY, part="motorcycle")], today=room.TODAY)
    before = Account.objects.get().balance
    kept = result_actions.confirm(sitting.pk, by=colleague)
    assert (kept.passed, Account.objects.get().balance) == (True, before)
    notice = Notice.objects.get(kind="test_without_effect")
    assert (notice.holder_id, notice.natural_key) == (candidate.holder_id, f"test:{kept.number}")
    said = catalogue.write(notice.kind, notice.content)
    assert "chưa bị trừ hết điểm" in said.text_vi
    assert "points left" in said.text_en
    candidate.refresh_from_db()
    assert candidate.dossier.state == DossierState.FINISHED
    assert candidate.session is not None
    assert queries.counts(candidate.session.pk).told == 1
    assert list(fsck.check()) == []
