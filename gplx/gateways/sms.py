"""Short messages go out by a gateway over HTTP with JSON, a bearer key, and an idempotency key for each message.

POST {GPLX_SMS_URL}/messages          {"id", "to", "text"}, Idempotency-Key     202 taken · 200 known already
GET  {GPLX_SMS_URL}/messages/{id}     what became of it
receipts: POST to the register, signed like `signature`
"""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

import requests
from django.conf import settings

from gplx.errors import GatewayRejectedError, GatewayUnavailableError
from gplx.gateways.answers import ANSWER_SECONDS, CONNECT_SECONDS, NoAnswerError, Sent

SIGNATURE_SECONDS = 300
"""How old a receipt's signature may be (T20)."""
_OUTCOMES = {"accepted", "delivered", "failed", "expired"}
_BODY_BYTES_MAX = 16 * 1024


class Receipt(NamedTuple):
    """What the provider says became of a message."""

    key: str
    outcome: str
    answer: dict[str, Any]


def send(key: str, address: str, title: str, text: str) -> Sent:
    """Give one message to the gateway. The same key again is the same message.

    Args:
        title: not used; short messages have none.

    Raises:
        GatewayUnavailableError: it is not there, or busy: nothing was sent.
        NoAnswerError: it may have taken the message, but its answer did not come or cannot be read.
        GatewayRejectedError: it said no to this message for good.
    """
    headers = {"Idempotency-Key": key}
    said = _ask("POST", f"{_base()}/messages", {"id": key, "to": address, "text": text}, headers)
    if said is None:
        raise NoAnswerError
    return Sent(*_outcome(said))


def ask(key: str) -> Sent | None:
    """What became of a message; None when the gateway does not know it.

    Raises:
        GatewayUnavailableError: no answer, or none that can be read.
    """
    said = _ask("GET", f"{_base()}/messages/{quote(key, safe='')}", None, {})
    return None if said is None else Sent(*_outcome(said))


def signature(body: bytes, at: int) -> str:
    """How a receipt is signed: its second, and the HMAC of second and body under the key we share."""
    made = hmac.digest(settings.SMS_KEY.encode(), f"{at}.".encode() + body, sha256).hex()
    return f"t={at},v1={made}"


def is_signed(body: bytes, given: str) -> bool:
    """Whether a receipt was signed by the provider, and of late. Without a key that we share, nobody can sign one."""
    if not settings.SMS_KEY or not given.isascii():
        return False
    second, _, _ = given.removeprefix("t=").partition(",")
    if not (second.isascii() and second.isdigit() and len(second) < 12):
        return False
    return abs(time.time() - int(second)) <= SIGNATURE_SECONDS and hmac.compare_digest(
        signature(body, int(second)), given
    )


def receipt(said: dict[str, Any]) -> Receipt | None:
    """A receipt as it was told; None when it cannot be read."""
    key, status = said.get("message"), said.get("status")
    if not isinstance(key, str) or not isinstance(status, str) or status not in _OUTCOMES:
        return None
    return Receipt(key, *_outcome(said))


def _base() -> str:
    if not settings.SMS_URL:
        raise GatewayUnavailableError("No SMS gateway is set up (GPLX_SMS_URL).")
    return str(settings.SMS_URL).rstrip("/")


def _ask(method: str, url: str, body: dict[str, str] | None, headers: dict[str, str]) -> dict[str, Any] | None:
    try:
        answer = requests.request(
            method,
            url,
            json=body,
            headers={"Authorization": f"Bearer {settings.SMS_KEY}", "Accept": "application/json", **headers},
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
        )
    except requests.exceptions.ConnectTimeout as error:
        raise GatewayUnavailableError from error
    except requests.exceptions.ConnectionError as error:
        # Refused is certain; a connection that broke later may have carried the message.
        refused = "NewConnectionError" in repr(error)
        raise (GatewayUnavailableError if refused else NoAnswerError)() from error
    except requests.exceptions.RequestException as error:
        raise NoAnswerError from error
    if answer.status_code == 404 and method == "GET":
        return None
    if answer.status_code in (429, 503):
        raise GatewayUnavailableError(f"The SMS gateway said {answer.status_code}.")
    if 400 <= answer.status_code < 500:
        raise GatewayRejectedError(f"The SMS gateway said {answer.status_code}.")
    if answer.status_code not in (200, 202) or len(answer.content) > _BODY_BYTES_MAX:
        raise NoAnswerError
    try:
        said = answer.json()
    except requests.exceptions.JSONDecodeError as error:
        raise NoAnswerError from error
    if not isinstance(said, dict) or said.get("status") not in _OUTCOMES:
        raise NoAnswerError
    return said


def _outcome(said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Of what the provider says only short words are kept: its number of the message, a code, an instant."""
    kept = {name: str(said[name])[:80] for name in ("provider_id", "code", "at") if said.get(name) is not None}
    return str(said["status"]), kept
