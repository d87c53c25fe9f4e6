"""Registrations for the knowledge test that wait for an officer: accept, ask for what is missing once, or refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff_of
from gplx.desk.fields import LineField
from gplx.dossiers import clock as dossier_clock
from gplx.dossiers import queries as dossiers
from gplx.dossiers.models import State
from gplx.dossiers.states import officer
from gplx.errors import MoveNotAllowedError
from gplx.exams import eligibility, registering, words
from gplx.exams.models import Placement, Registration
from gplx.exams.registering import NotEligibleError
from gplx.law.exams import Condition
from gplx.licences import own
from gplx.notices.wording import Said

QUEUE_MAX = 200
REGISTRATION = "registration"
"""What was read: one person's registration."""

STATES = {
    State.REGISTERED: _("Đã nộp, chờ cán bộ trả lời"),
    State.RECEIVED: _("Đã tiếp nhận"),
    State.SUPPLEMENT: _("Cần bổ sung"),
    State.IN_PROCESS: _("Đang kiểm tra"),
    State.REFUSED: _("Không được tiếp nhận"),
    State.WITHDRAWN: _("Đã rút"),
    State.STOPPED: _("Đã dừng"),
    State.FINISHED: _("Đã có kết quả"),
    State.RETURNED: _("Đã trả kết quả"),
}
GROUNDS = {
    "65/2024/TT-BCA art. 7(1)": _("Hồ sơ không đúng (khoản 1 Điều 7 Thông tư 65/2024/TT-BCA)"),
    "65/2024/TT-BCA art. 3": _("Không thuộc đối tượng kiểm tra (Điều 3 Thông tư 65/2024/TT-BCA)"),
    "36/2024/QH15 art. 58(3)": _("Chưa đến ngày được kiểm tra (khoản 3 Điều 58 Luật 36/2024/QH15)"),
}


class AnswerForm(forms.Form):
    """What the officer answers; words go to the person as they are written."""

    reason = LineField(
        longest=500,
        required=False,
        label=_("Nội dung gửi người dân"),
        help_text=_(
            "Bắt buộc khi yêu cầu bổ sung hoặc không tiếp nhận. Ghi mọi điều còn thiếu: chỉ yêu cầu được một lần"
        ),
    )
    ground = forms.ChoiceField(label=_("Căn cứ khi không tiếp nhận"), required=False, choices=list(GROUNDS.items()))


@staff_of(Role.EXAMINER)
def queue(request: StaffRequest) -> HttpResponse:
    """What waits, the one due first on top; dossiers of the officer's own province."""
    today = clock.today()
    own_province = _of_province(request.user)
    waiting = own_province.filter(dossier__state=State.REGISTERED)
    found = list(waiting.order_by("dossier_id")[:QUEUE_MAX])
    moves = dossiers.moves_of([one.dossier_id for one in found])
    rows = []
    for one in found:
        due = dossier_clock.due(one.dossier, moves[one.dossier_id], today=today)
        assert due is not None
        rows.append((one, due, due.is_late(today)))
    rows.sort(key=lambda row: (row[1].due_on, row[0].pk))
    asked = own_province.filter(dossier__state=State.SUPPLEMENT).order_by("dossier_id")
    return render(request, "desk/registrations.html", {"rows": rows, "asked": asked[:QUEUE_MAX]})


@staff_of(Role.EXAMINER)
def item(request: StaffRequest, registration_id: int) -> HttpResponse:
    """One registration: what the law asks, what the register knows, every step; and the officer's answer."""
    row = _of_province(request.user).filter(pk=registration_id).first() if registration_id < 2**63 else None
    if row is None:
        raise Http404
    looks.record_once(
        request.user,
        row.holder_id,
        purpose=Purpose.CASE_HANDLING,
        reference=row.dossier.code,
        what=REGISTRATION,
    )
    if own.is_own(request.user.citizen_number, row.holder):
        return render(request, "desk/own_record.html", status=403)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    context = _context(row, form)
    if request.method != "POST":
        return render(request, "desk/registration.html", context)
    act, by = request.POST.get("act", ""), officer(request.user)
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else -1
    if form.is_valid() and act in ("ask", "refuse") and not form.cleaned_data["reason"]:
        form.add_error("reason", _("Ghi điều còn thiếu hoặc lý do."))
    if act not in ("accept", "ask", "refuse") or not form.is_valid():
        return render(request, "desk/registration.html", context, status=422)
    reason, ground = form.cleaned_data["reason"], form.cleaned_data["ground"] or next(iter(GROUNDS))
    try:
        if act == "accept":
            registering.accept(row.pk, by=by, version=version)
        elif act == "ask":
            registering.ask_supplement(row.pk, by=by, reason=reason, version=version)
        else:
            unit = request.user.unit or "Phòng CSGT"
            registering.refuse(row.pk, by=by, reason=reason, sources=(ground,), unit=unit, version=version)
    except NotEligibleError as refused:
        context["refused"] = _shown(refused.conditions)
        return render(request, "desk/registration.html", context, status=422)
    except MoveNotAllowedError:
        row = Registration.objects.select_related("dossier", "holder", "session").get(pk=row.pk)
        return render(request, "desk/registration.html", {**_context(row, form), "stale": True}, status=409)
    return redirect("desk:registration", row.pk)


def _of_province(user: User) -> QuerySet[Registration]:
    """The registrations an officer answers: of his own province's sessions, or last put into one of them (T23).

    Another province's does not exist for him. An administrator, and an officer without a province, sees all.
    """
    found = Registration.objects.select_related("dossier", "holder", "session")
    if user.role == Role.ADMINISTRATOR or not user.province_code:
        return found
    last = Placement.objects.filter(registration=OuterRef("pk"), session__isnull=False).order_by("-pk")
    return found.annotate(
        province_code=Coalesce("session__province_code", Subquery(last.values("session__province_code")[:1]))
    ).filter(province_code=user.province_code)


def _context(row: Registration, form: AnswerForm) -> dict[str, Any]:
    today = clock.today()
    moves = dossiers.moves_of([row.dossier_id])[row.dossier_id]
    standing = eligibility.look(
        row.holder, row.part, session_on=row.session.on if row.session else None, certificate=row.certificate
    )
    return {
        "registration": row,
        "dossier": row.dossier,
        "state": STATES[State(row.dossier.state)],
        "conditions": _shown(standing.conditions),
        "moves": moves,
        "due": dossier_clock.due(row.dossier, moves, today=today),
        "documents": row.dossier.documents.order_by("pk"),
        "waits": row.dossier.state == State.REGISTERED,
        "was_asked": any(move.name == "ask_supplement" for move in moves),
        "form": form,
    }


def _shown(conditions: list[Condition] | Any) -> list[dict[str, Any]]:
    def chosen(said: Said) -> str:
        return said.en if get_language() == "en" else said.vi

    return [
        {
            "state": condition.state,
            "blocks": condition.blocks,
            "name": chosen(said.name),
            "text": chosen(said.text),
            "article": chosen(said.article),
        }
        for condition in conditions
        for said in (words.said(condition),)
    ]
