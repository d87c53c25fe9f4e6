"""Moving the demo's day, so that a restoration can be watched happening."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gplx import clock
from gplx.law.periods import add_months
from gplx.points.announcements import remind
from gplx.points.sweep import sweep
from gplx.portal.forms import DayField, GovukForm


class MoveForm(GovukForm):
    """A day to move to."""

    day = DayField(label=gettext_lazy("Đến ngày"))

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not clock.FIRST_DAY <= day <= clock.LAST_DAY:
            raise ValidationError(
                _("Chỉ chuyển được trong khoảng %(first)s đến %(last)s.")
                % {"first": clock.FIRST_DAY.strftime("%d/%m/%Y"), "last": clock.LAST_DAY.strftime("%d/%m/%Y")}
            )
        return day


def demo_clock(request: HttpRequest) -> HttpResponse:
    """Show the register's day and move it by a button or to a day; not in a register in service."""
    if not settings.DEMO:
        raise Http404
    today = clock.today()
    form = MoveForm()
    if request.method == "POST":
        step = request.POST.get("step", "")
        form = MoveForm(request.POST)
        target: date | None = None
        if step == "day":
            target = today + timedelta(days=1)
        elif step == "month":
            target = add_months(today, 1)
        elif step != "machine":
            target = form.cleaned_data["day"] if form.is_valid() else None
        if step == "machine" or target is not None:
            return _moved(request, target)
    return render(
        request,
        "portal/demo_clock.html",
        {"form": form, "machine_today": clock.machine_today(), "last_day": clock.LAST_DAY},
        status=422 if form.errors else 200,
    )


def _moved(request: HttpRequest, target: date | None) -> HttpResponse:
    if target is not None and target > clock.LAST_DAY:
        target = clock.LAST_DAY
    try:
        clock.move_to(target)
    except clock.ClockFixedError:
        messages.error(request, _("Ngày đã được cố định khi khởi động chương trình, không đổi được ở đây."))
        return redirect("demo_clock")
    # The worker does this every night; here somebody waits to see it.
    swept = sweep()
    remind()
    messages.success(
        request,
        _("Hôm nay là %(day)s. Đã tính lại %(count)s tài khoản điểm đến hạn.")
        % {"day": clock.today().strftime("%d/%m/%Y"), "count": swept.accounts},
    )
    return redirect("demo_clock")
