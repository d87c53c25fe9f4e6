"""The two bodies of law an installation can run under, and what they do differently.

`draft-2024-10` is the system of the October 2024 draft; `in-force` is what was enacted (reading 1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from gplx.law.periods import Dated, InForce, add_months
from gplx.law.sources import Citation, cite, reading

POINTS_SYSTEM_FIRST_DAY = date(2025, 1, 1)
"""Acts before this day lose no points. Source: 36/2024/QH15 art. 58; 168/2024 art. 54(1); reading 3."""

FULL_BALANCE_POINTS = InForce(Dated(POINTS_SYSTEM_FIRST_DAY, 12, cite("36/2024/QH15", "art. 58(1)")))
RESTORATION_MONTHS = InForce(Dated(POINTS_SYSTEM_FIRST_DAY, 12, cite("36/2024/QH15", "art. 58(2)")))
DRUG_FREE_CERTIFICATE_MONTHS = InForce(
    Dated(date(2016, 1, 1), 6, cite("24/2015/TTLT", "")),
    Dated(date(2025, 1, 1), 12, cite("36/2024/TT-BYT", "annex II")),
)
"""How long a health certificate counts, by the day of its conclusion (reading 14)."""


def certificate_valid_until(concluded_on: date, printed: date | None = None) -> date:
    """The last day of a health certificate: the one printed on it, else the end of its term.

    Raises:
        NotInForceError: it was concluded before any rule modelled here.
        OverflowError: the term would end after the last day of the calendar.

    Source:
        24/2015/TTLT; 36/2024/TT-BYT annex II; reading 14; ADR 0042 (a printed day wins).
    """
    if printed is not None:
        return printed
    return add_months(concluded_on, DRUG_FREE_CERTIFICATE_MONTHS.on(concluded_on))


DRUGS_REVOCATION_MONTHS = InForce(
    Dated(POINTS_SYSTEM_FIRST_DAY, (22, 24), cite("168/2024", "art. 6(15)(c), art. 7(12)(c)"))
)
"""For how long, from and to, the enacted law revokes for driving with drugs in the body; it takes no points for it."""


class Deducted(NamedTuple):
    """What counts of one decision in the running cycle: the level of its offence, and whether it is a drug offence."""

    level: int
    drug: bool


class Wait(NamedTuple):
    """How long an exhausted licence waits for the test, on which ground, and with which paper."""

    ground: str
    months: int
    needs_drug_free_certificate: bool
    sources: tuple[Citation, ...]


_DRAFT = cite("seed 003", "")
_DRAFT_DRUGS = Wait("drugs", 24, True, (_DRAFT, reading(12)))
_DRAFT_TWELVE = Wait("twelve_points", 18, False, (_DRAFT, reading(12)))
_DRAFT_THREE = Wait("three_deductions", 9, False, (_DRAFT, reading(12)))
_DRAFT_OTHER = Wait("other", 6, False, (_DRAFT, reading(12)))
DRAFT_HEAVIEST_LEVEL = 12
DRAFT_DEDUCTIONS = 3
DRAFT_WAITS = (_DRAFT_DRUGS, _DRAFT_TWELVE, _DRAFT_THREE, _DRAFT_OTHER)
"""The four grounds of the draft, the first that holds counts. Source: seed 003; reading 12."""

ENACTED_WAIT = Wait("any", 6, False, (cite("36/2024/QH15", "art. 58(3)"), cite("168/2024", "art. 51(3)"), reading(13)))


def _draft_wait(cycle: Sequence[Deducted]) -> Wait:
    """The ground of the draft, from the deductions of the cycle that took at least one point.

    Source:
        seed 003 (the four grounds); reading 12.
    """
    if any(deducted.drug for deducted in cycle):
        return _DRAFT_DRUGS
    if any(deducted.level == DRAFT_HEAVIEST_LEVEL for deducted in cycle):
        return _DRAFT_TWELVE
    if len(cycle) == DRAFT_DEDUCTIONS:
        return _DRAFT_THREE
    return _DRAFT_OTHER


def _enacted_wait(cycle: Sequence[Deducted]) -> Wait:
    """Six months for everybody.

    Source:
        36/2024/QH15 art. 58(3); 168/2024 art. 51(3); reading 13.
    """
    return ENACTED_WAIT


@dataclass(frozen=True, slots=True)
class Profile:
    """One body of law: which points may be stated, which codes named, how long an exhausted licence waits."""

    id: str
    title_vi: str
    title_en: str
    stated_points: frozenset[int]
    code_prefixes: tuple[str, ...]
    wait: InForce[Callable[[Sequence[Deducted]], Wait]]
    deduction: tuple[Citation, ...]
    heaviest_only: tuple[Citation, ...]
    floor: tuple[Citation, ...]
    not_deducted: tuple[Citation, ...]
    restoration: tuple[Citation, ...]
    test_restoration: tuple[Citation, ...]
    stated_points_source: Citation = field(default_factory=lambda: reading(2))

    def __str__(self) -> str:
        return self.id


DRAFT = Profile(
    id="draft-2024-10",
    title_vi="Dự thảo Nghị định tháng 10/2024",
    title_en="Draft decree of October 2024",
    stated_points=frozenset(range(1, 13)),
    code_prefixes=("draft-2024:", "168/2024:"),
    wait=InForce(Dated(POINTS_SYSTEM_FIRST_DAY, _draft_wait, _DRAFT)),
    deduction=(_DRAFT, reading(4)),
    heaviest_only=(reading(8),),
    floor=(reading(9),),
    not_deducted=(reading(10),),
    restoration=(_DRAFT, reading(5)),
    test_restoration=(_DRAFT, reading(16)),
)

IN_FORCE = Profile(
    id="in-force",
    title_vi="Nghị định 168/2024/NĐ-CP, sửa đổi bởi Nghị định 238/2026/NĐ-CP",
    title_en="Decree 168/2024 as amended by Decree 238/2026",
    stated_points=frozenset({2, 3, 4, 6, 8, 10}),
    code_prefixes=("168/2024:",),
    wait=InForce(Dated(POINTS_SYSTEM_FIRST_DAY, _enacted_wait, cite("36/2024/QH15", "art. 58(3)"))),
    deduction=(cite("36/2024/QH15", "art. 58(1)"), cite("168/2024", "art. 50(1)(a)"), reading(4)),
    heaviest_only=(cite("168/2024", "art. 50(1)(b)"), reading(8)),
    floor=(cite("168/2024", "art. 50(1)(c)"), reading(9)),
    not_deducted=(cite("168/2024", "art. 50(1)(đ)"), reading(10)),
    restoration=(cite("36/2024/QH15", "art. 58(2)"), cite("168/2024", "art. 51(2)"), reading(5)),
    test_restoration=(cite("36/2024/QH15", "art. 58(3)"), cite("168/2024", "art. 51(3)"), reading(16)),
)

PROFILES: dict[str, Profile] = {DRAFT.id: DRAFT, IN_FORCE.id: IN_FORCE}
HEAVIEST_LEVEL_POINTS = max(level for known in PROFILES.values() for level in known.stated_points)
DEFAULT_PROFILE = DRAFT
"""Reading 1."""


class UnknownProfileError(LookupError):
    """No profile of that name."""


def profile(name: str) -> Profile:
    """The profile of that name; raises UnknownProfileError."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfileError(f"unknown profile: {name}; known: {', '.join(PROFILES)}") from None
