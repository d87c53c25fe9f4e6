"""Files at the desk: template, upload, dry run, a look at the rows, take, result; and every way it can go wrong."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gplx.licences.models import Holder
from gplx.points.models import Entry
from gplx.sanctions import file_actions
from gplx.sanctions.files import COLUMNS
from gplx.sanctions.models import DecisionFile
from tests.desk.conftest import AUTHORITY, a_holder

pytestmark = pytest.mark.django_db

DAYS = ("2026-11-01", "2026-11-02", "2026-11-03")


def row(number: str, licence_number: str = "790000000001", birth_date: str = "1999-01-31") -> tuple[str, ...]:
    return (
        number,
        "2026",
        licence_number,
        "",
        "Nguyễn Người Mẫu",
        birth_date,
        "ô tô",
        *DAYS,
        "168/2024:6.9.b",
        "",
        "",
        "",
    )


def a_file(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([tuple(COLUMNS.values()), *rows])
    return text.getvalue().encode()


def upload(client: Client, content: bytes, name: str = "thang-11.csv", authority: str = AUTHORITY) -> str:
    answer = client.post("/desk/tep", {"authority": authority, "content": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, re.findall(r'error-message">.*?</p>', answer.content.decode(), re.DOTALL)
    return str(answer["Location"])


def test_the_way_of_a_good_file(desk: Client, holder: Holder):
    address = upload(desk, a_file(row("1/QĐ")))
    file = DecisionFile.objects.get()
    body = desk.get(address).content.decode()
    assert "Đang kiểm tra" in body
    assert f'hx-get="{address}/tien-do"' in body
    assert "Xem tiến độ mới nhất" in body, "without JavaScript there is a link"
    file_actions.check(file.pk)
    body = desk.get(address).content.decode()
    assert "Ghi nhận tệp này?" in body
    assert Entry.objects.count() == 0, "the dry run writes nothing"
    assert desk.post(f"{address}/ghi-nhan").status_code == 302
    assert desk.post(f"{address}/ghi-nhan").status_code == 302, "sent twice, taken once"
    file_actions.take(file.pk)
    assert Entry.objects.count() == 1
    body = desk.get(address).content.decode()
    assert "Ghi nhận tệp này?" not in body
    assert "/desk/quyet-dinh/" in body
    result = desk.get(f"{address}/ket-qua.csv")
    content = b"".join(result.streaming_content)  # type: ignore[attr-defined]
    assert result["Content-Type"] == "text/csv; charset=utf-8"
    assert result["Cache-Control"] == "no-store"
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][:3] == ["2", "1/QĐ", "recorded"]


def test_a_doubtful_file_needs_a_second_look(desk: Client, holder: Holder):
    address = upload(desk, a_file(row("1/QĐ"), row("2/QĐ", "79000000002"), row("3/QĐ", birth_date="1999-01-30")))
    file_actions.check(DecisionFile.objects.get().pk)
    answer = desk.post(f"{address}/ghi-nhan")
    assert answer.status_code == 422
    assert "Đánh dấu rằng bạn đã xem" in answer.content.decode()
    assert DecisionFile.objects.get().state == "checked"
    assert desk.post(f"{address}/ghi-nhan", {"accept_bad_rows": "1"}).status_code == 302
    assert DecisionFile.objects.get().state == "taking"


def test_rows_are_filtered_by_outcome_and_explained_by_column(desk: Client, holder: Holder):
    address = upload(desk, a_file(row("1/QĐ"), row("2/QĐ", "79000000002"), row("3/QĐ", birth_date="1999-01-30")))
    file_actions.check(DecisionFile.objects.get().pk)
    body = desk.get(f"{address}?outcome=refused").content.decode()
    assert "2/QĐ" in body
    assert "1/QĐ" not in body
    assert "<strong>Số giấy phép lái xe:</strong>" in body
    assert "3/QĐ" in desk.get(f"{address}?outcome=quarantined").content.decode()
    assert "1/QĐ" in desk.get(f"{address}?outcome=__any&page=zz").content.decode()


def test_many_rows_are_paged(desk: Client, holder: Holder):
    address = upload(desk, a_file(*(row(f"{index}/QĐ") for index in range(120))))
    file_actions.check(DecisionFile.objects.get().pk)
    body = desk.get(address).content.decode()
    assert "Trang 1 trên 3" in body
    assert "119/QĐ" in desk.get(f"{address}?page=3").content.decode()


def test_the_same_bytes_are_the_same_file_and_of_one_authority(desk: Client, other_desk: Client):
    content = a_file(row("1/QĐ"))
    assert upload(desk, content) == upload(other_desk, content, "other-name.csv")
    given = {"authority": "Phòng CSGT Khác", "content": SimpleUploadedFile("x.csv", content)}
    answer = desk.post("/desk/tep", given)
    assert answer.status_code == 422
    assert "đã được tải lên trước đây cho một cơ quan khác" in answer.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_a_file_that_can_be_taken(desk: Client, kind: str):
    answer = desk.get(f"/desk/tep/mau.{kind}")
    assert answer["Content-Disposition"] == f'attachment; filename="mau-quyet-dinh.{kind}"'
    address = upload(desk, answer.content, f"mau.{kind}")
    file_actions.check(DecisionFile.objects.get().pk)
    assert "Không tìm thấy số giấy phép lái xe" in desk.get(address).content.decode(), "its example names nobody"
    assert desk.get("/desk/tep/mau.exe").status_code == 404


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Tệp trống."),
        (b"a;b;c\n1;2;3\n", "Các cột phải ngăn cách bằng dấu phẩy"),
        ("Số,Năm\n".encode("utf-16"), "Không phải bảng mã UTF-8"),
        (a_file()[:-20] + b"\n", "Thiếu cột"),
        (a_file(), "Tệp không có dòng nào sau tiêu đề"),
        (b"PK\x03\x04broken", "Không đọc được tệp XLSX"),
        (a_file(row('1"')) + b'"never closed', "Dấu ngoặc kép"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_takes_nothing(desk: Client, content: bytes, says: str):
    address = upload(desk, content)
    file_actions.check(DecisionFile.objects.get().pk)
    body = desk.get(address).content.decode()
    assert "không dòng nào được ghi" in body
    assert says in body
    assert desk.get(f"{address}/ket-qua.csv").status_code == 404
    assert desk.post(f"{address}/ghi-nhan").status_code == 409


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"content": SimpleUploadedFile("x.csv", b"x")}, "Nhập cơ quan ra quyết định."),
        ({"authority": AUTHORITY}, "Chọn một tệp."),
        ({"authority": "a|b", "content": SimpleUploadedFile("x.csv", b"x")}, "Không được có ký tự"),
    ],
)
def test_an_upload_with_a_fault_keeps_nothing(desk: Client, given: dict[str, object], says: str):
    answer = desk.post("/desk/tep", given)
    assert answer.status_code == 422
    assert answer.content.decode().count(says) == 2
    assert DecisionFile.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(desk: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gplx.sanctions.files.BYTES_MAX", 100)
    given = {"authority": AUTHORITY, "content": SimpleUploadedFile("x.csv", a_file(row("1")))}
    assert desk.post("/desk/tep", given).status_code == 422
    assert DecisionFile.objects.count() == 0


def test_the_progress_bar_reloads_the_page_when_it_is_done(desk: Client):
    a_holder(1)
    address = upload(desk, a_file(row("1/QĐ")))
    ask = {"headers": {"HX-Request": "true"}}
    running = desk.get(f"{address}/tien-do", **ask)  # type: ignore[arg-type]
    assert "HX-Refresh" not in running
    assert "<html" not in running.content.decode()
    assert desk.get(f"{address}/tien-do")["Location"] == address, "without JavaScript it is the page"
    file_actions.check(DecisionFile.objects.get().pk)
    assert desk.get(f"{address}/tien-do", **ask)["HX-Refresh"] == "true"  # type: ignore[arg-type]


def test_a_colleague_who_was_faster_wins(desk: Client, other_desk: Client, holder: Holder):
    address = upload(desk, a_file(row("1/QĐ")))
    file_actions.check(DecisionFile.objects.get().pk)
    other_desk.post(f"{address}/ghi-nhan")
    answer = desk.post(f"{address}/ghi-nhan")
    assert answer.status_code == 409
    assert "Đồng nghiệp đã xử lý tệp này trước bạn" in answer.content.decode()


def test_hostile_names_and_cells_are_text(desk: Client, holder: Holder):
    address = upload(desk, a_file(row("=1+1<b>", "79000000002")), "../../<script>x.csv")
    file_actions.check(DecisionFile.objects.get().pk)
    body = desk.get(address).content.decode()
    assert "<script>x" not in body
    assert "=1+1&lt;b&gt;" in body
    content = b"".join(desk.get(f"{address}/ket-qua.csv").streaming_content)  # type: ignore[attr-defined]
    assert b",'=1+1<b>," in content
