"""What a driver reads about his points."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from gplx.audit.actions import NewAccess, record_access
from gplx.law import catalogue
from gplx.law.profiles import DRAFT, IN_FORCE
from gplx.licences.models import Entitlement, Holder
from gplx.points.actions import settle
from gplx.points.models import Account
from gplx.portal.record import record_of
from gplx.sanctions.actions import amend
from gplx.sanctions.intake import read_amendment
from gplx.sanctions.models import Decision
from tests.portal.people import AUTHORITY, a_holder, a_user, annul, decide

BACKEND = "gplx.accounts.backends.IdentityBackend"


def text(client: Client, path: str) -> str:
    """A page as a reader hears it: no tags, single spaces."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    body = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def signed_in(client: Client, person: Holder) -> Client:
    client.force_login(a_user(person.citizen_number or ""), backend=BACKEND)
    return client


def test_it_says_what_is_left_what_was_taken_why_and_when_it_comes_back(citizen: Client):
    body = text(citizen, "/diem")
    assert "Còn 8 trên 12 điểm" in body
    assert "bạn có lại đủ 12 điểm từ ngày 11/03/2027 (còn 109 ngày)" in body
    assert "Vượt đèn tín hiệu" in body
    assert "Quyết định số 12/QĐ-XPHC, CSGT Mẫu" in body
    assert "điểm b khoản 9 Điều 6 Nghị định 168/2024/NĐ-CP" in body
    assert "Tính đến hết ngày 22/11/2026" in body


def test_the_gauge_is_drawn_and_said(citizen: Client):
    body = citizen.get("/diem").content.decode()
    assert 'aria-label="Còn 8 trên 12 điểm"' in body
    assert (body.count('class="is-left"'), body.count('class="is-taken"')) == (8, 4)


def test_a_full_licence_is_a_calm_page(client: Client, today: date, db: None):
    person = a_holder(5, "Người Mẫu Năm", parts=("car", "motorcycle"))
    body = text(signed_in(client, person), "/diem")
    assert body.count("Còn 12 trên 12 điểm") == 2
    assert "Phần ô tô" in body
    assert "Phần mô tô, xe máy" in body
    assert "Chưa bị trừ điểm lần nào." in body
    assert "chưa nhận quyết định nào về bạn" in body
    assert "Chưa có thư nào" in text(client, "/hop-thu")
    assert "Chưa có ai xem" in text(client, "/ai-da-xem")
    assert client.get("/diem/car/lich.ics").status_code == 404


def test_an_exhausted_licence_names_the_first_day_of_the_test_and_the_condition(client: Client, today: date, db: None):
    person = a_holder(5, "Người Mẫu Năm")
    drug = {"points": 12, "drug": True}
    decide(person, "1/QĐ", date(2026, 10, 1), drug, today=date(2026, 10, 1))
    body = text(signed_in(client, person), "/diem")
    assert "Còn 0 trên 12 điểm" in body
    assert "Bạn không được lái ô tô kể từ ngày 01/10/2026." in body
    assert "Ngày sớm nhất được kiểm tra kiến thức: 02/10/2028" in body
    assert "không có chất ma túy" in body
    assert "chờ đủ 24 tháng" in body


def test_the_law_in_force_makes_everybody_wait_six_months(client: Client, today: date, db: None):
    person = a_holder(5, "Người Mẫu Năm")
    for number, offence in (("1/QĐ", {"points": 10, "drug": True}), ("2/QĐ", 2)):
        decide(person, number, date(2026, 10, 1), offence, today=date(2026, 10, 1))
    body = text(signed_in(client, person), "/diem")
    assert "Còn 0 trên 12 điểm" in body
    assert "được kiểm tra từ ngày 02/04/2027 (chờ 6 tháng)" in body


@pytest.mark.parametrize("stated", [5, 12, "draft-2024:"])
def test_a_level_or_code_the_other_law_does_not_have_is_not_compared(
    citizen: Client, holder: Holder, today: date, stated: int | str
):
    if isinstance(stated, str):
        rows = catalogue.offences(date(2026, 10, 1), DRAFT.id)
        stated = next(row.code for row in rows if row.code.startswith(stated) and row.vehicle_group in ("car", "other"))
    decide(holder, "99/QĐ", date(2026, 10, 1), stated, today=date(2026, 10, 1))
    said = "quyết định số 99/QĐ nêu mức điểm hoặc hành vi không có trong văn bản đó."
    body = text(citizen, "/diem")
    assert f"Không so sánh được với {IN_FORCE.title_vi}: {said}" in body
    assert f"{IN_FORCE.title_vi}: còn" not in body
    assert f"{IN_FORCE.title_vi}: kết quả như nhau" not in body
    # What was not known yet, or was annulled, does not stand in the way.
    assert said not in text(citizen, "/diem?ngay=30/09/2026&biet_den=30/09/2026")
    annul("99/QĐ", 2026, today=today)
    assert said not in text(citizen, "/diem")


def test_a_pending_decision_is_a_second_figure(citizen: Client, holder: Holder, today: date):
    decide(holder, "13/QĐ", date(2026, 12, 1), 4, today=today, acted_on="2026-11-10", decided_on="2026-11-11")
    body = text(citizen, "/diem")
    assert "Còn 8 trên 12 điểm" in body
    assert "Nếu các quyết định đang chờ có hiệu lực: còn 4 điểm." in body
    assert "ngày 01/12/2026: mức 4 điểm theo quyết định số 13/QĐ" in body
    page = citizen.get("/diem").content.decode()
    assert (page.count('class="is-left"'), page.count('class="is-pending"')) == (4, 4)


def test_an_annulled_decision_is_struck_with_the_reason(citizen: Client, holder: Holder, today: date):
    annul("12/QĐ-XPHC", 2026, today=today, reason="Nhầm biển số")
    body = text(citizen, "/diem")
    assert "Còn 12 trên 12 điểm" in body
    assert "Đã xóa bỏ" in body
    assert "Quyết định số 12/QĐ-XPHC đã bị hủy theo văn bản số 9/QĐ-HB ngày 22/11/2026. Lý do: Nhầm biển số" in body


def test_an_amended_decision_names_the_one_that_took_its_place(citizen: Client, holder: Holder, today: date):
    first = Decision.objects.get(number="12/QĐ-XPHC")
    new = {
        "authority": AUTHORITY,
        "number": "13/QĐ-XPHC",
        "year": 2026,
        "licence_number": first.licence_number,
        "holder_name": first.holder_name,
        "birth_date": first.birth_date.isoformat(),
        "part": "car",
        "acted_on": first.acted_on.isoformat(),
        "decided_on": first.decided_on.isoformat(),
        "effective_on": first.effective_on.isoformat(),
        "offences": [{"points": 2}],
    }
    told = {"authority": AUTHORITY, "number": first.number, "year": 2026, "annulled_on": "2026-11-20", "reason": "Sai"}
    amend(read_amendment({**told, "decision": new}, today=today), source="test", today=today)
    body = text(citizen, "/diem")
    said = "Quyết định số 12/QĐ-XPHC được thay bằng quyết định số 13/QĐ-XPHC ngày 20/11/2026. Lý do: Sai"
    assert said in body
    assert "đã bị hủy theo văn bản" not in body


def test_a_struck_line_keeps_its_own_sources_beside_those_of_the_correction(
    citizen: Client, holder: Holder, today: date
):
    own = "điểm b khoản 16 Điều 6 Nghị định 168/2024/NĐ-CP"
    assert own in text(citizen, "/diem")
    annul("12/QĐ-XPHC", 2026, today=today)
    [line] = record_of(holder, on=today).parts[0].lines
    assert line.struck
    assert own in line.sources
    assert line.struck_sources
    assert own not in line.struck_sources
    for sources in (line.sources, line.struck_sources):
        assert len(set(sources)) == len(sources)
    body = text(citizen, "/diem")
    assert own in body
    assert "Căn cứ của việc xóa bỏ:" in body


def test_points_on_a_day_as_known_on_a_day(citizen: Client, holder: Holder, today: date):
    annul("12/QĐ-XPHC", 2026, today=today)
    before = text(citizen, "/diem?ngay=01/11/2026&biet_den=21/11/2026")
    assert "Còn 8 trên 12 điểm" in before
    assert "theo những gì hệ thống biết ngày 21/11/2026" in before
    assert "Đã xóa bỏ" not in before
    assert "Còn 12 trên 12 điểm" in text(citizen, "/diem?ngay=01/11/2026&biet_den=22/11/2026")
    assert "Còn 12 trên 12 điểm" in text(citizen, "/diem?ngay=01/11/2026")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("ngay=31/02/2026", "không đọc được"),
        ("ngay=abc", "không đọc được"),
        ("ngay=01/01/0001", "không đọc được"),
        ("ngay=31/12/2024", "có từ ngày 01/01/2025"),
        ("biet_den=23/11/2026", "chưa đến"),
        ("ngay=<script>", "không đọc được"),
    ],
)
def test_an_impossible_day_is_a_fault_beside_its_field(citizen: Client, query: str, said: str):
    for page in ("/diem", "/ban-ke"):
        answer = citizen.get(f"{page}?{query}")
        body = answer.content.decode()
        assert answer.status_code == 422
        assert said in body
        assert "govuk-error-summary" in body
        assert "<title>Lỗi:" in body
        assert "<script>\n" not in body


def test_a_revoked_licence_says_until_when(client: Client, today: date, db: None):
    person = a_holder(5, "Người Mẫu Năm")
    revocation = {"from": "2026-11-01", "to": "2027-01-31"}
    decide(person, "1/QĐ", date(2026, 11, 1), today=date(2026, 11, 1), revocation=revocation)
    body = text(signed_in(client, person), "/diem")
    assert "Bạn không được lái ô tô. Giấy phép đang bị tước quyền sử dụng đến hết ngày 31/01/2027." in body
    said = "Bị tước quyền sử dụng giấy phép từ ngày 01/11/2026 đến hết ngày 31/01/2027. Quyết định số 1/QĐ"
    assert said in body
    assert said in text(client, "/ban-ke")


@pytest.mark.parametrize(
    ("status", "expiry_date", "said"),
    [
        ("withdrawn", None, "Giấy phép đã bị thu hồi."),
        ("valid", date(2026, 11, 21), "Giấy phép đã hết hạn."),
        ("valid", date(2026, 11, 22), "Bạn không phải làm gì."),
    ],
)
def test_all_points_on_paper_that_is_not_valid_is_no_permission(
    client: Client, today: date, db: None, status: str, expiry_date: date | None, said: str
):
    person = a_holder(5, "Người Mẫu Năm")
    person.licences.update(status=status)
    Entitlement.objects.filter(licence__holder=person).update(expiry_date=expiry_date)
    body = text(signed_in(client, person), "/diem")
    assert said in body
    assert ("Bạn không được lái ô tô." in body) == (said != "Bạn không phải làm gì.")


def test_the_statement_to_print_has_number_law_sources_and_day(citizen: Client, holder: Holder, today: date):
    body = text(citizen, "/ban-ke")
    [number] = set(re.findall(r"BK-20261122-[0-9A-F]{10}", body))
    assert "Người Mẫu Một" in body
    assert "Dự thảo Nghị định tháng 10/2024" in body
    assert "Được" not in number
    assert number in text(citizen, "/ban-ke")
    decide(holder, "14/QĐ", today, 2, today=today)
    assert number not in text(citizen, "/ban-ke")


def test_the_day_worth_waiting_for_goes_into_the_calendar(citizen: Client):
    answer = citizen.get("/diem/car/lich.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content.decode()
    assert "DTSTART;VALUE=DATE:20270311\r\n" in body
    assert "DTEND;VALUE=DATE:20270312\r\n" in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    unfolded = body.replace("\r\n ", "")
    assert "SUMMARY:Giấy phép lái xe có lại đủ 12 điểm (Phần ô tô)" in unfolded
    assert "001099" not in body
    assert citizen.get("/diem/motorcycle/lich.ics").status_code == 404


def test_the_inbox_tells_of_each_change_and_remembers_what_was_opened(citizen: Client):
    listed = text(citizen, "/hop-thu")
    assert "Giấy phép lái xe bị trừ 4 điểm, còn 8 điểm" in listed
    assert "Chưa đọc" in listed
    assert "(1 thông báo chưa đọc)" in text(citizen, "/diem")
    [path] = re.findall(r'href="(/hop-thu/\d+)"', citizen.get("/hop-thu").content.decode())
    opened = text(citizen, path)
    assert "Đã vào hộp thư lúc" in opened
    assert "Mã băm SHA-256" in opened
    assert "Chưa đọc" not in text(citizen, "/hop-thu")
    assert "Bạn mở lần đầu lúc" in text(citizen, path)


def test_who_looked_is_named_by_role_and_unit_in_the_readers_language(citizen: Client, holder: Holder):
    for name in ("roadside|Đội Mẫu Một", "case_officer|", "Cán bộ tuần tra, kiểm soát"):
        record_access([NewAccess(holder.pk, "officer", "7", name, "roadside_check", "CH-9", "standing")])
    body = text(citizen, "/ai-da-xem")
    assert "Cán bộ tuần tra, kiểm soát, Đội Mẫu Một" in body
    assert body.count("Cán bộ tuần tra, kiểm soát") == 2
    assert "Cán bộ xử lý Kiểm tra trên đường" in body
    assert "|" not in body
    citizen.cookies["django_language"] = "en"
    english = text(citizen, "/ai-da-xem")
    assert ", Đội Mẫu Một" in english
    assert "Cán bộ" not in english


def test_who_looked_is_shown_to_the_person_looked_at_only(citizen: Client, holder: Holder):
    for person, name in ((holder.pk, "Đội Mẫu Một"), (holder.pk + 1, "Đội Mẫu Hai")):
        record_access([NewAccess(person, "officer", "7", name, "roadside_check", "CH-9", "standing")])
    body = text(citizen, "/ai-da-xem")
    assert "Đội Mẫu Một" in body
    assert "Kiểm tra trên đường (CH-9)" in body
    assert "Tình trạng giấy phép và điểm" in body
    assert "Đội Mẫu Hai" not in body


def test_the_page_is_right_before_the_nightly_sweep_has_been(citizen: Client, holder: Holder, monkeypatch):
    """The points of the day come from the facts, not from the snapshot."""
    monkeypatch.setenv("GPLX_TODAY", "2027-03-11")
    assert "Còn 12 trên 12 điểm" in text(citizen, "/diem")
    assert Account.objects.get(holder=holder).balance == 8
    settle([Account.objects.get(holder=holder).pk])
    assert "Được phục hồi đủ điểm sau 12 tháng không bị trừ" in text(citizen, "/diem")


def test_moving_the_clock_settles_what_has_come_due(citizen: Client, holder: Holder, monkeypatch):
    monkeypatch.delenv("GPLX_TODAY")
    answer = citizen.post("/demo/dong-ho", {"day": "11/03/2027"}, follow=True)
    assert "Hôm nay là 11/03/2027. Đã tính lại 1 tài khoản" in answer.content.decode()
    assert Account.objects.get(holder=holder).balance == 12
    assert "Còn 12 trên 12 điểm" in text(citizen, "/diem")
    citizen.post("/demo/dong-ho", {"step": "month"})
    assert "11/04/2027" in text(citizen, "/demo/dong-ho")
    citizen.post("/demo/dong-ho", {"step": "day"})
    assert "12/04/2027" in text(citizen, "/demo/dong-ho")
    assert citizen.post("/demo/dong-ho", {"day": "01/01/1999"}).status_code == 422
    citizen.post("/demo/dong-ho", {"step": "machine"})
    assert "12/04/2027" not in text(citizen, "/demo/dong-ho")


def test_a_register_in_service_has_no_clock_to_move(client: Client, db: None, settings):
    settings.DEMO = False
    assert client.get("/demo/dong-ho").status_code == 404
    assert client.post("/demo/dong-ho", {"step": "day"}).status_code == 404


def test_words_from_an_authority_are_shown_as_text(citizen: Client, holder: Holder, today: date):
    annul("12/QĐ-XPHC", 2026, today=today, reason="<script>alert(1)</script>{{7*7}}")
    body = citizen.get("/diem").content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in body
