"""One decision by hand: nothing is recorded before the check page, nothing twice, and the preview says the truth."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gplx.accounts.models import Role, User
from gplx.audit.models import Access
from gplx.law import catalogue
from gplx.licences.models import Holder
from gplx.points.models import Account, Entry
from gplx.sanctions.actions import annul, return_to_authority
from gplx.sanctions.intake import StatedAnnulment
from gplx.sanctions.models import Decision
from tests.desk.conftest import AUTHORITY, a_holder, a_user, signed_in, told

pytestmark = pytest.mark.django_db

FORM = "/desk/quyet-dinh/nhap"
ACTS_BEGIN, AMENDED = date(2025, 1, 1), date(2026, 8, 15)


def answers(**changes: Any) -> dict[str, Any]:
    days = {
        "decided_on": "20/11/2026",
        "effective_on": "21/11/2026",
        "acted_on": "19/11/2026",
        "birth_date": "31/01/1999",
    }
    given: dict[str, Any] = {
        "authority": AUTHORITY,
        "number": "0123/QĐ-XPHC",
        "licence_number": "790 000 000 001",
        "holder_name": "NGUYEN NGUOI MAU",
        "offence": ["168/2024:6.9.b"],
        "next": "1",
    }
    for name in list(changes):
        if name in days or name in ("revoked_from", "revoked_to"):
            days[name] = changes.pop(name)
    for name, day in days.items():
        for part, value in zip(("day", "month", "year"), day.split("/") if day else ("", "", ""), strict=True):
            given[f"{name}_{part}"] = value
    return {**given, **changes}


def to_check_page(client: Client, **changes: Any) -> str:
    answer = client.post(FORM, answers(**changes))
    assert answer.status_code == 302, re.findall(r'govuk-error-message">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return str(answer["Location"])


def version(body: str) -> str:
    return str(re.findall(r'name="version" value="([^"]*)"', body)[0])


def test_from_the_form_to_the_record(desk: Client, officer: User, holder: Holder):
    check = to_check_page(desk)
    body = desk.get(check).content.decode()
    assert Decision.objects.count() == Entry.objects.count() == 0
    assert "790000000001" not in check
    assert '<strong class="desk-big">8</strong>' in body
    assert "22/11/2027" in body, "full again"
    answer = desk.post(check, {"version": version(body)})
    decision = Decision.objects.get()
    assert answer["Location"] == f"/desk/quyet-dinh/{decision.pk}"
    assert (decision.source, decision.state, decision.year) == (f"desk:{officer.pk}", "recorded", 2026)
    assert Account.objects.get().balance == 8
    body = desk.get(answer["Location"]).content.decode()
    assert "Sổ đã ghi" in body
    assert "bàn làm việc: Cán Bộ Xử Lý Một" in body


def test_the_preview_is_what_happens(desk: Client, holder: Holder):
    told(number="a", offences=[{"points": 6}], effective_on="2026-11-22")
    told(number="b", offences=[{"points": 4}], effective_on="2026-11-20", acted_on="2026-10-01")
    check = to_check_page(desk, offence=["points:3"], part="car", effective_on="21/11/2026")
    response = desk.get(check)
    effect = response.context["effect"]
    assert [line.points for line in effect.preview.gone] == [-6]
    assert [line.points for line in effect.preview.new] == [-3, -5]
    before = Entry.objects.count()
    desk.post(check, {"version": effect.version})
    account = Account.objects.get()
    assert account.balance == effect.preview.after.balance == 0
    assert account.test_from == effect.preview.after.exhaustion.test_from
    made = list(Entry.objects.order_by("number")[before:].values_list("kind", "points"))
    assert made == [("reversal", 6), ("deduction", -3), ("deduction", -5)]
    assert len(made) == effect.preview.notices


def test_sent_twice_is_recorded_once(desk: Client, holder: Holder):
    check = to_check_page(desk)
    sent = {"version": version(desk.get(check).content.decode())}
    first, second = desk.post(check, sent), desk.post(check, sent)
    assert first["Location"] == second["Location"]
    assert desk.get(check)["Location"] == first["Location"], "the back button shows what it became"
    assert Entry.objects.count() == Decision.objects.count() == 1


def test_the_same_decision_entered_again_exists(desk: Client, holder: Holder):
    for _ in range(2):
        check = to_check_page(desk)
        desk.post(check, {"version": version(desk.get(check).content.decode())})
    again = desk.get(to_check_page(desk)).content.decode()
    assert "đã có trong sổ với cùng nội dung" in again
    assert Entry.objects.count() == Decision.objects.count() == 1


def test_the_same_number_with_other_content_is_refused_beside_the_first(desk: Client, holder: Holder):
    told(number="0123/QĐ-XPHC")
    check = to_check_page(desk)
    body = desk.get(check).content.decode()
    assert "Số quyết định này đã có, với nội dung khác." in body
    assert "03/11/2026" in body
    assert "21/11/2026" in body
    assert 'name="version"' not in body, "no button to record it"
    assert desk.post(check, {"version": "known"}).status_code == 409
    assert Decision.objects.count() == 1


def test_a_returned_decision_entered_again_unchanged_stays_returned(desk: Client, officer: User, holder: Holder):
    first = to_check_page(desk, birth_date="30/01/1999")
    desk.post(first, {"version": version(desk.get(first).content.decode())})
    return_to_authority(Decision.objects.get().pk, officer=officer, note="Sai ngày sinh")
    assert "đã có trong sổ" in desk.get(to_check_page(desk, birth_date="30/01/1999")).content.decode()
    corrected = to_check_page(desk)
    assert desk.post(corrected, {"version": version(desk.get(corrected).content.decode())}).status_code == 302
    assert Account.objects.get().balance == 8


def test_a_decision_whose_annulment_came_first_says_that_it_takes_nothing(desk: Client, holder: Holder):
    day = date(2026, 11, 22)
    annul(StatedAnnulment(AUTHORITY, "0123/QĐ-XPHC", 2026, "77/QĐ-HB", day, "Sai người"), source="client:test")
    check = to_check_page(desk)
    body = desk.get(check).content.decode()
    assert "Văn bản 77/QĐ-HB ngày 22/11/2026 đã hủy quyết định này" in body
    assert '<strong class="desk-big">12</strong>' in body
    desk.post(check, {"version": version(body)})
    assert Account.objects.get().balance == 12


def test_a_view_that_is_out_of_date_records_nothing(desk: Client, holder: Holder):
    check = to_check_page(desk)
    sent = {"version": version(desk.get(check).content.decode())}
    told(number="meanwhile", offences=[{"points": 2}])
    answer = desk.post(check, sent)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Trong lúc bạn xem, sổ đã thay đổi" in body
    assert Decision.objects.count() == 1
    assert '<strong class="desk-big">6</strong>' in body, "the fresh view"
    assert desk.post(check, {"version": version(body)}).status_code == 302
    assert Account.objects.get().balance == 6


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": "known"}, {"points": "1", "version": "x"}])
def test_a_changed_hidden_field_records_nothing(desk: Client, holder: Holder, sent: dict[str, str]):
    assert desk.post(to_check_page(desk), sent).status_code == 409
    assert Decision.objects.count() == 0


def test_a_step_cannot_be_skipped_nor_another_officers_draft_sent(desk: Client, other_desk: Client, holder: Holder):
    check = to_check_page(desk)
    sent = {"version": version(desk.get(check).content.decode())}
    for client, path in ((other_desk, check), (desk, f"{FORM}/nothing/kiem-tra")):
        assert client.post(path, sent).status_code == 404
        assert client.get(path).status_code == 404
    assert Decision.objects.count() == 0


def test_what_matches_no_licence_goes_to_quarantine_and_says_so_before(desk: Client, holder: Holder):
    check = to_check_page(desk, birth_date="30/01/1999")
    body = desk.get(check).content.decode()
    assert "Sẽ chờ đối chiếu, chưa trừ điểm ai" in body
    assert "ngày sinh không khớp" in body
    answer = desk.post(check, {"version": version(body)})
    assert Decision.objects.get().state == "quarantined"
    assert "Chưa trừ điểm ai" in desk.get(answer["Location"]).content.decode()


def test_a_decision_of_tomorrow_says_its_day(desk: Client, holder: Holder):
    body = desk.get(to_check_page(desk, effective_on="30/11/2026")).content.decode()
    assert "điểm chỉ thay đổi từ ngày <strong>30/11/2026</strong>" in body


def test_a_revocation_takes_no_points(desk: Client, holder: Holder):
    check = to_check_page(desk, revoked_from="21/11/2026", revoked_to="21/01/2027")
    body = desk.get(check).content.decode()
    cells = r"Được lái</th><td[^>]*>([^<]*)</td><td[^>]*><strong>([^<]*)</strong>([^<]*)</td>"
    [said] = re.findall(cells, body)
    assert [piece.strip() for piece in said] == ["có", "không", "(đang bị tước)"]
    assert '<strong class="desk-big">12</strong>' in body
    desk.post(check, {"version": version(body)})
    account = Account.objects.get()
    assert (account.balance, account.revoked) == (12, True)


def test_an_act_before_the_points_system_is_kept_and_takes_nothing(desk: Client, holder: Holder):
    check = to_check_page(
        desk,
        acted_on="31/12/2024",
        decided_on="02/01/2025",
        effective_on="03/01/2025",
        offence=["points:4"],
        part="car",
    )
    body = desk.get(check).content.decode()
    assert "Vi phạm trước ngày 01/01/2025" in body
    desk.post(check, {"version": version(body)})
    assert Entry.objects.count() == 0
    assert Decision.objects.get().state == "recorded"


def test_nobody_enters_a_decision_about_himself(holder: Holder):
    client = signed_in(a_user(Role.CASE_OFFICER, citizen_number=str(holder.citizen_number)))
    check = to_check_page(client)
    body = client.get(check).content.decode()
    assert "Quyết định này về chính bạn" in body
    assert 'name="version"' not in body
    assert client.post(check, {"version": "known"}).status_code == 409
    assert Decision.objects.count() == 0
    assert Access.objects.count() == 0, "nothing of the record was shown"


def test_the_preview_is_a_look_that_the_driver_sees_once(desk: Client, holder: Holder):
    check = to_check_page(desk)
    for _ in range(3):
        desk.get(check)
    row = Access.objects.get()
    assert (row.holder_id, row.purpose, row.reference, row.what) == (
        holder.pk,
        "case_handling",
        "0123/QĐ-XPHC/2026",
        "preview",
    )


FAULTS = [
    ({"authority": ""}, "id_authority", "Nhập cơ quan ra quyết định."),
    ({"authority": "a|b"}, "id_authority", "Không được có ký tự"),
    ({"authority": "x" * 81}, "id_authority", "80"),
    ({"number": ""}, "id_number", "Nhập số quyết định."),
    ({"number": "12\u202e3"}, "id_number", "không nhìn thấy được"),
    ({"decided_on": ""}, "id_decided_on_day", "Nhập ngày ra quyết định."),
    ({"decided_on": "31/02/2026"}, "id_decided_on_day", "phải là một ngày có thật"),
    ({"decided_on": "18/11/2026"}, "id_decided_on_day", "Quyết định trước ngày vi phạm."),
    ({"decided_on": "23/11/2026", "effective_on": "24/11/2026"}, "id_decided_on_day", "chưa đến"),
    ({"effective_on": "19/11/2026"}, "id_effective_on_day", "Có hiệu lực trước ngày quyết định."),
    ({"effective_on": "1/1/0001"}, "id_effective_on_day", "phải là một ngày có thật"),
    ({"effective_on": "aa/11/2026"}, "id_effective_on_day", "phải là một ngày có thật"),
    ({"effective_on": "٢١/11/2026"}, "id_effective_on_day", "phải là một ngày có thật"),
    ({"licence_number": "79000000001"}, "id_licence_number", "đúng 12 chữ số"),
    ({"licence_number": "７９００００００００１１"}, "id_licence_number", "đúng 12 chữ số"),
    ({"licence_number": ""}, "id_licence_number", "Nhập số giấy phép lái xe."),
    ({"licence_number": "x" * 21, "foreign_licence": "1"}, "id_licence_number", "Số giấy phép nước ngoài"),
    ({"holder_name": ""}, "id_holder_name", "Nhập họ tên"),
    ({"holder_name": "123"}, "id_holder_name", "Họ tên phải có chữ cái."),
    ({"holder_name": "Nguyễn Ðức"}, "id_holder_name", "U+0110"),
    ({"birth_date": "20/11/2026"}, "id_birth_date_day", "Ngày sinh phải trước ngày vi phạm."),
    ({"acted_on": "23/11/2026"}, "id_acted_on_day", "chưa đến"),
    ({"acted_on": ""}, "id_acted_on_day", "Nhập ngày vi phạm."),
    ({"offence": []}, "id_offences", "Phải có ít nhất một hành vi."),
    ({"offence": ["168/2024:6.9.x"]}, "id_offences", "Không có mã hành vi này."),
    ({"offence": ["points:13"], "part": "car"}, "id_offences", "Phải từ 1 đến 12."),
    ({"offence": ["points:two"], "part": "car"}, "id_offences", "Phải là số nguyên."),
    ({"offence": ["points:4"]}, "id_part_0", "chọn mô tô hoặc ô tô"),
    ({"part": "motorcycle"}, "id_part_0", "loại xe khác"),
    ({"part": "boat"}, "id_part_0", "boat"),
    ({"revoked_from": "21/11/2026"}, "id_revoked_to_day", "Bắt buộc phải có."),
    ({"revoked_from": "21/11/2026", "revoked_to": "20/11/2026"}, "id_revoked_to_day", "Kết thúc trước khi bắt đầu."),
    ({"place": "x" * 201}, "id_place", "200"),
]


@pytest.mark.parametrize(("changes", "anchor", "says"), FAULTS)
def test_every_fault_stands_at_its_field_and_in_the_summary(
    desk: Client, holder: Holder, changes: dict[str, Any], anchor: str, says: str
):
    answer = desk.post(FORM, answers(**changes))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'<li><a href="#{anchor}">[^<]*{re.escape(says)}', body), "in the summary"
    assert re.search(rf'govuk-error-message">.*?{re.escape(says)}', body, re.DOTALL), "at the field"
    assert f'id="{anchor}"' in body, "the link leads somewhere"
    assert Decision.objects.count() == 0


def test_a_code_that_did_not_hold_is_refused_with_both_days(desk: Client, holder: Holder):
    changes = {"acted_on": "01/08/2026", "decided_on": "02/08/2026", "effective_on": "03/08/2026"}
    body = desk.post(FORM, answers(offence=[new_code()], **changes)).content.decode()
    assert "có hiệu lực từ 15/08/2026; hành vi xảy ra ngày 01/08/2026" in body


def test_markup_and_emoji_are_shown_as_text(desk: Client, holder: Holder):
    body = desk.get(to_check_page(desk, holder_name="<script>alert(1)</script> {{7*7}} 🚗")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}} 🚗" in body
    assert "<script>alert" not in body


# --- the form without JavaScript --------------------------------------------------------------------------------------


def test_offences_are_found_added_and_removed_without_losing_an_answer(desk: Client, holder: Holder):
    unfinished = answers(holder_name="Một Nửa", birth_date="")
    body = desk.post(FORM, {**unfinished, "next": "", "search": "1", "find": "den do"}).content.decode()
    assert 'value="168/2024:6.9.b" formnovalidate' in body
    assert "govuk-error-summary" not in body, "unfinished is not faulty"
    assert 'value="Một Nửa"' in body
    body = desk.post(FORM, {**unfinished, "add": "168/2024:7.7.c"}).content.decode()
    assert re.findall(r'name="offence" value="([^"]+)"', body) == ["168/2024:6.9.b", "168/2024:7.7.c"]
    body = desk.post(FORM, {**unfinished, "remove": "0"}).content.decode()
    assert re.findall(r'name="offence" value="([^"]+)"', body) == []
    body = desk.post(
        FORM, {**unfinished, "add_points": "1", "stated_points": "12", "stated_drug": "1"}
    ).content.decode()
    assert re.findall(r'name="offence" value="([^"]+)"', body) == ["168/2024:6.9.b", "points:12:drug"]


@pytest.mark.parametrize(
    "step",
    [{"add": "168/2024:6.9.b"}, {"add_points": "1", "stated_points": ""}, {"add_points": "1", "stated_points": "13"}],
)
def test_an_offence_that_cannot_be_added_says_why(desk: Client, step: dict[str, str]):
    body = desk.post(FORM, {**answers(), **step}).content.decode()
    assert 'id="id_offences-error"' in body


def test_enter_in_the_search_field_searches(desk: Client):
    body = desk.post(FORM, {**answers(offence=[]), "next": "enter", "find": "nong do con"}).content.decode()
    assert "desk-suggestions" in body
    assert "govuk-error-summary" not in body


def test_suggestions_are_those_of_the_day_of_the_act(desk: Client):
    act = {"acted_on_day": "1", "acted_on_month": "8", "acted_on_year": "2026"}
    later = {**act, "acted_on_day": "15"}
    for day, says in ((act, "Theo ngày vi phạm 01/08/2026"), (later, "Theo ngày vi phạm 15/08/2026")):
        assert says in desk.get("/desk/quyet-dinh/goi-y", {"find": "den do", **day}).content.decode()
    code = new_code()
    assert "Không thấy hành vi nào" in desk.get("/desk/quyet-dinh/goi-y", {"find": code, **act}).content.decode()
    assert f'value="{code}"' in desk.get("/desk/quyet-dinh/goi-y", {"find": code, **later}).content.decode()
    assert desk.get("/desk/quyet-dinh/goi-y", {"find": "x"}).content.decode().strip() == ""


def new_code() -> str:
    """A code of the decree that came with the amendment of 2026."""
    first, last = ({row.code for row in catalogue.offences(day, "in-force")} for day in (ACTS_BEGIN, AMENDED))
    return sorted(last - first)[0]


def test_a_draft_can_be_changed_and_keeps_its_name(desk: Client, holder: Holder):
    check = to_check_page(desk)
    draft = check.split("/")[-2]
    body = desk.get(f"{FORM}?draft={draft}").content.decode()
    assert 'value="NGUYEN NGUOI MAU"' in body
    assert 'name="decided_on_day" type="text" inputmode="numeric" autocomplete="off" maxlength="2" value="20"' in body
    assert re.findall(r'name="offence" value="([^"]+)"', body) == ["168/2024:6.9.b"]
    again = to_check_page(desk, draft=draft, offence=["points:2"], part="car")
    assert again == check
    assert '<strong class="desk-big">10</strong>' in desk.get(check).content.decode()


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_record_one_decision():
    a_holder(1)
    officer = a_user(Role.CASE_OFFICER)
    client = signed_in(officer)
    check = to_check_page(client)
    sent = {"version": version(client.get(check).content.decode())}

    def click(_: int) -> int:
        own = Client()
        own.cookies = client.cookies
        try:
            return own.post(check, sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(click, range(8)))
    assert set(codes) <= {302, 409}
    assert 302 in codes
    assert Entry.objects.count() == Decision.objects.count() == 1


def test_opening_a_decision_that_matched_nobody_is_recorded_too(desk: Client, officer: User, holder: Holder):
    decision = told(birth_date="1999-01-13")
    for _ in range(2):
        assert desk.get(f"/desk/quyet-dinh/{decision.pk}").status_code == 200
    row = Access.objects.get()
    assert (row.holder_id, row.actor, row.purpose) == (None, str(officer.pk), "case_handling")
    assert (row.reference, row.what) == ("1/QĐ-XPHC/2026", "decision")
