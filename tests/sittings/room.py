"""A test room with invented people, made through the register's own doors; also used by programs that get killed."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time

from django.db.models.functions import Now

from gplx.accounts.models import Role, User
from gplx.clock import ZONE
from gplx.dossiers import actions as dossiers
from gplx.dossiers.models import Channel, Kind
from gplx.dossiers.states import RULE, Actor
from gplx.exams.models import Registration, Session
from gplx.law.text import fold, sort_key
from gplx.licences.models import Entitlement, Holder, Licence
from gplx.points.actions import record
from gplx.questions import actions as bank
from gplx.questions.models import QuestionVersion
from gplx.sittings import actions, candidate_actions, papers
from gplx.sittings.candidate_actions import Device
from gplx.sittings.models import Sitting
from tests.points.people import decision
from tests.questions.made_up import version

TODAY = date(2026, 11, 25)
EXHAUSTED_ON = date(2026, 1, 10)
UNIT = "Phòng CSGT Mẫu"


def fill_bank(plain: int = 60, fatal: int = 3) -> None:
    """Questions enough for every class; each has three answers."""
    if QuestionVersion.objects.exists():
        return
    groups = ("motorcycle", "car", "truck", "bus", "trailer")
    made = [
        version(f"thu-{number:03}", text_vi=f"Câu thử {number}?", text_en=f"Question {number}?", groups=groups)
        for number in range(plain)
    ]
    made += [
        version(
            f"liet-{number}", text_vi=f"Câu liệt {number}?", text_en=f"Fatal {number}?", groups=groups, is_fatal=True
        )
        for number in range(fatal)
    ]
    taken = bank.record(made)
    assert all(not one.faults for one in taken)


def a_user(role: str = Role.EXAMINER, *, citizen_number: str = "", unit: str = UNIT, name: str = "Cán Bộ Mẫu") -> User:
    subject = f"room-{role}-{secrets.token_hex(6)}"
    return User.objects.create(
        issuer="test",
        subject=subject,
        identity=f"test {subject}",
        role=role,
        display_name=name,
        citizen_number=citizen_number,
        unit=unit,
    )


def a_holder(index: int = 1, name: str = "Mẫu Văn Thi", *, part: str = "motorcycle") -> Holder:
    """A person with a licence of one part."""
    holder = Holder.objects.create(
        citizen_number=f"001099{index:06d}",
        name=name,
        name_folded=fold(name),
        name_key=sort_key(name),
        birth_date=date(1999, 1, 1),
        sex="male",
        province_code="01",
    )
    licence = Licence.objects.create(
        number=f"{790_000_000_000 + index}", holder=holder, issue_date=date(2025, 3, 2), issuing_province="01"
    )
    category = "A1" if part == "motorcycle" else "B"
    Entitlement.objects.create(
        licence=licence, category=category, regime="2025", part=part, issue_date=date(2025, 3, 2)
    )
    return holder


def exhaust(holder: Holder, *, part: str = "motorcycle", on: date = EXHAUSTED_ON, today: date = TODAY) -> None:
    """Two decisions of 6 points: a wait of six months under either body of law."""
    record(
        [decision(holder.pk, f"X-{holder.pk}-{part}-{number}", on, 6, part=part) for number in (1, 2)],
        today=today,
    )


def a_session(on: date = TODAY, *, unit: str = UNIT) -> Session:
    return Session.objects.create(
        province_code="01",
        unit=unit,
        place="Phòng kiểm tra số 1",
        starts_at=datetime.combine(on, time(8), ZONE),
        capacity=20,
        published_at=Now(),
        published_on=date(2026, 10, 20),
    )


def registered(
    session: Session, holder: Holder, *, part: str = "motorcycle", category: str = "", accepted: bool = True
) -> Registration:
    dossier = dossiers.submit(
        Kind.RESTORATION_TEST,
        holder_id=holder.pk,
        part=part,
        channel=Channel.ONLINE,
        by=Actor("applicant", "1"),
        on=date(2026, 11, 10),
    )
    if accepted:
        dossiers.move(dossier.pk, "accept", by=RULE, on=date(2026, 11, 10))
    return Registration.objects.create(
        dossier=dossier,
        holder=holder,
        part=part,
        category=category or ("A1" if part == "motorcycle" else "B"),
        regime="2025",
        session=session,
    )


def a_candidate(index: int = 1, *, part: str = "motorcycle", session: Session | None = None) -> Registration:
    """Somebody who may sit today."""
    holder = a_holder(index, part=part)
    exhaust(holder, part=part)
    return registered(session or a_session(), holder, part=part)


def let_in(registration: Registration, examiner: User, **more: str) -> tuple[Sitting, Device]:
    """Admitted, and the code typed on a tablet."""
    admitted = actions.admit(registration.pk, identity_paper="identity_card", by=examiner, **more)
    assert admitted.sitting is not None, admitted.findings
    return admitted.sitting, candidate_actions.open_device(admitted.sitting.number, admitted.code)


def begun(registration: Registration, examiner: User) -> tuple[Sitting, Device]:
    _, device = let_in(registration, examiner)
    return candidate_actions.start(device), device


def answer_all(sitting: Sitting, device: Device, *, wrong: int = 0, fatal_wrong: bool = False) -> None:
    """Answer every question: so many plain ones wrongly, and the fatal one if wanted."""
    for asked in papers.of(sitting).asked:
        right = asked.right_choice
        miss = fatal_wrong if asked.version.is_fatal else wrong > 0
        if miss and not asked.version.is_fatal:
            wrong -= 1
        candidate_actions.answer(device, asked.number, right % len(asked.order) + 1 if miss else right)
