"""A list over HTTP: as JWT or CWT, cacheable, for every page, without recognising anybody."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from gplx.wallet import publication
from tests.wallet import lives

pytestmark = pytest.mark.django_db
JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"


@pytest.fixture
def address() -> str:
    (issued,) = lives.issue(lives.licence())
    publication.publish_due()
    return f"/wallet/status/{issued.credential.status_list.name}"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("", JWT), ("*/*", JWT), (JWT, JWT), (CWT, CWT), (f"{JWT};q=0.5, {CWT}", CWT), (f"{CWT};q=x, */*;q=0.1", JWT)],
)
def test_both_forms(client: Client, address: str, accept: str, media_type: str) -> None:
    response = client.get(address, headers={"accept": accept} if accept else {})
    assert (response.status_code, response["Content-Type"]) == (200, media_type)
    last = publication.latest(address.rpartition("/")[2])
    assert last is not None
    assert response.content == (last.jwt.encode() if media_type == JWT else bytes(last.cwt))


def test_how_it_may_be_kept_and_read(client: Client, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert not plain.cookies
    seconds = int(plain["Cache-Control"].removeprefix("public, max-age="))
    assert 0 < seconds <= publication.TTL.total_seconds()
    again = client.get(address, headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert set(plain["Vary"].split(", ")) >= {"Accept", "Accept-Encoding"}


def test_another_form_an_unknown_list_and_another_method(client: Client, address: str) -> None:
    assert client.get(address, headers={"accept": "text/html"}).status_code == 406
    assert client.get("/wallet/status/none").status_code == 404
    assert client.post(address).status_code == 405
