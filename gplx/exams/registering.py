"""Registering for the test: the only writers of registrations. Sessions are `exams.calendar`'s."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from gplx import clock
from gplx.accounts.models import User
from gplx.clock import ZONE
from gplx.dossiers import actions as dossiers
from gplx.dossiers import clock as dossier_clock
from gplx.dossiers.models import Channel, Dossier, Kind, State
from gplx.dossiers.states import RULE, Actor
from gplx.errors import MoveNotAllowedError, RegisterError
from gplx.exams import eligibility, queries
from gplx.exams.models import Placement, Registration, Session
from gplx.law import exams as law
from gplx.law.sources import cite
from gplx.licences import own
from gplx.licences.models import Holder
from gplx.notices.actions import NewMessage, announce

TELL_DAYS = 14
"""So many days before a session at the earliest its people are called; later than the law asks is what is monitored."""
CHANGEABLE = (State.REGISTERED, State.RECEIVED, State.SUPPLEMENT)

_SESSION = (str(cite("65/2024/TT-BCA", "art. 8(5)")),)
_DOSSIER = (str(cite("65/2024/TT-BCA", "art. 7(1)")),)


class NotEligibleError(RegisterError):
    """Something the law asks for is not there yet."""

    def __init__(self, conditions: Sequence[law.Condition]) -> None:
        super().__init__()
        self.conditions = conditions


class SessionNotOpenError(MoveNotAllowedError):
    """This session takes no registrations: it is full, not published, cancelled, or too near."""


class OwnDossierError(RegisterError):
    """Nobody decides about himself. Leave it to a colleague."""


@transaction.atomic
def register(
    holder: Holder,
    part: str,
    *,
    session_id: int,
    channel: Channel,
    by: Actor,
    certificate: str = "",
    interpreter_language: str = "",
    today: date | None = None,
) -> Registration:
    """Open a dossier and put its person into a session. Accepted at once where every condition is known to be met.

    Raises:
        NotEligibleError: with the conditions that stand in the way; nothing is kept.
        SessionNotOpenError: the session takes nobody.
        LiveDossierError: there is one already, also where sixteen clicks come at once (T05).
    """
    today = today or clock.today()
    session = _open_session(session_id, today)
    standing = eligibility.look(holder, part, session_on=session.on, certificate=certificate, today=today)
    if standing.live is not None:
        raise dossiers.LiveDossierError(standing.live.dossier)
    if standing.in_the_way or standing.tested is None:
        raise NotEligibleError(standing.in_the_way)
    found = eligibility.findings(standing.conditions)
    dossier = dossiers.submit(
        Kind.RESTORATION_TEST, holder_id=holder.pk, part=part, channel=channel, by=by, on=today, findings=found
    )
    category, regime = standing.tested
    registration = Registration.objects.create(
        dossier=dossier,
        holder=holder,
        part=part,
        category=category,
        regime=regime,
        session=session,
        certificate=standing.certificate.number if standing.certificate else "",
        interpreter_language=interpreter_language,
    )
    _placed(registration, by=by, today=today)
    if standing.is_certain:
        _accept(registration, by=RULE, today=today, findings=found)
    else:
        due = dossier_clock.due(dossier, today=today)
        _tell("test_received", registration, today, due_on=due.due_on.isoformat() if due else today.isoformat())
    return registration


@transaction.atomic
def accept(registration_id: int, *, by: Actor, version: int | None = None, today: date | None = None) -> Registration:
    """An officer has looked at what the register could not see itself, and it is as the law asks.

    Raises:
        MoveNotAllowedError: it does not wait for this, or has moved since.
        NotEligibleError: something the register does see stands in the way now.
        SessionNotOpenError: its session is off, so it has to be put into another first.
    """
    today = today or clock.today()
    registration = queries.locked(registration_id)
    _refuse_own(by, registration.holder)
    if registration.session is None or registration.session.cancelled_at is not None:
        raise SessionNotOpenError
    standing = eligibility.look(
        registration.holder,
        registration.part,
        session_on=registration.session.on,
        certificate=registration.certificate,
        today=today,
    )
    if standing.in_the_way:
        raise NotEligibleError(standing.in_the_way)
    _accept(registration, by=by, today=today, findings=eligibility.findings(standing.conditions), version=version)
    return registration


@transaction.atomic
def ask_supplement(
    registration_id: int, *, by: Actor, reason: str, version: int | None = None, today: date | None = None
) -> Registration:
    """Ask for everything that is missing, once: a second request would make the dossier late by the KPI.

    Raises:
        MoveNotAllowedError: it was asked for once already, or the dossier does not wait for an answer.
    """
    today = today or clock.today()
    registration = queries.locked(registration_id)
    _refuse_own(by, registration.holder)
    if registration.dossier.moves.filter(name="ask_supplement").exists():
        raise MoveNotAllowedError
    registration.dossier = dossiers.move(
        registration.dossier_id, "ask_supplement", by=by, on=today, version=version, reason=reason
    )
    _tell("test_supplement", registration, today, reason=reason.rstrip("."), sources=_DOSSIER)
    return registration


@transaction.atomic
def supplement(
    registration_id: int, *, by: Actor, note: str, certificate: str = "", file_id: int | None = None,
    version: int | None = None, today: date | None = None,
) -> Registration:  # fmt: skip
    """The person adds what was asked for; the time for the answer begins anew.

    Raises:
        MoveNotAllowedError: nothing is asked for, or it has moved since.
    """
    today = today or clock.today()
    registration = queries.locked(registration_id)
    if certificate:
        registration.certificate = certificate
        registration.save(update_fields=["certificate"])
    dossiers.add_document(
        registration.dossier_id, "health_certificate" if certificate else "other", note=note, file_id=file_id, by=by,
        on=today,
    )  # fmt: skip
    registration.dossier = dossiers.move(
        registration.dossier_id, "supplement", by=by, on=today, version=version, reason=note
    )
    return registration


@transaction.atomic
def refuse(
    registration_id: int, *, by: Actor, reason: str, sources: Sequence[str] = _DOSSIER, unit: str,
    version: int | None = None, today: date | None = None,
) -> Registration:  # fmt: skip
    """Refuse a registration, with its ground; the person is told with the article.

    Raises:
        MoveNotAllowedError: it does not wait for an answer, or has moved since.
    """
    today = today or clock.today()
    registration = queries.locked(registration_id)
    _refuse_own(by, registration.holder)
    ground = [{"code": "refused", "state": "not_met", "blocks": True, "day": None, "sources": list(sources)}]
    registration.dossier = dossiers.move(
        registration.dossier_id, "refuse", by=by, on=today, version=version, reason=reason, findings=ground
    )
    _tell("test_refused", registration, today, reason=reason.rstrip("."), unit=unit, sources=sources)
    return registration


@transaction.atomic
def withdraw(
    registration_id: int, *, by: Actor, version: int | None = None, reason: str = "", today: date | None = None
) -> Registration:
    """The person takes the registration back; the place is free again.

    Raises:
        MoveNotAllowedError: the test has begun or the dossier has ended.
    """
    registration = queries.locked(registration_id)
    registration.dossier = dossiers.move(
        registration.dossier_id, "withdraw", by=by, on=today or clock.today(), version=version, reason=reason
    )
    return registration


@transaction.atomic
def change_session(
    registration_id: int, *, session_id: int, by: Actor, reason: str = "", today: date | None = None
) -> Registration:
    """Put a registration into another session. Conditions are judged anew, for the new day.

    Raises:
        NotEligibleError, SessionNotOpenError: as `register`.
        MoveNotAllowedError: the dossier is past this, or the old session has come.
    """
    today = today or clock.today()
    session = _open_session(session_id, today)
    registration = queries.locked(registration_id)
    if registration.dossier.state not in CHANGEABLE:
        raise MoveNotAllowedError
    if registration.session_id == session.pk:
        return registration
    if registration.session is not None and registration.session.on <= today and not registration.session.cancelled_at:
        raise MoveNotAllowedError
    standing = eligibility.look(
        registration.holder,
        registration.part,
        session_on=session.on,
        certificate=registration.certificate,
        today=today,
    )
    if standing.in_the_way:
        raise NotEligibleError(standing.in_the_way)
    place(registration, session, by=by, reason=reason, today=today)
    if registration.dossier.state == State.RECEIVED:
        tell_if_near(registration, today)
    return registration


def place(registration: Registration, session: Session | None, *, by: Actor, reason: str, today: date) -> None:
    """Put a registration into a session, or out of one: a row says who did it, and nobody is told yet."""
    registration.session, registration.told_on = session, None
    registration.save(update_fields=["session", "told_on"])
    _placed(registration, by=by, today=today, reason=reason)


@transaction.atomic
def stop(registration_id: int, *, findings: list[dict[str, object]], today: date) -> None:
    """What the registration rested on is gone: its dossier stops, and the person is told (reading 17, ADR 0046)."""
    registration = queries.locked(registration_id)
    dossier = dossiers.move(registration.dossier_id, "stop", by=RULE, on=today, findings=findings)
    registration.dossier = dossier
    codes = {finding["code"] for finding in findings}
    why = (
        {"vi": "Sổ không còn ghi giấy phép của Ông/Bà bị trừ hết điểm.", "en": "Your licence is not exhausted now."}
        if "exhausted" in codes
        else {
            "vi": "Ngày được kiểm tra đã thay đổi và nay muộn hơn kỳ kiểm tra đã chọn.",
            "en": "The first permitted day has changed: it is after the session you chose.",
        }
    )
    sources = sorted({str(source) for finding in findings for source in finding["sources"]})  # type: ignore[attr-defined]
    _tell("test_stopped", registration, today, why=why, sources=sources)


def tell_if_near(registration: Registration, today: date) -> bool:
    """Call a person to his session once it is near; whether he was called now. The caller holds the row's lock."""
    session = registration.session
    if session is None or registration.told_on is not None or session.on > today + timedelta(days=TELL_DAYS):
        return False
    registration.told_on = today
    registration.save(update_fields=["told_on"])
    _tell("test_session", registration, today, sources=_SESSION)
    return True


def tell_moved(registration: Registration, reason: str, today: date) -> None:
    """Tell a person that his session was moved; that is his call to it as well."""
    registration.told_on = today
    registration.save(update_fields=["told_on"])
    _tell("test_moved", registration, today, reason=reason.rstrip("."), sources=_SESSION)


def tell_without_session(registration: Registration, was: Session, reason: str, today: date) -> None:
    """Tell a person that his session is off and that he may choose another."""
    content = {
        "code": registration.dossier.code,
        "session_on": was.on.isoformat(),
        "reason": reason.rstrip("."),
        "part": registration.part,
        "sources": list(_SESSION),
    }
    key = f"test_without_session:{registration.pk}:{was.pk}:{was.version}"
    announce([NewMessage(registration.holder_id, "test_without_session", key, content)], recorded_on=today)


def _accept(
    registration: Registration,
    *,
    by: Actor,
    today: date,
    findings: dossiers.Findings,
    version: int | None = None,
) -> None:
    registration.dossier = dossiers.move(
        registration.dossier_id, "accept", by=by, on=today, version=version, findings=findings
    )
    _tell("test_registered", registration, today)
    tell_if_near(registration, today)


def _refuse_own(by: Actor, holder: Holder) -> None:
    """I14, also for whoever does not come by the pages."""
    user = User.objects.filter(pk=int(by.id)).first() if by.kind == "officer" and by.id.isdecimal() else None
    if user is not None and own.is_own(user.citizen_number, holder):
        raise OwnDossierError


def _open_session(session_id: int, today: date) -> Session:
    """A session that takes one more, locked until the caller commits.

    Raises:
        SessionNotOpenError: it takes nobody.
    """
    session = Session.objects.select_for_update().filter(pk=session_id).first()
    if (
        session is None
        or not queries.is_open(session, today)
        or queries.taken([session.pk])[session.pk] >= session.capacity
    ):
        raise SessionNotOpenError
    return session


def _placed(registration: Registration, *, by: Actor, today: date, reason: str = "") -> None:
    session = registration.session
    Placement.objects.create(
        registration=registration,
        session=session,
        starts_at=session.starts_at if session else None,
        actor=f"{by.kind}:{by.id}",
        reason=reason,
        on=today,
    )


def _tell(kind: str, registration: Registration, today: date, **more: object) -> None:
    """Announce a message of this registration: once for each state of its dossier and each session."""
    dossier: Dossier = registration.dossier
    session = registration.session
    content: dict[str, object] = {"code": dossier.code, "part": registration.part, "sources": _DOSSIER}
    if session is not None:
        starts_at = session.starts_at.astimezone(ZONE)
        content |= {
            "time": f"{starts_at:%H:%M}",
            "session_on": starts_at.date().isoformat(),
            "place": session.place,
            "unit": session.unit,
        }
    content |= more
    content["sources"] = list(content["sources"])  # type: ignore[call-overload]
    placed = f"{session.pk}.{session.version}" if session else "none"
    key = f"{kind}:{registration.pk}:{dossier.version}:{placed}"
    announce([NewMessage(registration.holder_id, kind, key, content)], recorded_on=today)
