"""The sandbox's hospital sends over real HTTP, as hospitals do, and shows the register's answer."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from gplx.accounts import tokens
from gplx.gateways.sandbox import hospital as sandbox
from gplx.gateways.sandbox.hospital_pages import CLIENT, HospitalPages
from gplx.gateways.sandbox.server import Asked
from gplx.health import queries
from gplx.health.models import Version
from tests.health.hospitals import TODAY, a_holder, register

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages(live_server, tmp_path, monkeypatch) -> HospitalPages:
    monkeypatch.setenv("GPLX_TODAY", TODAY.isoformat())
    register(sandbox.kept_hospital(tmp_path))
    made = tokens.create_client(sandbox.NAME, sandbox.CODE, ["health:write"])
    (tmp_path / CLIENT).write_text(json.dumps({"client_id": made.client_id, "secret": made.secret}))
    return HospitalPages(tmp_path, live_server.url)


def send(pages: HospitalPages, **told: str) -> str:
    given = {
        "name": "Lê Văn Mẫu", "number": "999085000002", "born": "01/02/1985", "category": "B", "result": "free",
        "concluded_on": "20/11/2026", "mistake": "", "certificate": "00001/GKSKLX/99001/26", **told,
    }  # fmt: skip
    answer = pages.take(Asked("POST", "/benh-vien/", "", urlencode(given), {}))
    assert answer is not None
    return answer.body.decode()


def test_it_sends_rightly_and_wrongly(pages):
    holder = a_holder()
    for mistake, said in (
        ("signature", "Chữ ký số không được chấp nhận"),
        ("differs", "MATUY"),
        ("stranger", "Chữ ký số không được chấp nhận"),
    ):
        assert said in send(pages, mistake=mistake)
    assert not Version.objects.exists()
    assert "&quot;MSG_STATE&quot;: &quot;1&quot;" in send(pages)
    assert queries.drug_free(holder.pk, TODAY).is_suitable
    assert "STATE = EDIT" in send(pages, result="drugs")
    assert "&quot;MSG_STATE&quot;: &quot;1&quot;" in send(pages, result="drugs", edit="1")
    assert not queries.drug_free(holder.pk, TODAY).is_suitable
    front = pages.take(Asked("GET", "/benh-vien/", "", "", {}))
    assert front is not None
    assert front.status == 200
