"""Into which classes a licence may be exchanged, with which limits, and until when the new licence holds.

The account of points belongs to the person and the part of the licence; an exchange keeps the part, so points and
clocks go on as if nothing had happened (reading 20).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

from gplx.law.exchange_dossier import RuleSet
from gplx.law.licences import (
    Conversion,
    LicenceClass,
    Part,
    Sex,
    classes,
    expiry_date,
    is_old_enough,
    licence_class,
    may_drive_largest,
)
from gplx.law.periods import Dated, InForce, add_months
from gplx.law.sources import Citation, cite

Kind: TypeAlias = Literal["same", "converted", "downgrade", "over_age"]

_KEPT = cite("36/2024/QH15", "art. 57(1)")
_CONVERTED = cite("36/2024/QH15", "art. 89(3)")

ENDS_AT_MAXIMUM_AGE = InForce[frozenset[str]](
    Dated(date.min, frozenset(), cite("36/2024/QH15", "art. 57(5)"), "V"),
    # An excerpt was read; it names class D alone (ADR 0065).
    Dated(date(2026, 7, 1), frozenset({"D"}), cite("108/2026/TT-BCA", "art. 18(9)"), "V"),
)
"""Classes of 2025 whose term ends with the maximum age of their drivers, by the day of issue."""


class TooOldError(ValueError):
    """The class would end on the day of its issue or before."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One class that the holder may ask for.

    Attributes:
        kind: the same class again; the class of 2025 that replaces an old one; a lower one, of one's own accord; or a
            lower one because the holder is too old.
        restriction_vi, restriction_en: what the new class is limited to; empty where nothing.
        certificate_vi, certificate_en: the certificate that is issued besides; empty where none.
        from_day: the day on which the holder is old enough for it; None when that is so already.
        without_largest: the holder is past the age for coaches over 29 seats and sleepers.
    """

    target: LicenceClass
    kind: Kind
    source: Citation
    restriction_vi: str = ""
    restriction_en: str = ""
    certificate_vi: str = ""
    certificate_en: str = ""
    from_day: date | None = None
    without_largest: bool = False


def choices(
    held: LicenceClass, rules: RuleSet, *, restricted: bool = False, birth_date: date, sex: Sex, on: date
) -> list[Choice]:
    """The classes a holder may ask for on a day, what the text lists first before lower ones; empty for A4 since 2025.

    Args:
        restricted: the held class of 2025 is limited, as an old A1 or an automatic B1 became when it was exchanged.
        on: the day the new licence would be issued.

    Source:
        36/2024/QH15 art. 59(1), 89(3); 12/2017/TT-BGTVT art. 37(3); 35/2024/TT-BGTVT art. 36(3)(đ);
        12/2025/TT-BCA art. 21(4); 108/2026/TT-BCA art. 18(9); ADR 0065.
    """
    found = []
    for choice in _by_class(held, rules, restricted):
        target = choice.target
        if _ended_by_age(target, birth_date=birth_date, sex=sex, on=on):
            continue
        if not is_old_enough(target, birth_date=birth_date, on=on):
            choice = replace(choice, from_day=add_months(birth_date, 12 * target.min_age_years))
        if not may_drive_largest(target, birth_date=birth_date, sex=sex, on=on):
            choice = replace(choice, without_largest=True)
        found.append(choice)
    if not rules.converts_old_classes and found and found[0].without_largest:
        # The holder is too old for the class itself: a lower one, if healthy.
        source = rules.cases["over_age"]
        return [Choice(licence_class(code, held.regime), "over_age", source) for code in reversed(held.includes)]
    return found


def term_end(target: LicenceClass, *, issue_date: date, birth_date: date, sex: Sex) -> date | None:
    """The last day of the new licence, counted from the day of its own issue; None when it never expires.

    Raises:
        TooOldError: the class would end on that day or before; `choices` does not offer it.

    Source:
        36/2024/QH15 art. 57(5); 12/2017/TT-BGTVT art. 17; 108/2026/TT-BCA art. 18(9).
    """
    end = expiry_date(target, issue_date=issue_date, birth_date=birth_date, sex=sex)
    last = _last_by_age(target, birth_date=birth_date, sex=sex, on=issue_date)
    if end is None or last is None:
        return end
    if last <= issue_date:
        raise TooOldError(f"class {target.code} would end on {last.isoformat()}, issued {issue_date.isoformat()}")
    return min(end, last)


def account_part(held: LicenceClass) -> Part:
    """The part whose account of points, with its clocks, the exchanged licence goes on with: that of the old one.

    Source:
        36/2024/QH15 art. 58(4); reading 20.
    """
    return held.part


def _by_class(held: LicenceClass, rules: RuleSet, restricted: bool) -> Iterator[Choice]:
    """What the classes alone allow, whoever holds them."""
    if held.regime == "2025":
        limits = _limits_of(held.code) if restricted else None
        direct = [_choice(held, "same", _KEPT, limits)]
    elif not rules.converts_old_classes:
        direct = [Choice(held, "same", held.source)]
    else:
        assert held.conversion is not None
        direct = [
            replace(
                _choice(licence_class(code, "2025"), "converted", _CONVERTED, held.conversion),
                certificate_vi=held.conversion.certificate_vi,
                certificate_en=held.conversion.certificate_en,
            )
            for code in held.conversion.to
        ]
    yield from direct
    if rules.downgrade is not None and direct:
        lower = _lower(held, [choice.target for choice in direct])
        yield from (Choice(target, "downgrade", rules.downgrade) for target in lower)


def _choice(target: LicenceClass, kind: Kind, source: Citation, limits: Conversion | None) -> Choice:
    if limits is None:
        return Choice(target, kind, source)
    return Choice(target, kind, source, limits.restriction_vi, limits.restriction_en)


def _limits_of(code: str) -> Conversion | None:
    """The conversion that limited a class of 2025: A came from an old A1, B from an automatic B1."""
    for old in classes("pre-2025"):
        if old.conversion is not None and old.conversion.restriction_en and code in old.conversion.to:
            return old.conversion
    return None


def _lower(held: LicenceClass, direct: list[LicenceClass]) -> list[LicenceClass]:
    """Classes of 2025 whose vehicles the held class covers in words, without those it leads to itself."""
    covered = {code for target in direct for code in target.includes}
    for code in held.includes if held.regime == "pre-2025" else ():
        conversion = licence_class(code, held.regime).conversion
        if conversion is not None and not conversion.restriction_en:
            covered |= set(conversion.to)
    covered -= {target.code for target in direct}
    return [known for known in classes("2025") if known.code in covered and known.part == held.part]


def _last_by_age(target: LicenceClass, *, birth_date: date, sex: Sex, on: date) -> date | None:
    """The birthday with which the term ends at the latest, for a licence issued on a day; None where there is none."""
    ends = target.regime == "2025" and target.code in ENDS_AT_MAXIMUM_AGE.on(on)
    if not ends or target.drives_until_age is None:
        return None
    return add_months(birth_date, 12 * target.drives_until_age.of(sex))


def _ended_by_age(target: LicenceClass, *, birth_date: date, sex: Sex, on: date) -> bool:
    last = _last_by_age(target, birth_date=birth_date, sex=sex, on=on)
    return last is not None and last <= on
