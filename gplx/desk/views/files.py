"""Files of decisions: upload, dry run, a look at every row, take, result."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from gplx.accounts.models import MachineClient, Role
from gplx.desk import faults
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import LineField
from gplx.errors import MoveNotAllowedError
from gplx.sanctions import file_actions, files, queries
from gplx.sanctions.intake import IntakeError
from gplx.sanctions.models import DecisionFile, FileState, RowOutcome

ROWS_ON_A_PAGE = 50
FILES_ON_A_PAGE = 20
TEMPLATES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RUNNING = (FileState.CHECKING, FileState.TAKING)


class UploadForm(forms.Form):
    """A file and the authority whose decisions it holds."""

    authority = LineField(
        longest=80,
        label=_("Cơ quan ra các quyết định trong tệp"),
        missing=_("Nhập cơ quan ra quyết định."),
        widget=forms.TextInput(attrs={"list": "authorities"}),
    )
    content = forms.FileField(
        label=_("Tệp CSV hoặc XLSX"),
        help_text=_("Theo đúng tệp mẫu, tối đa 32 MB và 200.000 dòng"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": _("Chọn một tệp."), "missing": _("Chọn một tệp."), "invalid": _("Chọn một tệp.")},
    )


@staff(Role.CASE_OFFICER)
def overview(request: StaffRequest) -> HttpResponse:
    """All files, latest first, and the form for a new one. The same bytes again open the same file (B29)."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        kept = _upload(request, form)
        if kept is not None:
            return redirect("desk:file", kept.pk)
    context = {
        "form": form,
        "page": Paginator(queries.recent_files(), FILES_ON_A_PAGE).get_page(request.GET.get("page")),
        "kept": "",
        "authorities": MachineClient.objects.filter(active=True).values_list("authority", flat=True).distinct(),
    }
    return render(request, "desk/files.html", context, status=422 if form.errors else 200)


def _upload(request: StaffRequest, form: UploadForm) -> DecisionFile | None:
    """Keep the file; None when it is refused, with the fault at its field."""
    given: UploadedFile[Any] = form.cleaned_data["content"]
    if (given.size or 0) > files.BYTES_MAX:
        _add(form, "content", files.too_large())
        return None
    try:
        return file_actions.upload(
            given.read(),
            name=given.name or "",
            authority=form.cleaned_data["authority"],
            uploaded_by=request.user.pk,
        )
    except files.FileRefusedError as refusal:
        _add(form, "content", refusal)
    except file_actions.OtherAuthorityError:
        form.add_error("authority", gettext("Chính tệp này đã được tải lên trước đây cho một cơ quan khác."))
    except IntakeError as error:
        faults.put(form, error, {})
    return None


def _add(form: UploadForm, name: str, refusal: files.FileRefusedError) -> None:
    form.add_error(name, refusal.message_en if get_language() == "en" else refusal.message_vi)


@staff(Role.CASE_OFFICER)
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """An empty file with the right header and an invented example row."""
    if kind not in TEMPLATES:
        raise Http404
    answer = HttpResponse(files.template(kind), content_type=TEMPLATES[kind])
    answer["Content-Disposition"] = f'attachment; filename="mau-quyet-dinh.{kind}"'
    return answer


@staff(Role.CASE_OFFICER)
def file(request: StaffRequest, file_id: int) -> HttpResponse:
    """One file: how far it is, what became of its rows, and what can be done next."""
    return _show(request, _file(file_id))


@staff(Role.CASE_OFFICER)
def progress(request: StaffRequest, file_id: int) -> HttpResponse:
    """How far a file is; a piece of its page, asked for again and again while it runs."""
    shown = _file(file_id)
    if not getattr(request, "htmx", False):
        return redirect("desk:file", file_id)
    answer = render(request, "desk/parts/progress.html", {"file": shown, "running": shown.state in _RUNNING})
    if shown.state not in _RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


@staff(Role.CASE_OFFICER)
def take(request: StaffRequest, file_id: int) -> HttpResponse:
    """Have the good rows of a checked file taken. Sent twice, it is taken once."""
    shown = _file(file_id)
    if request.method != "POST":
        return redirect("desk:file", file_id)
    accepts = request.POST.get("accept_bad_rows") == "1"
    try:
        file_actions.confirm(file_id, confirmed_by=request.user.pk, accept_bad_rows=accepts)
    except file_actions.TooManyBadRowsError:
        return _show(request, shown, status=422, unaccepted=True)
    except MoveNotAllowedError:
        fresh = _file(file_id)
        if fresh.state in (FileState.TAKING, FileState.TAKEN) and fresh.taken_by == request.user.pk:
            return redirect("desk:file", file_id)
        return _show(request, fresh, status=409, too_late=True)
    return redirect("desk:file", file_id)


@staff(Role.CASE_OFFICER)
def result(request: StaffRequest, file_id: int) -> HttpResponseBase:
    """What became of each row, as a CSV file."""
    shown = _file(file_id)
    if shown.state in (FileState.CHECKING, FileState.REFUSED):
        raise Http404
    answer = StreamingHttpResponse(queries.file_results(file_id), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ket-qua-tep-{file_id}.csv"'
    return answer


def _file(file_id: int) -> DecisionFile:
    found = queries.file(file_id)
    if found is None:
        raise Http404
    return found


def _show(request: StaffRequest, shown: DecisionFile, *, status: int = 200, **more: Any) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    rows = shown.rows.order_by("line").select_related("decision")
    if outcome in RowOutcome.values:
        rows = rows.filter(outcome=outcome)
    else:
        outcome = ""
    totals = queries.file_totals(shown.pk)
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    english = get_language() == "en"
    context = {
        "file": shown,
        "running": shown.state in _RUNNING,
        "totals": [(known.value, count) for known, count in totals.items() if count],
        "all_rows": sum(totals.values()),
        "would_count": totals[RowOutcome.NEW],
        "doubtful": shown.state == FileState.CHECKED and queries.is_doubtful(shown.pk),
        "outcome": outcome,
        "page": page,
        "rows": [
            (row, [(column, en if english else vi) for column, code, vi, en in row.faults]) for row in page.object_list
        ],
        "kept": f"outcome={outcome}" if outcome else "",
        "columns": files.COLUMNS,
        **more,
    }
    return render(request, "desk/file.html", context, status=status)
