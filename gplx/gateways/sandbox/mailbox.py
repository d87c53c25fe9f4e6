"""The sandbox's mail server: real SMTP, whose mail anybody can read on a page, with failures to choose from."""

from __future__ import annotations

import html
import itertools
import threading
import time
from collections import deque
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller

from gplx.gateways.sandbox.identity import Answer
from gplx.gateways.sandbox.pages import choice, form, minute, page, redirect
from gplx.gateways.sandbox.server import Asked

KEPT_MAX = 500
FAILURES = {
    "": "Không, nhận thư bình thường / nothing, take mail as usual",
    "busy": "Bận, 451 / busy",
    "refuse": "Từ chối địa chỉ, 550 / refuses the address",
    "lost_reply": "Nhận rồi ngắt kết nối / takes it and hangs up",
}


class Mail(NamedTuple):
    """One message as it came, with the place it has among all."""

    number: int
    at: float
    to: str
    subject: str
    message_id: str
    text: str


class Mailbox:
    """What the mail server took, and how it behaves."""

    path = "/mail"

    def __init__(self) -> None:
        self.failure = ""
        self._mails: deque[Mail] = deque(maxlen=KEPT_MAX)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def mails(self, to: str = "") -> list[Mail]:
        """Newest first."""
        with self._lock:
            return [mail for mail in reversed(self._mails) if not to or mail.to == to]

    # aiosmtpd calls these two, by their names.
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.failure == "busy":
            return "451 Try again later"
        if self.failure == "refuse":
            return "550 No such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        told = message_from_bytes(envelope.content)
        body = told.get_payload(decode=True)
        mail = Mail(
            next(self._numbers),
            time.time(),
            ", ".join(envelope.rcpt_tos),
            str(make_header(decode_header(str(told["Subject"] or "")))),
            str(told["Message-ID"] or ""),
            body.decode("utf-8", "replace") if isinstance(body, bytes) else "",
        )
        with self._lock:
            self._mails.append(mail)
        if self.failure == "lost_reply":
            server.transport.abort()
        return "250 OK"

    def take(self, asked: Asked) -> Answer | None:
        """The page of the mailbox: who was written what, and how the server is to behave."""
        method, where, body = asked.method, asked.path.removeprefix(self.path), asked.body
        if (method, where) == ("POST", "/"):
            self.failure = choice(body, FAILURES)
            return redirect(f"{self.path}/")
        if (method, where) != ("GET", "/"):
            return None
        rows = "".join(
            f"<details><summary>{minute(mail.at)} · {html.escape(mail.to)} · "
            f"{html.escape(mail.subject)}</summary><pre>{html.escape(mail.text)}</pre>"
            f"<p>Message-ID {html.escape(mail.message_id)}</p></details>"
            for mail in self.mails()
        )
        return page(
            "Thư đã nhận / mail",
            f"{rows or '<p>Chưa có thư nào. / No mail yet.</p>'}{form(FAILURES, self.failure)}",
        )


def smtp_server(mailbox: Mailbox, port: int, host: str = "127.0.0.1") -> Controller:
    """A mail server ready for `start()` and `stop()`; it runs in a thread of its own."""
    return Controller(mailbox, hostname=host, port=port, ready_timeout=10)
