"""The only writers of dossiers: `submit` opens one, `move` takes it on. `_move` alone changes a state (I11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from gplx import clock
from gplx.dossiers.models import LIVE, Channel, Document, Dossier, Kind, Move
from gplx.dossiers.states import MOVES, Actor
from gplx.errors import MoveNotAllowedError
from gplx.law import dossier_codes

Findings = Sequence[Mapping[str, Any]]


class StaleDossierError(MoveNotAllowedError):
    """The dossier has moved on since this page was drawn. Open it again to see how it stands."""


class WrongActorError(MoveNotAllowedError):
    """This step is not yours to make."""


class LiveDossierError(MoveNotAllowedError):
    """There is a dossier of this kind already that something is still to come of. Go on with that one."""

    def __init__(self, dossier: Dossier) -> None:
        super().__init__()
        self.dossier = dossier


_NEXT_NUMBER = """
    INSERT INTO dossiers_codecounter AS counter (series, last) VALUES (%s, 1)
    ON CONFLICT (series) DO UPDATE SET last = counter.last + 1
    RETURNING last
"""


@transaction.atomic
def submit(
    kind: Kind,
    *,
    holder_id: int,
    part: str,
    channel: Channel,
    by: Actor,
    on: date | None = None,
    findings: Findings = (),
) -> Dossier:
    """Open a dossier; its first move is made with it.

    Raises:
        LiveDossierError: the person has one of this kind for this part; it comes with the error. Two of sixteen clicks
            at once end here as well: the database lets one live dossier in (T05).
        WrongActorError: this kind of actor submits none.
    """
    on = on or clock.today()
    if by.kind not in MOVES["submit"].by:
        raise WrongActorError
    try:
        with transaction.atomic():
            dossier = Dossier.objects.create(
                code=_next_code(on), kind=kind, holder_id=holder_id, part=part, channel=channel, opened_on=on
            )
    except IntegrityError:
        live = Dossier.objects.filter(kind=kind, holder_id=holder_id, part=part, state__in=LIVE).first()
        if live is None:
            raise
        raise LiveDossierError(live) from None
    _move(dossier.pk, "submit", by=by, on=on, findings=findings)
    dossier.refresh_from_db()
    return dossier


@transaction.atomic
def move(
    dossier_id: int,
    name: str,
    *,
    by: Actor,
    on: date | None = None,
    version: int | None = None,
    reason: str = "",
    findings: Findings = (),
) -> Dossier:
    """Take a dossier on by one of the moves of `dossiers.states.MOVES`.

    The room that a dossier belongs to checks what its kind asks for and calls this in its own transaction.

    Args:
        version: the version the mover saw; None where no person decided from a page.

    Raises:
        StaleDossierError: it has moved since.
        MoveNotAllowedError: the move does not start from the state it is in.
        WrongActorError: this kind of actor does not make the move.
    """
    return _move(dossier_id, name, by=by, on=on or clock.today(), version=version, reason=reason, findings=findings)


def _move(
    dossier_id: int,
    name: str,
    *,
    by: Actor,
    on: date,
    version: int | None = None,
    reason: str = "",
    findings: Findings = (),
) -> Dossier:
    """The one place that changes the state of a dossier, under its row lock (I11, F18)."""
    rule = MOVES[name]
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier_id)
    if version is not None and version != dossier.version:
        raise StaleDossierError
    is_first = dossier.version == 0
    if is_first != (not rule.origins) or (not is_first and dossier.state not in rule.origins):
        raise MoveNotAllowedError
    if by.kind not in rule.by:
        raise WrongActorError
    origin = "" if is_first else dossier.state
    number = dossier.version + 1
    Move.objects.create(
        dossier=dossier,
        number=number,
        name=name,
        origin=origin,
        to=rule.to,
        actor_kind=by.kind,
        actor=by.id,
        actor_name=by.name,
        reason=reason,
        findings=[dict(finding) for finding in findings],
        on=on,
    )
    Dossier.objects.filter(pk=dossier.pk).update(state=rule.to, version=number)
    dossier.state, dossier.version = rule.to, number
    return dossier


def _next_code(on: date) -> str:
    """The next code of the day. Its row is locked until the caller commits, so no number is left out or doubled."""
    series = dossier_codes.series(on)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [series])
        [number] = cursor.fetchone()
    return f"{series}{number:04d}"


def add_document(
    dossier_id: int, name: str, *, by: Actor, note: str = "", file_id: int | None = None, on: date | None = None
) -> Document:
    """Put a paper to a dossier: a file that `gplx.files` has kept, or what the person states."""
    return Document.objects.create(
        dossier_id=dossier_id,
        name=name,
        file_id=file_id,
        note=note,
        actor=f"{by.kind}:{by.id}",
        added_on=on or clock.today(),
    )
