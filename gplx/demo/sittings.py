"""The demo's test room: a session today with somebody to be let in, and two tests of the last days, passed and failed.

Everything goes through the register's own doors, on the days it says it was: the process's day is moved for each.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from gplx import clock
from gplx.accounts.models import User
from gplx.clock import ZONE
from gplx.demo.people import CITIZENS, OFFICERS
from gplx.dossiers.models import Channel, State
from gplx.dossiers.states import Actor, officer
from gplx.exams import registering
from gplx.exams.models import Registration, Session
from gplx.law.knowledge_test import last_known_day
from gplx.licences.models import Holder
from gplx.points import actions as points
from gplx.points.models import FactKind
from gplx.sittings import actions, candidate_actions, papers, result_actions

UNIT, PLACE, PROVINCE = "Phòng kiểm tra Mẫu", "Phòng máy số 1, Trụ sở Mẫu", "01"
READY, PASSED, FAILED = "ready-to-sit", "passed", "failed-test"
PASSED_DAYS_AGO, FAILED_DAYS_AGO = 7, 12
_REGISTERED_BEFORE_DAYS = 12
_CERTIFICATE = "GKSK-MAU-0001"


@transaction.atomic
def hold() -> None:
    """Hold the sessions; on days for which no paper is known yet, another test system has sent who passed."""
    today = clock.today()
    if today > last_known_day():
        passed_on = today - timedelta(days=PASSED_DAYS_AGO)
        holder = _holder(PASSED)
        points.record([points.NewFact(holder.pk, "car", FactKind.TEST, "test:demo", passed_on, {"passed": True})])
        return
    first, second = (_officer(key) for key in ("examiner", "examiner-2"))
    for key, days_ago, wrong in ((FAILED, FAILED_DAYS_AGO, 9), (PASSED, PASSED_DAYS_AGO, 2)):
        held_on = today - timedelta(days=days_ago)
        session = _session(held_on, 8)
        registration = _registered(key, session, first)
        with _on(held_on):
            _sit(registration, first, second, wrong=wrong)
            actions.close_session(session.pk, by=first)
    _registered(READY, _session(today, 8), first)


def _sit(registration: Registration, first: User, second: User, *, wrong: int) -> None:
    admitted = actions.admit(registration.pk, identity_paper="identity_card", by=first)
    assert admitted.sitting is not None, admitted.findings
    device = candidate_actions.open_device(admitted.sitting.number, admitted.code)
    sitting = candidate_actions.start(device)
    for asked in papers.of(sitting).asked:
        misses = wrong > 0 and not asked.version.is_fatal
        wrong -= misses
        right = asked.right_choice
        candidate_actions.answer(device, asked.number, right % len(asked.order) + 1 if misses else right)
    candidate_actions.submit(device)
    result_actions.sign(sitting.pk, acknowledged="signed", by=first)
    result_actions.confirm(sitting.pk, by=second)


def _registered(key: str, session: Session, examiner: User) -> Registration:
    """Registered some days before by the person; accepted by rule, or after a look at his certificate on paper."""
    holder = _holder(key)
    day = session.on - timedelta(days=_REGISTERED_BEFORE_DAYS)
    with _on(day):
        registration = registering.register(
            holder,
            "car",
            session_id=session.pk,
            channel=Channel.ONLINE,
            by=Actor("applicant"),
            certificate=_CERTIFICATE,
            today=day,
        )
        if registration.dossier.state == State.REGISTERED:
            registration = registering.accept(registration.pk, by=officer(examiner), today=day)
        return registration


def _holder(key: str) -> Holder:
    number = next(person.citizen_number for person in CITIZENS if person.key == key)
    return Holder.objects.get(citizen_number=number)


def _session(on: date, hour: int) -> Session:
    return Session.objects.create(
        province_code=PROVINCE,
        unit=UNIT,
        place=PLACE,
        starts_at=datetime.combine(on, time(hour), ZONE),
        capacity=20,
        published_at=Now(),
        published_on=on - timedelta(days=30),
    )


def _officer(key: str) -> User:
    """The user that the sandbox's officer becomes when he signs in."""
    person = next(one for one in OFFICERS if one.key == key)
    found, _ = User.objects.get_or_create(
        identity=f"{settings.OFFICER_ISSUER} {key}",
        defaults={
            "issuer": settings.OFFICER_ISSUER,
            "subject": key,
            "role": person.role,
            "display_name": person.name,
            "citizen_number": person.citizen_number,
            "province_code": person.province_code,
            "unit": person.unit,
        },
    )
    return found


@contextmanager
def _on(day: date) -> Iterator[None]:
    """Let this process's day be another one."""
    before = os.environ.get("GPLX_TODAY")
    os.environ["GPLX_TODAY"] = day.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["GPLX_TODAY"]
        else:
            os.environ["GPLX_TODAY"] = before
