"""`fsck` is silent on a sound register and names exactly the row that was damaged."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from gplx import clock
from gplx.notices.actions import deliver_to_inbox
from gplx.notices.models import Delivery
from gplx.points.actions import NewFact, record, settle
from gplx.points.fsck import check
from gplx.points.models import Account, Entry, Fact, FactKind
from tests.points.people import annulment, decision, people

pytestmark = pytest.mark.django_db

TODAY = date(2027, 6, 1)


@pytest.fixture
def lives() -> list[int]:
    """Four accounts: reduced, exhausted and tested, corrected, restored; the numbers of their accounts."""
    clock.move_to(TODAY)
    reduced, tested, corrected, restored = (holder.pk for holder in people(4))
    record([decision(reduced, "R-1", date(2027, 3, 10), 4)], today=date(2027, 3, 10))
    record([decision(tested, "T-1", date(2025, 3, 10), 12)], today=date(2025, 3, 10))
    passed = NewFact(tested, "car", FactKind.TEST, "test:T-2", date(2026, 9, 11), {"passed": True})
    record([passed, decision(tested, "T-3", date(2027, 5, 1), 12)], today=TODAY)
    record([decision(corrected, "C-1", date(2026, 8, 1), 10)], today=date(2026, 8, 1))
    record([decision(corrected, "C-2", date(2026, 9, 1), 4)], today=date(2026, 9, 1))
    record([annulment(corrected, "C-1", date(2026, 10, 1))], today=date(2026, 10, 1))
    record([decision(restored, "S-1", date(2025, 3, 10), 2)], today=TODAY)
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    settle(ids, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return ids


def found() -> set[tuple[str, str, int | str]]:
    return {(broken.invariant, broken.table, broken.row) for broken in check()}


def damage(table: str, statement: str, *parameters: object) -> None:
    """Change what the triggers and constraints would refuse, as somebody with all rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
        cursor.execute(statement, parameters)  # type: ignore[arg-type]
        cursor.execute("SET LOCAL session_replication_role = origin")


def entry(account_id: int, number: int) -> Entry:
    return Entry.objects.get(account=account_id, number=number)


def test_a_sound_register_has_nothing_to_report(lives: list[int]) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("balance", 9),
        ("revoked", True),
        ("restores_on", date(2028, 3, 12)),
        ("exhausted_on", date(2027, 1, 1)),
        ("wait_ground", "drugs"),
        ("wait_months", 6),
        ("test_from", date(2027, 1, 1)),
        ("needs_drug_free_certificate", True),
        ("next_change_on", date(2028, 3, 12)),
    ],
)
def test_i01_a_changed_snapshot(lives: list[int], column: str, value: object) -> None:
    damage("points_account", f"UPDATE points_account SET {column} = %s WHERE id = %s", value, lives[0])
    assert found() == {("I01", "points_account", lives[0])}


def test_i01_a_changed_entry(lives: list[int]) -> None:
    changed = entry(lives[0], 1)
    damage("points_entry", "UPDATE points_entry SET points = -3 WHERE id = %s", changed.pk)
    assert found() == {
        ("I01", "points_entry", changed.pk),
        ("I01", "points_account", lives[0]),
        ("I04", "notices_notice", changed.notice.pk),
    }


def test_i01_an_account_that_forgot_that_it_was_settled(lives: list[int]) -> None:
    damage("points_account", "UPDATE points_account SET settled_on = NULL WHERE id = %s", lives[0])
    assert ("I01", "points_account", lives[0]) in found()


def test_i01_a_line_keeps_the_balance_it_told_when_an_earlier_decision_arrives_late(lives: list[int]) -> None:
    (holder,) = people(1, first=9)
    record([decision(holder.pk, "L-2", date(2027, 3, 10), 4)], today=date(2027, 3, 10))
    record([decision(holder.pk, "L-1", date(2027, 2, 10), 2)], today=date(2027, 3, 12))
    kept = Entry.objects.get(cause__natural_key="decision:L-2", voided_by=None)
    assert kept.balance == 8
    assert found() == set()
    damage("points_entry", "UPDATE points_entry SET balance = 7 WHERE id = %s", kept.pk)
    assert ("I01", "points_entry", kept.pk) in found()


@pytest.mark.parametrize("of", [(0, 1), (2, 1), (2, 2), (3, 2)])
@pytest.mark.parametrize(("column", "value"), [("balance", 5), ("sources", ["x"])])
def test_i01_an_entry_that_told_something_else(
    lives: list[int], of: tuple[int, int], column: str, value: object
) -> None:
    changed = entry(lives[of[0]], of[1])
    damage("points_entry", f"UPDATE points_entry SET {column} = %s WHERE id = %s", value, changed.pk)
    assert ("I01", "points_entry", changed.pk) in found()


def test_i01_a_reversal_told_a_balance_the_account_never_had(lives: list[int]) -> None:
    reversal = Entry.objects.filter(kind="reversal").order_by("pk")[0]
    damage("points_entry", "UPDATE points_entry SET balance = 7 WHERE id = %s", reversal.pk)
    assert ("I01", "points_entry", reversal.pk) in found()


def test_i01_a_changed_fact(lives: list[int]) -> None:
    told = Fact.objects.get(natural_key="decision:R-1")
    damage("points_fact", "UPDATE points_fact SET counts_on = '2027-03-11' WHERE id = %s", told.pk)
    assert found() == {("I01", "points_entry", entry(lives[0], 1).pk), ("I01", "points_account", lives[0])}


def test_i01_a_fact_that_cannot_be_read(lives: list[int]) -> None:
    told = Fact.objects.get(natural_key="decision:R-1")
    damage("points_fact", "UPDATE points_fact SET content = '{}' WHERE id = %s", told.pk)
    assert found() == {("I01", "points_account", lives[0])}


def test_i02_a_balance_out_of_bounds(lives: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE points_account DROP CONSTRAINT a_balance_is_never_negative")
    damage("points_account", "UPDATE points_account SET balance = 13 WHERE id = %s", lives[0])
    changed = entry(lives[3], 1)
    damage("points_entry", "UPDATE points_entry SET balance = -1 WHERE id = %s", changed.pk)
    assert {row for row in found() if row[0] == "I02"} == {
        ("I02", "points_account", lives[0]),
        ("I02", "points_entry", changed.pk),
    }


def test_i03_a_second_deduction_of_one_decision(lives: list[int]) -> None:
    damage(
        "points_entry",
        "INSERT INTO points_entry (account_id, number, kind, takes_effect_on, points, balance, cause_id, sources,"
        " recorded_on) SELECT account_id, 2, kind, takes_effect_on, points, 4, cause_id, sources, recorded_on"
        " FROM points_entry WHERE id = %s",
        entry(lives[0], 1).pk,
    )
    assert {row for row in found() if row[0] == "I03"} == {("I03", "points_entry", entry(lives[0], 2).pk)}


def test_i03_the_same_decision_told_under_two_keys(lives: list[int]) -> None:
    damage(
        "points_fact",
        "INSERT INTO points_fact (account_id, kind, natural_key, counts_on, decision_key, content, recorded_on)"
        " SELECT account_id, kind, 'another key', counts_on, decision_key, content, recorded_on"
        " FROM points_fact WHERE natural_key = 'decision:R-1'",
    )
    again = Fact.objects.get(natural_key="another key").pk
    assert ("I03", "points_fact", again) in found()


def test_i03_an_entry_voided_twice(lives: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'points_entry'::regclass AND contype = 'u'")
        unique = next(name for (name,) in cursor.fetchall() if "voids" in name)
        cursor.execute(f'ALTER TABLE points_entry DROP CONSTRAINT "{unique}"')
    damage(
        "points_entry",
        "INSERT INTO points_entry (account_id, number, kind, takes_effect_on, points, balance, cause_id, voids_id,"
        " sources, recorded_on) SELECT account_id, 6, kind, takes_effect_on, points, balance, cause_id, voids_id,"
        " sources, recorded_on FROM points_entry WHERE id = %s",
        entry(lives[2], 3).pk,
    )
    assert {row for row in found() if row[0] == "I03"} == {("I03", "points_entry", entry(lives[2], 6).pk)}


def test_i03_a_reversal_of_another_account(lives: list[int]) -> None:
    reversal = entry(lives[2], 3)
    damage("points_entry", "UPDATE points_entry SET voids_id = %s WHERE id = %s", entry(lives[0], 1).pk, reversal.pk)
    assert {row for row in found() if row[0] == "I03"} >= {("I03", "points_entry", reversal.pk)}


def test_i04_an_entry_without_a_notice(lives: list[int]) -> None:
    untold = entry(lives[0], 1)
    damage("notices_notice", "DELETE FROM notices_notice WHERE entry_id = %s", untold.pk)
    assert found() == {("I04", "points_entry", untold.pk)}


def test_i04_a_notice_without_an_entry_of_its_person(lives: list[int]) -> None:
    first, second = entry(lives[0], 1), entry(lives[3], 1)
    damage("notices_notice", "UPDATE notices_notice SET holder_id = 0 WHERE entry_id = %s", first.pk)
    damage("notices_notice", "UPDATE notices_notice SET entry_id = 0 WHERE entry_id = %s", second.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM notices_notice WHERE holder_id = 0 OR entry_id = 0")
        strays = {row[0] for row in cursor.fetchall()}
    assert len(strays) == 2
    assert found() == {("I04", "points_entry", second.pk), *(("I04", "notices_notice", stray) for stray in strays)}


@pytest.mark.parametrize(
    "change",
    [
        "content = jsonb_set(content, '{points}', '-1')",
        "content = jsonb_set(content, '{balance}', '11')",
        "content = jsonb_set(content, '{on}', '\"2027-03-11\"')",
        "content = content - 'balance'",
        "recorded_on = recorded_on + 1",
    ],
)
def test_i04_a_notice_that_tells_something_else(lives: list[int], change: str) -> None:
    notice = entry(lives[0], 1).notice
    damage("notices_notice", f"UPDATE notices_notice SET {change} WHERE id = %s", notice.pk)
    assert ("I04", "notices_notice", notice.pk) in found()


def test_i04_a_notice_that_cannot_be_written(lives: list[int]) -> None:
    notice = entry(lives[0], 1).notice
    damage("notices_notice", "UPDATE notices_notice SET content = content - 'part' - 'before' WHERE id = %s", notice.pk)
    assert found() == {("I04", "notices_notice", notice.pk)}


@pytest.mark.parametrize("column", ["title_vi", "text_vi", "title_en", "text_en", "digest"])
def test_i04_a_delivery_whose_text_is_not_that_of_its_digest(lives: list[int], column: str) -> None:
    notices = [entry(account_id, 1).notice.pk for account_id in lives]
    assert deliver_to_inbox(notices) == len(notices)
    assert found() == set()
    damage("notices_delivery", f"UPDATE notices_delivery SET {column} = 'x' WHERE notice_id = %s", notices[1])
    # What the traffic police's page and the letter show is the inbox's text: with its digest theirs is gone too.
    assert without_attempts(found()) == {("I04", "notices_delivery", Delivery.objects.get(notice=notices[1]).pk)}


def test_i04_a_delivery_of_no_notice(lives: list[int]) -> None:
    notice = entry(lives[0], 1).notice.pk
    deliver_to_inbox([notice])
    delivery = Delivery.objects.get(notice=notice).pk
    damage("notices_delivery", "UPDATE notices_delivery SET notice_id = 0 WHERE id = %s", delivery)
    assert without_attempts(found()) == {("I04", "notices_delivery", delivery)}


def without_attempts(broken: set[tuple[str, str, int | str]]) -> set[tuple[str, str, int | str]]:
    return {one for one in broken if one[1] not in ("notices_attempt", "notices_notice")}


def test_i06_a_cause_on_another_account(lives: list[int]) -> None:
    reversal = Entry.objects.filter(kind="reversal").order_by("pk")[0]
    other = Fact.objects.get(natural_key="decision:R-1")
    damage("points_entry", "UPDATE points_entry SET cause_id = %s WHERE id = %s", other.pk, reversal.pk)
    assert found() == {("I06", "points_entry", reversal.pk)}


def test_i06_a_removed_entry_leaves_a_gap(lives: list[int]) -> None:
    damage("points_entry", "DELETE FROM points_entry WHERE id = %s", entry(lives[2], 2).pk)
    rows = {row for row in found() if row[0] == "I06"}
    assert rows == {("I06", "points_entry", entry(lives[2], 3).pk), ("I06", "points_account", lives[2])}


def test_i06_a_wrong_count(lives: list[int]) -> None:
    damage("points_account", "UPDATE points_account SET entry_count = 7 WHERE id = %s", lives[0])
    assert found() == {("I06", "points_account", lives[0])}


@pytest.mark.parametrize("how", ["ALTER TABLE {table} DISABLE TRIGGER {trigger}", "DROP TRIGGER {trigger} ON {table}"])
@pytest.mark.parametrize("table", ["points_fact", "points_entry", "notices_notice", "notices_delivery", "audit_access"])
def test_i06_a_trigger_switched_off(table: str, how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname LIKE '%%rows_stay%%'", [table]
        )
        (trigger,) = cursor.fetchone()
        cursor.execute(how.format(table=table, trigger=trigger))
    assert found() == {("I06", table, trigger)}


def test_i06_a_trigger_that_does_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgfoid::regproc::text FROM pg_trigger"
            " WHERE tgrelid = 'points_entry'::regclass AND tgname LIKE '%rows_stay%'"
        )
        trigger, function = cursor.fetchone()
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END;'"
        )
    assert found() == {("I06", "points_entry", trigger)}


def test_i10_a_restoration_a_day_early(lives: list[int]) -> None:
    early = entry(lives[3], 2)
    damage("points_entry", "UPDATE points_entry SET takes_effect_on = '2026-03-10' WHERE id = %s", early.pk)
    assert ("I10", "points_entry", early.pk) in found()


def test_i10_a_balance_of_0_restored_by_time(lives: list[int]) -> None:
    by_test = Entry.objects.get(kind="test_restoration")
    damage("points_entry", "UPDATE points_entry SET kind = 'restoration', cause_id = NULL WHERE id = %s", by_test.pk)
    damage("notices_notice", "UPDATE notices_notice SET kind = 'restoration' WHERE entry_id = %s", by_test.pk)
    assert {row for row in found() if row[0] == "I10"} == {("I10", "points_entry", by_test.pk)}


def test_i10_a_restoration_by_a_failed_test(lives: list[int]) -> None:
    by_test = Entry.objects.get(kind="test_restoration")
    damage("points_fact", "UPDATE points_fact SET content = '{\"passed\": false}' WHERE id = %s", by_test.cause_id)
    assert {row for row in found() if row[0] == "I10"} == {("I10", "points_entry", by_test.pk)}


def test_i10_a_restoration_that_was_left_out(lives: list[int]) -> None:
    account = lives[3]
    damage("notices_notice", "DELETE FROM notices_notice WHERE entry_id = %s", entry(account, 2).pk)
    damage("points_entry", "DELETE FROM points_entry WHERE id = %s", entry(account, 2).pk)
    damage("points_account", "UPDATE points_account SET entry_count = 1, balance = 10 WHERE id = %s", account)
    assert found() == {("I01", "points_account", account), ("I10", "points_account", account)}


def test_accounts_beyond_the_first_chunk_are_read(lives: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gplx.points.fsck.CHUNK_ACCOUNTS", 2)
    read: list[int] = []
    assert list(check(read.append)) == []
    assert read == [2, 2]
    damage("points_account", "UPDATE points_account SET balance = 1 WHERE id = %s", lives[3])
    assert found() == {("I01", "points_account", lives[3])}
