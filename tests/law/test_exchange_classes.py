"""New classes and terms: 36/2024/QH15 art. 57(5), 58(4), 59(1), 89(3); 12/2017/TT-BGTVT art. 17, 37(3); reading 20."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.exchange_classes import TooOldError, account_part, choices, term_end
from gplx.law.exchange_dossier import RuleSet
from gplx.law.exchange_rules import R1, R2, R3, R4, rule_set
from gplx.law.licences import LicenceClass, classes, expiry_date, licence_class

BORN = date(1980, 6, 15)
OLD, NEW = "pre-2025", "2025"
DAY = timedelta(days=1)


def asked(code: str, regime: str, rules: RuleSet, on: str, *, born: date = BORN, sex: str = "male", **more: bool):
    return choices(
        licence_class(code, regime),
        rules,
        birth_date=born,
        sex="male" if sex == "male" else "female",
        on=date.fromisoformat(on),
        **more,
    )


def codes(found, *kinds: str) -> list[str]:
    return [choice.target.code for choice in found if choice.kind in kinds]


# -- which classes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "lower"),
    [
        ("A1", "A", "A1"),
        ("A2", "A", "A1"),
        ("A3", "B1", "A1"),
        ("A4", "", ""),
        ("B1_AUTO", "B", ""),
        ("B1", "B C1", ""),
        ("B2", "B C1", ""),
        ("C", "C", "B C1"),
        ("D", "D2", "B C1 C D1"),
        ("E", "D", "B C1 C D1 D2"),
        ("FB2", "BE C1E", "B C1"),
        ("FC", "CE", "B C1 C BE C1E"),
        ("FD", "D2E", "B C1 C D2 BE C1E"),
        ("FE", "DE", "B C1 C D2 D BE C1E D2E"),
    ],
)
def test_36_2024_art_89_3_an_old_class_is_exchanged_into_its_successor_or_a_lower_class(old, new, lower):
    found = asked(old, OLD, R3, "2025-06-01")
    assert codes(found, "converted", "same") == new.split()
    assert codes(found, "downgrade") == lower.split()


def test_before_2025_a_class_stays_what_it_is():
    for known in classes(OLD):
        found = asked(known.code, OLD, R1, "2021-01-01")
        assert [(choice.target, choice.kind) for choice in found] == [(known, "same")]


def test_a_class_of_2025_stays_or_goes_down():
    assert codes(asked("C", NEW, R3, "2025-06-01"), "same") == ["C"]
    assert codes(asked("C", NEW, R3, "2025-06-01"), "downgrade") == ["B", "C1"]
    assert codes(asked("B", NEW, R3, "2025-06-01"), "downgrade") == []


def test_restrictions_come_with_the_old_class_and_stay():
    (a, a1) = asked("A1", OLD, R3, "2025-06-01")
    assert "175" in a.restriction_vi
    assert not a1.restriction_vi
    (again, _) = asked("A", NEW, R3, "2025-06-01", restricted=True)
    assert (again.restriction_vi, again.restriction_en) == (a.restriction_vi, a.restriction_en)
    (automatic,) = asked("B1_AUTO", OLD, R3, "2025-06-01")
    assert automatic.restriction_en == "automatic only"
    (still,) = asked("B", NEW, R4, "2026-07-01", restricted=True)
    assert still.restriction_en == "automatic only"
    assert not asked("B", NEW, R4, "2026-07-01")[0].restriction_en


def test_the_tractor_certificate_comes_with_the_successor_only():
    found = asked("C", OLD, R3, "2025-06-01")
    assert [bool(choice.certificate_vi) for choice in found] == [True, False, False]


def test_each_choice_names_its_provision():
    assert {str(choice.source) for choice in asked("C", OLD, R2, "2025-02-01")} == {
        "36/2024/QH15 art. 89(3)",
        "35/2024/TT-BGTVT art. 36(3)(đ)",
    }
    assert str(asked("C", NEW, R3, "2025-06-01")[-1].source) == "12/2025/TT-BCA art. 21(4)"


def test_36_2024_art_59_1_c1e_from_24():
    born = date(2003, 3, 10)
    for on, from_day in (("2027-03-09", date(2027, 3, 10)), ("2027-03-10", None)):
        be, c1e, *_ = asked("FB2", OLD, R3, on, born=born)
        assert (be.target.code, be.from_day) == ("BE", None)
        assert (c1e.target.code, c1e.from_day) == ("C1E", from_day)


# -- the age limit of coach drivers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("sex", "age"), [("male", 55), ("female", 50)])
def test_12_2017_art_37_3_class_e_past_its_age_becomes_d_or_lower(sex, age):
    birthday = date(2022, 6, 15)
    born = birthday.replace(year=birthday.year - age)
    until = asked("E", OLD, R1, birthday.isoformat(), born=born, sex=sex)
    assert codes(until, "same") == ["E"]
    after = asked("E", OLD, R1, (birthday + DAY).isoformat(), born=born, sex=sex)
    assert codes(after, "over_age") == ["D", "C", "B2", "B1", "B1_AUTO"]
    assert {str(choice.source) for choice in after} == {"12/2017/TT-BGTVT art. 37(3)"}


@pytest.mark.parametrize(("sex", "age"), [("male", 57), ("female", 55)])
def test_36_2024_art_59_1_e_class_d_past_its_age_is_without_the_largest(sex, age):
    born = date(2025 - age, 6, 15)
    (until, *_), (after, *_) = (asked("E", OLD, R3, day, born=born, sex=sex) for day in ("2025-06-15", "2025-06-16"))
    assert (until.target.code, until.without_largest) == ("D", False)
    assert (after.target.code, after.without_largest) == ("D", True)


@pytest.mark.parametrize(("sex", "age"), [("male", 57), ("female", 55)])
def test_108_2026_art_18_9_class_d_ends_with_the_maximum_age(sex, age):
    born = date(2030 - age, 6, 15)
    known = licence_class("D", NEW)

    def end(issued: str) -> date | None:
        day = date.fromisoformat(issued)
        return term_end(known, issue_date=day, birth_date=born, sex=sex)

    assert end("2026-06-30") == date(2031, 6, 30)  # the day before the rule
    assert end("2026-07-01") == date(2030, 6, 15)
    assert end("2030-06-14") == date(2030, 6, 15)
    with pytest.raises(TooOldError):
        end("2030-06-15")
    assert "D" in codes(asked("D", NEW, R4, "2030-06-14", born=born, sex=sex), "same")
    assert codes(asked("D", NEW, R4, "2030-06-15", born=born, sex=sex), "same") == []
    assert "D2" in codes(asked("D", NEW, R4, "2030-06-15", born=born, sex=sex), "downgrade")


def test_108_2026_art_18_9_names_class_d_alone():
    born = date(1973, 6, 15)
    known = licence_class("DE", NEW)
    assert term_end(known, issue_date=date(2029, 1, 1), birth_date=born, sex="male") == date(2034, 1, 1)


# -- terms, points ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "years"), [("B", 10), ("C1", 10), ("C", 5), ("D2", 5), ("CE", 5)])
def test_36_2024_art_57_5_the_term_runs_from_the_new_issue(code, years):
    end = term_end(licence_class(code, NEW), issue_date=date(2025, 3, 10), birth_date=BORN, sex="male")
    assert end == date(2025 + years, 3, 10)


def test_36_2024_art_57_5_motorcycle_classes_have_no_term():
    for code in ("A1", "A", "B1"):
        assert term_end(licence_class(code, NEW), issue_date=date(2026, 8, 1), birth_date=BORN, sex="female") is None


CLASSES = st.sampled_from(classes(OLD) + classes(NEW))
BIRTHS = st.dates(date(1945, 1, 1), date(2007, 1, 1))
DAYS = st.dates(date(2025, 1, 1), date(2040, 12, 31))
SEXES = st.sampled_from(["male", "female"])


@given(CLASSES, BIRTHS, DAYS, SEXES, st.booleans())
def test_reading_20_whatever_is_chosen_goes_on_with_the_same_points(held: LicenceClass, born, on, sex, restricted):
    for choice in choices(held, rule_set(on), restricted=restricted, birth_date=born, sex=sex, on=on):
        assert choice.target.part == account_part(held) == held.part
        assert choice.target.regime == NEW


@given(CLASSES, BIRTHS, DAYS, SEXES)
def test_what_is_offered_can_be_issued_and_never_outlasts_its_term(held, born, on, sex):
    found = choices(held, rule_set(on), birth_date=born, sex=sex, on=on)
    assert len({choice.target.code for choice in found}) == len(found)
    for choice in found:
        end = term_end(choice.target, issue_date=on, birth_date=born, sex=sex)
        usual = expiry_date(choice.target, issue_date=on, birth_date=born, sex=sex)
        assert (end is None) is (usual is None)
        if end is not None and usual is not None:
            assert on < end <= usual


@given(CLASSES, BIRTHS, DAYS, SEXES)
def test_one_cannot_go_down_and_come_up_again(held, born, on, sex):
    rules = rule_set(on)
    for choice in choices(held, rules, birth_date=born, sex=sex, on=on):
        if choice.kind == "downgrade":
            again = choices(choice.target, rules, birth_date=born, sex=sex, on=on)
            direct = set(codes(choices(held, rules, birth_date=born, sex=sex, on=on), "same", "converted"))
            assert not direct & set(codes(again, "same", "downgrade"))
