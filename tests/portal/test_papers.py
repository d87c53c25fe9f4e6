"""Papers in a citizen's hands: the sealed statement, the check page, and notices that can be heard."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from gplx import speech
from gplx.letters import seal
from gplx.licences.models import Holder
from gplx.mailroom import papers
from gplx.mailroom.models import Paper
from gplx.notices.models import Notice
from tests.letters.papers import text_of
from tests.portal.people import a_holder, a_user, decide, deliver


@pytest.fixture
def notice(holder: Holder) -> Notice:
    deliver()
    return Notice.objects.get(holder=holder)


def test_the_statement_is_a_sealed_paper_that_says_what_the_page_says(citizen: Client, holder: Holder):
    page = citizen.get("/ban-ke").content.decode()
    assert 'href="/ban-ke.pdf"' in page
    answer = citizen.get("/ban-ke.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert holder.name not in answer["Content-Disposition"]
    assert seal.verify(answer.content, seal.roots()).is_good
    said = text_of(answer.content)
    number = page.partition('app-num">BK-')[2].partition("<")[0]
    for words in (f"Số: BK-{number}", holder.name, "còn 8 trên 12 điểm", "12/QĐ-XPHC", "10/03/2026", "8 of 12 points"):
        assert words in said
    assert citizen.get("/ban-ke.pdf").content == answer.content
    assert Paper.objects.count() == 1


def test_the_statement_of_another_day(citizen: Client):
    assert "còn 12 trên 12 điểm" in text_of(citizen.get("/ban-ke.pdf?ngay=09/03/2026").content)
    assert citizen.get("/ban-ke.pdf?ngay=nonsense").status_code == 302


def test_without_a_key_there_is_a_clear_word(citizen: Client, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path))
    answer = citizen.get("/ban-ke.pdf")
    assert answer.status_code == 503
    assert "không đóng dấu được" in answer.content.decode()


def test_the_check_page_is_open_and_says_nothing_about_the_person(citizen: Client, holder: Holder):
    citizen.get("/ban-ke.pdf")
    paper = Paper.objects.get()
    stranger = Client()
    page = stranger.get(f"/kiem-tra/{paper.code}")
    said = page.content.decode()
    assert page.status_code == 200
    assert "Văn bản có thật" in said
    assert paper.digest in said
    for secret in (holder.name, holder.citizen_number, holder.licences.get().number, "điểm còn"):
        assert str(secret) not in said
    good, bad = ({"so": holder.licences.get().number[-4:]}, {"so": "9999"})
    assert "Khớp:" in stranger.post(f"/kiem-tra/{paper.code}", good).content.decode()
    assert "Không khớp:" in stranger.post(f"/kiem-tra/{paper.code}", bad).content.decode()
    assert stranger.post(f"/kiem-tra/{paper.code}", {"so": "<b>"}).status_code == 422


@pytest.mark.django_db
def test_a_code_of_nothing_is_said_to_be_nothing(client: Client):
    answer = client.get("/kiem-tra/ABCD-EFGH-JKMN")
    assert answer.status_code == 404
    assert "Không có văn bản nào" in answer.content.decode()
    assert client.get("/kiem-tra/<script>").status_code == 404
    typed = client.post("/kiem-tra", {"ma": "abcd efgh jkmn"})
    assert typed["Location"] == "/kiem-tra/ABCD-EFGH-JKMN"
    assert client.post("/kiem-tra", {"ma": "x"}).status_code == 422


@pytest.mark.django_db
def test_guessing_ends_at_the_check_page(client: Client):
    for _ in range(papers.WRONG_OF_AN_ASKER_MAX):
        client.get(f"/kiem-tra/{papers.new_code()}")
    assert client.get(f"/kiem-tra/{papers.new_code()}").status_code == 429


def test_a_notice_can_be_heard_in_four_voices(citizen: Client, notice: Notice):
    page = citizen.get(f"/hop-thu/{notice.pk}?giong=south-male").content.decode()
    assert f'src="/hop-thu/{notice.pk}/nghe/south-male.mp3"' in page
    assert page.count("<option") == 4
    answer = citizen.get(f"/hop-thu/{notice.pk}/nghe/south-male.mp3")
    assert answer["Content-Type"] == "audio/mpeg"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content[:1] == b"\xff"
    assert "media-src 'self'" in citizen.get(f"/hop-thu/{notice.pk}")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-99", 206, (0, 100)),
        ("bytes=100-", 206, (100, None)),
        ("bytes=-50", 206, (-50, None)),
        ("bytes=999999999-", 416, None),
        ("lines=1-2", 200, (0, None)),
        ("bytes=-", 200, (0, None)),
    ],
)
def test_a_player_may_ask_for_a_part(
    citizen: Client, notice: Notice, asked: str, status: int, told: tuple[int, int | None] | None
):
    address = f"/hop-thu/{notice.pk}/nghe/north-female.mp3"
    whole = citizen.get(address).content
    answer = citizen.get(address, headers={"Range": asked})
    assert answer.status_code == status
    if told is not None:
        assert answer.content == whole[told[0] : told[1]]


def test_a_notice_is_heard_by_its_person_only(citizen: Client, notice: Notice, today: date):
    other = a_holder(2, "Người Mẫu Hai")
    decide(other, "13/QĐ-XPHC", date(2026, 3, 11), 2, today=date(2026, 3, 11))
    theirs = Notice.objects.get(holder=other)
    assert citizen.get(f"/hop-thu/{theirs.pk}/nghe/north-male.mp3").status_code == 404
    assert Client().get(f"/hop-thu/{notice.pk}/nghe/north-male.mp3").status_code == 302
    assert citizen.get(f"/hop-thu/{notice.pk}/nghe/robot.mp3").status_code == 404
    client = Client()
    client.force_login(a_user(other.citizen_number or ""), backend="gplx.accounts.backends.IdentityBackend")
    assert client.get(f"/hop-thu/{theirs.pk}/nghe/north-male.mp3").status_code == 200


def test_where_nothing_speaks_the_page_says_so(citizen: Client, notice: Notice, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gplx.speech.spoken.is_available", lambda: False)
    monkeypatch.setattr("gplx.portal.listening.speech.is_available", lambda: False)
    monkeypatch.setattr("gplx.speech.kept.read", lambda _: None)
    page = citizen.get(f"/hop-thu/{notice.pk}").content.decode()
    assert "<audio" not in page
    assert "không đọc thành tiếng được" in page
    answer = citizen.get(f"/hop-thu/{notice.pk}/nghe/north-male.mp3")
    assert answer.status_code == 503
    assert "chữ" in answer.content.decode()
    assert speech.VOICES


def test_the_page_of_an_exhausted_licence_reads_its_notice_aloud(citizen: Client, holder: Holder, today: date):
    decide(holder, "99/QĐ-XPHC", date(2026, 10, 1), 8, today=today)
    deliver()
    told = Notice.objects.get(holder=holder, kind="exhausted")
    page = citizen.get("/het-diem/car?giong=south-male").content.decode()
    assert f'src="/hop-thu/{told.pk}/nghe/south-male.mp3"' in page
