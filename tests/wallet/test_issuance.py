"""Issuance over real HTTP: a phone that was written apart fetches both forms, and everything wrong is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer

from gplx.gateways.sandbox import phone
from gplx.gateways.sandbox.phone import GRANT_TYPE, Phone, RefusedError
from gplx.licences.actions import withdraw
from gplx.licences.electronic import configurations_of
from gplx.licences.models import Licence
from gplx.wallet import es256, grants, jose, offers, proofs, publication, store, verifier
from gplx.wallet.certificates import Use
from gplx.wallet.models import Credential, Grant
from gplx.wallet.verification import Against
from tests.wallet import lives

pytestmark = pytest.mark.django_db(transaction=True)
AUDIENCE = "https://verifier.example"


@pytest.fixture
def base(live_server: LiveServer) -> Iterator[str]:
    store.key_store().make_missing(at=publication.now())
    with override_settings(BASE_URL=live_server.url):
        yield live_server.url


@pytest.fixture
def licence() -> Licence:
    return lives.licence()


def offered(licence: Licence, part: str = "car") -> tuple[str, str]:
    made = grants.offer(licence.holder_id, part, at=publication.now())
    return offers.link(made, configurations_of(part)), made.tx_code


def checked(presented: bytes, *, nonce: str = "n-1") -> verifier.Answer:
    anchors = [store.key_store().certificate(Use.ROOT)]
    against = Against(at=publication.now(), anchors=anchors, audience=AUDIENCE, nonce=nonce)
    publication.publish_due()
    held = verifier.verify(presented, against, None)
    assert held.credential.status is not None
    response = requests.get(held.credential.status.uri, timeout=10)
    return verifier.verify(presented, against, response.content)


def test_a_phone_fetches_both_forms_and_a_verifier_accepts_them(base: str, licence: Licence) -> None:
    device = Phone("Điện thoại thử", frozenset({base}))
    fetched = device.fetch(*offered(licence), keys=2)
    assert sorted(one.form for one in fetched) == ["dc+sd-jwt", "dc+sd-jwt", "mso_mdoc", "mso_mdoc"]
    for one in fetched:
        answer = checked(one.present(["family_name", "document_number"], audience=AUDIENCE, nonce="n-1"))
        assert (answer.credential.findings, answer.status.state) == ([], "valid")
        assert answer.credential.elements == {"family_name": "Mẫu", "document_number": licence.number}
        assert answer.credential.holder_is_proven
        codes = [privilege["vehicle_category_code"] for privilege in one.fields()["driving_privileges"]]
        assert codes == ["B"]
    assert {row.wallet for row in Credential.objects.all()} == {"Điện thoại thử"}
    assert Credential.objects.filter(ended_at__isnull=True).count() == 4
    assert checked(fetched[0].present([], audience=AUDIENCE, nonce="n-2")).credential.findings != []


def test_a_second_phone_replaces_the_first(base: str, licence: Licence) -> None:
    first, second = (Phone(name, frozenset({base})) for name in "ab")
    first.fetch(*offered(licence))
    second.fetch(*offered(licence))
    states = [
        checked(device.held[0].present([], audience=AUDIENCE, nonce="n-1")).status.state for device in (first, second)
    ]
    assert states == ["suspended", "valid"]


class Way:
    """The way to a credential, step by step, so that each step can be taken wrongly."""

    def __init__(self, base: str, licence: Licence) -> None:
        self.base = base
        self.key = ec.generate_private_key(ec.SECP256R1())
        link, self.tx_code = offered(licence)
        self.code = Phone("", frozenset({base})).read(link)["grants"][GRANT_TYPE]["pre-authorized_code"]

    def token(self, **changes: str) -> requests.Response:
        told = {"grant_type": GRANT_TYPE, "pre-authorized_code": self.code, "tx_code": self.tx_code, **changes}
        return requests.post(f"{self.base}/wallet/token", data=told, timeout=10)

    def nonce(self) -> str:
        return str(requests.post(f"{self.base}/wallet/nonce", timeout=10).json()["c_nonce"])

    def credential(self, bearer: str, body: object) -> requests.Response:
        headers = {"Authorization": f"Bearer {bearer}"}
        return requests.post(f"{self.base}/wallet/credential", json=body, headers=headers, timeout=10)

    def body(self, *made: str, name: str = "driving-licence-car-sd-jwt") -> dict[str, Any]:
        return {"credential_configuration_id": name, "proofs": {"jwt": list(made)}}

    def proof(self, **changes: Any) -> str:
        return phone.proof(self.key, self.base, changes.pop("nonce", None) or self.nonce(), **changes)


@pytest.fixture
def way(base: str, licence: Licence) -> Way:
    return Way(base, licence)


def test_a_code_is_exchanged_once(way: Way) -> None:
    assert way.token().status_code == 200
    again = way.token()
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert again.headers["Cache-Control"] == "no-store"


def test_wrong_digits_are_counted_and_then_the_right_ones_are_of_no_use(way: Way) -> None:
    wrong = "000000" if way.tx_code != "000000" else "111111"
    for _ in range(grants.MISSES_MAX):
        assert way.token(tx_code=wrong).json() == {"error": "invalid_grant"}
    assert way.token().json() == {"error": "invalid_grant"}


def test_an_address_that_guesses_is_told_to_wait(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gplx.api.limits.ATTEMPTS_OF_A_CLIENT_MAX", 3)
    assert [way.token(**{"pre-authorized_code": f"guess-{number}"}).status_code for number in range(4)] == [
        400,
        400,
        400,
        429,
    ]


def test_an_old_offer_and_an_older_one_are_void(way: Way, licence: Licence) -> None:
    link, tx_code = offered(licence)
    assert way.token().json() == {"error": "invalid_grant"}
    Grant.objects.update(expires_at=publication.now() - timedelta(seconds=1))
    with pytest.raises(RefusedError, match="invalid_grant"):
        Phone("", frozenset({way.base})).fetch(link, tx_code)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"tx_code": None}, "invalid_request"),
        ({"pre-authorized_code": None}, "invalid_request"),
    ],
)
def test_a_request_for_a_token_that_is_none(way: Way, changes: dict[str, Any], error: str) -> None:
    assert way.token(**changes).json() == {"error": error}


def test_offers_are_limited(licence: Licence) -> None:
    for _ in range(grants.OFFERS_AN_HOUR_MAX):
        grants.offer(licence.holder_id, "car", at=publication.now())
    with pytest.raises(grants.TooManyOffersError):
        grants.offer(licence.holder_id, "car", at=publication.now())


def test_a_nonce_is_answered_once_also_by_another_token(way: Way, base: str) -> None:
    bearer = way.token().json()["access_token"]
    made = way.proof()
    assert way.credential(bearer, way.body(made)).status_code == 200
    assert way.credential(bearer, way.body(made)).json() == {"error": "invalid_nonce"}
    other = Way(base, lives.licence(2))
    assert other.credential(other.token().json()["access_token"], other.body(made)).json() == {"error": "invalid_nonce"}


def test_a_refused_request_uses_no_nonce_up(way: Way) -> None:
    bearer, made = way.token().json()["access_token"], way.proof()
    assert way.credential("wrong", way.body(made)).status_code == 401
    assert way.credential(bearer, way.body(made, made)).json()["error"] == "invalid_proof"
    assert way.credential(bearer, way.body(made)).status_code == 200


def changed(text: str, change: Callable[[dict[str, Any], dict[str, Any]], None], key: Any = None) -> str:
    """A proof with another header or other claims, signed by its key, or by another."""
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in text.split(".")[:2])
    change(header, claims)
    signed = jose.signing_input(header, claims)
    return f"{signed}.{es256.to_base64url(es256.sign(key, signed.encode()))}" if key else signed + ".AA"


MUTANTS: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "proof_type": lambda header, claims: header.update(typ="JWT"),
    "proof_algorithm": lambda header, claims: header.update(alg="none"),
    "proof_critical": lambda header, claims: header.update(crit=["x"]),
    "proof_one_key": lambda header, claims: header.update(kid="x"),
    "proof_public_key": lambda header, claims: header["jwk"].update(d="x"),
    "proof_audience": lambda header, claims: claims.update(aud="https://other.example"),
    "proof_age": lambda header, claims: claims.update(iat=claims["iat"] - 3600),
    "proof_nonce": lambda header, claims: claims.update(nonce=7),
}


@pytest.mark.parametrize("nonce", [[], {}, [["x"]]])
def test_a_nonce_that_is_no_text_is_refused_and_not_a_fault(way: Way, nonce: Any) -> None:
    bad = changed(way.proof(), lambda header, claims: claims.update(nonce=nonce), way.key)
    answer = way.credential(way.token().json()["access_token"], way.body(bad))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_proof")


@pytest.mark.parametrize("check", MUTANTS)
def test_only_its_own_check_finds_what_is_wrong_with_a_proof(base: str, check: str, way: Way) -> None:
    bad = changed(way.proof(), MUTANTS[check], way.key)
    case = proofs.read(bad, issuer=base, at=publication.now())
    assert [finding.check for finding in proofs.CHECKS.findings(case)] == [check]
    answer = way.credential(way.token().json()["access_token"], way.body(bad)).json()
    assert answer == {"error": "invalid_proof", "error_description": check}


def test_a_proof_of_another_key_and_one_that_names_something_twice(base: str, way: Way) -> None:
    foreign = changed(way.proof(), lambda header, claims: None, ec.generate_private_key(ec.SECP256R1()))
    case = proofs.read(foreign, issuer=base, at=publication.now())
    assert [finding.check for finding in proofs.CHECKS.findings(case)] == ["proof_signature"]
    header, claims, _ = way.proof().split(".")
    twice = es256.to_base64url(base64.urlsafe_b64decode(claims + "==").replace(b'{"aud"', b'{"aud": "x", "aud"', 1))
    signature = es256.to_base64url(es256.sign(way.key, f"{header}.{twice}".encode()))
    case = proofs.read(f"{header}.{twice}.{signature}", issuer=base, at=publication.now())
    assert [finding.check for finding in proofs.CHECKS.findings(case)] == ["proof_strict"]
    tested = {*MUTANTS, "proof_signature", "proof_strict"}
    assert tested == set(proofs.CHECKS.by_name)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], "invalid_credential_request"),
        ({}, "invalid_credential_request"),
        ({"credential_identifier": "x"}, "unknown_credential_identifier"),
        ({"credential_configuration_id": "degree"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": "driving-licence-motorcycle-sd-jwt"}, "unknown_credential_configuration"),
        ({"credential_configuration_id": "driving-licence-car-mdoc"}, "invalid_proof"),
        ({"credential_configuration_id": "driving-licence-car-mdoc", "proofs": {"jwt": []}}, "invalid_proof"),
        ({"credential_configuration_id": "driving-licence-car-mdoc", "proofs": {"jwt": ["x"]}}, "invalid_proof"),
        (
            {"credential_configuration_id": "driving-licence-car-mdoc", "credential_response_encryption": {}},
            "invalid_encryption_parameters",
        ),
    ],
)
def test_a_request_for_a_credential_that_is_none(way: Way, body: object, error: str) -> None:
    answer = way.credential(way.token().json()["access_token"], body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_nonces_that_are_not_ours_or_too_old_or_of_several_proofs(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = way.token().json()["access_token"]
    for made in ("made-up", way.nonce()[:-1] + "!"):
        assert way.credential(bearer, way.body(way.proof(nonce=made))).json() == {"error": "invalid_nonce"}
    other = phone.proof(ec.generate_private_key(ec.SECP256R1()), way.base, way.nonce())
    assert way.credential(bearer, way.body(way.proof(), other)).json() == {"error": "invalid_nonce"}
    old = way.proof()
    monkeypatch.setattr(grants, "NONCE_LIFE", timedelta(seconds=-1))
    assert way.credential(bearer, way.body(old)).json() == {"error": "invalid_nonce"}


def test_too_many_keys_and_one_key_twice(way: Way) -> None:
    bearer, nonce = way.token().json()["access_token"], way.nonce()
    many = [phone.proof(ec.generate_private_key(ec.SECP256R1()), way.base, nonce) for _ in range(6)]
    assert way.credential(bearer, way.body(*many)).json()["error"] == "invalid_proof"
    assert way.credential(bearer, way.body(way.proof(nonce=nonce), way.proof(nonce=nonce))).json() == {
        "error": "invalid_proof",
        "error_description": "one key twice",
    }


def test_without_a_valid_document_or_token_nothing_is_given_out(way: Way, licence: Licence) -> None:
    bearer = way.token().json()["access_token"]
    unknown = way.credential("unknown", way.body(way.proof()))
    assert (unknown.status_code, unknown.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    withdraw(licence.number)
    assert way.credential(bearer, way.body(way.proof())).json() == {"error": "credential_request_denied"}
    Grant.objects.update(token_expires_at=publication.now())
    assert way.credential(bearer, way.body(way.proof())).status_code == 401
    assert Credential.objects.count() == 0


def test_a_token_fetches_a_few_times_only(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grants, "REQUESTS_MAX", 1)
    bearer = way.token().json()["access_token"]
    assert way.credential(bearer, way.body(way.proof())).status_code == 200
    assert way.credential(bearer, way.body(way.proof())).json() == {"error": "credential_request_denied"}


def test_what_was_deleted_on_the_phone_ends(way: Way) -> None:
    bearer = way.token().json()["access_token"]
    number = way.credential(bearer, way.body(way.proof())).json()["notification_id"]
    address, headers = f"{way.base}/wallet/notification", {"Authorization": f"Bearer {bearer}"}

    def told(**body: str) -> tuple[int, str]:
        answer = requests.post(address, json=body, headers=headers, timeout=10)
        return answer.status_code, answer.json()["error"] if answer.content else ""

    assert told(notification_id=number, event="sold") == (400, "invalid_notification_request")
    assert told(notification_id="0", event="credential_deleted") == (400, "invalid_notification_id")
    assert told(notification_id=number, event="credential_deleted") == (204, "")
    assert Credential.objects.get().ending == "removed"


def test_the_metadata_names_what_is_given_out(base: str) -> None:
    told = requests.get(f"{base}/.well-known/openid-credential-issuer", timeout=10).json()
    assert told["credential_issuer"] == base
    assert told["batch_credential_issuance"] == {"batch_size": 5}
    kinds = told["credential_configurations_supported"]
    assert {name: kind["format"] for name, kind in kinds.items()} == {
        "driving-licence-motorcycle-sd-jwt": "dc+sd-jwt",
        "driving-licence-motorcycle-mdoc": "mso_mdoc",
        "driving-licence-car-sd-jwt": "dc+sd-jwt",
        "driving-licence-car-mdoc": "mso_mdoc",
    }
    assert requests.get(f"{base}/wallet/token", timeout=10).status_code == 405
