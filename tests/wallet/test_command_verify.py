"""`gplx verify` and `gplx wallet`: what an officer without a network reads, and the exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gplx.project import cli
from gplx.wallet import sample, sd_jwt, status_list, verifier
from gplx.wallet.certificates import Use
from gplx.wallet.keys import KeyStore
from gplx.wallet.status_list import Reference, StatusList
from gplx.wallet.verification import ZONE
from tests.wallet.house import NOW, PLACE, URI, House, kept_mdoc, shown_mdoc, shown_sd_jwt

DAY = "2026-03-11"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Credentials and lists of 2026-03-11, 10:00 in Viet Nam."""
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path / "keys"))
    store = KeyStore(tmp_path / "keys")
    store.make_missing(at=NOW)
    sample.write(tmp_path, store, at=NOW)
    return tmp_path


def verify(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    status = cli.main(["verify", *map(str, arguments)])
    return status, capsys.readouterr().out


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    status, out = verify(capsys, *arguments, "--json")
    return status, json.loads(out)


@pytest.mark.parametrize("name", ["licence.sd-jwt", "licence.mdoc"])
def test_a_genuine_licence_is_shown(folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    status, out = verify(capsys, folder / name, "--at", DAY, "--status-list", folder / "status-valid.jwt")
    assert status == 0
    assert out.startswith("THẬT")
    assert "NGƯỜI MẪU HAI" in out
    assert "Hạng A1:       từ 02/01/2025, không thời hạn" in out
    assert "Hạng B:        từ 02/01/2025, đến 02/01/2035" in out
    assert "CÒN HIỆU LỰC, theo danh sách lập lúc 10:00 11/03/2026 (13 giờ trước); nên tải danh sách mới" in out
    assert "có thể là bản sao" in out  # nobody asked the holder to sign a nonce


@pytest.mark.parametrize("name", ["licence.sd-jwt", "licence.mdoc"])
def test_a_suspended_licence_is_genuine_and_not_good(folder: Path, capsys: pytest.CaptureFixture[str], name: str):
    status, found = answer(capsys, folder / name, "--at", DAY, "--status-list", folder / "status-suspended.cwt")
    assert status == 1
    assert (found["genuine"], found["good"], found["failed"]) == (True, False, [])
    assert found["status"]["state"] == "suspended"
    assert found["status"]["list_age_seconds"] == 50_399


def test_without_a_list_the_status_is_unknown(folder: Path, capsys: pytest.CaptureFixture[str]):
    status, out = verify(capsys, folder / "licence.mdoc", "--at", DAY)
    assert status == 0
    assert "KHÔNG RÕ: chưa có danh sách" in out
    assert "THU HỒI" not in out


def test_a_list_that_has_expired_says_nothing_but_its_age(folder: Path, capsys: pytest.CaptureFixture[str]):
    arguments = (folder / "licence.sd-jwt", "--at", "2026-03-19", "--issuer-only")
    status, out = verify(capsys, *arguments, "--status-list", folder / "status-suspended.cwt")
    assert status == 1
    assert "KHÔNG RÕ: danh sách lập lúc 10:00 11/03/2026 (8 ngày trước) không dùng được" in out
    assert "[list_expired]" in out
    assert "TẠM DỪNG" not in out
    assert "THU HỒI" not in out


def test_a_licence_that_has_run_out_still_shows_whose_it_is(folder: Path, capsys: pytest.CaptureFixture[str]):
    status, out = verify(capsys, folder / "licence.mdoc", "--at", "2026-05-01")
    assert status == 1
    assert out.startswith("KHÔNG CÒN DÙNG ĐƯỢC")
    assert "NGƯỜI MẪU HAI" in out
    assert "[valid_until]" in out


def test_a_manipulated_licence_shows_nothing_of_what_it_says(folder: Path, capsys: pytest.CaptureFixture[str]):
    forged = folder / "forged.mdoc"
    forged.write_bytes((folder / "licence.mdoc").read_bytes().replace(b"HAI", b"BAY"))
    status, out = verify(capsys, forged, "--at", DAY, "--status-list", folder / "status-valid.jwt")
    assert status == 1
    assert out.startswith("KHÔNG TIN ĐƯỢC")
    assert "BAY" not in out
    assert "[digest]" in out
    assert "KHÔNG RÕ" in out  # its reference to a place in the list is not believed either
    _, found = answer(capsys, forged, "--at", DAY)
    assert (found["genuine"], found["fields"]) == (False, None)
    assert [each["check"] for each in found["failed"]] == ["digest"]


def test_another_verifiers_answer_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    status, found = answer(capsys, folder / "licence.sd-jwt", "--at", DAY, "--nonce", "17", "--audience", "urn:other")
    assert status == 1
    assert [each["check"] for each in found["failed"]] == ["proof_audience", "proof_nonce"]


def test_roots_can_be_named(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    assert verify(capsys, folder / "licence.mdoc", "--at", DAY, "--trust", folder / "root.pem")[0] == 0
    stranger = KeyStore(tmp_path / "stranger")
    stranger.make_missing(at=NOW)
    status, out = verify(capsys, folder / "licence.mdoc", "--at", DAY, "--trust", stranger.folder / "root.cert.pem")
    assert status == 1
    assert "[chain]" in out


def test_the_credential_may_come_on_standard_input(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    data = (folder / "licence.sd-jwt").read_bytes() + b"\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert verify(capsys, "-", "--at", DAY)[0] == 0


@pytest.mark.parametrize("content", [b"", b"ey", b"ey.\xff", b"\x00\x01", b"GIF89a", b"\x9f" * 1000])
def test_what_cannot_be_read_is_neither_true_nor_false(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes
):
    file = folder / "something"
    file.write_bytes(content)
    status, found = answer(capsys, file, "--at", DAY)
    assert status == 2
    assert found["genuine"] is None


def test_a_file_that_is_not_there_and_a_list_that_is_none(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert verify(capsys, folder / "nothing")[0] == 2
    list_file = folder / "root.pem"
    assert verify(capsys, folder / "licence.mdoc", "--at", DAY, "--status-list", list_file)[0] == 2


def test_the_keys_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["wallet", "keys", "--keys", str(folder / "keys")]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["root", "mdoc", "sd-jwt", "status-list", "seal"]
    assert "mới tạo" not in out
    (folder / "keys" / "mdoc.key.pem").chmod(0o644)
    assert cli.main(["wallet", "keys", "--keys", str(folder / "keys")]) == 2


def test_the_sample_of_today_is_good_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    keys = ["--keys", str(tmp_path / "keys")]
    assert cli.main(["wallet", "sample", str(tmp_path / "sample"), *keys]) == 0
    files = capsys.readouterr().out.split()
    assert all(Path(file).exists() for file in files)
    trust = ["--trust", tmp_path / "sample" / "root.pem"]
    lists = ["--status-list", tmp_path / "sample" / "status-valid.jwt"]
    for name in ("licence.sd-jwt", "licence.mdoc"):
        assert verify(capsys, tmp_path / "sample" / name, *trust, *lists)[0] == 0


def test_it_starts_without_the_framework():
    code = "import sys, gplx.wallet.command_verify; sys.exit('django' in sys.modules)"
    assert subprocess.call([sys.executable, "-c", code]) == 0


# --- what the list says -----------------------------------------------------------------------------------------


def _asked(house: House, credential: bytes, statuses: StatusList, uri: str = URI) -> verifier.Answer:
    signer = house.store.signer(Use.STATUS_LIST)
    token = status_list.sign_cwt(statuses, uri, signer, at=NOW, valid=timedelta(days=7), ttl=timedelta(hours=1))
    return verifier.verify(credential, house.against(), token)


def test_a_place_behind_the_end_of_the_list_is_unknown(house: House):
    credential = shown_mdoc(house, house.mdoc)
    last = StatusList.of_size(PLACE.index + 1, 8)
    assert _asked(house, credential, last).status.state == "valid"
    found = _asked(house, credential, StatusList.of_size(PLACE.index, 8))
    assert (found.status.state, found.is_good) == ("unknown", False)
    assert [finding.check for finding in found.status.findings] == ["list_index"]


@pytest.mark.parametrize(("value", "state"), [(0, "valid"), (1, "revoked"), (2, "suspended"), (3, "unknown")])
def test_each_value_is_told_as_what_it_is(house: House, value: int, state: str):
    statuses = StatusList.of_size(64, 2)
    statuses[PLACE.index] = value
    for credential in (shown_mdoc(house, house.mdoc), shown_sd_jwt(house.sd_jwt, house.holder).encode()):
        assert _asked(house, credential, statuses).status.state == state


def test_the_list_of_another_address_is_not_asked(house: House):
    found = _asked(house, shown_mdoc(house, house.mdoc), StatusList.of_size(64, 2), uri=URI + "0")
    assert found.status.state == "unknown"
    assert [finding.check for finding in found.status.findings] == ["list_subject"]


def test_the_end_of_a_day_is_that_of_viet_nam(folder: Path, capsys: pytest.CaptureFixture[str]):
    """Issued at 10:00 of 11 March in Viet Nam; at the end of the day before it was not valid yet."""
    _, found = answer(capsys, folder / "licence.mdoc", "--at", "2026-03-10")
    assert {"valid_from", "issued"} <= {each["check"] for each in found["failed"]}
    assert found["checked_at"] == datetime(2026, 3, 10, 23, 59, 59, tzinfo=ZONE).isoformat()


def test_a_class_need_not_say_since_when(house: House, folder: Path, capsys: pytest.CaptureFixture[str]):
    """A licence of another issuer that we trust may leave fields out that ours has."""

    def bare(items: list[dict[str, Any]]) -> None:
        for item in items:
            if item["elementIdentifier"] == "driving_privileges":
                item["elementValue"] = [{"vehicle_category_code": "C", "expiry_date": date(2030, 1, 1)}]

    file = folder / "bare.mdoc"
    file.write_bytes(shown_mdoc(house, kept_mdoc(house, items=bare), audience=sample.AUDIENCE, nonce=""))
    status, out = verify(capsys, file, "--at", DAY, "--trust", house.store.folder / "root.cert.pem")
    assert status == 0
    assert "Hạng C:        đến 01/01/2030" in out


def test_two_forms_of_a_licence_do_not_share_a_place(folder: Path, house: House):
    against = house.against(anchors=[KeyStore(folder / "keys").certificate(Use.ROOT)], nonce="")
    places = [
        verifier.verify((folder / name).read_bytes(), against, None).credential.status
        for name in ("licence.sd-jwt", "licence.mdoc")
    ]
    assert all(isinstance(place, Reference) for place in places)
    assert places[0] != places[1]


def test_a_proof_made_with_a_nonce_is_no_copy(house: House, folder: Path, capsys: pytest.CaptureFixture[str]):
    file = folder / "asked.sd-jwt"
    file.write_text(
        sd_jwt.present(house.sd_jwt, sample.EVERY_FIELD, house.holder, audience=sample.AUDIENCE, nonce="n-17", at=NOW)
    )
    trust = house.store.folder / "root.cert.pem"
    status, out = verify(capsys, file, "--at", DAY, "--trust", trust, "--nonce", "n-17")
    assert status == 0
    assert "đã chứng minh" in out
    assert "bản sao" not in out
