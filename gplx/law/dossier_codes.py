"""How a dossier's code (mã hồ sơ) begins, by the day it was opened."""

from __future__ import annotations

from datetime import date

from gplx.law.periods import Dated, InForce
from gplx.law.sources import cite

CODE_LENGTH_MAX = 40

_SERIES = InForce(
    Dated(date(2025, 1, 1), "000.00.00.G01-{day:%y%m%d}-", cite("ADR", "0045")),
    Dated(date(2026, 1, 25), "G01.000.00-{day:%y%m%d}-01", cite("4/2025/TT-VPCP", "art. 23")),
)


def series(opened_on: date) -> str:
    """What stands before the running number of the day.

    Codes are opaque: nothing is ever read out of one, and codes of other systems are taken as they are.

    Returns:
        at most 30 characters; four digits or more follow.

    Raises:
        NotInForceError: before the points system.

    Source:
        4/2025/TT-VPCP art. 23 (form since 2026-01-25); ADR 0045 (the form before, the agency's code).
    """
    return _SERIES.on(opened_on).format(day=opened_on)
