"""Registering for the knowledge test, one thing a page: session, certificate, interpreter, check, send."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gplx.accounts.models import User
from gplx.dossiers.actions import LiveDossierError
from gplx.dossiers.models import Channel
from gplx.dossiers.states import applicant
from gplx.exams import registering
from gplx.exams.models import Registration
from gplx.exams.registering import NotEligibleError, SessionNotOpenError
from gplx.licences.models import Holder
from gplx.portal import exam_page
from gplx.portal.forms import GovukForm
from gplx.portal.holder import holder_page
from gplx.portal.record import PART_NAMES

STEPS = ("ky", "giay-kham", "phien-dich", "kiem-tra-lai")
_FULL = gettext_lazy("Kỳ bạn chọn vừa hết chỗ. Hãy chọn kỳ khác; các câu trả lời khác còn nguyên.")
_CERTIFICATE = re.compile(r"[\w./ -]{3,40}")


class CertificateForm(GovukForm):
    """The number of a certificate that no facility has sent."""

    so_giay_kham = forms.CharField(
        label=gettext_lazy("Số giấy khám sức khỏe"),
        help_text=gettext_lazy("In ở đầu giấy khám, ví dụ 00001/GKSKLX/34001/26"),
        max_length=40,
        error_messages={"required": gettext_lazy("Nhập số giấy khám sức khỏe.")},
    )

    def clean_so_giay_kham(self) -> str:
        number = " ".join(str(self.cleaned_data["so_giay_kham"]).split())
        if not _CERTIFICATE.fullmatch(number):
            raise forms.ValidationError(_("Số giấy khám chỉ gồm chữ, số, dấu gạch và dấu chấm."))
        return number


class InterpreterForm(GovukForm):
    """Whether an interpreter is needed; the authority pays for him (65/2024/TT-BCA art. 7(6))."""

    ngon_ngu = forms.CharField(
        label=gettext_lazy("Cần phiên dịch tiếng gì?"),
        help_text=gettext_lazy("Để trống nếu bạn đọc được tiếng Việt. Phiên dịch do cơ quan tổ chức mời."),
        max_length=40,
        required=False,
    )


@holder_page
def register(request: HttpRequest, holder: Holder, part: str) -> HttpResponse:
    """The journey; where it stands is in the address, the answers are in the session."""
    part = exam_page.part_or_404(part)
    key = f"exam-{part}"
    answers: dict[str, Any] = dict(request.session.get(key, {}))
    now = exam_page.standing(holder, part)
    if now.live is not None:
        context = {"part_name": PART_NAMES[part], "live": now.live}
        return render(request, "portal/register_live.html", context)
    session = exam_page.may_choose(holder, answers.get("session"), now.test_from)
    if session is None and answers.pop("session", None):
        request.session[key] = answers
        messages.error(request, str(_FULL))
        return redirect(f"{reverse('register_test', args=[part])}?buoc=ky")
    step = request.GET.get("buoc", STEPS[0])
    if step not in STEPS or (session is None and step != STEPS[0]):
        step = STEPS[0]
    if step == "kiem-tra-lai" and "interpreter" not in answers:
        step = "giay-kham"
    context = {
        "part": part,
        "part_name": PART_NAMES[part],
        "session": session,
        "answers": answers,
        "now": now,
        "conditions": exam_page.shown(now.conditions),
        "number": STEPS.index(step) + 1,
        "steps": len(STEPS),
    }
    here = reverse("register_test", args=[part])
    page = {
        "ky": _session_step,
        "giay-kham": _certificate_step,
        "phien-dich": _interpreter_step,
        "kiem-tra-lai": _check_step,
    }[step]
    answer = page(request, holder, context, answers)
    if isinstance(answer, HttpResponse):
        return answer
    request.session[key] = answers
    return redirect(f"{here}?buoc={answer}")


def _session_step(
    request: HttpRequest, holder: Holder, context: dict[str, Any], answers: dict[str, Any]
) -> HttpResponse | str:
    now = context["now"]
    is_all = request.GET.get("tat-ca") == "1"
    offers = exam_page.offers(holder, now.test_from, is_all=is_all)
    context |= {"offers": offers, "is_all": is_all, "has_near": any(offer.is_near for offer in offers)}
    if request.method != "POST":
        return render(request, "portal/register_session.html", context)
    wanted = str(request.POST.get("ky", ""))
    chosen = exam_page.may_choose(holder, int(wanted), now.test_from) if _is_number(wanted) else None
    if chosen is None:
        fault = _("Chọn một kỳ kiểm tra còn chỗ.")
        return render(request, "portal/register_session.html", {**context, "fault": fault}, status=422)
    answers["session"] = chosen.pk
    return "giay-kham"


def _certificate_step(
    request: HttpRequest, holder: Holder, context: dict[str, Any], answers: dict[str, Any]
) -> HttpResponse | str:
    for_session = exam_page.standing(holder, context["part"], context["session"])
    in_register = for_session.certificate
    context |= {
        "certificate": in_register,
        "form": CertificateForm(initial={"so_giay_kham": answers.get("certificate")}),
    }
    if request.method != "POST":
        return render(request, "portal/register_certificate.html", context)
    if in_register is not None and in_register.suits and "so_giay_kham" not in request.POST:
        answers["certificate"] = ""
        return "phien-dich"
    form = CertificateForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/register_certificate.html", {**context, "form": form}, status=422)
    answers["certificate"] = form.cleaned_data["so_giay_kham"]
    return "phien-dich"


def _interpreter_step(
    request: HttpRequest, holder: Holder, context: dict[str, Any], answers: dict[str, Any]
) -> HttpResponse | str:
    form = InterpreterForm(
        request.POST if request.method == "POST" else None, initial={"ngon_ngu": answers.get("interpreter")}
    )
    if request.method != "POST":
        return render(request, "portal/register_interpreter.html", {**context, "form": form})
    if not form.is_valid():
        return render(request, "portal/register_interpreter.html", {**context, "form": form}, status=422)
    answers["interpreter"] = " ".join(form.cleaned_data["ngon_ngu"].split())
    return "kiem-tra-lai"


def _check_step(
    request: HttpRequest, holder: Holder, context: dict[str, Any], answers: dict[str, Any]
) -> HttpResponse | str:
    session, certificate = context["session"], answers.get("certificate", "")
    for_session = exam_page.standing(holder, context["part"], session, certificate)
    context |= {"now": for_session, "conditions": exam_page.shown(for_session.conditions)}
    if request.method != "POST":
        return render(request, "portal/register_check.html", context)
    assert isinstance(request.user, User)
    try:
        registration = registering.register(
            holder,
            context["part"],
            session_id=session.pk,
            channel=Channel.ONLINE,
            by=applicant(request.user),
            certificate=certificate,
            interpreter_language=answers.get("interpreter", ""),
        )
    except LiveDossierError as already:
        # A second click, or a second tab: the first one made it.
        registration = Registration.objects.get(dossier=already.dossier)
    except NotEligibleError as refused:
        context["conditions"] = exam_page.shown(refused.conditions)
        return render(request, "portal/register_check.html", {**context, "refused": True}, status=422)
    except SessionNotOpenError:
        answers.pop("session", None)
        messages.error(request, str(_FULL))
        return "ky"
    request.session.pop(f"exam-{context['part']}", None)
    return redirect(reverse("dossier", args=[registration.dossier.code]) + "?vua-nop=1")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
