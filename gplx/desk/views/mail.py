"""The mailroom's pages: what waits by province, batches, their files, and what came of a letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import LineField
from gplx.desk.names import RETURN_REASONS
from gplx.desk.printing import as_pdf
from gplx.errors import MoveNotAllowedError
from gplx.files import queries as files
from gplx.letters.pdf import PaperError
from gplx.mailroom import actions, papers, queries
from gplx.mailroom.actions import BATCH_MAX, NothingWaitsError
from gplx.mailroom.documents import province_name
from gplx.mailroom.models import Batch, BatchState, Letter, LetterState
from gplx.wallet.errors import KeyStoreError

BATCHES_SHOWN = 20
RETURNED_SHOWN = 50


class CodeForm(forms.Form):
    """The code on a letter, typed or scanned."""

    code = LineField(
        longest=200,
        label=_("Mã trên thư"),
        help_text=_("Gõ hoặc quét mã QR, ví dụ 7H3K-9QWX-2MDT"),
        missing=_("Nhập mã trên thư."),
    )


class PostForm(forms.Form):
    """Who took the letters."""

    carrier = LineField(longest=80, label=_("Bên nhận chuyển phát"), missing=_("Nhập bên nhận chuyển phát."))
    carrier_receipt = LineField(
        longest=40, required=False, label=_("Số biên nhận của bên nhận"), help_text=_("Bỏ trống nếu chưa có")
    )


class EntryForm(forms.Form):
    """What came of a posted letter."""

    came = forms.ChoiceField(
        label=_("Thư này thế nào?"),
        choices=[
            ("deliver", _("Đã phát: bên chuyển phát báo người nhận đã ký")),
            *((f"return:{value}", text) for value, text in RETURN_REASONS.items()),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một kết quả."), "invalid_choice": _("Chọn một kết quả trong danh sách.")},
    )


@staff(Role.CASE_OFFICER)
def home(request: StaffRequest) -> HttpResponse:
    """What waits by province, the batches, letters that came back, and the field for a code."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if request.method == "POST" and form.is_valid():
        letter = queries.by_code(form.cleaned_data["code"])
        if letter is not None and letter.paper is not None:
            return redirect("desk:mail_letter", letter.paper.code)
        form.add_error("code", gettext("Không có thư nào mang mã này. Xem lại mã trên thư."))
    today = clock.today()
    returned = queries.returned()
    context = {
        "form": form,
        "waiting": [(province_name(each.province_code, today), each) for each in queries.waiting()],
        "batches": [(province_name(each.province_code, today), each) for each in queries.batches()[:BATCHES_SHOWN]],
        "returned": returned[:RETURNED_SHOWN],
        "returned_count": returned.count(),
    }
    return render(request, "desk/mail.html", context, status=422 if form.errors else 200)


@staff(Role.CASE_OFFICER)
def new_batch(request: StaffRequest, province_code: str) -> HttpResponse:
    """What a batch would hold; confirmed, it is made. The same form sent twice makes one batch."""
    found = next((each for each in queries.waiting() if each.province_code == province_code), None)
    if request.method == "POST":
        try:
            draft = UUID(request.POST.get("draft", ""))
            batch = actions.make_batch(draft, province_code=province_code, by=request.user.pk)
            return redirect("desk:mail_batch", batch.pk)
        except (ValueError, NothingWaitsError):
            found = None
    context = {
        "province": province_name(province_code, clock.today()),
        "province_code": province_code,
        "found": found,
        "taken": min(found.letters, BATCH_MAX) if found else 0,
        "most": BATCH_MAX,
        "kinds": queries.waiting_kinds(province_code) if found else [],
        "draft": uuid4(),
    }
    return render(request, "desk/mail_new.html", context, status=200 if found else 404)


@staff(Role.CASE_OFFICER)
def batch(request: StaffRequest, batch_id: int) -> HttpResponse:
    """One batch: how far it is, its files, and the entry that it was given to a carrier."""
    shown = _batch(batch_id)
    if request.method != "POST":
        return _show(request, shown, PostForm())
    form = PostForm(request.POST)
    if not form.is_valid():
        return _show(request, shown, form, status=422)
    try:
        actions.post(shown.pk, by=request.user.pk, **form.cleaned_data)
    except MoveNotAllowedError:
        fresh = _batch(batch_id)
        mine = fresh.state == BatchState.POSTED and fresh.posted_by == request.user.pk
        return redirect("desk:mail_batch", batch_id) if mine else _show(request, fresh, PostForm(), 409, too_late=True)
    return redirect("desk:mail_batch", batch_id)


@staff(Role.CASE_OFFICER)
def progress(request: StaffRequest, batch_id: int) -> HttpResponse:
    """How far a batch is; a piece of its page, asked for again and again while it is made."""
    shown = _batch(batch_id)
    if not getattr(request, "htmx", False):
        return redirect("desk:mail_batch", batch_id)
    answer = render(request, "desk/parts/mail_progress.html", {"batch": shown})
    if shown.state != BatchState.MAKING:
        answer["HX-Refresh"] = "true"
    return answer


@staff(Role.CASE_OFFICER)
def print_file(request: StaffRequest, batch_id: int) -> HttpResponse:
    """All letters of a batch in one file. Each person in it sees that his letter was printed."""
    shown = _batch(batch_id)
    if shown.print_file is None:
        raise Http404
    holder_ids = shown.letters.values_list("attempt__notice__holder_id", flat=True)
    looks.record_letters(request.user, list(holder_ids), reference=f"{shown.pk}/LT-GPLX")
    return as_pdf(files.content(shown.print_file), f"lo-thu-{shown.pk}.pdf")


@staff(Role.CASE_OFFICER)
def receipt(request: StaffRequest, batch_id: int) -> HttpResponse:
    """The receipt that the carrier signs: codes, no names."""
    try:
        paper = actions.receipt_of(_batch(batch_id))
    except MoveNotAllowedError:
        raise Http404 from None
    except (PaperError, KeyStoreError):
        return render(request, "desk/no_seal.html", status=503)
    return as_pdf(papers.content(paper), f"ban-giao-lo-thu-{batch_id}.pdf")


@staff(Role.CASE_OFFICER)
def letter(request: StaffRequest, letter_code: str) -> HttpResponse:
    """One letter by its code, without the person's name; what the carrier says of it is entered here."""
    shown = queries.by_code(letter_code)
    if shown is None:
        raise Http404
    if looks.is_own(request.user, shown.attempt.notice.holder):
        return render(request, "desk/own_record.html", status=403)
    if request.method != "POST":
        return _show_letter(request, shown, EntryForm())
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _show_letter(request, shown, form, status=422)
    name, _colon, reason = form.cleaned_data["came"].partition(":")
    try:
        actions.enter(shown.pk, name, by=request.user.pk, said={"by": "carrier"}, reason=reason)
    except MoveNotAllowedError:
        fresh = queries.by_code(letter_code)
        assert fresh is not None
        return _show_letter(request, fresh, EntryForm(), status=409, too_late=True)
    return redirect("desk:mail_letter", letter_code)


def _batch(batch_id: int) -> Batch:
    found = Batch.objects.select_related("print_file").filter(pk=batch_id).first() if batch_id < 2**63 else None
    if found is None:
        raise Http404
    return found


def _show(
    request: StaffRequest, shown: Batch, form: PostForm, status: int = 200, *, too_late: bool = False
) -> HttpResponse:
    context = {
        "batch": shown,
        "province": province_name(shown.province_code, shown.made_on),
        "form": form,
        "too_late": too_late,
        "making": shown.state == BatchState.MAKING,
        "stuck": shown.state == BatchState.MAKING and shown.tries >= actions.TRIES_MAX,
        "counts": queries.counts(shown),
        "letters": queries.letters(shown),
    }
    return render(request, "desk/mail_batch.html", context, status=status)


def _show_letter(request: StaffRequest, shown: Letter, form: EntryForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "letter": shown,
        "form": form,
        "can_be_entered": shown.state == LetterState.POSTED,
        "moves": shown.moves.order_by("id"),
        **more,
    }
    return render(request, "desk/mail_letter.html", context, status=status)
