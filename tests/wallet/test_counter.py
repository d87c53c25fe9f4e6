"""The check at a counter: from text, picture or file; unknown is never suspended; and it works without a network."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from gplx.gateways.sandbox import phone_page
from gplx.project import cli
from gplx.wallet import actions, counter, es256, kit, mdoc, pictures, publication, sample, sd_jwt, status_list
from gplx.wallet.actions import Change
from gplx.wallet.errors import UnreadableError
from gplx.wallet.models import Form, Publication
from tests.wallet import lives

NAMES = ["family_name", "given_name", "document_number", "driving_privileges", "expiry_date"]


class Shown:
    """A licence of an invented person, shown for some number."""

    def __init__(self, form: Form = Form.SD_JWT) -> None:
        self.form, self.key = form, es256.new_key()
        self.licence = lives.licence()
        (self.issued,) = lives.issue(self.licence, "car", form, keys=[self.key])
        publication.publish_due()

    def answer(self, nonce: str) -> bytes:
        how = {"audience": sample.AUDIENCE, "nonce": nonce}
        if self.form == Form.MDOC:
            assert isinstance(self.issued.content, bytes)
            return mdoc.present(self.issued.content, NAMES, self.key, **how)
        assert isinstance(self.issued.content, str)
        return sd_jwt.present(self.issued.content, NAMES, self.key, **how, at=publication.now()).encode()


def check(presented: bytes, nonce: str = "123456", **more: object) -> counter.Checked:
    return counter.check(presented, nonce=nonce, at=publication.now(), **more)  # type: ignore[arg-type]


@given(st.binary(max_size=300))
def test_what_the_sandbox_writes_is_read(data: bytes) -> None:
    assert pictures.to_text(data) == phone_page.as_text(data)
    assert pictures.from_text(pictures.to_text(data)) == data


@given(st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:a"), max_size=40))
def test_what_is_no_licence_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        pictures.from_text(pictures.PREFIX + text)


def test_a_picture_that_would_unpack_to_much_is_refused() -> None:
    with pytest.raises(UnreadableError):
        pictures.from_text(pictures.to_text(b"0" * 10**6))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", Form)
def test_good_then_suspended_then_good_again(form: Form) -> None:
    shown = Shown(form)
    assert (check(shown.answer("123456")).verdict, check(shown.answer("123456")).advice) == ("good", ())
    for may_drive, verdict in ((False, "suspended"), (True, "good")):
        actions.follow(
            [Change(shown.licence.holder_id, "car", may_drive=may_drive)], recorded_on=shown.licence.issue_date
        )
        publication.publish_due()
        assert check(shown.answer("123456")).verdict == verdict


@pytest.mark.django_db
@pytest.mark.parametrize("form", Form)
def test_what_answers_no_question_may_be_a_copy(form: Form) -> None:
    checked = check(Shown(form).answer(""))
    assert (checked.verdict, checked.may_be_a_copy, checked.advice) == ("good", True, ("may_be_a_copy",))
    other = check(Shown(form).answer("654321"))
    assert (other.verdict, other.advice) == ("false", ("ask_again",))


@pytest.mark.django_db
def test_without_a_list_it_is_unknown_and_never_suspended() -> None:
    shown = Shown()
    Publication.objects.all().delete()
    checked = check(shown.answer("123456"))
    assert (checked.verdict, checked.answer.status.state, checked.advice) == ("unknown", "unknown", ("newer_list",))


@pytest.mark.django_db
def test_an_old_list_is_used_and_its_age_is_told() -> None:
    shown = Shown()
    at = publication.now() - timedelta(hours=2)
    publication.publish(shown.issued.credential.status_list.name, at=at)
    checked = check(shown.answer("123456"))
    assert (checked.verdict, checked.age_minutes, checked.advice) == ("good", 120, ("newer_list",))


@pytest.mark.django_db
def test_another_s_licence_and_one_that_ran_out() -> None:
    shown = Shown()
    later = counter.check(shown.answer("123456"), nonce="123456", at=publication.now() + timedelta(days=91))
    assert later.verdict == "false"  # its proof is old as well
    checked = counter.check(shown.answer("123456"), nonce="123456", at=publication.now(), anchors=[])
    assert (checked.verdict, checked.advice) == ("false", ("not_genuine",))


def picture(text: str, kind: str = "png") -> bytes:
    made = io.BytesIO()
    segno.make_qr(text, error="l").save(made, kind=kind, scale=4)
    return made.getvalue()


@pytest.mark.django_db
def test_the_page_reads_text_picture_and_file(client: Client) -> None:
    shown = Shown(Form.MDOC)
    asked = client.get("/kiem-tra-giay-phep")
    nonce = asked.context["question"]
    presented = shown.answer(nonce)
    ways: list[dict[str, object]] = [
        {"noi_dung": pictures.to_text(presented)},
        {"noi_dung": es256.to_base64url(presented)},
        {"tep": SimpleUploadedFile("qr.png", picture(pictures.to_text(presented)))},
        {"tep": SimpleUploadedFile("a.mdoc", presented)},
        {"tep": SimpleUploadedFile("a.txt", pictures.to_text(presented).encode())},
    ]
    for way in ways:
        answer = client.post("/kiem-tra-giay-phep", {"so_hoi": nonce, **way})
        assert answer.status_code == 200, way
        assert "Thật, còn hiệu lực" in answer.content.decode()
        assert "đã trả lời số hỏi" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way",
    [
        {},
        {"noi_dung": "Ấp"},
        {"noi_dung": "A" * 70_000},
        {"noi_dung": "ey.ey.ey"},
        {"tep": b"\x89PNG\r\n\x1a\n"},
        {"tep": picture("hai")},
        {"tep": b"\xff\xd8\xff" + b"\0" * 1000},
        {"tep": b"\xa1\x00"},
    ],
)
def test_the_page_says_what_it_cannot_read(client: Client, way: dict[str, object]) -> None:
    given = {key: SimpleUploadedFile("x", value) if isinstance(value, bytes) else value for key, value in way.items()}
    answer = client.post("/kiem-tra-giay-phep", given)
    assert answer.status_code == 422
    assert "Có chỗ cần sửa" in answer.content.decode()


@pytest.mark.django_db
def test_nothing_that_a_licence_says_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown()

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", fail)
    with override_settings(BASE_URL="https://other.example"):
        assert check(shown.answer("123456")).verdict == "unknown"


@pytest.mark.django_db(transaction=True)
def test_lists_are_fetched_once_and_serve_without_a_network(
    live_server: LiveServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(BASE_URL=live_server.url):
        shown = Shown(Form.MDOC)
        address = publication.uri(shown.issued.credential.status_list.name)
    (tmp_path / "a.mdoc").write_bytes(shown.answer(""))
    folder = tmp_path / "lists"
    verify = ["verify", str(tmp_path / "a.mdoc"), "--status-lists", str(folder), "--json"]
    assert cli.main(verify) == 2  # there is no such folder
    capsys.readouterr()
    assert cli.main(["wallet", "fetch", "--to", str(folder), address]) == 0
    assert cli.main(["wallet", "fetch", "--to", str(folder)]) == 0
    capsys.readouterr()
    assert cli.main(verify) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"]["state"] == "valid"
    assert cli.main(["wallet", "fetch", "--to", str(folder), f"{live_server.url}/wallet/status/none"]) == 2
    assert kit.kept(folder).keys() == {address}


@pytest.mark.django_db
def test_the_kit_holds_root_and_signed_lists(tmp_path: Path) -> None:
    shown = Shown()
    made = kit.pack(at=publication.now())
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert {"root.pem", "lists.json", "README.txt"} < set(archive.namelist())
        archive.extractall(tmp_path)
    lists = kit.kept(tmp_path)
    (data,) = lists.values()
    assert check(shown.answer("123456"), lists=lists).verdict == "good"
    broken = data[:-40] + (b"A" if data[-40:-39] != b"A" else b"B") + data[-39:]
    checked = check(shown.answer("123456"), lists={next(iter(lists)): broken})
    assert (checked.answer.status.state, [one.check for one in checked.findings]) == ("unknown", ["list_signature"])
    assert status_list.read(data, uri="", at=publication.now(), anchors=[]).form == "jwt"
