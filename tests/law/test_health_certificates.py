"""Health certificates: terms, groups, codes, suitability, and withdrawals. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gplx.law import health
from gplx.law import points as law
from gplx.law.health import Certificate, ClassMeant
from gplx.law.licences import classes
from gplx.law.points import CertificateWithdrawn, Decision, DrugFreeCertificate, KnowledgeTest, Offence
from gplx.law.profiles import DRAFT

B = ClassMeant("B", "2025", False)
GOOD = Certificate(date(2026, 6, 15), "eligible", B, False)


def codes(
    certificate: Certificate | None, category: str = "B", on: date = date(2026, 7, 1), **more: object
) -> list[str]:
    found = health.suitability(certificate, category=category, regime="2025", on=on, **more)  # type: ignore[arg-type]
    assert all(finding.source for finding in found)
    return [finding.code for finding in found]


def test_a_certificate_counts_through_the_corresponding_day() -> None:
    assert codes(GOOD, on=date(2027, 6, 15)) == []
    assert codes(GOOD, on=date(2027, 6, 16)) == ["certificate_expired"]
    assert codes(GOOD, on=date(2026, 6, 15)) == []
    assert codes(GOOD, on=date(2026, 6, 14)) == ["certificate_from_future"]


def test_the_term_was_six_months_until_2024() -> None:
    last, first = (replace(GOOD, concluded_on=day) for day in (date(2024, 12, 31), date(2025, 1, 1)))
    assert health.valid_until(last) == date(2025, 6, 30)
    assert health.valid_until(first) == date(2026, 1, 1)
    assert health.valid_until(replace(GOOD, concluded_on=date(2015, 12, 31))) is None


def test_a_printed_day_wins() -> None:
    assert codes(replace(GOOD, printed_until=date(2026, 7, 1))) == []
    assert codes(replace(GOOD, printed_until=date(2026, 6, 30))) == ["certificate_expired"]
    assert health.valid_until(replace(GOOD, printed_until=date(2028, 1, 1))) == date(2028, 1, 1)


def test_conclusions() -> None:
    assert codes(replace(GOOD, conclusion="not_eligible")) == ["not_eligible"]
    again = replace(GOOD, conclusion="reexamine", reexamine_on=date(2026, 7, 2))
    assert codes(again) == []
    assert codes(again, on=date(2026, 7, 2)) == ["reexamination_due"]
    assert codes(replace(again, reexamine_on=None)) == ["reexamination_due"]
    assert codes(replace(GOOD, drugs_found=True)) == ["drugs_found"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("A0-1", "A0-1"), ("A1-0", "A0-1"), ("A2-0", "A0-2"), ("A3-0", "A0-3"), ("A0-4", None), ("", None)],
)
def test_both_spellings_of_a_conclusion(written: str, code: str | None) -> None:
    assert health.conclusion_code(written) == code


def test_every_class_has_a_group_on_every_day_since_the_first() -> None:
    for regime, days in (("pre-2025", (date(2016, 1, 1), date(2024, 12, 31))), ("2025", (date(2025, 1, 1),))):
        for one in classes(regime):
            meant = ClassMeant(one.code, "2025" if regime == "2025" else "pre-2025", False)
            assert {health.group_of(meant, day) for day in days} <= {1, 2, 3}


@pytest.mark.parametrize(
    ("category", "enough_for"),
    [
        ("A1", {"A1", "B1"}),
        ("A", {"A1", "B1", "A", "B"}),
        ("B", {"A1", "B1", "A", "B"}),
        ("C1", {one.code for one in classes("2025")}),
        ("DE", {one.code for one in classes("2025")}),
    ],
)
def test_a_certificate_is_enough_for_its_group_and_those_that_ask_for_less(category: str, enough_for: set[str]) -> None:
    certificate = replace(GOOD, meant=ClassMeant(category, "2025", False))
    assert {one.code for one in classes("2025") if not codes(certificate, one.code)} == enough_for


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("B2", "B", []),
        ("B2", "C", []),
        ("B1", "B", []),
        ("B1", "C", ["class_not_covered"]),
        ("A1", "A", ["class_not_covered"]),
    ],
)
def test_an_old_certificate_for_a_new_class(old: str, new: str, found: list[str]) -> None:
    certificate = Certificate(
        date(2024, 12, 1), "eligible", ClassMeant(old, "pre-2025", False), False, printed_until=date(2026, 12, 1)
    )
    assert codes(certificate, new) == found


def test_an_old_a1_becomes_a_restricted_a_of_group_1() -> None:
    certificate = replace(GOOD, meant=ClassMeant("A", "2025", True))
    assert codes(certificate, "A") == ["class_not_covered"]
    assert codes(certificate, "A", restricted=True) == []


@pytest.mark.parametrize(
    ("code", "day", "meant"),
    [
        ("B1", date(2024, 12, 31), ClassMeant("B1", "pre-2025", False)),
        ("B1", date(2025, 1, 1), ClassMeant("B1", "2025", False)),
        ("A.03", date(2025, 1, 1), ClassMeant("A", "2025", True)),
        ("B0.1", date(2025, 1, 1), ClassMeant("B", "2025", False)),
        ("B2", date(2025, 1, 1), None),
        ("Z", date(2025, 1, 1), None),
    ],
)
def test_codes_mean_a_class_on_a_day(code: str, day: date, meant: ClassMeant | None) -> None:
    assert health.class_meant(code, day) == meant


def test_an_unknown_class_and_none_at_all() -> None:
    assert codes(replace(GOOD, meant=None)) == ["class_unknown"]
    assert codes(None) == ["certificate_missing"]
    [finding] = health.suitability(None, category="A1", regime="2025", on=date(2026, 7, 1))
    assert (finding.code, finding.blocks) == ("certificate_not_needed", False)


def test_the_drug_test_counts_for_any_class() -> None:
    on = date(2026, 7, 1)
    assert health.drug_free(replace(GOOD, meant=None, conclusion="not_eligible"), on=on) == []
    assert [one.code for one in health.drug_free(replace(GOOD, drugs_found=True), on=on)] == ["drugs_found"]
    assert [one.code for one in health.drug_free(None, on=on)] == ["certificate_missing"]


def test_the_best_of_several() -> None:
    other = replace(GOOD, concluded_on=date(2026, 6, 20), conclusion="not_eligible")
    later = replace(GOOD, concluded_on=date(2026, 6, 20))
    on = date(2026, 7, 1)
    assert health.best([other, GOOD], category="B", regime="2025", on=on) == GOOD
    assert health.best([GOOD, later], category="B", regime="2025", on=on) == later
    assert health.best([], category="B", regime="2025", on=on) is None


# -- withdrawals (ADR 0041) -------------------------------------------------------------------------------------------

EXHAUSTED = Decision("1", date(2025, 3, 1), date(2025, 3, 15), (Offence(12, True),), date(2025, 3, 15))
CERTIFICATE = DrugFreeCertificate(date(2027, 3, 1), date(2027, 3, 1), "99001|1|B|1")


def balance(*facts: law.Fact, on: date = date(2027, 4, 30)) -> int:
    return law.replay([EXHAUSTED, *facts], DRAFT, on).balance


@pytest.mark.parametrize(
    ("withdrawn_on", "tested_on", "left"),
    [
        (date(2027, 4, 1), date(2027, 4, 1), 12),
        (date(2027, 3, 31), date(2027, 4, 1), 0),
        (date(2027, 4, 2), date(2027, 4, 1), 12),
    ],
)
def test_a_withdrawn_certificate_counts_for_no_test_after_that_day(
    withdrawn_on: date, tested_on: date, left: int
) -> None:
    test = KnowledgeTest(tested_on, True, tested_on)
    assert balance(CERTIFICATE, test) == 12
    assert balance(CERTIFICATE, CertificateWithdrawn("99001|1|B|1", withdrawn_on), test) == left
    assert balance(CERTIFICATE, CertificateWithdrawn("another", withdrawn_on), test) == 12


def test_a_new_version_takes_the_place_of_a_withdrawn_one() -> None:
    withdrawn = CertificateWithdrawn("99001|1|B|1", date(2027, 3, 10))
    again = DrugFreeCertificate(date(2027, 3, 1), date(2027, 3, 20), "99001|1|B|3")
    assert balance(CERTIFICATE, withdrawn, again, KnowledgeTest(date(2027, 4, 1), True, date(2027, 4, 1))) == 12


def test_the_printed_day_counts_for_the_test_too() -> None:
    printed = CERTIFICATE._replace(valid_until=date(2027, 3, 31))
    test = KnowledgeTest(date(2027, 4, 1), True, date(2027, 4, 1))
    assert balance(printed, test) == 0
    assert balance(printed._replace(valid_until=date(2027, 4, 1)), test) == 12
