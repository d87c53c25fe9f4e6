"""The pages of an exhausted person: what to do, registering step by step, his dossier, tracking without an account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from gplx.dossiers import tracking
from gplx.dossiers.models import OneTimeCode, State
from gplx.exams import registering
from gplx.exams.models import Registration, Session
from gplx.licences.models import Holder
from gplx.notices.models import Notice
from tests.exams.people import OFFICER, TEST_FROM, TODAY, a_session, exhausted, registered
from tests.portal.people import a_holder, a_user

pytestmark = pytest.mark.django_db
JOURNEY = "/dang-ky-kiem-tra/car"
NUMBER = "00001/GKSKLX/01001/26"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, _quiet_days: None) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture
def holder() -> Holder:
    return exhausted()


@pytest.fixture
def citizen(client: Client, holder: Holder) -> Client:
    client.force_login(a_user(holder.citizen_number or ""), backend="gplx.accounts.backends.IdentityBackend")
    return client


@pytest.fixture
def session() -> Session:
    return a_session()


def fill_in(citizen: Client, session: Session) -> None:
    """All steps but the last."""
    for step, given, then in (
        ("ky", {"ky": session.pk}, "giay-kham"),
        ("giay-kham", {"so_giay_kham": NUMBER}, "phien-dich"),
        ("phien-dich", {"ngon_ngu": ""}, "kiem-tra-lai"),
    ):
        answer = citizen.post(f"{JOURNEY}?buoc={step}", given)
        assert (answer.status_code, answer["Location"]) == (302, f"{JOURNEY}?buoc={then}"), answer.content.decode()


def submitted(citizen: Client, session: Session) -> Registration:
    fill_in(citizen, session)
    answer = citizen.post(f"{JOURNEY}?buoc=kiem-tra-lai")
    registration = Registration.objects.latest("pk")
    assert answer["Location"] == f"/ho-so/{registration.dossier.code}?vua-nop=1"
    return registration


def test_the_page_says_why_until_when_and_what_is_needed(citizen: Client, session: Session) -> None:
    page = citizen.get("/het-diem/car").content.decode()
    for said in (
        "Bạn không được lái ô tô kể từ ngày 21/05/2026",
        "Từ ngày <strong>22/11/2026</strong>: còn 2 ngày",
        "đã qua 183 trên 185 ngày",
        "Thứ Năm, 03/12/2026, 08:00",
        "Chưa đạt",
        "khoản 1 Điều 7",
    ):
        assert said in page, said


def test_a_licence_with_points_has_nothing_to_do(client: Client) -> None:
    person = a_holder(9)
    client.force_login(a_user(person.citizen_number or ""), backend="gplx.accounts.backends.IdentityBackend")
    assert "Phần này còn 12 điểm" in client.get("/het-diem/car").content.decode()
    assert client.get("/het-diem/tram").status_code == 404
    answer = client.post(f"{JOURNEY}?buoc=ky", {"ky": a_session().pk})
    assert client.get(f"{JOURNEY}?buoc=kiem-tra-lai").status_code == 200
    assert answer.status_code == 302
    client.post(f"{JOURNEY}?buoc=giay-kham", {"so_giay_kham": NUMBER})
    client.post(f"{JOURNEY}?buoc=phien-dich", {"ngon_ngu": ""})
    assert client.post(f"{JOURNEY}?buoc=kiem-tra-lai").status_code == 422
    assert not Registration.objects.exists()


def test_only_sessions_from_the_first_permitted_day_are_offered(citizen: Client) -> None:
    early = a_session(TEST_FROM - timedelta(days=1), hour=7)
    right = a_session(date(2026, 11, 26))
    page = citizen.get(JOURNEY).content.decode()
    assert f'value="{right.pk}"' in page
    assert f'value="{early.pk}"' not in page
    # B34: a hidden field that was changed is never applied.
    assert citizen.post(f"{JOURNEY}?buoc=ky", {"ky": early.pk}).status_code == 422
    assert citizen.post(f"{JOURNEY}?buoc=ky", {"ky": "x"}).status_code == 422


def test_a_step_that_was_skipped_begins_at_the_first(citizen: Client, session: Session) -> None:
    page = citizen.get(f"{JOURNEY}?buoc=kiem-tra-lai").content.decode()
    assert "bước 1 trên 4" in page
    assert citizen.post(f"{JOURNEY}?buoc=kiem-tra-lai").status_code == 422
    assert not Registration.objects.exists()


def test_submitted_once_however_often_it_is_clicked(citizen: Client, holder: Holder, session: Session) -> None:
    fill_in(citizen, session)
    check = citizen.get(f"{JOURNEY}?buoc=kiem-tra-lai").content.decode()
    assert "Thứ Năm, 03/12/2026, 08:00" in check
    assert NUMBER in check
    first = citizen.post(f"{JOURNEY}?buoc=kiem-tra-lai")
    again = citizen.post(f"{JOURNEY}?buoc=kiem-tra-lai")
    assert first.status_code == 302
    assert again.status_code == 200
    assert "Bạn đã có một hồ sơ đăng ký" in again.content.decode()
    [registration] = Registration.objects.all()
    page = citizen.get(first["Location"]).content.decode()
    assert registration.dossier.code in page
    assert "25/11/2026" in page  # answered by
    assert "Ngày Văn hóa Việt Nam" in page  # why then
    assert registration.dossier.code in citizen.get(f"/ho-so/{registration.dossier.code}/phieu").content.decode()
    assert registration.dossier.code in citizen.get("/ho-so").content.decode()


def test_a_session_that_fills_up_meanwhile_keeps_the_other_answers(citizen: Client, session: Session) -> None:
    fill_in(citizen, session)
    session.capacity = 1
    session.save()
    other = exhausted(2)
    registered(other, session)
    answer = citizen.post(f"{JOURNEY}?buoc=kiem-tra-lai")
    assert (answer.status_code, answer["Location"]) == (302, f"{JOURNEY}?buoc=ky")
    assert "vừa hết chỗ" in citizen.get(answer["Location"]).content.decode()
    assert Registration.objects.count() == 1


def test_the_person_withdraws_and_changes(citizen: Client, session: Session) -> None:
    registration = submitted(citizen, session)
    other = a_session(date(2026, 12, 8))
    address = f"/ho-so/{registration.dossier.code}"
    assert f'value="{other.pk}"' in citizen.get(f"{address}?viec=doi-ky").content.decode()
    assert citizen.post(address, {"viec": "doi-ky", "ky": "", "version": "1"}).status_code == 422
    assert citizen.post(address, {"viec": "doi-ky", "ky": other.pk, "version": "1"}).status_code == 302
    registration.refresh_from_db()
    assert registration.session == other
    stale = citizen.post(address, {"viec": "rut", "version": "0"})
    assert stale.status_code == 409
    assert "chưa có gì được ghi" in stale.content.decode()
    assert citizen.get(f"{address}?viec=rut").status_code == 200
    assert citizen.post(address, {"viec": "rut", "version": "1"}).status_code == 302
    registration.dossier.refresh_from_db()
    assert registration.dossier.state == State.WITHDRAWN


def test_what_was_asked_for_is_added(citizen: Client, session: Session) -> None:
    registration = submitted(citizen, session)
    registering.ask_supplement(registration.pk, by=OFFICER, reason="Thiếu trang 2 giấy khám.", today=TODAY)
    address = f"/ho-so/{registration.dossier.code}"
    assert "Thiếu trang 2 giấy khám." in citizen.get(address).content.decode()
    assert citizen.get(f"{address}?viec=bo-sung").status_code == 200
    assert citizen.post(address, {"viec": "bo-sung", "version": "2"}).status_code == 422
    assert citizen.post(address, {"viec": "bo-sung", "version": "2", "noi_dung": "Đã có"}).status_code == 302
    registration.dossier.refresh_from_db()
    assert registration.dossier.state == State.REGISTERED


def test_a_refusal_shows_its_article(citizen: Client, session: Session) -> None:
    registration = submitted(citizen, session)
    registering.refuse(registration.pk, by=OFFICER, reason="Giấy khám không có thật.", unit="Đội Mẫu", today=TODAY)
    page = citizen.get(f"/ho-so/{registration.dossier.code}").content.decode()
    assert "Giấy khám không có thật." in page
    assert "khoản 1 Điều 7" in page


def test_t01_another_s_dossier_does_not_exist(client: Client, citizen: Client, session: Session) -> None:
    registration = submitted(citizen, session)
    other = exhausted(2)
    stranger = Client()
    stranger.force_login(a_user(other.citizen_number or ""), backend="gplx.accounts.backends.IdentityBackend")
    for address in (f"/ho-so/{registration.dossier.code}", f"/ho-so/{registration.dossier.code}/phieu", "/ho-so/x"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/ho-so/{registration.dossier.code}", {"viec": "rut", "version": "1"}).status_code == 404


# -- without an account -----------------------------------------------------------------------------------------------


@pytest.fixture
def tracked(citizen: Client, session: Session) -> Registration:
    return submitted(citizen, session)


def one_time_code(registration: Registration) -> str:
    return str(Notice.objects.filter(kind="dossier_code", holder=registration.holder).latest("pk").content["one_time"])


def test_a_dossier_is_opened_by_its_code_and_a_one_time_code(tracked: Registration) -> None:
    visitor = Client()
    assert visitor.get("/tra-cuu-ho-so").status_code == 200
    assert visitor.post("/tra-cuu-ho-so", {"ma_ho_so": tracked.dossier.code}).status_code == 200
    wrong = visitor.post("/tra-cuu-ho-so", {"buoc": "ma", "ma_mot_lan": "x"})
    assert wrong.status_code == 422
    opened = visitor.post("/tra-cuu-ho-so", {"buoc": "ma", "ma_mot_lan": one_time_code(tracked)})
    page = opened.content.decode()
    assert tracked.dossier.code in page
    assert "03/12/2026" in page
    assert tracked.holder.name not in page
    assert "no-store" in opened["Cache-Control"]
    # It works once.
    assert tracking.opened(tracked.dossier.code, one_time_code(tracked), address="1.2.3.4") is None


def test_t35_an_unknown_code_gets_the_same_answer(tracked: Registration) -> None:
    known = Client().post("/tra-cuu-ho-so", {"ma_ho_so": tracked.dossier.code})
    unknown = Client().post("/tra-cuu-ho-so", {"ma_ho_so": "G01.000.00-261120-019999"})
    assert known.status_code == unknown.status_code == 200

    def text(answer) -> str:
        return "".join(line for line in answer.content.decode().split("\n") if "csrfmiddlewaretoken" not in line)

    assert text(known) == text(unknown)
    assert OneTimeCode.objects.count() == 1


def test_five_wrong_tries_end_a_code_and_twenty_questions_an_address(tracked: Registration) -> None:
    code = tracked.dossier.code
    tracking.send_code(code, address="1.2.3.4", today=TODAY)
    for _ in range(tracking.TRIES_MAX):
        assert tracking.opened(code, "000000x", address="1.2.3.4") is None
    assert tracking.opened(code, one_time_code(tracked), address="1.2.3.4") is None
    asked = 2 + tracking.TRIES_MAX
    for _ in range(tracking.ATTEMPTS_MAX - asked):
        assert tracking.opened(code, "1", address="1.2.3.4") is None
    with pytest.raises(tracking.TooManyAttemptsError):
        tracking.opened(code, "1", address="1.2.3.4")
    visitor = Client()
    for _ in range(tracking.ATTEMPTS_MAX):
        visitor.post("/tra-cuu-ho-so", {"ma_ho_so": "x"})
    answer = visitor.post("/tra-cuu-ho-so", {"ma_ho_so": code})
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    tracking.forget_old()
    assert OneTimeCode.objects.exists()


def test_three_codes_an_hour(tracked: Registration) -> None:
    for _ in range(5):
        tracking.send_code(tracked.dossier.code, address="1.2.3.4", today=TODAY)
    assert OneTimeCode.objects.count() == tracking.SENT_AN_HOUR_MAX
