"""Certificates over HTTP: in the register's own interface and in the one that hospitals' software has."""

from __future__ import annotations

import pytest

from gplx.gateways.sandbox import hospital as sandbox
from gplx.health import queries
from gplx.health.models import Version
from tests.api.conftest import Machine, machine
from tests.health.hospitals import TODAY, a_holder, fields, register, signed

pytestmark = pytest.mark.django_db
OURS, THEIRS = "/api/v1/health/certificates", "/api/hssk/gksk"


@pytest.fixture(autouse=True)
def _hospital(monkeypatch):
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    register()


@pytest.fixture
def facility() -> Machine:
    return machine(["health:write"], "99001")


def test_a_certificate_is_sent_and_sent_again(facility):
    holder = a_holder()
    sent = sandbox.body(signed(fields(holder)))
    first, again = (facility.post(OURS, sent) for _ in "ab")
    assert (first.status_code, first.json()["outcome"], first.json()["version"]) == (201, "recorded", 1)
    assert (again.status_code, again.json()["outcome"]) == (200, "exists")
    assert again.json()["reference"] == first.json()["reference"]
    assert queries.drug_free(holder.pk, TODAY).is_suitable


def test_one_that_waits_says_why(facility):
    answer = facility.post(OURS, sandbox.body(signed(fields())))
    assert (answer.status_code, answer.json()["reason"]) == (202, "person_unknown")


@pytest.mark.parametrize(
    ("mistake", "status", "code"),
    [
        ("signature", 401, "signature"),
        ("stranger", 401, "certificate_unknown"),
        ("differs", 422, "differs_from_signed"),
    ],
)
def test_a_mistake_has_its_status_and_place(facility, mistake, status, code):
    answer = facility.post(OURS, sandbox.body(signed(fields(a_holder()), mistake=mistake)))
    assert answer.status_code == status
    assert [one["code"] for one in answer.json()["fields"]] == [code]
    assert not Version.objects.exists()


def test_conflicts(facility):
    holder = a_holder()
    assert facility.post(OURS, sandbox.body(signed(fields(holder, edit=True)))).json()["code"] == "nothing_to_edit"
    facility.post(OURS, sandbox.body(signed(fields(holder))))
    answer = facility.post(OURS, sandbox.body(signed(fields(holder, category="B", drugs_found=True))))
    assert (answer.status_code, answer.json()["code"]) == (409, "certificate_conflict")


def test_each_facility_for_itself():
    answer = machine(["health:write"], "99002").post(OURS, sandbox.body(signed(fields())))
    assert (answer.status_code, answer.json()["code"]) == (403, "other_facility")


FIELD_FAULTS = [
    ("SO", "15/GKSKLX/99001/26", "form"),
    ("SO", "00015/GKSKLX/99002/26", "facility_differs"),
    ("NGAYSINH", "1985-02-01", "not_a_day"),
    ("NGAYSINH", "31/02/1985", "not_a_day"),
    ("NGAYKETLUAN", "26/11/2026", "in_future"),
    ("DIACHITHUONGTRU", "Đ" * 128, "too_long"),
    ("NOICAP", "Đ" * 16, "too_long"),
    ("SOCMND_PASSPORT", "12345", "form"),
    ("MATUY", "2", "form"),
    ("MATUY", "", "required"),
    ("KETLUAN", "A0-4", "form"),
    ("HOTEN", "Mẫu\u200b", "text_character"),
    ("GHICHU", "x", "unknown_field"),
    ("MAXA_THUONGTRU", 4, "not_text"),
    ("SIGNDATA", "", "required"),
    ("SIGNDATA", 5, "not_text"),
]


@pytest.mark.parametrize(("name", "value", "code"), FIELD_FAULTS)
def test_fields_are_read_strictly(facility, name, value, code):
    sent: dict[str, object] = {**signed(fields(a_holder())), name: value}
    answer = facility.post(OURS, sent)
    assert answer.status_code == 422
    assert (name, code) in [(one["field"], one["code"]) for one in answer.json()["fields"]]
    assert not Version.objects.exists()


def test_the_district_belongs_to_the_time_before_the_reform(facility):
    from datetime import date

    holder = a_holder()
    before = fields(holder, concluded_on=date(2025, 6, 30), number="00001/GKSKLX/99001/25")
    assert facility.post(OURS, sandbox.body(signed(before))).status_code == 201
    without = {**before, "MAHUYEN_THUONGTRU": "", "SO": "00002/GKSKLX/99001/25"}
    answer = facility.post(OURS, sandbox.body(signed(without)))
    assert [(one["field"], one["code"]) for one in answer.json()["fields"]] == [("MAHUYEN_THUONGTRU", "required")]
    since = fields(holder, concluded_on=date(2025, 7, 1), number="00003/GKSKLX/99001/25")
    assert "MAHUYEN_THUONGTRU" not in since
    assert facility.post(OURS, sandbox.body(signed(since))).status_code == 201


def test_hospitals_software_gets_the_answer_it_knows(facility):
    sent = signed(fields(a_holder()))
    answer = facility.post(THEIRS, sandbox.body(sent))
    said = answer.json()
    assert answer.status_code == 200
    assert list(said) == ["MSG_STATE", "MSG_TEXT", "IDBENHVIEN", "SO", "UUID", "BENHVIEN"]
    assert (said["MSG_STATE"], said["SO"], said["IDBENHVIEN"]) == ("1", sent["SO"], "99001")
    assert said["UUID"] == str(Version.objects.get().reference)
    refused = facility.post(THEIRS, sandbox.body({**sent, "MATUY": "1"})).json()
    assert (refused["MSG_STATE"], refused["UUID"]) == ("0", "")
    assert "MATUY" in refused["MSG_TEXT"]


def test_hospitals_software_needs_a_token(facility, client):
    sent = sandbox.body(signed(fields()))
    assert client.post(THEIRS, sent, content_type="application/json").status_code == 401
    assert client.get(THEIRS).status_code == 405
    assert machine(["standing:read"], "99001").post(THEIRS, sent).status_code == 403
    assert facility.post(THEIRS, b"{").status_code == 400
    assert facility.post(THEIRS, sandbox.body({**signed(fields()), "SIGNDATA": "A" * 300_000})).status_code == 413
