"""The tablet's pages: a cookie that nobody can forge, the same place after any crash, and nothing without a code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from gplx.exams.models import Registration
from gplx.portal.views import room as pages
from gplx.sittings import actions, instants, queries
from gplx.sittings.models import Result, Sitting, State
from tests.sittings import room

pytestmark = pytest.mark.django_db

INSIDE = ["/phong-thi/huong-dan", "/phong-thi/cau/1", "/phong-thi/tong-quan", "/phong-thi/nop-bai", "/phong-thi/xong"]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())


@pytest.fixture
def candidate(db: None) -> Registration:
    room.fill_bank()
    return room.a_candidate()


def enter(tablet: Client, registration: Registration, **more: str) -> Sitting:
    admitted = actions.admit(registration.pk, identity_paper="identity_card", by=room.a_user(), **more)
    assert admitted.sitting is not None
    answer = tablet.post("/phong-thi", {"number": admitted.sitting.number, "code": admitted.code})
    assert (answer.status_code, answer["Location"]) == (302, "/phong-thi/huong-dan")
    return admitted.sitting


@pytest.fixture
def tablet(client: Client, candidate: Registration) -> Client:
    """A tablet with a test under way."""
    enter(client, candidate)
    assert client.post("/phong-thi/huong-dan")["Location"] == "/phong-thi/cau/1"
    return client


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", INSIDE)
def test_nothing_opens_without_a_code(client: Client, db: None, path: str, method: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
    client.cookies[pages.COOKIE] = "eyJhZG1pc3Npb24iOjF9:forged:signature"
    assert getattr(client, method)(path).status_code == 403


def test_the_cookie_is_for_the_room_alone(client: Client, candidate: Registration) -> None:
    sitting = enter(client, candidate)
    cookie = client.cookies[pages.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/phong-thi", True, "Strict")
    assert sitting.holder.citizen_number is not None
    assert sitting.holder.citizen_number not in cookie.value


def test_the_same_place_after_a_crash(tablet: Client) -> None:
    for number in (1, 2):
        answer = tablet.post(f"/phong-thi/cau/{number}", {"choice": "1", "act": "next"})
        assert answer["Location"] == f"/phong-thi/cau/{number + 1}"
    assert tablet.get("/phong-thi")["Location"] == "/phong-thi/cau/3"


@pytest.mark.parametrize(
    ("act", "leads_to"),
    [
        ("next", "/phong-thi/cau/6"),
        ("previous", "/phong-thi/cau/4"),
        ("overview", "/phong-thi/tong-quan"),
        ("flag", "/phong-thi/cau/5"),
        ("strange", "/phong-thi/cau/6"),
    ],
)
def test_whatever_is_pressed_keeps_the_answer(tablet: Client, act: str, leads_to: str) -> None:
    assert tablet.post("/phong-thi/cau/5", {"choice": "2", "act": act})["Location"] == leads_to
    sitting = Sitting.objects.get()
    assert queries.last_answers(sitting.pk) == {5: 2}
    assert queries.flagged(sitting.pk) == ({5} if act == "flag" else set())


@pytest.mark.parametrize("choice", ["4", "9", "0", "-1", "a", "１", "11"])
def test_what_is_no_answer_is_not_kept(tablet: Client, choice: str) -> None:
    assert tablet.post("/phong-thi/cau/1", {"choice": choice}).status_code == 422
    assert queries.last_answers(Sitting.objects.get().pk) == {}


def test_the_paper_tells_nothing_of_what_is_right(tablet: Client) -> None:
    body = tablet.get("/phong-thi/cau/1").content.decode()
    for secret in ("Vì luật nói vậy", "correct", Sitting.objects.get().seed):
        assert secret not in body
    assert tablet.get("/phong-thi/cau/26").status_code == 302
    assert tablet.get("/phong-thi/cau/0").status_code == 302


def test_chosen_with_javascript_it_is_kept_and_said(tablet: Client) -> None:
    answer = tablet.post("/phong-thi/cau/3", {"choice": "1", "act": "keep"}, headers={"HX-Request": "true"})
    assert "Đã lưu câu 3." in answer.content.decode()


def test_a_late_answer_finds_the_paper_handed_in(tablet: Client) -> None:
    tablet.post("/phong-thi/cau/1", {"choice": "1"})
    Sitting.objects.update(deadline_at=instants.now())
    assert tablet.post("/phong-thi/cau/1", {"choice": "2"})["Location"] == "/phong-thi/xong"
    sitting = Sitting.objects.get()
    assert (sitting.state, queries.last_answers(sitting.pk)) == (State.SUBMITTED, {1: 1})
    assert "Hết giờ" in tablet.get("/phong-thi/xong").content.decode()


def test_b36_handed_in_twice_is_once(tablet: Client) -> None:
    assert "Còn 25 câu chưa trả lời" in tablet.get("/phong-thi/nop-bai").content.decode()
    for _ in range(2):
        assert tablet.post("/phong-thi/nop-bai")["Location"] == "/phong-thi/xong"
    assert Result.objects.count() == 1
    for path in INSIDE[:4]:
        assert tablet.get(path)["Location"] == "/phong-thi/xong"


def test_the_next_candidate_does_not_see_the_last_one_s_result(tablet: Client) -> None:
    tablet.post("/phong-thi/nop-bai")
    assert tablet.get("/phong-thi").status_code == 200
    Sitting.objects.update(submitted_at=instants.now() - timedelta(minutes=15))
    assert tablet.get("/phong-thi/xong")["Location"] == "/phong-thi"
    assert tablet.get("/phong-thi/xong").status_code == 403


def test_another_tablet_ends_this_one(tablet: Client, candidate: Registration) -> None:
    tablet.post("/phong-thi/cau/1", {"choice": "3"})
    other = Client()
    enter(other, candidate, reason="máy hỏng")
    assert tablet.post("/phong-thi/cau/2", {"choice": "1"}).status_code == 403
    assert other.get("/phong-thi")["Location"] == "/phong-thi/cau/2"


def test_a_form_without_its_token_keeps_nothing(candidate: Registration) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/phong-thi", {"number": "12345", "code": "123456"}).status_code == 403


def test_read_aloud_to_whom_it_was_granted(tablet: Client) -> None:
    sitting = Sitting.objects.get()
    sound = "/phong-thi/cau/1/nghe/south-female.mp3"
    assert "Nghe nội dung này" not in tablet.get("/phong-thi/cau/1").content.decode()
    assert tablet.get(sound).status_code == 404
    actions.grant(sitting.pk, kind="read_aloud", reason="không đọc được", by=room.a_user())
    assert "Nghe nội dung này" in tablet.get("/phong-thi/cau/1").content.decode()
    answer = tablet.get(sound)
    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/mpeg")
    assert tablet.get("/phong-thi/cau/26/nghe/south-female.mp3").status_code == 404
    assert tablet.get("/phong-thi/cau/1/nghe/robot.mp3").status_code == 404


def test_in_english(tablet: Client) -> None:
    tablet.post("/ngon-ngu", {"language": "en", "next": "/phong-thi/cau/1"})
    body = tablet.get("/phong-thi/cau/1").content.decode()
    assert "Question 1 of 25" in body
    assert "Keep and go on" in body
