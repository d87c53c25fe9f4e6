"""Practice for everybody: questions by topic, and whole papers of a class. Nothing is kept of it (ADR 0053)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from gplx import clock
from gplx.law import knowledge_test
from gplx.law.knowledge_test import PaperNotKnownError, PaperRule
from gplx.questions import marking, names, papers, queries
from gplx.questions.marking import MarkedAnswer
from gplx.questions.papers import Asked, Paper, PaperImpossibleError

NUMBERS = 1_000_000
"""So many practice papers there are of a class."""

_TOPIC_AT = {address: topic for topic, address in names.ADDRESSES.items()}


def start(request: HttpRequest) -> HttpResponse:
    """Choose a class, then a topic or a whole paper."""
    category = request.GET.get("hang", "")
    if category not in knowledge_test.categories():
        category = ""
    today = clock.today()
    asked = queries.search(today, category=category) if category else []
    topics = [
        (names.TOPICS[topic], address, sum(version.topic == topic for version in asked))
        for topic, address in names.ADDRESSES.items()
    ]
    context = {
        "category": category,
        "categories": knowledge_test.categories(),
        "topics": topics,
        "rule": _rule(category, today) if category else None,
    }
    return render(request, "portal/practice/start.html", context)


def topic(request: HttpRequest, address: str) -> HttpResponse:
    """One question of a topic after the other; the answer is explained at once."""
    category = request.GET.get("hang", "")
    if address not in _TOPIC_AT or category not in knowledge_test.categories():
        raise Http404
    number = _number(request.GET.get("bo"))
    if number is None:
        return redirect(f"{request.path}?hang={category}&bo={secrets.randbelow(NUMBERS)}")
    today = clock.today()
    found = queries.search(today, category=category, topic=_TOPIC_AT[address])
    line = papers.line_up(found, seed=_seed(category, number))
    place = min(max(_number(request.GET.get("cau")) or 1, 1), max(len(line), 1))
    if not line:
        raise Http404
    one = line[place - 1]
    choice = _choice(request, one) if request.method == "POST" else None
    kept = f"hang={category}&bo={number}"
    context = {
        "topic": names.TOPICS[_TOPIC_AT[address]],
        "one": one,
        "text": one.text(_language()),
        "options": _options(one, choice),
        "answer": MarkedAnswer(one, choice, marking.sources(one)) if choice else None,
        "why": marking.why(one, _language()),
        "sources": marking.sources(one),
        "unanswered": request.method == "POST" and choice is None,
        "place": place,
        "count": len(line),
        "next": f"?{kept}&cau={place + 1}" if place < len(line) else "",
        "category": category,
    }
    return render(request, "portal/practice/question.html", context)


def paper(request: HttpRequest, category: str) -> HttpResponse:
    """A whole paper of a class on one page; sent, it comes back marked and explained."""
    if category not in knowledge_test.categories():
        raise Http404
    number = _number(request.GET.get("bo"))
    if number is None:
        return redirect(f"{reverse('practice_paper', args=[category])}?bo={secrets.randbelow(NUMBERS)}")
    today = clock.today()
    rule = _rule(category, today)
    try:
        drawn = papers.draw(rule, seed=_seed(category, number), on=today)
    except PaperImpossibleError:
        return render(request, "portal/practice/impossible.html", {"category": category}, status=503)
    context = {
        "category": category,
        "rule": rule,
        "number": number,
        "is_of_before": today > knowledge_test.last_known_day(),
        "last_known_day": knowledge_test.last_known_day(),
    }
    if request.method == "POST":
        return render(request, "portal/practice/marked.html", {**context, **_marked(request, drawn)})
    asked = [(one, one.text(_language()), _options(one, None)) for one in drawn.asked]
    return render(request, "portal/practice/paper.html", {**context, "asked": asked})


def _marked(request: HttpRequest, drawn: Paper) -> dict[str, Any]:
    marked = marking.mark(drawn, {one.number: _choice(request, one) for one in drawn.asked})
    answers = [
        (answer, answer.asked.text(_language()), _options(answer.asked, answer.choice), answer.why(_language()))
        for answer in marked.answers
    ]
    return {"marked": marked, "answers": answers}


def _rule(category: str, today: date) -> PaperRule:
    """The rule of the day; of the last day that is known where the day's own is not."""
    try:
        return knowledge_test.paper_rule(category, "2025", today)
    except PaperNotKnownError:
        return knowledge_test.paper_rule(category, "2025", knowledge_test.last_known_day())


def _seed(category: str, number: int) -> str:
    """Seeds of practice begin with their own word; none of a sitting does."""
    return f"practice:{category}:{number}"


def _choice(request: HttpRequest, one: Asked) -> int | None:
    choice = _number(request.POST.get(f"cau-{one.number}"))
    return choice if choice is not None and 1 <= choice <= len(one.order) else None


def _options(one: Asked, choice: int | None) -> Sequence[tuple[int, str, bool, bool]]:
    """Place, words, whether it is right, whether it was chosen."""
    return [
        (place, words, place == one.right_choice, place == choice)
        for place, words in enumerate(one.options(_language()), start=1)
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else None


def _language() -> str:
    return get_language() or "vi"
