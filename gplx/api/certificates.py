"""Health certificates: sent by facilities, in the register's own interface and in the one their software has."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import orjson
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import Router, Schema, Status
from pydantic import Field as Described

from gplx import clock
from gplx.accounts.tokens import Bearer
from gplx.api import strict
from gplx.api.access import Scope
from gplx.api.described import body, problems
from gplx.api.problems import Field, Problem, invalid
from gplx.api.transport import rendered
from gplx.health import actions, message
from gplx.health.message import SIGNED_DATA, MessageError
from gplx.health.signatures import SignedDataRefusedError

SCOPE = "health:write"

router = Router(tags=["health certificates"], auth=Scope(SCOPE))
_STATUS = {"recorded": 201, "waiting": 202, "exists": 200}
_SIGNED_DATA_VI = "Dữ liệu ký số không dùng được"


class CertificateMessage(Schema):
    """The message GKSKLX; every value is a text, days are dd/MM/yyyy. What each field holds: docs/health.md."""

    SO: str = Described(pattern=r"^[0-9]{5}/GKSKLX/[0-9A-Z]{5}/[0-9]{2}$", examples=["00015/GKSKLX/99001/26"])
    HOTEN: str = Described(max_length=120)
    GIOITINHVAL: Literal["0", "1"]
    NGAYSINH: str
    DIACHITHUONGTRU: str = Described(description="at most 255 bytes")
    MATINH_THUONGTRU: str = Described(pattern="^[0-9]{2}$")
    MAHUYEN_THUONGTRU: str = Described("", description="3 digits; left out from 2025-07-01")
    MAXA_THUONGTRU: str = Described(pattern="^[0-9]{5}$")
    SOCMND_PASSPORT: str = Described(description="9 digits, 12 digits, or a passport")
    NGAYTHANGNAMCAPCMND: str
    NOICAP: str = Described(description="at most 30 bytes")
    IDBENHVIEN: str = Described(pattern="^[0-9A-Z]{5}$", description="the facility of the client")
    BENHVIEN: str = Described(description="the name as it is registered")
    NONGDOCON: str
    DVINONGDOCON: Literal["0", "1"]
    MATUY: Literal["0", "1"] = Described(description="0: no drugs found")
    NGAYKETLUAN: str
    BACSYKETLUAN: str
    KETLUAN: Literal["A0-1", "A0-2", "A0-3", "A1-0", "A2-0", "A3-0"]
    HANGBANGLAI: str
    NGAYKHAMLAI: str = ""
    LYDO: str = ""
    TINHTRANGBENH: str = ""
    STATE: Literal["ADD", "EDIT"]
    SIGNDATA: str = Described(description="Base64 of the signed XML")


class CertificateOutcome(Schema):
    """What became of a certificate."""

    outcome: Literal["recorded", "waiting", "exists"]
    reference: UUID
    version: int
    reason: str | None = Described(None, description="why it waits for its holder or for a person to look")


@router.post(
    "",
    response={201: CertificateOutcome, 202: CertificateOutcome, 200: CertificateOutcome},
    summary="Send one health certificate",
    openapi_extra={**body(CertificateMessage), **problems(409)},
)
def send(request: HttpRequest) -> Any:
    """Recorded (201), waiting (202), known already (200), or refused with the reason. Sending again is safe."""
    client = getattr(request, "auth", None)
    assert isinstance(client, Bearer)
    outcome = _take(client, strict.json_object(request.body))
    said = {
        "outcome": outcome.state,
        "reference": outcome.version.reference,
        "version": outcome.version.number,
        "reason": outcome.reason or None,
    }
    return Status(_STATUS[outcome.state], said)


@csrf_exempt
def send_as_hospitals_do(request: HttpRequest) -> HttpResponse:
    """The address and the answers that the software of hospitals knows: `MSG_STATE` is 1 for taken, 0 for not.

    A bearer token takes the place of name and password. What is wrong with the message itself is said in `MSG_TEXT`
    with the status 200, as that software expects; what is wrong with the request has its own status.
    """
    try:
        if request.method != "POST":
            raise Problem("method_not_allowed", headers={"Allow": "POST"})
        client = Scope(SCOPE)(request)
        given = strict.json_object(request.body)
    except Problem as problem:
        return rendered(problem)
    except (OperationalError, InterfaceError):
        connection.close()
        return rendered(Problem("unavailable", headers={"Retry-After": "5"}))
    said = {
        name: value if isinstance(value := given.get(name), str) else "" for name in ("IDBENHVIEN", "SO", "BENHVIEN")
    }
    reference = ""
    try:
        outcome = _take(client, given)
    except Problem as problem:
        if problem.code == "unavailable":
            return rendered(problem)
        state, text = "0", "; ".join([problem.kind.title, *(f"{one.field}: {one.title}" for one in problem.fields)])
    except (OperationalError, InterfaceError):
        connection.close()
        return rendered(Problem("unavailable", headers={"Retry-After": "5"}))
    else:
        state, text = "1", "Đã nhận" if outcome.state != "exists" else "Đã có, không thay đổi"
        if outcome.state == "waiting":
            text = f"Đã nhận, chờ đối chiếu: {outcome.version.get_reason_display()}"
        reference = str(outcome.version.reference)
    answer = {
        "MSG_STATE": state,
        "MSG_TEXT": text,
        "IDBENHVIEN": said["IDBENHVIEN"],
        "SO": said["SO"],
        "UUID": reference,
        "BENHVIEN": said["BENHVIEN"],
    }
    return HttpResponse(orjson.dumps(answer), content_type="application/json")


def _take(client: Bearer, given: dict[str, Any]) -> actions.Outcome:
    """Take the message of a client for its own facility.

    Raises:
        Problem: it is not taken, and why.
    """
    signed_data = given.pop(SIGNED_DATA, "")
    faults = [message.fault(SIGNED_DATA, "required" if signed_data == "" else "not_text")]
    try:
        if given.get("IDBENHVIEN") != client.authority:
            raise Problem("other_facility")
        stated = message.read(given, today=clock.today())
        if not isinstance(signed_data, str) or not signed_data:
            raise MessageError(faults)
        return actions.receive_signed(stated, signed_data, source=client.client_id)
    except MessageError as error:
        raise invalid(*(Field(*one) for one in error.faults)) from None
    except SignedDataRefusedError as error:
        found = Field(SIGNED_DATA, error.code, _SIGNED_DATA_VI, str(error))
        if error.malformed:
            raise invalid(found) from None
        raise Problem("signature_refused", [found], headers={"WWW-Authenticate": 'Bearer realm="gplx"'}) from None
    except actions.UnknownFacilityError:
        raise Problem("other_facility") from None
    except actions.AlreadyKnownError:
        raise Problem("certificate_conflict") from None
    except actions.NothingToEditError:
        raise Problem("nothing_to_edit") from None
