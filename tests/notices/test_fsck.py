"""T07: fsck finds a notice that nobody would ever deliver, and evidence that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection

from gplx.licences.models import Holder
from gplx.notices import actions, tasks
from gplx.notices.models import Attempt, Notice
from gplx.points import fsck
from gplx.points.actions import record
from tests.points.people import decision, people

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Holder:
    monkeypatch.setenv("GPLX_TODAY", DAY.isoformat())
    (holder,) = people(1)
    record([decision(holder.pk, "QD-1", DAY, 4)], today=DAY)
    return holder


@contextmanager
def without_guards() -> Iterator[None]:
    """Whoever owns the tables can switch their triggers off; fsck says so, and that is another test's matter."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def problems() -> list[str]:
    return [broken.problem for broken in fsck.check()]


def test_a_notice_is_in_the_inbox_or_its_job_is_there(told: Holder) -> None:
    assert problems() == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert problems() == ["is in no inbox, and no job is left that would put it there (T07)"]
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    assert problems() == []


def test_a_letter_that_arrived_is_confirmed_by_its_outcome(told: Holder) -> None:
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    actions.report(Attempt.objects.get(channel="paper").pk, "delivered", {})
    assert problems() == []
    with without_guards(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM notices_outcome WHERE outcome = 'delivered'")
    assert any("nothing confirms it" in problem for problem in problems())


def test_another_text_than_was_sent_is_found(told: Holder) -> None:
    tasks.deliver(notice_ids=[Notice.objects.get().pk])
    with without_guards(), connection.cursor() as cursor:
        cursor.execute("UPDATE notices_attempt SET text = 'x' WHERE channel = 'site'")
    assert "its digest is neither that of its text nor that of the inbox" in problems()
