"""The examiner's test room: who is here, admission, help that is granted, the result with its two signatures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff_of
from gplx.desk.fields import LineField
from gplx.desk.names import ACKNOWLEDGED, IDENTITY_PAPERS, TEST_RIGHTS
from gplx.errors import MoveNotAllowedError
from gplx.exams.models import Registration, Session
from gplx.law import test_room as law
from gplx.law.knowledge_test import NoPaperError
from gplx.law.periods import NotInForceError
from gplx.licences import own
from gplx.questions.papers import PaperImpossibleError
from gplx.sittings import actions, minutes, queries, result_actions
from gplx.sittings.errors import OwnSittingError, ReasonMissingError, SamePersonError
from gplx.sittings.models import Minutes, Sitting, State

CANDIDATE, CANDIDATES = "test_candidate", "test_candidates"
"""What was read: one candidate, or a session's list."""


class AdmitForm(forms.Form):
    """The paper a candidate showed; why a second tablet."""

    identity_paper = forms.ChoiceField(
        label=_("Giấy tờ đã kiểm tra"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn giấy tờ mà người dự kiểm tra đã xuất trình.")},
    )
    reason = LineField(
        longest=200,
        required=False,
        label=_("Vì sao cần máy khác"),
        help_text=_("Bắt buộc khi cấp mã lần thứ hai; máy đang dùng bị ngắt ngay"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="admit_%s")
        papers = law.IDENTITY_PAPERS.on(clock.today())
        self.fields["identity_paper"].choices = [(code, IDENTITY_PAPERS[code]) for code in papers]  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """Help that is a right."""

    kind = forms.ChoiceField(
        label=_("Quyền được hỗ trợ"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn hình thức hỗ trợ.")},
    )
    minutes = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=200,
        label=_("Số phút thêm"),
        help_text=_("Chỉ khi thêm thời gian"),
        error_messages={"invalid": _("Số phút là một số.")},
    )
    reason = LineField(
        longest=200, label=_("Lý do"), missing=_("Nêu lý do: lý do được ghi vào biên bản."), help_text=""
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="grant_%s")
        rights = law.RIGHTS.on(clock.today())
        self.fields["kind"].choices = [(code, TEST_RIGHTS[code]) for code in rights]  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """What the candidate did with the minutes."""

    acknowledged = forms.ChoiceField(
        label=_("Người dự kiểm tra"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một ý.")},
    )
    remark = LineField(
        longest=300,
        required=False,
        label=_("Ý kiến, ghi chú"),
        help_text=_("Bắt buộc khi người dự kiểm tra không ký"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="sign_%s")
        self.fields["acknowledged"].choices = list(ACKNOWLEDGED.items())  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """The second officer's word."""

    note = LineField(
        longest=300, required=False, label=_("Ghi chú"), help_text=_("Bắt buộc khi trả lại cho người ký đầu")
    )


@staff_of(Role.EXAMINER)
def sessions(request: StaffRequest) -> HttpResponse:
    """The sessions of the examiner's unit that are not closed yet."""
    rows = [(session, queries.counts(session.pk)) for session in queries.sessions_of(_unit(request.user))]
    return render(request, "desk/test_room/sessions.html", {"rows": rows, "today": clock.today()})


@staff_of(Role.EXAMINER)
def session(request: StaffRequest, session_id: int) -> HttpResponse:
    """Who is registered, where each stands, the reconciliation; closing."""
    row = _session(request, session_id)
    context: dict[str, Any] = {"session": row}
    status = 200
    if request.method == "POST":
        try:
            actions.close_session(row.pk, by=request.user)
        except MoveNotAllowedError:
            context["stale"], status = True, 409
        else:
            messages.success(request, gettext("Đã đóng kỳ kiểm tra."))
            return redirect("desk:test_session", row.pk)
    people = queries.people(row.pk)
    for person in people:
        _looked(request.user, person.registration, CANDIDATES)
    context |= {
        "people": people,
        "counts": queries.counts(row.pk),
        "closing": getattr(row, "closing", None),
        "keeping": law.kept_until(row.on),
        "today": clock.today(),
    }
    return render(request, "desk/test_room/session.html", context, status=status)


@staff_of(Role.EXAMINER)
def candidate(request: StaffRequest, session_id: int, registration_id: int) -> HttpResponse:
    """One candidate, from admission to the minutes. What is not possible now is not offered, and refused if sent."""
    row = _session(request, session_id)
    registration = (
        Registration.objects.select_related("holder", "dossier", "session")
        .filter(pk=registration_id, session=row)
        .first()
    )
    if registration is None:
        raise Http404
    if own.is_own(request.user.citizen_number, registration.holder):
        return render(request, "desk/own_record.html", status=403)
    _looked(request.user, registration, CANDIDATE)
    if request.method != "POST":
        return _candidate(request, registration)
    act = {
        "admit": _admit,
        "absent": _absent,
        "grant": _grant,
        "simulation": _simulation,
        "sign": _sign,
        "return": _return,
        "confirm": _confirm,
    }.get(request.POST.get("act", ""))
    if act is None:
        return _candidate(request, registration, status=422)
    sitting = getattr(registration, "sitting", None)
    try:
        return act(request, registration, sitting)
    except SamePersonError:
        return _candidate(request, registration, status=403, refused=gettext("Người ký trước không thể tự xác nhận."))
    except OwnSittingError:
        return render(request, "desk/own_record.html", status=403)
    except PaperImpossibleError:
        return _candidate(
            request, registration, status=409, refused=gettext("Bộ câu hỏi chưa đủ để ra đề của hạng này.")
        )
    except (NoPaperError, NotInForceError):
        return _candidate(request, registration, status=409, refused=gettext("Chưa biết đề của hạng này vào ngày này."))
    except MoveNotAllowedError:
        return _candidate(request, registration, status=409, stale=True)


@staff_of(Role.EXAMINER)
def minutes_copy(request: StaffRequest, session_id: int, registration_id: int, copy: str) -> HttpResponse:
    """One sealed copy of the minutes."""
    row = _session(request, session_id)
    kept = Minutes.objects.filter(sitting__registration_id=registration_id, sitting__session=row).first()
    if kept is None or copy not in minutes.COPIES:
        raise Http404
    if own.is_own(request.user.citizen_number, kept.sitting.holder):
        return render(request, "desk/own_record.html", status=403)
    _looked(request.user, kept.sitting.registration, CANDIDATE)
    answer = HttpResponse(minutes.copy_of(kept, copy), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{kept.number}.pdf"'
    return answer


@staff_of(Role.EXAMINER)
def statistics(request: StaffRequest) -> HttpResponse:
    """How often each question was answered rightly, the hardest first."""
    return render(request, "desk/test_room/statistics.html", {"rows": queries.statistics(200)})


def _admit(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    form = AdmitForm(request.POST)
    if not form.is_valid():
        return _candidate(request, registration, status=422, admit_form=form)
    seen = request.POST.get("version", "")
    if sitting is not None and seen != str(sitting.admissions.count()):
        # The page was sent again: a second code would end the tablet that works with the first.
        raise MoveNotAllowedError
    try:
        admitted = actions.admit(registration.pk, by=request.user, **form.cleaned_data)
    except ReasonMissingError:
        form.add_error("reason", gettext("Nêu vì sao cần máy khác."))
        return _candidate(request, registration, status=422, admit_form=form)
    if admitted.sitting is None:
        return _candidate(request, registration, status=409, obstacles=admitted.findings)
    context = {"registration": registration, "sitting": admitted.sitting, "code": admitted.code}
    return render(request, "desk/test_room/code.html", context)


def _absent(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    actions.mark_absent(registration.pk, by=request.user)
    messages.success(request, gettext("Đã ghi vắng mặt."))
    return _back(registration)


def _grant(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    form = GrantForm(request.POST)
    if form.is_valid() and (form.cleaned_data["kind"] == "extra_time") != bool(form.cleaned_data["minutes"]):
        form.add_error("minutes", gettext("Nhập số phút khi thêm thời gian, và chỉ khi đó."))
    if not form.is_valid():
        return _candidate(request, registration, status=422, grant_form=form)
    if sitting is None:
        raise MoveNotAllowedError
    clean = form.cleaned_data
    actions.grant(
        sitting.pk, kind=clean["kind"], minutes=clean["minutes"] or 0, reason=clean["reason"], by=request.user
    )
    messages.success(request, gettext("Đã ghi quyền được hỗ trợ."))
    return _back(registration)


def _simulation(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    marks = request.POST.get("marks", "")
    if sitting is None or not (marks.isascii() and marks.isdigit() and len(marks) <= 3):
        return _candidate(request, registration, status=422, refused=gettext("Nhập số điểm mô phỏng."))
    result_actions.enter_simulation(sitting.pk, marks=int(marks), by=request.user)
    return _back(registration)


def _sign(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    form = SignForm(request.POST)
    if sitting is None:
        raise MoveNotAllowedError
    if form.is_valid():
        try:
            result_actions.sign(sitting.pk, by=request.user, **form.cleaned_data)
        except ReasonMissingError:
            form.add_error("remark", gettext("Nêu vì sao người dự kiểm tra không ký."))
        else:
            messages.success(request, gettext("Đã ký. Biên bản chờ một cán bộ khác xác nhận."))
            return _back(registration)
    return _candidate(request, registration, status=422, sign_form=form)


def _return(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    form = NoteForm(request.POST)
    if sitting is None:
        raise MoveNotAllowedError
    if form.is_valid():
        try:
            result_actions.give_back(sitting.pk, note=form.cleaned_data["note"], by=request.user)
        except ReasonMissingError:
            form.add_error("note", gettext("Nêu vì sao trả lại."))
        else:
            return _back(registration)
    return _candidate(request, registration, status=422, note_form=form)


def _confirm(request: StaffRequest, registration: Registration, sitting: Sitting | None) -> HttpResponse:
    if sitting is None:
        raise MoveNotAllowedError
    kept = result_actions.confirm(sitting.pk, by=request.user)
    if kept.passed and not queries.has_effect(kept.number):
        messages.warning(request, gettext("Đã xác nhận: đạt, nhưng không làm thay đổi điểm; người dự đã được báo."))
    elif kept.passed:
        messages.success(request, gettext("Đã xác nhận: đạt, điểm đã được phục hồi."))
    else:
        messages.success(request, gettext("Đã xác nhận: không đạt, hồ sơ đã kết thúc."))
    return _back(registration)


def _candidate(request: StaffRequest, registration: Registration, *, status: int = 200, **more: Any) -> HttpResponse:
    assert registration.session is not None
    sitting = Sitting.objects.filter(registration=registration).select_related("result", "minutes").first()
    moves = list(sitting.steps.select_related("by").order_by("id")) if sitting else []
    first = next((move.by for move in reversed(moves) if move.name == "sign"), None)
    state = sitting.state if sitting else ""
    needs = minutes.needs_simulation(sitting) if sitting and state == State.SUBMITTED else None
    context: dict[str, Any] = {
        "registration": registration,
        "session": registration.session,
        "sitting": sitting,
        "state": state,
        "moves": moves,
        "adjustments": list(sitting.adjustments.order_by("id")) if sitting else [],
        "admissions": list(sitting.admissions.select_related("by").order_by("id")) if sitting else [],
        "answered": len(queries.last_answers(sitting.pk)) if sitting else 0,
        "mine": first is not None and first.pk == request.user.pk,
        "may_admit": not registration.outcome
        and state in ("", State.ADMITTED, State.STARTED)
        and registration.session.on == clock.today(),
        "may_be_absent": not registration.outcome
        and state in ("", State.ADMITTED)
        and registration.session.on <= clock.today(),
        "may_grant": state in (State.ADMITTED, State.STARTED),
        "needs_simulation": needs if sitting is not None and not hasattr(sitting, "simulation") else None,
        "admit_form": AdmitForm(),
        "grant_form": GrantForm(),
        "sign_form": SignForm(),
        "note_form": NoteForm(),
        **more,
    }
    context["form"] = next((form for form in more.values() if isinstance(form, forms.Form)), None)
    return render(request, "desk/test_room/candidate.html", context, status=status)


def _back(registration: Registration) -> HttpResponse:
    return redirect("desk:test_candidate", registration.session_id, registration.pk)


def _unit(user: User) -> str | None:
    """The unit whose sessions a member of staff works in; None: an administrator's are all."""
    return None if user.role == Role.ADMINISTRATOR else user.unit


def _session(request: HttpRequest, session_id: int) -> Session:
    """A published session of the examiner's unit; any other does not exist for him (T23)."""
    assert isinstance(request.user, User)
    unit = _unit(request.user)
    found = Session.objects.filter(pk=session_id, published_at__isnull=False).first() if session_id < 2**63 else None
    if found is None or (unit is not None and found.unit != unit):
        raise Http404
    return found


def _looked(user: User, registration: Registration, what: str) -> None:
    looks.record(
        user,
        registration.holder_id,
        purpose=Purpose.CASE_HANDLING,
        reference=registration.dossier.code,
        what=what,
    )
