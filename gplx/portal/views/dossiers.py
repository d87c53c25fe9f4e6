"""A person's dossiers: the list, one of them, its slip; and what he can do with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gplx.accounts.models import User
from gplx.dossiers.models import State
from gplx.dossiers.states import applicant
from gplx.errors import MoveNotAllowedError
from gplx.exams import queries, registering
from gplx.exams.models import Registration
from gplx.exams.registering import NotEligibleError
from gplx.files import actions as files
from gplx.files.gates import FileRefusedError
from gplx.files.models import Purpose
from gplx.licences.models import Holder
from gplx.portal import exam_page
from gplx.portal.forms import GovukForm
from gplx.portal.holder import holder_page
from gplx.portal.record import PART_NAMES
from gplx.portal.views.registering import _is_number


class SupplementForm(GovukForm):
    """What the office asked for: words, the number of a certificate, a file."""

    noi_dung = forms.CharField(
        label=gettext_lazy("Bạn bổ sung gì?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Ghi ngắn gọn bạn bổ sung gì.")},
    )
    so_giay_kham = forms.CharField(
        label=gettext_lazy("Số giấy khám sức khỏe mới, nếu có"), max_length=40, required=False
    )
    tep = forms.FileField(
        label=gettext_lazy("Tệp, nếu có"), help_text=gettext_lazy("PDF, JPEG hoặc PNG, tối đa 10 MB"), required=False
    )


@holder_page
def dossiers(request: HttpRequest, holder: Holder) -> HttpResponse:
    """All dossiers of the person, the newest first."""
    found = [
        (one, *exam_page.STATES[State(one.dossier.state)], PART_NAMES[one.part]) for one in queries.of_person(holder.pk)
    ]
    return render(request, "portal/dossiers.html", {"found": found})


@holder_page
def dossier(request: HttpRequest, holder: Holder, code: str) -> HttpResponse:
    """One dossier: how it stands, until when it is answered and why, every step; and what can be done with it."""
    registration = _own(holder, code)
    context = _context(registration)
    if request.method == "POST":
        return _act(request, holder, registration, context)
    act = request.GET.get("viec", "")
    if act == "doi-ky" and context["shown"].may_change:
        return render(request, "portal/dossier_session.html", {**context, **_offers(request, holder, registration)})
    if act == "rut" and context["shown"].may_withdraw:
        return render(request, "portal/dossier_withdraw.html", context)
    if act == "bo-sung" and context["shown"].asked_for:
        return render(request, "portal/dossier_supplement.html", {**context, "form": SupplementForm()})
    return render(request, "portal/dossier.html", {**context, "is_new": request.GET.get("vua-nop") == "1"})


@holder_page
def slip(request: HttpRequest, holder: Holder, code: str) -> HttpResponse:
    """The slip of a dossier, to be printed and taken along."""
    return render(request, "portal/dossier_slip.html", {**_context(_own(holder, code)), "holder": holder})


def _own(holder: Holder, code: str) -> Registration:
    registration = queries.own(code, holder.pk)
    if registration is None:
        raise Http404
    return registration


def _context(registration: Registration) -> dict[str, Any]:
    shown = exam_page.dossier(registration)
    state, colour = exam_page.STATES[State(registration.dossier.state)]
    return {
        "registration": registration,
        "dossier": registration.dossier,
        "shown": shown,
        "part_name": PART_NAMES[registration.part],
        "state": state,
        "colour": colour,
        "outcome": exam_page.OUTCOMES.get(registration.outcome, ""),
        "moves": [
            (move, exam_page.MOVES[move.name], move.actor_name or exam_page.ACTORS[move.actor_kind])
            for move in shown.moves
        ],
        "days": [(info, exam_page.WEEKDAYS[info.day.weekday()], exam_page.day_name(info)) for info in shown.days],
    }


def _offers(request: HttpRequest, holder: Holder, registration: Registration) -> dict[str, Any]:
    first = exam_page.standing(holder, registration.part).test_from
    is_all = request.GET.get("tat-ca") == "1"
    offers = exam_page.offers(holder, first, is_all=is_all, but=registration.session_id)
    return {"offers": offers, "is_all": is_all, "has_near": any(offer.is_near for offer in offers)}


def _act(request: HttpRequest, holder: Holder, registration: Registration, context: dict[str, Any]) -> HttpResponse:
    """One act of the person on his dossier; a page that is out of date changes nothing (B33)."""
    assert isinstance(request.user, User)
    by, act = applicant(request.user), request.POST.get("viec", "")
    told = str(request.POST.get("version", ""))
    version = int(told) if _is_number(told) else -1
    try:
        if act == "rut":
            registering.withdraw(registration.pk, by=by, version=version)
            messages.success(request, _("Đã rút hồ sơ. Bạn có thể đăng ký lại bất cứ lúc nào."))
        elif act == "doi-ky":
            wanted = str(request.POST.get("ky", ""))
            if not _is_number(wanted):
                fault = {"fault": _("Chọn một kỳ kiểm tra còn chỗ.")}
                context = {**context, **_offers(request, holder, registration), **fault}
                return render(request, "portal/dossier_session.html", context, status=422)
            registering.change_session(registration.pk, session_id=int(wanted), by=by)
            messages.success(request, _("Đã đổi kỳ kiểm tra."))
        elif act == "bo-sung":
            answer = _supplement(request, holder, registration, context, version)
            if answer is not None:
                return answer
        else:
            return render(request, "portal/dossier.html", context, status=422)
    except NotEligibleError as refused:
        context["conditions"] = exam_page.shown(refused.conditions)
        return render(request, "portal/dossier.html", context, status=422)
    except MoveNotAllowedError:
        fresh = _context(_own(holder, registration.dossier.code))
        return render(request, "portal/dossier.html", {**fresh, "stale": True}, status=409)
    return redirect("dossier", registration.dossier.code)


def _supplement(
    request: HttpRequest, holder: Holder, registration: Registration, context: dict[str, Any], version: int
) -> HttpResponse | None:
    assert isinstance(request.user, User)
    form = SupplementForm(request.POST, request.FILES)
    file_id = None
    if form.is_valid() and (upload := form.cleaned_data["tep"]) is not None:
        try:
            kept = files.keep(
                upload.read(), purpose=Purpose.DOSSIER_DOCUMENT, holder_id=holder.pk, uploaded_by=request.user.pk
            )
            file_id = kept.pk
        except FileRefusedError:
            form.add_error("tep", _("Tệp này không nhận được. Hãy gửi PDF, JPEG hoặc PNG đọc được, tối đa 10 MB."))
    if not form.is_valid():
        return render(request, "portal/dossier_supplement.html", {**context, "form": form}, status=422)
    registering.supplement(
        registration.pk,
        by=applicant(request.user),
        note=form.cleaned_data["noi_dung"],
        certificate=form.cleaned_data["so_giay_kham"],
        file_id=file_id,
        version=version,
    )
    messages.success(request, _("Đã gửi bổ sung. Thời hạn trả lời tính lại từ hôm nay."))
    return None
