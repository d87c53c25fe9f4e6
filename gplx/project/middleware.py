"""What holds for every request, pages and API alike, before anything of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from gplx.api import transport
from gplx.api.problems import Problem
from gplx.files import gates
from gplx.questions import files as question_files
from gplx.sanctions import files
from gplx.wallet import pictures

PAGE_BYTES_MAX = 256 * 1024
"""The longest form anybody fills in by hand is far below."""

FORM_BYTES_MAX = 1024 * 1024
"""What stands around a file in the body that brings it."""
UPLOADS = {
    "/desk/tep": files.BYTES_MAX,
    "/desk/cau-hoi/nap": question_files.BYTES_MAX,
    "/suc-khoe": gates.FILE_BYTES_MAX,
    "/kiem-tra-giay-phep": pictures.PICTURE_BYTES_MAX,
    "/desk/kiem-tra-giay-phep": pictures.PICTURE_BYTES_MAX,
}
"""The pages that take files, and the largest file each takes."""
DOSSIER_PATH = re.compile(r"/ho-so/[^/]+")


def bytes_max(path: str) -> int:
    """How long a body a page takes."""
    file = gates.FILE_BYTES_MAX if DOSSIER_PATH.fullmatch(path) else UPLOADS.get(path)
    return PAGE_BYTES_MAX if file is None else file + FORM_BYTES_MAX


class Border:
    """Refuses addresses that others might read otherwise, and bodies of pages that nobody would have to send.

    By the stated length: Django would first store the whole body, whoever sends it and wherever to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if "//" in path or not path.isprintable():
            return self._silent(transport.rendered(Problem("not_found")))
        if path.startswith(transport.PREFIX):
            return self.get_response(request)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit() and len(length) <= 18):
            return self._silent(transport.rendered(Problem("bad_request")))
        if int(length) > bytes_max(path):
            return self._silent(HttpResponse(render_to_string("portal/too_large.html"), status=413))
        return self.get_response(request)

    @staticmethod
    def _silent(response: HttpResponse) -> HttpResponse:
        # Django would log the address.
        response._has_been_logged = True  # type: ignore[attr-defined]
        response.headers.setdefault("Cache-Control", "no-store")
        return response
