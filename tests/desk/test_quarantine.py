"""The quarantine desk: what matches, what differs, one decision each, and the colleague who was faster."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gplx.accounts.models import Role, User
from gplx.audit.models import Access
from gplx.desk import candidates
from gplx.desk.candidates import Piece
from gplx.licences.models import Holder
from gplx.points.models import Account, Entry
from gplx.sanctions import actions as sanctions
from gplx.sanctions.models import Decision, QuarantineMove
from tests.desk.conftest import a_holder, a_user, signed_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(holder: Holder) -> Decision:
    """A decision whose birth day has day and month turned round."""
    return told(number="3/QĐ-XPHC", birth_date="1999-01-13")


def page(decision: Decision) -> str:
    return f"/desk/doi-chieu/{decision.pk}"


def preview(client: Client, decision: Decision, holder: Holder, **more: str) -> dict[str, str]:
    """Ask for the effect on one person; what the form then sends."""
    body = client.post(page(decision), {"act": "preview", "holder": str(holder.pk), **more}).content.decode()
    version = re.findall(r'name="version" value="([^"]*)"', body)
    assert version, "the effect is shown with a form"
    return {"act": "match", "holder": str(holder.pk), "version": version[0], "note": "Bản giấy ghi 31/01", **more}


def test_the_queue_shows_the_oldest_first_and_filters_by_reason(desk: Client, holder: Holder):
    told(number="1", birth_date="1999-01-13")
    told(number="2", licence_number="790000000999")
    told(number="3", licence_number="790000000998")
    body = desk.get("/desk/doi-chieu").content.decode()
    assert re.findall(r'/desk/doi-chieu/\d+">(\d)</a>', body) == ["1", "2", "3"]
    assert "Tất cả (3)" in body
    assert "Số không có (2)" in body
    body = desk.get("/desk/doi-chieu?reason=licence_unknown").content.decode()
    assert re.findall(r'/desk/doi-chieu/\d+">(\d)</a>', body) == ["2", "3"]
    assert desk.get("/desk/doi-chieu?reason=__all&page=-1").status_code == 200


def test_the_page_says_what_agrees_and_what_differs(desk: Client, waiting: Decision):
    body = desk.get(page(waiting)).content.decode()
    assert "ngày sinh không khớp" in body
    verdicts = re.findall(r"govuk-tag--(green|red)", body)
    assert verdicts == ["green", "green", "red", "green"], "number, name, birth day, part"


def test_names_and_numbers_are_cut_where_they_differ(holder: Holder):
    decision = told(number="9", licence_number="790000000010", holder_name="NGUYEN VAN MAU")
    compared = candidates.compare(decision, holder)
    assert compared.number_pieces == (Piece("7900000000", True), Piece("01", False))
    assert "".join(piece.text for piece in compared.name_pieces) == holder.name
    assert Piece("Nguyễn ", True) in compared.name_pieces, "diacritics and case are no difference"
    assert not compared.name
    assert not compared.number


def test_candidates_are_found_by_number_and_by_name_with_birth_day(desk: Client):
    by_number, by_name = a_holder(10, "Người Hoàn Toàn Khác"), a_holder(1)
    a_holder(2, birth_date=date(1998, 1, 31))
    decision = told(number="9", licence_number="790000000010")
    assert set(candidates.people(decision)) == {by_number, by_name}
    body = desk.get(page(decision)).content.decode()
    assert body.index(by_name.name) < body.index(by_number.name), "fewer differences first"


def test_each_candidate_shown_is_a_look_that_he_sees(desk: Client, waiting: Decision, holder: Holder):
    desk.get(page(waiting))
    desk.get(page(waiting))
    row = Access.objects.get()
    assert (row.holder_id, row.purpose, row.reference) == (holder.pk, "quarantine", "3/QĐ-XPHC/2026")


def test_matching_shows_the_effect_first_and_then_does_it(
    desk: Client, officer: User, waiting: Decision, holder: Holder
):
    sent = preview(desk, waiting, holder)
    assert Entry.objects.count() == 0
    answer = desk.post(page(waiting), sent)
    assert answer["Location"] == f"/desk/quyet-dinh/{waiting.pk}"
    assert Account.objects.get().balance == 8
    move = QuarantineMove.objects.get()
    assert (move.outcome, move.note, move.officer_id) == ("matched", "Bản giấy ghi 31/01", officer.pk)
    assert desk.get(page(waiting))["Location"] == answer["Location"]


def test_a_note_is_needed(desk: Client, waiting: Decision, holder: Holder):
    for act in ({**preview(desk, waiting, holder), "note": " "}, {"act": "return", "note": ""}):
        answer = desk.post(page(waiting), act)
        assert answer.status_code == 422
        assert answer.content.decode().count("Nhập ghi chú") == 2
    assert QuarantineMove.objects.count() == 0


def test_returning_takes_no_points_and_makes_room(desk: Client, waiting: Decision, holder: Holder):
    answer = desk.post(page(waiting), {"act": "return", "note": "Sai ngày sinh, cần bản đúng"})
    body = desk.get(answer["Location"]).content.decode()
    assert "Đã trả lại cơ quan ra quyết định" in body
    assert "Sai ngày sinh, cần bản đúng" in body
    assert told(number="3/QĐ-XPHC").state == "recorded", "the corrected one has the same number"


def test_a_colleague_who_was_faster_wins_and_is_named(desk: Client, colleague: User, waiting: Decision, holder: Holder):
    sent = preview(desk, waiting, holder)
    sanctions.return_to_authority(waiting.pk, officer=colleague, note="Hồ sơ khác")
    for act in (sent, {"act": "return", "note": "x"}):
        answer = desk.post(page(waiting), act)
        body = answer.content.decode()
        assert answer.status_code == 409
        assert "Đồng nghiệp đã xử lý quyết định này trước bạn" in body
        assert colleague.display_name in body
        assert "Hồ sơ khác" in body
    assert Entry.objects.count() == 0


def test_a_preview_that_is_out_of_date_changes_nothing(desk: Client, waiting: Decision, holder: Holder):
    sent = preview(desk, waiting, holder)
    told(number="meanwhile", offences=[{"points": 10}])
    answer = desk.post(page(waiting), sent)
    assert answer.status_code == 409
    assert "Trong lúc bạn xem, sổ đã thay đổi" in answer.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "quarantined"


@pytest.mark.parametrize(
    "changed", [{"version": ""}, {"holder": "999999"}, {"holder": ""}, {"act": "delete"}, {"holder": "x"}]
)
def test_a_changed_form_matches_nobody(desk: Client, waiting: Decision, holder: Holder, changed: dict[str, str]):
    stranger = a_holder(55, "Người Ngoài Cuộc")
    for more in (changed, {"holder": str(stranger.pk)}):
        answer = desk.post(page(waiting), {**preview(desk, waiting, holder), **more})
        assert answer.status_code in (409, 422)
    assert QuarantineMove.objects.count() == 0


def test_a_number_the_officer_knows_adds_a_candidate(desk: Client, holder: Holder):
    decision = told(number="9", licence_number="790000000010", holder_name="Nguyễn Văn Mẫu")
    assert "Sổ không có ai gần giống" in desk.get(page(decision)).content.decode()
    body = desk.post(page(decision), {"act": "find", "number": "790 000 000 001"}).content.decode()
    assert holder.name in body
    desk.post(page(decision), preview(desk, decision, holder, number="790 000 000 001"))
    assert Account.objects.get().balance == 8
    unknown = desk.post(page(told(number="10", licence_number="790000000011")), {"act": "find", "number": "123"})
    assert "Sổ không có giấy phép số này." in unknown.content.decode()


def test_a_person_without_that_part_cannot_be_matched(desk: Client):
    holder = a_holder(1, parts=("motorcycle",))
    decision = told(number="9")
    assert decision.reason == "part_not_held"
    body = desk.get(page(decision)).content.decode()
    assert "người này không có phần giấy phép ấy" in body
    answer = desk.post(page(decision), {"act": "match", "holder": str(holder.pk), "version": "", "note": "x"})
    assert answer.status_code == 422


def test_nobody_matches_a_decision_to_himself(waiting: Decision, holder: Holder):
    client = signed_in(a_user(Role.CASE_OFFICER, citizen_number=str(holder.citizen_number)))
    assert "Đây là chính bạn" in client.get(page(waiting)).content.decode()
    sent: dict[str, Any] = {"act": "match", "holder": str(holder.pk), "version": "", "note": "x"}
    assert client.post(page(waiting), sent).status_code == 422
    assert Entry.objects.count() == 0


def test_a_foreign_licence_can_only_be_returned(desk: Client, holder: Holder):
    decision = told(number="9", licence_number="DE-123", foreign_licence=True, part=None)
    body = desk.get(page(decision)).content.decode()
    assert "Giấy phép nước ngoài hoặc quốc tế" in body
    assert 'value="preview"' not in body
    assert 'value="return"' in body
