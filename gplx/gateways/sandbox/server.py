"""The sandbox over HTTP: one small threaded server for all outside systems it plays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from gplx.gateways.sandbox.identity import Answer, Client, IdentityProvider

logger = logging.getLogger(__name__)

_LARGEST_BODY = 64 * 1024


class Asked(NamedTuple):
    """One request as it came, for parts of the sandbox that look at headers. Names of headers in lower case."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]


class Part(Protocol):
    """An outside system that the sandbox plays below one path."""

    path: str

    def take(self, asked: Asked) -> Answer | None:
        """The answer to one request below the path; None when there is no such page."""


def identity_providers(citizen_issuer: str, officer_issuer: str, client: Client) -> list[IdentityProvider]:
    """The citizens' and the officers' identity provider."""
    return [
        IdentityProvider(citizen_issuer, "citizen", client),
        IdentityProvider(officer_issuer, "officer", client),
    ]


def application(providers: Sequence[IdentityProvider], parts: Sequence[Part] = ()) -> Callable[..., Iterable[bytes]]:
    """The WSGI application of the sandbox."""

    def respond(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_BODY)
        body = environ["wsgi.input"].read(length).decode("utf-8", "replace") if length else ""
        bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        answer: Answer | None = None
        for provider in providers:
            if path.startswith(f"{provider.path}/"):
                method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
                answer = provider.answer(method, path, query, body, bearer)
        for part in parts:
            if path.startswith(f"{part.path}/"):
                headers = {
                    name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
                    for name, value in environ.items()
                    if name.startswith("HTTP_") or name == "CONTENT_TYPE"
                }
                answer = part.take(
                    Asked(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), body, headers)
                )
        if answer is None:
            answer = Answer(404, [("Content-Type", "text/plain; charset=utf-8")], "Không có trang này.".encode())
        status = HTTPStatus(answer.status)
        sent = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(f"{status.value} {status.phrase}", sent)
        return [answer.body]

    return respond


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        # The path only: a query holds state and codes.
        logger.debug("sandbox %s %s", self.command, urlsplit(self.path).path)


def server(
    port: int, providers: Sequence[IdentityProvider], host: str = "127.0.0.1", parts: Sequence[Part] = ()
) -> WSGIServer:
    """A server ready for `serve_forever()`; port 0 takes any free one."""
    return make_server(host, port, application(providers, parts), server_class=_Server, handler_class=_Handler)
