"""Due dates and punctuality: 12/2025/TT-BCA art. 21(3); 766/QĐ-TTg; ADR 0067."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.exchange_time import Event, NoLimitError, due, received, supplement_due
from gplx.law.portal_codes import PortalStatus
from gplx.law.service_indicators import FULL_MARKS, Reached, percentage, timeliness
from gplx.law.working_days import Moment, is_working_day

DAY = timedelta(days=1)


def complete(day: str) -> Event:
    return Event("complete", date.fromisoformat(day))


def supplement(day: str) -> Event:
    return Event("supplement_asked", date.fromisoformat(day))


def end(filed: str, *events: Event, **more: object) -> Moment | None:
    return due(date.fromisoformat(filed), events, **more).end  # type: ignore[arg-type]


# -- the limit -------------------------------------------------------------------------------------------------------


def test_12_2025_art_21_3_c_five_working_days_from_the_complete_dossier():
    # Monday; the next Monday is the fifth working day.
    assert end("2026-03-09", complete("2026-03-09")) == Moment(date(2026, 3, 16), "afternoon")


def test_since_2026_07_01_three_and_a_half_days():
    assert end("2026-06-29", complete("2026-06-30")) == Moment(date(2026, 7, 7), "afternoon")
    assert end("2026-06-29", complete("2026-07-01")) == Moment(date(2026, 7, 7), "morning")


def test_other_limits_of_the_police():
    events = [complete("2026-03-09")]
    assert end("2026-03-09", *events, limit="forward") == Moment(date(2026, 3, 10), "afternoon")
    assert end("2026-03-09", *events, limit="electronic") == Moment(date(2026, 3, 12), "afternoon")
    with pytest.raises(NoLimitError):
        end("2025-02-10", complete("2025-02-10"), limit="electronic")


def test_12_2025_art_21_3_b_what_is_missing_is_told_within_two_working_days_of_receipt():
    found = supplement_due(date(2026, 3, 14))  # a Saturday, received on Monday
    assert found.end == Moment(date(2026, 3, 18), "afternoon")
    assert found.steps[-1].source == "12/2025/TT-BCA art. 21(3)(b)"
    with pytest.raises(NoLimitError):
        supplement_due(date(2024, 5, 31))
    assert supplement_due(date(2024, 6, 3)).mark == "S"


def test_adr_0063_an_officer_may_name_other_rules():
    events = [complete("2026-07-01")]
    assert due(date(2026, 7, 1), events, override="R3").end == Moment(date(2026, 7, 8), "afternoon")
    assert due(date(2026, 7, 1), events).end == Moment(date(2026, 7, 7), "morning")


def test_a_dossier_that_is_not_complete_has_no_date():
    found = due(date(2026, 3, 9), [])
    assert (found.end, found.rules) == (None, None)
    assert [step.code for step in found.steps] == ["filed"]


def test_why_this_date_over_new_year():
    found = due(date(2026, 2, 14), [complete("2026-02-14")])
    assert [(step.day.isoformat(), step.code) for step in found.steps] == [
        ("2026-02-14", "filed"),
        ("2026-02-23", "received"),
        ("2026-02-23", "complete"),
        ("2026-02-28", "not_counted"),
        ("2026-03-01", "not_counted"),
        ("2026-03-02", "due"),
    ]
    assert found.steps[-1].says_vi == "Hết thời hạn 5 ngày làm việc: hết ngày"
    assert found.steps[-1].source == "12/2025/TT-BCA art. 21(3)(c)"


def test_why_this_date_names_holidays_and_passes_a_working_saturday():
    found = due(date(2026, 8, 19), [complete("2026-08-19")])
    # Thursday, Friday, the Saturday that is worked, and Monday morning.
    assert found.end == Moment(date(2026, 8, 24), "morning")
    assert [step.day for step in found.steps if step.code == "not_counted"] == [date(2026, 8, 23)]
    assert found.steps[-1].says_en == "due after 3.5 working days: by noon"
    over = due(date(2026, 8, 27), [complete("2026-08-27")])
    assert over.end == Moment(date(2026, 9, 7), "morning")
    assert "Không tính: Quốc khánh" in {step.says_vi for step in over.steps}


def test_adr_0067_a_supplement_stops_the_clock_and_restarts_it_in_full():
    stopped = [complete("2026-03-09"), supplement("2026-03-13")]
    assert end("2026-03-09", *stopped) is None
    found = due(date(2026, 3, 9), [*stopped, complete("2026-03-20")])
    assert found.end == Moment(date(2026, 3, 27), "afternoon")
    assert [step.code for step in found.steps if step.code != "not_counted"] == [
        "filed",
        "complete",
        "supplement_asked",
        "restarted",
        "due",
    ]


def test_adr_0063_completed_under_the_next_rules_counts_by_them():
    found = due(date(2026, 6, 29), [complete("2026-06-29"), supplement("2026-06-30"), complete("2026-07-01")])
    assert found.rules is not None
    assert (found.rules.id, found.mark) == ("R4", "S")


def test_what_is_filed_on_a_day_of_rest_or_after_hours_is_received_on_the_next_working_day():
    assert received(date(2026, 3, 13)) == date(2026, 3, 13)
    assert received(date(2026, 3, 13), after_hours=True) == date(2026, 3, 16)
    assert received(date(2026, 3, 14)) == date(2026, 3, 16)
    after = end("2026-03-09", complete("2026-03-09"), after_hours=True)
    assert after == Moment(date(2026, 3, 17), "afternoon")


def test_an_event_before_filing_is_refused():
    with pytest.raises(ValueError, match="2026-03-08"):
        end("2026-03-09", complete("2026-03-08"))


def test_in_a_year_that_is_not_announced_the_date_says_so():
    assert not due(date(2021, 7, 1), [complete("2021-07-01")]).is_announced
    assert due(date(2026, 7, 1), [complete("2026-07-01")]).is_announced


FILED = st.dates(date(2020, 7, 1), date(2027, 6, 1))


@given(FILED, st.lists(st.tuples(st.sampled_from(["complete", "supplement_asked"]), st.integers(0, 60)), max_size=5))
def test_the_steps_are_in_order_and_the_due_day_is_worked(filed, moves):
    events = [Event("complete" if code == "complete" else "supplement_asked", filed + n * DAY) for code, n in moves]
    found = due(filed, events)
    days = [step.day for step in found.steps if step.code in ("not_counted", "due")]
    assert days == sorted(days)
    assert all(step.says_vi and step.says_en and step.source for step in found.steps)
    if found.end is not None:
        assert is_working_day(found.end.day, provisional=True)
        assert found.end.day > max(step.day for step in found.steps if step.code in ("complete", "restarted"))
        assert found.steps[-1].day == found.end.day


@given(FILED, st.integers(0, 30), st.integers(0, 30))
def test_completing_later_is_never_due_sooner_under_one_set_of_rules(filed, one, other):
    sooner, later = (due(filed, [Event("complete", filed + n * DAY)]) for n in sorted((one, other)))
    assert sooner.end is not None
    assert later.end is not None
    if sooner.rules is later.rules:
        assert (sooner.end.day, sooner.end.half == "afternoon") <= (later.end.day, later.end.half == "afternoon")


# -- the indicator ---------------------------------------------------------------------------------------------------

S = PortalStatus
HERE = timezone(timedelta(hours=7))
APPOINTED = datetime(2026, 3, 16, 17, tzinfo=HERE)
PERIOD_END = datetime(2026, 3, 31, 23, 59, tzinfo=HERE)


def reached(*states: tuple[PortalStatus, str]) -> list[Reached]:
    return [Reached(status, datetime.fromisoformat(f"2026-03-{at}+07:00")) for status, at in states]


def measure(*states: tuple[PortalStatus, str]):
    return timeliness(APPOINTED, reached((S.RECEIVED, "09T08:00"), *states), period_end=PERIOD_END)


@pytest.mark.parametrize(
    ("states", "on_time", "by"),
    [
        ([(S.FINISHED, "16T17:00")], True, "finished"),
        ([(S.FINISHED, "16T17:01")], False, "finished"),
        ([(S.RETURNED, "16T17:00")], True, "finished"),
        ([(S.RETURNED, "16T17:01")], False, "finished"),
        ([(S.FINISHED, "16T09:00"), (S.RETURNED, "20T09:00")], True, "finished"),  # 9 before 10
        ([(S.STOPPED, "16T17:00")], True, "stopped"),
        ([(S.STOPPED, "17T08:00")], False, "stopped"),
        ([(S.NOT_RECEIVED, "17T08:00")], False, "not_received"),
        ([(S.WITHDRAWAL_ASKED, "12T08:00")], True, "withdrawn"),
        ([(S.SUPPLEMENT_REQUESTED, "12T08:00")], True, "waits_for_supplement"),
        ([(S.SUPPLEMENT_REQUESTED, "17T08:00")], False, "waits_for_supplement"),
        ([(S.IN_PROCESS, "10T08:00")], False, "unfinished"),
        (
            [(S.SUPPLEMENT_REQUESTED, "12T08:00"), (S.IN_PROCESS, "15T08:00"), (S.FINISHED, "19T17:00")],
            True,
            "finished",
        ),
        (
            [(S.SUPPLEMENT_REQUESTED, "12T08:00"), (S.IN_PROCESS, "15T08:00"), (S.FINISHED, "19T17:01")],
            False,
            "finished",
        ),
    ],
)
def test_766_when_a_dossier_ends_and_whether_it_is_on_time(states, on_time, by):
    found = measure(*states)
    assert found is not None
    assert (found.on_time, found.by) == (on_time, by)


def test_766_a_second_request_for_a_supplement_makes_it_late():
    once = [(S.SUPPLEMENT_REQUESTED, "10T08:00"), (S.IN_PROCESS, "10T09:00")]
    again = [(S.SUPPLEMENT_REQUESTED, "11T08:00"), (S.IN_PROCESS, "11T09:00")]
    done = [(S.FINISHED, "12T08:00")]
    first, second = measure(*once, *done), measure(*once, *again, *done)
    assert first is not None
    assert second is not None
    assert (first.on_time, first.by) == (True, "finished")
    assert (second.on_time, second.by) == (False, "second_supplement")


def test_766_withdrawn_before_it_was_received_is_not_counted():
    states = reached((S.NEWLY_REGISTERED, "09T08:00"), (S.WITHDRAWAL_ASKED, "10T08:00"))
    assert timeliness(APPOINTED, states, period_end=PERIOD_END) is None


def test_766_an_unfinished_one_is_compared_with_the_end_of_the_period():
    states = reached((S.RECEIVED, "09T08:00"))
    for period_end, on_time in ((APPOINTED, True), (APPOINTED + timedelta(minutes=1), False)):
        found = timeliness(APPOINTED, states, period_end=period_end)
        assert found is not None
        assert (found.on_time, found.by) == (on_time, "unfinished")


def test_766_what_happened_after_the_period_is_not_seen():
    found = measure((S.FINISHED, "12T08:00"))
    earlier = timeliness(
        APPOINTED,
        reached((S.RECEIVED, "09T08:00"), (S.FINISHED, "12T08:00")),
        period_end=datetime(2026, 3, 11, tzinfo=HERE),
    )
    assert found is not None
    assert earlier is not None
    assert (found.by, earlier.by) == ("finished", "unfinished")


def test_766_full_marks_make_a_hundred():
    assert sum(FULL_MARKS.values()) == 100


def test_766_shares_have_two_decimals_and_nothing_of_nothing():
    assert percentage(2, 3) == Decimal("66.67")
    assert percentage(1, 8) == Decimal("12.50")
    assert percentage(10, 2033) == Decimal("0.49")  # of the pilot's visits, those that ended in a licence
    assert percentage(0, 0) is None


@given(
    st.lists(st.tuples(st.sampled_from(PortalStatus), st.integers(0, 20_000)), max_size=8),
    st.integers(0, 20_000),
    st.integers(0, 20_000),
)
def test_766_a_later_appointment_never_makes_it_late(states, one, other):
    start = datetime(2026, 3, 2, tzinfo=HERE)
    moved = [Reached(status, start + timedelta(minutes=at)) for status, at in states]
    sooner, later = sorted((one, other))
    first = timeliness(start + timedelta(minutes=sooner), moved, period_end=PERIOD_END)
    then = timeliness(start + timedelta(minutes=later), moved, period_end=PERIOD_END)
    assert (first is None) is (then is None)
    if first is not None and then is not None:
        assert first.on_time <= then.on_time
        assert first.waited >= timedelta()
        assert first.ended_at == then.ended_at
