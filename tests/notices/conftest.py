"""The partners of the notices room, played for real: a mail server, and a gateway for short messages over HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from gplx.gateways.sandbox.mailbox import Mailbox, smtp_server
from gplx.gateways.sandbox.server import server
from gplx.gateways.sandbox.sms import SmsGateway
from gplx.licences.models import Holder
from gplx.notices.models import Contact, ContactKind, Errand
from tests.points.people import people

EMAIL, NUMBER = "mau@example.vn", "+84912345678"


@pytest.fixture(scope="session")
def smtp() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = smtp_server(mailbox, port)
    controller.start()
    yield mailbox, port
    controller.stop()


@pytest.fixture
def mailbox(smtp: tuple[Mailbox, int], settings: Any) -> Iterator[Mailbox]:
    """A mail server that the register uses; empty."""
    box, port = smtp
    box._mails.clear()
    box.failure = ""
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield box
    box.failure = ""


@pytest.fixture
def gateway(settings: Any) -> Iterator[SmsGateway]:
    """An SMS gateway that the register uses; it posts no receipts unless a test says where to."""
    sms = SmsGateway(settings.SMS_KEY, "", receipt_seconds=0)
    with server(0, [], parts=[sms]) as listening:
        settings.SMS_URL = f"http://127.0.0.1:{listening.server_port}/sms"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield sms
        listening.shutdown()
        thread.join()


@pytest.fixture
def holder(db: None) -> Holder:
    return people(1)[0]


def contact(holder: Holder, kind: ContactKind, address: str = "") -> Contact:
    """A confirmed contact."""
    return Contact.objects.create(
        holder=holder,
        kind=kind,
        address=address or {ContactKind.EMAIL: EMAIL, ContactKind.SMS: NUMBER}[kind],
        code_salt="x",
        code_ends_at=Now(),
        confirmed_at=Now(),
    )


def hurry() -> None:
    """Let every errand's pause be over."""
    Errand.objects.update(not_before=Now() - timedelta(seconds=1))


def until(true: Callable[[], object], seconds: float = 5) -> None:
    """Wait for something another thread does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
