"""The register's only source of "today" (reading 7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

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
