"""Pages that need nobody signed in."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from gplx.law import catalogue
from gplx.law.profiles import DRAFT, DRAFT_HEAVIEST_LEVEL, DRAFT_WAITS, ENACTED_WAIT, IN_FORCE
from tests.portal.test_points_page import text

pytestmark = pytest.mark.django_db

OPEN = ["/", "/cach-tinh-diem", "/danh-muc", "/dang-nhap", "/can-bo/dang-nhap", "/demo/dong-ho"]


@pytest.mark.parametrize("path", OPEN)
def test_an_open_page_is_vietnamese_first_and_english_when_chosen(client: Client, path: str):
    vietnamese = client.get(path, headers={"accept-language": "en"})
    assert vietnamese.status_code == 200
    assert '<html lang="vi"' in vietnamese.content.decode()
    client.cookies["django_language"] = "en"
    english = client.get(path)
    assert '<html lang="en"' in english.content.decode()


def test_the_language_is_remembered_and_never_leads_to_another_site(client: Client):
    answer = client.post("/ngon-ngu", {"language": "en", "next": "/danh-muc?q=den"})
    assert (answer.status_code, answer["Location"]) == (302, "/danh-muc?q=den")
    assert client.cookies["django_language"].value == "en"
    for foreign in ("https://example.test/", "//example.test/", "/\\example.test", "javascript:alert(1)"):
        assert client.post("/ngon-ngu", {"language": "vi", "next": foreign})["Location"] == "/"


@pytest.mark.parametrize("path", [*OPEN, "/khong-co"])
def test_every_page_carries_a_policy_that_allows_nothing_inline(client: Client, path: str):
    answer = client.get(path)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    body = answer.content.decode()
    assert "<style" not in body
    assert " style=" not in body
    assert " onclick=" not in body
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_address_says_so_in_vietnamese(client: Client):
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing_and_says_open_again():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/demo/dong-ho", {"step": "day"})
    assert answer.status_code == 403
    assert "mở lại trang" in answer.content.decode()


def test_the_catalogue_finds_words_with_and_without_diacritics(client: Client):
    for words in ("đèn đỏ", "den do"):
        body = client.get("/danh-muc", {"q": words}).content.decode()
        assert "đèn tín hiệu" in body


def test_typed_markup_is_shown_as_text(client: Client):
    body = client.get("/danh-muc", {"q": "<script>alert(1)</script>{{7*7}}"}).content.decode()
    assert "<script>alert" not in body
    assert "{{7*7}}" in body


def test_an_offence_of_the_catalogue_has_a_page(client: Client):
    body = client.get("/danh-muc/168/2024:6.9.b").content.decode()
    assert "168/2024:6.9.b" in body
    assert "điểm b khoản 9 Điều 6 Nghị định 168/2024/NĐ-CP" in body
    assert client.get("/danh-muc/168/2024:99.9.z").status_code == 404


def test_the_page_on_counting_says_the_waits_as_both_texts_have_them(client: Client):
    body = text(client, "/cach-tinh-diem")
    drugs, twelve, three, other = DRAFT_WAITS
    assert f"Có hành vi ở mức {DRAFT_HEAVIEST_LEVEL} điểm {twelve.months} tháng không có mức này" in body
    assert f"{drugs.months} tháng, và giấy khám kết luận không có ma túy không trừ điểm mà bị tước quyền" in body
    assert "22–24 tháng" in body
    assert f"Bị trừ đúng 3 lần {three.months} tháng {ENACTED_WAIT.months} tháng" in body
    assert f"Trường hợp khác {other.months} tháng {ENACTED_WAIT.months} tháng" in body
    assert "bị trừ ngày 10/03/2025 thì đủ 12 điểm từ ngày 11/03/2026" in body
    assert "ai cũng chờ 6 tháng" in body


def test_only_levels_of_the_catalogue_can_be_asked_for(client: Client):
    for profile in (DRAFT, IN_FORCE):
        with override_settings(LAW_PROFILE=profile.id):
            offered = re.findall(r'<option value="(\d+)"', client.get("/danh-muc").content.decode())
        assert [int(level) for level in offered] == list(catalogue.levels(profile.id))
    assert catalogue.levels(IN_FORCE.id)[-1] == 10
