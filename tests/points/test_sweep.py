"""The sweep settles what is due, however late it comes, and nothing else."""

from __future__ import annotations

import argparse
import logging
from datetime import date

import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from gplx import clock
from gplx.points import actions, tasks
from gplx.points.actions import record
from gplx.points.command_sweep import add_arguments, run
from gplx.points.models import Account, Entry, Fact
from gplx.points.sweep import AccountsNotSettledError, count_due, sweep
from tests.points.people import decision, people, story

pytestmark = pytest.mark.django_db

LAST_DAY, FIRST_DAY = date(2026, 3, 10), date(2026, 3, 11)


def three_accounts_due_on_2026_03_11() -> list[int]:
    facts = [decision(holder.pk, f"QD-{holder.pk}", date(2025, 3, 10), 4) for holder in people(3)]
    record(facts, today=date(2025, 3, 10))
    return list(Account.objects.order_by("pk").values_list("pk", flat=True))


def test_nothing_is_due_on_the_last_day_of_the_12_months() -> None:
    three_accounts_due_on_2026_03_11()
    clock.move_to(LAST_DAY)
    assert sweep().accounts == 0


@pytest.mark.parametrize("days_late", [0, 1, 10, 400])
def test_f10_what_is_due_is_settled_however_late_the_sweep_comes(days_late: int) -> None:
    ids = three_accounts_due_on_2026_03_11()
    clock.move_to(date.fromordinal(FIRST_DAY.toordinal() + days_late))
    swept = sweep(batch_size=2)
    assert (swept.accounts, swept.entries) == (3, 3)
    for account_id in ids:
        assert story(account_id)[1:] == ["2: 2026-03-11 restoration +4"]
    assert sweep().accounts == 0


def test_a_balance_of_0_is_never_due() -> None:
    (holder,) = people(1)
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 12)], today=date(2025, 3, 10))
    clock.move_to(date(2035, 1, 1))
    assert sweep().accounts == 0


@pytest.mark.django_db(transaction=True)
def test_f09_an_account_that_another_has_locked_is_left_to_him() -> None:
    ids = three_accounts_due_on_2026_03_11()
    clock.move_to(FIRST_DAY)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT FROM points_account WHERE id = %s FOR NO KEY UPDATE", [ids[0]])
            assert sweep().accounts == 2
        other.rollback()
    finally:
        other.close()
    assert sweep().accounts == 1


@pytest.mark.parametrize("batch_size", [1, 2, 10])
def test_f08_an_account_that_cannot_be_settled_does_not_hold_up_the_others(
    batch_size: int, caplog: pytest.LogCaptureFixture
) -> None:
    ids = three_accounts_due_on_2026_03_11()
    content = '{"acted_on": "2025-04-01", "offences": [{"code": "no such code"}]}'
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)"
            " VALUES (%s, 'decision', 'poison', '2025-04-01', 'poison', %s, '2025-04-01')",
            [ids[1], content],
        )
    clock.move_to(FIRST_DAY)
    with caplog.at_level(logging.ERROR), pytest.raises(AccountsNotSettledError, match="1 of 3"):
        sweep(batch_size=batch_size)
    assert f"Account {ids[1]} could not be settled." in caplog.text
    assert set(Entry.objects.filter(kind="restoration").values_list("account", flat=True)) == {ids[0], ids[2]}
    assert Fact.objects.filter(account=ids[1]).count() == 2
    assert count_due(FIRST_DAY) == 1


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    three_accounts_due_on_2026_03_11()
    clock.move_to(FIRST_DAY)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--quiet"])) == 0
    assert capsys.readouterr().out == "2026-03-11: 3 accounts were due, 3 entries stated\n"


def test_a_moved_clock_asks_the_worker_for_a_sweep() -> None:
    before = ProcrastinateJob.objects.filter(task_name="points.sweep").count()
    actions.sweep_soon()
    assert ProcrastinateJob.objects.filter(task_name="points.sweep").count() == before + 1


def test_a_sweep_with_much_to_do_asks_for_help(monkeypatch: pytest.MonkeyPatch) -> None:
    three_accounts_due_on_2026_03_11()
    clock.move_to(FIRST_DAY)
    monkeypatch.setattr("gplx.points.sweep.BATCH_SIZE", 1)
    tasks.sweep()
    assert list(ProcrastinateJob.objects.filter(task_name="points.sweep").values_list("args", flat=True)) == [
        {"with_helpers": False}
    ]
    assert count_due(FIRST_DAY) == 0


def test_the_sweep_reads_the_partial_index() -> None:
    three_accounts_due_on_2026_03_11()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(
            "EXPLAIN " + actions._LOCK_DUE,
            {"today": FIRST_DAY, "limit": 10, "after_day": date.min, "after_id": 0},
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "accounts_by_next_change" in plan
    assert "Sort" not in plan
