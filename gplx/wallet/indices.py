"""Which place of a status list belongs to whom: drawn at random, and hidden among places that belong to nobody.

A place that follows from the licence's number or from the day of issue would let anybody who keeps yesterday's list
read whose licence was suspended today. Decoys are suspended and restored as licences are, so that neither the number
of suspended places nor a change of one says anything about a person.

Source:
    draft-ietf-oauth-status-list section 12 (privacy), 13 (double allocation, decoys).
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Container
from datetime import UTC, datetime

from gplx.wallet.errors import ListFullError
from gplx.wallet.status_list import SUSPENDED, VALID

# Of 1,000 places; so many belong to nobody for ever.
DECOYS_PER_MILLE = 100
# A list is full before its last places tell who was last.
_FULL_AT = 0.9
_DAY_SECONDS = 86_400
# A decoy's life is a round of some years, of which it is suspended for some months: our own choice, of the order of
# the law's waiting times, not a rule of law.
_ROUND_DAYS = (720, 2160)
_SUSPENDED_DAYS = (30, 270)


def draw(taken: Container[int], taken_count: int, size: int, secret: bytes) -> int:
    """A free place, each with the same chance. Whoever stores it makes sure that it is used once.

    Args:
        taken: the places that were given away, also those of licences that are no more.
        secret: the list's own; it decides which places are decoys.

    Raises:
        ListFullError: so many places are taken that the rest is not a crowd to hide in.
    """
    free = size * (1000 - DECOYS_PER_MILLE) // 1000
    if taken_count >= free * _FULL_AT:
        raise ListFullError
    chance = random.SystemRandom()
    for _ in range(64 * max(1, size)):
        index = chance.randrange(size)
        if index not in taken and not is_decoy(secret, index):
            return index
    raise ListFullError  # only a list of a few places can have decoys only


def is_decoy(secret: bytes, index: int) -> bool:
    """Whether this place belongs to nobody; only who has the secret can tell."""
    return _number(secret, "decoy", index, 1000) < DECOYS_PER_MILLE


def decoy_status(secret: bytes, index: int, at: datetime) -> int:
    """What the list says of a decoy at an instant: some months of every few years suspended, else valid."""
    round_seconds = _between(secret, "round", index, _ROUND_DAYS)
    suspended_seconds = _between(secret, "suspended", index, _SUSPENDED_DAYS)
    phase = _number(secret, "phase", index, round_seconds)
    passed = (int(at.astimezone(UTC).timestamp()) + phase) % round_seconds
    return SUSPENDED if passed < suspended_seconds else VALID


def _between(secret: bytes, purpose: str, index: int, days: tuple[int, int]) -> int:
    """A number of seconds, fixed for this place."""
    least, most = (each * _DAY_SECONDS for each in days)
    return least + _number(secret, purpose, index, most - least)


def _number(secret: bytes, purpose: str, index: int, below: int) -> int:
    digest = hmac.digest(secret, f"{purpose} {index}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:16], "big") % below
