"""Pushes: written with the change, sent in order, signed, tried again, never to an address that was not meant."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client, override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from gplx.accounts.models import Role
from gplx.gateways.sandbox.receivers import Receiver
from gplx.gateways.sandbox.server import server
from gplx.points.actions import record, settle
from gplx.points.models import Account
from gplx.wallet import lags, publication, pushes, store, webhooks
from gplx.wallet.models import Event, Push, Target, TargetKind
from gplx.wallet.pushes import Snapshot
from gplx.wallet.webhooks import TargetRefusedError
from tests.desk.conftest import a_user as an_officer
from tests.points.people import annulment, decision
from tests.wallet import lives

DAY = date(2025, 3, 10)


def test_the_published_vector() -> None:
    made = webhooks.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


REFUSED = [
    "http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "//8.8.8.8/", "8.8.8.8", "",
    "https://", "https:///x", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
    "https://0177.0.0.1/", "https://localhost/", "https://0.0.0.0/", "https://0/", "https://10.0.0.1/",
    "https://10.255.255.255/", "https://172.16.0.1/", "https://172.31.255.1/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/", "https://198.18.0.1/", "https://192.0.2.1/",
    "https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/", "https://[::1]/", "https://[::]/",
    "https://[fc00::1]/", "https://[fe80::1]/", "https://[ff02::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/", "https://[2002:7f00:1::]/", "https://user@8.8.8.8/", "https://user:pw@8.8.8.8/",
    "https://8.8.8.8:8443/", "https://8.8.8.8:99999/", "https://8.8.8.8/#x", "https://8.8.8.8\\@127.0.0.1/",
    "https://8.8.8.8 /", "https://ví.example/", "https://8.8.8.8\t/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_t25_b51_an_address_that_nothing_may_be_pushed_to(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", fail)
    with override_settings(DEMO=False), pytest.raises(TargetRefusedError):
        webhooks.refuse_address(url)
    sent = webhooks.send(url, "whsec_AAAA", "x", b"{}", at=publication.now())
    assert (sent.delivered, sent.answer) == (False, "address refused")


def test_a_public_address_is_taken() -> None:
    with override_settings(DEMO=False):
        webhooks.refuse_address("https://8.8.8.8/events?x=1")
    with override_settings(DEMO=False, SANDBOX_URL="http://127.0.0.1:8001"), pytest.raises(TargetRefusedError):
        webhooks.refuse_address("http://127.0.0.1:8001/receivers/e-id/events")


@pytest.fixture
def receivers(settings: Any) -> Iterator[dict[str, Receiver]]:
    """Both receivers over HTTP, each registered as a target."""
    made = {name: Receiver(f"/receivers/{name}", name, lambda name=name: secret(name)) for name in ("e-id", "police")}  # type: ignore[misc]
    with server(0, [], parts=list(made.values())) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.SANDBOX_URL = f"http://127.0.0.1:{running.server_port}"
        for name, kind in (("e-id", TargetKind.E_ID), ("police", TargetKind.POLICE)):
            pushes.register(name, kind, f"{settings.SANDBOX_URL}/receivers/{name}/events")
        yield made
        running.shutdown()
        thread.join()


def secret(name: str) -> str:
    return store.key_store().push_secret(name)


def now_due() -> None:
    """Time passes: what waits for its next try is tried."""
    Push.objects.filter(state="waiting").update(next_try_at=publication.now())
    Target.objects.update(paused_until=None)


@pytest.mark.django_db
def test_without_a_target_nothing_is_written() -> None:
    licence = lives.licence()
    record([decision(licence.holder_id, "QD-1", DAY, 4)], today=DAY)
    assert (Event.objects.count(), ProcrastinateJob.objects.filter(task_name="wallet.push").count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_each_target_is_told_of_each_change_in_order_and_no_more_than_it_needs(receivers: dict[str, Receiver]) -> None:
    licence = lives.licence()
    record([decision(licence.holder_id, "QD-1", DAY, 4)], today=DAY)
    record([decision(licence.holder_id, "QD-2", DAY, 10)], today=DAY)
    record([annulment(licence.holder_id, "QD-2", DAY)], today=DAY)
    settle(list(Account.objects.values_list("pk", flat=True)), today=DAY)  # nothing new
    lives.work_off("wallet")
    events = [(event.number, event.points, event.may_drive) for event in Event.objects.order_by("number")]
    assert events == [(1, 8, True), (2, 0, False), (3, 8, True)]
    for receiver in receivers.values():
        assert receiver.counts == {"taken": 3, "again": 0, "old": 0, "gaps": 0, "refused": 0}
        (account,) = receiver.accounts.values()
        assert (account["sequence"], account["points"], account["status"]) == (3, 8, "valid")
    (held,) = receivers["e-id"].accounts.values()
    assert held.keys() - {"person", "received_at"} == {
        "citizen_number", "part", "sequence", "status", "points", "as_of"
    }  # fmt: skip
    (held,) = receivers["police"].accounts.values()
    assert (held["licence_numbers"], "citizen_number" in held) == ([licence.number], False)
    assert Push.objects.filter(state="delivered").count() == 6


@pytest.mark.django_db(transaction=True)
def test_what_is_not_taken_is_tried_later_and_later_and_keeps_its_order(receivers: dict[str, Receiver]) -> None:
    first, second = lives.licence(1), lives.licence(2)
    receivers["e-id"].failure = "down"
    record([decision(first.holder_id, "QD-1", DAY, 4)], today=DAY)
    record([decision(first.holder_id, "QD-2", DAY, 2)], today=DAY)
    record([decision(second.holder_id, "QD-3", DAY, 2)], today=DAY)
    assert pushes.send_waiting("e-id") == 0
    assert sorted(Push.objects.values_list("attempts", flat=True)) == [0, 1, 1]  # later ones wait behind
    assert pushes.send_waiting("e-id") == 0  # not their time yet
    assert sorted(Push.objects.values_list("attempts", flat=True)) == [0, 1, 1]
    assert {push.answer for push in Push.objects.filter(attempts=1)} == {"503"}
    assert pushes.send_waiting("police") == 3  # another's trouble is not his
    receivers["e-id"].failure = ""
    now_due()
    assert pushes.send_waiting("e-id") == 3
    assert receivers["e-id"].counts == {"taken": 3, "again": 0, "old": 0, "gaps": 0, "refused": 0}


@pytest.mark.django_db(transaction=True)
def test_a_target_that_fails_again_and_again_is_left_alone_for_a_while(receivers: dict[str, Receiver]) -> None:
    receivers["e-id"].failure = "error"
    for number in range(1, 6):
        record([decision(lives.licence(number).holder_id, f"QD-{number}", DAY, 2)], today=DAY)
    pushes.send_waiting("e-id")
    target = Target.objects.get(name="e-id")
    assert target.paused_until is not None
    assert (target.failures, Push.objects.filter(attempts=1).count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_f31_a_lost_reply_means_the_same_message_again(receivers: dict[str, Receiver]) -> None:
    receivers["e-id"].failure = "lost_reply"
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    pushes.send_waiting("e-id")
    receivers["e-id"].failure = ""
    now_due()
    assert pushes.send_waiting("e-id") == 1
    assert receivers["e-id"].counts == {"taken": 1, "again": 1, "old": 0, "gaps": 0, "refused": 0}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failure", ["slow", "redirect"])
def test_slow_and_redirecting_receivers(
    receivers: dict[str, Receiver], failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "READ_SECONDS_MAX", 0.2)
    receivers["e-id"].failure, receivers["e-id"].slow_seconds = failure, 1
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    assert pushes.send_waiting("e-id") == 0
    assert Push.objects.get().answer == {"slow": "timeout", "redirect": "303"}[failure]


@pytest.mark.django_db(transaction=True)
def test_after_many_tries_a_person_looks_and_lets_it_wait_again(receivers: dict[str, Receiver]) -> None:
    receivers["e-id"].failure = "error"
    licence = lives.licence()
    record([decision(licence.holder_id, "QD-1", DAY, 4)], today=DAY)
    for _ in range(pushes.ATTEMPTS_MAX):
        now_due()
        pushes.send_waiting("e-id")
    assert Push.objects.get().state == "dead"
    receivers["e-id"].failure = ""
    record([decision(licence.holder_id, "QD-2", DAY, 2)], today=DAY)
    now_due()
    assert pushes.send_waiting("e-id") == 1  # the next one is not kept from him
    target = Target.objects.get(name="e-id")
    assert pushes.retry_dead(target.pk) == 1
    assert pushes.send_waiting("e-id") == 1
    assert receivers["e-id"].counts == {"taken": 1, "again": 0, "old": 1, "gaps": 0, "refused": 0}
    (account,) = receivers["e-id"].accounts.values()
    assert account["sequence"] == 2  # the older one changed nothing


@pytest.mark.django_db(transaction=True)
def test_f34_a_target_that_lost_something_gets_it_again(receivers: dict[str, Receiver]) -> None:
    began = publication.now()
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    pushes.send_waiting("e-id")
    receivers["e-id"].accounts.clear()
    receivers["e-id"]._seen.clear()
    target = Target.objects.get(name="e-id")
    assert pushes.replay(target.pk, since=began + timedelta(hours=1)) == 0
    assert pushes.replay(target.pk, since=began - timedelta(seconds=1)) == 1
    assert pushes.send_waiting("e-id") == 1
    assert len(receivers["e-id"].accounts) == 1


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_forged_or_old_is_refused(receivers: dict[str, Receiver], settings: Any) -> None:
    url = Target.objects.get(name="e-id").url
    body = b'{"data": {}}'
    assert webhooks.send(url, "whsec_AAAA", "x", body, at=publication.now()).answer == "401"
    old = publication.now() - timedelta(minutes=10)
    assert webhooks.send(url, secret("e-id"), "x", body, at=old).answer == "401"
    assert receivers["e-id"].counts["refused"] == 2


@pytest.mark.django_db(transaction=True)
def test_f20_what_commits_late_is_not_passed_over(receivers: dict[str, Receiver]) -> None:
    first, second = lives.licence(1), lives.licence(2)
    wrote, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            pushes.announce([Snapshot(first.holder_id, "car", 3, True, DAY)])
            wrote.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert wrote.wait(20)
    pushes.announce([Snapshot(second.holder_id, "car", 5, True, DAY)])
    pushes.send_waiting("e-id")
    go_on.set()
    thread.join(20)
    pushes.send_waiting("e-id")
    assert sorted(account["points"] for account in receivers["e-id"].accounts.values()) == [3, 5]


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_one_target_do_not_send_twice(receivers: dict[str, Receiver]) -> None:
    target = Target.objects.get(name="e-id")
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    answers: list[int] = []

    def other() -> None:
        answers.append(pushes.send_waiting("e-id"))
        connections.close_all()

    with pushes._alone(target) as is_ours:
        assert is_ours
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)
    assert answers == [0]
    assert pushes.send_waiting("e-id") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_the_lag_of_each_target_is_measured_and_shown(receivers: dict[str, Receiver], client: Client) -> None:
    receivers["police"].failure = "error"
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    assert {one.waiting for one in lags.lags()} == {1}  # before any sender ran
    pushes.send_waiting("e-id")
    pushes.send_waiting("police")
    by_name = {one.name: one for one in lags.lags()}
    assert (by_name["e-id"].waiting, by_name["e-id"].delivered) == (0, 1)
    assert (by_name["e-id"].high_seconds or 0) >= 0
    assert (by_name["police"].waiting, by_name["police"].delivered, by_name["police"].middle_seconds) == (1, 0, None)
    assert sum(hour.delivered for hour in lags.by_hour(by_name["e-id"].target_id, at=publication.now())) == 1
    checks = {one["name"]: one for one in client.get("/api/v1/ready").json()["checks"]}
    assert checks["pushes"]["status"] == "ok"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wallet_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE wallet_event SET recorded_at = recorded_at - interval '10 minutes'")
        cursor.execute("ALTER TABLE wallet_event ENABLE TRIGGER USER")
    answer = client.get("/api/v1/ready").json()
    assert (answer["status"], {one["name"]: one["status"] for one in answer["checks"]}["pushes"]) == (
        "degraded",
        "late",
    )
    Push.objects.filter(target__name="police").update(state="dead")
    client.force_login(an_officer(Role.ADMINISTRATOR), backend="gplx.accounts.backends.IdentityBackend")
    page = client.get("/desk/bao-he-thong-khac").content.decode()
    assert "Ngừng thử, chờ người xem" in page
    told = {"he_thong": str(by_name["police"].target_id)}
    assert client.post("/desk/bao-he-thong-khac", told).status_code == 302
    assert Push.objects.filter(target__name="police", state="waiting").count() == 1
    assert client.post("/desk/bao-he-thong-khac", {**told, "gui_lai": "day"}).status_code == 302
    assert client.post("/desk/bao-he-thong-khac", {"he_thong": "x"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_f34_transactions_that_count_anew_after_a_restore_hide_no_event(receivers: dict[str, Receiver]) -> None:
    Target.objects.update(dealt_before=10**12)
    record([decision(lives.licence().holder_id, "QD-1", DAY, 4)], today=DAY)
    assert pushes.send_waiting("e-id") == 1
