"""Status lists: the published vectors byte for byte, round trips of any list, and a mutant for each check."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.wallet import cose, es256, jose, status_list
from gplx.wallet.certificates import Use
from gplx.wallet.errors import UnreadableError
from gplx.wallet.status_list import BITS_ALLOWED, SUSPENDED, Reference, StatusList
from tests.wallet.house import NOW, URI, House, raw_token

VECTORS = json.loads((Path(__file__).parent / "vectors" / "status_list.json").read_text())
T = int(NOW.timestamp())
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
# The key of the draft's examples, public since its first version.
EXAMPLE_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo",
    "y": "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M",
}
EXAMPLE_JWT = (
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEyIiwidHlwIjoic3RhdHVzbGlzdCtqd3QifQ.e"
    "yJleHAiOjIyOTE3MjAxNzAsImlhdCI6MTY4NjkyMDE3MCwiaXNzIjoiaHR0cHM6Ly9le"
    "GFtcGxlLmNvbSIsInN0YXR1c19saXN0Ijp7ImJpdHMiOjEsImxzdCI6ImVOcmJ1UmdBQ"
    "WhjQlhRIn0sInN1YiI6Imh0dHBzOi8vZXhhbXBsZS5jb20vc3RhdHVzbGlzdHMvMSIsI"
    "nR0bCI6NDMyMDB9.2lKUUNG503R9htu4aHAYi7vjmr3sgApbfoDvPrl65N3URUO1EYqq"
    "Ql45Jfzd-Av4QzlKa3oVALpLwOEUOq-U_g"
)
EXAMPLE_CWT = (
    "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b63"
    "7774a1044231325850a502782168747470733a2f2f6578616d706c652e636f6d2f73"
    "74617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda2"
    "646269747301636c73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1"
    "101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa6d9772ce2bf3a12e0323de"
    "d7c982c5e101a5e67f0cbc1e2b6f57ce99c279"
)
EXAMPLE_URI = "https://example.com/statuslists/1"
EXAMPLE_STATUSES = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


# --- the published vectors --------------------------------------------------------------------------------------


def _vector(vector: dict[str, Any]) -> StatusList:
    statuses = StatusList.of_size(VECTORS["size"], vector["bits"])
    for index, status in vector["statuses"]:
        statuses[index] = status
    return statuses


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: f"{vector['bits']} bits")
def test_the_published_vectors_are_made_byte_for_byte(vector: dict[str, Any]):
    statuses = _vector(vector)
    made = {"lst": statuses.to_json()["lst"], "cbor": cbor2.dumps(statuses.to_cbor_map()).hex()}
    assert "lst" in vector or "cbor" in vector
    for form, text in made.items():
        if form in vector:
            assert text == vector[form]
        else:  # both forms carry the same bytes; of this one, begin and end are kept
            assert text.startswith(vector[f"{form}_begins"])
            assert text.endswith(vector[f"{form}_ends"])
    assert statuses.to_json()["bits"] == vector["bits"]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: f"{vector['bits']} bits")
def test_the_published_vectors_are_read(vector: dict[str, Any]):
    expected = bytes(_vector(vector).packed)
    if "lst" in vector:
        assert bytes(StatusList.from_json({"bits": vector["bits"], "lst": vector["lst"]}).packed) == expected
    if "cbor" in vector:
        assert bytes(StatusList.from_cbor_map(cbor2.loads(bytes.fromhex(vector["cbor"]))).packed) == expected


def test_all_four_widths_are_published():
    assert [vector["bits"] for vector in VECTORS["vectors"]] == list(BITS_ALLOWED)


def test_the_short_examples_of_the_draft():
    """Section 4.2 and 4.3."""
    one = StatusList.from_json({"bits": 1, "lst": "eNrbuRgAAhcBXQ"})
    assert [one[index] for index in range(16)] == EXAMPLE_STATUSES
    two = StatusList(2, bytes([0xC9, 0x44, 0xF9]))
    assert [two[index] for index in range(12)] == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert two.to_json()["lst"] == "eNo76fITAAPfAgc"


@pytest.mark.parametrize("data", [EXAMPLE_JWT.encode(), bytes.fromhex(EXAMPLE_CWT)], ids=["jwt", "cwt"])
def test_the_signed_examples_of_the_draft(house: House, data: bytes):
    """Their signatures are right; they carry no certificate, so no root of ours can stand behind them."""
    case = status_list.read(data, uri=EXAMPLE_URI, at=NOW, anchors=house.anchors)
    assert es256.verify(es256.from_jwk(EXAMPLE_KEY), case.signed, case.signature)
    assert [case.statuses()[index] for index in range(16)] == EXAMPLE_STATUSES
    assert {finding.check for finding in status_list.CHECKS.findings(case)} == {
        "list_signature",
        "list_chain",
        "list_certificate_dates",
        "list_certificate_use",
    }


# --- any list ---------------------------------------------------------------------------------------------------


@st.composite
def lists(draw: st.DrawFn) -> tuple[int, list[int]]:
    bits = draw(st.sampled_from(BITS_ALLOWED))
    return bits, draw(st.lists(st.integers(0, (1 << bits) - 1), max_size=300))


@given(lists())
def test_any_list_comes_out_again_in_both_forms(made: tuple[int, list[int]]):
    bits, values = made
    statuses = StatusList.of_size(len(values), bits)
    for index, value in enumerate(values):
        statuses[index] = value
    encoded = cbor2.loads(cbor2.dumps(statuses.to_cbor_map()))
    for read in (StatusList.from_json(json.loads(json.dumps(statuses.to_json()))), StatusList.from_cbor_map(encoded)):
        assert [read[index] for index in range(len(values))] == values
        assert len(values) <= len(read) < len(values) + 8


@given(lists(), st.data())
def test_setting_one_status_changes_no_other(made: tuple[int, list[int]], data: st.DataObject):
    bits, values = made
    if not values:
        return
    statuses = StatusList.of_size(len(values), bits)
    for index, value in enumerate(values):
        statuses[index] = value
    index = data.draw(st.integers(0, len(values) - 1))
    value = data.draw(st.integers(0, (1 << bits) - 1))
    statuses[index] = value
    assert [statuses[each] for each in range(len(values))] == [*values[:index], value, *values[index + 1 :]]


@given(lists(), st.integers())
def test_a_place_that_is_not_there_is_refused(made: tuple[int, list[int]], index: int):
    statuses = StatusList.of_size(len(made[1]), made[0])
    if 0 <= index < len(statuses):
        return
    with pytest.raises(IndexError):
        statuses[index]
    with pytest.raises(IndexError):
        statuses[index] = 0


@pytest.mark.parametrize(("bits", "status"), [(1, 2), (2, 4), (4, 16), (8, 256), (8, -1)])
def test_a_status_that_does_not_fit_is_refused(bits: int, status: int):
    with pytest.raises(ValueError, match="fit"):
        StatusList.of_size(8, bits)[0] = status


@given(st.binary(max_size=200))
def test_no_bytes_make_the_unpacking_fail_otherwise(data: bytes):
    with contextlib.suppress(UnreadableError):
        status_list.unpack(data)


@given(st.binary(max_size=120))
def test_no_bytes_make_the_reading_fail_otherwise(data: bytes):
    for each in (data, b"ey" + data):
        try:
            case = status_list.read(each, uri=URI, at=NOW, anchors=())
        except UnreadableError:
            continue
        assert status_list.CHECKS.findings(case)


def test_a_bomb_is_not_unpacked():
    bomb = zlib.compress(bytes(64 * 1024 * 1024), 9)
    assert len(bomb) < 70_000
    with pytest.raises(UnreadableError, match="more than"):
        status_list.unpack(bomb)


def test_the_largest_list_is_unpacked_and_one_byte_more_is_not():
    assert len(status_list.unpack(zlib.compress(bytes(100)), 100)) == 100
    with pytest.raises(UnreadableError):
        status_list.unpack(zlib.compress(bytes(101)), 100)


# --- tokens -----------------------------------------------------------------------------------------------------


def _list() -> StatusList:
    statuses = StatusList.of_size(64, 2)
    statuses[41] = SUSPENDED
    return statuses


def jwt(
    house: House,
    *,
    header: dict[str, Any] | None = None,
    claims: Callable[[dict[str, Any]], None] = lambda claims: None,
    signer: Any = None,
) -> bytes:
    body = {"iat": T, "exp": T + 604_800, "sub": URI, "ttl": 3600, "status_list": _list().to_json()}
    claims(body)
    return jose.write(
        {"typ": "statuslist+jwt", **(header or {})}, body, signer or house.store.signer(Use.STATUS_LIST)
    ).encode()


NUMBERS = {"sub": 2, "exp": 4, "iat": 6, "status_list": 65533, "ttl": 65534}


def cwt(
    house: House,
    *,
    header: dict[int, Any] | None = None,
    claims: Callable[[dict[str, Any]], None] = lambda claims: None,
    signer: Any = None,
) -> bytes:
    body = {"iat": T, "exp": T + 604_800, "sub": URI, "ttl": 3600, "status_list": _list().to_cbor_map()}
    claims(body)
    payload = cbor2.dumps({NUMBERS[name]: value for name, value in body.items()})
    protected = {16: "application/statuslist+cwt", **(header or {})}
    return cbor2.dumps(cose.sign1(payload, signer or house.store.signer(Use.STATUS_LIST), protected))


class Mutant(NamedTuple):
    """A list that somebody manipulated, and the one check that finds it."""

    check: str
    what: str
    make: Callable[[House], bytes]


def both(check: str, what: str, **changes: Any) -> list[Mutant]:
    """The same manipulation of both forms; the signer is made from the house."""

    def make(write: Callable[..., bytes]) -> Callable[[House], bytes]:
        def made(house: House) -> bytes:
            given_signer = changes.get("signer")
            signer = given_signer(house) if given_signer else None
            return write(house, **{**changes, "signer": signer})

        return made

    return [Mutant(check, f"{what} (JWT)", make(jwt)), Mutant(check, f"{what} (CWT)", make(cwt))]


def without(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.pop(name)


def having(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.update(values)


def _inside(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["status_list"].update({name: value})


def _packed(data: bytes) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        is_json = isinstance(body["status_list"]["lst"], str)
        body["status_list"]["lst"] = es256.to_base64url(data) if is_json else data

    return change


def _repeated_jwt(house: House) -> bytes:
    body = jose.dumps(jose.read(jwt(house).decode()).claims)
    header = '{"alg":"ES256","typ":"statuslist+jwt","x5c":["CERT"]}'
    return raw_token(house.store.signer(Use.STATUS_LIST), header, '{"exp":1,' + body[1:]).encode()


def _open_cwt(house: House) -> bytes:
    return cbor2.dumps(cbor2.loads(cwt(house)), indefinite_containers=True)


def _flipped(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def _flipped_jwt(house: House) -> bytes:
    head, body, signature = jwt(house).decode().split(".")
    return f"{head}.{body}.{es256.to_base64url(_flipped(es256.from_base64url(signature)))}".encode()


MUTANTS = [
    Mutant("list_strict", "exp is named twice", _repeated_jwt),
    Mutant("list_strict", "lengths are open", _open_cwt),
    Mutant("list_algorithm", "alg is none", lambda h: jwt(h, header={"alg": "none"})),
    Mutant("list_algorithm", "alg is a MAC", lambda h: jwt(h, header={"alg": "HS256"})),
    Mutant("list_algorithm", "another algorithm", lambda h: cwt(h, header={1: -35})),
    Mutant("list_algorithm", "a critical extension", lambda h: jwt(h, header={"crit": ["x"], "x": 1})),
    Mutant("list_type", "a JWT of another kind", lambda h: jwt(h, header={"typ": "JWT"})),
    Mutant("list_type", "a CWT of another kind", lambda h: cwt(h, header={16: "application/cwt"})),
    Mutant("list_type", "the CWT says that it is a JWT", lambda h: cwt(h, header={16: "statuslist+jwt"})),
    Mutant("list_signature", "a bit of the signature is flipped (JWT)", _flipped_jwt),
    Mutant("list_signature", "a bit of the signature is flipped (CWT)", lambda h: _flipped(cwt(h))),
    *both("list_signature", "another key", signer=lambda h: h.with_other_key(Use.STATUS_LIST)),
    *both("list_chain", "another root stands behind it", signer=lambda h: h.stranger.signer(Use.STATUS_LIST)),
    *both(
        "list_certificate_dates",
        "the certificate has run out",
        signer=lambda h: h.signer_of(Use.STATUS_LIST, at=NOW - timedelta(days=90), days=89),
    ),
    *both("list_certificate_use", "signed by the key of licences", signer=lambda h: h.store.signer(Use.SD_JWT)),
    *both("list_subject", "the list of another address", claims=having(sub=URI + "0")),
    *both("list_subject", "without address", claims=without("sub")),
    *both("list_issued", "made tomorrow", claims=having(iat=T + 86_400)),
    *both("list_issued", "not dated", claims=without("iat")),
    *both("list_expired", "expires this second", claims=having(exp=T)),
    *both("list_expired", "its end is text", claims=having(exp="never")),
    *both("list_ttl", "a time to live of nothing", claims=having(ttl=0)),
    *both("list_ttl", "a negative time to live", claims=having(ttl=-1)),
    *both("list_bits", "three bits", claims=_inside("bits", 3)),
    *both("list_bits", "true bits", claims=_inside("bits", True)),
    *both("list_content", "a bomb", claims=_packed(zlib.compress(bytes(status_list.BYTES_MAX + 1), 9))),
    *both("list_content", "cut off", claims=_packed(zlib.compress(bytes(range(200)))[:-5])),
    *both("list_content", "something follows", claims=_packed(zlib.compress(bytes(16)) + b"\x00")),
    *both("list_content", "not compressed", claims=_packed(bytes(16))),
]
IDS = [f"{mutant.check}: {mutant.what}" for mutant in MUTANTS]


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_a_mutant_is_caught_by_its_check_and_by_no_other(house: House, mutant: Mutant):
    verified = status_list.verify(mutant.make(house), uri=URI, at=NOW, anchors=house.anchors)
    assert [finding.check for finding in verified.findings] == [mutant.check]
    assert verified.statuses is None


@pytest.mark.parametrize("mutant", MUTANTS, ids=IDS)
def test_without_its_check_a_mutant_passes(house: House, mutant: Mutant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(status_list.CHECKS.by_name, mutant.check)
    case = status_list.read(mutant.make(house), uri=URI, at=NOW, anchors=house.anchors)
    assert status_list.CHECKS.findings(case) == []


def test_every_check_has_a_mutant():
    assert {mutant.check for mutant in MUTANTS} == set(status_list.CHECKS.by_name)


def test_a_signed_list_is_read_again_in_both_forms(house: House):
    signer = house.store.signer(Use.STATUS_LIST)
    as_jwt = status_list.sign_jwt(_list(), URI, signer, at=NOW, valid=WEEK, ttl=HOUR).encode()
    as_cwt = status_list.sign_cwt(_list(), URI, signer, at=NOW, valid=WEEK, ttl=HOUR)
    for data in (as_jwt, as_cwt):
        verified = status_list.verify(data, uri=URI, at=NOW + timedelta(days=1), anchors=house.anchors)
        assert verified.findings == []
        assert verified.statuses is not None
        assert [verified.statuses[index] for index in (40, 41, 42)] == [0, SUSPENDED, 0]
        assert (verified.issued_at, verified.fresh_until) == (NOW, NOW + HOUR)


def test_neither_end_nor_time_to_live_has_to_be_named(house: House):
    def bare(body: dict[str, Any]) -> None:
        del body["exp"], body["ttl"]

    for data in (jwt(house, claims=bare), cwt(house, claims=bare)):
        verified = status_list.verify(data, uri=URI, at=NOW + timedelta(days=3650 // 50), anchors=house.anchors)
        assert verified.findings == []
        assert verified.fresh_until is None


def test_a_reference_comes_out_again():
    assert Reference.from_claim(Reference(URI, 7).to_claim()) == Reference(URI, 7)


@pytest.mark.parametrize(
    "claim",
    [
        None,
        {},
        {"status_list": {}},
        {"status_list": {"idx": "7", "uri": URI}},
        {"status_list": {"idx": 1.5, "uri": URI}},
        {"status_list": {"idx": 7, "uri": None}},
    ],
)
def test_what_is_no_reference_is_refused(claim: object):
    with pytest.raises(ValueError, match="reference"):
        Reference.from_claim(claim)


def test_a_case_says_nothing_about_itself(house: House):
    """The same bytes held against another instant are another question."""
    case = status_list.read(jwt(house), uri=URI, at=NOW, anchors=house.anchors)
    late = dataclasses.replace(case, at=NOW + timedelta(days=8))
    assert status_list.CHECKS.findings(case) == []
    assert [finding.check for finding in status_list.CHECKS.findings(late)] == ["list_expired"]
