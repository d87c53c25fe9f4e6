"""Where a wallet fetches electronic licences: token, nonce, credential, notification.

Source:
    OpenID4VCI 1.0 section 6 (token), 7 (nonce), 8 (credential), 11 (notification); RFC 6749 section 5.2; RFC 6750.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

import cbor2
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from gplx import clock
from gplx.accounts.addresses import address_of
from gplx.api import limits
from gplx.api.problems import Problem
from gplx.licences import electronic
from gplx.licences.electronic import CONFIGURATIONS
from gplx.wallet import actions, es256, grants, proofs, publication, store
from gplx.wallet.actions import KEYS_MAX, Issued
from gplx.wallet.errors import NotIssuableError, UnreadableError
from gplx.wallet.models import Credential, Ending, Form, Grant
from gplx.wallet.offers import GRANT_TYPE

_BODY_BYTES_MAX = 64 * 1024
_GUESSER = "openid4vci"
_EVENTS = frozenset({"credential_accepted", "credential_failure", "credential_deleted"})

View = Callable[[HttpRequest], HttpResponse]


class _RefusedError(Exception):
    """An error as the standard names it."""

    def __init__(self, error: str, status: int = 400, description: str = "") -> None:
        super().__init__(error)
        self.error, self.status, self.description = error, status, description


def _endpoint(view: View) -> View:
    """POST only, a small body, answers that nobody keeps, and errors in the standard's form."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            response = HttpResponse(status=405)
            response["Allow"] = "POST"
            return response
        try:
            if int(request.META.get("CONTENT_LENGTH") or 0) > _BODY_BYTES_MAX:
                raise _RefusedError("invalid_request", 413)
            response = view(request)
        except Problem:
            response = _json({"error": "temporarily_unavailable"}, 429)
            response["Retry-After"] = str(limits.ATTEMPTS_WINDOW_SECONDS)
        except _RefusedError as refused:
            body = {"error": refused.error}
            if refused.description:
                body["error_description"] = refused.description
            response = _json(body, refused.status)
            if refused.status == 401:
                response["WWW-Authenticate"] = f'Bearer error="{refused.error}"'
        response["Cache-Control"] = "no-store"
        return response

    return answered


@_endpoint
def token(request: HttpRequest) -> HttpResponse:
    """A token for the code of an offer and the digits that its holder sees."""
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs) or "grant_type" not in form or "\x00" in "".join(form.values()):
        raise _RefusedError("invalid_request")
    if form["grant_type"] != GRANT_TYPE:
        raise _RefusedError("unsupported_grant_type")
    if "pre-authorized_code" not in form or "tx_code" not in form:
        raise _RefusedError("invalid_request")
    address = address_of(request)
    limits.refuse_hurried_attempts(address, _GUESSER)
    try:
        given = grants.exchange(
            form["pre-authorized_code"], form["tx_code"], wallet=form.get("client_id", ""), at=publication.now()
        )
    except grants.OfferRefusedError:
        limits.keep_refused_attempt(address, _GUESSER)
        raise _RefusedError("invalid_grant") from None
    lifetime = int(given.lifetime.total_seconds())
    return _json({"access_token": given.text, "token_type": "Bearer", "expires_in": lifetime})


@_endpoint
def nonce(request: HttpRequest) -> HttpResponse:
    """A nonce for the next proof."""
    return _json({"c_nonce": grants.nonce()})


@_endpoint
@transaction.atomic
def credential(request: HttpRequest) -> HttpResponse:
    """Credentials of one kind, one for each key that the proofs show."""
    grant = _bearer(request)
    asked = _object(request)
    if "credential_response_encryption" in asked:
        raise _RefusedError("invalid_encryption_parameters")
    if "credential_identifier" in asked:
        raise _RefusedError("unknown_credential_identifier")
    name = asked.get("credential_configuration_id")
    if not isinstance(name, str):
        raise _RefusedError("invalid_credential_request")
    configuration = CONFIGURATIONS.get(name)
    if configuration is None or configuration.part != grant.part:
        raise _RefusedError("unknown_credential_configuration")
    keys = _keys(asked.get("proofs"))
    if not grants.count_request(grant):
        raise _RefusedError("credential_request_denied")
    today = clock.today()
    subject = electronic.subject(grant.holder_id, grant.part, today)
    if subject is None:
        raise _RefusedError("credential_request_denied")
    try:
        made = actions.issue(
            subject, keys, configuration.form, at=publication.now(), recorded_on=today, wallet=grant.wallet
        )
    except NotIssuableError:
        raise _RefusedError("credential_request_denied") from None
    return _json(
        {
            "credentials": [{"credential": _written(one)} for one in made],
            "notification_id": str(made[0].credential.batch),
        }
    )


@_endpoint
@transaction.atomic
def notification(request: HttpRequest) -> HttpResponse:
    """What became of credentials on the phone; one that was deleted there is not in use any more."""
    grant = _bearer(request)
    told = _object(request)
    event, number = told.get("event"), told.get("notification_id")
    if event not in _EVENTS:
        raise _RefusedError("invalid_notification_request")
    own = Credential.objects.filter(holder_id=grant.holder_id, part=grant.part)
    batch = next((one for one in own.values_list("batch", flat=True).distinct() if str(one) == number), None)
    if batch is None:
        raise _RefusedError("invalid_notification_id")
    if event != "credential_accepted":
        actions.end(grant.holder_id, batch, Ending.REMOVED, at=publication.now(), recorded_on=clock.today())
    return HttpResponse(status=204)


def _bearer(request: HttpRequest) -> Grant:
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    grant = grants.bearer(text, at=publication.now()) if scheme.lower() == "bearer" and text else None
    if grant is None:
        raise _RefusedError("invalid_token", 401)
    return grant


def _object(request: HttpRequest) -> dict[str, Any]:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        raise _RefusedError("invalid_credential_request") from None
    if not isinstance(value, dict):
        raise _RefusedError("invalid_credential_request")
    return value


def _keys(given: object) -> list[ec.EllipticCurvePublicKey]:
    """The keys that the proofs show; each proof answers the same nonce, which is used up by this.

    Raises:
        _RefusedError: invalid_proof or invalid_nonce.
    """
    match given:
        case {"jwt": [*texts], **others} if not others and all(isinstance(text, str) for text in texts):
            pass
        case _:
            raise _RefusedError("invalid_proof")
    if not 0 < len(texts) <= KEYS_MAX:
        raise _RefusedError("invalid_proof", description=f"1 to {KEYS_MAX} proofs")
    cases = []
    for text in texts:
        try:
            case = proofs.read(text, issuer=store.issuer(), at=publication.now())
        except (UnreadableError, ValueError):
            raise _RefusedError("invalid_proof") from None
        cases.append(case)
    findings = {finding.check for case in cases for finding in proofs.CHECKS.findings(case)}
    if findings:
        raise _RefusedError("invalid_proof", description=", ".join(sorted(findings)))
    nonces = {case.token.claims["nonce"] for case in cases}
    (answered,) = nonces if len(nonces) == 1 else (None,)
    if not isinstance(answered, str) or not grants.is_fresh(answered) or not grants.use(answered):
        raise _RefusedError("invalid_nonce")
    keys = [case.key() for case in cases]
    if len({es256.thumbprint(key) for key in keys}) != len(keys):
        raise _RefusedError("invalid_proof", description="one key twice")
    return keys


def _written(made: Issued) -> str:
    """The credential as it travels: an mdoc without its outer map, in base64url."""
    if made.credential.form == Form.SD_JWT:
        assert isinstance(made.content, str)
        return made.content
    assert isinstance(made.content, bytes)
    return es256.to_base64url(cbor2.dumps(cbor2.loads(made.content)["issuerSigned"]))


def _json(value: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/json")
