"""The calendar of the knowledge test: sessions proposed, published, moved and called off; the duty watched."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff_of
from gplx.desk.fields import DayField, LineField
from gplx.dossiers.models import LIVE
from gplx.dossiers.states import officer
from gplx.errors import MoveNotAllowedError
from gplx.exams import calendar, queries
from gplx.exams.calendar import SessionFaultError
from gplx.exams.models import Registration, Session
from gplx.law import exams as law
from gplx.law.provinces import Province, provinces

CAPACITY, FIRST_HOUR = 30, "08:00"
"""What a province begins with that has held no session yet."""
FAULTS = {
    "past": _("Ngày này đã qua hoặc là hôm nay."),
    "rest_day": _("Ngày này cơ quan nghỉ."),
    "capacity": _("Số chỗ từ 1 đến 500."),
    "taken": _("Không thể ít hơn số người đã đăng ký."),
    "twice": _("Nơi này đã có một kỳ vào giờ đó."),
    "notice": _("Quá gần: người đã đăng ký phải được báo trước hai ngày làm việc."),
}


class MonthForm(forms.Form):
    """Where and when the sessions of a month are held."""

    place = LineField(longest=200, label=_("Địa điểm"), missing=_("Nhập địa điểm."))
    hour = forms.TimeField(
        label=_("Giờ bắt đầu"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"width": "5"}),
        error_messages={"required": _("Nhập giờ bắt đầu."), "invalid": _("Giờ viết như 08:00.")},
    )
    capacity = forms.IntegerField(
        label=_("Số chỗ mỗi kỳ"), min_value=1, max_value=500, widget=forms.NumberInput(attrs={"width": "5"})
    )
    a_week = forms.IntegerField(
        label=_("Số kỳ mỗi tuần"),
        help_text=_("Ít nhất hai; tuần ít ngày làm việc hơn thì bằng số ngày làm việc"),
        min_value=2,
        max_value=5,
        widget=forms.NumberInput(attrs={"width": "5"}),
    )


class MoveForm(forms.Form):
    """Another time or place for a session, and why; without them it is called off."""

    day = DayField(label=_("Ngày mới"), missing=_("Nhập ngày mới."), unreal=_("Ngày mới phải là một ngày có thật."))
    hour = forms.TimeField(
        label=_("Giờ mới"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"width": "5"}),
        error_messages={"required": _("Nhập giờ mới."), "invalid": _("Giờ viết như 08:00.")},
    )
    place = LineField(longest=200, label=_("Địa điểm"), missing=_("Nhập địa điểm."))
    reason = LineField(longest=300, label=_("Lý do, được báo cho từng người"), missing=_("Nhập lý do."))


class CancelForm(forms.Form):
    """Why a session is called off."""

    reason = LineField(longest=300, label=_("Lý do, được báo cho từng người"), missing=_("Nhập lý do."))


def province_for(request: HttpRequest, user: User) -> Province:
    """The officer's own province; the administrator, and an officer without one, chooses.

    Raises:
        Http404: no such province today.
    """
    known = {one.code: one for one in provinces(clock.today())}
    own = user.province_code if user.role != Role.ADMINISTRATOR else ""
    found = known.get(own or request.GET.get("tinh", "") or next(iter(known)))
    if found is None:
        raise Http404
    return found


@staff_of(Role.EXAMINER)
def month(request: StaffRequest) -> HttpResponse:
    """A month of one province: how the duty stands, the sessions, proposing and publishing."""
    today = clock.today()
    province = province_for(request, request.user)
    shown = _month(request.GET.get("thang", ""), today)
    unit = request.user.unit or "Phòng CSGT"
    by = officer(request.user)
    last = Session.objects.filter(province_code=province.code).order_by("-pk").first()
    initial = {
        "place": last.place if last else "",
        "hour": "08:00",
        "capacity": last.capacity if last else 30,
        "a_week": 2,
    }
    form, status = MonthForm(initial=initial), 200
    here = f"{reverse('desk:exam_month')}?thang={shown:%Y-%m}&tinh={province.code}"
    if request.method == "POST":
        if request.POST.get("act") == "publish":
            ids = [int(pk) for pk in request.POST.getlist("session") if pk.isascii() and pk.isdigit() and len(pk) < 18]
            try:
                done = calendar.publish(ids, province_code=province.code, by=by)
                messages.success(request, gettext("Đã công bố %(count)s kỳ.") % {"count": len(done)})
            except MoveNotAllowedError:
                messages.error(request, gettext("Lịch đã thay đổi từ khi mở trang. Chưa công bố gì; hãy xem lại."))
            return redirect(here)
        form = MonthForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            made = calendar.propose_month(
                shown,
                province_code=province.code,
                unit=unit,
                place=told["place"],
                hour=told["hour"],
                capacity=told["capacity"],
                a_week=told["a_week"],
                by=by,
            )
            messages.success(request, gettext("Đã lập %(count)s kỳ, chưa công bố.") % {"count": len(made)})
            return redirect(here)
        status = 422
    sessions = list(queries.between(shown, law.weeks_of(shown)[-1].days[-1]).filter(province_code=province.code))
    counts = queries.taken(session.pk for session in sessions)
    context = {
        "province": province,
        "provinces": provinces(today),
        "chooses": not request.user.province_code or request.user.role == Role.ADMINISTRATOR,
        "month": shown,
        "next": queries.next_month(shown),
        "duty": next(duty for duty in queries.duties(shown) if duty.province.code == province.code),
        "late": queries.next_month(today) == shown and today > law.announce_by(shown),
        "sessions": [(session, counts[session.pk]) for session in sessions],
        "proposed": [session for session in sessions if session.published_on is None and session.on > today],
        "on_rest_days": queries.on_rest_days(sessions),
        "form": form,
        "here": here,
    }
    return render(request, "desk/exam_month.html", context, status=status)


@staff_of(Role.EXAMINER)
def session(request: StaffRequest, session_id: int) -> HttpResponse:
    """One session with its people; changing it shows first what would follow for each of them."""
    row = _session(request, session_id)
    people = list(
        Registration.objects.select_related("dossier", "holder")
        .filter(session=row, dossier__state__in=LIVE)
        .order_by("holder__name_key", "pk")
    )
    reference = f"KKT-{row.pk}"
    looks.record_list(
        request.user, [one.holder_id for one in people], purpose=Purpose.CASE_HANDLING, reference=reference
    )
    late = {one.pk for one in queries.untold(clock.today())}
    context: dict[str, Any] = {
        "session": row,
        "people": [(one, one.pk in late) for one in people],
        "changes": row.changes.order_by("pk"),
        "is_open": row.cancelled_at is None and row.on > clock.today(),
        "notice_by": law.notice_by(row.on),
    }
    if request.method != "POST":
        return render(request, "desk/exam_session.html", context)
    told = request.POST.get("capacity", "")
    version = request.POST.get("version", "")
    try:
        calendar.change_capacity(
            row.pk,
            int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else -1,
            by=officer(request.user),
        )
    except SessionFaultError as fault:
        return render(request, "desk/exam_session.html", {**context, "fault": FAULTS[fault.code]}, status=422)
    except MoveNotAllowedError:
        return render(request, "desk/exam_session.html", {**context, "stale": True}, status=409)
    return redirect("desk:exam_session", row.pk)


@staff_of(Role.EXAMINER)
def move(request: StaffRequest, session_id: int) -> HttpResponse:
    """Move a session: first what would follow for each of its people, then, confirmed, the move."""
    row = _session(request, session_id)
    form = (
        MoveForm(request.POST) if request.method == "POST" else MoveForm(initial={"place": row.place, "hour": "08:00"})
    )
    context: dict[str, Any] = {"session": row, "form": form, "act": "move"}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/exam_change.html", context, status=200 if request.method != "POST" else 422)
    told = form.cleaned_data
    starts_at = calendar.at(told["day"], told["hour"])
    context["preview"] = seen = calendar.preview(row, starts_at)
    if request.POST.get("token") != seen.token:
        context["stale"] = bool(request.POST.get("token"))
        return render(request, "desk/exam_change.html", context, status=409 if context["stale"] else 200)
    try:
        calendar.reschedule(
            row.pk,
            starts_at=starts_at,
            place=told["place"],
            reason=told["reason"],
            token=seen.token,
            by=officer(request.user),
        )
    except SessionFaultError as fault:
        form.add_error("day", FAULTS[fault.code])
        return render(request, "desk/exam_change.html", context, status=422)
    except MoveNotAllowedError:
        return render(request, "desk/exam_change.html", {**context, "stale": True}, status=409)
    messages.success(request, gettext("Đã dời kỳ kiểm tra; từng người đã được báo."))
    return redirect("desk:exam_session", row.pk)


@staff_of(Role.EXAMINER)
def cancel(request: StaffRequest, session_id: int) -> HttpResponse:
    """Call a session off, with the same preview."""
    row = _session(request, session_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"session": row, "form": form, "act": "cancel", "preview": calendar.preview(row, None)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desk/exam_change.html", context, status=200 if request.method != "POST" else 422)
    try:
        calendar.cancel(
            row.pk, reason=form.cleaned_data["reason"], token=request.POST.get("token", ""), by=officer(request.user)
        )
    except MoveNotAllowedError:
        return render(request, "desk/exam_change.html", {**context, "stale": True}, status=409)
    messages.success(request, gettext("Đã hủy kỳ kiểm tra; từng người đã được báo và chọn được kỳ khác."))
    return redirect("desk:exam_session", row.pk)


@staff_of(Role.EXAMINER)
def duties(request: StaffRequest) -> HttpResponse:
    """Which provinces have announced what is due and next month's dates, and who was not told in time."""
    today = clock.today()
    due, following = queries.due_month(today), queries.next_month(today)
    context = {
        "months": [(one, queries.duties(one), law.announce_by(one)) for one in sorted({due, following})],
        "today": today,
        "untold": [(one, law.notice_by(one.session.on)) for one in queries.untold(today) if one.session],
    }
    return render(request, "desk/exam_duties.html", context)


def _session(request: StaffRequest, session_id: int) -> Session:
    """A session of the officer's province; another's does not exist here."""
    row = get_object_or_404(Session, pk=session_id)
    user = request.user
    if user.role != Role.ADMINISTRATOR and user.province_code and row.province_code != user.province_code:
        raise Http404
    return row


def _month(text: str, today: date) -> date:
    """The first day of a month written YYYY-MM; next month for anything else."""
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == len("2026-12") else queries.next_month(today)
        return found if clock.FIRST_DAY <= found <= clock.LAST_DAY else queries.next_month(today)
    except ValueError:
        return queries.next_month(today)
