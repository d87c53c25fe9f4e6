"""Pages of small facilities: writing a certificate, checking it, confirming it, correcting it. Fit for a telephone."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit.models import Purpose
from gplx.desk import drafts, looks
from gplx.desk.access import StaffRequest, staff_of
from gplx.desk.certificate_forms import ClinicForm, initial_of, shown
from gplx.health import actions, message, queries
from gplx.health.message import MessageError
from gplx.health.models import Facility, Origin, Version

KIND = "health_certificate"
SHOWN_MAX = 50


def _facility(user: User) -> Facility | None:
    """The facility a person works for: his identity provider names its code, or its name, as his unit."""
    if not user.unit:
        return None
    found = list(Facility.objects.filter(Q(code=user.unit) | Q(name=user.unit))[:2])
    return found[0] if len(found) == 1 else None


@staff_of(Role.CLINIC)
def overview(request: StaffRequest) -> HttpResponse:
    """What the facility has sent and written."""
    facility = _facility(request.user)
    rows = [] if facility is None else list(queries.of_facility(facility.code)[:SHOWN_MAX])
    people = {row.certificate.holder_id for row in rows if row.certificate.holder_id is not None}
    if facility is not None and people:
        looks.record_list(request.user, sorted(people), purpose=Purpose.CASE_HANDLING, reference=facility.code)
    return render(request, "desk/clinic.html", {"facility": facility, "rows": rows})


@staff_of(Role.CLINIC)
def form(request: StaffRequest, version_id: int | None = None) -> HttpResponse:
    """A new certificate, or the correction of one the facility wrote here."""
    facility = _facility(request.user)
    corrected = None if version_id is None else _own(request.user, facility, version_id)
    if corrected is not None and actions.is_own(request.user, corrected):
        return render(request, "desk/own_record.html", status=403)
    today = clock.today()
    if facility is None:
        return render(request, "desk/clinic.html", {"facility": None, "rows": []})
    if request.method != "POST":
        initial = _first_values(facility) if corrected is None else initial_of(corrected.content)
        if draft := drafts.get(request.session, KIND, request.GET.get("draft", "")):
            initial = initial_of(draft["value"])
        return _form(request, ClinicForm(initial=initial, today=today), facility, corrected)
    written = ClinicForm(request.POST, today=today)
    if written.is_valid():
        given = written.message(facility, edit=corrected is not None)
        try:
            message.read(given, today=today)
        except MessageError as error:
            written.add_faults(error.faults)
        else:
            return redirect("desk:clinic_check", drafts.keep(request.session, KIND, given))
    return _form(request, written, facility, corrected, status=422)


def _form(
    request: StaffRequest, written: ClinicForm, facility: Facility, corrected: Version | None, *, status: int = 200
) -> HttpResponse:
    context = {"form": written, "facility": facility, "corrected": corrected}
    return render(request, "desk/clinic_form.html", context, status=status)


@staff_of(Role.CLINIC)
def check(request: StaffRequest, draft: str) -> HttpResponse:
    """What was written, once more; the doctor who concluded confirms it."""
    kept = drafts.get(request.session, KIND, draft)
    facility = _facility(request.user)
    if kept is None or facility is None:
        return render(request, "desk/draft_gone.html", {"again": "desk:clinic_new"}, status=404)
    if kept["became"] is not None:
        return redirect("desk:clinic_done", kept["became"])
    given, fault, status = kept["value"], "", 200
    if request.method == "POST":
        status = 422
        if request.POST.get("confirmed") != "1":
            fault = gettext("Bác sĩ kết luận phải xác nhận trước khi gửi.")
        else:
            try:
                stated = message.read(given, today=clock.today())
                outcome = actions.receive_form(stated, user=request.user)
            except MessageError as error:
                fault = "; ".join(one.message_vi for one in error.faults)
            except actions.AlreadyKnownError:
                fault = gettext("Đã có giấy khám cùng số và hạng với nội dung khác. Hãy mở giấy đó và chọn Sửa.")
            except actions.NothingToEditError:
                fault = gettext("Số hoặc hạng khác với giấy đang sửa. Hãy lập giấy khám mới.")
            except actions.OwnRecordError:
                return render(request, "desk/own_record.html", status=403)
            else:
                drafts.sent(request.session, draft, outcome.version.pk)
                return redirect("desk:clinic_done", outcome.version.pk)
    context = {"fields": shown(given), "fault": fault, "draft": draft, "edit": given["STATE"] == "EDIT"}
    return render(request, "desk/clinic_check.html", context, status=status)


@staff_of(Role.CLINIC)
def done(request: StaffRequest, version_id: int) -> HttpResponse:
    """One certificate of the facility, with how it stands."""
    version = _own(request.user, _facility(request.user), version_id)
    fields = [(label, value) for _, label, value in shown(version.content)]
    may_correct = (
        version.origin == Origin.FORM and not version.certificate.versions.filter(number__gt=version.number).exists()
    )
    context = {"version": version, "fields": fields, "may_correct": may_correct}
    return render(request, "desk/clinic_done.html", context)


def _own(user: User, facility: Facility | None, version_id: int) -> Version:
    """A version of the facility's own, the look recorded (I13); anybody else's does not exist here."""
    version = Version.objects.select_related("certificate__facility").filter(pk=version_id).first()
    if version is None or facility is None or version.certificate.facility_id != facility.pk:
        raise Http404
    looks.record_once(
        user,
        version.certificate.holder_id,
        purpose=Purpose.CASE_HANDLING,
        reference=version.certificate.number,
        what=looks.CERTIFICATE,
    )
    return version


def _first_values(facility: Facility) -> dict[str, object]:
    """The next free number of the facility's year, today, and no alcohol."""
    today = clock.today()
    ending = f"/GKSKLX/{facility.code}/{today:%y}"
    latest = (
        facility.certificates.filter(number__endswith=ending)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    following = int(latest[:5]) + 1 if latest else 1
    return {"number": f"{following:05}{ending}", "concluded_on": today, "alcohol": "0", "alcohol_unit": "1"}
