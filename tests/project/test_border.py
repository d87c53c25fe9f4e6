"""How long a body each page takes, and addresses that no page has."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gplx.files import gates
from gplx.project.middleware import FORM_BYTES_MAX, PAGE_BYTES_MAX, bytes_max

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/suc-khoe", "/ho-so/G01.000.00-261120-010001", "/desk/cau-hoi/nap", "/kiem-tra-giay-phep"]
)
def test_a_page_that_takes_files_takes_a_scan_of_a_megabyte(path: str) -> None:
    scan = SimpleUploadedFile("a.pdf", b"%PDF-1.4" + bytes(1024 * 1024))
    assert Client().post(path, {"tep": scan}).status_code != 413


@pytest.mark.parametrize("path", ["/lien-he", "/csgt", "/ho-so", "/ho-so/x/phieu", "/phong-thi", "/desk/giay-kham/1"])
def test_t40_any_other_page_takes_a_form_only(path: str) -> None:
    assert bytes_max(path) == PAGE_BYTES_MAX
    assert Client().post(path, {"a": "x" * PAGE_BYTES_MAX}).status_code == 413


def test_t40_nor_does_a_page_take_more_than_its_file() -> None:
    long = "x" * (gates.FILE_BYTES_MAX + FORM_BYTES_MAX)
    assert Client().post("/suc-khoe", {"a": long}).status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/ho-so/a%00b", "/kiem-tra/%00", "/wallet/status/%00", "/desk/cau-hoi/ma/%00", "/api/v1/licences/%00/notices"],
)
def test_b23_an_address_with_a_control_character_is_nobodys(path: str) -> None:
    assert Client().get(path).status_code == 404
