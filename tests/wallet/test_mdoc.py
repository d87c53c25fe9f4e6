"""mdoc: what is genuine passes, the standard's own example is read, and each mutant is caught by its own check."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pytest

from gplx.wallet import cose, es256, mdoc, sample
from gplx.wallet.certificates import Use
from gplx.wallet.errors import UnreadableError
from gplx.wallet.licence import DOC_TYPE, NAMESPACE
from tests.wallet.house import AUDIENCE, NONCE, NOW, PLACE, UNTIL, House, changed, kept_mdoc, shown_mdoc

ANNEX_D = Path(__file__).parent / "vectors" / "iso_18013_5_annex_d.hex"
OTHER_ALGORITHM = {1: -35}


class Mutant(NamedTuple):
    """A document that somebody manipulated, and the one check that finds it."""

    check: str
    what: str
    make: Callable[[House], bytes]
    with_holder: bool = True


def issued(**changes: Any) -> Callable[[House], bytes]:
    """Signed by the issuer like this, and presented properly."""
    return lambda house: shown_mdoc(house, kept_mdoc(house, **changes))


def signed_by(signer: Callable[[House], Any], **changes: Any) -> Callable[[House], bytes]:
    return lambda house: shown_mdoc(house, kept_mdoc(house, signer=signer(house), **changes))


def mso(**values: Any) -> Callable[[House], bytes]:
    """With these members of the security object; None takes one away."""

    def change(body: dict[str, Any]) -> None:
        body.update(values)
        for name in [name for name, value in values.items() if value is None]:
            del body[name]

    return issued(mso=change)


def validity(**values: Any) -> Callable[[House], bytes]:
    return issued(mso=lambda body: body["validityInfo"].update(values))


def field(name: str, value: Any) -> Callable[[House], bytes]:
    def change(items: list[dict[str, Any]]) -> None:
        next(each for each in items if each["elementIdentifier"] == name)["elementValue"] = value

    return issued(items=change)


def after(change: Callable[[dict[str, Any]], None]) -> Callable[[House], bytes]:
    """Changed after it was signed."""
    return lambda house: changed(shown_mdoc(house, house.mdoc), change)


def shown(**changes: Any) -> Callable[[House], bytes]:
    return lambda house: shown_mdoc(house, house.mdoc, **changes)


def _one_more_key(data: bytes, key: str, value: Any) -> bytes:
    """A map of up to 22 entries with one more in front, whatever is in it already."""
    assert 0xA0 <= data[0] < 0xB7
    return bytes([data[0] + 1]) + cbor2.dumps(key) + cbor2.dumps(value) + data[1:]


def _open_lengths(data: bytes) -> bytes:
    return cbor2.dumps(cbor2.loads(data), indefinite_containers=True)


def _outer_key_twice(house: House) -> bytes:
    return _one_more_key(shown_mdoc(house, house.mdoc), "version", "0.9")


def _unsigned_namespace(document: dict[str, Any]) -> None:
    item = {"digestID": 0, "random": bytes(32), "elementIdentifier": "class", "elementValue": "D"}
    document["issuerSigned"]["nameSpaces"]["vn.example"] = [cbor2.CBORTag(24, cbor2.dumps(item))]


def _rewrite(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Another value for a field, without the issuer."""

    def change(document: dict[str, Any]) -> None:
        items = document["issuerSigned"]["nameSpaces"][NAMESPACE]
        for number, tagged in enumerate(items):
            item = cbor2.loads(tagged.value)
            if item["elementIdentifier"] == name:
                items[number] = cbor2.CBORTag(24, cbor2.dumps({**item, "elementValue": value}))

    return change


def _unsigned_element(document: dict[str, Any]) -> None:
    item = {"digestID": 99, "random": bytes(32), "elementIdentifier": "nationality", "elementValue": "VN"}
    document["issuerSigned"]["nameSpaces"][NAMESPACE].append(cbor2.CBORTag(24, cbor2.dumps(item)))


def _swapped_numbers(document: dict[str, Any]) -> None:
    """Two fields take each other's number: each is then held against the other's digest."""
    items = document["issuerSigned"]["nameSpaces"][NAMESPACE]
    first, second = (cbor2.loads(items[place].value) for place in (0, 1))
    first["digestID"], second["digestID"] = second["digestID"], first["digestID"]
    items[0], items[1] = (cbor2.CBORTag(24, cbor2.dumps(each)) for each in (first, second))


def _same_item_twice(document: dict[str, Any]) -> None:
    items = document["issuerSigned"]["nameSpaces"][NAMESPACE]
    items.append(items[0])


def _flipped_signature(document: dict[str, Any]) -> None:
    signature = bytearray(document["issuerSigned"]["issuerAuth"][3])
    signature[7] ^= 1
    document["issuerSigned"]["issuerAuth"][3] = bytes(signature)


def _changed_mso(document: dict[str, Any]) -> None:
    auth = document["issuerSigned"]["issuerAuth"]
    body = cbor2.loads(cbor2.loads(auth[2]).value)
    body["validityInfo"]["validUntil"] = UNTIL + timedelta(days=3650)
    auth[2] = cose.embed(cbor2.dumps(body))


def _other_type(document: dict[str, Any]) -> None:
    document["docType"] = "org.iso.7367.1.mVRC"


def _algorithm_twice(document: dict[str, Any]) -> None:
    document["issuerSigned"]["issuerAuth"][1][1] = -7


def _no_proof(document: dict[str, Any]) -> None:
    del document["deviceSigned"]


def _one_name_twice(items: list[dict[str, Any]]) -> None:
    items.append({**items[0], "digestID": 50, "elementValue": "NGƯỜI KHÁC"})


MUTANTS = [
    Mutant("lengths", "the answer's lengths are open", lambda h: _open_lengths(shown_mdoc(h, h.mdoc))),
    Mutant("lengths", "the security object's lengths are open", issued(encoded_mso=_open_lengths)),
    Mutant("lengths", "a field's lengths are open", issued(encoded_item=_open_lengths)),
    Mutant("keys_once", "the answer names its version twice", _outer_key_twice),
    Mutant(
        "keys_once", "two types in the security object", issued(encoded_mso=lambda d: _one_more_key(d, "docType", "x"))
    ),
    Mutant("keys_once", "a field has two values", issued(encoded_item=lambda d: _one_more_key(d, "elementValue", "x"))),
    Mutant("algorithm", "another algorithm is named", issued(protected=OTHER_ALGORITHM)),
    Mutant("algorithm", "the algorithm is named outside of what is signed too", after(_algorithm_twice)),
    Mutant("algorithm", "an unknown extension is critical", issued(protected={2: [99], 99: 1})),
    Mutant("signature", "a bit of the signature is flipped", after(_flipped_signature)),
    Mutant("signature", "its end is moved", after(_changed_mso)),
    Mutant(
        "signature", "signed by a key that is not the certificate's", signed_by(lambda h: h.with_other_key(Use.MDOC))
    ),
    Mutant("chain", "another root stands behind it", signed_by(lambda h: h.stranger.signer(Use.MDOC))),
    Mutant(
        "certificate_dates",
        "the certificate has run out",
        signed_by(
            lambda h: h.signer_of(Use.MDOC, at=NOW - timedelta(days=90), days=89),
            mso=lambda body: body["validityInfo"].update(signed=NOW - timedelta(days=30)),
        ),
    ),
    Mutant("certificate_use", "signed by the key of SD-JWTs", signed_by(lambda h: h.store.signer(Use.SD_JWT))),
    Mutant(
        "certificate_use", "signed by the key of status lists", signed_by(lambda h: h.store.signer(Use.STATUS_LIST))
    ),
    Mutant("version", "a version to come", mso(version="2.0")),
    Mutant("digest_algorithm", "another digest is named", mso(digestAlgorithm="SHA-512")),
    Mutant(
        "credential_type",
        "another paper",
        lambda h: changed(mso(docType="org.iso.7367.1.mVRC")(h), _other_type),
    ),
    Mutant("doc_type", "the type outside is another", after(_other_type)),
    Mutant("namespace_signed", "a namespace nobody signed", after(_unsigned_namespace)),
    Mutant("digest", "another class", after(_rewrite("document_number", "990000000009"))),
    Mutant("digest", "a longer licence", after(_rewrite("expiry_date", date(2050, 1, 1)))),
    Mutant("digest", "a field nobody signed", after(_unsigned_element)),
    Mutant("digest", "two fields changed places", after(_swapped_numbers)),
    Mutant("element_once", "the same field twice", after(_same_item_twice)),
    Mutant("element_once", "two values for a field, both signed", issued(items=_one_name_twice)),
    Mutant("random", "values that can be guessed", issued(items=lambda items: items[0].update(random=bytes(15)))),
    Mutant("issued", "signed tomorrow", validity(signed=NOW + timedelta(days=1))),
    Mutant("issued", "signed before the certificate began", validity(signed=NOW - timedelta(days=101))),
    Mutant("valid_from", "valid from tomorrow", validity(validFrom=NOW + timedelta(days=1))),
    Mutant("valid_until", "expires this second", validity(validUntil=NOW)),
    Mutant("valid_until", "expired yesterday", validity(validUntil=NOW - timedelta(days=1))),
    Mutant("valid_until", "its end is no instant", validity(validUntil="later")),
    Mutant("fields", "a day as text", field("birth_date", "1990-01-01")),
    Mutant("fields", "no name", field("family_name", "")),
    Mutant("issuing_country", "of another country", field("issuing_country", "UT")),
    Mutant("licence_expired", "the licence ended yesterday", field("expiry_date", date(2026, 3, 10))),
    Mutant("status_reference", "no status", mso(status=None)),
    Mutant("holder_key", "bound to nobody", mso(deviceKeyInfo={}), with_holder=False),
    Mutant("holder_proof", "no proof", after(_no_proof)),
    Mutant("proof_algorithm", "the proof names another algorithm", shown(protected=OTHER_ALGORITHM)),
    Mutant("proof_signature", "another key", lambda h: shown_mdoc(h, h.mdoc, key=es256.new_key())),
    Mutant("proof_signature", "a proof for another verifier", shown(audience="urn:other")),
    Mutant("proof_signature", "a proof for another question", shown(nonce="n-0000")),
    Mutant("device_fields", "the phone states a field", shown(fields={NAMESPACE: {"family_name": "NGƯỜI KHÁC"}})),
]
IDS = [f"{mutant.check}: {mutant.what}" for mutant in MUTANTS]


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_a_mutant_is_caught_by_its_check_and_by_no_other(house: House, mutant: Mutant):
    verified = mdoc.verify(mutant.make(house), house.against(with_holder=mutant.with_holder))
    assert [finding.check for finding in verified.findings] == [mutant.check]
    assert not verified.is_genuine
    assert not verified.holder_is_proven


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_without_its_check_a_mutant_passes(house: House, mutant: Mutant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(mdoc.CHECKS.by_name, mutant.check)
    assert mdoc.verify(mutant.make(house), house.against(with_holder=mutant.with_holder)).findings == []


def test_every_check_has_a_mutant():
    assert {mutant.check for mutant in MUTANTS} == set(mdoc.CHECKS.by_name)


def test_what_was_issued_comes_out_again(house: House):
    response = mdoc.present(house.mdoc, sample.EVERY_FIELD, house.holder, audience=AUDIENCE, nonce=NONCE)
    verified = mdoc.verify(response, house.against())
    assert verified.findings == []
    assert verified.elements == sample.PERSON.elements()
    assert (verified.valid_from, verified.valid_until, verified.status) == (NOW, UNTIL, PLACE)
    assert verified.holder_is_proven


def test_what_the_holder_withholds_is_not_in_it(house: House):
    response = mdoc.present(house.mdoc, ["driving_privileges"], house.holder, audience=AUDIENCE, nonce=NONCE)
    verified = mdoc.verify(response, house.against())
    assert verified.findings == []
    assert list(verified.elements) == ["driving_privileges"]
    assert "NGƯỜI MẪU".encode() not in response


def test_the_kept_document_passes_for_its_issuer_alone(house: House):
    assert mdoc.verify(house.mdoc, house.against(with_holder=False)).findings == []
    missing = mdoc.verify(house.mdoc, house.against()).findings
    assert [finding.check for finding in missing] == ["holder_proof"]


def test_points_are_in_no_part_of_it(house: House):
    document = cbor2.loads(house.mdoc)
    names = {
        cbor2.loads(tagged.value)["elementIdentifier"] for tagged in document["issuerSigned"]["nameSpaces"][NAMESPACE]
    }
    assert names == set(sample.EVERY_FIELD)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xa0", b"\x80", b"\xff", b"\xa1\x61a\x01", b"\x9f", b"ey", b"\x81" * 50]
)
def test_what_is_no_mdoc_is_unreadable(house: House, data: bytes):
    with pytest.raises(UnreadableError):
        mdoc.verify(data, house.against())


def test_something_after_the_end_is_refused(house: House):
    with pytest.raises(UnreadableError, match="follows"):
        mdoc.verify(house.mdoc + b"\x00", house.against())


def test_an_answer_with_two_documents_is_refused(house: House):
    answer = cbor2.loads(shown_mdoc(house, house.mdoc))
    answer["documents"] *= 2
    with pytest.raises(UnreadableError, match="One document"):
        mdoc.verify(cbor2.dumps(answer), house.against())


def test_the_example_of_the_standard(house: House):
    """ISO/IEC 18013-5 Annex D.5: its digests and its issuer's signature are right; its root is not among ours, it
    refers to no status list, and its holder's proof is a MAC, which we do not offer."""
    data = bytes.fromhex(ANNEX_D.read_text())
    in_2020 = house.against(at=datetime(2020, 12, 1, tzinfo=UTC))
    verified = mdoc.verify(data, in_2020)
    assert [finding.check for finding in verified.findings] == ["chain", "status_reference", "holder_proof"]
    assert verified.elements["family_name"] == "Doe"
    assert verified.elements["expiry_date"] == date(2024, 10, 20)
    today = mdoc.verify(data, house.against())
    assert {finding.check for finding in today.findings} == {
        "chain",
        "certificate_dates",
        "valid_until",
        "licence_expired",
        "status_reference",
        "holder_proof",
    }


def test_a_changed_byte_in_the_example_of_the_standard_is_noticed(house: House):
    data = bytes.fromhex(ANNEX_D.read_text()).replace(b"Doe", b"Roe")
    verified = mdoc.verify(data, house.against(at=datetime(2020, 12, 1, tzinfo=UTC)))
    assert "digest" in {finding.check for finding in verified.findings}


def test_our_digest_of_an_item_is_that_of_the_standard():
    """ISO/IEC 18013-5 Annex D.5.1: the digest of the family name, number 0 of the namespace."""
    document = cbor2.loads(bytes.fromhex(ANNEX_D.read_text()))["documents"][0]
    item = document["issuerSigned"]["nameSpaces"][NAMESPACE][0].value
    expected = "75167333b47b6c2bfb86eccc1f438cf57af055371ac55e1e359e20f254adcebf"
    assert hashlib.sha256(cose.embed(item)).hexdigest() == expected
    assert document["docType"] == DOC_TYPE
