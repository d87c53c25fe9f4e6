"""The API about notices: the driver was told, with evidence; and receipts that only the SMS gateway can sign."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from django.test import Client

from gplx.audit.models import Access
from gplx.gateways import sms
from gplx.gateways.sandbox.sms import SmsGateway
from gplx.licences.models import Holder
from gplx.notices import actions, codes, tasks
from gplx.notices.models import Attempt, ContactKind, Errand, Notice, Outcome
from tests.api.conftest import NUMBER, WHY, Machine, a_decision, machine
from tests.notices.conftest import contact, gateway

__all__ = ["gateway"]

pytestmark = pytest.mark.django_db

PATH = f"/api/v1/licences/{NUMBER}/notices"
RECEIPTS = "/api/v1/notices/sms-receipts"


def told(client: Machine) -> Notice:
    """A deduction whose notice is in the inbox."""
    assert client.post("/api/v1/decisions", a_decision()).status_code == 201
    notice = Notice.objects.latest("pk")
    tasks.deliver(notice_ids=[notice.pk])
    return notice


def read(path: str = PATH) -> Any:
    reader = machine(["notices:read"])
    given: dict[str, Any] = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {reader.token}"}
    return reader.web.get(path, **given)


def test_the_trail_of_a_notice(police: Machine, holder: Holder) -> None:
    notice = told(police)
    actions.open_notice(notice.pk, holder_id=holder.pk)
    answer = read()
    assert answer.status_code == 200
    (shown,) = answer.json()["notices"]
    assert (shown["kind"], shown["code"]) == (notice.kind, codes.of_notice(notice.pk))
    assert len(shown["text_sha256"]) == 64
    assert shown["inbox_at"]
    assert shown["read_at"]
    assert [(one["channel"], one["outcome"]) for one in shown["attempts"]] == [("site", "delivered"), ("paper", None)]
    assert shown["open_channels"] == ["paper"]
    assert Access.objects.filter(what="notices", holder_id=holder.pk).count() == 1


def test_it_is_read_page_by_page(police: Machine, holder: Holder) -> None:
    for number in ("1", "2", "3"):
        police.post("/api/v1/decisions", a_decision(number=number))
    first = read(f"{PATH}?limit=2").json()
    rest = read(f"{PATH}?limit=2&before={first['next_before']}").json()
    assert (len(first["notices"]), len(rest["notices"]), rest["next_before"]) == (2, Notice.objects.count() - 2, None)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "before=-1", "before=x", "x=1"])
def test_a_strange_page_is_refused(police: Machine, holder: Holder, query: str) -> None:
    assert read(f"{PATH}?{query}").status_code == 422


def test_an_unknown_licence_is_not_found_and_counted(police: Machine, holder: Holder) -> None:
    assert read("/api/v1/licences/790000000777/notices").status_code == 404
    assert Access.objects.filter(what="notices", holder_id=None).count() == 1


def standing(client: Machine) -> Any:
    reader = machine(["standing:read"])
    given: dict[str, Any] = {**WHY, "HTTP_AUTHORIZATION": f"Bearer {reader.token}"}
    answer = reader.web.get(f"/api/v1/licences/{NUMBER}/standing", **given)
    return {part["part"]: part["told"] for part in answer.json()["parts"]}


def test_the_standing_says_whether_the_driver_was_told(police: Machine, holder: Holder) -> None:
    assert set(standing(police).values()) == {None}
    police.post("/api/v1/decisions", a_decision())
    notice = Notice.objects.latest("pk")
    part = "car" if standing(police)["car"] else "motorcycle"
    assert standing(police)[part]["state"] == "not_yet"
    tasks.deliver(notice_ids=[notice.pk])
    sent = standing(police)[part]
    assert (sent["state"], sent["channel"], sent["notice_on"], sent["attempts"]) == ("sent", "inbox", None, 2)
    letter = Attempt.objects.get(channel="paper")
    actions.report(letter.pk, "delivered", {"receipt": "1"})
    confirmed = standing(police)[part]
    assert (confirmed["state"], confirmed["channel"]) == ("confirmed", "paper")
    assert confirmed["notice_on"] is not None


# -- receipts ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(police: Machine, holder: Holder, gateway: SmsGateway) -> Attempt:
    gateway.receipt_seconds = 3600
    contact(holder, ContactKind.SMS)
    told(police)
    tasks.send(errand_ids=list(Errand.objects.values_list("pk", flat=True)))
    return Attempt.objects.get(channel="sms")


def receipt(value: Any, *, at: int | None = None, signature: str | None = None) -> Any:
    body = orjson.dumps(value)
    given = sms.signature(body, int(time.time()) if at is None else at) if signature is None else signature
    return Client().post(RECEIPTS, body, content_type="application/json", HTTP_SIGNATURE=given)


def test_a_receipt_counts_once(sent: Attempt) -> None:
    value = {"message": sent.key, "status": "delivered", "at": 1}
    assert receipt(value).json() == {"outcome": "recorded"}
    assert receipt(value).json() == {"outcome": "exists"}
    assert list(sent.outcomes.order_by("pk").values_list("outcome", flat=True)) == ["accepted", "delivered"]


@pytest.mark.parametrize("how", ["unsigned", "old", "of another body", "of another key", "of the future"])
def test_b22_a_receipt_that_the_gateway_did_not_sign_changes_nothing(sent: Attempt, how: str, settings: Any) -> None:
    value = {"message": sent.key, "status": "delivered"}
    now = int(time.time())
    if how == "of another key":
        right, settings.SMS_KEY = settings.SMS_KEY, "another"
        signature = sms.signature(orjson.dumps(value), now)
        settings.SMS_KEY = right
    else:
        signature = {
            "unsigned": "",
            "old": sms.signature(orjson.dumps(value), now - 301),
            "of the future": sms.signature(orjson.dumps(value), now + 301),
            "of another body": sms.signature(b"{}", now),
        }[how]
    assert receipt(value, signature=signature).status_code == 401
    assert not Outcome.objects.filter(outcome="delivered", attempt=sent).exists()


@pytest.mark.parametrize("value", [{}, {"message": 1, "status": "delivered"}, {"message": "n1-sms-1", "status": "x"}])
def test_a_signed_receipt_that_says_nothing_is_refused(sent: Attempt, value: Any) -> None:
    assert receipt(value).status_code == 422


def test_a_receipt_for_nothing_we_sent_changes_nothing(sent: Attempt) -> None:
    assert receipt({"message": "n999999-sms-1", "status": "delivered"}).json() == {"outcome": "exists"}


def test_b22_without_a_shared_key_nobody_can_sign(sent: Attempt, settings: Any) -> None:
    """An installation without a gateway has no key, and an empty one is known to everybody."""
    settings.SMS_KEY = ""
    assert receipt({"message": sent.key, "status": "delivered"}).status_code == 401
    assert not Outcome.objects.filter(outcome="delivered", attempt=sent).exists()


def test_b22_a_signature_in_other_letters_is_refused(sent: Attempt) -> None:
    strange = f"t={int(time.time())},v1=\u00e9"
    assert receipt({"message": sent.key, "status": "delivered"}, signature=strange).status_code == 401


def test_the_gateway_for_short_messages_says_nothing_about_letters(police: Machine, holder: Holder) -> None:
    told(police)
    letter = Attempt.objects.get(channel="paper")
    assert receipt({"message": letter.key, "status": "delivered"}).json() == {"outcome": "exists"}
    assert not letter.outcomes.exists()
