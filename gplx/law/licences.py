"""Licence classes: what they let one drive, until when, and into what they are exchanged.

A class is always named with its regime: `B1` was a car class until 2024 and is a three-wheeler class since 2025;
`A1`, `C` and `D` kept their names and changed their scope. An old licence keeps its old scope until it is exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, TypeAlias

from gplx.law import tables
from gplx.law.periods import Dated, InForce, add_months
from gplx.law.sources import Citation, cite

Part: TypeAlias = Literal["motorcycle", "car"]
Regime: TypeAlias = Literal["pre-2025", "2025"]
Sex: TypeAlias = Literal["male", "female"]

_REGIME = InForce[Regime](
    Dated(date.min, "pre-2025", cite("36/2024/QH15", "art. 89(1)")),
    Dated(date(2025, 1, 1), "2025", cite("36/2024/QH15", "art. 57(1)")),
)


@dataclass(frozen=True, slots=True)
class AgeBySex:
    """An age in years, as the law sets it for men and for women."""

    male: int
    female: int

    def of(self, sex: Sex) -> int:
        return self.male if sex == "male" else self.female


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes of an old class when its licence is exchanged.

    Attributes:
        to: the classes of 2025 the holder may choose from; empty where none replaces it.
        restriction_vi: what the new class is limited to; empty where nothing.
        certificate_vi: the certificate that is issued besides, or instead; empty where none.
    """

    to: tuple[str, ...]
    restriction_vi: str
    restriction_en: str
    certificate_vi: str
    certificate_en: str
    source: Citation


@dataclass(frozen=True, slots=True)
class LicenceClass:
    """One class of one regime.

    Attributes:
        part: whose points it carries: `motorcycle` for the classes without a term, `car` for all with one (reading 11).
        includes: other classes of the same regime whose vehicles it covers, as the text lists them.
        term_years: None for a class that never expires.
        ends_at_age: the licence runs until this birthday instead of for `term_years` ...
        term_if_older: ... unless the holder was already older than this on the day of issue.
        drives_until_age: after this birthday the largest vehicles of the class may not be driven any more.
        conversion: only for the classes before 2025.
    """

    code: str
    regime: Regime
    part: Part
    min_age_years: int
    term_years: int | None
    ends_at_age: AgeBySex | None
    term_if_older: AgeBySex | None
    drives_until_age: AgeBySex | None
    includes: tuple[str, ...]
    vehicles_vi: str
    vehicles_en: str
    conversion: Conversion | None
    source: Citation


class UnknownClassError(LookupError):
    """No such class in that regime."""


def regime_on(issue_date: date) -> Regime:
    """The regime of a licence by its day of issue.

    Source:
        36/2024/QH15 art. 57(1), 89(1).
    """
    return _REGIME.on(issue_date)


def licence_class(code: str, regime: str) -> LicenceClass:
    """The class of that name and regime.

    Raises:
        UnknownClassError: there is none; `B1` and `B1_AUTO` exist in 2024, only `B1` does in 2025.

    Source:
        12/2017/TT-BGTVT art. 16; 36/2024/QH15 art. 57(1), 89.
    """
    try:
        return _classes()[code, regime]
    except KeyError:
        raise UnknownClassError(f"no licence class {code!r} in the regime {regime!r}") from None


def classes(regime: str) -> tuple[LicenceClass, ...]:
    """All classes of a regime, in the order of the text."""
    return tuple(known for known in _classes().values() if known.regime == regime)


def part(code: str, regime: str) -> Part:
    """The part of a licence whose points a class carries.

    Source:
        36/2024/QH15 art. 57(5); 168/2024 art. 50(1)(d); reading 11.
    """
    return licence_class(code, regime).part


def expiry_date(known: LicenceClass, *, issue_date: date, birth_date: date, sex: Sex) -> date | None:
    """The last day of a licence of this class; None when it never expires.

    Terms run from the day of issue and end on the corresponding day. A class that runs until an age ends on that
    birthday, or ten years after issue for whoever was past the lower age.

    Source:
        36/2024/QH15 art. 57(5); 12/2017/TT-BGTVT art. 17; reading 5.
    """
    if known.term_years is None:
        return None
    if known.ends_at_age is not None and known.term_if_older is not None:
        was_older = issue_date > add_months(birth_date, 12 * known.term_if_older.of(sex))
        if not was_older:
            return add_months(birth_date, 12 * known.ends_at_age.of(sex))
    return add_months(issue_date, 12 * known.term_years)


def is_old_enough(known: LicenceClass, *, birth_date: date, on: date) -> bool:
    """Whether a person has reached the class's minimum age on a day.

    Source:
        36/2024/QH15 art. 59(1). For the classes before 2025 the ages of the law of 2008, not read again.
    """
    return on >= add_months(birth_date, 12 * known.min_age_years)


def may_drive_largest(known: LicenceClass, *, birth_date: date, sex: Sex, on: date) -> bool:
    """Whether a person may still drive the largest vehicles of the class (coaches over 29 seats, sleepers).

    Source:
        36/2024/QH15 art. 59(1)(e); 12/2017/TT-BGTVT art. 17, 37(3).
    """
    if known.drives_until_age is None:
        return True
    return on <= add_months(birth_date, 12 * known.drives_until_age.of(sex))


@cache
def _classes() -> dict[tuple[str, str], LicenceClass]:
    known = (_licence_class(cells) for cells in tables.rows("licence-classes"))
    return {(row.code, row.regime): row for row in known}


def _licence_class(cells: dict[str, str]) -> LicenceClass:
    regime: Regime = "pre-2025" if cells["regime"] == "pre-2025" else "2025"
    conversion = None
    if regime == "pre-2025":
        conversion = Conversion(
            to=_list(cells["converts_to"]),
            restriction_vi=cells["restriction_vi"],
            restriction_en=cells["restriction_en"],
            certificate_vi=cells["certificate_vi"],
            certificate_en=cells["certificate_en"],
            source=cite("36/2024/QH15", "art. 89(3)"),
        )
    return LicenceClass(
        code=cells["code"],
        regime=regime,
        part="car" if cells["part"] == "car" else "motorcycle",
        min_age_years=int(cells["min_age_years"]),
        term_years=int(cells["term_years"]) if cells["term_years"] else None,
        ends_at_age=_ages(cells, "ends_at_age"),
        term_if_older=_ages(cells, "term_if_older"),
        drives_until_age=_ages(cells, "drives_until_age"),
        includes=_list(cells["includes"]),
        vehicles_vi=cells["vehicles_vi"],
        vehicles_en=cells["vehicles_en"],
        conversion=conversion,
        source=cite(cells["instrument"], cells["locator"]),
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _ages(cells: dict[str, str], name: str) -> AgeBySex | None:
    men, women = cells[f"{name}_men"], cells[f"{name}_women"]
    return AgeBySex(int(men), int(women)) if men else None
