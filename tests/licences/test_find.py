"""Finding people by number or name, as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gplx.law.text import fold, sort_key
from gplx.licences import queries
from gplx.licences.models import Holder, IdentityAlias, Licence
from gplx.licences.queries import SearchTextError, find

pytestmark = pytest.mark.django_db

NAMES = ("Nguyễn Thị Đào", "NGUYỄN THỊ ĐÁO", "Nguyen Thi Dao", "Nguyễn Văn Ẩn", "Trần Thị Ngọc", "Lê 100% Mẫu_Thử")


@pytest.fixture(autouse=True)
def people(db: None) -> list[Holder]:
    found = []
    for index, name in enumerate(NAMES):
        holder = Holder.objects.create(
            citizen_number=f"001099{index:06d}",
            name=name,
            name_folded=fold(name),
            name_key=sort_key(name),
            birth_date=date(1990, 1, 1 + index),
            sex="female",
            province_code="01",
        )
        Licence.objects.create(
            number=f"79000000000{index}", holder=holder, issue_date=date(2020, 1, 1), issuing_province="01"
        )
        IdentityAlias.objects.create(number=f"01234567{index}", holder=holder)
        found.append(holder)
    return found


def names(text: str) -> list[str]:
    return [holder.name for holder in find(text).holders]


@pytest.mark.parametrize("number", ["790000000003", "001099000003", "012345673", " 790 000.000-003 ", "012 345 673"])
def test_by_licence_number_citizen_number_and_old_number(people: list[Holder], number: str) -> None:
    assert find(number) == ([people[3]], False)


@pytest.mark.parametrize("number", ["79000000000", "7900000000033", "1", "７９０００００００００３"])
def test_a_number_is_found_whole_or_not_at_all(number: str) -> None:
    assert names(number) == []


@pytest.mark.parametrize("text", ["nguyễn thị đào", "NGUYỄN THỊ ĐÀO", "đào nguyễn", "Nguyễn Thị Đào", " đào  thị "])
def test_a_name_with_diacritics_puts_the_same_diacritics_first(text: str) -> None:
    assert names(text) == ["Nguyễn Thị Đào", "Nguyen Thi Dao", "NGUYỄN THỊ ĐÁO"]


@pytest.mark.parametrize("text", ["nguyen thi dao", "NGUYEN DAO", "ngu th da", "dao"])
def test_a_name_without_diacritics_means_any_of_them(text: str) -> None:
    assert names(text) == ["Nguyen Thi Dao", "Nguyễn Thị Đào", "NGUYỄN THỊ ĐÁO"]


def test_words_are_found_from_their_beginning() -> None:
    assert names("an") == ["Nguyễn Văn Ẩn"]  # not in the middle of Trần
    assert names("guyen") == []


@pytest.mark.parametrize(("text", "found"), [("%%", 0), ("__", 0), ("100%", 1), ("mau_", 1), ("10%", 0), ("\\\\", 0)])
def test_b14_signs_stand_for_themselves(text: str, found: int) -> None:
    assert len(names(text)) == found


@pytest.mark.parametrize("text", ["", " ", "a", "x" * 121, "x" * 10_000, "ng\x00uyen", "ng\ud800uyen", "ab\u202ec"])
def test_b14_what_cannot_be_searched_for(text: str) -> None:
    with pytest.raises(SearchTextError):
        find(text)


def test_more_than_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FOUND_MAX", 2)
    assert (len(find("nguyen").holders), find("nguyen").more) == (2, True)
    assert not find("van").more


def test_the_index_by_trigrams_finds_a_name_among_100_000() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO licences_holder
                (citizen_number, name, name_folded, name_key, birth_date, sex, address, province_code)
            SELECT to_char(number, 'FM000000000000'), 'x', words.folded, 'x', '1990-01-01', 'male', '', '01'
            FROM generate_series(1, 100000) AS number,
                 LATERAL (SELECT (ARRAY['nguyen','tran','le','pham','hoang'])[1 + number % 5] || ' '
                                 || (ARRAY['van','thi','duc','minh'])[1 + number / 5 % 4] || ' ' || md5(number::text)
                          AS folded) AS words
            """
        )
        cursor.execute("ANALYZE licences_holder")
    for text, index in (("nguyen thi dao", "holder_name_by_trigrams"), ("dao", "holder_name_by_trigrams")):
        with CaptureQueriesContext(connection) as captured:
            assert names(text) == ["Nguyen Thi Dao", "Nguyễn Thị Đào", "NGUYỄN THỊ ĐÁO"]
        assert index in plan_of(captured[0]["sql"])
        assert "Seq Scan" not in plan_of(captured[0]["sql"])
    with CaptureQueriesContext(connection) as captured:
        find("790000000003")
    assert "Seq Scan on licences_holder" not in plan_of(captured[0]["sql"])


def plan_of(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement.replace('%', '%%')}", [])
        return "\n".join(row[0] for row in cursor.fetchall())
