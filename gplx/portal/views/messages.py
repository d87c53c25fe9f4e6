"""What the register told the person, and who looked at his record."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from gplx.audit.queries import accesses_of
from gplx.licences.models import Holder
from gplx.notices import actions, codes, queries, told
from gplx.portal.holder import holder_page
from gplx.portal.listening import language_of_page, listening, spoken

PAGE = 30


@holder_page
def inbox(request: HttpRequest, holder: Holder) -> HttpResponse:
    """All notices, newest first."""
    items = queries.inbox(holder.pk, limit=PAGE + 1, before_id=_before(request))
    return render(request, "portal/inbox.html", {"items": items[:PAGE], "older": _older(items)})


@holder_page
def notice(request: HttpRequest, holder: Holder, notice_id: int) -> HttpResponse:
    """One notice; opening it is noted as read. Another person's notice does not exist here (T01)."""
    item = _own(holder, notice_id)
    if request.method == "GET":
        actions.open_notice(notice_id, holder_id=holder.pk)
    player = listening(request, reverse("listen", args=[notice_id, "VOICE"]))
    (trail,) = told.trails(holder.pk, notice_id=notice_id)
    context = {"item": item, "trail": trail, "code": codes.of_notice(notice_id), "listening": player}
    return render(request, "portal/notice.html", context)


@holder_page
def listen(request: HttpRequest, holder: Holder, notice_id: int, voice: str) -> HttpResponse:
    """One notice read aloud, in the language of the pages; to the person himself only (T01)."""
    item = _own(holder, notice_id)
    language = language_of_page()
    title, text = (item.title_en, item.text_en) if language == "en" else (item.title_vi, item.text_vi)
    return spoken(request, f"{title}.\n{text}", voice, language=language)


def _own(holder: Holder, notice_id: int) -> queries.Item:
    item = queries.notice(holder.pk, notice_id) if notice_id < 2**63 else None
    if item is None:
        raise Http404
    return item


@holder_page
def accesses(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Who looked at this person's record, when and why."""
    looks = accesses_of(holder.pk, limit=PAGE + 1, before_id=_before(request))
    older = looks[PAGE - 1].pk if len(looks) > PAGE else None
    return render(request, "portal/accesses.html", {"looks": looks[:PAGE], "older": older})


def _before(request: HttpRequest) -> int | None:
    """The number in `truoc`, where it is one that the database can hold."""
    told = request.GET.get("truoc", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 18 else None


def _older(items: list[queries.Item]) -> int | None:
    return items[PAGE - 1].id if len(items) > PAGE else None
