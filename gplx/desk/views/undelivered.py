"""The dead-letter desk: notices that could not be told by a channel, and a person who decides what to do (I17)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gplx.accounts.models import Role
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import LineField
from gplx.errors import MoveNotAllowedError
from gplx.licences.models import Holder
from gplx.notices import errand_actions, errand_queries, told
from gplx.notices.models import Delivery, Errand, ErrandState

ROWS_ON_A_PAGE = 30
NOTICES = "notices"
"""What is read of a person here, for the access log."""


class HandledForm(forms.Form):
    """What came of it."""

    note = LineField(
        longest=300,
        label=_("Đã làm gì"),
        help_text=_("Ví dụ: đã gọi điện và giao thông báo tại trụ sở. Không ghi địa chỉ hay số điện thoại."),
        missing=_("Nhập việc đã làm để người khác hiểu vì sao không gửi nữa."),
    )


@staff(Role.CASE_OFFICER)
def overview(request: StaffRequest) -> HttpResponse:
    """What waits, longest first, by cause, and how many people are concerned. It names nobody."""
    causes = errand_queries.dead_by_cause()
    cause = request.GET.get("cause", "")
    cause = cause if cause in causes else ""
    page = Paginator(errand_queries.dead(cause), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [(row, (now - row.moved_at).days) for row in page.object_list],
        "kept": f"cause={cause}" if cause else "",
        "cause": cause,
        "causes": causes.items(),
        "total": sum(causes.values()),
        "people": errand_queries.dead_letters().people,
    }
    return render(request, "desk/undelivered.html", context)


@staff(Role.CASE_OFFICER)
def item(request: StaffRequest, errand_id: int) -> HttpResponse:
    """One notice with what was tried. Sending again never tells twice; being done with it needs a reason."""
    errand = get_object_or_404(Errand.objects.select_related("notice"), pk=errand_id)
    holder = Holder.objects.get(pk=errand.notice.holder_id)
    looks.record_once(request.user, holder.pk, purpose=Purpose.CASE_HANDLING, reference=f"TB-{errand.pk}", what=NOTICES)
    if looks.is_own(request.user, holder):
        return render(request, "desk/own_record.html", status=403)
    act = request.POST.get("act") if request.method == "POST" else None
    form = HandledForm(request.POST if act == "handle" else None)
    status = 200
    try:
        if act == "retry":
            errand_actions.retry(errand.pk, officer=str(request.user.pk))
            errand_actions.send_soon([errand.pk])
            return redirect("desk:undelivered_item", errand.pk)
        if act == "handle" and form.is_valid():
            note = form.cleaned_data["note"]
            errand_actions.handle(errand.pk, officer=str(request.user.pk), note=note)
            return redirect("desk:undelivered")
        status = 422 if request.method == "POST" else 200
    except MoveNotAllowedError:
        errand.refresh_from_db()
        status = 409
    return render(request, "desk/undelivered_item.html", _context(errand, holder, form, status), status=status)


def _context(errand: Errand, holder: Holder, form: HandledForm, status: int) -> dict[str, Any]:
    (trail,) = told.trails(holder.pk, notice_id=errand.notice_id)
    return {
        "errand": errand,
        "holder": holder,
        "trail": trail,
        "text": Delivery.objects.filter(notice=errand.notice, channel="inbox").first(),
        "waits": errand.state == ErrandState.DEAD,
        "stale": status == 409,
        "form": form,
    }
