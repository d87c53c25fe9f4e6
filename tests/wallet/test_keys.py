"""The key store: its owner's alone, one key for each use, a line in the log for each signature."""

from __future__ import annotations

import hashlib
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from gplx.wallet import certificates, es256
from gplx.wallet.certificates import Use
from gplx.wallet.errors import KeyStoreError
from gplx.wallet.keys import LOG, KeyStore
from tests.wallet.house import NOW


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    store = KeyStore(tmp_path / "keys")
    assert store.make_missing(at=NOW) == list(Use)
    return store


def test_only_the_owner_may_read_the_keys(store: KeyStore):
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    keys = sorted(store.folder.glob("*.key.pem"))
    assert len(keys) == len(Use)
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


def test_each_use_has_its_own_key_and_a_certificate_for_it_alone(store: KeyStore):
    signing = [use for use in Use if use is not Use.ROOT]
    names = {es256.thumbprint(certificates.public_key(store.certificate(use))) for use in Use}
    assert len(names) == len(Use)
    for use in signing:
        certificate = store.certificate(use)
        assert certificates.is_trusted(certificate, [store.certificate(Use.ROOT)])
        assert [other for other in signing if certificates.is_for(certificate, other)] == [use]


def test_a_signer_is_not_a_root(store: KeyStore):
    """A certificate that a signer issues is not trusted, even by somebody who trusts the signer itself."""
    signer = store.certificate(Use.MDOC)
    assert not certificates.is_trusted(signer, [signer])
    path = store.folder / "mdoc.key.pem"
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    forged = certificates.make_signer(
        es256.new_key().public_key(),
        Use.MDOC,
        root=signer,
        root_key=key,  # type: ignore[arg-type]
        name="Forged",
        at=NOW,
        days=1,
    )
    assert not certificates.is_trusted(forged, [store.certificate(Use.ROOT)])
    assert not certificates.is_trusted(forged, [signer])


def test_making_again_makes_nothing_and_changes_nothing(store: KeyStore):
    before = {path.name: path.read_bytes() for path in store.folder.iterdir()}
    assert store.make_missing(at=NOW + timedelta(days=9)) == []
    assert {path.name: path.read_bytes() for path in store.folder.iterdir()} == before


def test_each_signature_leaves_a_line(store: KeyStore):
    signer = store.signer(Use.STATUS_LIST)
    for data in (b"one", b"two"):
        assert es256.verify(certificates.public_key(signer.certificate), data, signer.sign(data))
    log = store.folder / LOG
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["use"], line["key"]) for line in lines] == [("status-list", signer.key_id)] * 2
    assert [line["signed_sha256"] for line in lines] == [hashlib.sha256(data).hexdigest() for data in (b"one", b"two")]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_key_that_others_may_read_is_not_used(store: KeyStore):
    (store.folder / "mdoc.key.pem").chmod(0o640)
    with pytest.raises(KeyStoreError, match="0600"):
        store.signer(Use.MDOC)


def test_a_key_of_another_use_is_not_used(store: KeyStore):
    (store.folder / "mdoc.key.pem").write_bytes((store.folder / "sd-jwt.key.pem").read_bytes())
    with pytest.raises(KeyStoreError, match="belong together"):
        store.signer(Use.MDOC)


def test_what_is_missing_is_named(tmp_path: Path):
    with pytest.raises(KeyStoreError, match="gplx wallet keys"):
        KeyStore(tmp_path).signer(Use.MDOC)
    (tmp_path / "mdoc.key.pem").write_text("x")
    (tmp_path / "mdoc.key.pem").chmod(0o600)
    with pytest.raises(KeyStoreError, match="PEM"):
        KeyStore(tmp_path).signer(Use.MDOC)
