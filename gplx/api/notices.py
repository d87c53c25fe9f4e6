"""What a driver was told and how: the trail of each notice, and the receipts of the SMS gateway."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from gplx.api import limits, strict
from gplx.api import notices_schemas as schemas
from gplx.api.access import Scope, log_access, purposed_by, unauthorized
from gplx.api.decisions import client_of
from gplx.api.described import body, problems, purpose_headers
from gplx.api.problems import Problem, field, invalid
from gplx.gateways import sms
from gplx.licences.models import Licence
from gplx.notices import told
from gplx.notices.errand_actions import report_by_key

SCOPE = "notices:read"
SIGNATURE_HEADER = "HTTP_SIGNATURE"

of_licences = Router(tags=["notices"])
receipts = Router(tags=["notices"], auth=None)


@of_licences.get(
    "/{number}/notices",
    auth=Scope(SCOPE),
    response={200: schemas.NoticesDocument},
    summary="What the driver was told, with evidence",
    openapi_extra={**purpose_headers(), **problems(429)},
)
def read_notices(request: HttpRequest, number: str, asked: Query[schemas.NoticesQuery]) -> Any:
    """Notices of the licence holder, newest first: channels, attempts, receipts, digest of the text."""
    why = purposed_by(request)
    client = client_of(request)
    strict.licence_number(number)
    limits.refuse_guessing(client.client_id)
    licence = Licence.objects.filter(number=number).first()
    log_access(client, why, None if licence is None else licence.holder_id, "notices")
    if licence is None:
        raise Problem("not_found")
    found = told.trails(licence.holder_id, limit=asked.limit + 1, before_id=asked.before)
    shown = found[: asked.limit]
    return {
        "licence_number": licence.number,
        "notices": [schemas.shown(trail) for trail in shown],
        "next_before": shown[-1].id if len(found) > asked.limit else None,
    }


@receipts.post(
    "/sms-receipts",
    response={200: schemas.ReceiptOutcome},
    summary="A receipt of the SMS gateway",
    openapi_extra={**body(schemas.StatedReceipt), **problems(401)},
)
def take_receipt(request: HttpRequest) -> Any:
    """Signed by the gateway (`Signature: t=…,v1=…`, HMAC-SHA-256 of second, full stop and body). Twice is once."""
    if not sms.is_signed(request.body, request.META.get(SIGNATURE_HEADER, "")):
        raise unauthorized()
    receipt = sms.receipt(strict.json_object(request.body))
    if receipt is None:
        raise invalid(field("status", "not_listed"))
    return {"outcome": "recorded" if report_by_key(*receipt) else "exists"}
