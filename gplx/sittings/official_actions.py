"""The only writers of official results: what another test system sent is kept, matched, and takes effect by the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from django.db import IntegrityError, transaction

from gplx import clock, crash, database
from gplx.accounts.models import MachineClient, User
from gplx.dossiers.states import Actor
from gplx.errors import MoveNotAllowedError
from gplx.exams import actions as exams
from gplx.exams import queries as registrations
from gplx.exams.models import Registration
from gplx.law import exams as exams_law
from gplx.law.text import fold
from gplx.licences import own
from gplx.licences.models import Entitlement, Holder, Licence
from gplx.notices import actions as notices
from gplx.points import actions as points
from gplx.points.models import FactKind
from gplx.sittings import queries
from gplx.sittings.errors import OwnSittingError
from gplx.sittings.models import OfficialResult, OfficialState, TestSystem
from gplx.sittings.official import StatedResult
from gplx.sittings.result_actions import FAILED_SOURCES, without_effect

Told: TypeAlias = Literal["recorded", "without_effect", "quarantined", "exists", "conflict"]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a result that was sent."""

    outcome: Told
    result: OfficialResult


def register_system(name: str, client: MachineClient, key: dict[str, Any]) -> TestSystem:
    """Keep the public key of a test system; a new key of a known system takes the old one's place.

    Raises:
        ValueError: no public key on P-256.
    """
    if key.get("kty") != "EC" or key.get("crv") != "P-256" or "d" in key or not {"x", "y"} <= key.keys():
        raise ValueError("a public key on P-256 as JWK is needed: kty EC, crv P-256, x, y, and nothing private")
    public = {member: str(key[member]) for member in ("kty", "crv", "x", "y")}
    system, _ = TestSystem.objects.update_or_create(
        name=name, defaults={"client": client, "key": public, "active": True}
    )
    return system


@database.tried_again_after_deadlock
@transaction.atomic
def receive(system: TestSystem, stated: StatedResult, token: str, *, today: date | None = None) -> Received:
    """Keep a result and state what follows: points, notice, the end of the dossier. The same again changes nothing.

    Source:
        168/2024 art. 51(1)(b); 65/2024/TT-BCA art. 7(7), 8(7); ADR 0057.
    """
    today = today or clock.today()
    known = OfficialResult.objects.filter(system=system, number=stated.number).first()
    if known is None:
        try:
            with transaction.atomic():
                return _take(system, stated, token, today)
        except IntegrityError:
            known = OfficialResult.objects.filter(system=system, number=stated.number).first()
            if known is None:
                raise
    return Received("exists" if known.digest == stated.digest else "conflict", known)


@database.tried_again_after_deadlock
@transaction.atomic
def match(result_id: int, *, licence_number: str, by: User) -> OfficialResult:
    """An officer says whose result it is: one of number, name and birth day may be written wrongly, not two (T21).

    Raises:
        OwnSittingError: the officer's own.
        MoveNotAllowedError: it does not wait, there is no such licence, it has no such part, or it is of somebody else
            than the result names.
    """
    result = _waiting(result_id)
    licence = Licence.objects.select_related("holder").filter(number=licence_number).first()
    if licence is None or not _holds(licence, result.part) or not _may_be(licence, result.content):
        raise MoveNotAllowedError
    if own.is_own(by.citizen_number, licence.holder):
        raise OwnSittingError
    result.decided_by = by
    _settle(result, licence.holder, None, clock.today())
    return result


@transaction.atomic
def reject(result_id: int, *, by: User) -> OfficialResult:
    """An officer sends a result back: nobody here is meant.

    Raises:
        MoveNotAllowedError: it does not wait.
    """
    result = _waiting(result_id)
    result.state, result.decided_by = OfficialState.REJECTED, by
    _save(result)
    return result


def fact_key(result: OfficialResult) -> str:
    """The natural key of the fact of an official result."""
    return f"test:{result.system.name}|{result.number}"


def _take(system: TestSystem, stated: StatedResult, token: str, today: date) -> Received:
    result = OfficialResult.objects.create(
        system=system,
        number=stated.number,
        digest=stated.digest,
        token=token,
        content=stated.content,
        held_on=stated.held_on,
        passed=stated.passed,
        state=OfficialState.QUARANTINED,
        part=stated.part,
        received_on=today,
    )
    crash.at("official.kept")
    holder, reason = _person(stated)
    registration = None
    if holder is not None and stated.dossier:
        registration, reason = _registration(stated, holder)
    if holder is None or reason:
        result.reason = reason
        _save(result)
        return Received("quarantined", result)
    _settle(result, holder, registration, today)
    return Received(result.state, result)  # type: ignore[arg-type]


def _settle(result: OfficialResult, holder: Holder, registration: Registration | None, today: date) -> None:
    """What follows from a result whose person is known."""
    obstacles = queries.obstacles_of(holder.pk, result.part, on=result.held_on)
    result.holder, result.registration, result.reason = holder, registration, ""
    result.state = OfficialState.WITHOUT_EFFECT if obstacles else OfficialState.RECORDED
    result.findings = [{"code": one.code, "sources": list(one.sources)} for one in obstacles]
    _save(result)
    if registration is not None:
        outcome: Literal["passed", "failed"] = "passed" if result.passed else "failed"
        by = Actor("test_system", result.system.name)
        exams.close(registration.pk, outcome=outcome, on=result.held_on, decided_by=by)
    if result.passed:
        content = {"passed": True, "unit": result.content["unit"], "minutes": result.number}
        kind = FactKind.TEST
        fact = points.NewFact(holder.pk, result.part, kind, fact_key(result), result.held_on, content)
        points.record([fact], today=today)
        if obstacles:
            said = without_effect(obstacles, result.part, result.held_on, result.content["unit"], result.number)
            told = notices.NewMessage(holder.pk, "test_without_effect", fact_key(result), said)
            notices.announce([told], recorded_on=today)
    elif not obstacles:
        _tell_failed(result, holder, today)
    crash.at("official.told")


def _tell_failed(result: OfficialResult, holder: Holder, today: date) -> None:
    said = result.content
    content = {
        "on": result.held_on.isoformat(),
        "part": result.part,
        "unit": said["unit"],
        "minutes": result.number,
        "right": said.get("right", "–"),
        "asked": said.get("asked", "–"),
        "pass_mark": said.get("pass_mark", "–"),
        "why": {"vi": "hệ thống kiểm tra báo không đạt", "en": "the test system says so"},
        "again_from": exams_law.retake_from(result.held_on)[0].isoformat(),
        "sources": list(FAILED_SOURCES),
    }
    message = notices.NewMessage(holder.pk, "test_failed", fact_key(result), content)
    notices.announce([message], recorded_on=today)


def _person(stated: StatedResult) -> tuple[Holder | None, str]:
    """Who is meant: licence number, birth date and name without diacritics must agree (T21)."""
    licence = Licence.objects.select_related("holder").filter(number=stated.licence_number).first()
    if licence is None:
        return None, "licence_unknown"
    if licence.holder.birth_date != stated.birth_date:
        return None, "birth_date_differs"
    if licence.holder.name_folded != fold(stated.holder_name):
        return None, "name_differs"
    if not _holds(licence, stated.part):
        return None, "part_not_held"
    return licence.holder, ""


def _may_be(licence: Licence, stated: dict[str, Any]) -> bool:
    """Do two of number, folded name and birth day agree with what the test system stated?"""
    agree: tuple[bool, ...] = (
        licence.number == stated["licence_number"],
        licence.holder.name_folded == fold(stated["holder_name"]),
        licence.holder.birth_date.isoformat() == stated["birth_date"],
    )
    return agree.count(True) >= 2


def _holds(licence: Licence, part: str) -> bool:
    return Entitlement.objects.filter(licence__holder_id=licence.holder_id, part=part).exists()


def _registration(stated: StatedResult, holder: Holder) -> tuple[Registration | None, str]:
    """The registration of the dossier that was named; it must be this person's, of this part, and still open."""
    found = registrations.by_code(stated.dossier)
    if found is None or found.holder_id != holder.pk or found.part != stated.part:
        return None, "dossier_unknown"
    if found.outcome or not found.dossier.is_live or hasattr(found, "sitting"):
        return None, "dossier_closed"
    return found, ""


def _waiting(result_id: int) -> OfficialResult:
    result = (
        OfficialResult.objects.select_for_update(of=("self",)).select_related("system").filter(pk=result_id).first()
    )
    if result is None or result.state != OfficialState.QUARANTINED:
        raise MoveNotAllowedError
    return result


def _save(result: OfficialResult) -> None:
    result.save(update_fields=["state", "reason", "findings", "holder", "registration", "decided_by"])
