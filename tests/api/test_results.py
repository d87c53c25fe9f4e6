"""Official results: signed, kept once, matched or waiting, and with the effect the law gives them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from gplx.accounts.models import MachineClient, Role
from gplx.errors import MoveNotAllowedError
from gplx.notices.models import Notice
from gplx.points.models import Account, Entry, Fact
from gplx.sittings import fsck, official, official_actions
from gplx.sittings.errors import OwnSittingError
from gplx.sittings.models import OfficialResult, TestSystem
from tests.api.conftest import Machine, faults, machine
from tests.sittings import room

pytestmark = pytest.mark.django_db

PATH = "/api/v1/exams/results"
SYSTEM = "sat-hach-mau"
KEY = ECKey.generate_key("P-256", {"use": "sig"})
HEADER = {"alg": "ES256", "typ": official.TYPE, "kid": SYSTEM}

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())


@pytest.fixture
def sender(db: None) -> Machine:
    made = machine(["results:write"])
    client = MachineClient.objects.get(client_id=made.client_id)
    official_actions.register_system(SYSTEM, client, dict(KEY.as_dict(private=False)))
    return made


def a_result(**changes: Any) -> dict[str, Any]:
    value = {
        "number": "KQ-1",
        "licence_number": "790000000001",
        "holder_name": "MAU VAN THI",
        "birth_date": "1999-01-01",
        "part": "motorcycle",
        "category": "A1",
        "held_on": room.TODAY.isoformat(),
        "unit": "Trung tâm Mẫu",
        "passed": True,
        "right": 24,
        "asked": 25,
        "pass_mark": 21,
        **changes,
    }
    return {name: content for name, content in value.items() if content is not None}


def signed(value: Any, *, key: ECKey = KEY, **header: Any) -> str:
    protected = {name: said for name, said in {**HEADER, **header}.items() if said is not None}
    return jws.serialize_compact(protected, json.dumps(value).encode(), key)


@pytest.fixture
def send(sender: Machine) -> Send:
    def sending(**changes: Any) -> Any:
        return sender.post(PATH, {"token": signed(a_result(**changes))})

    return sending


@pytest.fixture
def exhausted(db: None) -> Account:
    holder = room.a_holder()
    room.exhaust(holder)
    return Account.objects.get(holder=holder)


class TestAPass:
    def test_gives_the_points_back_and_is_told(self, send: Send, exhausted: Account) -> None:
        answer = send()
        assert (answer.status_code, answer.json()["outcome"]) == (201, "recorded"), answer.json()
        exhausted.refresh_from_db()
        assert exhausted.balance == 12
        assert Notice.objects.filter(kind="test_restoration").count() == 1
        assert list(fsck.check()) == []

    def test_the_same_again_is_known_and_other_content_is_a_conflict(self, send: Send, exhausted: Account) -> None:
        assert [send().status_code for _ in range(3)] == [201, 200, 200]
        assert send(passed=False).status_code == 409
        assert (OfficialResult.objects.count(), Fact.objects.filter(kind="test").count()) == (1, 1)

    def test_closes_the_dossier_it_names(self, send: Send, exhausted: Account) -> None:
        registration = room.registered(room.a_session(), exhausted.holder)
        assert send(dossier=registration.dossier.code).json()["state"] == "recorded"
        registration.refresh_from_db()
        assert (registration.outcome, registration.decided_by) == ("passed", f"test_system:{SYSTEM}")
        again = send(number="KQ-2", dossier=registration.dossier.code).json()
        assert (again["state"], again["reason"]) == ("quarantined", "dossier_closed")

    @pytest.mark.parametrize("days", [0, 1])
    def test_reading_15_without_effect_it_is_kept_with_its_finding(self, send: Send, db: None, days: int) -> None:
        holder = room.a_holder()
        if days:
            room.exhaust(holder, on=date(2026, 5, 25))
        answer = send()
        assert (answer.status_code, answer.json()["outcome"]) == (201, "without_effect")
        code = "test_too_early" if days else "test_while_points_left"
        assert [one["code"] for one in answer.json()["findings"]] == [code]
        assert Notice.objects.filter(kind="test_without_effect", holder=holder).count() == 1
        assert not Entry.objects.filter(kind="test_restoration").exists()
        assert list(fsck.check()) == []


def test_a_fail_is_kept_and_told_and_changes_nothing(send: Send, exhausted: Account) -> None:
    assert send(passed=False, right=9).json()["outcome"] == "recorded"
    exhausted.refresh_from_db()
    assert exhausted.balance == 0
    assert Notice.objects.get(kind="test_failed").content["again_from"] == "2026-12-05"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"licence_number": "790000000009"}, "licence_unknown"),
        ({"birth_date": "1999-01-02"}, "birth_date_differs"),
        ({"holder_name": "Mẫu Văn Khác"}, "name_differs"),
        ({"part": "car"}, "part_not_held"),
        ({"dossier": "H99"}, "dossier_unknown"),
    ],
)
def test_t21_what_does_not_match_waits(send: Send, exhausted: Account, changes: dict[str, Any], reason: str) -> None:
    answer = send(**changes)
    assert (answer.status_code, answer.json()["reason"]) == (202, reason)
    exhausted.refresh_from_db()
    assert exhausted.balance == 0


class TestAnOfficer:
    def test_matches_what_waits(self, send: Send, exhausted: Account) -> None:
        send(holder_name="Mẫu Văn Thì Khác")
        waiting = OfficialResult.objects.get()
        himself = room.a_user(citizen_number=exhausted.holder.citizen_number or "")
        with pytest.raises(OwnSittingError):
            official_actions.match(waiting.pk, licence_number="790000000001", by=himself)
        officer = room.a_user(Role.EXAMINER)
        official_actions.match(waiting.pk, licence_number="790000000001", by=officer)
        exhausted.refresh_from_db()
        assert exhausted.balance == 12
        with pytest.raises(MoveNotAllowedError):
            official_actions.reject(waiting.pk, by=officer)

    def test_sends_back_what_is_nobody_s(self, send: Send, exhausted: Account) -> None:
        send(licence_number="790000000009")
        waiting = OfficialResult.objects.get()
        official_actions.reject(waiting.pk, by=room.a_user())
        assert send(licence_number="790000000009").json()["state"] == "rejected"
        with pytest.raises(MoveNotAllowedError):
            official_actions.match(waiting.pk, licence_number="790000000001", by=room.a_user())


class TestB22TheSignature:
    @pytest.mark.parametrize(
        "token",
        [
            lambda: signed(a_result(), key=ECKey.generate_key("P-256")),
            lambda: signed(a_result(), typ="JWT"),
            lambda: signed(a_result(), typ=None),
            lambda: signed(a_result(), kid="other"),
            lambda: signed(a_result(), jku="https://example.org/keys"),
            lambda: unsigned(),
            lambda: signed(a_result())[:-4] + "AAAA",
            lambda: signed(a_result()) + ".x",
            lambda: "x" * 9000,
            lambda: "",
        ],
    )
    def test_anything_else_is_refused(self, sender: Machine, exhausted: Account, token: Callable[[], str]) -> None:
        answer = sender.post(PATH, {"token": token()})
        assert (answer.status_code, answer.json()["code"]) == (401, "signature")
        assert not OfficialResult.objects.exists()

    def test_another_client_does_not_speak_for_the_system(self, sender: Machine, exhausted: Account) -> None:
        other = machine(["results:write"])
        assert other.post(PATH, {"token": signed(a_result())}).status_code == 403
        TestSystem.objects.update(active=False)
        assert sender.post(PATH, {"token": signed(a_result())}).status_code == 403


def unsigned() -> str:
    """`alg: none`, as a careless reader takes it."""
    parts = [{**HEADER, "alg": "none"}, a_result()]
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts) + "."


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"number": None}, ("number", "required")),
        ({"points": 12}, ("points", "unknown_field")),
        ({"passed": "true"}, ("passed", "not_boolean")),
        ({"right": "24"}, ("right", "not_integer")),
        ({"held_on": (room.TODAY + timedelta(days=1)).isoformat()}, ("held_on", "out_of_range")),
        ({"held_on": "2024-12-31"}, ("held_on", "out_of_range")),
        ({"held_on": "25/11/2026"}, ("held_on", "not_a_day")),
        ({"part": "boat"}, ("part", "not_listed")),
        ({"licence_number": "79"}, ("licence_number", "licence_number")),
        ({"minutes_digest": "abc"}, ("minutes_digest", "invalid")),
        ({"holder_name": "Mẫu\u200bVăn"}, ("holder_name", "text_character")),
    ],
)
def test_each_field_is_read_strictly(
    send: Send, exhausted: Account, changes: dict[str, Any], found: tuple[str, str]
) -> None:
    answer = send(**changes)
    assert (answer.status_code, faults(answer)) == (422, [found])
    assert not OfficialResult.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token": 1}', b'{"token": "a", "more": 1}', b"{}"])
def test_the_body_is_read_strictly(sender: Machine, body: bytes) -> None:
    assert sender.post(PATH, body).status_code in (400, 422)


def test_a_private_key_is_not_registered(sender: Machine) -> None:
    client = MachineClient.objects.get(client_id=sender.client_id)
    for key in (KEY.as_dict(private=True), {"kty": "RSA"}, {"kty": "EC", "crv": "P-384", "x": "a", "y": "b"}):
        with pytest.raises(ValueError, match="public key on P-256"):
            official_actions.register_system("x", client, dict(key))
