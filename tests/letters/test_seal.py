"""The seal: a changed byte is noticed, strangers are not trusted, and any bytes give a verdict."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from gplx import limited
from gplx.letters import seal, seal_check
from gplx.project import cli
from gplx.wallet.certificates import Use
from gplx.wallet.errors import KeyStoreError
from gplx.wallet.keys import LOG, KeyStore
from tests.letters.conftest import SEALED_AT


def checked_here(pdf: bytes, store: KeyStore) -> list[tuple[str, str]]:
    """The faults, found without the process of its own: for tests that look at very many files."""
    asked = {"roots": [seal._pem(root) for root in seal.roots(store)], "intermediates": [], "at": None}
    faults = seal_check._check(asked, pdf)["faults"]
    assert isinstance(faults, list)
    return faults


def test_a_sealed_paper_is_genuine_and_the_paper_itself_is_untouched(sealed: bytes, paper: bytes, store: KeyStore):
    assert sealed.startswith(paper)
    verdict = seal.verify(sealed, seal.roots(store))
    assert verdict.is_good
    assert (verdict.signer, verdict.issuer) == ("GPLX demo seal", "GPLX demo")
    assert (verdict.signed_at, verdict.reason_given) == (SEALED_AT, "Thông báo trừ điểm")
    assert verdict.reason_vi == verdict.reason_en == ""


def test_each_seal_is_logged_by_the_key_store(store: KeyStore, paper: bytes):
    before = len((store.folder / LOG).read_text().splitlines()) if (store.folder / LOG).exists() else 0
    seal.sign(paper, reason="Bảng điểm", at=SEALED_AT, store=store)
    lines = (store.folder / LOG).read_text().splitlines()
    assert len(lines) == before + 1
    assert json.loads(lines[-1])["use"] == "seal"


@given(st.data())
@settings(max_examples=120)
def test_a_flipped_bit_is_noticed(sealed: bytes, store: KeyStore, data: st.DataObject):
    start = sealed.index(b"/Contents <", len(sealed) // 2)
    container = range(start, sealed.index(b">", start) + 1)
    position = data.draw(st.integers(0, len(sealed) - 1).filter(lambda at: at not in container))
    changed = bytearray(sealed)
    changed[position] ^= 1 << data.draw(st.integers(0, 7))
    assert checked_here(bytes(changed), store)


def test_the_same_is_noticed_by_the_process_of_its_own(sealed: bytes, store: KeyStore):
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    verdict = seal.verify(bytes(changed), seal.roots(store))
    assert not verdict.is_good
    assert verdict.reason_vi


def test_what_is_hidden_beside_the_signature_is_noticed(sealed: bytes, store: KeyStore):
    end = sealed.index(b">", sealed.index(b"/Contents <", len(sealed) // 2))
    assert sealed[end - 8 : end] == b"0" * 8
    assert checked_here(sealed[: end - 8] + b"6162636a"[:8] + sealed[end:], store)


def test_something_added_after_the_seal_is_noticed(sealed: bytes, store: KeyStore):
    verdict = seal.verify(sealed + b"\n% more", seal.roots(store))
    assert verdict.is_intact
    assert not verdict.covers_whole_file
    assert not verdict.is_good


def test_a_page_put_in_by_an_editor_is_noticed(sealed: bytes, store: KeyStore):
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        opened.add_blank_page()
        written = io.BytesIO()
        opened.save(written)
    assert checked_here(written.getvalue(), store)


def test_the_seal_of_another_register_is_not_trusted(sealed: bytes, tmp_path: Path):
    stranger = KeyStore(tmp_path / "stranger")
    stranger.make_missing(at=SEALED_AT)
    verdict = seal.verify(sealed, seal.roots(stranger))
    assert verdict.is_intact
    assert not verdict.is_trusted
    assert not verdict.is_good


def test_the_key_of_licences_seals_nothing(paper: bytes, store: KeyStore, tmp_path: Path):
    """A key and certificate of another use, put in the seal's place, make a seal that nobody trusts."""
    other = KeyStore(tmp_path / "keys")
    other.make_missing(at=datetime(2026, 3, 1, tzinfo=UTC))
    for ending in ("key.pem", "cert.pem"):
        (other.folder / f"{Use.SEAL.value}.{ending}").write_bytes(
            (other.folder / f"{Use.SD_JWT.value}.{ending}").read_bytes()
        )
    forged = seal.sign(paper, reason="x", at=SEALED_AT, store=other)
    assert not seal.verify(forged, seal.roots(other)).is_trusted


@pytest.mark.parametrize("days", [-30, 500])
def test_a_certificate_that_is_not_in_force_is_not_trusted(sealed: bytes, store: KeyStore, days: int):
    assert not seal.verify(sealed, seal.roots(store), at=SEALED_AT + timedelta(days=days)).is_trusted


def test_a_seal_from_the_future_is_no_seal(paper: bytes, store: KeyStore):
    soon = datetime.now(UTC) + timedelta(days=1)
    assert seal_check._FUTURE in checked_here(seal.sign(paper, reason="x", at=soon, store=store), store)


@pytest.mark.parametrize(
    "pdf",
    [b"", b"%PDF-1.7", b"not a pdf", b"\x00" * 5000, b"%PDF-1.7\n" + b"[" * 200_000, b"<html>%PDF-1.7</html>"],
    ids=["empty", "head", "text", "noughts", "nested", "html"],
)
def test_a_hostile_file_gives_a_verdict(pdf: bytes, store: KeyStore):
    verdict = seal.verify(pdf, seal.roots(store))
    assert not verdict.is_good
    assert verdict.reason_vi
    assert verdict.reason_en


@given(st.binary(max_size=300), st.integers(0, 60_000))
@settings(max_examples=60)
def test_torn_files_give_a_verdict(sealed: bytes, store: KeyStore, noise: bytes, at: int):
    assert checked_here(sealed[:at] + noise, store)
    assert checked_here(sealed[:at] + noise + sealed[at + len(noise) + 1 :], store)


def test_an_unsigned_paper_is_not_sealed(paper: bytes, store: KeyStore):
    assert seal.verify(paper, seal.roots(store)).reason_en == "This file carries no digital signature."


def test_a_file_beyond_measure_is_not_even_opened(store: KeyStore):
    assert "too large" in seal.verify(bytes(21 * 1024 * 1024), seal.roots(store)).reason_en


def test_without_a_key_the_register_says_what_to_do(tmp_path: Path, paper: bytes):
    with pytest.raises(KeyStoreError, match="gplx wallet keys"):
        seal.sign(paper, reason="x", store=KeyStore(tmp_path))


def test_the_command_checks_without_a_network(
    sealed: bytes, paper: bytes, store: KeyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    root = tmp_path / "root.pem"
    root.write_bytes(store.certificate(Use.ROOT).public_bytes(serialization.Encoding.PEM))
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(sealed)
    bad.write_bytes(paper)
    assert cli.main(["seal", str(good), "--trust", str(root)]) == 0
    assert capsys.readouterr().out.startswith("THẬT")
    assert cli.main(["seal", str(bad), "--trust", str(root), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["good"] is False
    assert cli.main(["seal", str(tmp_path / "absent.pdf"), "--trust", str(root)]) == 2


def test_a_process_that_takes_too_long_or_too_much_is_ended():
    with pytest.raises(limited.NoAnswerError, match="longer than"):
        limited.ask("timeit", ["-n1", "-r1", "import time; time.sleep(30)"], b"", seconds=0.5)
    code = "from gplx.limited import give_little; give_little(seconds=5, megabytes=300); bytes(10**9)"
    with pytest.raises(limited.NoAnswerError, match="status 1"):
        limited.ask("timeit", ["-n1", "-r1", code], b"", seconds=30)
