"""Health certificates of drivers: how long one counts, for which classes, and what stands in the way.

The register never judges medicine: it reads the conclusion of the doctors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from gplx.law.licences import Regime, UnknownClassError, licence_class, regime_on
from gplx.law.periods import Dated, InForce, NotInForceError
from gplx.law.profiles import certificate_valid_until
from gplx.law.sources import Citation, cite, reading

Conclusion: TypeAlias = Literal["eligible", "not_eligible", "reexamine"]

_STANDARD = cite("36/2024/TT-BYT", "")
_OLD_STANDARD = cite("24/2015/TTLT", "")
_FORM = cite("36/2024/TT-BYT", "annex II")
_MATCHING = cite("ADR", "0042")

CONCLUSIONS: dict[str, Conclusion] = {"A0-1": "eligible", "A0-2": "not_eligible", "A0-3": "reexamine"}
"""The codes of a conclusion in the message of the hospitals; the specification's sample writes the first as `A1-0`."""
_OTHER_SPELLINGS = {"A1-0": "A0-1", "A2-0": "A0-2", "A3-0": "A0-3"}

_GROUPS_SINCE_2025: dict[str, int] = {
    **dict.fromkeys(("A1", "B1"), 1),
    **dict.fromkeys(("A", "B"), 2),
    **dict.fromkeys(("C1", "C", "D1", "D2", "D", "BE", "C1E", "CE", "D1E", "D2E", "DE"), 3),
}
_GROUPS_BEFORE_2025: dict[str, int] = {
    "A1": 1,
    **dict.fromkeys(("B1", "B1_AUTO"), 2),
    **dict.fromkeys(("A2", "A3", "A4", "B2", "C", "D", "E", "FB2", "FC", "FD", "FE"), 3),
}
GROUPS: InForce[dict[str, int]] = InForce(
    Dated(date(2016, 1, 1), _GROUPS_BEFORE_2025, _OLD_STANDARD),
    Dated(date(2025, 1, 1), _GROUPS_SINCE_2025, _STANDARD),
)
"""The group of each class, by the day of the conclusion: a higher group asks for more."""

HAS_DISTRICTS = InForce(
    Dated(date.min, True, cite("124/2004/QĐ-TTg", "")),
    Dated(date(2025, 7, 1), False, cite("19/2025/QĐ-TTg", "")),
)
"""Whether an address names a district."""

# Found in messages of hospitals; there is no official list. What is not here is looked at by a person (ADR 0042).
_OTHER_NAMES: dict[Regime, dict[str, tuple[str, bool]]] = {
    "pre-2025": {"B11": ("B1_AUTO", False), "B1.1": ("B1_AUTO", False)},
    "2025": {"A.03": ("A", True), "A.01": ("A", True), "B0.1": ("B", False), "B.01": ("B", False)},
}
_WITHOUT_CERTIFICATE: dict[Regime, frozenset[str]] = {
    "pre-2025": frozenset({"A1", "A2", "A3"}),
    "2025": frozenset({"A1", "A", "B1"}),
}


class ClassMeant(NamedTuple):
    """A class as a certificate names it. `restricted`: only A up to 125 cm³ or 11 kW, as an old A1 becomes."""

    category: str
    regime: Regime
    restricted: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    """What of a health certificate the law asks about.

    Attributes:
        meant: the class it was made out for; None where nobody knows what its code means.
        printed_until: the last day printed on it, where there is one.
        reexamine_on: the day of the next examination, with the conclusion `reexamine`.
        drugs_found: what the drug test found.
    """

    concluded_on: date
    conclusion: Conclusion
    meant: ClassMeant | None
    drugs_found: bool
    printed_until: date | None = None
    reexamine_on: date | None = None


class Finding(NamedTuple):
    """Something that stands in the way of a certificate, or is worth saying about it."""

    code: Literal[
        "certificate_missing",
        "certificate_from_future",
        "certificate_expired",
        "not_eligible",
        "reexamination_due",
        "class_unknown",
        "class_not_covered",
        "drugs_found",
        "certificate_not_needed",
    ]
    blocks: bool
    source: Citation


def conclusion_code(written: str) -> str | None:
    """A conclusion's code in its right spelling; None for what is none."""
    code = _OTHER_SPELLINGS.get(written, written)
    return code if code in CONCLUSIONS else None


def class_meant(code: str, concluded_on: date) -> ClassMeant | None:
    """The class that a certificate of a day means by a code; None where a person has to look.

    Source:
        36/2024/QH15 art. 57(1), 89(1); codes as hospitals write them: ADR 0042.
    """
    regime = regime_on(concluded_on)
    category, restricted = _OTHER_NAMES[regime].get(code, (code, False))
    try:
        return ClassMeant(licence_class(category, regime).code, regime, restricted)
    except UnknownClassError:
        return None


def valid_until(certificate: Certificate) -> date | None:
    """The last day on which a certificate counts; None when no rule says so.

    Source:
        24/2015/TTLT; 36/2024/TT-BYT annex II; reading 14; a printed day wins: ADR 0042.
    """
    try:
        return certificate_valid_until(certificate.concluded_on, certificate.printed_until)
    except NotInForceError:
        return None
    except OverflowError:
        return date.max


def needs_certificate(category: str, regime: str) -> bool:
    """Is a health certificate asked for in a dossier for this class at all?

    Source:
        12/2025/TT-BCA; ADR 0042.
    """
    return category not in _WITHOUT_CERTIFICATE["2025" if regime == "2025" else "pre-2025"]


def group_of(meant: ClassMeant, on: date) -> int:
    """The group of the standard that a class belongs to on a day; A restricted as for the exchange of an old A1.

    Source:
        36/2024/TT-BYT; 24/2015/TTLT.
    """
    if meant.restricted:
        return 1
    groups = GROUPS.on(on)
    if meant.category in groups and regime_on(on) == meant.regime:
        return groups[meant.category]
    # A class of the regime before: by what it becomes on exchange.
    known = licence_class(meant.category, meant.regime)
    if known.conversion is not None and known.conversion.to:
        restricted = meant.category == "A1"
        return group_of(ClassMeant(known.conversion.to[0], "2025", restricted), max(on, date(2025, 1, 1)))
    return max(groups.values())


def suitability(
    certificate: Certificate | None, *, category: str, regime: str, restricted: bool = False, on: date
) -> list[Finding]:
    """What stands in the way of a certificate for a class, on the day a dossier is filed; empty when nothing does.

    It is suitable when the conclusion is that the person is eligible (or is, and the day of the next examination has
    not come), it has not expired, and it was made out for a class of the same group or of one that asks for more.

    Source:
        36/2024/TT-BYT annex II; 24/2015/TTLT; ADR 0042.
    """
    if certificate is None:
        if not needs_certificate(category, regime):
            return [Finding("certificate_not_needed", False, _MATCHING)]
        return [Finding("certificate_missing", True, _FORM)]
    found: list[Finding] = _of_its_days(certificate, on)
    if certificate.conclusion == "not_eligible":
        found.append(Finding("not_eligible", True, _FORM))
    elif certificate.conclusion == "reexamine" and (certificate.reexamine_on is None or certificate.reexamine_on <= on):
        found.append(Finding("reexamination_due", True, _FORM))
    if certificate.meant is None:
        found.append(Finding("class_unknown", True, _MATCHING))
    else:
        wanted = ClassMeant(category, "2025" if regime == "2025" else "pre-2025", restricted)
        day = max(certificate.concluded_on, date(2016, 1, 1))
        if group_of(certificate.meant, day) < group_of(wanted, max(on, date(2025, 1, 1))):
            found.append(Finding("class_not_covered", True, GROUPS.row_on(day).source))
    if certificate.drugs_found:
        found.append(Finding("drugs_found", True, _FORM))
    return found


def drug_free(certificate: Certificate | None, *, on: date) -> list[Finding]:
    """What keeps a certificate from proving, on a day, that there are no drugs in the body; empty when it does.

    Only the drug test counts, whatever class it was made out for.

    Source:
        seed 003 (drug-free certificate); reading 14.
    """
    if certificate is None:
        return [Finding("certificate_missing", True, reading(14))]
    found = _of_its_days(certificate, on)
    if certificate.drugs_found:
        found.append(Finding("drugs_found", True, reading(14)))
    return found


def best(certificates: Iterable[Certificate], *, category: str, regime: str, on: date) -> Certificate | None:
    """The certificate with the least in its way; of equal ones the latest conclusion. None when there are none.

    Source:
        ADR 0042.
    """
    return min(
        certificates,
        key=lambda one: (len(suitability(one, category=category, regime=regime, on=on)), -one.concluded_on.toordinal()),
        default=None,
    )


def _of_its_days(certificate: Certificate, on: date) -> list[Finding]:
    if certificate.concluded_on > on:
        return [Finding("certificate_from_future", True, _FORM)]
    until = valid_until(certificate)
    if until is None or until < on:
        return [Finding("certificate_expired", True, reading(14))]
    return []
