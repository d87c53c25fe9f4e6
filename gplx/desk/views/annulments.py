"""Annulments entered at the desk: one person enters, another confirms, both see all that would change (I14, F54)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import actions, drafts, effects, faults
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import DayField, LineField
from gplx.desk.models import AnnulmentProposal, ProposalState
from gplx.errors import MoveNotAllowedError
from gplx.sanctions import queries as sanctions
from gplx.sanctions.intake import IntakeError, read_annulment
from gplx.sanctions.models import Annulment, Decision

KIND = "annulment"
ALARM_DAYS = 30
"""An annulment that waits longer than this for its decision is asked about (B19)."""
DECIDED_SHOWN = 20


class AnnulmentForm(forms.Form):
    """The annulling document, and the decision it annuls."""

    document_number = LineField(
        longest=80,
        label=_("Số văn bản hủy"),
        help_text=_("Văn bản của cơ quan có thẩm quyền; không có văn bản thì không hủy được"),
        missing=_("Nhập số văn bản hủy."),
        widget=forms.TextInput(attrs={"width": "20"}),
    )
    annulled_on = DayField(
        label=_("Ngày của văn bản hủy"),
        missing=_("Nhập ngày của văn bản hủy."),
        unreal=_("Ngày của văn bản hủy phải là một ngày có thật."),
    )
    reason = LineField(
        longest=300, label=_("Lý do ghi trong văn bản"), missing=_("Nhập lý do ghi trong văn bản."), help_text=""
    )
    authority = LineField(
        longest=80, label=_("Cơ quan đã ra quyết định bị hủy"), missing=_("Nhập cơ quan đã ra quyết định.")
    )
    number = LineField(
        longest=80,
        label=_("Số quyết định bị hủy"),
        missing=_("Nhập số quyết định bị hủy."),
        widget=forms.TextInput(attrs={"width": "20"}),
    )
    year = LineField(
        longest=4,
        label=_("Năm ra quyết định"),
        missing=_("Nhập năm ra quyết định."),
        widget=forms.TextInput(attrs={"width": "4", "inputmode": "numeric"}),
    )

    def clean_year(self) -> str:
        year = str(self.cleaned_data["year"])
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise forms.ValidationError(_("Năm gồm bốn chữ số."), code="year")
        return year


class CheckForm(forms.Form):
    """The second person's word."""

    note = LineField(
        longest=300,
        required=False,
        label=_("Ghi chú của người xác nhận"),
        help_text=_("Bắt buộc khi không đồng ý"),
    )


@staff(Role.CASE_OFFICER)
def overview(request: StaffRequest) -> HttpResponse:
    """Proposals that wait for a second person, annulments that wait for their decision, and the last ones decided."""
    proposals = AnnulmentProposal.objects.select_related("proposed_by", "checked_by")
    context = {
        "waiting": proposals.filter(state=ProposalState.WAITING).order_by("proposed_at"),
        "decided": proposals.exclude(state=ProposalState.WAITING).order_by("-checked_at")[:DECIDED_SHOWN],
        "unmatched": [(row, _age(row)) for row in sanctions.waiting_annulments()[:200]],
        "alarm_days": ALARM_DAYS,
        "last": Annulment.objects.filter(decision__isnull=False).order_by("-pk")[:DECIDED_SHOWN],
    }
    return render(request, "desk/annulments.html", context)


@staff(Role.CASE_OFFICER)
def form(request: StaffRequest) -> HttpResponse:
    """Enter the annulling document."""
    if request.method != "POST":
        return render(request, "desk/annulment_form.html", _blank(request))
    given = AnnulmentForm(request.POST)
    given.is_valid()
    value = _value(given)
    try:
        read_annulment(value)
    except IntakeError as error:
        faults.put(given, error, {})
    draft_name = request.POST.get("draft", "")
    if given.errors:
        return render(request, "desk/annulment_form.html", {"form": given, "draft": draft_name}, status=422)
    return redirect("desk:annulment_check", drafts.keep(request.session, KIND, value, name=draft_name))


@staff(Role.CASE_OFFICER)
def check(request: StaffRequest, draft: str) -> HttpResponse:
    """What the annulment would change; sending it hands it to a second person."""
    kept = drafts.get(request.session, KIND, draft)
    if kept is None:
        return render(request, "desk/draft_gone.html", {"again": "desk:annulment_form"}, status=404)
    if kept["became"] is not None:
        return redirect("desk:annulment", kept["became"])
    try:
        stated = read_annulment(kept["value"])
    except IntakeError:
        return redirect("desk:annulment_form")
    effect = effects.of_annulment(request.user, stated.key)
    context: dict[str, Any] = {"stated": stated, "draft": draft, "effect": effect}
    if request.method != "POST":
        return render(request, "desk/annulment_check.html", context)
    if not effect.allowed:
        return render(request, "desk/annulment_check.html", context, status=409)
    if request.POST.get("version") != effect.version:
        return render(request, "desk/annulment_check.html", {**context, "stale": True}, status=409)
    try:
        proposed = actions.propose(stated, by=request.user)
    except actions.AlreadyProposedError:
        context["effect"] = effects.of_annulment(request.user, stated.key)
        return render(request, "desk/annulment_check.html", context, status=409)
    drafts.sent(request.session, draft, proposed.pk)
    messages.success(request, gettext("Đã gửi. Văn bản hủy chờ một người khác xác nhận."))
    return redirect("desk:annulment", proposed.pk)


@staff(Role.CASE_OFFICER)
def proposal(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """One proposal: the same preview for the second person, who confirms or declines."""
    row = get_object_or_404(AnnulmentProposal.objects.select_related("proposed_by", "checked_by"), pk=proposal_id)
    given = CheckForm(request.POST if request.method == "POST" else None)
    effect = effects.of_annulment(request.user, (row.authority, row.number, row.year))
    context = {
        "proposal": row,
        "form": given,
        "effect": effect,
        "mine": actions.same_person(row.proposed_by, request.user),
        "open": row.state == ProposalState.WAITING,
    }
    if request.method != "POST":
        return render(request, "desk/annulment.html", context)
    if effect.own or context["mine"]:
        return render(request, "desk/annulment.html", context, status=403)
    if not context["open"] or request.POST.get("version") != effect.version:
        return render(request, "desk/annulment.html", {**context, "stale": True}, status=409)
    declines = request.POST.get("act") == "decline"
    if given.is_valid() and declines and not given.cleaned_data["note"]:
        given.add_error("note", gettext("Nêu vì sao không đồng ý."))
    if request.POST.get("act") not in ("confirm", "decline") or not given.is_valid():
        return render(request, "desk/annulment.html", context, status=422)
    if effect.annulled is not None and not declines:
        return render(request, "desk/annulment.html", context, status=409)
    note = given.cleaned_data["note"]
    try:
        if declines:
            actions.decline(row.pk, by=request.user, note=note)
        else:
            actions.confirm(row.pk, by=request.user, note=note)
    except MoveNotAllowedError:
        row.refresh_from_db()
        fresh = effects.of_annulment(request.user, (row.authority, row.number, row.year))
        context = {**context, "effect": fresh, "open": row.state == ProposalState.WAITING, "stale": True}
        return render(request, "desk/annulment.html", context, status=409)
    return redirect("desk:annulment", row.pk)


def _blank(request: StaffRequest) -> dict[str, Any]:
    """An empty form; the answers of a draft; or the decision from whose page one comes."""
    draft = drafts.get(request.session, KIND, request.GET.get("draft", ""))
    if draft is not None and draft["became"] is None:
        initial = dict(draft["value"])
        initial["annulled_on"] = read_annulment(initial).annulled_on
        return {"form": AnnulmentForm(initial=initial), "draft": request.GET["draft"]}
    wanted = request.GET.get("decision", "")
    decision = Decision.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    initial = {"authority": decision.authority, "number": decision.number, "year": decision.year} if decision else {}
    return {"form": AnnulmentForm(initial=initial), "draft": ""}


def _value(given: AnnulmentForm) -> dict[str, Any]:
    clean = given.cleaned_data
    value = {name: clean[name] for name in ("authority", "number", "document_number", "reason") if clean.get(name)}
    if clean.get("annulled_on"):
        value["annulled_on"] = clean["annulled_on"].isoformat()
    if clean.get("year"):
        value["year"] = int(clean["year"])
    return value


def _age(row: Annulment) -> int:
    """Days an annulment has waited."""
    return (clock.today() - row.recorded_on).days
