"""Looking people up: a purpose, one row of the log for each look, and nothing that tells who exists."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from gplx.accounts.models import Role, User
from gplx.audit.models import Access
from gplx.desk import looks
from gplx.licences.models import Holder
from gplx.sanctions.actions import annul
from gplx.sanctions.intake import StatedAnnulment
from tests.desk.conftest import AUTHORITY, Opens, a_holder, a_user, signed_in, told

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[int | None, str, str, str]]:
    return list(Access.objects.order_by("pk").values_list("holder_id", "what", "purpose", "reference"))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"query": "790000000001"}, "Chọn lý do tra cứu."),
        ({"query": "790000000001", "purpose": "curiosity"}, "Chọn một trong các lý do"),
        ({"query": "", "purpose": "assisted"}, "Nhập số giấy phép lái xe, số định danh hoặc họ tên."),
        ({"query": "790", "purpose": "assisted"}, "Nhập ít nhất bốn ký tự."),
        ({"query": "%%%%", "purpose": "assisted"}, "Nhập ít nhất bốn ký tự."),
        ({"query": "x" * 10_000, "purpose": "assisted"}, "120"),
        ({"query": "7900\u200b00000001", "purpose": "assisted"}, "không nhìn thấy được"),
        ({"query": "790000000001", "purpose": "complaint"}, "Lý do này cần số vụ việc"),
        ({"query": "790000000001", "purpose": "case_handling", "reference": " "}, "Lý do này cần số vụ việc"),
    ],
)
def test_without_a_good_reason_nobody_is_looked_up(road: Client, holder: Holder, asked: dict[str, str], says: str):
    answer = road.post("/desk/tra-cuu", asked)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert body.count(says) >= 2, "at the field and in the summary"
    assert "<title>Lỗi:" in body.replace("\n", "")
    assert rows() == []


@pytest.mark.parametrize("typed", ["790000000001", "790 000 000 001", "790.000.000.001", "001099000001", "012345678"])
def test_a_number_opens_the_person_and_leaves_one_row(road: Client, open_look: Opens, typed: str):
    holder = a_holder(1, old_number="012345678")
    path = open_look(road, typed)
    assert rows() == [(holder.pk, "standing", "roadside_check", "")]
    assert typed.replace(" ", "") not in path
    for _ in range(3):
        assert road.get(path).status_code == 200
    assert len(rows()) == 1, "a reload is not another look"


def test_the_row_says_who_looked_as_the_citizen_may_see_it(
    road: Client, patrol: User, holder: Holder, open_look: Opens
):
    open_look(road, purpose="case_handling", reference="VV-17/2026")
    row = Access.objects.get()
    assert (row.actor_kind, row.actor, row.actor_name) == ("officer", str(patrol.pk), "roadside|Đội Mẫu")
    assert (row.purpose, row.reference) == ("case_handling", "VV-17/2026")


@pytest.mark.parametrize("typed", ["790000000999", "012345678", "12345", "Không Có Ai", "a_%b'; --"])
def test_not_found_is_recorded_and_says_what_to_check_but_never_revoked(road: Client, holder: Holder, typed: str):
    answer = road.post("/desk/tra-cuu", {"query": typed, "purpose": "roadside_check"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Không tìm thấy ai trong sổ" in body
    assert "Không tìm thấy không có nghĩa là bị thu hồi hay bị tước" in body
    assert rows() == [(None, "search", "roadside_check", "")]


def test_a_name_with_or_without_diacritics_lists_people_to_choose_from(road: Client):
    first, second = a_holder(1), a_holder(2, birth_date=a_holder(3, "Trần Khác Hẳn").birth_date)
    for typed in ("nguyen nguoi mau", "NGUYỄN NGƯỜI MẪU"):
        body = road.post("/desk/tra-cuu", {"query": typed, "purpose": "assisted"}).content.decode()
        assert body.count('name="ticket"') == 2
        assert "1999" in body
        assert "••••••••0001" in body
        assert str(first.citizen_number) not in body
        assert "Trần Khác Hẳn" not in body
    listed = [(None, "list", "assisted", ""), *((one.pk, "list", "assisted", "") for one in (first, second))]
    assert sorted(rows(), key=str) == sorted(listed * 2, key=str), "nobody's record was opened; each sees he was listed"
    tickets = re.findall(r'name="ticket" value="([^"]+)"', body)
    answer = road.post("/desk/tra-cuu/chon", {"ticket": tickets[1]})
    assert answer.status_code == 302
    assert rows()[-1] == (second.pk, "standing", "assisted", "")
    assert len(rows()) == 7


def test_one_hit_by_name_is_still_chosen_by_hand(road: Client, holder: Holder):
    body = road.post("/desk/tra-cuu", {"query": "nguyen nguoi mau", "purpose": "assisted"}).content.decode()
    assert body.count('name="ticket"') == 1


def test_a_ticket_is_worth_nothing_to_another_officer_or_changed(road: Client, holder: Holder):
    body = road.post("/desk/tra-cuu", {"query": "nguyen nguoi mau", "purpose": "assisted"}).content.decode()
    ticket = re.findall(r'name="ticket" value="([^"]+)"', body)[0]
    for client, given in (
        (signed_in(a_user(Role.ROADSIDE)), ticket),
        (road, ticket[:-1] + "x"),
        (road, ""),
        (road, "1"),
    ):
        answer = client.post("/desk/tra-cuu/chon", {"ticket": given})
        assert (answer.status_code, answer["Location"]) == (302, "/desk/tra-cuu")
    assert [what for _, what, _, _ in rows()] == ["list", "list"]


def test_a_look_is_open_to_its_officer_alone_and_all_refusals_read_alike(
    road: Client, holder: Holder, open_look: Opens
):
    path = open_look(road)
    stranger = signed_in(a_user(Role.ADMINISTRATOR))
    foreign, unknown = stranger.get(path), stranger.get("/desk/tra-cuu/999999")
    assert foreign.status_code == unknown.status_code == 404
    assert _without_tokens(foreign.content) == _without_tokens(unknown.content).replace(
        "999999", path.rsplit("/", 1)[1]
    )
    assert road.get(path).status_code == 200


def _without_tokens(body: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode())


def test_a_look_closes_after_a_quarter_of_an_hour(
    road: Client, holder: Holder, open_look: Opens, monkeypatch: pytest.MonkeyPatch
):
    path = open_look(road)
    monkeypatch.setattr(looks, "OPEN_MINUTES", 0)
    assert road.get(path).status_code == 404
    assert road.get(f"{path}/ban-ke/car").status_code == 404


def test_whoever_finds_nobody_again_and_again_is_stopped(road: Client, holder: Holder):
    for index in range(looks.MISSES_MAX):
        road.post("/desk/tra-cuu", {"query": f"79000099{index:04d}", "purpose": "roadside_check"})
    answer = road.post("/desk/tra-cuu", {"query": "790000000001", "purpose": "roadside_check"})
    assert answer.status_code == 429
    assert "Hãy đợi mười phút" in answer.content.decode()
    assert len(rows()) == looks.MISSES_MAX


def test_whoever_searches_by_name_is_not_guessing(road: Client, holder: Holder):
    for _ in range(looks.MISSES_MAX + 1):
        answer = road.post("/desk/tra-cuu", {"query": "nguyen nguoi mau", "purpose": "assisted"})
    assert answer.status_code == 200


def test_an_officer_does_not_open_his_own_record_and_the_try_is_recorded(holder: Holder):
    client = signed_in(a_user(Role.ROADSIDE, citizen_number=holder.citizen_number or ""))
    answer = client.post("/desk/tra-cuu", {"query": "790000000001", "purpose": "roadside_check"})
    assert answer.status_code == 403
    assert "Không ai xử lý hồ sơ của chính mình" in answer.content.decode()
    assert rows() == [(holder.pk, "standing", "roadside_check", "")]
    assert client.get(f"/desk/tra-cuu/{Access.objects.get().pk}").status_code == 404


def test_my_recent_looks_are_shown_and_only_mine(road: Client, holder: Holder, open_look: Opens):
    path = open_look(road, reference="Chốt 7")
    assert f'href="{path}"' in road.get("/desk/tra-cuu").content.decode()
    assert "Chốt 7" in road.get("/desk/tra-cuu").content.decode()
    assert "Chốt 7" not in signed_in(a_user(Role.ROADSIDE)).get("/desk/tra-cuu").content.decode()


def test_a_list_is_one_of_my_recent_looks_and_opens_nothing(road: Client):
    a_holder(1)
    a_holder(2)
    road.post("/desk/tra-cuu", {"query": "nguoi mau", "purpose": "roadside_check"})
    body = road.get("/desk/tra-cuu").content.decode()
    assert body.count('<li class="desk-recent__item">') == 1
    assert "Danh sách tên" in body
    assert "Mở lại" not in body


# --- what the page says ---------------------------------------------------------------------------------------------


def test_who_has_no_facts_may_drive_everything_he_holds(road: Client, holder: Holder, open_look: Opens):
    body = road.get(open_look(road)).content.decode()
    assert "ĐƯỢC lái mô tô" in body
    assert "ĐƯỢC lái ô tô" in body
    assert "KHÔNG được lái" not in body
    assert "không thời hạn" in body


def test_the_three_axes_are_said_apart(road: Client, holder: Holder, open_look: Opens):
    told(number="1", offences=[{"points": 12}])
    body = road.get(open_look(road)).content.decode()
    assert "KHÔNG được lái ô tô" in body
    assert "ĐƯỢC lái mô tô" in body, "the other part is untouched"
    assert body.index("KHÔNG được lái ô tô") < body.index("ĐƯỢC lái mô tô"), "a no is seen without scrolling"
    assert "Đã hết điểm" in body
    assert "từ ngày 03/11/2026" in body
    assert "chờ 18 tháng" in body
    assert "04/05/2028" in body, "first day of the test"
    assert "còn hiệu lực" in body, "the document is valid although its holder may not drive"


def test_revoked_is_not_exhausted(road: Client, holder: Holder, open_look: Opens):
    told(number="1", offences=[], revocation={"from": "2026-11-10", "to": "2027-01-10"})
    body = road.get(open_look(road)).content.decode()
    assert "KHÔNG được lái ô tô" in body
    assert "Đang bị tước quyền sử dụng" in body
    assert "Còn <strong>12</strong> trên 12 điểm" in body
    assert "từ 10/11/2026 đến hết 10/01/2027" in body
    assert "ngày 11/01/2027" in body, "the next change"


@pytest.mark.parametrize(
    ("status", "says"), [("withdrawn", "Giấy phép đã bị thu hồi"), ("replaced", "Giấy phép đã được đổi hoặc cấp lại")]
)
def test_the_documents_fate_is_another_question_than_points(road: Client, open_look: Opens, status: str, says: str):
    a_holder(1, status=status)
    body = road.get(open_look(road)).content.decode()
    assert says in body
    assert "KHÔNG được lái ô tô" in body
    assert "Còn <strong>12</strong> trên 12 điểm" in body


def test_pending_decisions_and_notices_are_shown(road: Client, holder: Holder, open_look: Opens):
    told(number="1", effective_on="2026-11-30")
    told(number="2", offences=[{"points": 2}])
    body = road.get(open_look(road)).content.decode()
    assert "1 quyết định chờ có hiệu lực" in body
    assert "ngày 30/11/2026" in body
    assert "Chưa báo</strong>" in body, "the worker has not delivered it in this test"
    assert "Bị trừ điểm −2" in body


def test_an_annulled_revocation_was_never_there(road: Client, holder: Holder, open_look: Opens):
    told(number="1", offences=[], revocation={"from": "2026-11-10", "to": "2027-01-10"})
    annulment = StatedAnnulment(AUTHORITY, "1", 2026, "77/QĐ-HB", date(2026, 11, 20), "Sai người")
    annul(annulment, source="client:test")
    body = road.get(open_look(road)).content.decode()
    assert "KHÔNG được lái" not in body
    assert "đang bị tước" not in body


def test_the_driver_sees_who_looked_and_why(road: Client, holder: Holder, open_look: Opens):
    look = open_look(road, purpose="complaint", reference="KN-5/2026")
    road.get(f"{look}/ban-ke/car")
    body = signed_in(a_user(Role.CITIZEN, citizen_number=str(holder.citizen_number))).get(reverse("accesses"))
    text = body.content.decode()
    assert text.count("Giải quyết khiếu nại (KN-5/2026)") == 2
    assert "Cán bộ tuần tra, kiểm soát" in text
    assert "Cán Bộ Tuần Tra" not in text, "the role, not the officer's name"


def test_nothing_personal_in_addresses_and_logs(
    road: Client, holder: Holder, open_look: Opens, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level("DEBUG"):
        look = open_look(road)
        road.post("/desk/tra-cuu", {"query": "790000000001"})
        road.get(look)
        road.get("/desk/tra-cuu/999999")
    shown = caplog.text + look
    for personal in (holder.name, "790000000001", str(holder.citizen_number), "1999-01-31"):
        assert personal not in "".join(line for line in shown.splitlines() if "django.db.backends" not in line)


def test_two_licences_of_one_person_are_one_page(road: Client, holder: Holder, open_look: Opens):
    from gplx.licences.models import Entitlement, Licence

    old = Licence.objects.create(
        number="790000000777", holder=holder, issue_date=holder.birth_date, issuing_province="01", status="replaced"
    )
    Entitlement.objects.create(
        licence=old, category="B1", regime="pre-2025", part="car", issue_date=holder.birth_date, expiry_date=None
    )
    for number in ("790000000777", "790000000001"):
        body = road.get(open_look(road, number)).content.decode()
        assert "790000000777" in body
        assert "790000000001" in body
        assert "KHÔNG được lái" not in body, "one good document is enough"
