"""The public catalogue: what each offence costs, searched with or without diacritics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.law import catalogue
from gplx.law.profiles import Profile
from gplx.points.queries import installed_profile
from gplx.portal.forms import DayField, GovukForm

SHOWN_AT_ONCE = 50


class SearchForm(GovukForm):
    """What to look for in the catalogue."""

    q = forms.CharField(
        label=_("Hành vi, điều khoản hoặc mã"),
        help_text=_("Có dấu hay không dấu đều được, ví dụ: vuot den do"),
        required=False,
        max_length=100,
    )
    level = forms.TypedChoiceField(
        label=_("Số điểm bị trừ"),
        required=False,
        coerce=int,
        empty_value=None,
    )
    vehicle = forms.ChoiceField(
        label=_("Loại xe"),
        required=False,
        choices=[
            ("", _("Tất cả")),
            ("car", _("Ô tô")),
            ("motorcycle", _("Xe máy")),
            ("specialised", _("Xe máy chuyên dùng")),
            ("other", _("Mọi loại xe")),
        ],
    )
    day = DayField(label=_("Ngày vi phạm"), required=False)

    def __init__(self, profile: Profile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        level.choices = [("", _("Tất cả")), *((str(points), str(points)) for points in catalogue.levels(profile.id))]


def browse(request: HttpRequest) -> HttpResponse:
    """Search the catalogue as it stood on a day; htmx asks for the results alone."""
    profile = installed_profile()
    form = SearchForm(profile, request.GET)
    found: list[catalogue.Offence] = []
    day = clock.today()
    if form.is_valid():
        wanted = form.cleaned_data
        day = wanted["day"] or day
        found = catalogue.search(
            day, profile.id, level=wanted["level"], vehicle=wanted["vehicle"] or None, text=wanted["q"]
        )
    all_shown = request.GET.get("all") == "1"
    query = request.GET.copy()
    query["all"] = "1"
    context = {
        "form": form,
        "found": found if all_shown else found[:SHOWN_AT_ONCE],
        "count": len(found),
        "more": 0 if all_shown else max(0, len(found) - SHOWN_AT_ONCE),
        "more_query": query.urlencode(),
        "day_asked": day,
        "known": catalogue.known_count(profile.id),
    }
    only_results = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "results"
    return render(request, "portal/catalogue_results.html" if only_results else "portal/catalogue.html", context)


def one_offence(request: HttpRequest, code: str) -> HttpResponse:
    """One offence with what it cost from which day on."""
    try:
        rows = catalogue.history(code)
    except catalogue.UnknownCodeError:
        raise Http404 from None
    profile = installed_profile()
    if not catalogue.is_of_profile(code, profile.id):
        raise Http404
    try:
        current: catalogue.Offence | None = catalogue.offence(code, clock.today())
    except catalogue.CodeNotInForceError:
        current = None
    newest = rows[-1]
    nearest = [row for near in newest.nearest for row in _newest_of(near)]
    return render(
        request,
        "portal/offence.html",
        {"offence": current or newest, "current": current, "rows": list(reversed(rows)), "nearest": nearest},
    )


def _newest_of(code: str) -> tuple[catalogue.Offence, ...]:
    """The newest row of a code; none for a provision that takes no points (a revocation)."""
    try:
        return catalogue.history(code)[-1:]
    except catalogue.UnknownCodeError:
        return ()
