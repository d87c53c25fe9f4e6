"""A running sandbox for tests, and the way through it without a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.test import Client

from gplx.gateways.sandbox import identity
from gplx.gateways.sandbox.server import application, identity_providers, server


@contextmanager
def running() -> Iterator[str]:
    """A sandbox on a free port; its address."""
    with server(0, []) as listening:
        base = f"http://127.0.0.1:{listening.server_port}"
        client = identity.Client(settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, frozenset({"http://testserver"}))
        listening.set_app(application(identity_providers(f"{base}/citizen", f"{base}/officer", client)))
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield base
        finally:
            listening.shutdown()
            thread.join()


def leave(client: Client, door: str = "/dang-nhap", next_path: str = "/") -> str:
    """Begin to sign in; the address of the identity provider."""
    answer = client.post(door, {"next": next_path})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def choose(url: str, **told: str) -> str:
    """Choose a person at the identity provider; the address it sends the browser back to."""
    answer = requests.post(url, data=told, allow_redirects=False, timeout=10)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def come_back(client: Client, url: str) -> Any:
    parts = urlsplit(url)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client: Client, door: str = "/dang-nhap", next_path: str = "/", **told: str) -> Any:
    """The whole way, as a person with a browser goes it."""
    return come_back(client, choose(leave(client, door, next_path), **told))
