"""What holds for every request to the API before it is looked at: path, host, query, size, media type, errors.

Refused here and not in a parser, so that each refusal keeps its own status (B03-B05, B13, B23, B24).
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gplx.api import strict
from gplx.api.problems import Problem, of_status

PREFIX = "/api/"
TOKEN_PATH = "/api/oauth/token"
BATCH_PATH = "/api/v1/decisions/batch"
PAGES = frozenset({"/api/v1/docs"})
"""The only answers that are pages for people."""

FIXED_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer of the API: nothing on the way keeps it, nobody guesses what it is."""

BODY_BYTES_MAX = 256 * 1024
FORM_BYTES_MAX = 8 * 1024
BATCH_BYTES_MAX = 16 * 1024 * 1024
_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class ApiTransport:
    """Refuses malformed requests to the API, and turns every bare error into a problem document."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = self._answer(request)
        if request.path_info not in PAGES:
            response.headers.setdefault("Cache-Control", "no-store")
        # Django would log the address of a refused request, and with it a licence number (I18).
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            refuse(request)
        except Problem as problem:
            return rendered(problem)
        response = self.get_response(request)
        if response.headers.get("Location", "").endswith(f"{request.path}/"):
            # Addresses for people are completed with a slash; machines are told that theirs does not exist.
            return rendered(Problem("not_found"))
        if response.status_code >= 400 and response.headers.get("Content-Type", "").startswith("text/"):
            bare, response = response, rendered(of_status(response.status_code))
            for header in ("Allow", "Retry-After"):
                if header in bare.headers:
                    response[header] = bare.headers[header]
        return response


def rendered(problem: Problem) -> HttpResponse:
    """A problem as Django's response."""
    body = problem.body()
    headers = {**problem.headers, **FIXED_HEADERS, "Content-Length": str(len(body))}
    return HttpResponse(body, status=problem.status, headers=headers)


def refuse(request: HttpRequest) -> None:
    """Raise the problem of a request that nothing here would answer."""
    _refuse_path(request.path_info)
    try:
        request.get_host()
    except DisallowedHost:
        raise Problem("host") from None
    strict.query(request.META.get("QUERY_STRING", ""))
    if request.method in _BODY_METHODS:
        _refuse_body(request)


def _refuse_path(path: str) -> None:
    """Nothing lives at an address that a proxy might read otherwise than we do."""
    segments = path.split("/")[1:]
    # A final slash is an empty last segment; it is an ordinary address that does not exist.
    odd = any(segment in ("", ".", "..") for segment in segments[:-1]) or segments[-1] in (".", "..")
    if odd or ";" in path or "\\" in path or not path.isprintable():
        raise Problem("not_found")


def _refuse_body(request: HttpRequest) -> None:
    meta = request.META
    length = meta.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in meta and not length:
        raise Problem("length_required")
    if length and not (length.isascii() and length.isdigit() and len(length) <= 18):
        raise Problem("bad_request")
    path = request.path_info
    bytes_max = {TOKEN_PATH: FORM_BYTES_MAX, BATCH_PATH: BATCH_BYTES_MAX}.get(path, BODY_BYTES_MAX)
    if int(length or 0) > bytes_max:
        raise Problem("too_large")
    wanted = "application/x-www-form-urlencoded" if path == TOKEN_PATH else "application/json"
    if not int(length or 0) and not meta.get("CONTENT_TYPE"):
        return  # Nothing came: the reader says so.
    media_type, _, parameters = meta.get("CONTENT_TYPE", "").partition(";")
    charset = parameters.strip().lower()
    if media_type.strip().lower() != wanted or charset not in ("", "charset=utf-8", 'charset="utf-8"'):
        raise Problem("media_type", headers={"Accept-Post": wanted})
    if meta.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Problem("media_type", headers={"Accept-Encoding": "identity"})
