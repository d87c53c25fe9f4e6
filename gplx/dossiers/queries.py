"""Reads of dossiers."""

from __future__ import annotations

from collections.abc import Iterable

from gplx.dossiers.models import LIVE, Dossier, Kind, Move


def by_code(code: str) -> Dossier | None:
    """The dossier of exactly that code, with its holder."""
    return Dossier.objects.select_related("holder").filter(code=code).first()


def own(code: str, holder_id: int) -> Dossier | None:
    """A person's own dossier by its code; None also where it is somebody else's (T01)."""
    return Dossier.objects.select_related("holder").filter(code=code, holder_id=holder_id).first()


def live(kind: Kind, *, holder_id: int, part: str) -> Dossier | None:
    """The dossier of this kind that something is still to come of."""
    return Dossier.objects.filter(kind=kind, holder_id=holder_id, part=part, state__in=LIVE).first()


def moves_of(dossier_ids: Iterable[int]) -> dict[int, list[Move]]:
    """The steps of some dossiers in their order."""
    moves: dict[int, list[Move]] = {dossier_id: [] for dossier_id in dossier_ids}
    for move in Move.objects.filter(dossier_id__in=moves).order_by("dossier_id", "number"):
        moves[move.dossier_id].append(move)
    return moves
