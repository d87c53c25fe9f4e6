"""Pages for everybody: the start page, how points are counted, and the pages for what goes wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gplx.accounts.models import User
from gplx.law.catalogue import known_count
from gplx.law.profiles import FULL_BALANCE_POINTS, POINTS_SYSTEM_FIRST_DAY, PROFILES
from gplx.points.queries import installed_profile
from gplx.portal.readings import READINGS


def home(request: HttpRequest) -> HttpResponse:
    """What this service does; somebody who is signed in goes on to his own pages."""
    if isinstance(request.user, User):
        return redirect("/desk/" if request.user.is_staff_member else "points")
    return render(request, "portal/home.html")


def about(request: HttpRequest) -> HttpResponse:
    """The rules in plain words, for both bodies of law."""
    installed = installed_profile()
    return render(
        request,
        "portal/about.html",
        {
            "full": FULL_BALANCE_POINTS.on(POINTS_SYSTEM_FIRST_DAY),
            "first_day": POINTS_SYSTEM_FIRST_DAY,
            "installed": installed,
            "profiles": list(PROFILES.values()),
            "known": known_count(installed.id),
            "readings": READINGS,
        },
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/forbidden.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "portal/bad_request.html", status=400)


def token_missing(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token, or with one of another session (B33)."""
    return render(request, "portal/token_missing.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke here: a page that needs neither database nor session."""
    return render(request, "portal/server_error.html", status=500)
