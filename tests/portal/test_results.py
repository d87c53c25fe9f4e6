"""A person's own results: with every explanation after the test, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from gplx.accounts.models import Role
from gplx.sittings import candidate_actions, result_actions
from gplx.sittings.models import Minutes
from gplx.wallet.keys import KeyStore
from tests.sittings import room

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Minutes:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())
    KeyStore(tmp_path / "keys").make_missing(at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path / "keys"))
    room.fill_bank()
    sitting, device = room.begun(room.a_candidate(), room.a_user())
    room.answer_all(sitting, device, wrong=6, fatal_wrong=True)
    candidate_actions.submit(device)
    result_actions.sign(sitting.pk, acknowledged="signed", by=room.a_user())
    return result_actions.confirm(sitting.pk, by=room.a_user())


def citizen(number: str | None) -> Client:
    client = Client()
    user = room.a_user(Role.CITIZEN, citizen_number=number or "", unit="")
    client.force_login(user, backend="gplx.accounts.backends.IdentityBackend")
    return client


def pages(kept: Minutes) -> list[str]:
    one = f"/ket-qua-kiem-tra/{kept.sitting_id}"
    return ["/ket-qua-kiem-tra", one, f"{one}/bien-ban.pdf"]


def test_each_wrong_answer_has_the_right_one_and_why(kept: Minutes) -> None:
    owner = citizen(kept.sitting.holder.citizen_number)
    for path in pages(kept):
        answer = owner.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
    body = owner.get(pages(kept)[1]).content.decode()
    for said in ("Bạn chưa đạt", "7 câu chưa đúng", "18 câu đúng", "Đáp án đúng:", "Vì luật nói vậy.", "05/12/2026"):
        assert said in body
    assert body.count("Câu điểm liệt</strong>") == 1


def test_t01_another_s_result_does_not_exist(kept: Minutes) -> None:
    room.a_holder(2)
    other = citizen("001099000002")
    assert "chưa có kết quả" in other.get("/ket-qua-kiem-tra").content.decode()
    for path in pages(kept)[1:]:
        assert other.get(path).status_code == 404
    assert other.get(f"/ket-qua-kiem-tra/{2**64}").status_code == 404


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nobody_signed_in_is_asked_to_sign_in(kept: Minutes, client: Client, place: int) -> None:
    path = pages(kept)[place]
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/dang-nhap?next={path}")


def test_nothing_is_shown_before_the_minutes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())
    room.fill_bank()
    sitting, device = room.begun(room.a_candidate(), room.a_user())
    candidate_actions.submit(device)
    owner = citizen(sitting.holder.citizen_number)
    assert owner.get(f"/ket-qua-kiem-tra/{sitting.pk}").status_code == 404
