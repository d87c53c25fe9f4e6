"""Practice: open to everybody, explained at once, and nothing kept."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gplx.law.knowledge_test import categories, paper_rule
from gplx.questions import papers
from gplx.questions.actions import record_own_bank

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2026-11-25")
    record_own_bank()


def drawn(category: str, number: int) -> papers.Paper:
    day = date(2026, 11, 25)
    return papers.draw(paper_rule(category, "2025", day), seed=f"practice:{category}:{number}", on=day)


def test_the_way_begins_with_a_class_and_leads_to_topics_and_a_paper() -> None:
    client = Client()
    assert "hang" in client.get("/on-tap").content.decode()
    page = client.get("/on-tap?hang=A1").content.decode()
    assert "25 câu" in page
    assert "/on-tap/chu-de/bien-bao?hang=A1" in page
    assert "/on-tap/de/A1" in page
    assert client.get("/on-tap?hang=ZZ").status_code == 200
    assert "/on-tap" in client.get("/").content.decode()


def test_a_question_is_answered_and_explained_and_the_next_one_offered() -> None:
    client = Client()
    address = client.get("/on-tap/chu-de/bien-bao?hang=B")["Location"]
    page = client.get(address).content.decode()
    options = re.findall(r'name="cau-1" value="(\d)"', page)
    assert len(options) == 3
    assert "Đáp án đúng" not in page
    told = [client.post(address, {"cau-1": option}).content.decode() for option in options]
    assert sum("Bạn chọn, đúng" in answer for answer in told) == 1
    assert all("cau=2" in answer for answer in told)
    assert "Chọn một phương án." in client.post(address).content.decode()
    assert "Chọn một phương án." in client.post(address, {"cau-1": "9"}).content.decode()


def test_the_last_question_of_a_topic_ends_it() -> None:
    page = Client().post("/on-tap/chu-de/tai-nan?hang=B&bo=1&cau=999999", {"cau-1": "1"}).content.decode()
    assert "câu 11 trên 11" in page


@pytest.mark.parametrize("category", categories())
def test_a_whole_paper_of_each_class_is_asked(category: str) -> None:
    page = Client().get(f"/on-tap/de/{category}?bo=7").content.decode()
    assert page.count("<fieldset") == paper_rule(category, "2025", date(2026, 11, 25)).questions


def test_a_paper_all_right_is_passed_and_an_empty_one_is_not() -> None:
    right = {f"cau-{one.number}": str(one.right_choice) for one in drawn("A1", 7).asked}
    page = Client().post("/on-tap/de/A1?bo=7", right).content.decode()
    assert "Bài ôn tập: đạt" in page
    assert "Đúng 25 trên 25 câu" in page
    empty = Client().post("/on-tap/de/A1?bo=7").content.decode()
    assert "Bài ôn tập: chưa đạt" in empty
    assert "Câu điểm liệt trả lời sai hoặc bỏ trống" in empty


def test_a_number_is_given_when_there_is_none_and_gives_the_same_paper_again() -> None:
    address = Client().get("/on-tap/de/B")["Location"]
    assert re.fullmatch(r"/on-tap/de/B\?bo=\d{1,6}", address)
    first, second = (re.findall(r"<h2 [^>]*>(.*?)</h2>", Client().get(address).content.decode()) for _ in range(2))
    assert first == second


def test_nothing_is_written_and_no_answer_is_in_an_address() -> None:
    client = Client()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.post("/on-tap/de/A1?bo=7", {"cau-1": "1"})
        client.post("/on-tap/chu-de/bien-bao?hang=B&bo=1", {"cau-1": "1"})
    assert all(query["sql"].lstrip().startswith("SELECT") for query in asked.captured_queries)
    assert set(client.cookies) <= {"csrftoken"}


@pytest.mark.parametrize(
    "address", ["/on-tap/chu-de/khong-co?hang=B", "/on-tap/chu-de/bien-bao", "/on-tap/de/B2", "/on-tap/de/ZZ"]
)
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_practice_in_english() -> None:
    client = Client()
    client.post("/ngon-ngu", {"language": "en", "next": "/on-tap"})
    page = client.get("/on-tap/de/A1?bo=7").content.decode()
    text = drawn("A1", 7).asked[0].version.text_en
    assert text.replace("'", "&#x27;") in page


def test_after_the_last_known_day_practice_goes_on_by_the_rules_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2027-07-01")
    page = Client().get("/on-tap/de/A1?bo=7").content.decode()
    assert "30/06/2027" in page
    assert page.count("<fieldset") == 25


def test_a_drawing_is_shown_with_its_description() -> None:
    page = Client().get("/on-tap/chu-de/sa-hinh?hang=B&bo=3").content.decode()
    assert re.search(
        r'<img class="app-drawing app-drawing--situation" src="/static/questions/pictures/[^"]+\.svg" alt="[^"]+"', page
    )
