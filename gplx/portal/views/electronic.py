"""The electronic licence: the holder's page with its phones, and the check that anybody can make."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gplx import clock
from gplx.licences import electronic
from gplx.licences.models import Holder, Part
from gplx.portal.holder import holder_page
from gplx.wallet import actions, counter, grants, offers, publication, queries
from gplx.wallet.licence import LicenceData
from gplx.wallet.models import Ending
from gplx.wallet.queries import Carried

_ENDINGS = {"lost": Ending.LOST, "removed": Ending.REMOVED}


@dataclass(frozen=True)
class Shown:
    """One part on the holder's page."""

    part: str
    suspended: bool
    data: LicenceData
    phones: list[Carried]
    past: list[Carried]


@holder_page
def mine(request: HttpRequest, holder: Holder) -> HttpResponse:
    """One's electronic licence by parts: how it stands, which phones carry it, and how to get it onto one."""
    if request.method == "POST":
        part = request.POST.get("phan", "")
        if part in electronic.parts(holder.pk, clock.today()):
            return _offer(request, holder, part)
        return _end(request, holder)
    carried = queries.carried(holder.pk)
    shown = []
    for part in Part:
        subject = electronic.subject(holder.pk, part, clock.today())
        own = [one for one in carried if one.part == part]
        if subject is not None:
            phones, past = [[one for one in own if (one.ended_at is None) is live] for live in (True, False)]
            shown.append(Shown(part, queries.is_suspended(holder.pk, part), subject.data, phones, past))
    published_at = queries.published_at(holder.pk)
    context = {"parts": shown, "now": publication.now(), "published_at": published_at}
    return render(request, "portal/electronic.html", context)


def _offer(request: HttpRequest, holder: Holder, part: str) -> HttpResponse:
    """An offer for a phone: as a code to scan, as a link, and with the digits that belong to it."""
    try:
        made = grants.offer(holder.pk, part, at=publication.now())
    except grants.TooManyOffersError:
        messages.error(request, _("Bạn đã tạo nhiều mã trong một giờ. Hãy thử lại sau."))
        return redirect("electronic")
    link = offers.link(made, electronic.configurations_of(part))
    context = {
        "part": part,
        "link": link,
        "picture": segno.make_qr(link, error="l").svg_data_uri(scale=4, border=4, light="#fff"),
        "tx_code": made.tx_code,
        "expires_at": made.expires_at,
        "sandbox": f"{settings.SANDBOX_URL}/phone/?{urlsplit(link).query}" if settings.DEMO else "",
    }
    return render(request, "portal/electronic_offer.html", context)


def _end(request: HttpRequest, holder: Holder) -> HttpResponse:
    """End what one phone carries: it was lost, or is not used any more."""
    ending = _ENDINGS.get(request.POST.get("viec", ""))
    ended = 0
    for told in request.POST.get("may", "").split(",")[:20]:
        try:
            batch = UUID(told)
        except ValueError:
            continue
        if ending is not None:
            ended += actions.end(holder.pk, batch, ending, at=publication.now(), recorded_on=clock.today())
    if ended:
        messages.success(
            request, _("Đã dừng giấy phép điện tử trên máy đó. Người kiểm tra sẽ thấy trong vòng một phút.")
        )
    return redirect("electronic")


@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Is an electronic licence genuine, and how does it stand? For anybody; nothing of it is kept."""
    context = counter.page(request.method == "POST", request.POST, request.FILES)
    return render(request, "portal/licence_check.html", context, status=422 if context["fault"] else 200)
