"""What is refused before it is looked at, by the numbers of docs/threats (B03 to B06, B12 to B15, B23, B24)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gplx.api import transport
from tests.api.conftest import NUMBER, WHY, Machine, a_decision, faults, machine

pytestmark = pytest.mark.django_db

SEND, BATCH = "/api/v1/decisions", "/api/v1/decisions/batch"
OFFENCES = "/api/v1/catalogue/offences"


def code_of(response: Any) -> tuple[int, str]:
    """Status and code of a problem; every refusal is one, in the right media type, with titles in two languages."""
    assert response["Content-Type"] == "application/problem+json"
    said = response.json()
    assert said["status"] == response.status_code
    assert said["title"]
    assert said["title_en"]
    return response.status_code, said["code"]


def with_offence(points: bytes) -> bytes:
    return json.dumps(a_decision(offences=["HERE"])).encode().replace(b'"HERE"', b'{"points": %s}' % points)


@pytest.mark.parametrize(
    ("points", "status", "code"),
    [
        (b'"2"', 422, "not_integer"),
        (b"true", 422, "not_integer"),
        (b"2.0", 422, "not_integer"),
        (b"1e3", 422, "not_integer"),
        (b"1e999", 422, "not_integer"),
        (b"NaN", 400, "number_form"),
        (b"-Infinity", 400, "number_form"),
        (b"1" * 400, 400, "number_form"),
        (b"1." + b"1" * 400, 400, "number_form"),
        (b"02", 400, "not_json"),
    ],
)
def test_b01_points_are_plain_whole_numbers(police: Machine, points: bytes, status: int, code: str) -> None:
    response = police.post(SEND, with_offence(points))
    found = code_of(response)
    assert found == (status, code if status == 400 else "invalid")
    if status == 422:
        assert faults(response) == [("offences[0].points", code)]


@pytest.mark.parametrize(("points", "code"), [(b"-1", "out_of_range"), (b"0", "out_of_range"), (b"13", "out_of_range")])
def test_b02_points_are_1_to_12(police: Machine, points: bytes, code: str) -> None:
    assert faults(police.post(SEND, with_offence(points))) == [("offences[0].points", code)]


def test_b03_a_key_twice_is_refused_wherever_it_stands(police: Machine) -> None:
    assert code_of(police.post(SEND, b'{"number": "1", "number": "2"}')) == (400, "duplicate_key")
    assert code_of(police.post("/api/v1/what-if", b'{"facts": [{"kind": "test", "kind": "test"}]}')) == (
        400,
        "duplicate_key",
    )


def test_b03_unknown_missing_and_null_fields_are_named(police: Machine) -> None:
    assert faults(police.post(SEND, a_decision(colour="red"))) == [("colour", "unknown_field")]
    assert faults(police.post(SEND, a_decision(birth_date=None))) == [("birth_date", "required")]
    null = json.dumps(a_decision()).replace('"1999-01-01"', "null").encode()
    assert faults(police.post(SEND, null)) == [("birth_date", "required")]


def test_t44_an_unknown_key_is_not_repeated_when_it_is_no_plain_word(police: Machine) -> None:
    response = police.post(SEND, a_decision(**{"Nguyễn Văn Mẫu 0912": 1}))
    assert faults(response) == [("?", "unknown_field")]
    assert "0912" not in response.content.decode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"1", "not_an_object"),
        (b"", "not_json"),
        (b'{"number": "1', "not_json"),
        (b'{"number": 1} x', "not_json"),
        (b"[" * 100_000, "nested_too_deeply"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "nested_too_deeply"),
    ],
)
@pytest.mark.parametrize("path", [SEND, BATCH, "/api/v1/what-if"])
def test_b04_anything_but_a_whole_object_is_400(police: Machine, path: str, body: bytes, code: str) -> None:
    assert code_of(police.post(path, body)) == (400, code)


def test_b05_a_body_over_256_kib_is_413_and_a_batch_may_be_larger(police: Machine) -> None:
    value = a_decision(place="x" * transport.BODY_BYTES_MAX)
    assert code_of(police.post(SEND, value)) == (413, "too_large")
    assert police.post(BATCH, {"decisions": [value]}).status_code == 200
    padded = json.dumps({"decisions": [a_decision()]}).encode() + b" " * transport.BATCH_BYTES_MAX
    assert code_of(police.post(BATCH, padded)) == (413, "too_large")


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=latin-1"],
)
def test_b05_another_media_type_is_415(police: Machine, media_type: str) -> None:
    assert code_of(police.post(SEND, a_decision(), content_type=media_type)) == (415, "media_type")


def test_b05_a_packed_body_is_415_and_one_of_unknown_length_411(police: Machine) -> None:
    assert code_of(police.post(SEND, a_decision(), HTTP_CONTENT_ENCODING="gzip")) == (415, "media_type")
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    assert code_of(police.post(SEND, a_decision(), **chunked)) == (411, "length_required")
    assert code_of(police.post(SEND, a_decision(), CONTENT_LENGTH="many")) == (400, "bad_request")


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + json.dumps(a_decision()).encode(),
        json.dumps(a_decision(), ensure_ascii=False).encode("utf-16"),
        json.dumps(a_decision(), ensure_ascii=False).encode("utf-16-le"),
        json.dumps({"place": "Hà Nội"[:2]}, ensure_ascii=False).encode("latin-1"),
    ],
)
def test_b05_only_utf_8_without_a_bom(police: Machine, body: bytes) -> None:
    assert code_of(police.post(SEND, body)) == (400, "encoding")


@pytest.mark.parametrize("character", ["\x00", chr(0xD800), "\ufffd", "\u200b", "\u202e", "\ue000", "\x1b"])
def test_b06_characters_nobody_can_see_are_refused(police: Machine, character: str) -> None:
    response = police.post(SEND, a_decision(holder_name=f"Người Mẫu{character}Một"))
    assert faults(response) == [("holder_name", "text_character")]
    what_if = {"since": "2025-01-01", "facts": [], "law": f"in-force{character}"}
    assert faults(police.post("/api/v1/what-if", what_if)) == [("law", "text_character")]
    if not "\ud800" <= character <= "\udfff":
        assert faults(police.get(OFFENCES + "?text=" + "ab%" + character.encode().hex("%"))) == [
            ("text", "text_character")
        ]


@pytest.mark.parametrize(
    "number", ["79000000000", "7900000000011", "７９００００００００01", "٧٩٠٠٠٠٠٠٠٠٠١", "790 000 000 001", "-1"]
)
def test_b09_a_licence_number_is_12_ascii_digits(police: Machine, number: str) -> None:
    for what in ("standing", "statement"):
        response = police.get(f"/api/v1/licences/{number}/{what}", **WHY)
        assert (response.status_code, faults(response)) == (422, [("number", "licence_number")])


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("limit=0", ("limit", "out_of_range")),
        ("limit=101", ("limit", "out_of_range")),
        ("limit=1000000000", ("limit", "out_of_range")),
        ("limit=1.0", ("limit", "not_integer")),
        ("limit=%D9%A1", ("limit", "not_integer")),
        ("limit=" + "1" * 30, ("limit", "not_integer")),
        ("limit=", ("limit", "not_integer")),
        ("offset=-1", ("offset", "out_of_range")),
        ("level=13", ("level", "out_of_range")),
    ],
)
def test_b12_numbers_of_a_query_are_whole_and_in_range(police: Machine, query: str, fault: tuple[str, str]) -> None:
    assert faults(police.get(f"{OFFENCES}?{query}")) == [fault]


@pytest.mark.parametrize(
    ("year", "code"),
    [("-1", "out_of_range"), ("1" * 30, "not_integer"), ("1.0", "not_integer"), ("99999", "out_of_range")],
)
def test_b12_a_year_of_an_address_is_a_year(police: Machine, year: str, code: str) -> None:
    assert faults(police.get(f"{SEND}/CSGT-MAU-01/1/{year}")) == [("year", code)]


def test_b13_a_parameter_twice_is_400_and_an_unknown_one_422(police: Machine) -> None:
    assert code_of(police.get(f"{OFFENCES}?limit=1&limit=2")) == (400, "repeated_parameter")
    for unknown in ("sort", "vehicle__in", "page"):
        assert faults(police.get(f"{OFFENCES}?{unknown}=x")) == [(unknown, "unknown_parameter")]
    assert faults(police.get(f"/api/v1/licences/{NUMBER}/standing?on=2026-01-01", **WHY)) == [
        ("on", "unknown_parameter")
    ]
    assert faults(police.get("/api/v1/health?x=1")) == [("x", "unknown_parameter")]
    assert faults(police.get(f"{OFFENCES}?vehicle=plane")) == [("vehicle", "not_listed")]


def test_b13_a_query_that_is_not_utf_8_or_too_long_is_refused(police: Machine) -> None:
    assert code_of(police.get(f"{OFFENCES}?text=%ff%fe")) == (400, "encoding")
    assert faults(police.get(f"{OFFENCES}?text={'a' * 3000}")) == [("query", "too_long")]


@pytest.mark.parametrize(("text", "status"), [("%25", 422), ("_", 422), ("a", 422), ("%25%25", 200), ("__", 200)])
def test_b14_wildcards_of_a_search_mean_themselves(police: Machine, text: str, status: int) -> None:
    response = police.get(f"{OFFENCES}?text={text}")
    assert response.status_code == status
    if status == 200:
        every = police.get(OFFENCES).json()["total"]
        assert response.json()["total"] in (0, every)


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "1767225600",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
        "0001-01-01",
        "9999-12-31",
        "20260101",
        "2026-W01-1",
        "٢٠٢٦-٠١-٠١",
        "",
    ],
)
def test_b15_a_day_is_a_calendar_day(police: Machine, day: str) -> None:
    assert faults(police.get(f"{OFFENCES}?on={day}")) == [("on", "not_a_day")]
    assert faults(police.get(f"/api/v1/licences/{NUMBER}/statement?on={day}", **WHY)) == [("on", "not_a_day")]
    sent = faults(police.post(SEND, a_decision(birth_date=day)))
    assert sent in ([("birth_date", "not_a_day")], [("birth_date", "out_of_range")])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "HEAD"])
def test_b23_other_methods_are_405_and_say_which_there_are(police: Machine, method: str) -> None:
    response = police.web.generic(method, SEND, b"{}", content_type="application/json")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    if method != "HEAD":
        assert code_of(response) == (405, "method_not_allowed")


def test_b23_an_override_header_changes_nothing(police: Machine) -> None:
    for header in ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD"):
        assert police.get(SEND, **{header: "POST"}).status_code == 405
        assert police.get(OFFENCES, **{header: "DELETE"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1//catalogue/offences",
        "/api/v1/./catalogue/offences",
        "/api/v1/licences/../catalogue/offences",
        "/api/v1/licences/%2e%2e/catalogue/offences",
        "/api/v1/..;/catalogue/offences",
        "/api/v1/catalogue;x=1/offences",
        "/api/v1/catalogue\\offences",
        "/api/v1/catalogue/offences%00",
        "/api/v1/catalogue/offences/",
        "/api/v1/",
        "/api/v1",
        "/api/",
        "/api/v2/health",
        "/api/v1/nothing",
    ],
)
def test_b23_odd_addresses_do_not_exist(police: Machine, path: str) -> None:
    assert code_of(police.get(path)) == (404, "not_found")


def test_b24_a_forged_host_is_400_and_a_forwarded_one_ignored(police: Machine) -> None:
    assert code_of(police.get(OFFENCES, HTTP_HOST="evil.example")) == (400, "host")
    assert code_of(police.get(OFFENCES, HTTP_HOST="a b")) == (400, "host")
    assert police.get(OFFENCES, HTTP_X_FORWARDED_HOST="evil.example").status_code == 200


def test_t02_hidden_columns_are_unknown_fields(police: Machine) -> None:
    for column in ("id", "state", "digest", "account", "account_id", "source", "recorded_on", "received_at"):
        assert faults(police.post(SEND, a_decision(**{column: 1}))) == [(column, "unknown_field")]


def test_t44_answers_are_never_stored_by_anything_on_the_way(police: Machine) -> None:
    for path in (OFFENCES, "/api/v1/health", "/api/v1/nothing", f"/api/v1/licences/{NUMBER}/standing"):
        assert police.get(path)["Cache-Control"] == "no-store"


def test_a_token_without_the_scope_is_403_and_says_which(db: None) -> None:
    reader = machine(["catalogue:read"])
    response = reader.post(SEND, a_decision())
    assert code_of(response) == (403, "scope_missing")
    assert 'scope="decisions:write"' in response["WWW-Authenticate"]


def test_i18_no_log_line_names_a_licence_or_a_person(
    police: Machine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = f"Người Mẫu Một {NUMBER}"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    police.get(f"/api/v1/licences/{NUMBER}/standing")
    police.get(f"/api/v1/licences/{NUMBER}/nothing")
    police.post(SEND, a_decision(offences=[]))
    monkeypatch.setattr("gplx.sanctions.actions.receive", fail)
    response = police.post(SEND, a_decision())
    assert code_of(response) == (500, "internal")
    assert "RuntimeError in POST api/v1/decisions" in caplog.text
    for planted in (NUMBER, "Người Mẫu"):
        assert planted not in caplog.text
        assert planted not in response.content.decode()
