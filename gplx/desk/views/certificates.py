"""The health desk: certificates that wait for a person to look, and certified copies to be read."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import looks
from gplx.desk.access import StaffRequest, staff
from gplx.desk.certificate_forms import CopyForm, shown
from gplx.errors import MoveNotAllowedError
from gplx.files import queries as files
from gplx.health import actions, copy_actions, message, queries
from gplx.health.actions import NoteMissingError, OwnRecordError
from gplx.health.message import MessageError
from gplx.health.models import CertifiedCopy, CopyState, Version, VersionState, WaitReason
from gplx.licences.models import Holder

ROWS_ON_A_PAGE = 30
_CANDIDATES_MAX = 10


@staff(Role.CASE_OFFICER)
def queue(request: StaffRequest) -> HttpResponse:
    """What waits, longest first, filtered by reason; copies above."""
    reason = request.GET.get("reason", "")
    rows = queries.waiting()
    if reason in WaitReason.values:
        rows = rows.filter(reason=reason)
    else:
        reason = ""
    counts = queries.waiting_by_reason()
    page = Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": page.object_list,
        "kept": f"reason={reason}" if reason else "",
        "reason": reason,
        "reasons": [
            (value, counts.get(value, 0)) for value in WaitReason.values if counts.get(value) or value == reason
        ],
        "total": sum(counts.values()),
        "copies": queries.copies_waiting()[:ROWS_ON_A_PAGE],
    }
    return render(request, "desk/certificates.html", context)


@staff(Role.CASE_OFFICER)
def item(request: StaffRequest, version_id: int) -> HttpResponse:
    """One version beside the people it may be of: it is accepted for one of them, or returned, with a note."""
    version = get_object_or_404(
        Version.objects.select_related("certificate__facility", "certificate__holder"), pk=version_id
    )
    candidates = _candidates(request.user, version) if version.state == VersionState.WAITING else []
    _recorded(request.user, version, candidates)
    if actions.is_own(request.user, version):
        return render(request, "desk/own_record.html", status=403)
    fault, status = "", 200
    if request.method == "POST":
        fault, status = _act(request, version, candidates)
        if not fault:
            return redirect("desk:certificate", version.pk)
        version.refresh_from_db()
    context: dict[str, Any] = {
        "version": version,
        "fields": [(label, value, name in version.changed) for name, label, value in shown(version.content)],
        "history": queries.history(version.certificate_id),
        "candidates": candidates,
        "fault": fault,
        "note": request.POST.get("note", "")[:300],
    }
    return render(request, "desk/certificate.html", context, status=status)


def _act(request: StaffRequest, version: Version, candidates: list[Holder]) -> tuple[str, int]:
    """Accept or return; what is wrong in words, and the status."""
    note, chosen = request.POST.get("note", ""), request.POST.get("holder", "")
    try:
        if request.POST.get("act") == "return":
            actions.return_to_sender(version.pk, officer=request.user, note=note)
            return "", 200
        holder = next((one for one in candidates if str(one.pk) == chosen), None)
        if holder is None:
            return gettext("Chọn người có giấy khám này."), 422
        actions.accept(version.pk, officer=request.user, note=note, holder_id=holder.pk)
    except NoteMissingError:
        return gettext("Nhập ghi chú: vì sao nhận hoặc vì sao không nhận."), 422
    except OwnRecordError:
        return gettext("Đây là giấy khám của chính bạn; hãy để đồng nghiệp xử lý."), 403
    except MoveNotAllowedError:
        return gettext("Người khác đã xử lý giấy khám này."), 409
    return "", 200


def _candidates(user: User, version: Version) -> list[Holder]:
    """The people a version may be of, each look recorded (I13)."""
    number = version.identity_number
    by_number = Q(citizen_number=number) | Q(aliases__number=number)
    by_name = Q(name_folded=version.name_folded, birth_date=version.birth_date)
    found = list(Holder.objects.filter(by_number | by_name).distinct().order_by("id")[:_CANDIDATES_MAX])
    for holder in found:
        looks.record_once(
            user,
            holder.pk,
            purpose=Purpose.QUARANTINE,
            reference=version.certificate.number,
            what=looks.CANDIDATE,
        )
    return found


def _recorded(user: User, version: Version, candidates: list[Holder]) -> None:
    """Record the look at a version that counts, counted or belongs to nobody that is known (I13)."""
    holder_id = version.certificate.holder_id
    if any(one.pk == holder_id for one in candidates) or (holder_id is None and candidates):
        return
    number = version.certificate.number
    looks.record_once(user, holder_id, purpose=Purpose.CASE_HANDLING, reference=number, what=looks.CERTIFICATE)


@staff(Role.CASE_OFFICER)
def copy(request: StaffRequest, copy_id: int) -> HttpResponse:
    """A certified copy beside the fields an officer reads in it."""
    brought = _copy(request.user, copy_id)
    if looks.is_own(request.user, brought.holder):
        return render(request, "desk/own_record.html", status=403)
    form = CopyForm(request.POST if request.POST.get("act") == "read" else None)
    fault, status = "", 200
    if request.method == "POST":
        status = 422
        try:
            if request.POST.get("act") == "return":
                copy_actions.return_to_holder(copy_id, officer=request.user, answer=request.POST.get("answer", ""))
                return redirect("desk:certificates")
            if form.is_valid() and (version := _read(request.user, brought, form)) is not None:
                return redirect("desk:certificate", version.pk)
        except copy_actions.AnswerMissingError:
            fault = gettext("Nhập lý do không nhận, tối đa 300 ký tự; người nộp sẽ đọc được.")
        except OwnRecordError:
            fault, status = gettext("Đây là giấy khám của chính bạn; hãy để đồng nghiệp xử lý."), 403
        except MoveNotAllowedError:
            fault, status = gettext("Người khác đã xử lý bản sao này."), 409
    context = {"copy": brought, "form": form, "fault": fault, "is_waiting": brought.state == CopyState.WAITING}
    return render(request, "desk/certificate_copy.html", context, status=status)


def _read(user: User, brought: CertifiedCopy, form: CopyForm) -> Version | None:
    """Record what was read; None with faults on the form."""
    try:
        stated = message.read(
            form.message(brought.holder),
            today=clock.today(),
            printed_until=form.cleaned_data["printed_until"],
            may_lack=message.NOT_ON_A_COPY,
        )
        return copy_actions.read(brought.pk, stated, officer=user).version
    except MessageError as error:
        form.add_faults(error.faults)
    except actions.UnknownFacilityError:
        form.add_error("number", gettext("Cơ sở khám này chưa đăng ký; nhờ quản trị đăng ký trước."))
    except actions.AlreadyKnownError:
        form.add_error("number", gettext("Đã có giấy khám cùng số và hạng với nội dung khác."))
    return None


@staff(Role.CASE_OFFICER)
def copy_file(request: StaffRequest, copy_id: int) -> HttpResponse:
    """The PDF itself, as it was brought; it passed the gate."""
    brought = _copy(request.user, copy_id)
    if looks.is_own(request.user, brought.holder):
        return render(request, "desk/own_record.html", status=403)
    response = HttpResponse(files.content(brought.file), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="ban-sao.pdf"'
    return response


def _copy(user: User, copy_id: int) -> CertifiedCopy:
    brought = get_object_or_404(CertifiedCopy.objects.select_related("holder", "file", "version"), pk=copy_id)
    looks.record_once(
        user, brought.holder_id, purpose=Purpose.CASE_HANDLING, reference=f"GKSK-{brought.pk}", what=looks.CANDIDATE
    )
    return brought
