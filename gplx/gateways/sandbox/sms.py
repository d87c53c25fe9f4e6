"""The sandbox's gateway for short messages: JSON over HTTP, receipts by signed callback and by query."""

from __future__ import annotations

import hmac
import html
import itertools
import json
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import requests

from gplx.gateways.sandbox.identity import Answer
from gplx.gateways.sandbox.pages import choice, form, minute, page, redirect, told
from gplx.gateways.sandbox.server import Asked

KEPT_MAX = 500
FAILURES = {
    "": "Không, gửi và báo lại bình thường / nothing, send and report as usual",
    "down": "Không phục vụ, 503 / down",
    "slow": "Chậm hơn mức chờ / slower than anybody waits",
    "lost_reply": "Nhận rồi không trả lời / takes it, the reply is lost",
    "web_page": "Trả lời bằng trang web / answers with a web page",
    "refuse": "Từ chối số máy / refuses the number",
    "undelivered": "Gửi không tới / cannot be delivered",
    "duplicate_receipts": "Báo lại hai lần / every receipt comes twice",
    "wrong_signature": "Báo lại sai chữ ký / receipts with a wrong signature",
    "no_receipts": "Không báo lại, phải hỏi / no receipts, ask for them",
}
_TAKEN_FIRST = {"lost_reply", "slow"}
SLOW_SECONDS = 12.0


class SmsGateway:
    """What the gateway took, by the sender's own key of each message, and how it behaves.

    Args:
        receipts_to: where receipts are posted; empty: nowhere.
        receipt_seconds: how long a message takes to arrive.
    """

    path = "/sms"

    def __init__(self, key: str, receipts_to: str, receipt_seconds: float = 1.0) -> None:
        self.key, self.receipts_to, self.receipt_seconds = key, receipts_to, receipt_seconds
        self.failure = ""
        self.slow_seconds = SLOW_SECONDS
        self.repeats = 0
        """How often a message came again that was known: it was not sent again."""
        self._messages: dict[str, dict[str, Any]] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """Newest first."""
        with self._lock:
            return [message for message in reversed(self._messages.values()) if not to or message["to"] == to]

    def take(self, asked: Asked) -> Answer | None:
        """One request: of the register, or of somebody who reads the page."""
        method, where, body = asked.method, asked.path.removeprefix(self.path), asked.body
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        routes: dict[tuple[str, str], Callable[[], Answer]] = {
            ("GET", "/"): self._page,
            ("POST", "/"): lambda: self._choose(body),
            ("POST", "/messages"): lambda: self._take(body, bearer),
        }
        route = routes.get((method, where))
        if route is not None:
            return route()
        if method == "GET" and where.startswith("/messages/"):
            return self._status(where.removeprefix("/messages/"), bearer)
        return None

    def _choose(self, body: str) -> Answer:
        self.failure = choice(body, FAILURES)
        return redirect(f"{self.path}/")

    def _take(self, body: str, bearer: str) -> Answer:
        if not hmac.compare_digest(bearer.encode(), self.key.encode()):
            return told({"code": "unauthorized"}, 401)
        if self.failure == "down":
            return told({"code": "down"}, 503)
        if self.failure == "web_page":
            return page("Bảo trì / maintenance", "<p>…</p>")
        try:
            asked = json.loads(body)
            key, to, text = str(asked["id"]), str(asked["to"]), str(asked["text"])
        except (ValueError, KeyError, TypeError):
            return told({"code": "malformed"}, 400)
        if self.failure == "refuse":
            return told({"code": "no_such_number"}, 422)
        with self._lock:
            known = self._messages.get(key)
            if known is not None:
                self.repeats += 1
                return told({"status": known["status"], "provider_id": known["provider_id"]})
            message = {"to": to, "text": text, "status": "accepted", "provider_id": str(next(self._numbers))}
            self._messages[key] = message | {"at": time.time(), "key": key}
            while len(self._messages) > KEPT_MAX:
                self._messages.pop(next(iter(self._messages)))
        threading.Thread(target=self._arrive, args=(key, self.failure), daemon=True).start()
        if self.failure == "slow":
            time.sleep(self.slow_seconds)
        if self.failure in _TAKEN_FIRST:
            return Answer(500, [("Content-Type", "text/plain")], b"")
        return told({"status": "accepted", "provider_id": message["provider_id"]}, 202)

    def _status(self, key: str, bearer: str) -> Answer:
        if not hmac.compare_digest(bearer.encode(), self.key.encode()):
            return told({"code": "unauthorized"}, 401)
        with self._lock:
            known = self._messages.get(key)
        if known is None:
            return told({"code": "unknown"}, 404)
        return told({"status": known["status"], "provider_id": known["provider_id"]})

    def _arrive(self, key: str, failure: str) -> None:
        """What becomes of a message a little later, and the receipt about it."""
        time.sleep(self.receipt_seconds)
        status = "failed" if failure == "undelivered" else "delivered"
        with self._lock:
            if key not in self._messages:
                return
            self._messages[key]["status"] = status
        if failure == "no_receipts" or not self.receipts_to:
            return
        body = json.dumps({"message": key, "status": status, "at": int(time.time())}).encode()
        at = int(time.time())
        secret = "somebody-else" if failure == "wrong_signature" else self.key
        signed = hmac.digest(secret.encode(), f"{at}.".encode() + body, sha256).hex()
        headers = {"Content-Type": "application/json", "Signature": f"t={at},v1={signed}"}
        for _ in range(2 if failure == "duplicate_receipts" else 1):
            try:
                requests.post(self.receipts_to, data=body, headers=headers, timeout=10)
            except requests.RequestException:
                return  # The register asks later.

    def _page(self) -> Answer:
        rows = "".join(
            f"<details open><summary>{minute(message['at'])} · "
            f"{html.escape(message['to'])} · {message['status']}</summary><pre>{html.escape(message['text'])}</pre>"
            f"<p>{len(message['text'])} ký tự / letters · {html.escape(message['key'])}</p></details>"
            for message in self.messages()
        )
        empty = "<p>Chưa có tin nào. / No messages yet.</p>"
        return page("Tin nhắn đã gửi / short messages", f"{rows or empty}{form(FAILURES, self.failure)}")
