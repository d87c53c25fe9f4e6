"""The catalogue of offences: filter it, read one offence with the history of its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import DayField, LineField
from gplx.law import catalogue
from gplx.law.profiles import PROFILES
from gplx.points.queries import installed_profile

ROWS_ON_A_PAGE = 40
SUGGESTIONS = 8
SHORTEST_SEARCH = 2


class CatalogueForm(forms.Form):
    """What to leave out of the catalogue. Everything is optional; the day is the day of the act."""

    q = LineField(longest=100, required=False, label=_("Từ cần tìm"), help_text=_("Có dấu hoặc không, hoặc mã"))
    level = forms.ChoiceField(required=False, label=_("Số điểm"))
    vehicle = forms.ChoiceField(
        required=False,
        label=_("Loại xe"),
        choices=[
            ("", _("Tất cả")),
            ("car", _("Ô tô")),
            ("motorcycle", _("Xe máy")),
            ("specialised", _("Xe máy chuyên dùng")),
            ("other", _("Mọi loại xe")),
        ],
    )
    article = forms.ChoiceField(required=False, label=_("Điều"))
    on = DayField(
        required=False,
        label=_("Ngày vi phạm"),
        missing="",
        unreal=_("Ngày vi phạm phải là một ngày có thật."),
        help_text=_("Bỏ trống: hôm nay"),
    )
    law = forms.ChoiceField(required=False, label=_("Văn bản áp dụng"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = catalogue.first_days()
        rows = [row for known in PROFILES for day in days for row in catalogue.offences(day, known)]
        levels = sorted({row.points for row in rows})
        articles = sorted({row.article for row in rows if row.article}, key=int)
        every = [("", str(_("Tất cả")))]
        self.choices_of("level", every + [(str(level), str(level)) for level in levels])
        self.choices_of("article", every + [(article, article) for article in articles])
        english = get_language() == "en"
        self.choices_of("law", [(law.id, law.title_en if english else law.title_vi) for law in PROFILES.values()])

    def choices_of(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@staff(Role.ROADSIDE)
def browse(request: StaffRequest) -> HttpResponse:
    """The catalogue on one day under one body of law, filtered."""
    installed = installed_profile().id
    asked = request.GET.copy()
    asked.setdefault("law", installed)
    form = CatalogueForm(asked)
    on, law = clock.today(), installed
    found: list[catalogue.Offence] = []
    if form.is_valid():
        clean = form.cleaned_data
        on, law = clean["on"] or on, clean["law"] or installed
        found = catalogue.search(
            on,
            law,
            level=int(clean["level"]) if clean["level"] else None,
            vehicle=clean["vehicle"] or None,
            article=clean["article"] or None,
            text=clean["q"],
        )
    pages = Paginator(found, ROWS_ON_A_PAGE)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "on": on,
        "page": pages.get_page(request.GET.get("page")),
        "pages": pages,
        "kept": kept.urlencode(),
        "known": catalogue.known_count(law),
        "profile": PROFILES[law],
        "is_installed": law == installed,
    }
    return render(request, "desk/catalogue.html", context)


@staff(Role.ROADSIDE)
def offence(request: StaffRequest, code: str) -> HttpResponse:
    """One offence: what it costs today, and all its dated rows."""
    try:
        rows = catalogue.history(code)
    except catalogue.UnknownCodeError:
        raise Http404 from None
    today = clock.today()
    context = {"code": code, "rows": rows, "current": _current(code, today), "today": today}
    return render(request, "desk/offence.html", context)


def _current(code: str, today: date) -> catalogue.Offence | None:
    try:
        return catalogue.offence(code, today)
    except catalogue.CodeNotInForceError:
        return None


@staff(Role.CASE_OFFICER)
def suggestions(request: StaffRequest) -> HttpResponse:
    """A few offences for the words typed so far; a piece of the intake form."""
    return render(request, "desk/parts/suggestions.html", suggested(request.GET.get("find", ""), acted_on(request)))


def acted_on(request: StaffRequest) -> date | None:
    """The day of the act as it stands in the form, None while it is no day yet."""
    form = _ActForm(request.POST if request.method == "POST" else request.GET)
    return form.cleaned_data["acted_on"] if form.is_valid() else None


class _ActForm(forms.Form):
    acted_on = DayField(required=False, missing="", unreal="")


def suggested(words: str, on: date | None) -> dict[str, Any]:
    """Offences whose words begin as typed, on the day of the act (today while it is not known)."""
    words = words.strip()[:100]
    day = on or clock.today()
    if len(words) < SHORTEST_SEARCH:
        return {"words": "", "found": [], "more": 0, "on": day}
    found = catalogue.search(day, installed_profile().id, text=words)
    return {"words": words, "found": found[:SUGGESTIONS], "more": max(0, len(found) - SUGGESTIONS), "on": day}
