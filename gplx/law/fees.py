"""What the exchange of a driving licence costs, by day and channel. Amounts are whole đồng.

The tariff of the day of payment holds (ADR 0066). Postage is the carrier's own charge and is none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from gplx.law.periods import Dated, InForce, Mark
from gplx.law.portal_codes import Channel
from gplx.law.sources import Citation, cite


class Tariff(NamedTuple):
    """The fee for one licence that is issued, exchanged or issued again."""

    id: str
    counter_vnd: int
    online_vnd: int


TARIFFS = InForce[Tariff](
    # The press confirms the amount; neither circular was read.
    Dated(
        date(2020, 7, 1), Tariff("2020-07", 135_000, 135_000), cite("37/2023/TT-BTC", "and the circular before"), "S"
    ),
    Dated(date(2023, 12, 1), Tariff("2023-12", 135_000, 115_000), cite("63/2023/TT-BTC", "art. 8"), "V"),
    Dated(date(2026, 1, 1), Tariff("2026-01", 115_000, 115_000), cite("154/2025/TT-BTC", ""), "V"),
)


@dataclass(frozen=True, slots=True)
class Quote:
    """What is to be paid, and until when this holds.

    Attributes:
        tariff_id: kept with the receipt.
        last_day: the last day on which paying this amount is right; None while no other tariff is known.
    """

    tariff_id: str
    channel: Channel
    amount_vnd: int
    last_day: date | None
    source: Citation
    mark: Mark | None

    def holds_on(self, paid_on: date) -> bool:
        return self.last_day is None or paid_on <= self.last_day


def quote(channel: Channel, paid_on: date) -> Quote:
    """The fee for paying on a day. Only filing online earns the lower amount; by post is as at the counter.

    Raises:
        NotInForceError: before the pilot.

    Source:
        37/2023/TT-BTC; 63/2023/TT-BTC art. 8; 154/2025/TT-BTC; ADR 0066 (which day counts).
    """
    row = TARIFFS.row_on(paid_on)
    tariff = TARIFFS.on(paid_on)
    following = next((other.first_day for other in TARIFFS.rows if other.first_day > paid_on), None)
    return Quote(
        tariff_id=tariff.id,
        channel=channel,
        amount_vnd=tariff.online_vnd if channel is Channel.ONLINE else tariff.counter_vnd,
        last_day=following - timedelta(days=1) if following else None,
        source=row.source,
        mark=row.mark,
    )
