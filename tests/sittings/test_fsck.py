"""`gplx fsck` finds what was changed behind the register's back in the test room."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from gplx.accounts.models import User
from gplx.exams.models import Registration
from gplx.sittings import actions, candidate_actions, fsck, result_actions
from gplx.sittings.models import Minutes
from tests.sittings import room

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(candidate: Registration, examiner: User, colleague: User, sealing: None) -> Minutes:
    sitting, device = room.begun(candidate, examiner)
    room.answer_all(sitting, device, wrong=1)
    candidate_actions.submit(device)
    result_actions.sign(sitting.pk, acknowledged="signed", by=examiner)
    return result_actions.confirm(sitting.pk, by=colleague)


def broken() -> list[tuple[str, str]]:
    return [(one.invariant, one.table) for one in fsck.check()]


def behind_its_back(statement: str) -> list[tuple[str, str]]:
    """What is found after such a change; the change is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")
        found = broken()
        transaction.set_rollback(True)
    return found


def test_nothing_is_broken_after_a_pass_an_absence_and_a_test_under_way(
    kept: Minutes, candidate: Registration, examiner: User
) -> None:
    room.begun(room.a_candidate(2, session=candidate.session), examiner)
    actions.mark_absent(room.a_candidate(3, session=candidate.session).pk, by=examiner)
    assert broken() == []


CHANGES = {
    "UPDATE points_fact SET counts_on = counts_on - 1 WHERE kind = 'test'": ("I10", "sittings_minutes"),
    "UPDATE sittings_minutes SET passed = false": ("I10", "sittings_minutes"),
    "UPDATE sittings_minutes SET number = 'BB-0'": ("I10", "points_fact"),
    "DELETE FROM notices_notice WHERE kind = 'test_restoration'": ("I04", "sittings_minutes"),
    "UPDATE dossiers_dossier SET state = 'in_process'": ("I11", "sittings_sitting"),
    "UPDATE exams_registration SET outcome = 'failed'": ("I11", "sittings_sitting"),
    "UPDATE sittings_sitting SET state = 'signed'": ("I11", "sittings_sitting"),
    "UPDATE sittings_answer SET given_at = given_at + interval '1 day'": ("I06", "sittings_answer"),
    "UPDATE sittings_answer SET position = 1 + position % 25": ("I06", "sittings_answer"),
    'UPDATE sittings_result SET "right" = "right" + 1': ("I06", "sittings_result"),
    "UPDATE sittings_answer SET choice = 1 + choice % 3 WHERE position = 3": ("I06", "sittings_result"),
    "UPDATE sittings_result SET passed = false": ("I06", "sittings_result"),
    "UPDATE accounts_user SET citizen_number = '999199000011'": ("I14", "sittings_minutes"),
    "UPDATE sittings_minutes SET file_digest = repeat('0', 64)": ("I16", "sittings_minutes"),
}


def test_each_change_is_found(kept: Minutes) -> None:
    assert broken() == []
    missed = {statement: found for statement, found in CHANGES.items() if found not in behind_its_back(statement)}
    assert missed == {}
    assert broken() == []
