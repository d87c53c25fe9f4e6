"""The role of the running register can do its work and cannot change what is append-only."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from gplx import clock
from gplx.accounts.models import Role, User
from gplx.audit import grants
from gplx.licences.models import Holder
from gplx.notices.actions import deliver_to_inbox, open_notice
from gplx.notices.models import Notice
from gplx.points.actions import record
from gplx.points.models import Entry
from gplx.points.sweep import sweep
from gplx.project.commands.migrate import run
from gplx.sanctions.actions import annul, match, receive
from gplx.sanctions.intake import read_annulment
from tests.points.people import annulment, decision, people
from tests.sanctions.conftest import AUTHORITY, TODAY, a_holder, read

pytestmark = pytest.mark.django_db

PROTECTED = ["audit_access", "notices_delivery", "notices_notice", "points_entry", "points_fact"]


@pytest.fixture
def holder(db: None) -> Holder:
    return a_holder(1)


@pytest.fixture
def officer(db: None) -> User:
    return User.objects.create(
        issuer="https://officers.example",
        subject="1",
        identity="https://officers.example 1",
        role=Role.CASE_OFFICER,
        display_name="Cán bộ Mẫu",
    )


@pytest.fixture
def as_application() -> Iterator[None]:
    """Work on under the role; the test's transaction takes the role away again."""
    grants.grant("gplx_app_of_a_test")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE gplx_app_of_a_test")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def test_the_append_only_tables_are_found_by_their_triggers() -> None:
    assert set(PROTECTED) <= set(grants.append_only_tables())


def test_granting_again_changes_nothing() -> None:
    assert grants.grant("gplx_app_of_a_test") == grants.grant("gplx_app_of_a_test")


@pytest.mark.usefixtures("as_application")
def test_the_role_does_the_work_of_the_register() -> None:
    (holder,) = people(1)
    record([decision(holder.pk, "QD-1", date(2025, 3, 10), 4)], today=date(2025, 3, 10))
    record([annulment(holder.pk, "QD-1", date(2025, 4, 1))], today=date(2025, 4, 1))
    record([decision(holder.pk, "QD-2", date(2025, 3, 10), 4)], today=date(2025, 4, 1))
    clock.move_to(date(2026, 3, 11))
    sweep()
    ids = list(Notice.objects.values_list("pk", flat=True))
    assert deliver_to_inbox(ids) == len(ids) == Entry.objects.count() == 4
    assert open_notice(ids[0], holder_id=holder.pk)


@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", PROTECTED)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"],
)
def test_the_role_cannot_change_what_is_append_only(table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


@pytest.mark.usefixtures("as_application")
def test_the_role_cannot_switch_all_triggers_off_for_itself() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SET session_replication_role = replica")


@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize("table", [*PROTECTED, "sanctions_decision", "sanctions_annulment", "sanctions_quarantinemove"])
def test_the_role_cannot_say_when_something_was_recorded(table: str) -> None:
    columns = {
        "audit_access": "accessed_at",
        "notices_delivery": "attempted_at",
        "sanctions_quarantinemove": "moved_at",
    }
    column = columns.get(table, "received_at" if table.startswith("sanctions") else "recorded_at")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"INSERT INTO {table} ({column}) VALUES (now() - interval '500 days')")


@pytest.mark.usefixtures("as_application")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sanctions_decision SET offences = '[]'",
        "UPDATE sanctions_annulment SET reason = ''",
        "DELETE FROM sanctions_decision",
        "DELETE FROM sanctions_annulment",
        "TRUNCATE sanctions_decision CASCADE",
    ],
)
def test_the_role_cannot_change_what_was_told(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_decisions_come_in_and_move_under_the_role(holder: Holder, officer: User, as_application: None) -> None:
    number = receive([read(birth_date="1998-01-01")], source="test", today=TODAY)[0].decision_id
    match(number, holder_id=holder.pk, part="car", officer=officer, note="Đã đối chiếu", today=TODAY)
    stated = {"authority": AUTHORITY, "number": "1/QĐ-XPHC", "year": 2026, "document_number": "9", "reason": "Nhầm"}
    annul(read_annulment({**stated, "annulled_on": "2026-11-20"}, today=TODAY), source="test", today=TODAY)
    early = {**stated, "number": "2/QĐ-XPHC", "annulled_on": "2026-11-20"}
    annul(read_annulment(early, today=TODAY), source="test", today=TODAY)
    receive([read(number="2/QĐ-XPHC", acted_on="2026-10-01")], source="test", today=TODAY)
    assert Entry.objects.filter(kind="reversal").count() == 1


def test_migrate_serves_the_role_that_exists(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "ROLE", "gplx_app_of_a_test")
    run(argparse.Namespace(plan=False, role=None))
    assert "Role" not in capsys.readouterr().out
    connection.cursor().execute("CREATE ROLE gplx_app_of_a_test NOLOGIN")
    run(argparse.Namespace(plan=False, role=None))
    assert "Role gplx_app_of_a_test may read and add to" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('gplx_app_of_a_test', 'points_fact', 'SELECT')")
        assert cursor.fetchone() == (True,)
