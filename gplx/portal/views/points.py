"""The person's points: today, on another day, as known on another day; on paper; and as a date for the calendar."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gplx import clock
from gplx.law.profiles import POINTS_SYSTEM_FIRST_DAY
from gplx.licences.models import Holder
from gplx.portal.calendar import calendar
from gplx.portal.forms import DayField, GovukForm
from gplx.portal.holder import holder_page
from gplx.portal.record import FULL, Record, record_of


class AnotherDayForm(GovukForm):
    """Which day, and with the knowledge of which day (reading 18)."""

    ngay = DayField(label=gettext_lazy("Điểm vào ngày"), required=False)
    biet_den = DayField(
        label=gettext_lazy("Theo những gì hệ thống biết đến ngày (không bắt buộc)"),
        help_text=gettext_lazy("Để trống thì tính theo tất cả những gì biết đến nay."),
        required=False,
    )

    def clean(self) -> None:
        first = POINTS_SYSTEM_FIRST_DAY
        for name in ("ngay", "biet_den"):
            if (chosen := self.cleaned_data.get(name)) and chosen < first:
                fault = _("Điểm giấy phép lái xe có từ ngày %(day)s.") % {"day": first.strftime("%d/%m/%Y")}
                self.add_error(name, ValidationError(fault))
        known = self.cleaned_data.get("biet_den")
        if known and known > clock.today():
            self.add_error("biet_den", ValidationError(_("Ngày này chưa đến: hệ thống chưa biết gì về sau hôm nay.")))


@holder_page
def points(request: HttpRequest, holder: Holder) -> HttpResponse:
    """How many points are left, what was taken and why, and when they come back."""
    form, on, as_known_on = asked_days(request)
    record = record_of(holder, on=on, as_known_on=as_known_on)
    context = {"record": record, "form": form, "another_day": on != clock.today() or as_known_on is not None}
    return render(request, "portal/points.html", context, status=422 if form.errors else 200)


def asked_days(request: HttpRequest) -> tuple[AnotherDayForm, date, date | None]:
    """The form, and the two days it asks for; today as known now where it asks for nothing."""
    today = clock.today()
    bound = "ngay" in request.GET or "biet_den" in request.GET
    form = AnotherDayForm(request.GET if bound else None)
    if not bound or not form.is_valid():
        return form, today, None
    return form, form.cleaned_data["ngay"] or today, form.cleaned_data["biet_den"]


@holder_page
def paper(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The statement as a page to print: number, as-of day, law, and the source of each line."""
    form, on, as_known_on = asked_days(request)
    record = record_of(holder, on=on, as_known_on=as_known_on)
    context = {"record": record, "form": form, "number": statement_number(record), "made_on": clock.today()}
    return render(request, "portal/paper.html", context, status=422 if form.errors else 200)


def statement_number(record: Record) -> str:
    """The number of a statement: the same content on the same day has the same number, another content another.

    It is keyed, so nobody outside can make one, and says nothing about the person.
    """
    content = repr(
        [
            (record.holder.pk, record.on, record.as_known_on, record.profile.id),
            [(part.part, part.now.balance, [line[:4] for line in part.lines]) for part in record.parts],
        ]
    )
    seal = hmac.digest(settings.SECRET_KEY.encode(), b"statement\0" + content.encode(), "sha256").hex()
    return f"BK-{record.on:%Y%m%d}-{seal[:10].upper()}"


@holder_page
def next_day(request: HttpRequest, holder: Holder, part: str) -> HttpResponse:
    """The next good day of one part as an iCalendar file."""
    today = clock.today()
    shown = next((one for one in record_of(holder, on=today).parts if one.part == part), None)
    if shown is None or shown.next_day is None:
        raise Http404
    if shown.now.exhaustion:
        title = _("Được kiểm tra kiến thức để phục hồi điểm giấy phép lái xe (%(part)s)") % {"part": shown.name}
        text = _("Từ ngày này được đăng ký kiểm tra, nếu không có thay đổi. Hãy xem lại trang điểm trước khi đi.")
    else:
        title = _("Giấy phép lái xe có lại đủ %(full)s điểm (%(part)s)") % {"part": shown.name, "full": FULL}
        text = _("Nếu không bị trừ thêm điểm trước ngày này.")
    name = hashlib.sha256(f"{holder.pk}/{part}/{settings.SECRET_KEY}".encode()).hexdigest()[:24]
    body = calendar(uid=f"{name}@gplx", day=shown.next_day, title=title, text=text, made_on=today)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="diem-gplx.ics"'
    return response
