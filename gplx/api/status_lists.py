"""Where a status list is fetched: the last one that was put out, as it was signed.

Anybody may, from any page; nobody is recognised, and nothing of who asked is kept.

Source:
    draft-ietf-oauth-status-list section 8 (request, response, caching).
"""

from __future__ import annotations

import gzip
import hashlib
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from gplx.wallet import publication

JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"


@require_safe
def status_list(request: HttpRequest, name: str) -> HttpResponse:
    """One list as JWT, or as CWT where that is asked for; 404 without a reason, 406 for another form."""
    media_type = _wanted(request.headers.get("Accept", ""))
    last = publication.latest(name)
    if last is None:
        return _open(HttpResponse(status=404))
    if media_type is None:
        return _open(HttpResponse(status=406))
    body = last.jwt.encode() if media_type == JWT else bytes(last.cwt)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    left = last.issued_at + publication.TTL - publication.now()
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(gzip.compress(body, 6, mtime=0), content_type=media_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(body, content_type=media_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max(0, left // timedelta(seconds=1))}"
    response["Last-Modified"] = f"{last.issued_at:%a, %d %b %Y %H:%M:%S} GMT"
    patch_vary_headers(response, ["Accept", "Accept-Encoding"])
    return _open(response)


def _wanted(accept: str) -> str | None:
    """The form that is asked for most; the JWT where anything will do. None when neither will."""
    if not accept.strip():
        return JWT
    weights: dict[str, float] = {}
    for item in accept.split(","):
        kind, *parameters = (piece.strip() for piece in item.split(";"))
        weight = next((piece.partition("=")[2] for piece in parameters if piece.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError:
            weights[kind] = 0
    anything = max(weights.get("*/*", 0), weights.get("application/*", 0))
    jwt, cwt = weights.get(JWT, anything), weights.get(CWT, anything)
    if max(jwt, cwt) <= 0:
        return None
    return CWT if cwt > jwt else JWT


def _open(response: HttpResponse) -> HttpResponse:
    """Verifiers in a browser may ask from wherever their page comes."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
