"""Tables that are written once are emptied by nobody; what an authority told stays as it was told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gplx.audit.append_only import emptying_a_demo
from gplx.audit.guards import broken
from gplx.licences.models import Holder
from gplx.points.models import Fact
from gplx.sanctions.actions import annul, receive
from gplx.sanctions.intake import read_annulment
from gplx.sanctions.models import Annulment, Decision
from tests.sanctions.conftest import AUTHORITY, TODAY, a_holder, read

pytestmark = pytest.mark.django_db


def execute(statement: str, *parameters: str | int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


@pytest.fixture
def told() -> Holder:
    holder = a_holder(1)
    receive([read()], source="test", today=TODAY)
    stated = {"authority": AUTHORITY, "number": "W", "year": 2026, "document_number": "9", "reason": "Nhầm"}
    annul(read_annulment({**stated, "annulled_on": "2026-11-20"}, today=TODAY), source="test", today=TODAY)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    return holder


@pytest.mark.parametrize("table", ["points_fact", "sanctions_decision", "sanctions_annulment"])
def test_the_setting_of_tests_empties_nothing_in_another_database(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid = to_regclass(%s) AND tgname LIKE '%%table_stays%%'",
            [table],
        )
        body = cursor.fetchone()[0]
    assert "current_database()" in body
    as_in_service = body.replace("current_database()", "'gplx'").replace("TG_TABLE_NAME", f"'{table}'")
    execute("SET LOCAL app.test_flush = 'on'")
    execute(f"CREATE FUNCTION in_service() RETURNS trigger LANGUAGE plpgsql AS $body${as_in_service}$body$")
    execute(f"CREATE TRIGGER a_in_service BEFORE TRUNCATE ON {table} EXECUTE FUNCTION in_service()")
    with pytest.raises(DatabaseError, match="never removed"):
        execute(f"TRUNCATE {table} CASCADE")
    execute(f"DROP TRIGGER a_in_service ON {table}")
    execute(f"TRUNCATE {table} CASCADE")


def test_a_demo_is_emptied_and_guarded_again(told: Holder, settings: Any) -> None:
    settings.DEMO = True
    execute("SET LOCAL app.test_flush = 'off'")
    with pytest.raises(DatabaseError, match="never removed"):
        execute("TRUNCATE points_fact CASCADE")
    with emptying_a_demo():
        execute("TRUNCATE points_fact CASCADE")
    assert Fact.objects.count() == 0
    assert list(broken()) == []
    with pytest.raises(DatabaseError, match="never removed"):
        execute("TRUNCATE points_fact CASCADE")


def test_a_register_in_service_is_not_emptied(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(RuntimeError), emptying_a_demo():
        pass


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sanctions_decision SET offences = '[]'",
        "UPDATE sanctions_decision SET recorded_on = recorded_on - 1",
        "UPDATE sanctions_decision SET received_at = received_at - interval '1 day'",
        "DELETE FROM sanctions_decision",
        "UPDATE sanctions_annulment SET annulled_on = annulled_on - 1",
        "UPDATE sanctions_annulment SET reason = ''",
        "DELETE FROM sanctions_annulment",
    ],
)
def test_what_was_told_stays(told: Holder, change: str) -> None:
    with pytest.raises(DatabaseError, match="never changed, and none is removed"):
        execute(change)
    execute("UPDATE sanctions_decision SET reason = 'name_differs'")
    execute("UPDATE sanctions_annulment SET decision_id = %s", Decision.objects.get().pk)
    assert Annulment.objects.get().annulled_on == date(2026, 11, 20)
