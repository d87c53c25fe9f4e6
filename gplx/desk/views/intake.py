"""One decision entered by hand: form, check page with a preview, confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx.accounts.models import MachineClient, Role
from gplx.audit.models import Purpose
from gplx.desk import drafts, effects, faults, looks
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import DayField, LineField, small_number
from gplx.desk.views import catalogue
from gplx.law.catalogue import CodeNotInForceError, UnknownCodeError, history, offence
from gplx.licences import own
from gplx.licences import queries as licences
from gplx.points.queries import installed_profile
from gplx.sanctions import actions as sanctions
from gplx.sanctions.intake import IntakeError, StatedDecision, read_decision
from gplx.sanctions.models import Decision

KIND = "decision"
POINTS_PREFIX, DRUG_SUFFIX = "points:", ":drug"
_PLACES = {
    "year": "decided_on",
    "revocation.from": "revoked_from",
    "revocation.to": "revoked_to",
    "revocation": "revoked_from",
}


class IntakeForm(forms.Form):
    """A decision as it stands on paper. The strict reader of the sanctions room has the last word on every field."""

    authority = LineField(
        longest=80,
        label=_("Cơ quan ra quyết định"),
        help_text=_("Như ghi trên quyết định"),
        missing=_("Nhập cơ quan ra quyết định."),
        widget=forms.TextInput(attrs={"list": "authorities"}),
    )
    number = LineField(
        longest=80,
        label=_("Số quyết định"),
        help_text=_("Ví dụ 0123/QĐ-XPHC"),
        missing=_("Nhập số quyết định."),
        widget=forms.TextInput(attrs={"width": "20"}),
    )
    decided_on = DayField(
        label=_("Ngày ra quyết định"),
        missing=_("Nhập ngày ra quyết định."),
        unreal=_("Ngày ra quyết định phải là một ngày có thật."),
    )
    effective_on = DayField(
        label=_("Ngày quyết định có hiệu lực"),
        help_text=_("Điểm bị trừ từ ngày này"),
        missing=_("Nhập ngày quyết định có hiệu lực."),
        unreal=_("Ngày có hiệu lực phải là một ngày có thật."),
    )
    licence_number = LineField(
        longest=40,
        label=_("Số giấy phép lái xe"),
        help_text=_("12 chữ số; có thể gõ khoảng trắng hoặc dấu chấm"),
        missing=_("Nhập số giấy phép lái xe."),
        widget=forms.TextInput(attrs={"width": "20", "inputmode": "text"}),
    )
    foreign_licence = forms.BooleanField(required=False, label=_("Giấy phép nước ngoài hoặc giấy phép quốc tế"))
    holder_name = LineField(longest=120, label=_("Họ tên"), missing=_("Nhập họ tên người vi phạm."))
    birth_date = DayField(
        label=_("Ngày sinh"), missing=_("Nhập ngày sinh."), unreal=_("Ngày sinh phải là một ngày có thật.")
    )
    acted_on = DayField(
        label=_("Ngày vi phạm"),
        help_text=_("Mức trừ điểm lấy theo ngày này"),
        missing=_("Nhập ngày vi phạm."),
        unreal=_("Ngày vi phạm phải là một ngày có thật."),
    )
    place = LineField(longest=200, required=False, label=_("Nơi vi phạm (không bắt buộc)"))
    part = forms.ChoiceField(
        required=False,
        label=_("Vi phạm khi lái"),
        choices=[("", _("Theo mã hành vi")), ("motorcycle", _("Mô tô, xe máy")), ("car", _("Ô tô"))],
        widget=forms.RadioSelect(attrs={"small": True}),
    )
    offences = forms.Field(required=False, label=_("Hành vi vi phạm"), widget=forms.HiddenInput)
    revoked_from = DayField(
        required=False,
        label=_("Tước quyền sử dụng từ ngày"),
        missing="",
        unreal=_("Ngày bắt đầu tước phải là một ngày có thật."),
    )
    revoked_to = DayField(
        required=False,
        label=_("đến hết ngày"),
        missing="",
        unreal=_("Ngày kết thúc tước phải là một ngày có thật."),
    )

    def __init__(self, *args: Any, checked: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checked = checked

    def full_clean(self) -> None:
        """An unfinished form (an offence is being looked for) shows what was typed and no faults."""
        if self.checked:
            super().full_clean()
        else:
            self._errors = ErrorDict()
            self.cleaned_data = {}


@staff(Role.CASE_OFFICER)
def form(request: StaffRequest) -> HttpResponse:
    """The form. Its buttons add and remove offences without losing an answer; the last one goes to the check page."""
    if request.method != "POST":
        return _show(request, _filled(request, request.GET.get("draft", "")))
    chosen = _chosen(request.POST)
    step = request.POST
    # Enter in the search field searches; it does not send the form.
    searches = "search" in step or (step.get("next") == "enter" and step.get("find", "").strip() != "")
    if searches or "add" in step or "remove" in step or "add_points" in step:
        problem = _change(chosen, step)
        unfinished = IntakeForm(step, checked=False)
        if problem:
            unfinished.add_error("offences", problem)
        return _show(request, unfinished, chosen, find=step.get("find", "") if searches else "")
    given = IntakeForm(step)
    given.is_valid()
    value = _value(given, chosen)
    try:
        read_decision(value)
    except IntakeError as error:
        faults.put(given, error, _PLACES)
    if given.errors:
        return _show(request, given, chosen, status=422)
    draft = drafts.keep(request.session, KIND, value, name=request.POST.get("draft"))
    return redirect("desk:intake_check", draft)


@staff(Role.CASE_OFFICER)
def check(request: StaffRequest, draft: str) -> HttpResponse:
    """The answers and what they would do; sending them records the decision, once."""
    kept = drafts.get(request.session, KIND, draft)
    if kept is None:
        return render(request, "desk/draft_gone.html", {"again": "desk:intake"}, status=404)
    if kept["became"] is not None:
        return redirect("desk:decision", kept["became"])
    try:
        stated = read_decision(kept["value"])
    except IntakeError:  # the register's day or the catalogue has moved on since
        return redirect(f"{request.path.rsplit('/', 2)[0]}?draft={draft}")
    effect = effects.of_decision(request.user, stated)
    context = {"stated": stated, "draft": draft, "effect": effect, "offences": _described(stated)}
    if request.method != "POST":
        return render(request, "desk/intake_check.html", context)
    if effect.own or effect.other is not None:
        return render(request, "desk/intake_check.html", context, status=409)
    if request.POST.get("version") != effect.version:
        return render(request, "desk/intake_check.html", {**context, "stale": True}, status=409)
    outcome = sanctions.receive([stated], source=f"desk:{request.user.pk}")[0]
    if outcome.state == "conflict":
        context["effect"] = effects.of_decision(request.user, stated)
        return render(request, "desk/intake_check.html", context, status=409)
    drafts.sent(request.session, draft, outcome.decision_id)
    return redirect("desk:decision", outcome.decision_id)


@staff(Role.CASE_OFFICER)
def done(request: StaffRequest, decision_id: int) -> HttpResponse:
    """One decision: as it was told, and what became of it."""
    decision = get_object_or_404(Decision.objects.select_related("account__holder"), pk=decision_id)
    account = decision.account
    entries = []
    if own.names_own_licence(request.user.citizen_number, decision.licence_number):
        return render(request, "desk/own_record.html", status=403)
    if account is not None and looks.is_own(request.user, account.holder):
        return render(request, "desk/own_record.html", status=403)
    looks.record_once(
        request.user,
        account.holder_id if account is not None else None,
        purpose=Purpose.CASE_HANDLING,
        reference=f"{decision.number}/{decision.year}",
        what=looks.DECISION,
    )
    if account is not None:
        keys = [f"{kind}:{decision.authority}|{decision.number}|{decision.year}" for kind in ("decision", "revocation")]
        entries = list(
            account.entries.filter(cause__natural_key__in=keys)
            .select_related("notice__reading", "voided_by")
            .order_by("number")
        )
    context = {"decision": decision, "entries": entries, "offences": _stored_offences(decision)}
    context["annulment"] = getattr(decision, "annulment", None)
    return render(request, "desk/decision.html", context)


# --- the form ---------------------------------------------------------------------------------------------------------


def _show(
    request: StaffRequest, shown: IntakeForm, chosen: list[str] | None = None, *, find: str = "", status: int = 200
) -> HttpResponse:
    if chosen is None:
        chosen = shown.initial.get("chosen", [])
    acted_on = catalogue.acted_on(request) if request.method == "POST" else shown.initial.get("acted_on")
    context = {
        "form": shown,
        "chosen": [(token, _row(token, acted_on)) for token in chosen],
        "draft": request.POST.get("draft") or request.GET.get("draft", ""),
        "find": find,
        "levels": sorted(installed_profile().stated_points),
        "authorities": MachineClient.objects.filter(active=True).values_list("authority", flat=True).distinct(),
        **catalogue.suggested(find, acted_on),
    }
    return render(request, "desk/intake.html", context, status=status)


def _filled(request: StaffRequest, draft: str) -> IntakeForm:
    """An empty form, or the answers of a draft to change."""
    kept = drafts.get(request.session, KIND, draft)
    if kept is None or kept["became"] is not None:
        return IntakeForm()
    value = kept["value"]
    try:
        stated = read_decision(value)
    except IntakeError:
        return IntakeForm()
    revocation = stated.revocation
    initial = {
        **value,
        "chosen": [_token(item) for item in value["offences"]],
        "decided_on": stated.decided_on,
        "effective_on": stated.effective_on,
        "acted_on": stated.acted_on,
        "birth_date": stated.birth_date,
        "part": value.get("part", ""),
        "revoked_from": revocation and revocation.first_day,
        "revoked_to": revocation and revocation.last_day,
    }
    return IntakeForm(initial=initial)


def _chosen(data: QueryDict) -> list[str]:
    return [token[:80] for token in data.getlist("offence")][:50]


def _change(chosen: list[str], step: QueryDict) -> str:
    """Add or remove one offence; what is wrong with it, or nothing."""
    remove, add = step.get("remove", ""), step.get("add", "")
    if remove:
        position = small_number(remove)
        if position is not None and position < len(chosen):
            del chosen[position]
    elif add:
        if add in chosen:
            return gettext("Hành vi này đã được chọn.")
        chosen.append(add[:80])
    elif "add_points" in step:
        points = small_number(step.get("stated_points", ""))
        if points is None or points not in installed_profile().stated_points:
            return gettext("Chọn số điểm ghi trong quyết định.")
        chosen.append(f"{POINTS_PREFIX}{points}" + (DRUG_SUFFIX if step.get("stated_drug") else ""))
    return ""


def _token(item: dict[str, Any]) -> str:
    if "code" in item:
        return str(item["code"])
    return f"{POINTS_PREFIX}{item['points']}" + (DRUG_SUFFIX if item.get("drug") else "")


def _offence(token: str) -> dict[str, Any]:
    """A chosen offence as the strict reader takes it."""
    if not token.startswith(POINTS_PREFIX):
        return {"code": token}
    points = token.removeprefix(POINTS_PREFIX).removesuffix(DRUG_SUFFIX)
    number = small_number(points)
    return {"points": points if number is None else number, "drug": token.endswith(DRUG_SUFFIX)}


def _row(token: str, acted_on: Any) -> dict[str, Any]:
    """A chosen offence as the form shows it."""
    stated = _offence(token)
    if "points" in stated:
        return {"code": "", "points": stated["points"], "drug": stated["drug"]}
    try:
        found = offence(token, acted_on) if acted_on else history(token)[-1]
    except CodeNotInForceError:
        found = history(token)[-1]
    except UnknownCodeError:
        return {"code": token, "points": None, "drug": False}
    return {
        "code": token,
        "points": found.points,
        "drug": found.drug,
        "summary_vi": found.summary_vi,
        "summary_en": found.summary_en,
    }


def _value(given: IntakeForm, chosen: list[str]) -> dict[str, Any]:
    """The answers as the strict reader takes them; what is missing is left out, so that the reader says so too."""
    clean = given.cleaned_data
    value: dict[str, Any] = {"offences": [_offence(token) for token in chosen]}
    for name in ("authority", "number", "holder_name", "place", "part"):
        if clean.get(name):
            value[name] = clean[name]
    for name in ("birth_date", "acted_on", "decided_on", "effective_on"):
        if clean.get(name):
            value[name] = clean[name].isoformat()
    if clean.get("licence_number"):
        value["licence_number"] = licences.tidy_number(clean["licence_number"])
    if clean.get("foreign_licence"):
        value["foreign_licence"] = True
        value["licence_number"] = clean.get("licence_number", "").replace(" ", "").upper()
    if clean.get("decided_on"):
        value["year"] = clean["decided_on"].year
    if clean.get("revoked_from") or clean.get("revoked_to"):
        days = {"from": clean.get("revoked_from"), "to": clean.get("revoked_to")}
        value["revocation"] = {name: day.isoformat() for name, day in days.items() if day}
    return value


def _described(stated: StatedDecision) -> list[dict[str, Any]]:
    return [_row(_token(item), stated.acted_on) for item in stated.offences]


def _stored_offences(decision: Decision) -> list[dict[str, Any]]:
    return [_row(_token(item), decision.acted_on) for item in decision.offences]
