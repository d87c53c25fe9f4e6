"""Whatever byte of a credential or of a list is changed, taken away or put in, it does not pass, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gplx.wallet import status_list, verifier
from gplx.wallet.certificates import Use
from gplx.wallet.errors import UnreadableError
from gplx.wallet.status_list import StatusList
from tests.wallet.house import NOW, URI, House, shown_mdoc, shown_sd_jwt

FORMS: dict[str, Callable[[House], bytes]] = {
    "sd-jwt": lambda house: shown_sd_jwt(house.sd_jwt, house.holder).encode(),
    "mdoc": lambda house: shown_mdoc(house, house.mdoc),
}
# The house does not change from one example to the next.
RUNS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def _is_genuine(house: House, data: bytes) -> bool:
    try:
        return verifier.verify(data, house.against(), None).credential.is_genuine
    except UnreadableError:
        return False


@pytest.fixture(scope="module", params=list(FORMS))
def shown(request: pytest.FixtureRequest, house: House) -> bytes:
    data = FORMS[request.param](house)
    assert _is_genuine(house, data)
    return data


@RUNS
@given(data=st.data())
def test_a_changed_byte(house: House, shown: bytes, data: st.DataObject):
    place = data.draw(st.integers(0, len(shown) - 1))
    change = data.draw(st.integers(1, 255))
    assert not _is_genuine(house, shown[:place] + bytes([shown[place] ^ change]) + shown[place + 1 :])


def test_every_byte_of_the_certificate(house: House):
    """A certificate is the largest piece that anybody may write, and the one that another library reads."""
    shown = FORMS["mdoc"](house)
    certificate = house.store.certificate(Use.MDOC).public_bytes(serialization.Encoding.DER)
    begin = shown.index(certificate)
    for place in range(begin, begin + len(certificate)):
        for change in (1, 16):
            assert not _is_genuine(house, shown[:place] + bytes([shown[place] ^ change]) + shown[place + 1 :])


@RUNS
@given(data=st.data())
def test_a_missing_piece(house: House, shown: bytes, data: st.DataObject):
    begin = data.draw(st.integers(0, len(shown) - 1))
    end = data.draw(st.integers(begin + 1, len(shown)))
    assert not _is_genuine(house, shown[:begin] + shown[end:])


@RUNS
@given(data=st.data())
def test_an_added_piece(house: House, shown: bytes, data: st.DataObject):
    place = data.draw(st.integers(1, len(shown) - 1))
    piece = data.draw(st.binary(min_size=1, max_size=8))
    assert not _is_genuine(house, shown[:place] + piece + shown[place:])


@RUNS
@given(data=st.data())
def test_a_changed_byte_of_a_list(house: House, data: st.DataObject):
    statuses, signer = StatusList.of_size(64, 2), house.store.signer(Use.STATUS_LIST)
    dates: dict[str, Any] = {"at": NOW, "valid": timedelta(days=7), "ttl": timedelta(hours=1)}
    if data.draw(st.booleans()):
        token = status_list.sign_jwt(statuses, URI, signer, **dates).encode()
    else:
        token = status_list.sign_cwt(statuses, URI, signer, **dates)
    place = data.draw(st.integers(0, len(token) - 1))
    change = data.draw(st.integers(1, 255))
    changed = token[:place] + bytes([token[place] ^ change]) + token[place + 1 :]
    try:
        verified = status_list.verify(changed, uri=URI, at=NOW, anchors=house.anchors)
    except UnreadableError:
        return
    assert verified.statuses is None


@RUNS
@given(data=st.binary(max_size=400))
def test_any_bytes(house: House, data: bytes):
    for start in (b"", b"ey", b"\xa2gdocTypeaxlissuerSigned"):
        assert not _is_genuine(house, start + data)
