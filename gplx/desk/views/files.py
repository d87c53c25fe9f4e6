"""Files of decisions."""

from __future__ import annotations

from django.http import HttpResponse

from gplx.accounts.models import Role
from gplx.desk.access import StaffRequest, staff


@staff(Role.CASE_OFFICER)
def overview(request: StaffRequest) -> HttpResponse:
    raise NotImplementedError


template = file = progress = take = result = overview
