"""What if: the person's own record, or an empty one, with assumed steps, computed by the law's own engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from gplx import clock
from gplx.law import catalogue
from gplx.law import points as law
from gplx.law.profiles import Profile
from gplx.licences.models import Holder, Part
from gplx.points.models import Account, FactKind
from gplx.points.queries import FactRow, facts_of, installed_profile, not_comparable
from gplx.portal import scenario as steps
from gplx.portal.forms import DayField, GovukForm
from gplx.portal.holder import holder_page
from gplx.portal.record import PART_NAMES, decisions_of, other_profile, part_names
from gplx.portal.scenario import Scenario, Step, StepFault

FOUND_MAX = 12


class DecisionForm(GovukForm):
    """One more decision: an offence of the catalogue, or points as a decision states them."""

    q = forms.CharField(
        label=gettext_lazy("Tìm hành vi"),
        help_text=gettext_lazy("Có dấu hay không dấu đều được, ví dụ: vuot den do"),
        required=False,
        max_length=100,
    )
    hanh_vi = forms.CharField(required=False, max_length=80)
    diem = forms.ChoiceField(label=gettext_lazy("Hoặc số điểm bị trừ"), required=False)
    ma_tuy = forms.BooleanField(label=gettext_lazy("Vì lái xe khi trong cơ thể có ma túy"), required=False)
    vi_pham = DayField(label=gettext_lazy("Ngày vi phạm"))
    hieu_luc = DayField(label=gettext_lazy("Ngày quyết định có hiệu lực"))

    def __init__(self, profile: Profile, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile
        field = self.fields["diem"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((str(points), str(points)) for points in sorted(profile.stated_points))]
        self.fields["ma_tuy"].widget.attrs["class"] = "govuk-checkboxes__input"

    def clean(self) -> None:
        told = self.cleaned_data
        if not told.get("hanh_vi") and not told.get("diem"):
            self.add_error("q", ValidationError(_("Hãy tìm và chọn một hành vi, hoặc chọn số điểm.")))
        if self.errors:
            return
        what = told["hanh_vi"] or f"{told['diem']}{'d' if told['ma_tuy'] else ''}"
        step = Step("them", f"{what}~{told['vi_pham'].isoformat()}~{told['hieu_luc'].isoformat()}")
        try:
            steps.check(step, self.profile)
        except StepFault as fault:
            raise ValidationError(str(fault) or _("Giả định này không đọc được.")) from None
        told["step"] = step


class OneDayForm(GovukForm):
    """A step that is one day, or the day to look at."""

    ngay = DayField(label="")

    def clean_ngay(self) -> date:
        day: date = self.cleaned_data["ngay"]
        if not steps.FIRST_DAY <= day <= steps.LAST_DAY:
            raise ValidationError(_("Ngày này quá xa."))
        return day


class Basis(NamedTuple):
    """What the steps are added to: a part of somebody's licence, or an empty record."""

    url: str
    part: str
    parts: Sequence[str]
    rows: Sequence[FactRow]
    numbers: dict[int, str]
    own: bool


class Shown(NamedTuple):
    """One column of the comparison."""

    title: str
    now: law.Statement
    assumed: bool = False


@holder_page
def own(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What if, on top of the signed-in person's record."""
    accounts = {account.part: account.pk for account in Account.objects.filter(holder=holder)}
    parts = part_names(holder, accounts)
    asked = request.GET.get("phan", "")
    part = asked if asked in parts else (parts[0] if parts else Part.CAR.value)
    account_id = accounts.get(part)
    rows = facts_of([account_id])[account_id] if account_id else []
    told = decisions_of(account_id)
    annulled = {row.decision_key for row in rows if row.kind == FactKind.ANNULMENT}
    numbers = {
        row.id: told[row.decision_key].number if row.decision_key in told else row.decision_key
        for row in rows
        if row.kind == FactKind.DECISION and row.decision_key not in annulled
    }
    return _page(request, Basis(reverse("what_if"), part, parts, rows, numbers, True))


@never_cache
def shared(request: HttpRequest) -> HttpResponse:
    """What if, for anybody: everything is in the address, and the record it starts from is empty."""
    asked = request.GET.get("phan", "")
    part = asked if asked in PART_NAMES else Part.CAR.value
    return _page(request, Basis(reverse("what_if_shared"), part, list(PART_NAMES), [], {}, False))


def _page(request: HttpRequest, basis: Basis) -> HttpResponse:
    profile = installed_profile()
    scenario, all_read = steps.read(request.GET, profile)
    today = clock.today()
    decision_form = DecisionForm(profile, initial={"vi_pham": today, "hieu_luc": today, "q": request.GET.get("q", "")})
    day_forms = {name: OneDayForm(prefix=name, initial={"ngay": today}) for name in ("thi", "giay", "den")}
    if request.method == "POST":
        answer = _added(request.POST, basis, scenario, profile, decision_form, day_forms)
        if isinstance(answer, HttpResponse):
            return answer
        decision_form = answer
    wanted = decision_form["q"].value() or ""
    found = catalogue.search(today, profile.id, vehicle=basis.part, text=wanted) if wanted.strip() else []
    if wanted.strip() and not found:
        found = catalogue.search(today, profile.id, text=wanted)
    context = {
        "basis": basis,
        "part_name": PART_NAMES[basis.part],
        "parts": [(part, PART_NAMES[part], f"{basis.url}?phan={part}") for part in basis.parts],
        "scenario": scenario,
        "all_read": all_read,
        "form": decision_form,
        "day_forms": day_forms,
        "found": found[:FOUND_MAX],
        "found_more": max(0, len(found) - FOUND_MAX),
        "wanted": wanted,
        "steps": [
            (
                steps.said(step, profile, basis.numbers),
                f"{basis.url}?{scenario.without(index).query(phan=basis.part)}",
            )
            for index, step in enumerate(scenario.steps)
            if step.kind != "huy" or int(step.value) in basis.numbers
        ],
        "annullable": [
            (fact_id, number)
            for fact_id, number in basis.numbers.items()
            if Step("huy", str(fact_id)) not in scenario.steps
        ],
        "shown": _compared(basis, scenario, profile, today),
        "other": _other(basis, scenario, profile, today),
        "other_profile": other_profile(profile),
        "share": _share(basis, scenario),
        "action": f"{basis.url}?{scenario.query(phan=basis.part)}",
    }
    if request.headers.get("HX-Target") == "offences":
        return render(request, "portal/what_if_offences.html", context)
    faulty = decision_form.errors or any(form.errors for form in day_forms.values())
    return render(request, "portal/what_if.html", context, status=422 if faulty else 200)


def _day_of(scenario: Scenario, today: date) -> date:
    return scenario.until or max(filter(None, (today, scenario.last_day())))


def _compared(basis: Basis, scenario: Scenario, profile: Profile, today: date) -> list[Shown]:
    """Today as it is; the chosen day if nothing more happens; the chosen day with the steps.

    Where there is no record to start from, the steps are all there is: today and the chosen day, both with them.
    """
    before = steps.assumed(Scenario(), basis.rows, profile)
    after = steps.assumed(scenario, basis.rows, profile)
    day = _day_of(scenario, today)
    shown = [Shown(_("Hôm nay"), law.replay(before, profile, today))]
    if not scenario.steps and scenario.until is None:
        return shown
    said = {"day": day.strftime("%d/%m/%Y")}
    if not basis.own and scenario.steps:
        now = Shown(_("Hôm nay, theo giả định"), law.replay(after, profile, today), day == today)
        return (
            [now]
            if day == today
            else [now, Shown(_("Ngày %(day)s, theo giả định") % said, law.replay(after, profile, day), True)]
        )
    if day != today:
        shown.append(Shown(_("Ngày %(day)s, nếu không có gì thêm") % said, law.replay(before, profile, day)))
    if scenario.steps:
        shown.append(Shown(_("Ngày %(day)s, theo giả định") % said, law.replay(after, profile, day), True))
    return shown


def _other(basis: Basis, scenario: Scenario, profile: Profile, today: date) -> law.Statement | None:
    """The same steps under the other body of law; None where it does not know one of them."""
    other = other_profile(profile)
    if not_comparable(steps.without_annulled(basis.rows, scenario), other):
        return None
    try:
        return law.replay(steps.assumed(scenario, basis.rows, other), other, _day_of(scenario, today))
    except StepFault:
        return None


def _share(basis: Basis, scenario: Scenario) -> str:
    """An address that holds the facts and the steps, but no name and no number."""
    rows = steps.without_annulled(basis.rows, scenario)
    kept = [step for step in scenario.steps if step.kind != "huy"]
    whole = Scenario((*steps.as_steps(rows), *kept)[: steps.STEPS_MAX], scenario.until)
    return f"{reverse('what_if_shared')}?{whole.query(phan=basis.part)}"


def _added(
    told: QueryDict,
    basis: Basis,
    scenario: Scenario,
    profile: Profile,
    empty: DecisionForm,
    day_forms: dict[str, OneDayForm],
) -> HttpResponse | DecisionForm:
    """Add one step and go to the address that holds it; a form with faults is shown again."""

    def go(next_one: Scenario, **more: str) -> HttpResponse:
        return HttpResponseRedirect(f"{basis.url}?{next_one.query(phan=basis.part, **more)}#ket-qua")

    what = str(told.get("them", ""))
    if what == "tim":
        return HttpResponseRedirect(
            f"{basis.url}?{scenario.query(phan=basis.part, q=told.get('q', '')[:100])}#them-quyet-dinh"
        )
    if what == "quyet-dinh":
        form = DecisionForm(profile, told)
        if not form.is_valid():
            return form
        step: Step = form.cleaned_data["step"]
        return go(scenario.adding(step.kind, step.value))
    if what == "huy" and (chosen := str(told.get("quyet_dinh", ""))) in map(str, basis.numbers):
        return go(scenario.adding("huy", chosen))
    if what in day_forms:
        day_form = OneDayForm(told, prefix=what)
        if not day_form.is_valid():
            day_forms[what] = day_form
            return empty
        day: date = day_form.cleaned_data["ngay"]
        if what == "den":
            return go(Scenario(scenario.steps, day))
        return go(scenario.adding("thi" if what == "thi" else "giay", day.isoformat()))
    return go(scenario)
