"""Annulments at the desk: a document, two people, and everything downstream shown before (I14, T14, F54)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test import Client

from gplx.accounts.models import Role, User
from gplx.desk import actions
from gplx.desk.models import AnnulmentProposal, ProposalState
from gplx.errors import MoveNotAllowedError
from gplx.licences.models import Holder
from gplx.points.models import Account, Entry
from gplx.sanctions.actions import annul
from gplx.sanctions.intake import read_annulment
from gplx.sanctions.models import Annulment, Decision
from tests.desk.conftest import AUTHORITY, a_holder, a_user, signed_in, told

pytestmark = pytest.mark.django_db

FORM = "/desk/huy-quyet-dinh/nhap"


@pytest.fixture
def decision(holder: Holder) -> Decision:
    """The first of two decisions: with both, all points are gone."""
    first = told(number="1/QĐ-XPHC", offences=[{"points": 10}])
    told(number="2/QĐ-XPHC", offences=[{"points": 4}], effective_on="2026-11-05")
    assert Account.objects.get().balance == 0
    return first


def answers(**changes: str) -> dict[str, str]:
    day, month, year = changes.pop("annulled_on", "22/11/2026").split("/")
    return {
        "document_number": "77/QĐ-HB",
        "annulled_on_day": day,
        "annulled_on_month": month,
        "annulled_on_year": year,
        "reason": "Ra quyết định sai người",
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": "2026",
        **changes,
    }


def version(body: str) -> str:
    return str(re.findall(r'name="version" value="([^"]*)"', body)[0])


def proposed(client: Client, **changes: str) -> str:
    check = client.post(FORM, answers(**changes))["Location"]
    answer = client.post(check, {"version": version(client.get(check).content.decode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_one_person_enters_another_confirms(
    desk: Client, other_desk: Client, officer: User, colleague: User, decision: Decision
):
    address = proposed(desk)
    assert Account.objects.get().balance == 0, "nothing changes before the second person"
    assert "không thể tự xác nhận" in desk.get(address).content.decode()
    body = other_desk.get(address).content.decode()
    assert '<strong class="desk-big">8</strong>' in body
    assert "06/11/2027" in body, "the day of restoration"
    assert body.count('<li><span class="desk-lines__points">') == 3, "two lines voided, one new"
    answer = other_desk.post(address, {"act": "confirm", "version": version(body), "note": ""})
    assert answer["Location"] == address
    account = Account.objects.get()
    assert (account.balance, str(account.restores_on)) == (8, "2027-11-06")
    row = AnnulmentProposal.objects.get()
    assert (row.state, row.proposed_by, row.checked_by) == ("confirmed", officer, colleague)
    assert Annulment.objects.get().source == f"desk:{officer.pk}+{colleague.pk}"


def test_the_preview_is_what_happens(desk: Client, other_desk: Client, decision: Decision):
    address = proposed(desk)
    effect = other_desk.get(address).context["effect"]
    stood = Entry.objects.count()
    other_desk.post(address, {"act": "confirm", "version": effect.version})
    account = Account.objects.get()
    assert (account.balance, account.restores_on) == (effect.preview.after.balance, effect.preview.after.restores_on)
    made = list(Entry.objects.order_by("number")[stood:])
    assert [entry.points for entry in made if entry.kind == "reversal"] == [
        -line.points for line in effect.preview.gone
    ]
    assert [entry.points for entry in made if entry.kind != "reversal"] == [line.points for line in effect.preview.new]


def test_whoever_entered_it_cannot_confirm_it(desk: Client, decision: Decision, officer: User):
    address = proposed(desk)
    for act in ("confirm", "decline"):
        answer = desk.post(address, {"act": act, "version": "x", "note": "x"})
        assert answer.status_code == 403
    with pytest.raises(actions.SamePersonError):
        actions.confirm(AnnulmentProposal.objects.get().pk, by=officer)
    assert Annulment.objects.count() == 0


def test_the_database_refuses_one_person_for_both(desk: Client, decision: Decision, officer: User):
    proposed(desk)
    with pytest.raises(IntegrityError, match="nobody_checks_his_own_proposal"), transaction.atomic():
        AnnulmentProposal.objects.update(state=ProposalState.CONFIRMED, checked_by=officer, checked_at=Now())
    with pytest.raises(IntegrityError, match="no_annulment_without_a_document"), transaction.atomic():
        AnnulmentProposal.objects.update(document_number="")
    with pytest.raises(IntegrityError, match="a_checked_proposal_names_who_checked_it"), transaction.atomic():
        AnnulmentProposal.objects.update(state=ProposalState.CONFIRMED)


def test_what_was_decided_is_never_rewritten(desk: Client, decision: Decision, colleague: User):
    proposed(desk)
    actions.confirm(AnnulmentProposal.objects.get().pk, by=colleague)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        AnnulmentProposal.objects.update(note="changed")
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        AnnulmentProposal.objects.all().delete()


def test_declining_needs_a_word_and_changes_nothing(desk: Client, other_desk: Client, decision: Decision):
    address = proposed(desk)
    sent = {"act": "decline", "version": version(other_desk.get(address).content.decode()), "note": ""}
    answer = other_desk.post(address, sent)
    assert answer.status_code == 422
    assert "Nêu vì sao không đồng ý." in answer.content.decode()
    assert other_desk.post(address, {**sent, "note": "Không có bản gốc"}).status_code == 302
    assert "Không có bản gốc" in desk.get(address).content.decode()
    assert (Annulment.objects.count(), Account.objects.get().balance) == (0, 0)
    assert proposed(desk) != address, "it may be entered again, with the paper"


def test_two_second_people_at_once_one_wins(desk: Client, other_desk: Client, decision: Decision):
    address = proposed(desk)
    third = signed_in(a_user(Role.ADMINISTRATOR))
    sent = {"act": "confirm", "version": version(other_desk.get(address).content.decode())}
    assert third.post(address, {**sent, "act": "decline", "note": "Sai"}).status_code == 302
    answer = other_desk.post(address, sent)
    assert answer.status_code == 409
    assert "Người khác đã quyết định trước bạn" in answer.content.decode()
    assert Annulment.objects.count() == 0
    with pytest.raises(MoveNotAllowedError):
        actions.confirm(AnnulmentProposal.objects.get().pk, by=a_user(Role.CASE_OFFICER))


def test_a_preview_that_is_out_of_date_confirms_nothing(desk: Client, other_desk: Client, decision: Decision):
    address = proposed(desk)
    sent = {"act": "confirm", "version": version(other_desk.get(address).content.decode())}
    told(number="meanwhile", offences=[{"points": 2}])
    answer = other_desk.post(address, sent)
    assert answer.status_code == 409
    assert "Trong lúc bạn xem, sổ đã thay đổi" in answer.content.decode()
    assert Annulment.objects.count() == 0
    fresh = {"act": "confirm", "version": version(answer.content.decode())}
    assert other_desk.post(address, fresh).status_code == 302


def test_sent_twice_is_one_proposal(desk: Client, decision: Decision):
    check = desk.post(FORM, answers())["Location"]
    sent = {"version": version(desk.get(check).content.decode())}
    assert desk.post(check, sent)["Location"] == desk.post(check, sent)["Location"]
    assert AnnulmentProposal.objects.count() == 1


def test_one_proposal_waits_for_a_decision(desk: Client, other_desk: Client, decision: Decision):
    proposed(desk)
    check = other_desk.post(FORM, answers(document_number="78/QĐ-HB"))["Location"]
    body = other_desk.get(check).content.decode()
    assert "đang chờ xác nhận" in body
    assert 'name="version"' not in body
    assert other_desk.post(check, {"version": "x"}).status_code == 409


@pytest.mark.parametrize("document", ["88/QĐ-HB", "77/QĐ-HB"])
@pytest.mark.parametrize("birth_date", ["1999-01-31", "1999-01-13"])
def test_an_annulment_that_came_on_another_way_leaves_nothing_to_confirm(
    desk: Client, other_desk: Client, colleague: User, holder: Holder, document: str, birth_date: str
):
    told(birth_date=birth_date)
    address = proposed(desk)
    seen = {"act": "confirm", "version": version(other_desk.get(address).content.decode())}
    elsewhere = {
        "authority": AUTHORITY,
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "document_number": document,
        "annulled_on": "2026-11-22",
        "reason": "Ra quyết định sai người",
    }
    annul(read_annulment(elsewhere), source="client:test")
    answer = other_desk.post(address, seen)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Trong lúc bạn xem, sổ đã thay đổi" in body
    assert f"Văn bản {document}" in body
    assert 'value="confirm"' not in body
    again = other_desk.post(address, {"act": "confirm", "version": version(body)})
    assert again.status_code == 409
    with pytest.raises(MoveNotAllowedError):
        actions.confirm(AnnulmentProposal.objects.get().pk, by=colleague)
    assert AnnulmentProposal.objects.get().state == "waiting"
    assert Annulment.objects.get().source == "client:test"
    declined = {"act": "decline", "version": version(body), "note": "Đã hủy bằng văn bản khác"}
    assert other_desk.post(address, declined).status_code == 302
    assert AnnulmentProposal.objects.get().state == "declined"


def test_an_annulment_that_comes_while_one_confirms_is_told_freshly(
    desk: Client, other_desk: Client, decision: Decision, monkeypatch: pytest.MonkeyPatch
):
    """Between the check of the view and the writer's lock: the writer refuses, and the page says what stands now."""
    address = proposed(desk)
    seen = {"act": "confirm", "version": version(other_desk.get(address).content.decode())}
    confirm = actions.confirm

    def late(proposal_id: int, *, by: User, note: str = "") -> object:
        row = AnnulmentProposal.objects.get(pk=proposal_id)
        annul(replace(actions.stated(row), document_number="88/QĐ-HB"), source="client:test")
        return confirm(proposal_id, by=by, note=note)

    monkeypatch.setattr(actions, "confirm", late)
    answer = other_desk.post(address, seen)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Văn bản 88/QĐ-HB" in body
    assert "Trong lúc bạn xem, sổ đã thay đổi" in body
    assert AnnulmentProposal.objects.get().state == "waiting"


def test_an_annulled_decision_is_not_annulled_again(desk: Client, decision: Decision):
    value = {**answers(), "annulled_on": "2026-11-20", "year": 2026}
    stated: dict[str, Any] = {name: value[name] for name in value if not name.startswith("annulled_on_")}
    annul(read_annulment(stated), source="client:test")
    check = desk.post(FORM, answers())["Location"]
    body = desk.get(check).content.decode()
    assert "Quyết định này đã bị hủy." in body
    assert 'name="version"' not in body


def test_an_unknown_decision_is_said_to_be_unknown_and_waits(desk: Client, other_desk: Client, holder: Holder):
    address = proposed(desk, number="5/QĐ-XPHC")
    body = other_desk.get(address).content.decode()
    assert "Sổ chưa có quyết định này." in body
    other_desk.post(address, {"act": "confirm", "version": version(body)})
    overview = desk.get("/desk/huy-quyet-dinh").content.decode()
    assert "5/QĐ-XPHC" in overview
    assert "0 ngày" in overview
    told(number="5/QĐ-XPHC")
    assert Account.objects.get().balance == 12, "annulled on arrival"


def test_nobody_touches_an_annulment_about_himself(desk: Client, decision: Decision, holder: Holder):
    address = proposed(desk)
    client = signed_in(a_user(Role.ADMINISTRATOR, citizen_number=str(holder.citizen_number)))
    assert "Quyết định này về chính bạn" in client.get(address).content.decode()
    assert client.post(address, {"act": "confirm", "version": "x"}).status_code == 403
    check = client.post(FORM, answers())["Location"]
    assert client.post(check, {"version": "x"}).status_code == 409


def test_the_form_starts_from_a_decision_and_keeps_a_draft(desk: Client, decision: Decision):
    body = desk.get(f"{FORM}?decision={decision.pk}").content.decode()
    assert 'value="1/QĐ-XPHC"' in body
    draft = desk.post(FORM, answers())["Location"].split("/")[-2]
    body = desk.get(f"{FORM}?draft={draft}").content.decode()
    assert 'value="77/QĐ-HB"' in body
    assert 'value="22"' in body
    assert desk.get(f"{FORM}?decision=99999999999999999999").status_code == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"document_number": ""}, "Nhập số văn bản hủy."),
        ({"annulled_on": "23/11/2026"}, "chưa đến"),
        ({"annulled_on": "31/02/2026"}, "phải là một ngày có thật"),
        ({"reason": ""}, "Nhập lý do"),
        ({"authority": ""}, "Nhập cơ quan"),
        ({"number": "1|2"}, "Không được có ký tự"),
        ({"year": "26"}, "Năm gồm bốn chữ số."),
        ({"year": "0026"}, "Phải từ 1900"),
    ],
)
def test_every_fault_stands_at_its_field_and_in_the_summary(desk: Client, changes: dict[str, str], says: str):
    answer = desk.post(FORM, answers(**changes))
    assert answer.status_code == 422
    assert answer.content.decode().count(says) == 2
    assert AnnulmentProposal.objects.count() == 0


def test_only_the_administrator_sees_annulments_of_all_sources(desk: Client, decision: Decision):
    value = {**answers(), "annulled_on": "2026-11-20", "year": 2026}
    stated: dict[str, Any] = {name: value[name] for name in value if not name.startswith("annulled_on_")}
    annul(read_annulment(stated), source="client:toa-an")
    assert "client:toa-an" not in desk.get("/desk/huy-quyet-dinh").content.decode()
    assert "client:toa-an" in signed_in(a_user(Role.ADMINISTRATOR)).get("/desk/huy-quyet-dinh").content.decode()


@pytest.mark.django_db(transaction=True)
def test_many_second_people_at_once_annul_once():
    a_holder(1)
    told(number="1/QĐ-XPHC", offences=[{"points": 10}])
    address = proposed(signed_in(a_user(Role.CASE_OFFICER)))
    clients = [signed_in(a_user(Role.CASE_OFFICER)) for _ in range(6)]
    sent = [
        {
            "act": "confirm" if position % 2 else "decline",
            "note": "x",
            "version": version(client.get(address).content.decode()),
        }
        for position, client in enumerate(clients)
    ]

    def decide(position: int) -> int:
        try:
            return clients[position].post(address, sent[position]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        codes = sorted(pool.map(decide, range(len(clients))))
    assert codes == [302, 409, 409, 409, 409, 409]
    row = AnnulmentProposal.objects.get()
    assert Annulment.objects.count() == (row.state == ProposalState.CONFIRMED)
    assert Account.objects.get().balance == (12 if row.state == ProposalState.CONFIRMED else 2)
