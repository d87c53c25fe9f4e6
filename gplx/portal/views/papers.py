"""Papers in a citizen's hands: the check page that a QR code opens, and the statement as a sealed PDF."""

from __future__ import annotations

import logging

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from gplx import clock
from gplx.accounts.addresses import address_of
from gplx.letters.pdf import PaperError
from gplx.licences.models import Holder
from gplx.mailroom import papers, statements
from gplx.mailroom.papers import TooManyTriesError
from gplx.portal.forms import GovukForm
from gplx.portal.holder import holder_page
from gplx.portal.record import record_of
from gplx.portal.views.points import asked_days, statement_number
from gplx.wallet.errors import KeyStoreError

logger = logging.getLogger(__name__)


class CodeForm(GovukForm):
    """The code on a paper."""

    ma = forms.CharField(
        label=_("Mã trên văn bản"),
        help_text=_("Mười hai chữ và số, ví dụ 7H3K-9QWX-2MDT."),
        max_length=200,
        error_messages={"required": _("Nhập mã trên văn bản.")},
    )


class FiguresForm(GovukForm):
    """What a reader compares."""

    so = forms.RegexField(
        r"\A[0-9]{4}\Z",
        label=_("Bốn số cuối của giấy phép lái xe ghi trên văn bản"),
        help_text=_("Không bắt buộc: để biết văn bản này có phải của giấy phép ấy không."),
        error_messages={"required": _("Nhập bốn chữ số."), "invalid": _("Nhập đúng bốn chữ số.")},
    )


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Where somebody without a camera types the code."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if request.method == "POST" and form.is_valid():
        spelled = papers.written(form.cleaned_data["ma"])
        if spelled is not None:
            return redirect("check_paper", spelled)
        form.add_error("ma", _("Mã gồm mười hai chữ và số. Xem lại mã trên văn bản."))
    return render(request, "portal/check_ask.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine or not, what kind, of what day; nothing about the person. Open to everybody."""
    form = FiguresForm(request.POST) if request.method == "POST" else FiguresForm()
    figures = form.cleaned_data["so"] if request.method == "POST" and form.is_valid() else ""
    try:
        found = papers.check(code, figures=figures, asker=address_of(request))
    except TooManyTriesError:
        return render(request, "portal/check_later.html", status=429)
    if found.paper is None:
        return render(request, "portal/check.html", {"found": found}, status=404)
    context = {"found": found, "paper": found.paper, "form": form}
    return render(request, "portal/check.html", context, status=422 if form.errors else 200)


@holder_page
def statement(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The statement as a sealed PDF, of the days that the page of the same name shows."""
    form, on, as_known_on = asked_days(request)
    if form.errors:
        return redirect("paper")
    number = statement_number(record_of(holder, on=on, as_known_on=as_known_on))
    try:
        paper = statements.issue(holder, on=on, as_known_on=as_known_on, made_on=clock.today(), number=number)
    except (PaperError, KeyStoreError):
        logger.exception("A statement could not be made or sealed.")
        return render(request, "portal/no_seal.html", status=503)
    return as_file(papers.content(paper), f"ban-ke-{paper.code}.pdf")


def as_file(data: bytes, name: str) -> HttpResponse:
    """A PDF to be opened or kept."""
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
