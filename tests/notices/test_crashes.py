"""Killed between the provider's answer and our commit: the message went out once, and is known to have (F31, F06)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gplx import crash
from gplx.gateways.sandbox.sms import SmsGateway
from gplx.notices import tasks
from gplx.notices.models import Attempt, ContactKind, Errand, Notice, Outcome
from gplx.points.actions import record
from tests.notices.conftest import contact, hurry
from tests.points.people import decision, people

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 3, 10)


class DiedError(BaseException):
    """The process would be gone."""


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Arm a place: there the program stops at once, without any clean-up of its own; its transaction is lost."""

    def end(pid: int, blow: int) -> None:
        crash.arm("")
        raise DiedError

    monkeypatch.setattr("gplx.crash.os.kill", end)
    yield crash.arm
    crash.arm("")


@pytest.mark.parametrize("place", ["send.begun", "send.answered", "report.kept"])
def test_f31_killed_at_each_place_the_message_goes_out_once(
    place: str, dies: Any, gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPLX_TODAY", DAY.isoformat())
    (holder,) = people(1)
    contact(holder, ContactKind.SMS)
    gateway.receipt_seconds = 3600
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    ids = list(Errand.objects.filter(channel="sms").values_list("pk", flat=True))
    dies(place)
    with pytest.raises(DiedError):
        tasks.send(errand_ids=ids)
    # What is left: the attempt is written, its outcome is not known.
    assert Attempt.objects.filter(channel="sms").count() == 1
    assert not Outcome.objects.filter(attempt__channel="sms").exists()
    assert len(gateway.messages()) == (0 if place == "send.begun" else 1)
    tasks.send(errand_ids=ids)  # Rescued at once: the first may still be at it, so nothing happens yet.
    assert Attempt.objects.filter(channel="sms").count() == 1
    hurry()
    tasks.follow_up()
    assert len(gateway.messages()) == 1
    assert gateway.repeats == (0 if place == "send.begun" else 1)
    assert list(Outcome.objects.filter(attempt__channel="sms").values_list("outcome", flat=True)) == ["accepted"]
    assert Errand.objects.get(channel="sms").state == "sent"
