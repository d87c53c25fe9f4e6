"""Looking a person up, and the page about what he may drive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import looks, queries
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import LineField
from gplx.desk.names import PURPOSES
from gplx.mailroom import queries as mailroom

SHORTEST_QUERY = 4


class LookUpForm(forms.Form):
    """Whom to look up, and why."""

    query = LineField(
        longest=120,
        label=_("Số giấy phép lái xe, số định danh hoặc họ tên"),
        help_text=_("Số 12 chữ số; số CMND cũ 9 chữ số; hoặc họ tên đầy đủ, có dấu hay không dấu đều được."),
        missing=_("Nhập số giấy phép lái xe, số định danh hoặc họ tên."),
    )
    purpose = forms.ChoiceField(
        label=_("Lý do tra cứu"),
        choices=list(PURPOSES.items()),
        widget=forms.RadioSelect(attrs={"small": True}),
        error_messages={
            "required": _("Chọn lý do tra cứu."),
            "invalid_choice": _("Chọn một trong các lý do của danh sách."),
        },
    )
    reference = LineField(
        longest=80,
        required=False,
        label=_("Số vụ việc, quyết định hoặc khiếu nại"),
        help_text=_("Bắt buộc khi xử lý vụ việc, đối chiếu hoặc giải quyết khiếu nại. Không ghi tên người."),
    )

    def clean_query(self) -> str:
        query = str(self.cleaned_data["query"])
        if len(query) < SHORTEST_QUERY or not any(character.isalnum() for character in query):
            raise forms.ValidationError(_("Nhập ít nhất bốn ký tự."), code="short")
        return query

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("purpose") in looks.NEEDS_REFERENCE and not clean.get("reference"):
            self.add_error("reference", _("Lý do này cần số vụ việc, quyết định hoặc khiếu nại."))
        return clean


@staff(Role.ROADSIDE)
def look_up(request: StaffRequest) -> HttpResponse:
    """Ask for a person. One hit opens his page, several are listed to choose from; each try is one row of the log."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _form_page(request, form, status=status)
    clean = form.cleaned_data
    try:
        looks.check_budget(request.user)
    except looks.TooManyMissesError:
        form.add_error(
            None,
            gettext("Bạn đã tra cứu nhiều lần mà không thấy ai. Hãy đợi mười phút, xem lại số trên giấy rồi thử lại."),
        )
        return _form_page(request, form, status=429)
    why = {"purpose": clean["purpose"], "reference": clean["reference"]}
    found = queries.find_people(clean["query"])
    if len(found.people) == 1 and found.exact:
        return _open(request, found.people[0].holder, **why)
    if found.people:
        looks.record_list(request.user, [hit.holder.pk for hit in found.people], **why)
    else:
        looks.record(request.user, None, what=looks.SEARCH, **why)
        return render(request, "desk/not_found.html", {"form": form, "looks_like": queries.shape_of(clean["query"])})
    hits = [(hit, looks.choice(request.user, hit.holder.pk, **why)) for hit in found.people]
    return render(request, "desk/choose.html", {"form": form, "hits": hits, "more": found.more})


@staff(Role.ROADSIDE)
def choose(request: StaffRequest) -> HttpResponse:
    """Open one person of a list of hits."""
    picked = looks.chosen(request.user, request.POST.get("ticket", "")) if request.method == "POST" else None
    if picked is None:
        return redirect("desk:look_up")
    holder, purpose, reference = picked
    return _open(request, holder, purpose=purpose, reference=reference)


def _open(request: StaffRequest, holder: Any, *, purpose: str, reference: str) -> HttpResponse:
    try:
        number = looks.open_look(request.user, holder, purpose=purpose, reference=reference)
    except looks.OwnRecordError:
        return render(request, "desk/own_record.html", status=403)
    return redirect("desk:look", number)


@staff(Role.ROADSIDE)
def look(request: StaffRequest, number: int) -> HttpResponse:
    """What this person may drive now, said along three separate questions: document, right to drive, points."""
    opened = looks.opened(request.user, number)
    if opened is None:
        return closed(request)
    today = clock.today()
    person = queries.person(opened.holder, today)
    context = {
        "look": opened,
        "person": person,
        "today": today,
        "read_at": timezone.now(),
        "letters_open": mailroom.open_count(opened.holder.pk),
    }
    return render(request, "desk/look.html", context)


def closed(request: StaffRequest) -> HttpResponse:
    """The page for a look that has run out, or that is not this officer's: both read alike (T36)."""
    return render(request, "desk/look_closed.html", status=404)


def _form_page(request: StaffRequest, form: LookUpForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "recent": looks.recent_of(request.user),
        "open_since": looks.still_open_since(),
    }
    return render(request, "desk/look_up.html", context, status=status)
