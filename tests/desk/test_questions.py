"""The question bank at the desk: found, read, drawn as a sample, and brought in by an administrator."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from gplx.accounts.models import Role
from gplx.questions import queries
from gplx.questions.actions import record_own_bank
from gplx.questions.models import Question, QuestionFile
from tests.desk.conftest import a_user, signed_in

pytestmark = pytest.mark.django_db

GOOD = {
    "key": "CSGT-001",
    "topic": "rules",
    "groups": "motorcycle;car",
    "text_vi": "Câu hỏi của bộ chính thức?",
    "option_1_vi": "Đúng.",
    "option_2_vi": "Sai.",
    "correct": 1,
    "valid_from": "2026-01-01",
}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2026-11-25")


@pytest.fixture
def examiner() -> Client:
    record_own_bank()
    return signed_in(a_user(Role.EXAMINER))


@pytest.fixture
def administrator() -> Client:
    return signed_in(a_user(Role.ADMINISTRATOR))


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_bank_is_searched_and_filtered(examiner: Client) -> None:
    assert "<strong>0</strong> câu hỏi" in text(examiner, "/desk/cau-hoi?q=zzz")
    assert "quy-tac-10" in text(examiner, "/desk/cau-hoi?q=den+do")
    signs = text(examiner, "/desk/cau-hoi?topic=signs&category=A1&kind=picture")
    assert "bien-bao-" in signs
    assert "quy-tac-" not in signs
    assert "Câu điểm liệt" in text(examiner, "/desk/cau-hoi?kind=fatal")
    assert "Không có câu hỏi nào như vậy" in text(examiner, "/desk/cau-hoi?origin=official")
    assert "phải là một ngày có thật" in text(examiner, "/desk/cau-hoi?on_day=31&on_month=2&on_year=2026")


def test_a_question_is_shown_with_its_versions_sources_and_drawing(examiner: Client) -> None:
    page = text(examiner, "/desk/cau-hoi/ma/bien-bao-03")
    assert "Phiên bản 1" in page
    assert "/static/questions/pictures/bien-03" in page
    assert "chưa được hỏi" in page
    assert examiner.get("/desk/cau-hoi/ma/khong-co").status_code == 404
    ended = next(key for key in Question.objects.values_list("key", flat=True) if _ended(key))
    assert "không được hỏi" in text(examiner, f"/desk/cau-hoi/ma/{ended}")


def _ended(key: str) -> bool:
    return queries.history(key)[0].valid_to is not None


def digest(page: str) -> str:
    found = re.search(r">([0-9a-f]{64})<", page)
    assert found is not None
    return found[1]


def test_a_sample_paper_is_drawn_by_its_code(examiner: Client) -> None:
    assert "Lập đề" in text(examiner, "/desk/cau-hoi/de-mau")
    answer = examiner.get("/desk/cau-hoi/de-mau?category=C")
    assert answer.status_code == 302
    page = text(examiner, answer["Location"])
    assert page.count("app-practice") == 40
    again = text(examiner, answer["Location"])
    assert digest(page) == digest(again)
    assert digest(page) != digest(text(examiner, "/desk/cau-hoi/de-mau?category=C&seed=khac"))
    assert examiner.get("/desk/cau-hoi/de-mau?category=ZZ").status_code == 422


def test_no_paper_is_drawn_by_rules_that_are_not_known(examiner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", "2027-07-01")
    page = text(examiner, "/desk/cau-hoi/de-mau?category=C&seed=a")
    assert "30/06/2027" in page
    assert "app-practice" not in page


def upload(client: Client, *entries: dict[str, object]) -> str:
    file = SimpleUploadedFile("bo.json", json.dumps(entries).encode())
    answer = client.post("/desk/cau-hoi/nap", {"content": file})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_file_is_checked_then_recorded_once(administrator: Client) -> None:
    address = upload(administrator, GOOD, {**GOOD, "key": "CSGT-002", "text_vi": "Khác?", "correct": 4})
    page = text(administrator, address)
    assert "Chưa ghi gì" in page
    assert "Ghi nhận 1 dòng đạt" in page
    assert "Đáp án không có trong các phương án" in page
    assert not Question.objects.exists()
    assert administrator.post(address)["Location"] == address
    assert [question.key for question in Question.objects.all()] == ["CSGT-001"]
    assert administrator.post(address).status_code == 302
    assert Question.objects.count() == 1
    after = text(administrator, address)
    assert "Đã ghi nhận lúc" in after
    assert "<form" not in after.split("<main", 1)[1]
    file = QuestionFile.objects.get()
    assert file.counts == {"new": 1, "refused": 1}
    assert queries.history("CSGT-001")[0].recorded_by == file.taken_by


def test_the_same_file_again_is_the_same_file(administrator: Client) -> None:
    assert upload(administrator, GOOD) == upload(administrator, GOOD)
    assert "bo.json" in text(administrator, "/desk/cau-hoi/nap")


def test_what_is_no_file_of_questions_is_refused_with_the_reason(administrator: Client) -> None:
    answer = administrator.post("/desk/cau-hoi/nap", {"content": SimpleUploadedFile("x.csv", b"x")})
    assert answer.status_code == 422
    assert "Thiếu cột" in answer.content.decode()
    assert administrator.post("/desk/cau-hoi/nap").status_code == 422
    assert not QuestionFile.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_templates_can_be_brought_in_again(administrator: Client, kind: str) -> None:
    content = administrator.get(f"/desk/cau-hoi/nap/mau.{kind}").content
    answer = administrator.post("/desk/cau-hoi/nap", {"content": SimpleUploadedFile(f"mau.{kind}", content)})
    assert "Ghi nhận 1 dòng đạt" in text(administrator, answer["Location"])


def test_a_kept_file_is_not_changed(administrator: Client) -> None:
    upload(administrator, GOOD)
    with pytest.raises(DatabaseError), transaction.atomic():
        QuestionFile.objects.update(name="khác")
