"""Letters: taken once, made whole, posted once, and what came of each is told on."""

from __future__ import annotations

import io
import uuid

import pypdf
import pytest
from django.db import IntegrityError

from gplx.errors import MoveNotAllowedError
from gplx.files import queries as files
from gplx.letters import seal
from gplx.mailroom import actions, papers, queries
from gplx.mailroom.actions import NothingWaitsError, OwnLetterError
from gplx.mailroom.models import Batch, BatchState, Letter, LetterMove, LetterState, Paper
from gplx.notices import errand_actions
from gplx.notices.models import Attempt, Delivery, Errand, Outcome
from gplx.points.actions import NewFact, record
from gplx.points.models import FactKind
from tests.letters.papers import text_of
from tests.mailroom.conftest import TODAY, waiting
from tests.portal.people import deliver

pytestmark = pytest.mark.django_db


def a_batch(officer: int, count: int = 3) -> Batch:
    waiting(count)
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    actions.make(batch.pk)
    batch.refresh_from_db()
    return batch


def posted(officer: int, count: int = 1) -> Letter:
    batch = a_batch(officer, count)
    actions.post(batch.pk, carrier="Bưu điện Mẫu", carrier_receipt="EMS-1", by=officer)
    return batch.letters.get(sequence=1)


def outcomes(letter: Letter) -> list[str]:
    return list(Outcome.objects.filter(attempt_id=letter.attempt_id).order_by("id").values_list("outcome", flat=True))


def test_letters_wait_by_province():
    waiting(3)
    waiting(1, first=300, province_code="79")
    assert [(each.province_code, each.letters) for each in queries.waiting()] == [("01", 3), ("79", 1)]
    assert sum(count for _, count in queries.waiting_kinds("01")) == 3


def test_a_letter_says_word_for_word_what_the_notice_said(officer: int):
    letter = a_batch(officer, 1).letters.get()
    assert letter.paper is not None
    data = papers.content(letter.paper)
    assert seal.verify(data, seal.roots()).is_good
    said = text_of(data)
    told = Delivery.objects.get(notice_id=letter.attempt.notice_id)
    for line in [told.title_vi, *told.text_vi.splitlines(), told.title_en, *told.text_en.splitlines()]:
        assert " ".join(line.split()) in said
    holder = letter.attempt.notice.holder
    licence = holder.licences.get().number
    for words in (f"Kính gửi: {holder.name}", "Số 1, phố Mẫu", licence, told.digest[:16], letter.paper.code):
        assert words in said
    assert letter.attempt.digest == told.digest
    assert letter.paper.asked_digits == licence[-4:]


def test_a_revocation_is_told_on_paper_too(officer: int):
    """It is no line of the record: its decision comes in words, not by a key."""
    [person] = waiting(1)
    said = {"to": "2027-05-21"}
    record([NewFact(person.pk, "car", FactKind.REVOCATION, "revocation:7", TODAY, said, "7/QĐ-TQ/2026/CSGT-01")])
    deliver()
    errand_actions.paper_due()
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    actions.make(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.READY
    read = "\n".join(text_of(papers.content(letter.paper)) for letter in batch.letters.all() if letter.paper)
    assert "7/QĐ-TQ" in read


def test_the_print_file_holds_each_letter_once_in_order_with_a_cover(officer: int):
    batch = a_batch(officer, 12)
    assert (batch.state, batch.letters_done, batch.letters_total) == (BatchState.READY, 12, 12)
    assert batch.print_file is not None
    printed = files.content(batch.print_file)
    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    assert len(pages) == batch.pages
    assert "LÔ THƯ SỐ" in pages[0].extract_text()
    said = text_of(printed)
    places = [said.index(f"thư {number}/12 ·") for number in range(1, 13)]
    assert places == sorted(places)
    for letter in batch.letters.select_related("paper", "attempt__notice__holder"):
        assert letter.paper is not None
        assert said.count(letter.paper.code) >= 1
        assert letter.attempt.notice.holder.name in said


def test_a_letter_is_in_one_batch(officer: int):
    draft = uuid.uuid4()
    waiting(3)
    batch = actions.make_batch(draft, province_code="01", by=officer, limit=2)
    assert actions.make_batch(draft, province_code="01", by=officer).pk == batch.pk
    rest = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    assert (batch.letters_total, rest.letters_total) == (2, 1)
    with pytest.raises(NothingWaitsError):
        actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    taken = batch.letters.get(sequence=1)
    with pytest.raises(IntegrityError):
        Letter.objects.create(
            attempt=taken.attempt, batch=rest, sequence=9, state=LetterState.IN_BATCH, moved_on=taken.moved_on
        )


def test_making_goes_on_where_a_killed_worker_left_off(officer: int, monkeypatch: pytest.MonkeyPatch):
    waiting(15)
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)

    def die(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gplx.mailroom.actions.crash.at", die)
    with pytest.raises(KeyboardInterrupt):
        actions.make(batch.pk)
    monkeypatch.undo()
    batch.refresh_from_db()
    assert (batch.state, batch.letters_done) == (BatchState.MAKING, actions.STEP)
    first = set(Paper.objects.values_list("code", flat=True))
    actions.make(batch.pk)
    actions.make(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.letters_done) == (BatchState.READY, 15)
    assert Paper.objects.count() == 15
    assert first <= set(Paper.objects.values_list("code", flat=True))


def test_a_batch_is_posted_once_and_each_letter_is_on_its_way(officer: int):
    batch = a_batch(officer)
    actions.post(batch.pk, carrier="Bưu điện Mẫu", carrier_receipt="EMS-1", by=officer)
    with pytest.raises(MoveNotAllowedError):
        actions.post(batch.pk, carrier="Bưu điện Mẫu", carrier_receipt="EMS-2", by=officer)
    assert set(batch.letters.values_list("state", flat=True)) == {LetterState.POSTED}
    for letter in batch.letters.all():
        assert outcomes(letter) == ["accepted"]
        assert Errand.objects.get(notice_id=letter.attempt.notice_id, channel="paper").state == "sent"


def test_a_batch_that_is_not_made_cannot_be_posted(officer: int):
    waiting(1)
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    with pytest.raises(MoveNotAllowedError):
        actions.post(batch.pk, carrier="x", carrier_receipt="", by=officer)
    with pytest.raises(MoveNotAllowedError):
        actions.receipt_of(batch)


def test_the_carrier_s_receipt_lists_codes_and_names_nobody(officer: int):
    batch = posted(officer, 4).batch
    assert batch is not None
    batch.refresh_from_db()
    receipt = actions.receipt_of(batch)
    assert actions.receipt_of(batch).pk == receipt.pk
    said = text_of(papers.content(receipt))
    for letter in batch.letters.select_related("paper", "attempt__notice__holder"):
        assert letter.paper is not None
        assert letter.paper.code in said
        assert letter.attempt.notice.holder.name not in said
    for words in ("Bưu điện Mẫu", "EMS-1", "BÊN GIAO", "BÊN NHẬN"):
        assert words in said


def test_a_letter_that_came_back_goes_on_the_same_day_until_it_is_handed_over(officer: int):
    letter = posted(officer)
    assert letter.paper is not None
    found = queries.by_code(letter.paper.code.replace("-", "").lower())
    assert found == letter
    for _ in range(2):
        actions.enter(letter.pk, "return", by=officer, said={"by": "carrier"}, reason="moved")
    assert outcomes(letter) == ["accepted", "returned"]
    assert [each.pk for each in queries.returned()] == [letter.pk]
    errand = Errand.objects.get(notice_id=letter.attempt.notice_id, channel="paper")
    assert (errand.state, errand.cause) == ("dead", "returned")
    handed = actions.hand_over(letter.attempt_id, by=officer, by_citizen_number="", unit="Đội Mẫu")
    assert handed.state == LetterState.HANDED_OVER
    assert outcomes(letter) == ["accepted", "returned", "delivered"]
    assert not queries.returned().exists()
    errand.refresh_from_db()
    assert errand.state == "done"
    assert handed.receipt is not None
    assert letter.attempt.notice.holder.name in text_of(papers.content(handed.receipt))
    moves = list(LetterMove.objects.filter(letter=letter).order_by("id").values_list("name", "of", "to"))
    assert moves == [
        ("take", "", "in_batch"),
        ("post", "in_batch", "posted"),
        ("return", "posted", "returned"),
        ("hand_over", "returned", "handed_over"),
    ]


def test_a_letter_that_waits_can_be_handed_over_at_once_and_is_taken_by_no_batch(officer: int):
    [person, _] = waiting(2)
    [attempt_id] = queries.waiting_of(person.pk)
    actions.hand_over(attempt_id, by=officer, by_citizen_number="", unit="Đội Mẫu")
    with pytest.raises(MoveNotAllowedError):
        actions.hand_over(attempt_id, by=officer, by_citizen_number="", unit="Đội Mẫu")
    batch = actions.make_batch(uuid.uuid4(), province_code="01", by=officer)
    assert batch.letters_total == 1
    assert Outcome.objects.filter(attempt_id=attempt_id).values_list("outcome", flat=True).get() == "delivered"


def test_handed_over_from_a_batch_it_is_not_posted_with_the_rest(officer: int):
    batch = a_batch(officer, 2)
    first = batch.letters.get(sequence=1)
    actions.hand_over(first.attempt_id, by=officer, by_citizen_number="", unit="")
    actions.post(batch.pk, carrier="Bưu điện Mẫu", carrier_receipt="", by=officer)
    first.refresh_from_db()
    assert first.state == LetterState.HANDED_OVER
    assert outcomes(first) == ["delivered"]


def test_nobody_hands_a_letter_to_himself(officer: int):
    [person] = waiting(1)
    [attempt_id] = queries.waiting_of(person.pk)
    with pytest.raises(OwnLetterError):
        actions.hand_over(attempt_id, by=officer, by_citizen_number=person.citizen_number or "", unit="")


@pytest.mark.parametrize(
    ("name", "reason"), [("deliver", "moved"), ("return", ""), ("return", "other"), ("post", ""), ("hand_over", "")]
)
def test_entries_that_do_not_exist_are_refused(officer: int, name: str, reason: str):
    letter = posted(officer)
    with pytest.raises(ValueError, match="no such entry"):
        actions.enter(letter.pk, name, by=officer, said={}, reason=reason)


def test_what_was_delivered_does_not_come_back(officer: int):
    letter = posted(officer)
    actions.enter(letter.pk, "deliver", by=officer, said={"by": "carrier"})
    with pytest.raises(MoveNotAllowedError):
        actions.enter(letter.pk, "return", by=officer, said={}, reason="moved")
    assert outcomes(letter) == ["accepted", "delivered"]
    assert Attempt.objects.filter(notice_id=letter.attempt.notice_id, channel="paper").count() == 1


def test_a_notice_read_meanwhile_needs_no_letter(officer: int):
    from gplx.notices import actions as notices
    from gplx.notices import errand_actions
    from gplx.notices.models import Notice
    from tests.portal.people import a_holder, decide, deliver

    person = a_holder(900, "Mẫu Văn Đọc")
    from tests.mailroom.conftest import TODAY

    decide(person, "900/QĐ-XPHC", TODAY, 2, today=TODAY)
    deliver()
    notice = Notice.objects.get(holder=person)
    notices.open_notice(notice.pk, holder_id=person.pk)
    errand_actions.paper_due()
    assert queries.waiting() == []
