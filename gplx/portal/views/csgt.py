"""The traffic police's own page: is there a notice about this licence? For everybody who knows three facts."""

from __future__ import annotations

from ipaddress import ip_address

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from gplx.notices import site
from gplx.portal.forms import DayField, GovukForm


class FactsForm(GovukForm):
    """What is checked together."""

    number = forms.RegexField(
        r"^(?:[ .]*[0-9]){12}[ .]*$",
        label=_("Số giấy phép lái xe"),
        help_text=_("12 chữ số trên giấy phép"),
        error_messages={"required": _("Hãy nhập số giấy phép lái xe."), "invalid": _("Số giấy phép có 12 chữ số.")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = DayField(label=_("Ngày sinh"))
    last_four = forms.RegexField(
        r"^\s*[0-9]{4}\s*$",
        label=_("4 số cuối của số định danh cá nhân"),
        error_messages={
            "required": _("Hãy nhập 4 số cuối của số định danh cá nhân."),
            "invalid": _("Nhập đúng 4 chữ số."),
        },
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "off"}),
    )


@never_cache
def csgt(request: HttpRequest) -> HttpResponse:
    """Three facts by POST, so that none stands in an address (I18); one answer for every kind of "nothing" (T36)."""
    if request.method != "POST":
        return render(request, "portal/csgt.html", {"form": FactsForm()})
    form = FactsForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/csgt.html", {"form": form}, status=422)
    told = form.cleaned_data
    found = site.published(
        number="".join(letter for letter in told["number"] if letter.isdigit()),
        birth_date=told["birth_date"],
        last_four=told["last_four"].strip(),
        asked_from=_address(request),
    )
    if found is None:
        return render(request, "portal/csgt.html", {"form": FactsForm(), "too_many": True}, status=429)
    return render(request, "portal/csgt.html", {"form": FactsForm(), "asked": True, "found": found})


def _address(request: HttpRequest) -> str:
    """Who is at the other end; behind our own proxy its last word counts, and nobody else's (B24)."""
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        try:
            return str(ip_address(last))
        except ValueError:
            pass
    return address
