"""What an electronic licence says: the fields of a driving licence as ISO/IEC 18013-5 names them.

Points are not in it, nor is anything that follows from them: whether one may drive now is the status list's to say.

Source:
    ISO/IEC 18013-5 section 7.2 (data elements), 7.2.4 (driving privileges).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

DOC_TYPE: Final = "org.iso.18013.5.1.mDL"
NAMESPACE: Final = "org.iso.18013.5.1"
COUNTRY: Final = "VN"
DATES: Final = ("birth_date", "issue_date", "expiry_date")
TEXTS: Final = (
    "family_name",
    "given_name",
    "issuing_country",
    "issuing_authority",
    "document_number",
    "un_distinguishing_sign",
)
PRIVILEGES: Final = "driving_privileges"
PORTRAIT: Final = "portrait"


@dataclass(frozen=True, slots=True)
class Privilege:
    """A class of vehicles that the holder may drive.

    Attributes:
        vehicle_category_code: the class as the licence prints it, such as `A1`, `B`, `C1E`.
        expiry_date: None for a class without a term.
    """

    vehicle_category_code: str
    issue_date: date
    expiry_date: date | None = None


@dataclass(frozen=True, slots=True)
class LicenceData:
    """One licence.

    Attributes:
        expiry_date: the last day of the document, which ISO always wants; a class without a term has its own fields.
        portrait: JPEG; None where the register has no picture.
    """

    family_name: str
    given_name: str
    birth_date: date
    issue_date: date
    expiry_date: date
    issuing_authority: str
    document_number: str
    driving_privileges: tuple[Privilege, ...]
    portrait: bytes | None = None

    def elements(self) -> dict[str, Any]:
        """All fields by their ISO names; days as `date`."""
        fields: dict[str, Any] = {
            "family_name": self.family_name,
            "given_name": self.given_name,
            "birth_date": self.birth_date,
            "issue_date": self.issue_date,
            "expiry_date": self.expiry_date,
            "issuing_country": COUNTRY,
            "issuing_authority": self.issuing_authority,
            "document_number": self.document_number,
            PRIVILEGES: [_privilege_fields(each) for each in self.driving_privileges],
            "un_distinguishing_sign": COUNTRY,
        }
        if self.portrait is not None:
            fields[PORTRAIT] = self.portrait
        return fields


def from_text(fields: Mapping[str, Any]) -> LicenceData:
    """A licence from JSON, in which days are written `YYYY-MM-DD`.

    Raises:
        KeyError, ValueError, TypeError: a field is missing, or not what it should be.
    """
    return LicenceData(
        family_name=str(fields["family_name"]),
        given_name=str(fields["given_name"]),
        birth_date=date.fromisoformat(fields["birth_date"]),
        issue_date=date.fromisoformat(fields["issue_date"]),
        expiry_date=date.fromisoformat(fields["expiry_date"]),
        issuing_authority=str(fields["issuing_authority"]),
        document_number=str(fields["document_number"]),
        driving_privileges=tuple(
            Privilege(
                str(each["vehicle_category_code"]),
                date.fromisoformat(each["issue_date"]),
                date.fromisoformat(each["expiry_date"]) if each.get("expiry_date") else None,
            )
            for each in fields[PRIVILEGES]
        ),
    )


def well_formed(elements: Mapping[str, Any]) -> bool:
    """Whether each field that is disclosed is of its kind: days are days, texts are texts with something in them."""
    return (
        all(isinstance(elements[name], date) for name in DATES if name in elements)
        and all(isinstance(elements[name], str) and elements[name].strip() for name in TEXTS if name in elements)
        and isinstance(elements.get(PORTRAIT, b""), bytes | str)
        and isinstance(elements.get(PRIVILEGES, []), list)
        and all(_privilege_is_well_formed(each) for each in elements.get(PRIVILEGES, []))
    )


def unexpired(elements: Mapping[str, Any], day: date) -> bool:
    """Whether the licence is not past its last day; true when that day was not disclosed."""
    last = elements.get("expiry_date", day)
    return bool(day <= (last.date() if isinstance(last, datetime) else last))


def _privilege_fields(privilege: Privilege) -> dict[str, Any]:
    fields = {"vehicle_category_code": privilege.vehicle_category_code, "issue_date": privilege.issue_date}
    return fields if privilege.expiry_date is None else {**fields, "expiry_date": privilege.expiry_date}


def _privilege_is_well_formed(fields: Mapping[str, Any]) -> bool:
    return (
        isinstance(fields["vehicle_category_code"], str)
        and bool(fields["vehicle_category_code"])
        and all(isinstance(fields[name], date) for name in ("issue_date", "expiry_date") if name in fields)
    )
