"""The test room: who is let in with which papers, what help is a right, what is signed and how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gplx.law.periods import Dated, InForce, add_months
from gplx.law.sources import Citation, cite

_FIRST_DAY = date(2025, 1, 1)
_CIRCULAR = "65/2024/TT-BCA"

IDENTITY_PAPERS: InForce[tuple[str, ...]] = InForce(
    Dated(
        _FIRST_DAY,
        ("identity_card", "electronic_identity", "driving_licence", "certificate_of_identity", "residence_card"),
        cite(_CIRCULAR, "art. 7(5)"),
    )
)
"""The papers that prove who a candidate is: card of identity, electronic identity, licence, certificate of identity,
and for foreigners the card of residence; a closed list."""

RIGHTS: InForce[tuple[str, ...]] = InForce(
    Dated(_FIRST_DAY, ("interpreter", "read_aloud", "extra_time"), cite(_CIRCULAR, "art. 7(6)"))
)
"""Help that is granted as a right. The circular names the interpreter; reading aloud and the time it costs are how
this register gives what it asks for, to whoever cannot read (ADR 0056)."""

SIGNATURES_OF_OFFICERS = InForce(Dated(_FIRST_DAY, 2, cite(_CIRCULAR, "art. 8")))
"""How many members of the test board sign the minutes (ADR 0055)."""

COPIES_OF_MINUTES: InForce[tuple[str, ...]] = InForce(
    Dated(_FIRST_DAY, ("candidate", "file"), cite(_CIRCULAR, "art. 7(7)"))
)
"""The minutes are made in two copies: one for the candidate, one for the dossier."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many years something of a test is kept at least."""

    what: str
    years: int


KEEPING: InForce[tuple[Keeping, ...]] = InForce(
    Dated(_FIRST_DAY, (Keeping("video", 2), Keeping("dossier", 5)), cite(_CIRCULAR, "art. 8(8)"))
)
"""The room's video, and the dossier with its minutes on paper and electronically."""


@dataclass(frozen=True, slots=True)
class KeptUntil:
    """The last day on which something must still be there."""

    what: str
    years: int
    until: date
    source: Citation


def kept_until(held_on: date) -> tuple[KeptUntil, ...]:
    """Until when video and dossier of a test must be kept.

    Source:
        65/2024/TT-BCA art. 8(8); 91/2015/QH13 art. 147-148.
    """
    row = KEEPING.row_on(held_on)
    assert row.value is not None
    return tuple(
        KeptUntil(keeping.what, keeping.years, add_months(held_on, 12 * keeping.years), row.source)
        for keeping in row.value
    )
