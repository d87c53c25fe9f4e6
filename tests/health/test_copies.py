"""Certified copies that citizens bring: gate, signature, an officer who reads, and the citizen's page."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gplx.accounts.models import User
from gplx.errors import MoveNotAllowedError
from gplx.files.gates import FileRefusedError
from gplx.files.models import HostileFile, StoredFile
from gplx.gateways.sandbox import hospital as sandbox
from gplx.health import copy_actions, message, queries
from gplx.health.actions import OwnRecordError
from gplx.health.copy_actions import CopyRefusedError
from gplx.health.models import ArrivalWish, CertifiedCopy
from gplx.licences.models import Holder
from tests.files import papers
from tests.health.hospitals import TODAY, a_holder, fields, hospital, receive, register, signed, stranger

pytestmark = pytest.mark.django_db
BACKEND = "gplx.accounts.backends.IdentityBackend"


@pytest.fixture(autouse=True)
def _hospital(monkeypatch):
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    register()


def a_user(role: str, citizen_number: str = "") -> User:
    return User.objects.create(
        issuer="i",
        subject=f"{role}{citizen_number}",
        identity=f"i {role}{citizen_number}",
        role=role,
        display_name="Người Mẫu",
        citizen_number=citizen_number,
    )


@pytest.fixture
def holder() -> Holder:
    return a_holder()


@pytest.fixture
def web(holder) -> Client:
    client = Client()
    client.force_login(a_user("citizen", holder.citizen_number), backend=BACKEND)
    return client


def upload(web: Client, data: bytes):
    return web.post("/suc-khoe", {"act": "bring", "tep": SimpleUploadedFile("a.pdf", data)})


def test_a_copy_is_brought_read_and_counts(holder, web):
    answer = upload(web, sandbox.certified_copy(hospital(), fields(holder)))
    assert (answer.status_code, answer["Location"]) == (302, "/suc-khoe?xong=tep")
    [copy] = queries.copies_waiting()
    assert copy.seal["signer"] == sandbox.NAME
    assert "Chờ cán bộ đọc" in web.get("/suc-khoe").content.decode()
    given = {name: value for name, value in fields(holder).items() if name not in message.NOT_ON_A_COPY}
    stated = message.read(given, today=TODAY, may_lack=message.NOT_ON_A_COPY)
    officer = a_user("case_officer")
    assert copy_actions.read(copy.pk, stated, officer=officer, today=TODAY).state == "recorded"
    with pytest.raises(MoveNotAllowedError):
        copy_actions.read(copy.pk, stated, officer=officer, today=TODAY)
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    shown = web.get("/suc-khoe").content.decode()
    assert "bản sao có chứng thực do bạn nộp" in shown
    assert "Âm tính" in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("unsigned", "không có chữ ký số"),
        ("stranger", "không thuộc danh sách tin cậy"),
        ("changed", "đã bị sửa"),
        ("html", "không phải là loại tệp"),
        ("nothing", "không có nội dung"),
    ],
)
def test_what_is_no_certified_copy_is_refused_and_leaves_nothing(holder, web, name, said):
    good = sandbox.certified_copy(hospital(), fields(holder))
    data = {
        "unsigned": papers.pdf(),
        "stranger": sandbox.certified_copy(stranger(), fields(holder)),
        "changed": good.replace(b"842", b"843", 1),
        "html": b"<html></html>",
        "nothing": b"",
    }[name]
    answer = upload(web, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert not CertifiedCopy.objects.exists()


def test_a_hostile_file_is_refused_and_stays_laid_apart(holder, web):
    answer = upload(web, papers.EICAR)
    assert answer.status_code == 422
    assert "mã độc" in answer.content.decode()
    assert HostileFile.objects.get().holder_id == holder.pk
    assert not StoredFile.objects.exists()


def test_a_file_of_somebody_else_and_one_brought_before(holder):
    data = sandbox.certified_copy(hospital(), fields(holder))
    other = a_holder("999085000003", "Trần Văn Mẫu")
    user = a_user("citizen", "999085000003")
    copy_actions.bring(holder, data, user=user, today=TODAY)
    with pytest.raises(CopyRefusedError, match="before"):
        copy_actions.bring(holder, data, user=user, today=TODAY)
    with pytest.raises(CopyRefusedError, match="another person"):
        copy_actions.bring(other, data, user=user, today=TODAY)


def test_a_blank_copy_is_no_evidence(holder):
    blank = sandbox.sign_pdf(hospital(), papers.pdf(b""))
    with pytest.raises(FileRefusedError) as refused:
        copy_actions.bring(holder, blank, user=a_user("citizen"), today=TODAY)
    assert refused.value.code == "blank"


def test_a_copy_is_returned_with_an_answer_and_never_by_oneself(holder, web):
    upload(web, sandbox.certified_copy(hospital(), fields(holder)))
    copy = CertifiedCopy.objects.get()
    with pytest.raises(OwnRecordError):
        copy_actions.return_to_holder(copy.pk, officer=a_user("case_officer", holder.citizen_number), answer="x")
    copy_actions.return_to_holder(copy.pk, officer=a_user("administrator"), answer="Không đọc được số")
    assert "Không đọc được số" in web.get("/suc-khoe").content.decode()


def test_the_page_tells_not_found_from_refused(holder, web):
    receive(signed(fields(a_holder("999085000003", "Trần Văn Mẫu"))))
    shown = web.get("/suc-khoe").content.decode()
    assert "Chưa nhận được không có nghĩa là bị từ chối" in shown
    assert "Bệnh viện Mẫu" in shown
    web.post("/suc-khoe", {"act": "wish"})
    web.post("/suc-khoe", {"act": "wish"})
    assert ArrivalWish.objects.get().told_on is None
    receive(signed(fields(holder, number="00077/GKSKLX/99001/26")))
    assert ArrivalWish.objects.get().told_on == TODAY
    shown = web.get("/suc-khoe").content.decode()
    assert "00077/GKSKLX/99001/26" in shown
    assert "01/11/2027" in shown
    assert "Hạng A1, A, B1 không cần giấy khám" in shown
    assert "giấy khám dành cho nhóm hạng có yêu cầu thấp hơn" in shown


def test_an_expired_certificate_is_said_to_be_one(holder, web):
    receive(signed(fields(holder, concluded_on=date(2025, 11, 24), number="00077/GKSKLX/99001/25")))
    assert "giấy khám đã hết hạn" in web.get("/suc-khoe").content.decode()
