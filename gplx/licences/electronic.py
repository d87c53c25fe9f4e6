"""What of the register goes into an electronic licence: the classes of one part, of the newest document that is valid.

Source:
    36/2024/QH15 art. 57(5); ADR 0058.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gplx.law import provinces
from gplx.licences.models import Entitlement, LicenceStatus, Part
from gplx.wallet.actions import Subject
from gplx.wallet.licence import LicenceData, Privilege
from gplx.wallet.models import Form

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WITHOUT_A_TERM = date(9999, 12, 31)
"""ISO/IEC 18013-5 wants a last day of every document; one whose classes have no term gets the last day there is."""


class Configuration(NamedTuple):
    """One kind of electronic licence that can be fetched."""

    part: Part
    form: Form


CONFIGURATIONS = {f"driving-licence-{part}-{form}": Configuration(part, form) for part in Part for form in Form}
"""By the names that wallets know them by."""


def configurations_of(part: str) -> list[str]:
    """The names of what can be fetched for one part."""
    return [name for name, one in CONFIGURATIONS.items() if one.part == part]


def subject(holder_id: int, part: str, on: date) -> Subject | None:
    """What an electronic licence of this part would say; None when no document for it is valid on that day."""
    held = list(
        Entitlement.objects.filter(
            licence__holder_id=holder_id, licence__status=LicenceStatus.VALID, part=part, issue_date__lte=on
        )
        .select_related("licence__holder")
        .order_by("-licence__issue_date", "-licence_id", "category", "regime")
    )
    lasting = [one for one in held if one.expiry_date is None or one.expiry_date >= on]
    if not lasting:
        return None
    licence = lasting[0].licence
    classes = [one for one in lasting if one.licence_id == licence.pk]
    last_day = max(one.expiry_date or WITHOUT_A_TERM for one in classes)
    family_name, _, given_name = licence.holder.name.partition(" ")
    data = LicenceData(
        family_name=family_name,
        given_name=given_name or family_name,
        birth_date=licence.holder.birth_date,
        issue_date=licence.issue_date,
        expiry_date=last_day,
        issuing_authority=_authority(licence.issuing_province, licence.issue_date),
        document_number=licence.number,
        driving_privileges=tuple(Privilege(one.category, one.issue_date, one.expiry_date) for one in classes),
    )
    return Subject(holder_id, part, licence.pk, data, _end_of(last_day))


def parts(holder_id: int, on: date) -> list[Part]:
    """The parts for which an electronic licence can be given out."""
    return [part for part in Part if subject(holder_id, part, on) is not None]


def _authority(province_code: str, issue_date: date) -> str:
    """The office as it stands on the document: by the province the code meant on its day."""
    try:
        return f"Cơ quan cấp giấy phép lái xe, {provinces.province(province_code, issue_date).name_vi}"
    except provinces.UnknownProvinceError:
        return "Cơ quan cấp giấy phép lái xe"


def _end_of(day: date) -> datetime:
    """The instant at which a day ends in Viet Nam; the last day there is has none after it."""
    following = day if day >= WITHOUT_A_TERM else day + timedelta(days=1)
    return datetime.combine(following, time.min, ZONE)
