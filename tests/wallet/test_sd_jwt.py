"""SD-JWT: what is genuine passes, and each mutant is caught by its own check and by no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from gplx.wallet import disclosures, es256, jose, sample, sd_jwt
from gplx.wallet.certificates import Use
from gplx.wallet.errors import UnreadableError
from tests.wallet.house import (
    AUDIENCE,
    NONCE,
    NOW,
    PLACE,
    UNTIL,
    House,
    disclosure,
    kept_sd_jwt,
    raw_token,
    shown_sd_jwt,
)

SECOND = 1
T = int(NOW.timestamp())


class Mutant(NamedTuple):
    """A credential that somebody manipulated, and the one check that finds it."""

    check: str
    what: str
    make: Callable[[House], str]
    with_holder: bool = True


def issued(**changes: Any) -> Callable[[House], str]:
    """Signed by the issuer like this, and presented properly."""
    return lambda house: shown_sd_jwt(kept_sd_jwt(house, **changes), house.holder)


def signed_by(signer: Callable[[House], Any]) -> Callable[[House], str]:
    return lambda house: shown_sd_jwt(kept_sd_jwt(house, signer=signer(house)), house.holder)


def claims(**values: Any) -> Callable[[House], str]:
    """With these claims; None takes a claim away."""

    def change(body: dict[str, Any]) -> None:
        body.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del body[name]

    return issued(claims=change)


def proof(**changes: Any) -> Callable[[House], str]:
    return lambda house: shown_sd_jwt(house.sd_jwt, house.holder, **changes)


def field(name: str, value: Any) -> Callable[[House], str]:
    return issued(replaced={name: disclosure(name, value)})


def _json_repeated(house: House) -> str:
    token, rest = house.sd_jwt.split("~", 1)
    body = jose.dumps(jose.read(token).claims)
    raw = raw_token(
        house.store.signer(Use.SD_JWT),
        f'{{"alg":"ES256","typ":"{sd_jwt.TYP}","x5c":["CERT"]}}',
        '{"exp":1,' + body[1:],
    )
    return shown_sd_jwt(f"{raw}~{rest}", house.holder)


def _flipped_signature(house: House) -> str:
    token, rest = house.sd_jwt.split("~", 1)
    head, body, signature = token.split(".")
    data = bytearray(es256.from_base64url(signature))
    data[40] ^= 1
    return shown_sd_jwt(f"{head}.{body}.{es256.to_base64url(bytes(data))}~{rest}", house.holder)


def _longer_validity(house: House) -> str:
    token, rest = house.sd_jwt.split("~", 1)
    parts = token.split(".")
    body = {**jose.read(token).claims, "exp": T + 10**9}
    return shown_sd_jwt(
        ".".join([parts[0], es256.to_base64url(jose.dumps(body).encode()), parts[2]]) + "~" + rest, house.holder
    )


def _twice(house: House) -> str:
    texts = house.sd_jwt.split("~")
    return shown_sd_jwt("~".join([*texts[:2], *texts[1:]]), house.holder)


def _decoy(house: House, body: dict[str, Any]) -> str:
    """A digest that no disclosure belongs to."""
    used = {disclosures.digest_of(text) for text in house.sd_jwt.split("~")[1:-1]}
    return str(next(each for each in body["_sd"] if each not in used))


def _digest_twice(house: House) -> str:
    def change(body: dict[str, Any]) -> None:
        body["_sd"].append(_decoy(house, body))

    return issued(claims=change)(house)


def _digest_nested(house: House) -> str:
    def change(body: dict[str, Any]) -> None:
        body["extra"] = {"_sd": [_decoy(house, body)]}

    return issued(claims=change)(house)


def _unreferenced(house: House) -> str:
    return shown_sd_jwt(house.sd_jwt + disclosures.make("nationality", "VN").text + "~", house.holder)


def _dropped_after_proof(house: House) -> str:
    shown = shown_sd_jwt(house.sd_jwt, house.holder)
    texts = shown.split("~")
    return "~".join([texts[0], *texts[2:]])


MUTANTS = [
    Mutant("json_strict", "exp is named twice", _json_repeated),
    Mutant("algorithm", "alg is none", issued(header={"alg": "none"})),
    Mutant("algorithm", "alg is a MAC", issued(header={"alg": "HS256"})),
    Mutant("critical", "an unknown extension is critical", issued(header={"crit": ["x"], "x": 1})),
    Mutant("critical", "the proof has a critical extension", proof(header={"crit": ["x"], "x": 1})),
    Mutant("type", "typ is JWT", issued(header={"typ": "JWT"})),
    Mutant("type", "typ is the one of key binding", issued(header={"typ": "kb+jwt"})),
    Mutant("type", "typ is missing", issued(header={"typ": None})),
    Mutant("credential_type", "another credential", claims(vct="urn:example:library-card")),
    Mutant("credential_type", "no vct", claims(vct=None)),
    Mutant("signature", "a bit of the signature is flipped", _flipped_signature),
    Mutant("signature", "exp is moved", _longer_validity),
    Mutant(
        "signature", "signed by a key that is not the certificate's", signed_by(lambda h: h.with_other_key(Use.SD_JWT))
    ),
    Mutant("chain", "another root stands behind it", signed_by(lambda h: h.stranger.signer(Use.SD_JWT))),
    Mutant(
        "certificate_dates",
        "the certificate has run out",
        signed_by(lambda h: h.signer_of(Use.SD_JWT, at=NOW - timedelta(days=90), days=89)),
    ),
    Mutant(
        "certificate_dates",
        "the certificate has not begun",
        signed_by(lambda h: h.signer_of(Use.SD_JWT, at=NOW + timedelta(days=1), days=89)),
    ),
    Mutant(
        "certificate_use", "signed by the key of status lists", signed_by(lambda h: h.store.signer(Use.STATUS_LIST))
    ),
    Mutant("certificate_use", "signed by the key of mdocs", signed_by(lambda h: h.store.signer(Use.MDOC))),
    Mutant("issued", "issued tomorrow", claims(iat=T + 86_400)),
    Mutant("issued", "iat is missing", claims(iat=None)),
    Mutant("issued", "iat is text", claims(iat="2026")),
    Mutant("valid_from", "not valid before tomorrow", claims(nbf=T + 86_400)),
    Mutant("valid_until", "expires this second", claims(exp=T)),
    Mutant("valid_until", "never expires", claims(exp=None)),
    Mutant("digest_algorithm", "another digest is named", claims(_sd_alg="sha-512")),
    Mutant("disclosure_form", "four parts", issued(added=(disclosure("a", "b", "c"),))),
    Mutant("disclosure_form", "an element where a field belongs", issued(added=(disclosure("VN"),))),
    Mutant("disclosure_form", "its name is _sd", issued(added=(disclosure("_sd", ["x"]),))),
    Mutant("disclosure_form", "its name is ...", issued(added=(disclosure("...", "x"),))),
    Mutant("disclosure_once", "the same disclosure twice", _twice),
    Mutant("disclosure_signed", "a disclosure nobody signed", _unreferenced),
    Mutant("digest_once", "the same digest twice", _digest_twice),
    Mutant("digest_once", "the same digest at another depth", _digest_nested),
    Mutant("claim_once", "a second family name", issued(claims=lambda body: body.update(family_name="NGƯỜI KHÁC"))),
    Mutant(
        "claim_plain",
        "nbf is hidden",
        issued(added=(disclosure("nbf", T),), claims=lambda body: body.pop("nbf")),
    ),
    Mutant("fields", "no name", field("family_name", " ")),
    Mutant("fields", "a day that there is not", field("birth_date", "1990-02-30")),
    Mutant("fields", "a class without a code", field("driving_privileges", [{"issue_date": "2025-01-02"}])),
    Mutant("licence_expired", "the licence ended yesterday", field("expiry_date", "2026-03-10")),
    Mutant("status_reference", "no status", claims(status=None)),
    Mutant("status_reference", "a place before the first", claims(status={"status_list": {"idx": -1, "uri": "x"}})),
    Mutant("status_reference", "a place that is no number", claims(status={"status_list": {"idx": True, "uri": "x"}})),
    Mutant("holder_key", "bound to nobody", claims(cnf=None), with_holder=False),
    Mutant(
        "holder_key",
        "bound to no point of the curve",
        claims(cnf={"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}),
        with_holder=False,
    ),
    Mutant("holder_proof", "no proof", lambda house: house.sd_jwt),
    Mutant("proof_type", "the proof is of another type", proof(header={"typ": "JWT"})),
    Mutant("proof_algorithm", "the proof's alg is none", proof(header={"alg": "none"})),
    Mutant("proof_signature", "another key", lambda house: shown_sd_jwt(house.sd_jwt, es256.new_key())),
    Mutant("proof_hash", "a disclosure is left out afterwards", _dropped_after_proof),
    Mutant("proof_hash", "a proof for something else", proof(hash_of="x")),
    Mutant("proof_age", "a proof of last week", proof(claims={"iat": T - 7 * 86_400})),
    Mutant("proof_age", "a proof of tomorrow", proof(claims={"iat": T + 86_400})),
    Mutant("proof_audience", "a proof for another verifier", proof(claims={"aud": "urn:other"})),
    Mutant("proof_nonce", "a proof for another question", proof(claims={"nonce": "n-0000"})),
]
IDS = [f"{mutant.check}: {mutant.what}" for mutant in MUTANTS]


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_a_mutant_is_caught_by_its_check_and_by_no_other(house: House, mutant: Mutant):
    verified = sd_jwt.verify(mutant.make(house), house.against(with_holder=mutant.with_holder))
    assert [finding.check for finding in verified.findings] == [mutant.check]
    assert not verified.is_genuine
    assert not verified.holder_is_proven


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_without_its_check_a_mutant_passes(house: House, mutant: Mutant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sd_jwt.CHECKS.by_name, mutant.check)
    assert sd_jwt.verify(mutant.make(house), house.against(with_holder=mutant.with_holder)).findings == []


def test_every_check_has_a_mutant():
    assert {mutant.check for mutant in MUTANTS} == set(sd_jwt.CHECKS.by_name)


def test_what_was_issued_comes_out_again(house: House):
    shown = sd_jwt.present(house.sd_jwt, sample.EVERY_FIELD, house.holder, audience=AUDIENCE, nonce=NONCE, at=NOW)
    verified = sd_jwt.verify(shown, house.against())
    assert verified.findings == []
    assert verified.elements == sample.PERSON.elements()
    assert (verified.valid_from, verified.valid_until, verified.status) == (NOW, UNTIL, PLACE)
    assert verified.holder_is_proven


def test_what_the_holder_withholds_is_not_in_it(house: House):
    shown = sd_jwt.present(house.sd_jwt, ["driving_privileges"], house.holder, audience=AUDIENCE, nonce=NONCE, at=NOW)
    verified = sd_jwt.verify(shown, house.against())
    assert verified.findings == []
    assert list(verified.elements) == ["driving_privileges"]
    assert "NGƯỜI MẪU" not in str([disclosures.read(text, []) for text in shown.split("~")[1:-1]])


def test_points_are_in_no_part_of_it(house: House):
    token, *texts, _ = house.sd_jwt.split("~")
    names = {disclosures.read(text, []).name for text in texts} | set(jose.read(token).claims)
    assert names == {*sample.EVERY_FIELD, "iss", "iat", "nbf", "exp", "vct", "cnf", "status", "_sd", "_sd_alg"}


def test_the_number_of_digests_does_not_tell_the_number_of_fields(house: House):
    digests = jose.read(house.sd_jwt.split("~", 1)[0]).claims["_sd"]
    assert len(digests) >= len(sample.EVERY_FIELD) + 2
    assert digests == sorted(digests)


@pytest.mark.parametrize("seconds", [59, 60])
def test_a_slow_clock_of_a_minute_is_borne(house: House, seconds: int):
    shown = shown_sd_jwt(house.sd_jwt, house.holder)
    assert sd_jwt.verify(shown, house.against(at=NOW - timedelta(seconds=seconds))).findings == []
    late = sd_jwt.verify(shown, house.against(at=NOW - timedelta(seconds=61))).findings
    assert {finding.check for finding in late} == {"issued", "valid_from", "proof_age"}


def test_the_last_day_of_the_licence_is_a_day_of_the_licence(house: House):
    mutant = field("expiry_date", "2026-03-11")
    assert sd_jwt.verify(mutant(house), house.against()).findings == []


def test_an_unsigned_token_of_old_is_refused_many_times_over(house: House):
    token, rest = house.sd_jwt.split("~", 1)
    body = token.split(".")[1]
    plain = es256.to_base64url(b'{"alg":"none","typ":"dc+sd-jwt"}') + f".{body}."
    names = {finding.check for finding in sd_jwt.verify(f"{plain}~{rest}", house.against()).findings}
    assert {"algorithm", "signature", "chain", "certificate_use", "holder_proof"} <= names


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "a.b.c~", "~", "ey~~", "e30.e30.~", "e30.e30.AA~x.y.z", "é~"])
def test_what_is_no_sd_jwt_is_unreadable_or_refused(house: House, text: str):
    try:
        verified = sd_jwt.verify(text, house.against())
    except UnreadableError:
        return
    assert not verified.is_genuine


def test_the_digest_of_the_specification():
    """RFC 9901 section 4.2.3: of the text, not of what it decodes to."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    read = disclosures.read(text, [])
    assert (read.name, read.value) == ("family_name", "Möbius")
    assert read.digest == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def test_arrays_and_depth_are_unpacked_and_what_is_not_disclosed_is_left_out():
    inner = disclosures.make("ward", "Phường Mẫu")
    element = disclosures.Disclosure(disclosure("VN"), None, "VN", True)
    address = disclosures.make("address", {"_sd": [inner.digest, "hidden"], "country": "VN"})
    body = {"_sd": [address.digest], "nationalities": [{"...": element.digest}, {"...": "hidden"}, "LA"]}
    unpacked = disclosures.unpack(body, [inner, element, address])
    assert unpacked.claims == {
        "address": {"ward": "Phường Mẫu", "country": "VN"},
        "nationalities": ["VN", "LA"],
    }
    assert len(unpacked.digests) == 5
