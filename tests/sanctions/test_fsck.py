"""`fsck` compares what authorities told with what the points register knows, both ways, and names the row."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import orjson
import pytest
from django.db import connection

from gplx import clock
from gplx.licences.models import Holder
from gplx.points.models import Account, Entry, Fact
from gplx.project.commands.fsck import add_arguments, run
from gplx.sanctions.actions import annul, receive
from gplx.sanctions.fsck import check
from gplx.sanctions.intake import read_annulment
from gplx.sanctions.models import Annulment, Decision
from tests.sanctions.conftest import AUTHORITY, TODAY, a_holder, read

pytestmark = pytest.mark.django_db


def told_annulment(number: str) -> None:
    stated = {
        "authority": AUTHORITY,
        "number": number,
        "year": 2026,
        "document_number": "99/QĐ-HB",
        "annulled_on": "2026-11-20",
        "reason": "Nhầm người",
    }
    annul(read_annulment(stated, today=TODAY), source="test", today=TODAY)


@pytest.fixture
def register(holder: Holder) -> None:
    """Points, a revocation, an annulled decision, one in quarantine, an annulment that waits."""
    clock.move_to(TODAY)
    a_holder(2)
    revocation = {"from": "2026-11-03", "to": "2027-01-02"}
    stated = [
        read(number="P"),
        read(number="R", part="motorcycle", revocation=revocation),
        read(number="A", acted_on="2026-10-01"),
        read(number="Q", birth_date="1998-01-01"),
    ]
    outcomes = receive(stated, source="test", today=TODAY)
    assert [outcome.state for outcome in outcomes] == ["recorded", "recorded", "recorded", "quarantined"]
    told_annulment("A")
    told_annulment("W")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def damage(statement: str) -> None:
    """Change what the triggers and constraints would refuse, as somebody with all rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute("SET LOCAL session_replication_role = origin")


def found() -> set[tuple[str, str, int | str]]:
    return {(broken.invariant, broken.table, broken.row) for broken in check()}


def of_decision(number: str) -> tuple[str, str, int]:
    return "I06", "sanctions_decision", Decision.objects.get(number=number).pk


def of_fact(key: str) -> tuple[str, str, int]:
    return "I06", "points_fact", Fact.objects.get(natural_key=f"{key}|2026").pk


def of_annulment(number: str) -> tuple[str, str, int]:
    return "I06", "sanctions_annulment", Annulment.objects.get(number=number).pk


@pytest.mark.usefixtures("register")
def test_a_sound_register_has_nothing_to_report() -> None:
    assert found() == set()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("number", "change"),
    [
        ("P", "acted_on = acted_on - 1"),
        ("P", "decided_on = decided_on - 1"),
        ("P", "effective_on = effective_on + 1"),
        ("P", "offences = '[{\"points\": 2}]'"),
        ("P", "recorded_on = recorded_on - 100"),
        ("R", 'revocation = \'{"from": "2026-11-03", "to": "2026-11-04"}\''),
        ("R", 'revocation = \'{"from": "2026-11-02", "to": "2027-01-02"}\''),
    ],
)
def test_a_decision_that_says_something_else_than_its_fact(number: str, change: str) -> None:
    damage(f"UPDATE sanctions_decision SET {change} WHERE number = '{number}'")
    assert found() == {of_decision(number)}


@pytest.mark.usefixtures("register")
def test_a_decision_that_becomes_a_revocation() -> None:
    damage(
        'UPDATE sanctions_decision SET revocation = \'{"from": "2026-11-03", "to": "2026-11-04"}\' WHERE number = \'P\''
    )
    assert found() == {of_decision("P"), of_fact(f"decision:{AUTHORITY}|P")}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("number", "key", "change"),
    [
        ("P", "decision", "counts_on = counts_on + 1"),
        ("P", "decision", "decision_key = 'other'"),
        ("P", "decision", "content = jsonb_set(content, '{offences,0,points}', '2')"),
        ("P", "decision", "recorded_on = recorded_on - 100"),
        ("P", "decision", "account_id = (SELECT max(id) FROM points_account)"),
        ("R", "revocation", 'content = \'{"to": "2026-11-04"}\''),
    ],
)
def test_a_fact_that_says_something_else_than_its_decision(number: str, key: str, change: str) -> None:
    Account.objects.create(holder=Holder.objects.latest("pk"), part="car", balance=12)
    damage(f"UPDATE points_fact SET {change} WHERE natural_key = '{key}:{AUTHORITY}|{number}|2026'")
    assert found() == {of_decision(number)}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("table", ["points_fact", "sanctions_decision"])
def test_a_decision_or_its_fact_is_gone(table: str) -> None:
    gone = of_decision("P"), of_fact(f"decision:{AUTHORITY}|P")
    row = {"points_fact": gone[1], "sanctions_decision": gone[0]}[table][2]
    damage(f"DELETE FROM {table} WHERE id = {row}")
    assert found() == {gone[0] if table == "points_fact" else gone[1]}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("table", ["points_fact", "sanctions_annulment"])
def test_an_annulment_or_its_fact_is_gone(table: str) -> None:
    gone = of_annulment("A"), of_fact(f"annulment:{AUTHORITY}|A")
    row = {"points_fact": gone[1], "sanctions_annulment": gone[0]}[table][2]
    damage(f"DELETE FROM {table} WHERE id = {row}")
    assert found() == {gone[0] if table == "points_fact" else gone[1]}


@pytest.mark.usefixtures("register")
def test_an_annulment_that_was_applied_to_nothing_or_to_another_decision() -> None:
    other = Decision.objects.get(number="P").pk
    damage(f"UPDATE sanctions_annulment SET decision_id = {other} WHERE number = 'W'")
    assert of_annulment("W") in found()
    damage("UPDATE sanctions_annulment SET decision_id = NULL WHERE number IN ('A', 'W')")
    assert found() == {of_annulment("A"), of_fact(f"annulment:{AUTHORITY}|A")}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("state", ["'rejected'", "'recorded', account_id = (SELECT min(id) FROM points_account)"])
def test_a_decision_that_left_the_quarantine_by_itself(state: str) -> None:
    damage(f"UPDATE sanctions_decision SET state = {state} WHERE number = 'Q'")
    assert of_decision("Q") in found()


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("change", ["holder_id = (SELECT max(id) FROM licences_holder)", "part = 'other'"])
def test_an_account_that_was_given_to_somebody_else(change: str) -> None:
    car = Decision.objects.get(number="R").account_id
    damage(f"UPDATE points_account SET {change} WHERE id = {car}")
    assert found() == {("I03", *of_decision("R")[1:])}


@pytest.fixture
def fsck(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def call(*arguments: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        status = run(parser.parse_args(["--quiet", *arguments]))
        return status, capsys.readouterr().out

    return call


@pytest.mark.usefixtures("register")
def test_the_command_is_content(fsck: Callable[..., tuple[int, str]]) -> None:
    count = Entry.objects.count()
    assert fsck() == (0, f"2 accounts, {count} entries: every invariant holds\n")


@pytest.mark.usefixtures("register")
def test_the_command_fails_and_names_the_rows(fsck: Callable[..., tuple[int, str]]) -> None:
    account = Decision.objects.get(number="P").account_id
    damage(f"UPDATE points_account SET entry_count = 9, balance = 3 WHERE id = {account}")
    damage("UPDATE sanctions_decision SET effective_on = effective_on + 1 WHERE number = 'P'")
    status, said = fsck("--limit", "1")
    assert status == 1
    assert f"{account}" in said
    assert "… and 3 more; --json shows all" in said
    status, lines = fsck("--json")
    assert status == 1
    assert {(row["invariant"], row["row"]) for row in map(orjson.loads, lines.splitlines())} == {
        ("I06", account),
        ("I01", account),
        ("I06", of_decision("P")[2]),
    }
