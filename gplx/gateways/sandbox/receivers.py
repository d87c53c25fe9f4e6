"""The sandbox's receivers of pushes: the e-ID account and the police app, each with what it holds.

They check what a careful receiver checks: signature, age, one message once, and the order within each account.

Source:
    Standard Webhooks (verification of scheme v1).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from gplx.gateways.sandbox.identity import Answer
from gplx.gateways.sandbox.pages import choice, form, minute, page, redirect, told
from gplx.gateways.sandbox.server import Asked

AGE_SECONDS_MAX = 300
KEPT_MAX = 1000
FAILURES = {
    "": "Không, nhận bình thường / none",
    "down": "Không phục vụ, 503 / down",
    "error": "Lỗi bên nhận, 500 / error",
    "slow": "Chậm hơn mức chờ / slower than anybody waits",
    "lost_reply": "Nhận rồi báo lỗi / takes it, then fails",
    "redirect": "Chuyển sang địa chỉ khác / redirects",
}
SLOW_SECONDS = 12.0


class Receiver:
    """One system that is pushed to.

    Args:
        secret: says the secret that was agreed on; empty until there is one.
    """

    def __init__(self, path: str, title: str, secret: Callable[[], str]) -> None:
        self.path, self.title, self._secret = path, title, secret
        self.failure = ""
        self.slow_seconds = SLOW_SECONDS
        self.accounts: dict[tuple[str, str], dict[str, Any]] = {}
        self.counts = {"taken": 0, "again": 0, "old": 0, "gaps": 0, "refused": 0}
        self._seen: dict[str, None] = {}
        self._lock = threading.Lock()

    def take(self, asked: Asked) -> Answer | None:
        """A message of the register, or somebody who reads the page."""
        where = asked.path.removeprefix(self.path)
        if (asked.method, where) == ("POST", "/events"):
            return self._event(asked)
        if (asked.method, where) == ("GET", "/"):
            return self._page()
        if (asked.method, where) == ("POST", "/"):
            self.failure = choice(asked.body, FAILURES)
            return redirect(f"{self.path}/")
        if (asked.method, where) == ("GET", "/accounts.json"):
            with self._lock:
                return told({"accounts": list(self.accounts.values()), "counts": self.counts})
        return None

    def _event(self, asked: Asked) -> Answer:
        failure = self.failure
        if failure == "down":
            return told({}, 503)
        if failure == "error":
            return told({}, 500)
        if failure == "redirect":
            return redirect("/elsewhere")
        if failure == "slow":
            time.sleep(self.slow_seconds)
        if not self._is_genuine(asked):
            with self._lock:
                self.counts["refused"] += 1
            return told({}, 401)
        with self._lock:
            self._keep(asked.headers["webhook-id"], json.loads(asked.body)["data"])
        return told({}, 500 if failure == "lost_reply" else 204)

    def _is_genuine(self, asked: Asked) -> bool:
        number, stamp = asked.headers.get("webhook-id", ""), asked.headers.get("webhook-timestamp", "")
        secret = self._secret()
        if not secret or not stamp.isdigit() or abs(time.time() - int(stamp)) > AGE_SECONDS_MAX:
            return False
        key = base64.b64decode(secret.removeprefix("whsec_"))
        made = hmac.digest(key, f"{number}.{stamp}.{asked.body}".encode(), hashlib.sha256)
        right = "v1," + base64.b64encode(made).decode()
        given = asked.headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(right, one) for one in given)

    def _keep(self, number: str, data: dict[str, Any]) -> None:
        if number in self._seen:
            self.counts["again"] += 1
            return
        self._seen[number] = None
        if len(self._seen) > KEPT_MAX * 10:
            del self._seen[next(iter(self._seen))]
        person = data.get("citizen_number") or ", ".join(data.get("licence_numbers", []))
        key = (str(person), data["part"])
        known = self.accounts.get(key)
        if known is not None and data["sequence"] <= known["sequence"]:
            self.counts["old"] += 1
            return
        if known is not None and data["sequence"] != known["sequence"] + 1:
            self.counts["gaps"] += 1
        self.counts["taken"] += 1
        self.accounts[key] = {**data, "person": person, "received_at": time.time()}
        if len(self.accounts) > KEPT_MAX:
            del self.accounts[next(iter(self.accounts))]

    def _page(self) -> Answer:
        with self._lock:
            rows = "".join(self._row(one) for one in reversed(list(self.accounts.values())[-50:]))
            counts = ", ".join(f"{name}: {count}" for name, count in self.counts.items())
        table = (
            "<table><thead><tr><th>Người</th><th>Phần</th><th>Tình trạng</th><th>Điểm</th><th>Theo sổ ngày</th>"
            f"<th>Nhận lúc</th></tr></thead><tbody>{rows}</tbody></table>"
            if rows
            else "<p>Chưa nhận được gì / nothing yet.</p>"
        )
        return page(self.title, f"{table}<p>{counts}</p>{form(FAILURES, self.failure)}")

    def _row(self, one: dict[str, Any]) -> str:
        status = "còn hiệu lực" if one["status"] == "valid" else "đang bị tạm dừng"
        part = "ô tô" if one["part"] == "car" else "mô tô"
        cells = (one["person"], part, status, f"{one['points']} / 12", one["as_of"], minute(one["received_at"]))
        return "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"


def both(secret_of: Callable[[str], str]) -> list[Receiver]:
    """The two receivers, by the names under which the demo registers them."""
    return [
        Receiver("/receivers/e-id", "Tài khoản định danh điện tử", lambda: secret_of("e-id")),
        Receiver("/receivers/police", "Ứng dụng của cảnh sát giao thông", lambda: secret_of("police")),
    ]
