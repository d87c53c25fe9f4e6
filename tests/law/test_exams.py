"""65/2024/TT-BCA: the calendar of the test and who may register (ADR 0047 to 0049)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gplx.law import exams as law
from gplx.law import working_days
from gplx.law.exams import Asked, Condition, HealthCertificate
from gplx.law.points import Decision, Fact, Offence, Revocation, replay
from gplx.law.profiles import DRAFT, IN_FORCE, Profile

EXHAUSTED = date(2024 + 2, 3, 10)
OTHER_FROM = date(2026, 9, 11)
DRUGS_FROM = date(2028, 3, 11)
FIT = HealthCertificate(suits=True, last_day=date(2030, 1, 1))


def history(*, drug: bool = False) -> list[Fact]:
    if drug:
        return [Decision("1", EXHAUSTED, EXHAUSTED, (Offence(12, True),), EXHAUSTED)]
    days = [EXHAUSTED - timedelta(days=90 * ahead) for ahead in (3, 2, 1, 0)]
    return [Decision(str(day), day, day, (Offence(3, False),), day) for day in days]


def conditions(
    on: date,
    *facts: Fact,
    session_on: date | None = None,
    profile: Profile = DRAFT,
    drug_free_on: tuple[date, ...] = (),
    certificate: HealthCertificate | None = FIT,
    failed_on: tuple[date, ...] = (),
    holds_licence: bool = True,
) -> dict[str, Condition]:
    statement = replay(facts, profile, session_on or on)
    asked = Asked(statement, on, session_on, drug_free_on, certificate, failed_on, holds_licence)
    return {condition.code: condition for condition in law.conditions(asked, profile)}


def in_the_way(found: dict[str, Condition]) -> set[str]:
    return {code for code, condition in found.items() if condition.stands_in_the_way}


# -- art. 3, 7: who may register --------------------------------------------------------------------------------------


def test_art_3_only_an_exhausted_licence() -> None:
    assert in_the_way(conditions(date(2026, 9, 11))) == {"exhausted"}
    assert in_the_way(conditions(date(2026, 9, 11), *history())) == set()


@pytest.mark.parametrize("profile", [DRAFT, IN_FORCE])
def test_art_58_3_a_session_before_the_first_permitted_day_is_refused(profile: Profile) -> None:
    early, right = OTHER_FROM - timedelta(days=1), OTHER_FROM
    on = date(2026, 8, 20)
    refused = conditions(on, *history(), session_on=early, profile=profile)
    assert in_the_way(refused) == {"waited"}
    assert refused["waited"].day == OTHER_FROM
    assert in_the_way(conditions(on, *history(), session_on=right, profile=profile)) == set()


def test_reading_14_on_the_ground_of_drugs_a_certificate_is_needed_on_the_day_of_the_test() -> None:
    drugs = history(drug=True)

    def asked(session_on: date, *drug_free_on: date) -> set[str]:
        return in_the_way(conditions(date(2028, 3, 1), *drugs, session_on=session_on, drug_free_on=drug_free_on))

    assert asked(DRUGS_FROM) == {"drug_free_certificate"}
    assert asked(DRUGS_FROM, date(2027, 3, 11)) == set()
    assert asked(DRUGS_FROM, date(2027, 3, 10)) == {"drug_free_certificate"}
    assert asked(DRUGS_FROM - timedelta(days=1), date(2027, 3, 11)) == {"waited"}
    assert "drug_free_certificate" not in conditions(date(2026, 9, 11), *history())
    assert "drug_free_certificate" not in conditions(DRUGS_FROM, *drugs, profile=IN_FORCE)


@pytest.mark.parametrize(
    ("certificate", "state"),
    [
        (None, "not_met"),
        (HealthCertificate(suits=False, last_day=date(2030, 1, 1)), "not_met"),
        (HealthCertificate(suits=True, last_day=date(2026, 9, 10)), "not_met"),
        (HealthCertificate(suits=True, last_day=date(2026, 9, 11)), "met"),
        (HealthCertificate(suits=None, last_day=date(2026, 9, 11)), "not_known"),
        (HealthCertificate(suits=True, last_day=None), "not_known"),
    ],
)
def test_art_7_1_the_health_certificate_counts_on_the_day_of_the_test(
    certificate: HealthCertificate | None, state: str
) -> None:
    found = conditions(date(2026, 9, 1), *history(), session_on=OTHER_FROM, certificate=certificate)
    assert found["health_certificate"].state == state


def test_art_6_5_after_a_failed_test_seven_working_days_pass() -> None:
    failed = date(2026, 11, 13)
    # 16-20, 23 and 25 November: the 24th is a holiday.
    assert law.retake_from(failed) == (date(2026, 11, 26), True)
    assert in_the_way(conditions(date(2026, 11, 25), *history(), failed_on=(failed,))) == {"retake_wait"}
    assert in_the_way(conditions(date(2026, 11, 26), *history(), failed_on=(failed,))) == set()
    assert law.retake_from(date(2026, 12, 24))[1] is False


def test_a_revocation_is_told_and_does_not_stand_in_the_way() -> None:
    revoked = Revocation(date(2026, 9, 1), date(2026, 12, 1), date(2026, 9, 1))
    found = conditions(date(2026, 9, 11), *history(), revoked)
    assert found["not_revoked"].day == date(2026, 12, 1)
    assert in_the_way(found) == set()
    assert "not_revoked" not in conditions(date(2026, 12, 2), *history(), revoked)


def test_without_a_licence_there_is_nothing_to_restore() -> None:
    assert in_the_way(conditions(date(2026, 9, 11), *history(), holds_licence=False)) == {"licence_held"}


def test_each_condition_names_its_provision() -> None:
    revoked = Revocation(date(2028, 3, 1), date(2028, 12, 1), date(2028, 3, 1))
    found = conditions(DRUGS_FROM, *history(drug=True), revoked, failed_on=(date(2028, 3, 10),))
    assert len(found) == 7
    assert all(condition.sources for condition in found.values())


# -- art. 7(4), 8(4)-(5): the calendar --------------------------------------------------------------------------------


def test_art_7_4_dates_are_announced_before_the_25th_of_the_month_before() -> None:
    assert law.announce_by(date(2026, 12, 31)) == date(2026, 11, 24)
    assert law.announce_by(date(2027, 1, 1)) == date(2026, 12, 24)


def test_art_8_4_two_sessions_a_week() -> None:
    proposed = law.propose_days(date(2026, 12, 1))
    assert law.weeks_short(date(2026, 12, 1), proposed) == []
    [(week, missing)] = law.weeks_short(date(2026, 12, 1), [day for day in proposed if day.day not in (8, 10)])
    assert (week.days[0], missing) == (date(2026, 12, 7), 2)
    [(week, missing)] = law.weeks_short(date(2026, 12, 1), [day for day in proposed if day.day != 8])
    assert missing == 1


def test_a_week_of_rest_needs_none_and_a_cut_week_as_many_as_it_has() -> None:
    february = law.weeks_of(date(2026, 2, 1))
    assert [week.needed for week in february] == [0, 2, 2, 0, 2]  # Sunday 1 February; the week of Tết
    assert [week.needed for week in law.weeks_of(date(2026, 6, 1))][-1] == 2  # 29 and 30 June
    assert [week.needed for week in law.weeks_of(date(2025, 6, 1))][-1] == 1  # 30 June


@pytest.mark.parametrize("month", [date(2025 + index // 12, index % 12 + 1, 1) for index in range(24)])
@pytest.mark.parametrize("a_week", [None, 3])
def test_what_is_proposed_fulfils_the_duty_on_working_days(month: date, a_week: int | None) -> None:
    proposed = law.propose_days(month, a_week)
    assert law.weeks_short(month, proposed) == []
    assert len(set(proposed)) == len(proposed)
    assert all(day.month == month.month and working_days.is_working_day(day) for day in proposed)


def test_art_8_5_people_are_told_two_working_days_before() -> None:
    assert law.notice_by(date(2026, 12, 3)) == date(2026, 11, 30)
