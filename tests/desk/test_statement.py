"""The statement at the desk: every line with its reasons, on any day, as known on any day; and corrections."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gplx.audit.models import Access
from gplx.licences.models import Holder
from gplx.sanctions.actions import annul, receive
from gplx.sanctions.intake import StatedAnnulment, read_decision
from tests.desk.conftest import AUTHORITY, Opens, stated, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(road: Client, holder: Holder, open_look: Opens) -> str:
    return open_look(road)


def days(on: str = "", known: str = "") -> dict[str, str]:
    given = {}
    for name, day in (("on", on), ("known", known)):
        for part, value in zip(("day", "month", "year"), day.split("/") if day else ("",) * 3, strict=True):
            given[f"{name}_{part}"] = value
    return given


def test_a_line_names_decision_act_article_and_balance(road: Client, look: str):
    told(number="1/QĐ", offences=[{"code": "168/2024:6.9.b"}, {"points": 2}])
    body = road.get(f"{look}/ban-ke/car").content.decode()
    assert f"Quyết định 1/QĐ ngày 02/11/2026 của {AUTHORITY}" in body
    assert "vi phạm ngày 01/11/2026" in body
    assert "Vượt đèn tín hiệu" in body
    assert "hành vi được tính" in body
    assert "không tính thêm" in body
    assert "điểm b khoản 16 Điều 6 Nghị định 168/2024/NĐ-CP" in body
    assert "còn 8" in body
    assert "04/11/2027" in body


def test_two_days_are_asked_apart(road: Client, look: str):
    receive([read_decision(stated(number="late", effective_on="2026-11-03"))], source="client:test")
    path = f"{look}/ban-ke/car"
    assert "Còn <strong>8</strong>" in road.get(path).content.decode()
    assert "Còn <strong>12</strong>" in road.get(path, days(on="02/11/2026")).content.decode()
    as_known = road.get(path, days(on="22/11/2026", known="21/11/2026")).content.decode()
    assert "Chỉ theo những gì sổ biết vào ngày 21/11/2026." in as_known
    assert "chưa có dòng nào: còn đủ 12 điểm".casefold() in as_known.casefold()


@pytest.mark.parametrize("day", ["31/02/2026", "1/1/0001", "x/11/2026", "1/1/99999"])
def test_a_day_that_does_not_exist_is_said_at_its_field(road: Client, look: str, day: str):
    body = road.get(f"{look}/ban-ke/car", days(on=day)).content.decode()
    assert body.count("Ngày phải là một ngày có thật") == 2


def test_a_correction_stands_beside_what_it_voids(road: Client, look: str):
    told(number="1/QĐ", offences=[{"points": 6}])
    annul(StatedAnnulment(AUTHORITY, "1/QĐ", 2026, "77/QĐ-HB", date(2026, 11, 20), "Sai người"), source="client:test")
    body = road.get(f"{look}/ban-ke/car").content.decode()
    assert "Còn <strong>12</strong>" in body
    assert "Hủy dòng đã ghi số 1" in body
    assert "đã bị hủy bởi dòng 2" in body


def test_pending_and_what_had_no_effect_are_listed(road: Client, look: str):
    told(number="later", effective_on="2026-12-24")
    told(number="early", year=2025, acted_on="2024-12-31", decided_on="2025-01-02", effective_on="2025-01-03")
    body = road.get(f"{look}/ban-ke/car").content.decode()
    assert "có hiệu lực từ ngày 24/12/2026" in body
    assert "Vi phạm trước ngày có hệ thống điểm, không bị trừ điểm" in body


def test_the_other_law_stands_beside(road: Client, look: str):
    told(number="1/QĐ", offences=[{"points": 10, "drug": True}])
    told(number="2/QĐ", offences=[{"points": 2}])
    body = road.get(f"{look}/ban-ke/car").content.decode()
    assert "chờ 24 tháng" in body
    assert "chờ 6 tháng: mọi trường hợp" in body
    assert "Chỉ để so sánh, không áp dụng ở đây." in body


def test_opening_it_is_one_more_look_with_the_same_purpose(road: Client, look: str, holder: Holder):
    for _ in range(3):
        road.get(f"{look}/ban-ke/car")
    rows = list(Access.objects.order_by("pk").values_list("holder_id", "what", "purpose"))
    assert rows == [(holder.pk, "standing", "roadside_check"), (holder.pk, "statement", "roadside_check")]


def test_a_part_without_facts_and_one_that_does_not_exist(road: Client, look: str):
    assert "còn đủ 12 điểm" in road.get(f"{look}/ban-ke/motorcycle").content.decode()
    assert road.get(f"{look}/ban-ke/boat").status_code == 404


def test_patrol_gets_no_link_it_may_not_follow(road: Client, desk: Client, look: str, open_look: Opens):
    told(number="1/QĐ")
    assert "/desk/quyet-dinh/" not in road.get(f"{look}/ban-ke/car").content.decode()
    assert "/desk/quyet-dinh/" in desk.get(f"{open_look(desk)}/ban-ke/car").content.decode()


def test_a_level_the_other_law_does_not_have_is_not_compared(road: Client, look: str):
    told(number="1/QĐ", offences=[{"points": 5}])
    said = "quyết định số 1/QĐ nêu mức điểm hoặc hành vi không có trong văn bản đó."
    body = road.get(f"{look}/ban-ke/car").content.decode()
    assert said in body
    assert "Chỉ để so sánh, không áp dụng ở đây." not in body
    annul(StatedAnnulment(AUTHORITY, "1/QĐ", 2026, "77/QĐ-HB", date(2026, 11, 22), "Sai người"), source="client:test")
    assert said not in road.get(f"{look}/ban-ke/car").content.decode()
