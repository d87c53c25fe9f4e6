"""How a dossier stands, without an account: its code, then a one-time code that its holder gets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from gplx import clock
from gplx.accounts.addresses import address_of
from gplx.dossiers import tracking
from gplx.dossiers.models import State
from gplx.dossiers.tracking import TooManyAttemptsError
from gplx.exams import queries
from gplx.portal import exam_page
from gplx.portal.forms import GovukForm
from gplx.portal.record import PART_NAMES


class CodeForm(GovukForm):
    """The code of a dossier."""

    ma_ho_so = forms.CharField(
        label=gettext_lazy("Mã hồ sơ"),
        help_text=gettext_lazy("Có trên phiếu hẹn và trong thông báo, ví dụ G01.000.00-261125-010001"),
        max_length=40,
        error_messages={"required": gettext_lazy("Nhập mã hồ sơ.")},
    )


class OneTimeForm(GovukForm):
    """The one-time code."""

    ma_mot_lan = forms.CharField(
        label=gettext_lazy("Mã một lần"),
        help_text=gettext_lazy("6 chữ số, trong hộp thư hoặc tin nhắn của chủ hồ sơ"),
        max_length=10,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={"required": gettext_lazy("Nhập mã một lần.")},
    )


@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then open the dossier with it."""
    code = str(request.session.get("tracked", ""))
    if request.method != "POST":
        return render(request, "portal/track.html", {"form": CodeForm()})
    try:
        if request.POST.get("buoc") == "ma":
            return _opened(request, code)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return render(request, "portal/track.html", {"form": form}, status=422)
        code = form.cleaned_data["ma_ho_so"].strip()
        tracking.send_code(code, address=address_of(request), today=clock.today())
    except TooManyAttemptsError:
        answer = render(request, "portal/track.html", {"form": CodeForm(), "too_many": True}, status=429)
        answer["Retry-After"] = str(tracking.ATTEMPTS_MINUTES * 60)
        return answer
    request.session["tracked"] = code
    return render(request, "portal/track_code.html", {"form": OneTimeForm(), "minutes": tracking.MINUTES})


def _opened(request: HttpRequest, code: str) -> HttpResponse:
    form = OneTimeForm(request.POST)
    context: dict[str, Any] = {"form": form, "minutes": tracking.MINUTES}
    if not form.is_valid():
        return render(request, "portal/track_code.html", context, status=422)
    dossier = tracking.opened(code, form.cleaned_data["ma_mot_lan"], address=address_of(request))
    registration = queries.by_code(dossier.code) if dossier is not None else None
    if dossier is None or registration is None:
        form.add_error("ma_mot_lan", _("Mã này không mở được hồ sơ nào. Xem lại mã, hoặc xin mã mới."))
        return render(request, "portal/track_code.html", context, status=422)
    request.session.pop("tracked", None)
    state, colour = exam_page.STATES[State(dossier.state)]
    shown = {
        "registration": registration,
        "dossier": dossier,
        "shown": exam_page.dossier(registration),
        "state": state,
        "colour": colour,
        "part_name": PART_NAMES[registration.part],
    }
    return render(request, "portal/track_status.html", shown)
