"""The statement of one part of a person's licence, on any day, as known on any day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import looks, queries
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import DayField
from gplx.desk.views.look_up import closed
from gplx.licences.models import Part

_UNREAL = _("Ngày phải là một ngày có thật, ví dụ 05 03 2026.")


class DaysForm(forms.Form):
    """The two days of a statement (reading 18)."""

    on = DayField(
        required=False, missing="", unreal=_UNREAL, label=_("Tính đến hết ngày"), help_text=_("Bỏ trống: hôm nay")
    )
    known = DayField(
        required=False,
        missing="",
        unreal=_UNREAL,
        label=_("Theo những gì sổ biết vào ngày"),
        help_text=_("Bỏ trống: mọi điều biết đến bây giờ"),
    )


@staff(Role.ROADSIDE)
def statement(request: StaffRequest, number: int, part: str) -> HttpResponse:
    """Every line with act, decision, article and running balance; the record of corrections; the other law beside."""
    look = looks.opened(request.user, number)
    if look is None:
        return closed(request)
    if part not in Part.values:
        raise Http404
    why = {"purpose": look.purpose.value, "reference": look.reference}
    looks.record_once(request.user, look.holder.pk, what=looks.STATEMENT, **why)
    today = clock.today()
    asked = any(request.GET.get(f"{name}_{piece}") for name in ("on", "known") for piece in ("day", "month", "year"))
    form = DaysForm(request.GET if asked else None)
    on, known = today, None
    if asked and form.is_valid():
        on, known = form.cleaned_data["on"] or today, form.cleaned_data["known"]
    shown = queries.statement_of(look.holder, part, on=on, as_known_on=known)
    context: dict[str, Any] = {
        "look": look,
        "part": part,
        "form": form,
        "on": on,
        "known": known,
        "today": today,
        "asked": asked,
        "shown": shown,
    }
    return render(request, "desk/statement.html", context)
