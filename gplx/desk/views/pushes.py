"""How far behind the systems are that the register pushes to, and what they would not take."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from gplx.accounts.models import Role
from gplx.desk.access import StaffRequest, staff
from gplx.wallet import lags, publication, pushes
from gplx.wallet.models import Target

_REPLAYED = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@staff(Role.ADMINISTRATOR)
def overview(request: StaffRequest) -> HttpResponse:
    """Each target with its lag; what was given up can be tried again, and the last hours sent once more."""
    if request.method == "POST":
        return _act(request)
    now = publication.now()
    shown = [(one, lags.by_hour(one.target_id, at=now), lags.dead(one.target_id)) for one in lags.lags()]
    return render(request, "desk/pushes.html", {"targets": shown, "now": now, "replays": list(_REPLAYED)})


def _act(request: StaffRequest) -> HttpResponse:
    told = request.POST.get("he_thong", "")
    target = Target.objects.filter(pk=int(told)).first() if told.isascii() and told.isdigit() else None
    if target is None:
        raise Http404
    span = _REPLAYED.get(request.POST.get("gui_lai", ""))
    count = pushes.retry_dead(target.pk) if span is None else pushes.replay(target.pk, since=_since(span))
    messages.success(request, gettext("%(count)s tin được xếp hàng gửi lại.") % {"count": count})
    return redirect("desk:pushes")


def _since(span: timedelta) -> datetime:
    return publication.now() - span
