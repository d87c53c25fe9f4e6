"""The examiner's pages: admission, help, signing by two, the session's reconciliation, and the record of each look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from gplx.accounts.models import Role, User
from gplx.audit.models import Access
from gplx.exams.models import Registration
from gplx.points.models import Account
from gplx.sittings import candidate_actions
from gplx.sittings.models import Adjustment, Admission, Closing, Sitting
from gplx.wallet.keys import KeyStore
from tests.desk.conftest import signed_in
from tests.sittings import room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())


@pytest.fixture
def sealing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    KeyStore(tmp_path / "keys").make_missing(at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path / "keys"))


@pytest.fixture
def examiner(db: None) -> User:
    return room.a_user(name="Cán Bộ Mẫu Một")


@pytest.fixture
def desk(examiner: User) -> Client:
    return signed_in(examiner)


@pytest.fixture
def second(db: None) -> Client:
    return signed_in(room.a_user(name="Cán Bộ Mẫu Hai"))


@pytest.fixture
def candidate(db: None) -> Registration:
    room.fill_bank()
    return room.a_candidate()


@pytest.fixture
def page(candidate: Registration) -> str:
    return f"/desk/phong-thi/{candidate.session_id}/{candidate.pk}"


def code_of(body: str) -> tuple[str, str]:
    number = re.search(r'id="candidate-number">(\d{5})<', body)
    code = re.search(r'id="candidate-code">(\d{6})<', body)
    assert number is not None
    assert code is not None
    return number[1], code[1]


def admit(desk: Client, page: str, **more: str) -> str:
    answer = desk.post(page, {"act": "admit", "identity_paper": "identity_card", "version": "0", **more})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_from_admission_to_restored_points(
    desk: Client, second: Client, page: str, candidate: Registration, sealing: None
) -> None:
    number, code = code_of(admit(desk, page))
    granted = {"act": "grant", "kind": "extra_time", "minutes": "5", "reason": "nghe đọc"}
    assert desk.post(page, granted).status_code == 302
    device = candidate_actions.open_device(number, code)
    sitting = candidate_actions.start(device)
    assert "Đang làm bài" in desk.get(page).content.decode()
    room.answer_all(sitting, device)
    candidate_actions.submit(device)
    assert desk.post(page, {"act": "confirm"}).status_code == 409
    assert desk.post(page, {"act": "sign", "acknowledged": "signed"}).status_code == 302
    own = desk.post(page, {"act": "confirm"})
    assert (own.status_code, Account.objects.get().balance) == (403, 0)
    assert second.post(page, {"act": "confirm"}).status_code == 302
    assert Account.objects.get().balance == 12
    for copy in ("candidate", "file"):
        answer = second.get(f"{page}/bien-ban-{copy}.pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")
    assert second.get(f"{page}/bien-ban-other.pdf").status_code == 404
    session = f"/desk/phong-thi/{candidate.session_id}"
    assert desk.post(session, {"act": "close"}).status_code == 302
    assert Closing.objects.get().counts["passed"] == 1
    assert "Đã đóng" in desk.get(session).content.decode()
    assert "100 %" in desk.get("/desk/phong-thi/thong-ke").content.decode()


def test_a_page_sent_again_gives_no_second_code(desk: Client, page: str) -> None:
    admit(desk, page)
    again = {"act": "admit", "identity_paper": "identity_card", "version": "0", "reason": "lần nữa"}
    assert desk.post(page, again).status_code == 409
    assert Admission.objects.count() == 1
    assert desk.post(page, {**again, "version": "1", "reason": ""}).status_code == 422
    admit(desk, page, version="1", reason="máy hỏng")
    assert Admission.objects.count() == 2


def test_a_refusal_names_the_article(desk: Client) -> None:
    room.fill_bank()
    registration = room.registered(room.a_session(), room.a_holder())
    path = f"/desk/phong-thi/{registration.session_id}/{registration.pk}"
    answer = desk.post(path, {"act": "admit", "identity_paper": "identity_card", "version": "0"})
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Kiểm tra khi vẫn còn điểm" in body
    assert "65/2024" in body or "36/2024" in body or "Cách hiểu" in body
    assert not Sitting.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "admit", "version": "0"},
        {"act": "admit", "identity_paper": "library_card", "version": "0"},
        {"act": "pause"},
        {"act": ""},
        {"act": "simulation", "marks": "x"},
    ],
)
def test_what_is_not_offered_is_refused(desk: Client, page: str, sent: dict[str, str]) -> None:
    assert desk.post(page, sent).status_code == 422
    assert not Sitting.objects.exists()


@pytest.mark.parametrize("act", ["sign", "return", "confirm", "grant"])
def test_nothing_of_a_sitting_that_is_none(desk: Client, page: str, act: str) -> None:
    sent = {"act": act, "acknowledged": "signed", "kind": "interpreter", "reason": "x", "note": "x"}
    assert desk.post(page, sent).status_code == 409


def test_help_needs_what_belongs_to_it(desk: Client, page: str) -> None:
    admit(desk, page)
    for sent in ({"kind": "extra_time", "reason": "x"}, {"kind": "read_aloud", "minutes": "3", "reason": "x"}):
        assert desk.post(page, {"act": "grant", **sent}).status_code == 422
    assert not Adjustment.objects.exists()


def test_absent(desk: Client, page: str, candidate: Registration) -> None:
    assert desk.post(page, {"act": "absent"}).status_code == 302
    candidate.refresh_from_db()
    assert candidate.outcome == "absent"
    assert desk.post(page, {"act": "absent"}).status_code == 409


def test_a_session_with_somebody_open_stays_open(desk: Client, candidate: Registration) -> None:
    answer = desk.post(f"/desk/phong-thi/{candidate.session_id}", {"act": "close"})
    assert answer.status_code == 409
    assert not Closing.objects.exists()


def test_t23_sessions_of_another_unit_do_not_exist(candidate: Registration, page: str) -> None:
    other = signed_in(room.a_user(unit="Phòng CSGT Khác"))
    for path in (page, f"/desk/phong-thi/{candidate.session_id}", f"{page}/bien-ban-file.pdf"):
        assert other.get(path).status_code == 404
    assert "chưa đóng" in other.get("/desk/phong-thi").content.decode()
    assert signed_in(room.a_user(Role.ADMINISTRATOR, unit="Cục Mẫu")).get(page).status_code == 200


def test_i13_each_look_at_a_person_is_recorded(desk: Client, page: str, candidate: Registration) -> None:
    desk.get(f"/desk/phong-thi/{candidate.session_id}")
    desk.get(page)
    rows = list(Access.objects.order_by("id").values_list("holder_id", "what", "reference"))
    code = candidate.dossier.code
    assert rows == [(candidate.holder_id, "test_candidates", code), (candidate.holder_id, "test_candidate", code)]


def test_i14_the_own_test_is_closed_to_an_examiner(candidate: Registration, page: str) -> None:
    himself = signed_in(room.a_user(citizen_number=candidate.holder.citizen_number or ""))
    for answer in (himself.get(page), himself.post(page, {"act": "absent"})):
        assert answer.status_code == 403
    candidate.refresh_from_db()
    assert candidate.outcome == ""
