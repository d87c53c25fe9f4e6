"""The register's only source of "today" (reading 7)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from gplx import clock


def day_in_viet_nam() -> date:
    """Viet Nam is seven hours ahead of UTC all year."""
    return (datetime.now(UTC) + timedelta(hours=7)).date()


def test_reading_07_the_machine_s_day_is_the_day_in_viet_nam() -> None:
    before = day_in_viet_nam()
    day = clock.machine_today()
    assert before <= day <= day_in_viet_nam()


def test_a_day_fixed_for_one_process_counts_in_the_demo(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setenv("GPLX_TODAY", "2026-03-11")
    assert clock.today() == date(2026, 3, 11)
    with pytest.raises(clock.ClockFixedError):
        clock.move_to(date(2026, 3, 12))


def test_a_register_in_service_reads_the_machine_s_clock_only(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = False
    monkeypatch.setenv("GPLX_TODAY", "2026-03-11")
    before = day_in_viet_nam()
    assert before <= clock.today() <= day_in_viet_nam()
    with pytest.raises(clock.ClockFixedError):
        clock.move_to(date(2026, 3, 12))


@pytest.mark.django_db
def test_the_demo_s_day_can_be_moved_and_moved_back(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.delenv("GPLX_TODAY", raising=False)
    clock.move_to(date(2027, 1, 2))
    assert clock.today() == date(2027, 1, 2)
    clock.move_to(None)
    before = day_in_viet_nam()
    assert before <= clock.today() <= day_in_viet_nam()


@pytest.mark.django_db
def test_the_demo_s_clock_goes_from_its_first_day_to_its_last(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.delenv("GPLX_TODAY", raising=False)
    for day in (clock.FIRST_DAY, clock.LAST_DAY):
        clock.move_to(day)
        assert clock.today() == day
    for day in (clock.FIRST_DAY - timedelta(days=1), clock.LAST_DAY + timedelta(days=1)):
        with pytest.raises(clock.DayOutOfRangeError, match=day.isoformat()):
            clock.move_to(day)
    assert clock.today() == clock.LAST_DAY


@pytest.mark.django_db(transaction=True)
def test_no_reader_sees_the_machine_s_day_while_the_demo_s_day_is_moved(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever settles to a wrong day cannot go back: a move is one step for all."""
    settings.DEMO = True
    monkeypatch.delenv("GPLX_TODAY", raising=False)
    clock.move_to(date(2030, 1, 1))
    days = [date(2030, 1, 1) + timedelta(days=number) for number in range(40)]

    def move() -> None:
        try:
            for day in days:
                clock.move_to(day)
        finally:
            connection.close()

    movers = [threading.Thread(target=move) for _ in range(2)]
    for mover in movers:
        mover.start()
    seen = set()
    while any(mover.is_alive() for mover in movers):
        seen.add(clock.today())
    for mover in movers:
        mover.join()
    assert seen <= set(days)
    assert clock.today() == days[-1]
