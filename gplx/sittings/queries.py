"""Reads of the test room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import Prefetch
from django.utils.crypto import constant_time_compare

from gplx import clock
from gplx.exams.models import Outcome, Registration, Session
from gplx.law import points as law
from gplx.points import queries as points
from gplx.points.models import Account, Entry, EntryKind
from gplx.sittings import codes
from gplx.sittings.errors import SessionOpenError
from gplx.sittings.models import Admission, Answer, Flag, OfficialResult, OfficialState, Sitting, State

_TEST_REFUSED = frozenset({"test_while_points_left", "test_too_early", "test_without_certificate"})


class Obstacle(NamedTuple):
    """Why a candidate is not let in: a code, the articles it rests on, and the first permitted day where it is one."""

    code: str
    sources: tuple[str, ...]
    test_from: date | None = None


def obstacles(registration: Registration, *, on: date) -> tuple[Obstacle, ...]:
    """What keeps a test that day from having an effect; nothing when it would restore the points.

    Asked of the same rules that would judge the test afterwards: what they make of a test passed on that day.

    Source:
        36/2024/QH15 art. 58(3); 168/2024 art. 51(3); reading 15.
    """
    return obstacles_of(registration.holder_id, registration.part, on=on)


def obstacles_of(holder_id: int, part: str, *, on: date) -> tuple[Obstacle, ...]:
    """`obstacles` for a person and a part of his licence."""
    account = Account.objects.filter(holder_id=holder_id, part=part).first()
    under = points.installed_profile()
    rows = points.facts_of([account.pk])[account.pk] if account else []
    facts: list[law.Fact] = [points.law_fact(row, under) for row in rows]
    statement = law.replay([*facts, law.KnowledgeTest(on, True, on)], under, on)
    return tuple(
        Obstacle(finding.code, tuple(map(str, finding.sources)), finding.test_from)
        for finding in statement.findings
        if finding.on == on and finding.code in _TEST_REFUSED
    )


def has_effect(number: str) -> bool:
    """Has the pass that these minutes state given points back, by what the register knows now?"""
    given = Entry.objects.filter(cause__natural_key=f"test:{number}", kind=EntryKind.TEST_RESTORATION, voided_by=None)
    return given.exists()


def sessions_of(unit: str | None) -> list[Session]:
    """Published sessions that are not closed, by their time; of one unit, or of all."""
    found = Session.objects.filter(published_at__isnull=False, cancelled_at__isnull=True, closing=None)
    if unit is not None:
        found = found.filter(unit=unit)
    return list(found.order_by("starts_at")[:100])


def lock_session(session_id: int) -> Session:
    """A session under its row lock."""
    return Session.objects.select_for_update().get(pk=session_id)


class Person(NamedTuple):
    """One registration of a session as the test room sees it."""

    registration: Registration
    sitting: Sitting | None


def people(session_id: int) -> list[Person]:
    """Everybody who is registered for a session and whose dossier lives or has its outcome, by name."""
    registrations = (
        Registration.objects.filter(session_id=session_id)
        .select_related("holder", "dossier", "session")
        .prefetch_related(Prefetch("sitting", Sitting.objects.select_related("result", "minutes")))
        .order_by("holder__name_key", "id")
    )
    return [
        Person(registration, getattr(registration, "sitting", None))
        for registration in registrations
        if registration.outcome or registration.dossier.is_live
    ]


class Counts(NamedTuple):
    """How a session stands: `open` are those without an outcome, `told` those whose result was told to them."""

    registered: int
    sat: int
    passed: int
    failed: int
    absent: int
    told: int
    open: int


def counts(session_id: int) -> Counts:
    """The reconciliation of a session: every registration has one outcome, and each result was told."""
    found = people(session_id)
    outcomes = [person.registration.outcome for person in found]
    return Counts(
        registered=len(found),
        sat=sum(1 for person in found if person.sitting is not None and person.sitting.state != State.ABSENT),
        passed=outcomes.count(Outcome.PASSED),
        failed=outcomes.count(Outcome.FAILED),
        absent=outcomes.count(Outcome.ABSENT),
        told=_told(session_id),
        open=outcomes.count(""),
    )


# A pass is told by the notice of its entry, a fail by an announcement; both are kept in the transaction of the result.
_TOLD = """
    SELECT count(*)
    FROM sittings_sitting sitting
    JOIN sittings_minutes minutes ON minutes.sitting_id = sitting.id
    WHERE sitting.session_id = %s AND EXISTS (
        SELECT FROM notices_notice notice
        LEFT JOIN points_entry entry ON entry.id = notice.entry_id
        LEFT JOIN points_fact fact ON fact.id = entry.cause_id
        WHERE notice.holder_id = sitting.holder_id
          AND (fact.natural_key = 'test:' || minutes.number OR notice.natural_key = 'test:' || minutes.number))
"""


def _told(session_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [session_id])
        [count] = cursor.fetchone()
    return int(count)


def refuse_open(counted: Counts) -> None:
    """A session with somebody in it who has no outcome cannot be closed."""
    if counted.open:
        raise SessionOpenError


def awaited(number: str) -> Sitting | None:
    """The sitting of today with this candidate number whose person may use a tablet."""
    return Sitting.objects.filter(
        held_on=clock.today(), number=number, state__in=(State.ADMITTED, State.STARTED)
    ).first()


def sitting_of(admission_id: int, secret: str) -> Sitting | None:
    """The sitting a tablet works on; None when its secret is wrong or another tablet has taken over."""
    admission = Admission.objects.filter(pk=admission_id).exclude(device_digest="").select_related("sitting").first()
    if admission is None or not constant_time_compare(admission.device_digest, codes.secret_digest(secret)):
        return None
    if Admission.objects.filter(sitting_id=admission.sitting_id, pk__gt=admission.pk).exists():
        return None
    return admission.sitting


def overdue(limit: int) -> list[int]:
    """Sittings that are under way though their time is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM sittings_sitting WHERE state = 'started' AND deadline_at <= clock_timestamp()"
            " ORDER BY deadline_at LIMIT %s",
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


def last_answers(sitting_id: int) -> dict[int, int]:
    """The answer that counts to each question that has one: place chosen by number, both from 1."""
    rows = (
        Answer.objects.filter(sitting_id=sitting_id)
        .order_by("position", "-id")
        .distinct("position")
        .values_list("position", "choice")
    )
    return dict(rows)


def flagged(sitting_id: int) -> set[int]:
    """The questions the candidate wants to look at again."""
    return set(Flag.objects.filter(sitting_id=sitting_id).values_list("position", flat=True))


def of_holder(holder_id: int) -> list[Sitting]:
    """A person's own sittings with minutes, the last first."""
    return list(
        Sitting.objects.filter(holder_id=holder_id, minutes__isnull=False)
        .select_related("minutes", "result", "session", "registration__dossier")
        .order_by("-held_on", "-id")
    )


def official_of(holder_id: int) -> list[OfficialResult]:
    """What other test systems sent about a person and was matched to him, the last first."""
    found = OfficialResult.objects.filter(
        holder_id=holder_id, state__in=(OfficialState.RECORDED, OfficialState.WITHOUT_EFFECT)
    )
    return list(found.select_related("system").order_by("-held_on", "-id"))


def official_waiting() -> list[OfficialResult]:
    """Results of other test systems that match nobody yet, the oldest first."""
    found = OfficialResult.objects.filter(state=OfficialState.QUARANTINED).select_related("system")
    return list(found.order_by("id")[:100])


class Asked(NamedTuple):
    """How a question of the bank did: how often it was asked, answered and answered rightly."""

    key: str
    version: int
    asked: int
    answered: int
    right: int

    @property
    def right_percent(self) -> int:
        return round(100 * self.right / self.asked) if self.asked else 0


_STATISTICS = """
    SELECT question.key, version.number, count(*), count(mark.choice),
           count(*) FILTER (WHERE mark.choice = mark."right")
    FROM sittings_result result
    CROSS JOIN LATERAL jsonb_to_recordset(result.marks) AS mark (version bigint, choice int, "right" int)
    JOIN questions_questionversion version ON version.id = mark.version
    JOIN questions_question question ON question.id = version.question_id
    GROUP BY question.key, version.number
    ORDER BY count(*) FILTER (WHERE mark.choice = mark."right")::float / count(*), count(*) DESC, question.key
    LIMIT %s
"""


def statistics(limit: int = 500) -> Sequence[Asked]:
    """How often each version of a question was answered rightly, the hardest first. Nobody's name is in it."""
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS, [limit])
        return [Asked(*row) for row in cursor.fetchall()]
