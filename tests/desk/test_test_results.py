"""Results of other test systems at the desk: matched by an officer, or sent back."""

from __future__ import annotations

from datetime import date

import pytest

from gplx.accounts.models import MachineClient
from gplx.audit.models import Access
from gplx.points.models import Account
from gplx.sittings import official, official_actions
from gplx.sittings.models import OfficialResult
from tests.api.conftest import machine
from tests.api.test_results import KEY, SYSTEM, a_result
from tests.desk.conftest import signed_in
from tests.sittings import room

pytestmark = pytest.mark.django_db
PATH = "/desk/phong-thi/ket-qua-ngoai"


@pytest.fixture
def waiting(db: None, monkeypatch: pytest.MonkeyPatch) -> OfficialResult:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())
    room.exhaust(room.a_holder())
    client = MachineClient.objects.get(client_id=machine(["results:write"]).client_id)
    system = official_actions.register_system(SYSTEM, client, dict(KEY.as_dict(private=False)))
    stated = official.read(a_result(birth_date="1999-01-02"))
    return official_actions.receive(system, stated, "token").result


def test_an_officer_says_whose_it_is(waiting: OfficialResult) -> None:
    desk = signed_in(room.a_user())
    assert "ngày sinh không khớp" in desk.get(PATH).content.decode()
    sent = {"result": str(waiting.pk), "act": "match", "licence_number": "790000000009"}
    assert desk.post(PATH, sent).status_code == 409
    assert Account.objects.get().balance == 0
    assert desk.post(PATH, {**sent, "licence_number": "790 000 000 001"}).status_code == 302
    assert Account.objects.get().balance == 12
    seen = Access.objects.filter(holder_id=Account.objects.get().holder_id).values_list("what", "reference")
    assert set(seen) == {("test_candidate", f"KQ-{waiting.pk}"), ("test_candidate", str(waiting.pk))}
    assert "Không có kết quả nào" in desk.get(PATH).content.decode()
    assert desk.post(PATH, sent).status_code == 409


def test_or_sends_it_back(waiting: OfficialResult) -> None:
    desk = signed_in(room.a_user())
    for strange in ({"result": "x", "act": "reject"}, {"result": str(waiting.pk), "act": "keep"}, {}):
        assert desk.post(PATH, strange).status_code == 409
    assert desk.post(PATH, {"result": str(waiting.pk), "act": "reject"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, Account.objects.get().balance) == ("rejected", 0)


def test_i14_not_his_own(waiting: OfficialResult) -> None:
    himself = signed_in(room.a_user(citizen_number="001099000001"))
    sent = {"result": str(waiting.pk), "act": "match", "licence_number": "790000000001"}
    assert himself.post(PATH, sent).status_code == 403
    assert Account.objects.get().balance == 0


def test_t21_nobody_gives_a_pass_to_somebody_else(waiting: OfficialResult) -> None:
    """The result names another person than this licence does: one officer alone must not give him twelve points."""
    friend = room.a_holder(2, "Trần Thị Khác")
    friend.birth_date = date(1990, 5, 5)
    friend.save()
    room.exhaust(friend)
    sent = {"result": str(waiting.pk), "act": "match", "licence_number": "790000000002"}
    assert signed_in(room.a_user()).post(PATH, sent).status_code == 409
    assert Account.objects.get(holder=friend).balance == 0
    waiting.refresh_from_db()
    assert waiting.state == "quarantined"
