"""Plain pages of the sandbox's partners: a title, what they have, and how they are to behave."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from gplx.gateways.sandbox.identity import STYLE, Answer

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


def page(title: str, content: str, status: int = 200) -> Answer:
    """A page with the sandbox's own look."""
    text = (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title} – sandbox</title><link rel="icon" href="data:,"><style>{STYLE.decode()}'
        "pre{white-space:pre-wrap;overflow-wrap:anywhere}</style></head>"
        f"<body><header><p>Hệ thống giả lập / sandbox</p></header><main><h1>{title}</h1>{content}</main></body></html>"
    )
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", _POLICY),
    ]
    return Answer(status, headers, text.encode())


def form(failures: Mapping[str, str], chosen: str) -> str:
    """A choice of failures."""
    options = "".join(
        f'<option value="{name}"{" selected" if name == chosen else ""}>{html.escape(text)}</option>'
        for name, text in failures.items()
    )
    return (
        '<form method="post"><p><label for="failure">Lỗi muốn thử / failure to try</label> '
        f'<select id="failure" name="failure">{options}</select></p>'
        '<p><button class="plain">Chọn / choose</button></p></form>'
    )


def choice(body: str, failures: Mapping[str, str]) -> str:
    """The failure a form names; none for anything else."""
    told = parse_qs(body).get("failure", [""])[0]
    return told if told in failures else ""


def redirect(target: str) -> Answer:
    return Answer(303, [("Location", target)], b"")


def told(value: Any, status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(status, [("Content-Type", "application/json")], json.dumps(value).encode())


def minute(at: float) -> str:
    """The time of day of an instant, in Viet Nam."""
    seconds = (int(at) + 7 * 3600) % 86400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
