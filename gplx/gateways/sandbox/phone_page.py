"""The sandbox's phone as pages: take an offer, look at what is held, and show it to whoever checks.

One phone for everybody who uses this sandbox; everything is kept in memory and gone when the sandbox ends.
"""

from __future__ import annotations

import base64
import html
import threading
import zlib
from typing import Any
from urllib.parse import parse_qs, urlencode

import requests
import segno

from gplx.gateways.sandbox.identity import STYLE, Answer
from gplx.gateways.sandbox.phone import Held, Phone, RefusedError
from gplx.gateways.sandbox.server import Asked

AUDIENCE = "urn:gplx:verify"
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SHOWN = ("family_name", "given_name", "document_number", "driving_privileges", "expiry_date")
_NAMES = {
    "family_name": "Họ",
    "given_name": "Tên đệm và tên",
    "birth_date": "Ngày sinh",
    "issue_date": "Ngày cấp",
    "expiry_date": "Ngày hết hạn",
    "issuing_country": "Nước cấp",
    "issuing_authority": "Cơ quan cấp",
    "document_number": "Số giấy phép",
    "driving_privileges": "Hạng được lái",
    "un_distinguishing_sign": "Ký hiệu quốc gia",
}
_REFUSALS = {
    "offer": "Đây không phải mã mời của nơi cấp.",
    "issuer": "Ví này không biết nơi cấp đó.",
    "invalid_grant": "Mã đã dùng, đã hết hạn, hoặc sáu chữ số không đúng.",
    "temporarily_unavailable": "Đã thử quá nhiều lần. Hãy đợi một phút.",
    "credential_request_denied": "Nơi cấp không cấp giấy này.",
}


class PhonePages:
    """The pages of one phone below `/phone`."""

    path = "/phone"

    def __init__(self, issuers: frozenset[str]) -> None:
        self.phone = Phone("Điện thoại thử (sandbox)", issuers)
        self._lock = threading.Lock()

    def take(self, asked: Asked) -> Answer | None:
        """The answer to one request; None when there is no such page."""
        page = asked.path.removeprefix(self.path)
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if (asked.method, page) == ("GET", "/"):
            return self._front(given)
        if (asked.method, page) == ("POST", "/"):
            return self._fetch({name: values[0] for name, values in parse_qs(asked.body).items()})
        if (asked.method, page) == ("GET", "/xuat-trinh"):
            return self._present(given)
        if (asked.method, page) == ("GET", "/style.css"):
            return Answer(200, [("Content-Type", "text/css; charset=utf-8")], STYLE)
        return None

    def _front(self, given: dict[str, str], fault: str = "") -> Answer:
        offer = given.get("credential_offer", "")
        link = given.get("link") or (
            f"openid-credential-offer://?{urlencode({'credential_offer': offer})}" if offer else ""
        )
        rows = "".join(self._row(number, held) for number, held in enumerate(self.phone.held))
        said = f'<p role="alert"><strong>{html.escape(fault)}</strong></p>' if fault else ""
        return _page(
            "Ví trên điện thoại giả lập",
            said
            + (f"<ul>{rows}</ul>" if rows else "<p>Chưa có giấy nào trong ví.</p>")
            + '<h2>Thêm giấy</h2><form method="post" action="./">'
            '<p><label for="link">Liên kết mời (hoặc nội dung mã QR)</label>'
            f'<input id="link" name="link" autocomplete="off" value="{html.escape(link)}"></p>'
            '<p><label for="tx_code">Sáu chữ số trên trang của bạn</label>'
            '<input id="tx_code" name="tx_code" inputmode="numeric" autocomplete="off"></p>'
            '<p><button class="plain">Tải giấy về ví</button></p></form>',
            status=422 if fault else 200,
        )

    def _row(self, number: int, held: Held) -> str:
        fields = held.fields()
        codes = ", ".join(one["vehicle_category_code"] for one in fields["driving_privileges"])
        name = f"{fields['family_name']} {fields['given_name']}"
        form = "mdoc" if held.form == "mso_mdoc" else "SD-JWT"
        return (
            f"<li><h2>{html.escape(name)}: hạng {html.escape(codes)} ({form})</h2><dl>{_listed(fields)}</dl>"
            f'<form action="xuat-trinh"><input type="hidden" name="so" value="{number}">'
            f'<p><label for="hoi-{number}">Số hỏi của người kiểm tra (để trống nếu không có)</label>'
            f'<input id="hoi-{number}" name="hoi" inputmode="numeric" autocomplete="off"></p>'
            f'<p><button class="plain">Xuất trình {form} hạng {html.escape(codes)}</button></p></form></li>'
        )

    def _fetch(self, told: dict[str, str]) -> Answer:
        try:
            with self._lock:
                self.phone.fetch(told.get("link", ""), told.get("tx_code", "").strip())
        except RefusedError as refused:
            return self._front(told, _REFUSALS.get(str(refused), f"Nơi cấp từ chối: {refused}."))
        except requests.RequestException:
            return self._front(told, "Không gọi được nơi cấp.")
        return Answer(303, [("Location", f"{self.path}/")], b"")

    def _present(self, given: dict[str, str]) -> Answer | None:
        number = given.get("so", "")
        if not number.isdigit() or int(number) >= len(self.phone.held):
            return None
        presented = self.phone.held[int(number)].present(_SHOWN, audience=AUDIENCE, nonce=given.get("hoi", "").strip())
        text = as_text(presented)
        picture = segno.make_qr(text, error="l").png_data_uri(scale=4, border=4)
        return _page(
            "Xuất trình giấy phép lái xe",
            "<p>Đưa mã này cho người kiểm tra, hoặc chép nội dung bên dưới vào trang kiểm tra.</p>"
            f'<p><img src="{picture}" alt="Mã QR của giấy phép lái xe"></p>'
            f'<p><label for="noi-dung">Nội dung</label><textarea id="noi-dung" rows="8" readonly>{text}</textarea></p>'
            '<p><a href="./">Về ví</a></p>',
        )


def as_text(presented: bytes) -> str:
    """A presented licence as its QR code says it: compressed, in Base45 (RFC 9285), behind a word that says so."""
    data, written = zlib.compress(presented, 9), []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(3 if len(pair) == 2 else 2):
            number, sign = divmod(number, 45)
            written.append(_SIGNS[sign])
    return "GPLX1:" + "".join(written)


def _listed(fields: dict[str, Any]) -> str:
    def said(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(str(one["vehicle_category_code"]) for one in value)
        return base64.b64encode(value).decode()[:20] if isinstance(value, bytes) else str(value)

    return "".join(
        f"<div><dt>{_NAMES.get(name, name)}</dt><dd>{html.escape(said(value))}</dd></div>"
        for name, value in fields.items()
    )


def _page(title: str, content: str, status: int = 200) -> Answer:
    text = (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{PhonePages.path}/style.css">'
        f"</head><body><header><p>Điện thoại giả lập</p></header><main><h1>{title}</h1>{content}</main></body></html>"
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"),
    ]
    return Answer(status, headers, text.encode())
