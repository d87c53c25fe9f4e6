"""The examiner's desk for the knowledge test: calendar, publication, moving people, answering registrations."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gplx.accounts.models import Role
from gplx.audit.models import Access
from gplx.dossiers.models import State
from gplx.dossiers.states import officer
from gplx.exams import registering
from gplx.exams.models import Registration, Session
from gplx.notices.models import Notice
from tests.desk.conftest import a_user, signed_in
from tests.exams.people import TODAY, a_session, exhausted, registered

pytestmark = pytest.mark.django_db
CALENDAR = "/desk/lich-kiem-tra?thang=2026-12"


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch, _today: None) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


@pytest.fixture
def examiner() -> Client:
    user = a_user(Role.EXAMINER, "Cán Bộ Kiểm Tra")
    user.province_code = "01"
    user.save()
    return signed_in(user)


def test_a_month_is_proposed_reviewed_and_announced(examiner: Client) -> None:
    page = examiner.get(CALENDAR).content.decode()
    assert "Chưa công bố đủ; hạn cuối là ngày 24/11/2026" in page
    assert examiner.post(CALENDAR, {"place": "", "hour": "8h"}).status_code == 422
    form = {"place": "Phòng số 1", "hour": "08:00", "capacity": "30", "a_week": "2"}
    assert examiner.post(CALENDAR, form).status_code == 302
    sessions = list(Session.objects.order_by("starts_at"))
    assert len(sessions) == 10
    page = examiner.get(CALENDAR).content.decode()
    assert "Công bố 10 kỳ" in page
    assert examiner.post(CALENDAR, {"act": "publish", "session": [one.pk for one in sessions]}).status_code == 302
    assert "Đã công bố đủ lịch tháng này." in examiner.get(CALENDAR).content.decode()
    duties = examiner.get("/desk/lich-kiem-tra/nghia-vu").content.decode()
    assert duties.index("An Giang") < duties.index("Hà Nội", duties.index("12/2026"))


def test_another_province_s_session_does_not_exist(examiner: Client) -> None:
    far = a_session(province_code="79")
    for address in (
        f"/desk/lich-kiem-tra/{far.pk}",
        f"/desk/lich-kiem-tra/{far.pk}/doi",
        f"/desk/lich-kiem-tra/{far.pk}/huy",
    ):
        assert examiner.get(address).status_code == 404
    assert examiner.post("/desk/lich-kiem-tra", {"act": "publish", "session": [far.pk]}).status_code == 302


def test_the_people_of_a_session_are_listed_and_the_look_is_recorded(examiner: Client) -> None:
    session, holder = a_session(), exhausted()
    registration = registered(holder, session)
    page = examiner.get(f"/desk/lich-kiem-tra/{session.pk}").content.decode()
    assert holder.name in page
    assert registration.dossier.code in page
    assert Access.objects.filter(holder_id=holder.pk, what="list", purpose="case_handling").exists()
    assert examiner.post(f"/desk/lich-kiem-tra/{session.pk}", {"capacity": "0", "version": "1"}).status_code == 422
    assert examiner.post(f"/desk/lich-kiem-tra/{session.pk}", {"capacity": "5", "version": "9"}).status_code == 409
    assert examiner.post(f"/desk/lich-kiem-tra/{session.pk}", {"capacity": "5", "version": "1"}).status_code == 302


def test_moving_shows_first_what_follows_for_each_person(examiner: Client) -> None:
    session = a_session()
    going, staying = exhausted(1), exhausted(2, on=date(2026, 6, 2))
    for holder in (going, staying):
        registered(holder, session)
    address = f"/desk/lich-kiem-tra/{session.pk}/doi"
    form = {
        "day_day": "2",
        "day_month": "12",
        "day_year": "2026",
        "hour": "09:00",
        "place": "P2",
        "reason": "Sửa phòng",
    }
    seen = examiner.post(address, form)
    assert seen.status_code == 200
    page = seen.content.decode()
    assert "chuyển theo và được báo" in page
    assert "tự chọn kỳ khác" in page
    session.refresh_from_db()
    assert session.on == date(2026, 12, 3)
    token = seen.context["preview"].token
    assert examiner.post(address, {**form, "token": "x"}).status_code == 409
    assert examiner.post(address, {**form, "token": token}).status_code == 302
    assert Notice.objects.filter(kind="test_moved", holder=going).exists()
    assert Notice.objects.filter(kind="test_without_session", holder=staying).exists()


def test_calling_off(examiner: Client) -> None:
    session = a_session()
    registered(exhausted(), session)
    address = f"/desk/lich-kiem-tra/{session.pk}/huy"
    token = examiner.get(address).context["preview"].token
    assert examiner.post(address, {"token": token, "reason": ""}).status_code == 422
    assert examiner.post(address, {"token": "x", "reason": "Bão"}).status_code == 409
    assert examiner.post(address, {"token": token, "reason": "Bão"}).status_code == 302
    assert Notice.objects.filter(kind="test_without_session").count() == 1


# -- registrations ----------------------------------------------------------------------------------------------------


def waiting() -> tuple[Registration, str]:
    registration = registered(exhausted(), a_session())
    return registration, f"/desk/ho-so-kiem-tra/{registration.pk}"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"act": "accept"}, State.RECEIVED),
        ({"act": "ask", "reason": "Thiếu trang 2"}, State.SUPPLEMENT),
        ({"act": "refuse", "reason": "Không thật", "ground": "65/2024/TT-BCA art. 7(1)"}, State.REFUSED),
    ],
)
def test_each_answer(examiner: Client, given: dict[str, str], state: State) -> None:
    registration, address = waiting()
    assert registration.dossier.code in examiner.get("/desk/ho-so-kiem-tra").content.decode()
    assert "Chờ xác minh" in examiner.get(address).content.decode()
    assert examiner.post(address, {**given, "version": "0"}).status_code == 409
    assert examiner.post(address, {**given, "version": "1"}).status_code == 302
    registration.dossier.refresh_from_db()
    assert registration.dossier.state == state
    assert examiner.post(address, {**given, "version": "2"}).status_code == 409
    last = registration.dossier.moves.order_by("number").last()
    assert last is not None
    assert (last.actor_kind, last.actor_name) == ("officer", "Cán bộ tổ chức kiểm tra, Đội Mẫu")
    assert Access.objects.filter(holder_id=registration.holder_id, reference=registration.dossier.code).count() == 1


@pytest.mark.parametrize("given", [{"act": "ask"}, {"act": "refuse", "reason": ""}, {"act": "x"}])
def test_an_answer_without_its_words_is_none(examiner: Client, given: dict[str, str]) -> None:
    registration, address = waiting()
    assert examiner.post(address, {**given, "version": "1"}).status_code == 422
    registration.dossier.refresh_from_db()
    assert registration.dossier.state == State.REGISTERED


def test_i14_nobody_answers_his_own(examiner: Client) -> None:
    registration, address = waiting()
    own = signed_in(a_user(Role.EXAMINER, citizen_number=registration.holder.citizen_number or ""))
    assert own.get(address).status_code == 403
    assert own.post(address, {"act": "accept", "version": "1"}).status_code == 403
    registration.dossier.refresh_from_db()
    assert registration.dossier.state == State.REGISTERED
    himself = officer(a_user(Role.EXAMINER, citizen_number=registration.holder.citizen_number or ""))
    with pytest.raises(registering.OwnDossierError):
        registering.accept(registration.pk, by=himself, today=TODAY)


def test_another_province_s_registration_does_not_exist(examiner: Client) -> None:
    far = registered(exhausted(), a_session(province_code="79"))
    address = f"/desk/ho-so-kiem-tra/{far.pk}"
    assert examiner.get(address).status_code == 404
    assert examiner.post(address, {"act": "refuse", "reason": "Không thật", "version": "1"}).status_code == 404
    far.dossier.refresh_from_db()
    assert far.dossier.state == State.REGISTERED
    assert not Access.objects.filter(holder_id=far.holder_id).exists()
    registering.ask_supplement(far.pk, by=officer(a_user(Role.EXAMINER)), reason="Thiếu trang 2")
    assert far.dossier.code not in examiner.get("/desk/ho-so-kiem-tra").content.decode()
    administrator = signed_in(a_user(Role.ADMINISTRATOR))
    assert administrator.get(address).status_code == 200


def test_a_registration_whose_session_is_off_stays_with_its_province(examiner: Client) -> None:
    registration, address = waiting()
    Registration.objects.filter(pk=registration.pk).update(session=None)
    assert examiner.get(address).status_code == 200
    assert registration.dossier.code in examiner.get("/desk/ho-so-kiem-tra").content.decode()
