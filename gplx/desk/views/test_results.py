"""Results of other test systems that match nobody: an officer says whose they are, or sends them back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from gplx.accounts.models import Role
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff_of
from gplx.errors import MoveNotAllowedError
from gplx.sittings import official_actions, queries
from gplx.sittings.errors import OwnSittingError


@staff_of(Role.EXAMINER)
def waiting(request: StaffRequest) -> HttpResponse:
    """All of them; a match takes effect at once, as the law gives it."""
    refused = ""
    if request.method == "POST":
        number, act = request.POST.get("result", ""), request.POST.get("act", "")
        licence_number = "".join(request.POST.get("licence_number", "").split())
        try:
            if not (number.isascii() and number.isdigit() and len(number) <= 18):
                raise MoveNotAllowedError
            if act == "match":
                result = official_actions.match(int(number), licence_number=licence_number, by=request.user)
                looks.record(
                    request.user, result.holder_id, purpose=Purpose.QUARANTINE, reference=number, what="test_candidate"
                )
            elif act == "reject":
                official_actions.reject(int(number), by=request.user)
            else:
                raise MoveNotAllowedError
        except OwnSittingError:
            return render(request, "desk/own_record.html", status=403)
        except MoveNotAllowedError:
            refused = gettext("Không ghi được: không có số giấy phép ấy, không có phần ấy, hoặc đã có người xử lý.")
        else:
            messages.success(request, gettext("Đã ghi."))
            return redirect("desk:test_results")
    rows = queries.official_waiting()
    looks.record_results(request.user, [(row.content["licence_number"], str(row.pk)) for row in rows])
    context = {"rows": rows, "refused": refused}
    return render(request, "desk/test_room/results.html", context, status=409 if refused else 200)
