"""A page of the sandbox's hospital: send a certificate, rightly or with one mistake, and see the answer."""

from __future__ import annotations

import html
import json
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import requests

from gplx.gateways.sandbox import hospital as hospitals
from gplx.gateways.sandbox.hospital import Hospital, Mistake
from gplx.gateways.sandbox.identity import Answer
from gplx.gateways.sandbox.pages import page
from gplx.gateways.sandbox.people import people
from gplx.gateways.sandbox.server import Asked

CLIENT = "client.json"
_SECONDS_MAX = 15
_RESULTS: dict[str, tuple[str, str, bool]] = {
    "free": ("Đủ điều kiện, không có ma túy / eligible, no drugs", "A0-1", False),
    "drugs": ("Không đủ điều kiện, dương tính ma túy / not eligible, drugs found", "A0-2", True),
    "unfit": ("Không đủ điều kiện, không có ma túy / not eligible, no drugs", "A0-2", False),
    "again": ("Phải khám lại / to be examined again", "A0-3", False),
}
_MISTAKES: dict[Mistake, str] = {
    "": "không / none",
    "signature": "chữ ký hỏng / broken signature",
    "differs": "JSON khác XML đã ký / JSON differs from the signed XML",
    "legacy": "chữ ký SHA-1 kiểu cũ / old SHA-1 signature",
    "stranger": "khóa chưa đăng ký / key that is not registered",
}


class HospitalPages:
    """The pages of the hospital below `/benh-vien`; it sends to the register as hospitals do.

    Args:
        folder: where the demo keeps the hospital's key and its client's secret.
        register: the address of the register.
    """

    path = "/benh-vien"

    def __init__(self, folder: Path, register: str) -> None:
        self.folder, self.register = folder, register

    def take(self, asked: Asked) -> Answer | None:
        """The answer to one request; None when there is no such page."""
        if asked.path != f"{self.path}/":
            return None
        if asked.method != "POST":
            return self._front({})
        told = {name: values[0].strip() for name, values in parse_qs(asked.body).items()}
        born, concluded_on = _day(told.get("born", "")), _day(told.get("concluded_on", ""))
        if born is None or concluded_on is None or told.get("result") not in _RESULTS:
            return self._front(told, "Ngày viết dd/mm/yyyy. / Days are written dd/mm/yyyy.")
        if not (self.folder / CLIENT).exists():
            return self._front(told, "Chạy gplx demo trước. / Run gplx demo first.")
        hospital = hospitals.kept_hospital(self.folder)
        _, conclusion, drugs_found = _RESULTS[told["result"]]
        stated = hospitals.fields(
            hospital,
            name=told.get("name", ""),
            birth_date=born,
            identity_number=told.get("number", ""),
            concluded_on=concluded_on,
            category=told.get("category", "B"),
            conclusion=conclusion,
            drugs_found=drugs_found,
            number=told.get("certificate", "") or _free_number(hospital, concluded_on),
            edit="edit" in told,
        )
        wished = told.get("mistake", "")
        mistake: Mistake = next((one for one in _MISTAKES if one == wished), "")
        return self._front(told, self._send(hospitals.message(hospital, stated, mistake=mistake)))

    def _send(self, sent: dict[str, str]) -> str:
        """Send a message as hospitals do; what the register answered, in words."""
        client = json.loads((self.folder / CLIENT).read_text())
        try:
            token = requests.post(
                f"{self.register}/api/oauth/token",
                {"grant_type": "client_credentials"},
                auth=(client["client_id"], client["secret"]),
                timeout=_SECONDS_MAX,
            ).json()["access_token"]
            answer = requests.post(
                f"{self.register}/api/hssk/gksk",
                hospitals.body(sent),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                timeout=_SECONDS_MAX,
            )
            said = answer.json()
        except (requests.RequestException, ValueError, KeyError):
            return "Không gọi được sổ đăng ký. / The register could not be called."
        return f"{answer.status_code}: {json.dumps(said, ensure_ascii=False)}"

    def _front(self, told: dict[str, str], said: str = "") -> Answer:
        def given(name: str, default: str = "") -> str:
            return html.escape(told.get(name, default))

        def line(name: str, label: str, default: str = "") -> str:
            box = f'<input id="{name}" name="{name}" value="{given(name, default)}" size="32">'
            return f'<p><label for="{name}">{label}</label> {box}</p>'

        citizens = [one for one in people() if one.role == "citizen"]
        named = "".join(f"<li>{html.escape(one.name)}: {one.citizen_number}</li>" for one in citizens)
        results = _options({name: text for name, (text, _, _) in _RESULTS.items()}, told.get("result", ""))
        today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
        return page(
            hospitals.NAME,
            (f'<p role="status"><strong>{html.escape(said)}</strong></p>' if said else "")
            + '<form method="post" action="./">'
            + line("name", "Họ tên / name")
            + line("number", "Số định danh / identity number")
            + line("born", "Ngày sinh / date of birth", "01/01/1990")
            + line("category", "Hạng / class", "B")
            + line("concluded_on", "Ngày kết luận / concluded on", f"{today:%d/%m/%Y}")
            + '<p><label for="result">Kết quả / result</label> '
            + f'<select id="result" name="result">{results}</select></p>'
            + '<p><label for="mistake">Lỗi muốn thử / mistake</label> <select id="mistake" name="mistake">'
            + _options({str(name): text for name, text in _MISTAKES.items()}, told.get("mistake", ""))
            + "</select></p>"
            + line("certificate", "Số giấy khám (để trống: số mới) / number (empty: a new one)")
            + '<p><label><input type="checkbox" name="edit" value="1"> Sửa giấy đã gửi / a correction</label></p>'
            + '<p><button class="plain">Gửi / send</button></p></form>'
            + (f"<h2>Người trong dữ liệu thử / people of the demo</h2><ul>{named}</ul>" if named else ""),
        )


def _options(choices: dict[str, str], chosen: str) -> str:
    return "".join(
        f'<option value="{name}"{" selected" if name == chosen else ""}>{html.escape(text)}</option>'
        for name, text in choices.items()
    )


def _free_number(hospital: Hospital, concluded_on: date) -> str:
    """A number that the demo did not use: by the second of the day."""
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    second = now.hour * 3600 + now.minute * 60 + now.second
    return f"{10_000 + second % 90_000:05}/GKSKLX/{hospital.code}/{concluded_on:%y}"


def _day(text: str) -> date | None:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return None
