"""The question bank at the desk: browse it, read one question, print a sample paper, bring in a file of questions."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import Role
from gplx.desk.access import StaffRequest, staff_of
from gplx.desk.fields import DayField, LineField
from gplx.law import knowledge_test
from gplx.law.knowledge_test import PaperNotKnownError
from gplx.law.periods import NotInForceError
from gplx.questions import file_actions, files, names, papers, queries
from gplx.questions.models import QuestionFile
from gplx.questions.papers import PaperImpossibleError
from gplx.sittings import queries as sittings

ON_A_PAGE = 25
ROWS_ON_A_PAGE = 100
_EVERY = ("", _("Tất cả"))


class BrowseForm(forms.Form):
    """What to leave out of the bank. Everything is optional."""

    q = LineField(longest=100, required=False, label=_("Từ cần tìm"), help_text=_("Có dấu hoặc không, hoặc mã"))
    topic = forms.ChoiceField(required=False, label=_("Chủ đề"), choices=[_EVERY, *names.TOPICS.items()])
    category = forms.ChoiceField(
        required=False, label=_("Hạng"), choices=[_EVERY, *((known, known) for known in knowledge_test.categories())]
    )
    kind = forms.ChoiceField(
        required=False,
        label=_("Loại câu"),
        choices=[_EVERY, ("fatal", _("Câu điểm liệt")), ("picture", _("Có hình vẽ"))],
    )
    origin = forms.ChoiceField(required=False, label=_("Bộ câu hỏi"), choices=[_EVERY, *names.ORIGINS.items()])
    on = DayField(
        required=False,
        label=_("Áp dụng vào ngày"),
        missing="",
        unreal=_("Ngày áp dụng phải là một ngày có thật."),
        help_text=_("Bỏ trống: hôm nay"),
    )


class SampleForm(forms.Form):
    """Whose paper to draw."""

    category = forms.ChoiceField(label=_("Hạng"), choices=[(known, known) for known in knowledge_test.categories()])
    seed = LineField(
        longest=60, required=False, label=_("Mã đề mẫu"), help_text=_("Cùng mã cho cùng đề; bỏ trống để lấy mã mới")
    )


class UploadForm(forms.Form):
    """A file of questions."""

    content = forms.FileField(
        label=_("Tệp CSV, XLSX hoặc JSON"),
        help_text=_("Theo đúng tệp mẫu, tối đa 8 MB và 5.000 câu"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json"}),
        allow_empty_file=True,
        error_messages={"required": _("Chọn một tệp."), "missing": _("Chọn một tệp."), "invalid": _("Chọn một tệp.")},
    )


@staff_of(Role.EXAMINER)
def browse(request: StaffRequest) -> HttpResponse:
    """The questions asked on a day, filtered."""
    form = BrowseForm(request.GET)
    on = clock.today()
    found = []
    if form.is_valid():
        clean = form.cleaned_data
        on = clean["on"] or on
        found = queries.search(
            on,
            text=clean["q"],
            topic=clean["topic"],
            category=clean["category"],
            origin=clean["origin"],
            picture="yes" if clean["kind"] == "picture" else "",
        )
        if clean["kind"] == "fatal":
            found = [version for version in found if version.is_fatal]
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "on": on,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "kept": kept.urlencode(),
        "last_known_day": knowledge_test.last_known_day(),
    }
    return render(request, "desk/questions/browse.html", context)


@staff_of(Role.EXAMINER)
def question(request: StaffRequest, key: str) -> HttpResponse:
    """One question: what it says now, its versions, and how it did."""
    versions = queries.history(key)
    if not versions:
        raise Http404
    today = clock.today()
    current = next((version for version in queries.asked_on(today) if version.question.key == key), None)
    asked = {row.version: row for row in sittings.statistics(100_000) if row.key == key}
    context = {
        "key": key,
        "current": current,
        "versions": [(version, asked.get(version.number)) for version in versions],
        "today": today,
    }
    return render(request, "desk/questions/question.html", context)


@staff_of(Role.EXAMINER)
def sample(request: StaffRequest) -> HttpResponse:
    """A sample paper with its answers, to be read or printed. No sitting has its seed."""
    if "category" not in request.GET:
        return render(request, "desk/questions/sample.html", {"form": SampleForm()})
    form = SampleForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        category, seed = form.cleaned_data["category"], form.cleaned_data["seed"]
        if not seed:
            return redirect(f"{reverse('desk:questions_sample')}?category={category}&seed={secrets.token_hex(4)}")
        context.update(_sample(category, seed))
    return render(request, "desk/questions/sample.html", context, status=422 if form.errors else 200)


def _sample(category: str, seed: str) -> dict[str, Any]:
    today = clock.today()
    try:
        rule = knowledge_test.paper_rule(category, "2025", today)
        drawn = papers.draw(rule, seed=f"sample:{seed}", on=today)
    except PaperNotKnownError:
        return {"not_known": knowledge_test.last_known_day()}
    except (PaperImpossibleError, NotInForceError):
        return {"impossible": True}
    language = get_language() or "vi"
    asked = [
        (one, one.text(language), list(enumerate(one.options(language), start=1)), one.right_choice)
        for one in drawn.asked
    ]
    return {"rule": rule, "paper": drawn, "asked": asked, "digest": drawn.digest(), "seed": seed}


@staff_of(Role.ADMINISTRATOR)
def bring_in(request: StaffRequest) -> HttpResponse:
    """Choose a file of questions; it is kept and checked, nothing is recorded yet."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["content"]
        try:
            if (given.size or 0) > files.BYTES_MAX:
                raise files.FileRefusedError("too_large", "Tệp lớn quá 8 MB.", "The file is larger than 8 MB.")
            kept = file_actions.upload(given.read(), name=given.name or "", uploaded_by=request.user.pk)
        except files.FileRefusedError as refusal:
            form.add_error("content", refusal.message_en if get_language() == "en" else refusal.message_vi)
        else:
            return redirect("desk:questions_file", kept.pk)
    recent = QuestionFile.objects.defer("content").order_by("-pk")[:10]
    context = {"form": form, "recent": recent, "kinds": files.TEMPLATES}
    return render(request, "desk/questions/bring_in.html", context, status=422 if form.errors else 200)


@staff_of(Role.ADMINISTRATOR)
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """An empty file with the right header and one example."""
    if kind not in files.TEMPLATES:
        raise Http404
    answer = HttpResponse(files.template(kind), content_type=files.TEMPLATES[kind])
    answer["Content-Disposition"] = f'attachment; filename="mau-cau-hoi.{kind}"'
    return answer


@staff_of(Role.ADMINISTRATOR)
def file(request: StaffRequest, file_id: int) -> HttpResponse:
    """What would become of each row of a file; sent, the good rows are recorded."""
    kept = QuestionFile.objects.filter(pk=file_id).first()
    if kept is None:
        raise Http404
    if request.method == "POST":
        file_actions.take(file_id, taken_by=request.user.pk)
        return redirect("desk:questions_file", file_id)
    rows = file_actions.check(kept)
    totals: dict[str, int] = {}
    for row in rows:
        totals[row.outcome] = totals.get(row.outcome, 0) + 1
    english = get_language() == "en"
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "file": kept,
        "totals": totals if kept.counts is None else kept.counts,
        "good": sum(count for outcome, count in totals.items() if outcome not in ("exists", "refused")),
        "page": page,
        "rows": [
            (row, [(fault.field, fault.message_en if english else fault.message_vi) for fault in row.faults])
            for row in page.object_list
        ],
        "kept": "",
    }
    return render(request, "desk/questions/file.html", context)
