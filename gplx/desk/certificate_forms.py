"""Forms for health certificates: a small facility's own, and what an officer reads from a certified copy.

Both say what the message of the hospitals says, and are read by the same rules (`health.message`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gplx.desk.fields import DayField, LineField
from gplx.health.message import Fault, day_of
from gplx.health.models import Facility
from gplx.law import licences, provinces
from gplx.licences.models import Holder

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SEX = [("0", _("Nam")), ("1", _("Nữ"))]
DRUGS = [("0", _("Âm tính")), ("1", _("Dương tính"))]
UNITS = [("1", _("mg/lít khí thở")), ("0", _("mg/100 ml máu"))]
CONCLUSIONS = [
    ("A0-1", _("Đủ điều kiện")),
    ("A0-2", _("Không đủ điều kiện")),
    ("A0-3", _("Đủ điều kiện nhưng phải khám lại")),
]
LABELS: dict[str, _StrPromise] = {
    "SO": _("Số giấy khám"),
    "HOTEN": _("Họ và tên"),
    "GIOITINHVAL": _("Giới tính"),
    "NGAYSINH": _("Ngày sinh"),
    "DIACHITHUONGTRU": _("Địa chỉ thường trú"),
    "MATINH_THUONGTRU": _("Tỉnh, thành phố"),
    "MAHUYEN_THUONGTRU": _("Mã huyện"),
    "MAXA_THUONGTRU": _("Mã xã, phường"),
    "SOCMND_PASSPORT": _("Số căn cước, CMND hoặc hộ chiếu"),
    "NGAYTHANGNAMCAPCMND": _("Ngày cấp giấy tờ"),
    "NOICAP": _("Nơi cấp giấy tờ"),
    "IDBENHVIEN": _("Mã cơ sở khám"),
    "BENHVIEN": _("Cơ sở khám"),
    "NONGDOCON": _("Nồng độ cồn"),
    "DVINONGDOCON": _("Đơn vị nồng độ cồn"),
    "MATUY": _("Xét nghiệm ma túy"),
    "NGAYKHAM": _("Ngày khám"),
    "NGAYKETLUAN": _("Ngày kết luận"),
    "BACSYKETLUAN": _("Bác sĩ kết luận"),
    "KETLUAN": _("Kết luận"),
    "HANGBANGLAI": _("Hạng giấy phép lái xe"),
    "NGAYKHAMLAI": _("Ngày khám lại"),
    "LYDO": _("Lý do"),
    "TINHTRANGBENH": _("Tình trạng bệnh"),
}
_CHOICES: dict[str, list[tuple[str, _StrPromise]]] = {
    "GIOITINHVAL": SEX,
    "MATUY": DRUGS,
    "DVINONGDOCON": UNITS,
    "KETLUAN": CONCLUSIONS,
}
_UNREAL = _("Nhập một ngày có thật.")


def shown(content: Mapping[str, str]) -> list[tuple[str, _StrPromise, str]]:
    """The fields of a certificate with their labels, codes in words; empty ones are left out."""
    found = []
    for name, label in LABELS.items():
        value = content.get(name, "")
        if value:
            found.append((name, label, str(dict(_CHOICES.get(name, [])).get(value, value))))
    return found


def _day(
    label: _StrPromise, missing: _StrPromise | str = "", *, required: bool = True, hint: _StrPromise | str = ""
) -> DayField:
    return DayField(label=label, missing=missing, unreal=_UNREAL, required=required, help_text=hint)


class ConclusionForm(forms.Form):
    """What a certificate concludes: the part that clinic and officer write alike. Names are those of the message."""

    number = LineField(
        longest=21,
        label=LABELS["SO"],
        help_text=_("Ví dụ 00015/GKSKLX/99001/26"),
        missing=_("Nhập số giấy khám."),
    )
    category = forms.ChoiceField(label=LABELS["HANGBANGLAI"], error_messages={"required": _("Chọn hạng.")})
    concluded_on = _day(LABELS["NGAYKETLUAN"], _("Nhập ngày kết luận."))
    drugs = forms.ChoiceField(
        label=LABELS["MATUY"],
        choices=DRUGS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả xét nghiệm ma túy.")},
    )
    conclusion = forms.ChoiceField(
        label=LABELS["KETLUAN"],
        choices=CONCLUSIONS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết luận.")},
    )
    reexamine_on = _day(LABELS["NGAYKHAMLAI"], required=False, hint=_("Chỉ khi phải khám lại."))
    reason = LineField(
        longest=255, label=LABELS["LYDO"], required=False, help_text=_("Khi không đủ điều kiện hoặc phải khám lại.")
    )
    doctor = LineField(longest=120, label=LABELS["BACSYKETLUAN"], missing=_("Nhập tên bác sĩ kết luận."))

    FIELD_OF = {
        "SO": "number", "IDBENHVIEN": "number", "HANGBANGLAI": "category", "NGAYKETLUAN": "concluded_on",
        "MATUY": "drugs", "KETLUAN": "conclusion", "NGAYKHAMLAI": "reexamine_on", "LYDO": "reason",
        "BACSYKETLUAN": "doctor",
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [known.code for known in licences.classes("2025")]
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((name, name) for name in names)]

    def given(self) -> dict[str, str]:
        """The fields by their names in the message."""
        return {
            name: _written(self.cleaned_data.get(field))
            for name, field in self.FIELD_OF.items()
            if name != "IDBENHVIEN"
        }

    def add_faults(self, faults: list[Fault]) -> None:
        """Show what the rules of the message say at the fields it is about."""
        for one in faults:
            text = one.message_en if get_language() == "en" else one.message_vi
            field = self.FIELD_OF.get(one.field)
            if field is None or field not in self.fields:
                self.add_error(None, f"{LABELS.get(one.field, one.field)}: {text}")
            elif field not in self.errors:
                self.add_error(field, text)


class ClinicForm(ConclusionForm):
    """A whole certificate, as a small facility writes it."""

    name = LineField(longest=120, label=LABELS["HOTEN"], missing=_("Nhập họ và tên."))
    sex = forms.ChoiceField(
        label=LABELS["GIOITINHVAL"],
        choices=SEX,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn giới tính.")},
    )
    birth_date = _day(LABELS["NGAYSINH"], _("Nhập ngày sinh."))
    identity_number = LineField(longest=12, label=LABELS["SOCMND_PASSPORT"], missing=_("Nhập số giấy tờ."))
    identity_issued_on = _day(LABELS["NGAYTHANGNAMCAPCMND"], _("Nhập ngày cấp giấy tờ."))
    identity_issued_by = LineField(longest=30, label=LABELS["NOICAP"], missing=_("Nhập nơi cấp giấy tờ."))
    address = LineField(longest=255, label=LABELS["DIACHITHUONGTRU"], missing=_("Nhập địa chỉ thường trú."))
    province = forms.ChoiceField(
        label=LABELS["MATINH_THUONGTRU"], error_messages={"required": _("Chọn tỉnh, thành phố.")}
    )
    commune = LineField(
        longest=5, label=LABELS["MAXA_THUONGTRU"], help_text=_("5 chữ số"), missing=_("Nhập mã xã, phường.")
    )
    alcohol = LineField(
        longest=8,
        label=LABELS["NONGDOCON"],
        help_text=_("0 nếu không có"),
        missing=_("Nhập nồng độ cồn; 0 nếu không có."),
    )
    alcohol_unit = forms.ChoiceField(label=LABELS["DVINONGDOCON"], choices=UNITS)

    FIELD_OF = {
        **ConclusionForm.FIELD_OF,
        "HOTEN": "name", "GIOITINHVAL": "sex", "NGAYSINH": "birth_date", "SOCMND_PASSPORT": "identity_number",
        "NGAYTHANGNAMCAPCMND": "identity_issued_on", "NOICAP": "identity_issued_by", "DIACHITHUONGTRU": "address",
        "MATINH_THUONGTRU": "province", "MAXA_THUONGTRU": "commune", "NONGDOCON": "alcohol",
        "DVINONGDOCON": "alcohol_unit",
    }  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["province"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((one.code, one.name_vi) for one in provinces.provinces(today))]

    def message(self, facility: Facility, *, edit: bool) -> dict[str, str]:
        """The fields of a message of this facility."""
        return {
            **self.given(),
            "IDBENHVIEN": facility.code,
            "BENHVIEN": facility.name,
            "STATE": "EDIT" if edit else "ADD",
        }


class CopyForm(ConclusionForm):
    """What an officer reads from a certified copy; whose it is, he confirms."""

    printed_until = _day(_("Có giá trị đến (nếu ghi trên giấy)"), required=False)
    same_person = forms.BooleanField(
        label=_("Họ tên, ngày sinh và số giấy tờ trên giấy khám đúng là của người này"),
        error_messages={"required": _("Đối chiếu người trên giấy khám với người nộp; không đúng thì không nhận.")},
    )

    def message(self, holder: Holder) -> dict[str, str]:
        """The fields of a message, the person's from the register."""
        given = self.given()
        parts = given["SO"].split("/")
        code = parts[2] if len(parts) == 4 else ""
        facility = Facility.objects.filter(code=code).first()
        alias = holder.aliases.first()
        return {
            **given,
            "HOTEN": holder.name,
            "GIOITINHVAL": "0" if holder.sex == "male" else "1",
            "NGAYSINH": _written(holder.birth_date),
            "SOCMND_PASSPORT": holder.citizen_number or (alias.number if alias else ""),
            "IDBENHVIEN": code,
            "BENHVIEN": facility.name if facility else code,
            "STATE": "ADD",
        }


def initial_of(content: Mapping[str, str]) -> dict[str, Any]:
    """What a clinic's form begins with when a certificate is corrected."""
    return {
        field: day_of(value) or value
        for name, field in ClinicForm.FIELD_OF.items()
        if name != "IDBENHVIEN" and (value := content.get(name, ""))
    }


def _written(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04}"
    return "" if value is None else str(value)
