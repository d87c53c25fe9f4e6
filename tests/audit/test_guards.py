"""Guards that were weakened by somebody with all rights are named, however they were weakened."""

from __future__ import annotations

import pytest
from django.db import connection

from gplx.audit.guards import broken

pytestmark = pytest.mark.django_db

_BEFORE = "BEFORE UPDATE OR DELETE ON points_entry FOR EACH ROW"


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def trigger() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'points_entry'::regclass AND tgname LIKE '%rows_stay%'"
        )
        return str(cursor.fetchone()[0])


def found() -> set[tuple[str, str]]:
    return {(table, name) for table, name, _ in broken()}


def test_guards_stand_as_they_were_made() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    "weaker",
    [
        "BEFORE DELETE ON points_entry FOR EACH ROW",
        "AFTER UPDATE OR DELETE ON points_entry FOR EACH ROW",
        "BEFORE UPDATE OF points OR DELETE ON points_entry FOR EACH ROW",
        "BEFORE UPDATE OR DELETE ON points_entry FOR EACH STATEMENT",
        "BEFORE UPDATE OR DELETE ON points_entry FOR EACH ROW WHEN (false)",
    ],
)
def test_a_trigger_on_less_than_it_was_made_for(trigger: str, weaker: str) -> None:
    execute(f"DROP TRIGGER {trigger} ON points_entry")
    execute(f"CREATE TRIGGER {trigger} {weaker} EXECUTE FUNCTION {trigger}()")
    assert found() == {("points_entry", trigger)}


def test_a_trigger_of_another_function(trigger: str) -> None:
    execute("CREATE FUNCTION kind() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END;'")
    execute(f"DROP TRIGGER {trigger} ON points_entry")
    execute(f"CREATE TRIGGER {trigger} {_BEFORE} EXECUTE FUNCTION kind()")
    assert found() == {("points_entry", trigger)}


@pytest.mark.parametrize("how", ["DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
def test_a_trigger_that_does_not_fire(trigger: str, how: str) -> None:
    execute(f"ALTER TABLE points_entry {how} {trigger}")
    assert found() == {("points_entry", trigger)}


def test_a_trigger_that_leaves_before_it_refuses(trigger: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [trigger])
        body = cursor.fetchone()[0]
    changed = body.replace("BEGIN", "BEGIN IF true THEN RETURN NEW; END IF;", 1)
    assert changed != body
    execute(f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $body${changed}$body$")
    assert found() == {("points_entry", trigger)}


def test_the_function_that_triggers_ask_first_says_always_yes() -> None:
    execute(
        "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE plpgsql"
        " AS 'BEGIN RETURN true; END;'"
    )
    assert {table for table, _ in found()} == {"pg_proc"}


@pytest.mark.parametrize(
    ("table", "constraint"),
    [
        ("points_entry", "only_a_reversal_voids"),
        ("points_entry", "entries_are_numbered_within_their_account"),
        ("sanctions_decision", "act_then_decision_then_effect"),
    ],
)
def test_a_missing_constraint(table: str, constraint: str) -> None:
    execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    assert found() == {(table, constraint)}


def test_a_missing_unique_index_with_a_condition() -> None:
    execute("DROP INDEX a_decision_is_known_once")
    assert found() == {("sanctions_decision", "a_decision_is_known_once")}


def test_a_constraint_that_was_never_validated() -> None:
    execute("ALTER TABLE points_account DROP CONSTRAINT a_balance_is_never_negative")
    execute("ALTER TABLE points_account ADD CONSTRAINT a_balance_is_never_negative CHECK (balance >= 0) NOT VALID")
    assert found() == {("points_account", "a_balance_is_never_negative")}


def test_a_column_that_is_not_unique_any_more() -> None:
    execute("ALTER TABLE points_fact DROP CONSTRAINT points_fact_natural_key_key")
    assert found() == {("points_fact", "natural_key")}


def test_a_missing_foreign_key() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'points_fact'::regclass")
        name = cursor.fetchone()[0]
    execute(f'ALTER TABLE points_fact DROP CONSTRAINT "{name}"')
    assert found() == {("points_fact", "account_id")}


def test_foreign_keys_that_are_switched_off() -> None:
    execute("ALTER TABLE licences_entitlement DISABLE TRIGGER ALL")
    assert {table for table, _ in found()} == {"licences_entitlement"}
