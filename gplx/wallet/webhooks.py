"""Signed messages to registered systems, and which addresses may be registered.

Source:
    Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature; scheme v1: HMAC-SHA256).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import socket
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from django.conf import settings

from gplx.errors import RegisterError

SECRET_PREFIX = "whsec_"
CONNECT_SECONDS_MAX, READ_SECONDS_MAX = 3, 10


class TargetRefusedError(RegisterError):
    """This address cannot be pushed to: https, a public host, no user name, no fragment."""


class Outcome(NamedTuple):
    """What became of one try.

    Attributes:
        answer: the status, or one word for what went wrong; nothing of what the other side said.
    """

    delivered: bool
    answer: str


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one message.

    Raises:
        ValueError: the secret is not base64, with or without its prefix.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("A webhook secret is base64.") from error
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def refuse_address(url: str) -> None:
    """Refuse an address that nothing may be pushed to (T25, B51). Asks for a host's addresses, opens no connection.

    In a demo the sandbox on this machine is allowed, over http as well.

    Raises:
        TargetRefusedError: as it says.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefusedError from None
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\\t"):
        raise TargetRefusedError
    if parts.username is not None or parts.password is not None or parts.fragment or not parts.hostname:
        raise TargetRefusedError
    if settings.DEMO and url.startswith(f"{settings.SANDBOX_URL}/"):
        return
    if parts.scheme != "https" or port not in (None, 443):
        raise TargetRefusedError
    for address in _addresses(parts.hostname):
        if not address.is_global or address.is_multicast or address.is_reserved:
            raise TargetRefusedError


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """All addresses of a host; odd spellings of numbers are read as the network's own functions read them."""
    try:
        found = socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        raise TargetRefusedError from None
    addresses = []
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        addresses.append(inner or address)
    return addresses


def send(url: str, secret: str, message_id: str, body: bytes, *, at: datetime) -> Outcome:
    """Try to deliver one message; whatever happens is an outcome. Redirects are not followed."""
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, message_id, timestamp, body),
    }
    try:
        refuse_address(url)
        with requests.post(
            url,
            data=body,
            headers=headers,
            timeout=(CONNECT_SECONDS_MAX, READ_SECONDS_MAX),
            allow_redirects=False,
            stream=True,  # what it says is not read
        ) as response:
            status = response.status_code
    except TargetRefusedError:
        return Outcome(False, "address refused")
    except requests.Timeout:
        return Outcome(False, "timeout")
    except requests.RequestException:
        return Outcome(False, "no connection")
    return Outcome(200 <= status < 300, str(status))
