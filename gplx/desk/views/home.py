"""The desk's front page: what waits, and how much comes in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import waiting
from gplx.desk.access import StaffRequest, staff_of

BEGINS_WITH = {
    Role.ROADSIDE: "desk:look_up",
    Role.EXAMINER: "desk:registrations",
    Role.CLINIC: "desk:clinic",
}
"""Where the day of those begins for whom nothing is counted here."""


@staff_of(*BEGINS_WITH, Role.CASE_OFFICER)
def home(request: StaffRequest) -> HttpResponse:
    """What waits, for case officers; others are led to the page they begin with."""
    first = BEGINS_WITH.get(Role(request.user.role))
    if first is not None:
        return redirect(first)
    today = clock.today()
    context = {"waits": waiting.now(today), "weeks": waiting.decisions_by_week(today)}
    return render(request, "desk/home.html", context)
