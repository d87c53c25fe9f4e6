"""A session ends at a fixed hour, however busily it is used (T08)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse

from gplx.accounts.actions import DESK_LIFE_SECONDS, ENDS_AT


class SessionEndMiddleware:
    """Sign out whoever signed in too long ago. Stands after Django's own session and authentication middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            now = int(time.time())
            # One that was begun without an end gets the nearer of the two.
            ends_at = request.session.setdefault(ENDS_AT, now + DESK_LIFE_SECONDS)
            if now >= ends_at:
                logout(request)
        return self.get_response(request)
