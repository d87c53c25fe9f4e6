"""The quarantine desk: decisions that matched no licence by themselves, and a person who decides (T21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import candidates, looks, previews
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import LineField
from gplx.errors import MoveNotAllowedError
from gplx.licences.models import Holder, Part
from gplx.sanctions import actions as sanctions
from gplx.sanctions import queries
from gplx.sanctions.models import Decision, DecisionState, QuarantineReason
from gplx.sanctions.quarantine import OwnRecordError

ROWS_ON_A_PAGE = 30


class NoteForm(forms.Form):
    """Why it is this person, or why it goes back."""

    note = LineField(
        longest=300,
        label=_("Ghi chú"),
        help_text=_("Vì sao là người này, hoặc vì sao trả lại. Ghi chú được giữ cùng quyết định."),
        missing=_("Nhập ghi chú: vì sao là người này, hoặc vì sao trả lại."),
    )


_NUMBER = LineField(longest=40, required=False)


@dataclass(frozen=True)
class Candidate:
    """One person a decision may mean: what agrees, what differs, and what matching would change."""

    holder: Holder
    compared: candidates.Comparison
    part: str
    preview: previews.Preview | None
    own: bool

    @property
    def version(self) -> str:
        return self.preview.version if self.preview is not None else ""


@staff(Role.CASE_OFFICER)
def queue(request: StaffRequest) -> HttpResponse:
    """What waits, longest first, filtered by reason."""
    reason = request.GET.get("reason", "")
    rows = queries.quarantined()
    if reason in QuarantineReason.values:
        rows = rows.filter(reason=reason)
    else:
        reason = ""
    counts = queries.quarantined_by_reason()
    today = clock.today()
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, (today - row.recorded_on).days) for row in page.object_list],
        "kept": f"reason={reason}" if reason else "",
        "reason": reason,
        "reasons": [(value, counts.get(value, 0)) for value in QuarantineReason.values],
        "total": sum(counts.values()),
    }
    return render(request, "desk/quarantine.html", context)


@staff(Role.CASE_OFFICER)
def item(request: StaffRequest, decision_id: int) -> HttpResponse:
    """One decision beside the people it may mean. Matching shows its effect first; returning needs a note."""
    decision = get_object_or_404(Decision.objects.select_related("account__holder"), pk=decision_id)
    if decision.state != DecisionState.QUARANTINED:
        if request.method == "POST":
            return _faster(request, decision)
        return redirect("desk:decision", decision.pk)
    # A number is personal: it travels in the body of a request, never in an address (I18).
    number, readable = _typed(request.POST.get("number", ""))
    act = request.POST.get("act")
    found = _candidates(request.user, decision, number)
    form = NoteForm(request.POST if act in ("match", "return") else None)
    context: dict[str, Any] = {
        "decision": decision,
        "candidates": found,
        "form": form,
        "waited": (clock.today() - decision.recorded_on).days,
        "number": number,
        "number_found": readable and (not number or any(one.compared.licence_is(number) for one in found)),
    }
    if request.method != "POST" or act == "find":
        return render(request, "desk/quarantine_item.html", context)
    if act == "preview":
        return _picked(request, context, request.POST.get("holder", ""))
    return _act(request, decision, context)


def _typed(text: str) -> tuple[str, bool]:
    """The number an officer typed; empty, and not readable, where it has characters no number has."""
    try:
        return str(_NUMBER.clean(text)), True
    except forms.ValidationError:
        return "", False


def _act(request: StaffRequest, decision: Decision, context: dict[str, Any]) -> HttpResponse:
    form: NoteForm = context["form"]
    act = request.POST.get("act")
    if act not in ("match", "return"):
        return render(request, "desk/quarantine_item.html", context, status=422)
    if not form.is_valid():
        return _picked(request, context, request.POST.get("holder", "") if act == "match" else "", status=422)
    note = form.cleaned_data["note"]
    try:
        if act == "return":
            sanctions.return_to_authority(decision.pk, officer=request.user, note=note)
            return redirect("desk:decision", decision.pk)
        chosen = _of(context["candidates"], request.POST.get("holder", ""))
        if chosen is None or chosen.preview is None or chosen.own:
            form.add_error(None, gettext("Chọn một người có phần giấy phép này."))
            return render(request, "desk/quarantine_item.html", context, status=422)
        if request.POST.get("version") != chosen.version:
            return _picked(request, {**context, "stale": True}, request.POST.get("holder", ""), status=409)
        sanctions.match(decision.pk, holder_id=chosen.holder.pk, part=chosen.part, officer=request.user, note=note)
    except OwnRecordError:
        return render(request, "desk/own_record.html", status=403)
    except MoveNotAllowedError:
        decision.refresh_from_db()
        return _faster(request, decision)
    return redirect("desk:decision", decision.pk)


def _picked(request: StaffRequest, context: dict[str, Any], holder: str, *, status: int = 200) -> HttpResponse:
    """The page, with the effect on one candidate when one is picked."""
    context["picked"] = _of(context["candidates"], holder)
    return render(request, "desk/quarantine_item.html", context, status=status)


def _faster(request: StaffRequest, decision: Decision) -> HttpResponse:
    """Somebody else was faster: the fresh view instead of a change (F18)."""
    context = {"decision": decision, "move": getattr(decision, "move", None)}
    return render(request, "desk/quarantine_conflict.html", context, status=409)


def _of(found: list[Candidate], holder: str) -> Candidate | None:
    return next((candidate for candidate in found if str(candidate.holder.pk) == holder), None)


def _candidates(user: User, decision: Decision, number: str) -> list[Candidate]:
    """The people it may mean; each of them is looked at, and can see that (I13)."""
    shown = []
    for holder in candidates.people(decision, number):
        looks.record_once(
            user,
            holder.pk,
            purpose=Purpose.QUARANTINE,
            reference=f"{decision.number}/{decision.year}",
            what=looks.CANDIDATE,
        )
        compared = candidates.compare(decision, holder)
        part = decision.part if decision.part in Part.values else ""
        own = looks.is_own(user, holder)
        preview = None
        if part and compared.part_held and not own:
            preview = previews.of_decision(holder.pk, part, decision)
        shown.append(Candidate(holder, compared, part, preview, own))
    return sorted(shown, key=lambda candidate: candidate.compared.differences)
