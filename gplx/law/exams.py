"""The knowledge test that restores points: who may register, when sessions are announced, when people are told.

What a paper looks like is in `knowledge_test`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

from gplx.law import working_days
from gplx.law.periods import Dated, InForce, NotInForceError, add_months
from gplx.law.points import DrugFreeCertificate, Exhaustion, Statement, has_certificate
from gplx.law.profiles import DRUG_FREE_CERTIFICATE_MONTHS, Profile
from gplx.law.sources import Citation, cite, reading

_FIRST_DAY = date(2025, 1, 1)
_ONE_DAY = timedelta(days=1)

ANNOUNCE_BEFORE_DAY = InForce(Dated(_FIRST_DAY, 25, cite("65/2024/TT-BCA", "art. 7(4), 8(4)")))
"""The days of a month's sessions are announced before this day of the month before it."""
SESSIONS_A_WEEK_MIN = InForce(Dated(_FIRST_DAY, 2, cite("65/2024/TT-BCA", "art. 7(4), 8(4)")))
NOTICE_WORKING_DAYS = InForce(Dated(_FIRST_DAY, 2, cite("65/2024/TT-BCA", "art. 8(5)")))
"""So many working days before the session, at least, its people are told of it."""
RETAKE_WORKING_DAYS = InForce(Dated(_FIRST_DAY, 7, cite("65/2024/TT-BCA", "art. 6(5), 7(3)")))
"""After a failed test, registration opens again when so many working days have passed."""
ANSWER_HALF_DAYS = InForce(Dated(_FIRST_DAY, 4, cite("ADR", "0047")))
"""Within so many half working days of its receipt a registration is answered. No text sets a time: ADR 0047."""

State: TypeAlias = Literal["met", "not_met", "not_known"]
ConditionCode: TypeAlias = Literal[
    "exhausted", "waited", "drug_free_certificate", "health_certificate", "retake_wait", "licence_held", "not_revoked"
]

_WHO = cite("65/2024/TT-BCA", "art. 3")
_DOSSIER = cite("65/2024/TT-BCA", "art. 7(1)")


class Condition(NamedTuple):
    """One thing that registering for the test depends on, and whether it is so.

    Attributes:
        state: not_known where the register cannot see it itself and an officer has to look.
        blocks: False for what is only to be known: registering goes on all the same.
        day: the day that matters: the first permitted day, the last day of a certificate, the end of a wait.
        is_announced: False where `day` rests on working days that are not announced yet.
        sources: the provisions.
    """

    code: ConditionCode
    state: State
    sources: tuple[Citation, ...]
    blocks: bool = True
    day: date | None = None
    is_announced: bool = True

    @property
    def stands_in_the_way(self) -> bool:
        return self.blocks and self.state == "not_met"


@dataclass(frozen=True, slots=True)
class HealthCertificate:
    """What is known of a driver health certificate for the class that is tested.

    Attributes:
        suits: the facility concluded that the person is fit for the class; None where only the person says so.
        last_day: the last day on which it counts; None where it is not known.
    """

    suits: bool | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of somebody who wants to sit the test.

    Attributes:
        statement: of the account on the day of the session, or today where no session is chosen.
        on: today.
        session_on: the day of the session; None where none is chosen yet.
        drug_free_on: the days on which drug-free certificates were concluded.
        certificate: the ordinary driver health certificate; None where there is none.
        failed_on: the days of failed tests.
        holds_licence: is there a licence of this part that was not withdrawn?
    """

    statement: Statement
    on: date
    session_on: date | None
    drug_free_on: Sequence[date]
    certificate: HealthCertificate | None
    failed_on: Sequence[date]
    holds_licence: bool


def conditions(asked: Asked, profile: Profile) -> list[Condition]:
    """What registering for the test depends on, each with whether it is so, in the order of the law.

    Source:
        36/2024/QH15 art. 58(3); 168/2024 art. 51(3); 65/2024/TT-BCA art. 3, 6(5), 7(1)-(3); seed 003;
        readings 13 to 16; ADR 0049.
    """
    exhaustion = asked.statement.exhaustion
    test_on = asked.session_on or asked.on
    found = [
        Condition("licence_held", "met" if asked.holds_licence else "not_met", (_WHO,)),
        Condition("exhausted", "met" if exhaustion else "not_met", (_WHO, *profile.test_restoration[:1])),
    ]
    if exhaustion is not None:
        found.append(_waited(exhaustion, test_on, asked.session_on is not None))
        if exhaustion.wait.needs_drug_free_certificate:
            found.append(_drug_free(exhaustion, asked.drug_free_on, test_on))
    found.append(_health(asked.certificate, test_on))
    if asked.failed_on:
        found.append(_retake(max(asked.failed_on), asked.on))
    until = asked.statement.revoked_until
    if until is not None:
        # No provision keeps somebody from the test because his licence is revoked; he still may not drive after it.
        found.append(Condition("not_revoked", "not_met", (cite("168/2024", "art. 5(3)-(4)"),), blocks=False, day=until))
    return found


def _waited(exhaustion: Exhaustion, test_on: date, is_chosen: bool) -> Condition:
    """The first permitted day. Registering before it is possible for a session that is not before it (ADR 0049)."""
    first = exhaustion.test_from
    sources = (*exhaustion.wait.sources, reading(15))
    is_over = first is not None and test_on >= first
    return Condition("waited", "met" if is_over else "not_met", sources, blocks=is_chosen or first is None, day=first)


def _drug_free(exhaustion: Exhaustion, concluded: Sequence[date], test_on: date) -> Condition:
    sources = (*exhaustion.wait.sources, reading(14))
    until = max(filter(None, map(drug_free_until, concluded)), default=None)
    is_met = has_certificate([DrugFreeCertificate(day, day) for day in concluded], test_on)
    return Condition("drug_free_certificate", "met" if is_met else "not_met", sources, day=until)


def _health(certificate: HealthCertificate | None, test_on: date) -> Condition:
    if certificate is None or certificate.suits is False:
        return Condition("health_certificate", "not_met", (_DOSSIER,))
    if certificate.last_day is not None and certificate.last_day < test_on:
        return Condition("health_certificate", "not_met", (_DOSSIER,), day=certificate.last_day)
    state: State = "met" if certificate.suits and certificate.last_day else "not_known"
    return Condition("health_certificate", state, (_DOSSIER,), day=certificate.last_day)


def _retake(failed_on: date, on: date) -> Condition:
    first, is_announced = retake_from(failed_on)
    row = RETAKE_WORKING_DAYS.row_on(failed_on)
    return Condition(
        "retake_wait", "met" if on >= first else "not_met", (row.source,), day=first, is_announced=is_announced
    )


def drug_free_until(concluded_on: date) -> date | None:
    """The last day on which a drug-free certificate counts; None where nothing is known of its day.

    Source:
        36/2024/TT-BYT annex II; reading 14.
    """
    try:
        return add_months(concluded_on, DRUG_FREE_CERTIFICATE_MONTHS.on(concluded_on))
    except (NotInForceError, OverflowError):
        return None


def retake_from(failed_on: date) -> tuple[date, bool]:
    """The first day on which somebody who failed may register again, and whether its working days are announced.

    Source:
        65/2024/TT-BCA art. 6(5), 7(3); 91/2015/QH13 art. 147; ADR 0047.
    """
    counted = working_days.add_working_days(failed_on, RETAKE_WORKING_DAYS.on(failed_on), provisional=True)
    return counted.last_day + _ONE_DAY, counted.is_announced


def notice_by(session_on: date) -> date:
    """The last day on which the people of a session may be told of it.

    Source:
        65/2024/TT-BCA art. 8(5); ADR 0047.
    """
    return working_days.last_day_before(session_on, NOTICE_WORKING_DAYS.on(session_on), provisional=True)


def announce_by(month: date) -> date:
    """The last day on which the sessions of a month may be announced.

    Args:
        month: any day of the month in which the sessions are held.

    Source:
        65/2024/TT-BCA art. 7(4), 8(4).
    """
    before = month.replace(day=1) - _ONE_DAY
    return before.replace(day=ANNOUNCE_BEFORE_DAY.on(before)) - _ONE_DAY


class Week(NamedTuple):
    """The days of one week (Monday to Sunday) that lie in a month, and how many sessions it needs."""

    days: tuple[date, ...]
    working: tuple[date, ...]
    needed: int


def weeks_of(month: date) -> list[Week]:
    """The weeks of a month. A week that has fewer working days than sessions are due needs one on each of them.

    Source:
        65/2024/TT-BCA art. 7(4), 8(4); ADR 0048.
    """
    day, weeks = month.replace(day=1), []
    while day.month == month.month:
        last = min(day + timedelta(days=6 - day.weekday()), _last_of(month))
        days = tuple(day + timedelta(days=ahead) for ahead in range((last - day).days + 1))
        working = tuple(one for one in days if working_days.is_working_day(one, provisional=True))
        weeks.append(Week(days, working, min(SESSIONS_A_WEEK_MIN.on(day), len(working))))
        day = last + _ONE_DAY
    return weeks


def weeks_short(month: date, session_days: Iterable[date]) -> list[tuple[Week, int]]:
    """The weeks of a month with fewer sessions than are due, and how many are missing in each.

    Source:
        65/2024/TT-BCA art. 7(4), 8(4); ADR 0048.
    """
    held = list(session_days)
    short = []
    for week in weeks_of(month):
        missing = week.needed - sum(day in week.days for day in held)
        if missing > 0:
            short.append((week, missing))
    return short


def propose_days(month: date, a_week: int | None = None) -> list[date]:
    """Days for the sessions of a month: at least as many a week as are due, spread over its working days.

    Args:
        a_week: how many a week; None: as many as are due.

    Source:
        65/2024/TT-BCA art. 7(4), 8(4).
    """
    proposed: list[date] = []
    for week in weeks_of(month):
        count = min(max(week.needed, a_week or 0), len(week.working))
        # The middle of each of `count` equal stretches: Tuesday and Thursday of a full week.
        step = len(week.working) / count if count else 0
        proposed += [week.working[int(step * index + step / 2)] for index in range(count)]
    return proposed


def _last_of(month: date) -> date:
    return add_months(month.replace(day=1), 1) - _ONE_DAY
