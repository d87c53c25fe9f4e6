"""By which channels a person has to be told what, and what follows when a channel brings no answer.

The law names ways, not systems: handing over, the post, and electronically, with the traffic police's own pages kept
up to date besides. Which of our channels serves a way is said here; how a channel works is no matter of law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gplx.law.periods import Dated, InForce
from gplx.law.sources import Citation, cite

INBOX, SITE, EMAIL, SMS, PAPER = "inbox", "site", "email", "sms", "paper"
CHANNELS = (INBOX, SITE, EMAIL, SMS, PAPER)
"""The inbox on the portal, the traffic police's pages, e-mail, short messages, and paper handed over or posted."""

CONFIRMING = (EMAIL, SMS, PAPER)
"""Channels whose delivery shows that the person was reached; the inbox does when it is opened (ADR 0032)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The channels of one kind of notice.

    Attributes:
        at_once: used together as soon as there is something to tell; e-mail and SMS where a contact is known.
        paper_otherwise: paper follows where the electronic way is not available or brought no confirmation.
    """

    at_once: tuple[str, ...]
    paper_otherwise: bool


FIRST_DAY = date(2025, 1, 1)
_ELECTRONIC = (INBOX, SITE, EMAIL, SMS)

DEDUCTION = InForce(Dated(FIRST_DAY, Plan(_ELECTRONIC, paper_otherwise=True), cite("168/2024", "art. 50(3)(b)")))
"""Handed over, posted, or electronically where the infrastructure allows; the traffic police's pages too."""

RESTORATION_BY_TIME = InForce(
    Dated(FIRST_DAY, Plan(_ELECTRONIC, paper_otherwise=False), cite("168/2024", "art. 51(2)(c)"))
)
"""Electronically, by the database itself; no paper."""

RESTORATION_BY_TEST = InForce(Dated(FIRST_DAY, Plan(_ELECTRONIC, paper_otherwise=True), cite("168/2024", "art. 51(3)")))
"""By the unit that ran the test. It tells by the register, and on paper where that does not reach (ADR 0030)."""

CORRECTION = InForce(Dated(FIRST_DAY, Plan(_ELECTRONIC, paper_otherwise=True), cite("168/2024", "art. 50(3)(b)")))
"""The text is silent: what took points back is told in the ways in which the deduction was told (ADR 0030)."""

REVOCATION = InForce(Dated(FIRST_DAY, Plan(_ELECTRONIC, paper_otherwise=True), cite("168/2024", "art. 5")))
"""The decision itself is handed over by its authority; what the register adds is told like a deduction (ADR 0030)."""

MESSAGE = InForce(
    Dated(FIRST_DAY, Plan((INBOX, EMAIL, SMS), paper_otherwise=False), cite("65/2024/TT-BCA", "art. 8(5)"))
)
"""Days of tests, results and reminders: by e-mail or short message, and in the inbox."""

_PLANS: Mapping[str, InForce[Plan]] = {
    "deduction": DEDUCTION,
    "exhausted": DEDUCTION,
    "absorbed": DEDUCTION,
    "not_deducted": DEDUCTION,
    "restoration": RESTORATION_BY_TIME,
    "test_restoration": RESTORATION_BY_TEST,
    "reversal": CORRECTION,
    "revoked": REVOCATION,
    "revocation_annulled": REVOCATION,
}


def plan_on(kind: str, day: date) -> Dated[Plan]:
    """The channels of a kind of notice, with their source; what the law does not name is an ordinary message.

    Args:
        kind: of the notice.
        day: on which the register had something to tell; before the points system the first rows hold.

    Source:
        168/2024 art. 50(3)(b), 51(2)(c), 51(3); 65/2024/TT-BCA art. 8(5); ADR 0030.
    """
    return _PLANS.get(kind, MESSAGE).row_on(max(day, FIRST_DAY))


PAPER_AFTER_DAYS = InForce(Dated(FIRST_DAY, 3, cite("168/2024", "art. 50(3)(b)")))
"""How many days the electronic way is given before paper follows. The text gives no figure: ADR 0031."""

REMINDER_DAYS = InForce(Dated(FIRST_DAY, 30, cite("36/2024/QH15", "art. 58(2)")))
"""How many days before a restoration by time the person is reminded of it. The text asks for no reminder: ADR 0034."""


def source_of(kind: str, day: date) -> Citation:
    """Where it is written how this kind of notice is told."""
    return plan_on(kind, day).source
