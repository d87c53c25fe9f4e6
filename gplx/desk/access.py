"""Who may open which page of the desk, and what every page of the desk keeps to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from gplx.accounts.models import Role, User

IDLE_SECONDS = 15 * 60
"""An unattended desk is signed out after this long (T08)."""

_RANK = {Role.ROADSIDE: 1, Role.CASE_OFFICER: 2, Role.ADMINISTRATOR: 3}


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    user: User


View: TypeAlias = Callable[..., HttpResponseBase]


def may(user: object, least: str) -> bool:
    """Does this person have that role, or one above it? A citizen has none of them."""
    return isinstance(user, User) and _RANK.get(Role(user.role), 0) >= _RANK[Role(least)]


def staff(least: Role) -> Callable[[View], View]:
    """Open a page to staff of one role and of the roles above it: patrol, case officer, administrator.

    Nobody signed in: to the sign-in page. Signed in without the role: 403, in words. Nothing of the desk is kept by
    browsers or proxies (T44).
    """

    return _guard(lambda user: may(user, least), least)


def staff_of(*roles: Role) -> Callable[[View], View]:
    """Open a page to staff of exactly these roles, and to the administrator; otherwise as `staff`."""
    allowed = {*roles, Role.ADMINISTRATOR}
    return _guard(lambda user: isinstance(user, User) and Role(user.role) in allowed, roles[0])


def _guard(is_allowed: Callable[[object], bool], least: Role) -> Callable[[View], View]:
    def guarded(view: View) -> View:
        @wraps(view)
        def page(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response: HttpResponseBase
            if not request.user.is_authenticated:
                response = redirect_to_login(request.path, login_url=reverse("sign_in_officer"))
            elif not is_allowed(request.user):
                response = refusal(request, least)
            else:
                request.session.set_expiry(IDLE_SECONDS)
                try:
                    response = view(request, *args, **kwargs)
                except Http404:
                    response = render(request, "desk/absent.html", status=404)
            response["Cache-Control"] = "no-store"
            return response

        return page

    return guarded


def refusal(request: HttpRequest, least: Role) -> HttpResponse:
    """The page for somebody who is signed in but lacks the role."""
    return render(request, "desk/refused.html", {"least": least}, status=403)
