"""The mailroom's pages: one batch from preview to receipt, a letter that comes back, a letter handed over."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gplx.accounts.models import Role
from gplx.audit.models import Access
from gplx.letters import seal
from gplx.mailroom import actions
from gplx.mailroom.models import Batch, BatchState, Letter, LetterState
from gplx.notices.models import Outcome
from tests.desk.conftest import a_user, signed_in
from tests.letters.papers import text_of
from tests.mailroom.conftest import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Client:
    return signed_in(a_user(Role.CASE_OFFICER))


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def made(officer: Client, count: int = 2) -> Batch:
    waiting(count)
    draft = re.search(r'name="draft" value="([^"]+)"', html(officer, "/desk/thu-giay/lo-moi/01"))
    assert draft
    for _ in range(2):  # sent twice
        answer = officer.post("/desk/thu-giay/lo-moi/01", {"draft": draft[1]})
        assert answer.status_code == 302
    batch = Batch.objects.get()
    assert answer["Location"] == f"/desk/thu-giay/lo/{batch.pk}"
    return batch


def test_a_batch_from_preview_to_the_carrier_s_receipt(officer: Client):
    batch = made(officer)
    page = html(officer, f"/desk/thu-giay/lo/{batch.pk}")
    assert "0 trên 2 thư" in page
    assert "Xem tiến độ mới nhất" in page
    piece = officer.get(f"/desk/thu-giay/lo/{batch.pk}/tien-do", headers={"HX-Request": "true"})
    assert "<progress" in piece.content.decode()
    assert "HX-Refresh" not in piece
    assert officer.get(f"/desk/thu-giay/lo/{batch.pk}/in.pdf").status_code == 404
    actions.make(batch.pk)
    piece = officer.get(f"/desk/thu-giay/lo/{batch.pk}/tien-do", headers={"HX-Request": "true"})
    assert piece["HX-Refresh"] == "true"
    assert officer.get(f"/desk/thu-giay/lo/{batch.pk}/tien-do").status_code == 302
    printed = officer.get(f"/desk/thu-giay/lo/{batch.pk}/in.pdf")
    assert "thư 2/2" in text_of(printed.content)
    looks = Access.objects.filter(what="letter", reference=f"{batch.pk}/LT-GPLX")
    assert looks.count() == 2
    assert officer.get(f"/desk/thu-giay/lo/{batch.pk}/ban-giao.pdf").status_code == 404
    missing = officer.post(f"/desk/thu-giay/lo/{batch.pk}", {"carrier": ""})
    assert missing.status_code == 422
    given = {"carrier": "Bưu điện Mẫu", "carrier_receipt": "EMS-9"}
    for _ in range(2):
        assert officer.post(f"/desk/thu-giay/lo/{batch.pk}", given).status_code == 302
    other = signed_in(a_user(Role.CASE_OFFICER, "Cán Bộ Hai"))
    assert other.post(f"/desk/thu-giay/lo/{batch.pk}", given).status_code == 409
    assert Outcome.objects.filter(outcome="accepted").count() == 2
    receipt = officer.get(f"/desk/thu-giay/lo/{batch.pk}/ban-giao.pdf").content
    assert seal.verify(receipt, seal.roots()).is_good
    assert "EMS-9" in text_of(receipt)


def test_no_page_of_batches_names_a_person(officer: Client):
    batch = made(officer)
    actions.make(batch.pk)
    letter = batch.letters.select_related("paper", "attempt__notice__holder").get(sequence=1)
    assert letter.paper is not None
    for address in ("/desk/thu-giay", f"/desk/thu-giay/lo/{batch.pk}", f"/desk/thu-giay/thu/{letter.paper.code}"):
        said = html(officer, address)
        assert letter.attempt.notice.holder.name not in said
        assert str(letter.attempt.notice.holder.citizen_number) not in said


def a_posted(officer: Client) -> Letter:
    batch = made(officer, 1)
    actions.make(batch.pk)
    actions.post(batch.pk, carrier="Bưu điện Mẫu", carrier_receipt="", by=1)
    return batch.letters.select_related("paper", "attempt__notice__holder").get()


def test_a_letter_that_came_back_is_found_by_its_code_and_entered_with_a_reason(officer: Client):
    letter = a_posted(officer)
    assert letter.paper is not None
    code = letter.paper.code
    typed = officer.post("/desk/thu-giay", {"code": f"https://gplx.example/kiem-tra/{code.lower()}"})
    assert typed["Location"] == f"/desk/thu-giay/thu/{code}"
    assert officer.post("/desk/thu-giay", {"code": "x"}).status_code == 422
    assert officer.post(f"/desk/thu-giay/thu/{code}", {"came": "return:other"}).status_code == 422
    for _ in range(2):
        assert officer.post(f"/desk/thu-giay/thu/{code}", {"came": "return:moved"}).status_code == 302
    page = html(officer, f"/desk/thu-giay/thu/{code}")
    assert "trao tận tay" in page
    assert "người nhận đã chuyển đi" in page
    assert officer.post(f"/desk/thu-giay/thu/{code}", {"came": "deliver"}).status_code == 409
    assert code in html(officer, "/desk/thu-giay")


def opened(client: Client, letter_number: str) -> str:
    answer = client.post("/desk/tra-cuu", {"query": letter_number, "purpose": "roadside_check"})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_patrol_hands_a_letter_over_and_prints_the_receipt():
    [person] = waiting(1)
    patrol = signed_in(a_user(Role.ROADSIDE))
    look = opened(patrol, person.licences.get().number)
    assert "Thư giấy chưa đến tay</a>" not in html(patrol, look)
    page = html(patrol, f"{look}/thu")
    attempt = re.search(r'name="attempt" value="(\d+)"', page)
    assert attempt
    answers = [patrol.post(f"{look}/thu", {"attempt": attempt[1]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    letter = Letter.objects.get()
    assert letter.state == LetterState.HANDED_OVER
    assert Outcome.objects.get(attempt__channel="paper").outcome == "delivered"
    done = html(patrol, str(answers[0]["Location"]))
    assert "giay-nhan.pdf" in done
    assert person.name in text_of(patrol.get(f"{look}/thu/{letter.pk}/giay-nhan.pdf").content)
    assert patrol.get(f"{look}/thu/{letter.pk}/thu.pdf").status_code == 200
    assert patrol.get(f"{look}/thu/{letter.pk}/khac.pdf").status_code == 404
    assert patrol.post(f"{look}/thu", {"attempt": "999"}).status_code == 409
    assert Access.objects.filter(holder_id=person.pk, what="letter").exists()
    other = signed_in(a_user(Role.ROADSIDE, "Cán Bộ Hai"))
    assert other.get(f"{look}/thu/{letter.pk}/thu.pdf").status_code == 404


def test_nobody_hands_a_letter_to_himself():
    [person] = waiting(1)
    patrol = signed_in(a_user(Role.ROADSIDE, citizen_number=person.citizen_number or ""))
    answer = patrol.post("/desk/tra-cuu", {"query": person.licences.get().number, "purpose": "roadside_check"})
    assert answer.status_code == 403


def test_the_statement_of_somebody_who_was_looked_up():
    [person] = waiting(1)
    patrol = signed_in(a_user(Role.ROADSIDE))
    look = opened(patrol, person.licences.get().number)
    data = patrol.get(f"{look}/ban-ke.pdf").content
    assert seal.verify(data, seal.roots()).is_good
    assert person.name in text_of(data)


def test_a_province_without_letters_has_nothing_to_take(officer: Client):
    assert officer.get("/desk/thu-giay/lo-moi/99").status_code == 404
    assert officer.post("/desk/thu-giay/lo-moi/01", {"draft": "none"}).status_code == 404
    assert not Batch.objects.exists()
    assert BatchState.values


def test_i14_nobody_enters_what_came_of_his_own_letter(officer: Client):
    letter = a_posted(officer)
    assert letter.paper is not None
    number = letter.attempt.notice.holder.citizen_number or ""
    himself = signed_in(a_user(Role.CASE_OFFICER, citizen_number=number))
    address = f"/desk/thu-giay/thu/{letter.paper.code}"
    assert himself.get(address).status_code == 403
    assert himself.post(address, {"came": "return:moved"}).status_code == 403
    letter.refresh_from_db()
    assert letter.state == "posted"
