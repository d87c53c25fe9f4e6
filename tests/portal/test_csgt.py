"""The traffic police's page: three facts together, one answer for every kind of "nothing" (T35, T36)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gplx.licences.models import Holder
from gplx.notices import codes, site
from gplx.notices.models import Notice, SiteQuestion
from tests.portal.people import a_holder

RIGHT = {"number": "790000000001", "birth_date": "01/01/1999", "last_four": "0001"}


def ask(client: Client, **changes: str) -> Any:
    return client.post("/csgt", RIGHT | changes)


def body(answer: Any) -> str:
    """The page without what differs from call to call."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_three_facts_together_show_which_notices_there_are(client: Client, holder: Holder) -> None:
    page = body(ask(client))
    notice = Notice.objects.get()
    assert "Giấy phép lái xe bị trừ 4 điểm, còn 8 điểm" in page
    assert codes.of_notice(notice.pk) in page
    for personal in (holder.name, holder.citizen_number, "12/QĐ-XPHC"):
        assert str(personal) not in page


@pytest.mark.parametrize(
    "wrong",
    [{"number": "790000000777"}, {"birth_date": "02/01/1999"}, {"last_four": "0002"}],
    ids=["no such licence", "another birthday", "other digits"],
)
def test_t36_every_nothing_is_the_same_page_by_the_same_statements(
    client: Client, holder: Holder, wrong: dict[str, str]
) -> None:
    silent = a_holder(2, "Người Mẫu Hai")
    nothing_to_tell = {"number": "790000000002", "last_four": str(silent.citizen_number)[-4:]}
    with CaptureQueriesContext(connection) as first:
        there = ask(client, **nothing_to_tell)
    with CaptureQueriesContext(connection) as second:
        not_there = ask(client, **wrong)
    assert body(there) == body(not_there)
    assert "Không có thông báo nào khớp" in body(there)
    assert len(first) == len(second)


def test_nothing_asked_stands_in_an_address(client: Client, holder: Holder) -> None:
    assert "Kết quả" not in body(client.get("/csgt", RIGHT))
    assert SiteQuestion.objects.count() == 0


def test_t35_whoever_guesses_is_stopped_even_with_the_right_facts(client: Client, holder: Holder) -> None:
    for number in range(site.ASKED_BY_ONE_MAX):
        assert ask(client, number=f"79000000{number:04}").status_code == 200
    answer = ask(client)
    assert answer.status_code == 429
    assert "bị trừ 4 điểm" not in body(answer)
    assert client.post("/csgt", RIGHT, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_t35_one_licence_is_not_guessed_at_from_many_places(client: Client, holder: Holder) -> None:
    for number in range(site.ASKED_ABOUT_ONE_MAX):
        told = RIGHT | {"last_four": f"{number + 100:04}"}
        assert client.post("/csgt", told, REMOTE_ADDR=f"203.0.113.{number}").status_code == 200
    assert client.post("/csgt", RIGHT, REMOTE_ADDR="203.0.113.99").status_code == 429


def test_a_forwarded_address_is_anybodys_word(client: Client, holder: Holder) -> None:
    for number in range(site.ASKED_BY_ONE_MAX):
        told = RIGHT | {"number": f"79000000{number:04}"}
        client.post("/csgt", told, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert ask(client).status_code == 429


def test_of_who_asked_about_whom_only_digests_are_kept(client: Client, holder: Holder) -> None:
    ask(client)
    kept = SiteQuestion.objects.get()
    assert len(kept.asker) == len(kept.subject) == 64
    assert "790000000001" not in kept.subject


@pytest.mark.parametrize(
    "fault", [{"number": "79"}, {"number": "٧" * 12}, {"birth_date": "x"}, {"last_four": "12"}, {"last_four": ""}]
)
def test_what_is_no_fact_is_said_and_not_looked_up(client: Client, holder: Holder, fault: dict[str, str]) -> None:
    answer = ask(client, **fault)
    assert answer.status_code == 422
    assert "Có chỗ cần sửa" in body(answer)
    assert SiteQuestion.objects.count() == 0
