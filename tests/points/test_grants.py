"""The role of the running register can do its work and cannot change what is append-only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from gplx import clock
from gplx.audit import grants
from gplx.notices.actions import deliver_to_inbox, open_notice
from gplx.notices.models import Notice
from gplx.points.actions import record
from gplx.points.models import Entry
from gplx.points.sweep import sweep
from tests.points.people import annulment, decision, people

pytestmark = pytest.mark.django_db

PROTECTED = ["audit_access", "notices_delivery", "notices_notice", "points_entry", "points_fact"]


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
