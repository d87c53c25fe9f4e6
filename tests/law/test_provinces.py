"""Provinces by day: 202/2025/QH15, 19/2025/QĐ-TTg, 175/2024/QH15."""

from collections import Counter
from datetime import date

import pytest

from gplx.law import tables
from gplx.law.provinces import UnknownProvinceError, province, provinces, successor

LAST_OF_63, FIRST_OF_34 = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize("day", [date(2008, 8, 1), date(2024, 12, 31), date(2025, 1, 1), LAST_OF_63])
def test_there_were_63_units(day):
    assert len(provinces(day)) == 63


@pytest.mark.parametrize("day", [FIRST_OF_34, date(2026, 4, 29), date(2026, 4, 30), date(2040, 1, 1)])
def test_there_are_34_units(day):
    units = provinces(day)
    assert len(units) == 34
    assert len({unit.name_vi for unit in units}) == 34


@pytest.mark.parametrize(
    ("last_day", "cities_before", "cities_after"),
    [("2024-12-31", 5, 6), ("2025-06-30", 6, 6), ("2026-04-29", 6, 7)],
)
def test_cities_directly_under_the_state(last_day, cities_before, cities_after):
    before = date.fromisoformat(last_day)
    after = date.fromordinal(before.toordinal() + 1)
    assert Counter(unit.kind for unit in provinces(before))["city"] == cities_before
    assert Counter(unit.kind for unit in provinces(after))["city"] == cities_after


def test_hue_became_a_city_on_2025_01_01():
    assert (province("46", date(2024, 12, 31)).name_vi, province("46", date(2024, 12, 31)).kind) == (
        "Thừa Thiên Huế",
        "province",
    )
    assert (province("46", date(2025, 1, 1)).name_vi, province("46", date(2025, 1, 1)).kind) == ("Huế", "city")


def test_dong_nai_became_a_city_on_2026_04_30():
    assert province("75", date(2026, 4, 29)).kind == "province"
    assert province("75", date(2026, 4, 30)).kind == "city"


@pytest.mark.parametrize(
    ("code", "was", "is_now"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_codes_that_were_used_again(code, was, is_now):
    assert province(code, LAST_OF_63).name_vi == was
    assert province(code, FIRST_OF_34).name_vi == is_now


def test_every_unit_of_2024_has_one_successor_and_23_units_were_formed():
    formed = Counter(successor(unit.code, FIRST_OF_34).code for unit in provinces(LAST_OF_63))
    assert sum(formed.values()) == 63
    assert set(formed) == {unit.code for unit in provinces(FIRST_OF_34)}
    assert sum(count > 1 for count in formed.values()) == 23
    assert sum(count == 1 for count in formed.values()) == 11


@pytest.mark.parametrize(("code", "name"), [("72", "Tây Ninh"), ("77", "Hồ Chí Minh"), ("02", "Tuyên Quang")])
def test_a_code_that_ended_is_followed_by_its_successor(code, name):
    assert successor(code, FIRST_OF_34).name_vi == name
    with pytest.raises(UnknownProvinceError, match="ended before 2025-07-01"):
        province(code, FIRST_OF_34)
    assert successor(code, LAST_OF_63) == province(code, LAST_OF_63)


def test_unknown_codes_and_days_before_the_table_are_refused():
    for code, day in (("00", FIRST_OF_34), ("1", FIRST_OF_34), ("01", date(2008, 7, 31))):
        with pytest.raises(UnknownProvinceError):
            province(code, day)
        with pytest.raises(UnknownProvinceError):
            successor(code, day)


def test_rows_of_a_code_stand_in_the_order_of_their_days():
    keys = [(row["code"], row["first_day"]) for row in tables.rows("provinces")]
    assert keys == sorted(set(keys))


def test_a_row_either_names_a_unit_or_says_what_it_became():
    for row in tables.rows("provinces"):
        assert bool(row["name_vi"]) is not bool(row["merged_into"])
        assert row["kind"] in ({"province", "city"} if row["name_vi"] else {""})
