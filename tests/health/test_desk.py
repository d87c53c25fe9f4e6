"""The desks of health certificates: small facilities, officers, and the registry."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gplx.audit.models import Access
from gplx.gateways.sandbox import hospital as sandbox
from gplx.health import copy_actions, facility_actions, queries
from gplx.health.models import CertifiedCopy, Facility, SigningCertificate, TrustAnchor, Version
from tests.health.hospitals import TODAY, a_holder, fields, hospital, receive, register, signed, stranger
from tests.health.test_copies import BACKEND, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hospital(monkeypatch):
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    register()


def desk(role: str, unit: str = "", citizen_number: str = "") -> Client:
    user = a_user(role, citizen_number)
    user.unit = unit
    user.save()
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


WRITTEN = {
    "number": "00001/GKSKLX/99001/26", "category": "B", "drugs": "0", "conclusion": "A0-1", "doctor": "BS Mẫu",
    "concluded_on_day": "20", "concluded_on_month": "11", "concluded_on_year": "2026",
    "name": "Lê Văn Mẫu", "sex": "0", "birth_date_day": "01", "birth_date_month": "02", "birth_date_year": "1985",
    "identity_number": "999085000002", "identity_issued_on_day": "1", "identity_issued_on_month": "2",
    "identity_issued_on_year": "2022", "identity_issued_by": "Cục CS QLHC", "address": "Số 1 phố Thử Nghiệm",
    "province": "01", "commune": "00004", "alcohol": "0", "alcohol_unit": "1",
}  # fmt: skip


def write(clinic: Client, path: str = "/desk/kham-suc-khoe/moi", **changes: str) -> str:
    """Fill in the form and come to the check page; its address."""
    answer = clinic.post(path, {**WRITTEN, **changes})
    assert answer.status_code == 302, re.findall(r"govuk-error-message.*", answer.content.decode())
    return str(answer["Location"])


def test_a_small_facility_writes_checks_confirms_and_corrects():
    holder = a_holder()
    clinic = desk("clinic", "99001")
    assert "00001/GKSKLX/99001/26" in clinic.get("/desk/kham-suc-khoe/moi").content.decode()
    check = write(clinic)
    assert "Âm tính" in clinic.get(check).content.decode()
    assert clinic.post(check).status_code == 422
    assert not Version.objects.exists()
    sent = clinic.post(check, {"confirmed": "1"})
    assert sent.status_code == 302
    assert clinic.post(check, {"confirmed": "1"})["Location"] == sent["Location"]
    version = Version.objects.get()
    assert (version.origin, version.state) == ("form", "counts")
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    assert "Lê Văn Mẫu" in clinic.get("/desk/kham-suc-khoe").content.decode()
    correct = f"/desk/kham-suc-khoe/{version.pk}/sua"
    assert "BS Mẫu" in clinic.get(correct).content.decode()
    check = write(clinic, correct, drugs="1", conclusion="A0-2", reason="Dương tính")
    clinic.post(check, {"confirmed": "1"})
    assert [one.number for one in Version.objects.order_by("id")] == [1, 2]
    assert not queries.drug_free(holder.pk, TODAY).is_suitable
    assert "00002/GKSKLX/99001/26" in clinic.get("/desk/kham-suc-khoe/moi").content.decode()


def test_the_form_keeps_the_rules_of_the_message():
    clinic = desk("clinic", "99001")
    answer = clinic.post("/desk/kham-suc-khoe/moi", {**WRITTEN, "commune": "4", "conclusion": "A0-3", "number": "1"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert shown.count("govuk-error-message") >= 2
    again = clinic.post("/desk/kham-suc-khoe/moi", {**WRITTEN, "conclusion": "A0-3"}).content.decode()
    assert "Thiếu trường bắt buộc" in again


def test_a_facility_sees_its_own_only():
    facility_actions.add_facility(code="99002", name="Phòng khám Mẫu", province_code="01", active_from=TODAY)
    version = receive(signed(fields(a_holder()))).version
    assert desk("clinic", "99001").get(f"/desk/kham-suc-khoe/{version.pk}").status_code == 200
    other = desk("clinic", "99002", "999000000009")
    assert other.get(f"/desk/kham-suc-khoe/{version.pk}").status_code == 404
    assert other.get(f"/desk/kham-suc-khoe/{version.pk}/sua").status_code == 404
    nobody = desk("clinic", "", "999000000008")
    assert "chưa gắn với một cơ sở khám" in nobody.get("/desk/kham-suc-khoe").content.decode()


def test_an_officer_accepts_with_a_note_and_the_look_is_recorded():
    holder = a_holder()
    version = receive(signed(fields(holder, name="Lê Thị Mẫu"))).version
    officer = desk("case_officer")
    assert "Họ tên không khớp" in officer.get("/desk/giay-kham").content.decode()
    page = f"/desk/giay-kham/{version.pk}"
    assert "Lê Văn Mẫu" in officer.get(page).content.decode()
    assert Access.objects.filter(holder_id=holder.pk, reference=version.certificate.number).count() == 1
    assert officer.post(page, {"act": "accept", "holder": str(holder.pk)}).status_code == 422
    assert officer.post(page, {"act": "accept", "note": "x"}).status_code == 422
    assert officer.post(page, {"act": "accept", "note": "Đã gọi", "holder": str(holder.pk)}).status_code == 302
    assert officer.post(page, {"act": "return", "note": "x"}).status_code == 409
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    assert "Đã gọi" in officer.get(page).content.decode()


def test_an_officer_reads_a_copy():
    holder = a_holder()
    data = sandbox.certified_copy(hospital(), fields(holder))
    copy = copy_actions.bring(holder, data, user=a_user("citizen", "999085000002"), today=TODAY)
    officer = desk("case_officer")
    page = f"/desk/giay-kham/ban-sao/{copy.pk}"
    assert officer.get(f"{page}/tep.pdf").content == data
    assert "Bệnh viện Mẫu" in officer.get(page).content.decode()
    read = {name: WRITTEN[name] for name in WRITTEN if not name.startswith(("name", "sex", "birth", "identity"))}
    assert officer.post(page, {**read, "act": "read"}).status_code == 422
    assert officer.post(page, {**read, "act": "return"}).status_code == 422
    done = officer.post(page, {**read, "act": "read", "same_person": "1"})
    assert done.status_code == 302
    assert CertifiedCopy.objects.get().state == "read"
    assert queries.certificates(holder.pk)[0].version.file_id == copy.file_id
    assert officer.post(page, {**read, "act": "read", "same_person": "1"}).status_code == 409


def test_an_administrator_keeps_the_registry():
    administrator = desk("administrator")
    given = {
        "act": "facility", "code": "99009", "name": "Phòng khám Mẫu", "province": "01", "active_from_day": "1",
        "active_from_month": "1", "active_from_year": "2026",
    }  # fmt: skip
    answer = administrator.post("/desk/co-so-kham", given)
    made = Facility.objects.get(code="99009")
    assert answer["Location"] == f"/desk/co-so-kham/{made.pk}"
    assert administrator.post("/desk/co-so-kham", given).status_code == 422
    page = answer["Location"]
    pem = stranger().certificate_pem.decode()
    assert "chưa được tin cậy" in administrator.post(page, {"act": "certificate", "pem": pem}).content.decode()
    assert administrator.post("/desk/co-so-kham", {"act": "anchor", "pem": pem}).status_code == 422
    administrator.post("/desk/co-so-kham", {"act": "anchor", "pem": stranger().authority_pem.decode()})
    assert TrustAnchor.objects.count() == 2
    assert administrator.post(page, {"act": "certificate", "pem": pem}).status_code == 302
    kept = SigningCertificate.objects.get(facility=made)
    administrator.post(page, {"act": "withdraw", "certificate": str(kept.pk)})
    kept.refresh_from_db()
    assert kept.withdrawn_on == TODAY
    end = {"act": "end", "last_day_day": "31", "last_day_month": "12", "last_day_year": "2026"}
    assert administrator.post(page, end).status_code == 302
    assert administrator.post(page, {**end, "last_day_year": "2025"}).status_code == 422
    assert "Đã thu hồi" in administrator.get(page).content.decode()


def test_i14_nobody_writes_a_certificate_about_himself():
    holder = a_holder()
    himself = desk("clinic", "99001", holder.citizen_number or "")
    check = write(himself)
    assert himself.post(check, {"confirmed": "1"}).status_code == 403
    assert not Version.objects.exists()
    assert not queries.drug_free(holder.pk, TODAY).is_suitable


def test_i13_every_look_at_a_certificate_is_recorded():
    holder = a_holder()
    counts = receive(signed(fields(holder))).version
    unknown = receive(signed(fields(number="00016/GKSKLX/99001/26"))).version
    officer = desk("case_officer")
    officer.get(f"/desk/giay-kham/{counts.pk}")
    assert Access.objects.get(holder_id=holder.pk).what == "certificate"
    officer.get(f"/desk/giay-kham/{unknown.pk}")
    assert Access.objects.filter(holder_id=None, what="certificate").count() == 1
    clinic = desk("clinic", "99001")
    clinic.get("/desk/kham-suc-khoe")
    clinic.get(f"/desk/kham-suc-khoe/{counts.pk}")
    seen = Access.objects.filter(holder_id=holder.pk, actor_name="clinic|99001").values_list("what", flat=True)
    assert set(seen) == {"list", "certificate"}


def test_i14_an_officer_opens_neither_his_certificate_nor_his_copy():
    holder = a_holder()
    number = holder.citizen_number or ""
    version = receive(signed(fields(holder))).version
    data = sandbox.certified_copy(hospital(), fields(holder))
    copy = copy_actions.bring(holder, data, user=a_user("citizen", number), today=TODAY)
    himself = desk("case_officer", "", number)
    pages = (f"/desk/giay-kham/{version.pk}", f"/desk/giay-kham/ban-sao/{copy.pk}")
    for page in (*pages, f"{pages[1]}/tep.pdf"):
        assert himself.get(page).status_code == 403, page
    assert himself.post(pages[1], {"act": "return", "answer": "x"}).status_code == 403
