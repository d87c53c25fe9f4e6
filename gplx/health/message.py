"""The message GKSKLX as hospitals send it: JSON whose values are all texts, read strictly.

Every fault is collected with its place. A message never repeats what was given. The same reading serves the form of
small clinics and the fields an officer reads from a certified copy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gplx.errors import RegisterError
from gplx.law import health as law
from gplx.law.text import fold

FIELDS = (
    "SO", "HOTEN", "GIOITINHVAL", "NGAYSINH", "DIACHITHUONGTRU", "MATINH_THUONGTRU", "MAHUYEN_THUONGTRU",
    "MAXA_THUONGTRU", "SOCMND_PASSPORT", "NGAYTHANGNAMCAPCMND", "NOICAP", "IDBENHVIEN", "BENHVIEN", "NONGDOCON",
    "DVINONGDOCON", "MATUY", "NGAYKETLUAN", "BACSYKETLUAN", "KETLUAN", "HANGBANGLAI", "NGAYKHAMLAI", "LYDO",
    "TINHTRANGBENH", "STATE",
)  # fmt: skip
OPTIONAL = frozenset({"MAHUYEN_THUONGTRU", "NGAYKHAMLAI", "LYDO", "TINHTRANGBENH", "NGAYKHAM"})
SIGNED_DATA = "SIGNDATA"
EARLIEST_DAY = date(1900, 1, 1)

# Kind, by field: how it is read. Lengths in characters, or in bytes of UTF-8 where the specification counts those.
_FORMS: dict[str, str] = {
    "SO": r"[0-9]{5}/GKSKLX/[0-9A-Z]{5}/[0-9]{2}",
    "GIOITINHVAL": r"[01]",
    "MATINH_THUONGTRU": r"[0-9]{2}",
    "MAHUYEN_THUONGTRU": r"[0-9]{3}",
    "MAXA_THUONGTRU": r"[0-9]{5}",
    "SOCMND_PASSPORT": r"[0-9]{9}|[0-9]{12}|[A-Z][A-Z0-9]{5,11}",
    "IDBENHVIEN": r"[0-9A-Z]{5}",
    "NONGDOCON": r"[0-9]{1,4}(?:[.,][0-9]{1,3})?",
    "DVINONGDOCON": r"[01]",
    "MATUY": r"[01]",
    "HANGBANGLAI": r"[A-Z0-9][A-Z0-9.]{0,4}",
    "STATE": r"ADD|EDIT",
}
_BYTES_MAX = {"DIACHITHUONGTRU": 255, "NOICAP": 30, "LYDO": 255}
_LENGTHS_MAX = {"HOTEN": 120, "BENHVIEN": 200, "BACSYKETLUAN": 120, "TINHTRANGBENH": 1000}
_DAYS = frozenset({"NGAYSINH", "NGAYTHANGNAMCAPCMND", "NGAYKETLUAN", "NGAYKHAMLAI", "NGAYKHAM"})
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

_SAID: dict[str, tuple[str, str]] = {
    "required": ("Thiếu trường bắt buộc.", "This field is required."),
    "unknown_field": ("Trường không có trong đặc tả.", "This is not a field of the message."),
    "not_text": ("Mọi giá trị phải là chuỗi chữ.", "Every value must be a text."),
    "form": ("Giá trị không đúng dạng quy định.", "The value does not have the form that is specified."),
    "too_long": ("Giá trị dài quá giới hạn.", "The value is too long."),
    "text_character": ("Có ký tự không được phép.", "There is a character that is not allowed."),
    "not_a_day": ("Phải là một ngày có thật, dạng dd/MM/yyyy.", "It must be a calendar day, dd/MM/yyyy."),
    "in_future": ("Ngày này chưa đến.", "This day has not come."),
    "order_of_days": ("Thứ tự các ngày không đúng.", "The days are not in order."),
    "facility_differs": (
        "Mã cơ sở khám khác với cơ sở gửi hoặc với số giấy khám.",
        "The facility is not the one that sends, or not the one of the certificate's number.",
    ),
    "facility_name": (
        "Tên cơ sở khám khác với tên đã đăng ký.",
        "The name of the facility is not the one that is registered.",
    ),
    "facility_inactive": (
        "Cơ sở khám không hoạt động vào ngày kết luận.",
        "The facility was not active on the day of the conclusion.",
    ),
    "differs_from_signed": (
        "Giá trị khác với giá trị trong dữ liệu đã ký.",
        "The value is not the one in the signed data.",
    ),
}


class Fault(NamedTuple):
    """One place of a message that is not right, in Vietnamese and English."""

    field: str
    code: str
    message_vi: str
    message_en: str


def fault(field: str, code: str) -> Fault:
    return Fault(field, code, *_SAID[code])


class MessageError(RegisterError):
    """The message cannot be taken as it is; `faults` has one line for each place."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.code}" for one in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Stated:
    """A certificate as a message, a form or an officer states it.

    Attributes:
        content: the fields by their names in the message, tidied; without `STATE` and `SIGNDATA`.
        edit: the sender says that it corrects one he sent before.
        printed_until: the last day printed on the paper; messages have none.
    """

    content: dict[str, str]
    edit: bool
    number: str
    class_code: str
    facility_code: str
    name: str
    identity_number: str
    birth_date: date
    concluded_on: date
    conclusion: law.Conclusion
    drugs_found: bool
    reexamine_on: date | None
    printed_until: date | None = None

    @property
    def meant(self) -> law.ClassMeant | None:
        """The class it was made out for, where its code is known."""
        return law.class_meant(self.class_code, self.concluded_on)

    def as_law(self) -> law.Certificate:
        """What of it the law asks about."""
        return law.Certificate(
            self.concluded_on,
            self.conclusion,
            self.meant,
            self.drugs_found,
            self.printed_until,
            self.reexamine_on,
        )


def day_of(text: str) -> date | None:
    """A calendar day written dd/MM/yyyy."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    except ValueError:
        return None


NOT_ON_A_COPY = frozenset(
    {
        "DIACHITHUONGTRU", "MATINH_THUONGTRU", "MAXA_THUONGTRU", "MAHUYEN_THUONGTRU", "NGAYTHANGNAMCAPCMND", "NOICAP",
        "NONGDOCON", "DVINONGDOCON",
    }
)  # fmt: skip
"""What an officer who reads a certified copy need not write down: it decides nothing."""


def read(
    given: Mapping[str, object],
    *,
    today: date,
    printed_until: date | None = None,
    may_lack: frozenset[str] = frozenset(),
) -> Stated:
    """Read the fields of a message, without what is signed.

    Args:
        given: names and values, `SIGNDATA` left out.
        today: nothing was concluded after it.
        printed_until: the last day printed on the paper.
        may_lack: fields that may be empty besides those that always may.

    Raises:
        MessageError: with every fault found.
    """
    faults = [fault(name[:60], "unknown_field") for name in given if name not in FIELDS and name not in OPTIONAL]
    values: dict[str, str] = {}
    for name in (*FIELDS, "NGAYKHAM"):
        value = given.get(name, "")
        if not isinstance(value, str):
            faults.append(fault(name, "not_text"))
            continue
        value = unicodedata.normalize("NFC", value).strip(" ")
        code = "" if not value and name in may_lack else _code_against(name, value)
        if code:
            faults.append(fault(name, code))
        values[name] = value
    if faults:
        raise MessageError(faults)
    return _put_together(values, today, printed_until, may_lack)


def _code_against(name: str, value: str) -> str:
    """What is wrong with one value by itself; empty for nothing."""
    if not value:
        return "" if name in OPTIONAL else "required"
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in value):
        return "text_character"
    if name in _DAYS:
        known = day_of(value)
        return "" if known is not None and known >= EARLIEST_DAY else "not_a_day"
    if name == "KETLUAN":
        return "" if law.conclusion_code(value) else "form"
    if name in _FORMS:
        return "" if re.fullmatch(_FORMS[name], value) else "form"
    if name in _BYTES_MAX:
        return "" if len(value.encode()) <= _BYTES_MAX[name] else "too_long"
    return "" if len(value) <= _LENGTHS_MAX[name] else "too_long"


def _put_together(values: dict[str, str], today: date, printed_until: date | None, may_lack: frozenset[str]) -> Stated:
    """What the fields say to one another."""
    faults = []
    born, concluded_on = day_of(values["NGAYSINH"]), day_of(values["NGAYKETLUAN"])
    issued, again = day_of(values["NGAYTHANGNAMCAPCMND"]), day_of(values["NGAYKHAMLAI"])
    assert born is not None
    assert concluded_on is not None
    if concluded_on > today:
        faults.append(fault("NGAYKETLUAN", "in_future"))
    if born >= concluded_on:
        faults.append(fault("NGAYSINH", "order_of_days"))
    if issued is not None and issued > concluded_on:
        faults.append(fault("NGAYTHANGNAMCAPCMND", "order_of_days"))
    if not values["MAHUYEN_THUONGTRU"] and "MAHUYEN_THUONGTRU" not in may_lack and law.HAS_DISTRICTS.on(concluded_on):
        faults.append(fault("MAHUYEN_THUONGTRU", "required"))
    code = law.conclusion_code(values["KETLUAN"])
    assert code is not None
    conclusion = law.CONCLUSIONS[code]
    if conclusion == "reexamine" and again is None:
        faults.append(fault("NGAYKHAMLAI", "required"))
    if again is not None and again <= concluded_on:
        faults.append(fault("NGAYKHAMLAI", "order_of_days"))
    if conclusion != "eligible" and not values["LYDO"]:
        faults.append(fault("LYDO", "required"))
    if values["SO"].split("/")[2] != values["IDBENHVIEN"]:
        faults.append(fault("SO", "facility_differs"))
    if printed_until is not None and printed_until < concluded_on:
        faults.append(fault("HANDUNG", "order_of_days"))
    if faults:
        raise MessageError(faults)
    content = {name: value for name, value in values.items() if name != "STATE" and (value or name in FIELDS)}
    content["KETLUAN"] = code
    return Stated(
        content=content,
        edit=values["STATE"] == "EDIT",
        number=values["SO"],
        class_code=values["HANGBANGLAI"],
        facility_code=values["IDBENHVIEN"],
        name=fold(values["HOTEN"]),
        identity_number=values["SOCMND_PASSPORT"],
        birth_date=born,
        concluded_on=concluded_on,
        conclusion=conclusion,
        drugs_found=values["MATUY"] == "1",
        reexamine_on=again,
        printed_until=printed_until,
    )
