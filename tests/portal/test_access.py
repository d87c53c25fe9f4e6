"""T01, T08, T44: every page of a person is his own; the list of pages comes from the addresses themselves."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern

from gplx.accounts.models import Role
from gplx.dossiers import actions as dossiers
from gplx.dossiers.models import Channel, Kind
from gplx.dossiers.states import Actor
from gplx.exams.models import Registration
from gplx.licences.models import Holder
from gplx.notices.models import Notice, Reading
from gplx.portal.urls import urlpatterns
from tests.letters.papers import text_of
from tests.portal.people import a_holder, a_user, decide

OPEN = {
    "home",
    "about",
    "catalogue",
    "offence",
    "set_language",
    "sign_in",
    "signed_in",
    "sign_in_officer",
    "signed_in_officer",
    "sign_out",
    "what_if_shared",
    "demo_clock",
    "practice",
    "practice_topic",
    "practice_paper",
    "track",
    "licence_check",
    "csgt",
    "check_ask",
    "check_paper",
}
ROUTES: list[URLPattern] = [route for route in urlpatterns if route.name not in OPEN]
BACKEND = "gplx.accounts.backends.IdentityBackend"


def addresses(holder: Holder) -> dict[str, str]:
    """Each page of a person, with numbers that are his."""
    given = {
        "notice_id": str(Notice.objects.filter(holder=holder).latest("id").pk),
        "part": "car",
        "voice": "north-female",
        "code": _dossier_of(holder).dossier.code,
    }
    return {str(route.name): _address(route, given) for route in ROUTES}


def _dossier_of(holder: Holder) -> Registration:
    """A dossier of the person's, made where there is none."""
    found = Registration.objects.filter(holder=holder).first()
    if found is None:
        dossier = dossiers.submit(
            Kind.RESTORATION_TEST, holder_id=holder.pk, part="motorcycle", channel=Channel.ONLINE, by=Actor("applicant")
        )
        found = Registration.objects.create(
            dossier=dossier, holder=holder, part="motorcycle", category="A1", regime="2025"
        )
    return found


def _address(route: URLPattern, given: dict[str, str]) -> str:
    text = str(route.pattern)
    for name, value in given.items():
        for kind in ("int", "str"):
            text = text.replace(f"<{kind}:{name}>", value)
    assert "<" not in text, f"give {text} a value here"
    return f"/{text}"


def _said(content: bytes) -> str:
    """What a page or a paper says."""
    if content.startswith(b"%PDF-"):
        said = text_of(content)
        assert "Người Mẫu Hai" in said  # It can be read, and it is his own.
        return said
    return content.decode()


@pytest.fixture
def other(db: None, today: date) -> Holder:
    person = a_holder(2, "Người Mẫu Hai")
    decide(person, "77/QĐ-XPHC", date(2026, 5, 4), 6, today=date(2026, 5, 4))
    return person


def test_every_page_is_either_open_or_a_persons_own():
    names = {route.name for route in urlpatterns}
    assert names >= OPEN
    assert len(ROUTES) >= 7


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
class TestEachPage:
    def test_its_owner_sees_it_and_nothing_keeps_it(self, route: URLPattern, citizen: Client, holder: Holder):
        answer = citizen.get(addresses(holder)[str(route.name)])
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]

    def test_nobody_signed_in_is_asked_to_sign_in(self, route: URLPattern, client: Client, holder: Holder):
        address = addresses(holder)[str(route.name)]
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/dang-nhap?next={address}")

    def test_another_citizen_sees_nothing_of_it(self, route: URLPattern, client: Client, holder: Holder, other: Holder):
        client.force_login(a_user(other.citizen_number or ""), backend=BACKEND)
        answer = client.get(addresses(holder)[str(route.name)])
        body = _said(answer.content)
        for theirs in ("12/QĐ-XPHC", "001099000001", "790000000001", "Người Mẫu Một"):
            assert theirs not in body
        if "notice_id" in str(route.pattern):
            assert answer.status_code == 404
            assert not Reading.objects.exists()

    def test_a_citizen_without_a_licence_is_told_what_to_do(self, route: URLPattern, client: Client, holder: Holder):
        client.force_login(a_user("001099999999"), backend=BACKEND)
        answer = client.get(addresses(holder)[str(route.name)])
        assert answer.status_code == 404
        assert "Chưa tìm thấy giấy phép lái xe của bạn" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]

    @pytest.mark.parametrize("role", [Role.ROADSIDE, Role.CASE_OFFICER, Role.ADMINISTRATOR])
    def test_staff_have_no_business_here(self, route: URLPattern, role: Role, client: Client, holder: Holder):
        client.force_login(a_user(holder.citizen_number or "", role=role, subject=role), backend=BACKEND)
        answer = client.get(addresses(holder)[str(route.name)])
        assert answer.status_code == 403
        assert "12/QĐ-XPHC" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/cach-tinh-diem", "/danh-muc", "/demo/dong-ho", "/tinh", "/dang-nhap", "/khong-co"])
def test_open_pages_are_kept_by_nobody_once_somebody_is_signed_in(path: str, citizen: Client):
    assert "no-store" in citizen.get(path)["Cache-Control"]


def test_cookies_are_for_this_site_and_for_no_script(citizen: Client):
    sent = citizen.get("/diem").cookies
    assert {name: (sent[name]["samesite"], sent[name]["httponly"]) for name in sent} == {
        "sessionid": ("Lax", True),
        "csrftoken": ("Lax", True),
    }


def test_a_person_signed_in_with_his_old_number_sees_his_record(client: Client, holder: Holder):
    client.force_login(a_user("000000001"), backend=BACKEND)
    assert "12/QĐ-XPHC" in client.get("/diem").content.decode()


def test_a_user_without_any_number_has_no_record(client: Client, holder: Holder):
    Holder.objects.create(
        citizen_number=None,
        name="Người Mẫu Không Số",
        name_folded="x",
        name_key="x",
        birth_date=date(1990, 1, 1),
        sex="male",
        province_code="01",
    )
    client.force_login(a_user(""), backend=BACKEND)
    assert client.get("/diem").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999999999", "9" * 30])
def test_a_notice_that_is_nobodys_is_not_found(citizen: Client, number: str):
    assert citizen.get(f"/hop-thu/{number}").status_code == 404


@pytest.mark.parametrize("query", ["truoc=x", "truoc=-1", "truoc=1e3", "truoc=" + "9" * 40, "truoc=٣"])
def test_a_strange_page_number_is_ignored(citizen: Client, query: str):
    assert citizen.get(f"/hop-thu?{query}").status_code == 200
    assert citizen.get(f"/ai-da-xem?{query}").status_code == 200
