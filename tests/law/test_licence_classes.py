"""Licence classes of both regimes: 36/2024/QH15 art. 57, 59, 89; 12/2017/TT-BGTVT art. 16, 17."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.licences import (
    UnknownClassError,
    classes,
    expiry_date,
    is_old_enough,
    licence_class,
    may_drive_largest,
    part,
    regime_on,
)

OLD, NEW = "pre-2025", "2025"
BORN = date(1980, 6, 15)


def expiry(code: str, regime: str, issued: date, *, born: date = BORN, sex: str = "male") -> date | None:
    assert sex in ("male", "female")
    return expiry_date(
        licence_class(code, regime),
        issue_date=issued,
        birth_date=born,
        sex="male" if sex == "male" else "female",
    )


def test_there_are_14_old_and_15_new_classes():
    assert [known.code for known in classes(NEW)] == [
        "A1", "A", "B1", "B", "C1", "C", "D1", "D2", "D", "BE", "C1E", "CE", "D1E", "D2E", "DE",
    ]  # fmt: skip
    assert [known.code for known in classes(OLD)] == [
        "A1", "A2", "A3", "A4", "B1_AUTO", "B1", "B2", "C", "D", "E", "FB2", "FC", "FD", "FE",
    ]  # fmt: skip


def test_the_regime_changes_on_2025_01_01():
    assert regime_on(date(2024, 12, 31)) == OLD
    assert regime_on(date(2025, 1, 1)) == NEW
    assert regime_on(date(1995, 3, 1)) == OLD


def test_reading_11_classes_without_a_term_are_the_motorcycle_part():
    for regime, motorcycle in ((OLD, {"A1", "A2", "A3"}), (NEW, {"A1", "A", "B1"})):
        for known in classes(regime):
            assert (known.part == "motorcycle") is (known.code in motorcycle)
            assert (known.term_years is None) is (known.part == "motorcycle")


def test_b1_was_a_car_class_and_is_a_motorcycle_class():
    assert part("B1", OLD) == "car"
    assert part("B1", NEW) == "motorcycle"


def test_an_unknown_class_or_regime_is_refused():
    for code, regime in (("A2", NEW), ("B1_AUTO", NEW), ("C1", OLD), ("b1", OLD), ("B", "2026"), ("", "")):
        with pytest.raises(UnknownClassError):
            licence_class(code, regime)


@pytest.mark.parametrize(
    ("code", "age"),
    [
        ("A1", 18),
        ("A", 18),
        ("B1", 18),
        ("B", 18),
        ("C1", 18),
        ("C", 21),
        ("BE", 21),
        ("D1", 24),
        ("D2", 24),
        ("C1E", 24),
        ("CE", 24),
        ("D", 27),
        ("D1E", 27),
        ("D2E", 27),
        ("DE", 27),
    ],
)
def test_art_59_1_minimum_age(code, age):
    known = licence_class(code, NEW)
    birthday = date(BORN.year + age, BORN.month, BORN.day)
    assert not is_old_enough(known, birth_date=BORN, on=birthday - timedelta(days=1))
    assert is_old_enough(known, birth_date=BORN, on=birthday)


@pytest.mark.parametrize("code", ["A1", "A", "B1"])
def test_art_57_5_a_motorcycle_licence_never_expires(code):
    assert expiry(code, NEW, date(2025, 3, 1)) is None


@pytest.mark.parametrize(("code", "years"), [("B", 10), ("C1", 10), ("C", 5), ("D1", 5), ("D2", 5), ("DE", 5)])
def test_art_57_5_terms_end_on_the_corresponding_day(code, years):
    assert expiry(code, NEW, date(2025, 3, 10)) == date(2025 + years, 3, 10)


def test_a_term_from_the_29th_of_february_ends_on_the_28th():
    assert expiry("C", NEW, date(2028, 2, 29)) == date(2033, 2, 28)


@pytest.mark.parametrize(("code", "years"), [("A4", 10), ("B2", 10), ("C", 5), ("E", 5), ("FC", 5)])
def test_art_17_terms_of_old_classes(code, years):
    assert expiry(code, OLD, date(2020, 7, 1)) == date(2020 + years, 7, 1)


@pytest.mark.parametrize("code", ["B1", "B1_AUTO"])
@pytest.mark.parametrize(("sex", "limit", "ends_at"), [("male", 50, 60), ("female", 45, 55)])
def test_art_17_old_b1_runs_until_an_age_or_ten_years(code, sex, limit, ends_at):
    on_the_birthday = date(2020, 6, 15)
    born = date(2020 - limit, 6, 15)
    assert expiry(code, OLD, date(2010, 1, 1), born=born, sex=sex) == date(born.year + ends_at, 6, 15)
    assert expiry(code, OLD, on_the_birthday, born=born, sex=sex) == date(2030, 6, 15)
    assert expiry(code, OLD, on_the_birthday + timedelta(days=1), born=born, sex=sex) == date(2030, 6, 16)


def test_art_59_1_e_coaches_until_57_men_and_55_women():
    for code in ("D", "DE"):
        known = licence_class(code, NEW)
        assert may_drive_largest(known, birth_date=BORN, sex="male", on=date(2037, 6, 15))
        assert not may_drive_largest(known, birth_date=BORN, sex="male", on=date(2037, 6, 16))
        assert may_drive_largest(known, birth_date=BORN, sex="female", on=date(2035, 6, 15))
        assert not may_drive_largest(known, birth_date=BORN, sex="female", on=date(2035, 6, 16))
    assert may_drive_largest(licence_class("B", NEW), birth_date=BORN, sex="male", on=date(2080, 1, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A1", "A"),
        ("A2", "A"),
        ("A3", "B1"),
        ("A4", ""),
        ("B1_AUTO", "B"),
        ("B1", "B C1"),
        ("B2", "B C1"),
        ("C", "C"),
        ("D", "D2"),
        ("E", "D"),
        ("FB2", "BE C1E"),
        ("FC", "CE"),
        ("FD", "D2E"),
        ("FE", "DE"),
    ],
)
def test_art_89_3_what_an_old_class_becomes(old, new):
    conversion = licence_class(old, OLD).conversion
    assert conversion is not None
    assert conversion.to == tuple(new.split())
    for code in conversion.to:
        assert licence_class(code, NEW).part == part(old, OLD)


def test_art_89_3_restrictions_and_certificates():
    restricted = {known.code for known in classes(OLD) if known.conversion and known.conversion.restriction_en}
    assert restricted == {"A1", "B1_AUTO"}
    without_certificate = {
        known.code for known in classes(OLD) if known.conversion and not known.conversion.certificate_vi
    }
    assert without_certificate == {"A1", "A2", "A3", "B1_AUTO"}


def test_new_classes_are_not_converted():
    assert all(known.conversion is None for known in classes(NEW))


def test_included_classes_exist_in_the_same_regime_and_part():
    for regime in (OLD, NEW):
        for known in classes(regime):
            assert known.code not in known.includes
            assert all(part(code, regime) == known.part for code in known.includes)
    assert licence_class("D", NEW).includes == ("B", "C1", "C", "D1", "D2")


def test_every_class_names_its_vehicles_in_both_languages_and_its_source():
    for known in (*classes(OLD), *classes(NEW)):
        assert known.vehicles_vi
        assert known.vehicles_en
        assert known.source.locator


@given(
    st.sampled_from(classes(OLD) + classes(NEW)),
    st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    st.dates(date(1935, 1, 1), date(1972, 1, 1)),
    st.sampled_from(["male", "female"]),
)
def test_a_licence_ends_after_its_issue_and_never_sooner_than_five_years(known, issued, born, sex):
    ends = expiry_date(known, issue_date=issued, birth_date=born, sex=sex)
    if ends is None:
        assert known.part == "motorcycle"
    else:
        assert ends >= date(issued.year + 5, issued.month, min(issued.day, 28))
