"""Pages for everybody: the start page, how points are counted, and the pages for what goes wrong."""

from __future__ import annotations

import sys
from datetime import date

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from gplx.accounts.models import User
from gplx.law.catalogue import known_count
from gplx.law.periods import day_after_months
from gplx.law.profiles import (
    DRAFT_DEDUCTIONS,
    DRAFT_HEAVIEST_LEVEL,
    DRAFT_WAITS,
    DRUGS_REVOCATION_MONTHS,
    ENACTED_WAIT,
    POINTS_SYSTEM_FIRST_DAY,
    PROFILES,
    RESTORATION_MONTHS,
)
from gplx.points.queries import installed_profile
from gplx.portal.readings import READINGS

EXAMPLE_DAY = date(2025, 3, 10)
"""The day of the deduction in the example of the page on how points are counted."""


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
            "first_day": POINTS_SYSTEM_FIRST_DAY,
            "restoration_months": RESTORATION_MONTHS.on(POINTS_SYSTEM_FIRST_DAY),
            "example_from": EXAMPLE_DAY,
            "example_to": day_after_months(EXAMPLE_DAY, RESTORATION_MONTHS.on(EXAMPLE_DAY)),
            "waits": {wait.ground: wait.months for wait in DRAFT_WAITS},
            "enacted_months": ENACTED_WAIT.months,
            "heaviest_level": DRAFT_HEAVIEST_LEVEL,
            "deductions": DRAFT_DEDUCTIONS,
            "drugs_revocation_months": DRUGS_REVOCATION_MONTHS.on(POINTS_SYSTEM_FIRST_DAY),
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
    """Something broke here, or the database is away: a page that needs neither database nor session.

    Django calls this while it handles the error, wherever in its chain that came from.
    """
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    page = render_to_string("portal/unavailable.html" if away else "portal/server_error.html")
    response = HttpResponse(page, status=503 if away else 500, headers={"Cache-Control": "no-store"})
    if away:
        response["Retry-After"] = "5"
    return response
