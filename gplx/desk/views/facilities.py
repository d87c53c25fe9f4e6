"""The registry of facilities, for administrators: facilities, the authorities believed, and by what each signs."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gplx import clock
from gplx.accounts.models import MachineClient, Role
from gplx.desk.access import StaffRequest, staff
from gplx.desk.fields import DayField, LineField
from gplx.errors import RegisterError
from gplx.health import facility_actions, queries
from gplx.health.models import Facility, SigningCertificate, TrustAnchor
from gplx.law import provinces

_UNREAL = _("Nhập một ngày có thật.")


class FacilityForm(forms.Form):
    """A facility to be registered."""

    code = LineField(
        longest=5, label=_("Mã cơ sở khám"), help_text=_("5 chữ hoa hoặc số"), missing=_("Nhập mã cơ sở khám.")
    )
    name = LineField(longest=200, label=_("Tên cơ sở khám"), missing=_("Nhập tên cơ sở khám."))
    province = forms.ChoiceField(label=_("Tỉnh, thành phố"), error_messages={"required": _("Chọn tỉnh, thành phố.")})
    active_from = DayField(label=_("Hoạt động từ ngày"), missing=_("Nhập ngày bắt đầu hoạt động."), unreal=_UNREAL)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["province"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((one.code, one.name_vi) for one in provinces.provinces(clock.today()))]


class PemForm(forms.Form):
    """A certificate as text."""

    pem = forms.CharField(
        max_length=facility_actions.CERTIFICATE_BYTES_MAX,
        label=_("Chứng thư số (PEM)"),
        widget=forms.Textarea,
        error_messages={"required": _("Dán chứng thư số dạng PEM.")},
    )


class EndForm(forms.Form):
    """The last day of a facility."""

    last_day = DayField(
        label=_("Ngày hoạt động cuối cùng"), missing=_("Nhập ngày hoạt động cuối cùng."), unreal=_UNREAL
    )


@staff(Role.ADMINISTRATOR)
def overview(request: StaffRequest) -> HttpResponse:
    """All facilities and the authorities believed; both can be added to."""
    act = request.POST.get("act", "")
    form = FacilityForm(request.POST if act == "facility" else None)
    anchor = PemForm(request.POST if act == "anchor" else None, auto_id="anchor_%s")
    if act == "facility" and form.is_valid():
        given = form.cleaned_data
        try:
            made = facility_actions.add_facility(
                code=given["code"],
                name=given["name"],
                province_code=given["province"],
                active_from=given["active_from"],
            )
            return redirect("desk:facility", made.pk)
        except facility_actions.FacilityExistsError:
            form.add_error("code", gettext("Mã này đã đăng ký."))
        except facility_actions.FacilityFormError:
            form.add_error("code", gettext("Mã gồm 5 chữ hoa hoặc số; tỉnh phải có vào ngày bắt đầu."))
    if act == "anchor" and anchor.is_valid():
        try:
            facility_actions.add_anchor(gettext("Tổ chức chứng thực"), anchor.cleaned_data["pem"].encode())
            return redirect("desk:facilities")
        except RegisterError:
            anchor.add_error("pem", gettext("Không phải chứng thư của tổ chức chứng thực, hoặc đã có."))
    context = {
        "facilities": queries.facilities(),
        "anchors": TrustAnchor.objects.order_by("id"),
        "form": anchor if act == "anchor" else form,
        "facility_form": form,
        "anchor_form": anchor,
    }
    return render(request, "desk/facilities.html", context, status=422 if form.errors or anchor.errors else 200)


@staff(Role.ADMINISTRATOR)
def facility(request: StaffRequest, facility_id: int) -> HttpResponse:
    """One facility: its signing certificates, its clients, its last day."""
    one = get_object_or_404(Facility, pk=facility_id)
    act = request.POST.get("act", "")
    pem = PemForm(request.POST if act == "certificate" else None)
    end = EndForm(request.POST if act == "end" else None)
    if act == "certificate" and pem.is_valid():
        try:
            facility_actions.add_signing_certificate(one.pk, pem.cleaned_data["pem"].encode())
            return redirect("desk:facility", one.pk)
        except facility_actions.IssuerUnknownError:
            pem.add_error("pem", gettext("Tổ chức cấp chứng thư này chưa được tin cậy; hãy thêm tổ chức đó trước."))
        except RegisterError:
            pem.add_error("pem", gettext("Không đọc được chứng thư, hoặc chứng thư đã đăng ký."))
    if act == "end" and end.is_valid():
        try:
            facility_actions.end_facility(one.pk, last_day=end.cleaned_data["last_day"])
            return redirect("desk:facility", one.pk)
        except RegisterError:
            end.add_error("last_day", gettext("Ngày này trước ngày bắt đầu hoạt động."))
    if act == "withdraw":
        named = request.POST.get("certificate", "")
        known = SigningCertificate.objects.filter(facility=one, pk=named if named.isdecimal() else 0).first()
        if known is not None:
            facility_actions.withdraw_signing_certificate(known.pk, on=clock.today())
        return redirect("desk:facility", one.pk)
    context = {
        "facility": one,
        "certificates": one.signing_certificates.order_by("-valid_from"),
        "clients": MachineClient.objects.filter(authority=one.code, active=True).order_by("client_id"),
        "form": end if act == "end" else pem,
        "pem_form": pem,
        "end_form": end,
    }
    return render(request, "desk/facility.html", context, status=422 if pem.errors or end.errors else 200)
