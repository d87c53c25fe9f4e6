"""The page of a licence without points: why, what is forbidden, from when on the test may be sat, what is needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gplx import clock
from gplx.exams import queries
from gplx.law.working_days import announced_years
from gplx.licences.models import Holder
from gplx.notices import queries as notices
from gplx.portal import exam_page
from gplx.portal.holder import holder_page
from gplx.portal.listening import listening
from gplx.portal.record import PART_NAMES, LineShown, record_of


@holder_page
def exhausted(request: HttpRequest, holder: Holder, part: str) -> HttpResponse:
    """Everything about one exhausted part on one page."""
    part = exam_page.part_or_404(part)
    today = clock.today()
    shown = next((one for one in record_of(holder, on=today).parts if one.part == part), None)
    now = exam_page.standing(holder, part)
    exhaustion = now.statement.exhaustion
    cycle: list[LineShown] = []
    if shown is not None and exhaustion is not None:
        for line in reversed([line for line in shown.lines if not line.struck]):
            if line.kind in ("restoration", "test_restoration"):
                break
            if line.kind == "deduction" and line.points < 0:
                cycle.insert(0, line)
    context: dict[str, Any] = {
        "part": part,
        "part_name": PART_NAMES[part],
        "shown": shown,
        "now": now,
        "exhaustion": exhaustion,
        "cycle": cycle,
        "conditions": exam_page.shown(now.conditions),
        "bar": exam_page.bar(exhaustion.on, exhaustion.test_from, today) if exhaustion else None,
        "next_sessions": exam_page.offers(holder, now.test_from, is_all=False)[:3] if exhaustion else [],
        "past": [one for one in queries.of_person(holder.pk) if one.part == part][:5],
        "years": max(announced_years()),
    }
    told = notices.latest(holder.pk, "exhausted", part) if exhaustion else None
    if told is not None:
        context["listening"] = listening(request, reverse("listen", args=[told, "VOICE"]))
    return render(request, "portal/exhausted.html", context)
