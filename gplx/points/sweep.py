"""Settling what has come due: restorations, decisions of a future day, ends of revocations.

What is due is what `next_change_on` says, however long ago that was (F10): a register that stood still for ten days
catches up with the first sweep. Several sweeps may run at once; each takes what no other has locked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import InterfaceError, OperationalError

from gplx import clock, crash, database
from gplx.errors import RegisterError
from gplx.points.actions import settle, settle_due

log = logging.getLogger(__name__)

BATCH_SIZE = 1000

_DUE = "SELECT count(*) FROM (SELECT FROM points_account WHERE next_change_on <= %(today)s LIMIT %(limit)s) due"


class AccountsNotSettledError(RegisterError):
    """Some accounts could not be settled; the others were. The log names each with its error."""


@dataclass
class Swept:
    """What one sweep did."""

    accounts: int = 0
    entries: int = 0
    failed: list[int] = field(default_factory=list)


def count_due(today: date, limit: int | None = None) -> int:
    """How many accounts are due; counts no further than `limit`."""
    row = database.send(_DUE, {"today": today, "limit": limit}).fetchone()
    assert row is not None
    return int(row[0])


def sweep(progress: Callable[[int], None] = lambda accounts: None, *, batch_size: int = BATCH_SIZE) -> Swept:
    """Settle all accounts that are due and that no other sweep has taken, in batches of one transaction each.

    An account that cannot be settled does not keep the others from it: it is left out, logged by its number and tried
    again by the next sweep.

    Args:
        progress: called after each batch with the number of accounts it settled.

    Raises:
        AccountsNotSettledError: at the end, when accounts had to be left out.
    """
    swept = Swept()
    after = (date.min, 0)
    while True:
        today = clock.today()
        batch = _Batch(after)
        try:
            batch.take(today, batch_size)
        except (OperationalError, InterfaceError):
            raise  # The database is in trouble, not an account.
        except Exception:
            _settle_apart(batch.ids, today, swept)
        swept.accounts += len(batch.ids)
        swept.entries += batch.entries
        progress(len(batch.ids))
        if len(batch.ids) < batch_size:
            break
        after = batch.after
        crash.at("sweep.between")
    if swept.failed:
        raise AccountsNotSettledError(
            f"{len(swept.failed)} of {swept.accounts} accounts could not be settled; the log names each with its error."
            " The others are settled."
        )
    return swept


class _Batch:
    """The next accounts that are due. What was taken is known also when settling it failed."""

    def __init__(self, after: tuple[date, int]) -> None:
        self.ids: list[int] = []
        self.entries = 0
        self.after = after

    def take(self, today: date, limit: int) -> None:
        def taken(due: Sequence[tuple[int, date]]) -> None:
            self.ids = [account_id for account_id, _ in due]
            if due:
                self.after = (due[-1][1], due[-1][0])

        self.entries = len(settle_due(today=today, limit=limit, after=self.after, taken=taken).entries)


def _settle_apart(ids: Sequence[int], today: date, swept: Swept) -> None:
    """Settle accounts in halves until those that fail stand alone."""
    if len(ids) > 1:
        middle = len(ids) // 2
        halves: list[Sequence[int]] = [ids[:middle], ids[middle:]]
    else:
        halves = [ids]
    for half in halves:
        try:
            swept.entries += len(settle(half, today=today).entries)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            if len(half) > 1:
                _settle_apart(half, today, swept)
            else:
                log.exception("Account %s could not be settled.", half[0])
                swept.failed.append(half[0])
