"""The person's health certificates: what is there, for which classes it is enough, and what to do when nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy

from gplx import clock
from gplx.accounts.models import User
from gplx.files.gates import FILE_BYTES_MAX, FileRefusedError
from gplx.health import copy_actions, queries
from gplx.health.copy_actions import CopyRefusedError
from gplx.health.queries import Held, Suitability
from gplx.law import health as law
from gplx.law.licences import classes
from gplx.licences.models import Entitlement, Holder
from gplx.portal.holder import holder_page

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FINDINGS: dict[str, _StrPromise] = {
    "certificate_missing": gettext_lazy("chưa nhận được giấy khám nào"),
    "certificate_from_future": gettext_lazy("ngày kết luận chưa đến"),
    "certificate_expired": gettext_lazy("giấy khám đã hết hạn"),
    "not_eligible": gettext_lazy("bác sĩ kết luận không đủ điều kiện"),
    "reexamination_due": gettext_lazy("đã đến hạn khám lại"),
    "class_unknown": gettext_lazy("chưa rõ hạng ghi trên giấy khám, cán bộ đang đối chiếu"),
    "class_not_covered": gettext_lazy("giấy khám dành cho nhóm hạng có yêu cầu thấp hơn"),
    "drugs_found": gettext_lazy("kết quả xét nghiệm ma túy dương tính"),
    "certificate_not_needed": gettext_lazy("hồ sơ hạng này không cần giấy khám"),
}
CONCLUSIONS: dict[str, _StrPromise] = {
    "eligible": gettext_lazy("Đủ điều kiện"),
    "not_eligible": gettext_lazy("Không đủ điều kiện"),
    "reexamine": gettext_lazy("Đủ điều kiện, phải khám lại"),
}


@dataclass(frozen=True)
class ClassShown:
    """Whether the person's certificates are enough for one class, and why not."""

    code: str
    is_held: bool
    suitability: Suitability

    @property
    def is_needed(self) -> bool:
        return law.needs_certificate(self.code, "2025")

    @property
    def why(self) -> list[_StrPromise]:
        return [FINDINGS[finding.code] for finding in self.suitability.findings]


@dataclass(frozen=True)
class Shown:
    """One certificate as its holder reads it."""

    held: Held
    today: date

    @property
    def conclusion(self) -> _StrPromise:
        return CONCLUSIONS[self.held.version.conclusion]

    @property
    def has_expired(self) -> bool:
        return self.held.valid_until is None or self.held.valid_until < self.today


@holder_page
def health(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Certificates of the person; a copy can be brought, and an arrival be waited for."""
    fault, status = "", 200
    if request.method == "POST":
        fault, status = _act(request, holder)
        if not fault:
            return redirect(f"{reverse('health')}?xong={'tep' if request.POST.get('act') == 'bring' else 'bao'}")
    context = {**_context(holder), "fault": fault, "done": request.GET.get("xong", "") if not fault else ""}
    return render(request, "portal/health.html", context, status=status)


def _act(request: HttpRequest, holder: Holder) -> tuple[str, int]:
    """Do what the form asks; what is wrong in the reader's language, and the status."""
    assert isinstance(request.user, User)
    if request.POST.get("act") == "wish":
        copy_actions.wish_to_be_told(holder)
        return "", 200
    sent = request.FILES.get("tep")
    try:
        # One byte more than is taken tells the gate that it is too large.
        copy_actions.bring(holder, sent.read(FILE_BYTES_MAX + 1) if sent else b"", user=request.user)
    except FileRefusedError as error:
        return _in_language(error.message_vi, error.message_en), error.status
    except CopyRefusedError as error:
        return _in_language(error.message_vi, error.message_en), 422
    return "", 200


def _in_language(vi: str, en: str) -> str:
    return en if get_language() == "en" else vi


def _context(holder: Holder) -> dict[str, Any]:
    today = clock.today()
    known = queries.certificates(holder.pk)
    held = set(Entitlement.objects.filter(licence__holder=holder, regime="2025").values_list("category", flat=True))
    shown = [
        ClassShown(one.code, one.code in held, queries.best_of(known, one.code, "2025", today))
        for one in classes("2025")
        if law.needs_certificate(one.code, "2025")
    ]
    return {
        "today": today,
        "certificates": [Shown(one, today) for one in known],
        "enough": [one for one in shown if one.suitability.is_suitable],
        "not_enough": [one for one in shown if not one.suitability.is_suitable],
        "drug_free": queries.drug_free(holder.pk, today),
        "wish": queries.wishes_to_be_told(holder.pk),
        "facilities": queries.facilities_that_send(holder.province_code),
        "copies": list(queries.copies_of(holder.pk)[:10]),
    }
