"""A person's own test results: what was right, what was not and why, and the minutes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from gplx.law import exams as law
from gplx.law import knowledge_test
from gplx.licences.models import Holder
from gplx.portal.holder import holder_page
from gplx.questions.marking import MarkedAnswer
from gplx.sittings import minutes, papers, queries
from gplx.sittings.models import Sitting


@holder_page
def results(request: HttpRequest, holder: Holder) -> HttpResponse:
    """All sittings that have their minutes, and results that other test systems sent, the last first."""
    context = {"sittings": queries.of_holder(holder.pk), "official": queries.official_of(holder.pk)}
    return render(request, "portal/results.html", context)


@holder_page
def result(request: HttpRequest, holder: Holder, sitting_id: int) -> HttpResponse:
    """One sitting, question by question. Another person's does not exist here (T01)."""
    sitting = _own(holder, sitting_id)
    marked = papers.mark(sitting, queries.last_answers(sitting.pk))
    simulation = getattr(sitting, "simulation", None)
    kept_until = None
    if simulation is not None and not simulation.passed:
        kept_until = knowledge_test.theory_counts_until(sitting.held_on)
    context: dict[str, Any] = {
        "sitting": sitting,
        "minutes": sitting.minutes,
        "result": sitting.result,
        "has_effect": queries.has_effect(sitting.minutes.number),
        "simulation": simulation,
        "theory_kept_until": kept_until,
        "again_from": None if sitting.minutes.passed else law.retake_from(sitting.held_on)[0],
        "wrong": [_shown(one) for one in marked.answers if not one.is_right],
        "right": [_shown(one) for one in marked.answers if one.is_right],
    }
    return render(request, "portal/result.html", context)


@holder_page
def minutes_copy(request: HttpRequest, holder: Holder, sitting_id: int) -> HttpResponse:
    """The candidate's sealed copy of the minutes."""
    kept = _own(holder, sitting_id).minutes
    answer = HttpResponse(minutes.copy_of(kept, "candidate"), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{kept.number}.pdf"'
    return answer


def _own(holder: Holder, sitting_id: int) -> Sitting:
    found = Sitting.objects.select_related("minutes", "result", "session").filter(
        pk=sitting_id if sitting_id < 2**63 else 0, holder=holder, minutes__isnull=False
    )
    sitting = found.first()
    if sitting is None:
        raise Http404
    return sitting


def _shown(one: MarkedAnswer) -> dict[str, Any]:
    """A marked question in the reader's language."""
    language = "en" if get_language() == "en" else "vi"
    asked = one.asked
    options = asked.options(language)
    return {
        "number": asked.number,
        "text": asked.text(language),
        "picture": asked.version.picture,
        "given": options[one.choice - 1] if one.choice else "",
        "right": options[asked.right_choice - 1],
        "why": one.why(language),
        "sources": one.sources,
        "is_fatal": one.is_fatal,
    }
