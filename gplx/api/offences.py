"""The catalogue of offences by the day of the act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from gplx import clock
from gplx.api import schemas
from gplx.api.access import Scope
from gplx.api.described import problems
from gplx.api.problems import Field, Problem, invalid
from gplx.law import catalogue
from gplx.points.queries import installed_profile

SCOPE = "catalogue:read"

router = Router(tags=["catalogue"], auth=Scope(SCOPE))


@router.get("/offences", response={200: schemas.OffencePage}, summary="Offences that cost points")
def offences(request: HttpRequest, asked: Query[schemas.OffencesQuery]) -> Any:
    """The offences in force on a day, in the order of the text, that meet every condition."""
    on = asked.on or clock.today()
    law = asked.law or installed_profile().id
    found = catalogue.search(
        on, law, level=asked.level, vehicle=asked.vehicle, article=asked.article, text=asked.text or ""
    )
    page = found[asked.offset : asked.offset + asked.limit]
    return {
        "on": on,
        "law": law,
        "total": len(found),
        "limit": asked.limit,
        "offset": asked.offset,
        "items": [_row(row) for row in page],
    }


@router.get(
    "/offences/{path:code}",
    response={200: schemas.OffenceHistory},
    summary="One offence, on a day and through time",
    openapi_extra=problems(404),
)
def offence(request: HttpRequest, code: str, asked: Query[schemas.OffenceQuery]) -> Any:
    """The row of the day of the act, and all rows of the code."""
    on = asked.on or clock.today()
    try:
        row = catalogue.offence(code, on)
    except catalogue.UnknownCodeError:
        raise Problem("not_found") from None
    except catalogue.CodeNotInForceError as error:
        raise invalid(_not_in_force(error)) from None
    return {"code": code, "on": on, "row": _row(row), "history": [_row(one) for one in catalogue.history(code)]}


def _not_in_force(error: catalogue.CodeNotInForceError) -> Field:
    """Both days: of the act, and the first or the last of the code (B17)."""
    act = error.acted_on.isoformat()
    if error.last_day is None:
        first = error.first_day.isoformat()
        vi, en = f"Mã có hiệu lực từ {first}, không phải ngày {act}", f"The code is in force from {first}, not on {act}"
    else:
        last = error.last_day.isoformat()
        vi, en = f"Mã có hiệu lực đến hết {last}, không phải ngày {act}", f"In force until {last}, not on {act}"
    return Field("on", "code_not_in_force", vi, en)


def _row(row: catalogue.Offence) -> dict[str, Any]:
    return {
        "code": row.code,
        "points": row.points,
        "drug": row.drug,
        "vehicle_group": row.vehicle_group,
        "part": row.part,
        "article": row.article,
        "clause": row.clause,
        "point": row.point,
        "summary": row.summary_vi,
        "summary_en": row.summary_en,
        "fine_min_vnd": row.fine_min_vnd,
        "fine_max_vnd": row.fine_max_vnd,
        "deduct_clause": row.deduct_clause,
        "first_day": row.first_day,
        "source": str(row.source),
        "nearest": list(row.nearest),
        "certainty": row.certainty,
    }
