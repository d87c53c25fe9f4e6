"""The desk's front page: what waits, and how much comes in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import waiting
from gplx.desk.access import StaffRequest, may, staff


@staff(Role.ROADSIDE)
def home(request: StaffRequest) -> HttpResponse:
    """What waits. Nothing waits for the patrol: it begins with a look-up."""
    if not may(request.user, Role.CASE_OFFICER):
        return redirect("desk:look_up")
    today = clock.today()
    context = {"waits": waiting.now(today), "weeks": waiting.decisions_by_week(today)}
    return render(request, "desk/home.html", context)
