"""Fields nobody types by hand: endless digits and characters no database keeps are answered, never with a 500."""

from __future__ import annotations

import pytest
from django.test import Client

from gplx.desk.models import AnnulmentProposal
from gplx.licences.models import Holder
from tests.desk.conftest import told

pytestmark = pytest.mark.django_db

HOSTILE = ["9" * 5_000, "\x00", "790\x00", "²", "٣" * 5_000, "-1", "1e9", "\ud800".encode("utf-8", "replace").decode()]
INTAKE, ANNULMENT = "/desk/quyet-dinh/nhap", "/desk/huy-quyet-dinh/nhap"
FORM_FIELDS = {
    INTAKE: [
        *("authority", "number", "licence_number", "holder_name", "place", "part", "offence", "draft", "next", "find"),
        *(f"{name}_{piece}" for name in ("decided_on", "birth_date", "revoked_to") for piece in ("day", "year")),
    ],
    ANNULMENT: ["document_number", "annulled_on_day", "reason", "authority", "number", "year", "draft"],
    "/desk/tra-cuu": ["query", "purpose", "reference"],
    "/desk/tra-cuu/chon": ["ticket"],
}
ADDRESSES = [
    "/desk/tra-cuu/{}",
    "/desk/tra-cuu/1/ban-ke/{}",
    "/desk/danh-muc?q={0}&level={0}&page={0}&on_day={0}&on_month=1&on_year={0}&law={0}",
    "/desk/danh-muc/{}",
    "/desk/quyet-dinh/goi-y?find={0}&acted_on_day={0}&acted_on_month={0}&acted_on_year={0}",
    "/desk/quyet-dinh/nhap?draft={}",
    "/desk/quyet-dinh/nhap/{}/kiem-tra",
    "/desk/quyet-dinh/{}",
    "/desk/huy-quyet-dinh/nhap?decision={}",
    "/desk/huy-quyet-dinh/nhap/{}/kiem-tra",
    "/desk/huy-quyet-dinh/{}",
    "/desk/doi-chieu?reason={0}&page={0}",
    "/desk/doi-chieu/{}",
    "/desk/tep?page={}",
    "/desk/tep/{}",
    "/desk/tep/{}/tien-do",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("address", ADDRESSES)
def test_in_an_address(desk: Client, address: str, text: str):
    assert desk.get(address.format(text)).status_code in (200, 302, 404)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", FORM_FIELDS)
def test_in_a_form(desk: Client, holder: Holder, path: str, text: str):
    for field in FORM_FIELDS[path]:
        good = {"query": "790000000001", "purpose": "assisted"} if path == "/desk/tra-cuu" else {}
        assert desk.post(path, {**good, field: text}).status_code in (200, 302, 404, 422)


@pytest.mark.parametrize("text", HOSTILE)
def test_in_the_steps_of_the_intake_form(desk: Client, text: str):
    chosen = {"offence": ["points:2", f"points:{text}"]}
    for step in ({"remove": text}, {"add": text}, {"add_points": "1", "stated_points": text}, {"search": "1"}):
        answer = desk.post(INTAKE, {**chosen, **step, "find": text})
        assert answer.status_code == 200


def test_the_steps_still_work(desk: Client):
    body = desk.post(INTAKE, {"offence": ["points:2", "points:4"], "remove": "0"}).content.decode()
    assert ('value="points:2"' in body, 'value="points:4"' in body) == (False, True)
    body = desk.post(INTAKE, {"add_points": "1", "stated_points": "4"}).content.decode()
    assert 'value="points:4"' in body


@pytest.mark.parametrize("text", HOSTILE)
def test_at_the_quarantine_desk(desk: Client, holder: Holder, text: str):
    page = f"/desk/doi-chieu/{told(birth_date='1999-01-13').pk}"
    assert "Sổ không có giấy phép số này." in desk.post(page, {"act": "find", "number": text}).content.decode()
    for sent in (
        {"act": "preview", "holder": text},
        {"act": "match", "holder": text, "version": text, "note": text},
        {"act": "match", "holder": str(holder.pk), "version": text, "note": "x"},
        {"act": text},
    ):
        assert desk.post(page, sent).status_code in (200, 409, 422)


@pytest.mark.parametrize("text", HOSTILE)
def test_at_the_second_persons_page(desk: Client, other_desk: Client, holder: Holder, text: str):
    decision = told()
    given = {"authority": decision.authority, "number": decision.number, "year": "2026", "document_number": "1"}
    day = {"annulled_on_day": "22", "annulled_on_month": "11", "annulled_on_year": "2026", "reason": "x"}
    check = desk.post(ANNULMENT, given | day)["Location"]
    assert desk.post(check, {"version": text}).status_code == 409
    desk.post(check, {"version": desk.get(check).context["effect"].version})
    page = f"/desk/huy-quyet-dinh/{AnnulmentProposal.objects.get().pk}"
    version = other_desk.get(page).context["effect"].version
    assert other_desk.post(page, {"act": "confirm", "version": text}).status_code == 409
    assert other_desk.post(page, {"act": text, "version": version}).status_code == 422
    assert other_desk.post(page, {"act": "decline", "version": version, "note": text}).status_code in (302, 422)
