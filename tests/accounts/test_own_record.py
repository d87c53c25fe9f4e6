"""Nobody works on his own record (I14): officers who really sign in, with the number their issuer tells of them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gplx.accounts.models import User
from gplx.audit.models import Access
from gplx.desk import actions
from gplx.desk.models import AnnulmentProposal
from gplx.licences.models import Holder, IdentityAlias
from gplx.points.models import Entry
from gplx.sanctions.models import Annulment, Decision, QuarantineMove
from gplx.sanctions.quarantine import OwnRecordError, match, return_to_authority
from tests.accounts.sandbox import sign_in
from tests.desk.conftest import AUTHORITY, TODAY, a_holder, told

pytestmark = pytest.mark.django_db

DOOR = "/can-bo/dang-nhap"
INTAKE, ANNULMENT = "/desk/quyet-dinh/nhap", "/desk/huy-quyet-dinh/nhap"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())


def officer(key: str) -> Client:
    client = Client()
    assert sign_in(client, door=DOOR, next_path="/desk/", person=key).status_code == 302
    return client


@pytest.fixture
def own(sandbox: str) -> Client:
    """A case officer who holds the licence of `himself`."""
    return officer("xu-ly")


@pytest.fixture
def colleague(sandbox: str) -> Client:
    return officer("dong-nghiep")


@pytest.fixture(params=["citizen number", "older number"])
def himself(request: pytest.FixtureRequest, db: None) -> Holder:
    """The officer as the register knows him: by his citizen number, or by it as an alias of another one."""
    holder = a_holder(1)
    if request.param == "older number":
        Holder.objects.filter(pk=holder.pk).update(citizen_number=None)
        IdentityAlias.objects.create(number="001099000001", holder=holder)
    return holder


def to_intake_check(client: Client, **changes: str) -> str:
    answers = {
        "authority": AUTHORITY,
        "number": "9/QĐ-XPHC",
        "licence_number": "790000000001",
        "holder_name": "Nguyễn Người Mẫu",
        "part": "car",
        "offence": "points:4",
        **changes,
    }
    days = {"decided_on": "02/11/2026", "effective_on": "03/11/2026", "acted_on": "01/11/2026"}
    for name, day in {"birth_date": "31/01/1999", **days}.items():
        pieces = str(answers.pop(name, day)).split("/")
        answers |= {f"{name}_{part}": piece for part, piece in zip(("day", "month", "year"), pieces, strict=True)}
    answer = client.post(INTAKE, answers)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def to_annulment_check(client: Client) -> str:
    answers = {
        "document_number": "77/QĐ-HB",
        "annulled_on_day": "22",
        "annulled_on_month": "11",
        "annulled_on_year": "2026",
        "reason": "Sai người",
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": "2026",
    }
    answer = client.post(ANNULMENT, answers)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def version(client: Client, path: str) -> str:
    found = re.findall(r'name="version" value="([^"]*)"', client.get(path).content.decode())
    return str(found[0]) if found else ""


def test_looking_himself_up_is_refused_and_recorded(own: Client, himself: Holder):
    answer = own.post("/desk/tra-cuu", {"query": "790000000001", "purpose": "assisted"})
    assert answer.status_code == 403
    row = Access.objects.get()
    assert row.holder_id == himself.pk
    for path in (f"/desk/tra-cuu/{row.pk}", f"/desk/tra-cuu/{row.pk}/ban-ke/car"):
        assert own.get(path).status_code == 404


def test_a_colleague_may(colleague: Client, himself: Holder):
    answer = colleague.post("/desk/tra-cuu", {"query": "790000000001", "purpose": "assisted"})
    assert answer.status_code == 302
    assert colleague.get(f"{answer['Location']}/ban-ke/car").status_code == 200


@pytest.mark.parametrize("birth_date", ["31/01/1999", "13/01/1999"])
def test_he_enters_no_decision_about_himself_also_with_another_birth_day(own: Client, himself: Holder, birth_date: str):
    check = to_intake_check(own, birth_date=birth_date)
    body = own.get(check).content.decode()
    assert "Quyết định này về chính bạn" in body
    assert 'name="version"' not in body
    for guess in ("known", "birth_date_differs"):
        assert own.post(check, {"version": guess}).status_code == 409
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("birth_date", ["1999-01-31", "1999-01-13"])
def test_he_proposes_no_annulment_of_his_own_decision(own: Client, himself: Holder, birth_date: str):
    decision = told(birth_date=birth_date)
    check = to_annulment_check(own)
    assert "Quyết định này về chính bạn" in own.get(check).content.decode()
    for guess in ("unknown", f"decision:{decision.pk}:{decision.state}"):
        assert own.post(check, {"version": guess}).status_code == 409
    assert AnnulmentProposal.objects.count() == 0


@pytest.mark.parametrize("birth_date", ["1999-01-31", "1999-01-13"])
def test_he_confirms_and_declines_no_annulment_of_his_own_decision(
    own: Client, colleague: Client, himself: Holder, birth_date: str
):
    told(birth_date=birth_date)
    check = to_annulment_check(colleague)
    address = colleague.post(check, {"version": version(colleague, check)})["Location"]
    valid = version(colleague, address) or "x"
    assert 'value="confirm"' not in own.get(address).content.decode()
    for act in ("confirm", "decline"):
        assert own.post(address, {"act": act, "version": valid, "note": "x"}).status_code == 403
    user = User.objects.get(subject="xu-ly")
    for step in (actions.confirm, actions.decline):
        with pytest.raises(actions.OwnDecisionError):
            step(AnnulmentProposal.objects.get().pk, by=user, note="x")
    assert AnnulmentProposal.objects.get().state == "waiting"
    assert Annulment.objects.count() == 0


def test_one_person_with_two_accounts_is_not_two_people(sandbox: str, himself: Holder, colleague: Client):
    told()
    check = to_annulment_check(colleague)
    address = colleague.post(check, {"version": version(colleague, check)})["Location"]
    maker = User.objects.get(subject="dong-nghiep")
    second = User.objects.create(
        issuer="other", subject="x", identity="other x", role=maker.role, citizen_number=maker.citizen_number
    )
    with pytest.raises(actions.SamePersonError):
        actions.confirm(AnnulmentProposal.objects.get().pk, by=second)
    assert "không thể tự xác nhận" in colleague.get(address).content.decode()


def test_he_neither_matches_nor_returns_a_decision_that_names_his_licence(own: Client, himself: Holder):
    decision = told(birth_date="1999-01-13")
    page = f"/desk/doi-chieu/{decision.pk}"
    assert "Đây là chính bạn" in own.get(page).content.decode()
    assert own.post(page, {"act": "match", "holder": str(himself.pk), "version": "", "note": "x"}).status_code == 422
    assert own.post(page, {"act": "return", "note": "Sai ngày sinh"}).status_code == 403
    user = User.objects.get(subject="xu-ly")
    with pytest.raises(OwnRecordError):
        match(decision.pk, holder_id=himself.pk, part="car", officer=user, note="x")
    with pytest.raises(OwnRecordError):
        return_to_authority(decision.pk, officer=user, note="x")
    assert (QuarantineMove.objects.count(), Entry.objects.count()) == (0, 0)


def test_he_is_not_matched_where_the_number_is_another_ones(own: Client, himself: Holder):
    decision = told(licence_number="790000000999")
    user = User.objects.get(subject="xu-ly")
    with pytest.raises(OwnRecordError):
        match(decision.pk, holder_id=himself.pk, part="car", officer=user, note="x")


@pytest.mark.parametrize("birth_date", ["1999-01-31", "1999-01-13"])
def test_he_opens_no_decision_about_himself(own: Client, colleague: Client, himself: Holder, birth_date: str):
    path = f"/desk/quyet-dinh/{told(birth_date=birth_date).pk}"
    assert own.get(path).status_code == 403
    assert colleague.get(path).status_code == 200
