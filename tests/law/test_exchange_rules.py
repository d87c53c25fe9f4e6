"""Exchange of a licence: 12/2017/TT-BGTVT art. 36-38; 35/2024/TT-BGTVT art. 34, 36; 12/2025/TT-BCA art. 19, 21."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.exchange_dossier import Application, RuleSet, after_expiry, needed_documents, needs_health_certificate
from gplx.law.exchange_rules import R1, R2, R3, R4, RULE_SETS, rule_set
from gplx.law.licences import classes, licence_class
from gplx.law.periods import NotInForceError, add_months

B, A = licence_class("B", "2025"), licence_class("A", "2025")
DAY = timedelta(days=1)
SETS = st.sampled_from([R1, R2, R3, R4])
DAYS = st.dates(date(2020, 7, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("first_day", "before", "after"),
    [("2025-01-01", "R1", "R2"), ("2025-03-01", "R2", "R3"), ("2026-07-01", "R3", "R4")],
)
def test_the_rules_change_with_the_day_the_dossier_is_complete(first_day, before, after):
    day = date.fromisoformat(first_day)
    assert (rule_set(day - DAY).id, rule_set(day).id) == (before, after)


def test_adr_0063_an_officer_may_name_another_set():
    assert rule_set(date(2026, 7, 1), override="R3") is R3
    assert rule_set(date(2025, 1, 1), override="R1").limit("supplement")


def test_nothing_before_the_pilot():
    assert rule_set(date(2020, 7, 1)).id == "R1"
    with pytest.raises(NotInForceError):
        rule_set(date(2020, 6, 30))


@given(DAYS)
def test_each_day_has_one_rule_set_with_everything_it_needs(day):
    rules = rule_set(day)
    assert rules.limit("result")
    assert rules.cases["before_expiry"]
    assert rules.expired[0].from_months == 0
    assert [row.from_months for row in rules.expired] == sorted({row.from_months for row in rules.expired})
    assert bool(rules.caution_vi) is bool(rules.caution_en)


def test_what_was_not_read_says_so():
    assert [rules.is_verified for rules in (R1, R2, R3, R4)] == [False, True, True, False]
    assert {row.mark for row in RULE_SETS.rows} == {"V", "S"}


def test_who_decides():
    assert "Sở Giao thông vận tải" in R1.body_vi
    assert "Sở Giao thông vận tải" in R2.body_vi
    assert "Công an cấp xã" in R3.body_vi
    assert R4.body_vi == R3.body_vi


# -- documents -------------------------------------------------------------------------------------------------------


def needed(rules: RuleSet, **changes: object) -> list[str]:
    asked = {"case": "before_expiry", "target": B, "online": True, **changes}
    return [document.code for document in needed_documents(rules, Application(**asked))]  # type: ignore[arg-type]


def test_12_2017_art_38_components():
    assert needed(R1) == ["form", "health_certificate", "old_licence", "identity", "photo"]


def test_35_2024_art_36_2_components():
    assert needed(R2) == ["form", "health_certificate", "old_licence"]
    assert needed(R2, online=False) == ["form", "health_certificate", "old_licence", "photo"]
    assert needed(R2, partly_revoked=True) == ["form", "health_certificate", "penalty_decision"]
    assert needed(R2, foreigner=True) == ["form", "health_certificate", "old_licence", "identity"]


def test_12_2025_art_21_2_components():
    assert needed(R3) == ["form", "health_certificate"]
    assert needed(R3, online=False, foreigner=True) == ["form", "health_certificate", "identity", "photo"]
    assert needed(R3, case="data_change") == ["form", "health_certificate", "proof_of_change"]
    assert "old_licence" not in needed(R3, online=False)


@pytest.mark.parametrize(
    ("rules", "regime", "exempt"),
    [(R1, "pre-2025", {"A1", "A2", "A3"}), (R2, "2025", {"A1", "A", "B1"}), (R3, "2025", {"A1", "A", "B1"})],
)
def test_motorcycle_classes_need_no_health_certificate(rules, regime, exempt):
    without = {
        known.code
        for known in classes(regime)
        if not needs_health_certificate(rules, Application("before_expiry", known))
    }
    assert without == exempt


def test_12_2017_art_38_splitting_needs_no_health_certificate():
    assert "health_certificate" not in needed(R1, case="split")
    assert "split" not in R3.cases


# -- refusal, violations, limits -------------------------------------------------------------------------------------


def test_12_2017_art_37_6_grounds_of_refusal():
    assert [ground.code for ground in R1.grounds] == [
        "foreign_or_temporary",
        "not_in_register",
        "demobilised",
        "unfit",
    ]
    assert not R1.violation.bars


@pytest.mark.parametrize("rules", [R2, R3, R4])
def test_36_2024_art_62_4_an_unfinished_case_puts_the_exchange_off(rules):
    assert rules.violation.bars
    assert str(rules.violation.source) == "36/2024/QH15 art. 62(4)"
    assert {ground.code: ground.final for ground in rules.grounds} == {
        "not_in_register": True,
        "unfinished_violation": False,
    }


def test_12_2025_art_21_1_e_asks_that_the_card_is_gone_and_no_record_found():
    (ground,) = [ground for ground in R3.grounds if ground.code == "not_in_register"]
    assert ground.source == "12/2025/TT-BCA art. 21(1)(e)"
    assert "no longer has the licence and" in ground.says_en
    (before,) = [ground for ground in R2.grounds if ground.code == "not_in_register"]
    assert "no longer" not in before.says_en


def test_limits_in_half_days():
    def halves(day: str) -> dict[str, int]:
        return {limit.code: limit.half_days for limit in rule_set(date.fromisoformat(day)).limits}

    assert halves("2024-05-31") == {"result": 10}
    assert halves("2024-06-01") == {"supplement": 4, "result": 10}
    assert halves("2025-01-01") == {"supplement": 4, "result": 10}
    assert halves("2026-06-30") == {"supplement": 4, "forward": 2, "electronic": 6, "result": 10}
    assert halves("2026-07-01") == {"supplement": 4, "forward": 2, "electronic": 6, "result": 7}


def test_each_case_and_row_has_its_citation():
    for rules in (R1, R2, R3, R4):
        cited = [*rules.cases.values(), *(row.source for row in rules.documents + rules.grounds)]
        assert all(citation.locator for citation in cited)
        assert all(row.name_vi and row.name_en for row in rules.documents)


# -- expired licences ------------------------------------------------------------------------------------------------

ENDED = date(2025, 11, 30)


@pytest.mark.parametrize(
    ("rules", "filed_on", "outcome"),
    [
        (R1, "2025-11-30", "exchange"),
        (R1, "2025-12-01", "exchange"),
        (R1, "2026-02-28", "exchange"),  # three months after 30 November end on the last day of February
        (R1, "2026-03-01", "theory_test"),
        (R1, "2026-11-30", "theory_test"),
        (R1, "2026-12-01", "theory_and_practice"),
        (R2, "2025-11-30", "exchange"),
        (R2, "2025-12-01", "theory_test"),
        (R2, "2026-11-30", "theory_test"),
        (R2, "2026-12-01", "theory_and_practice"),
        (R3, "2025-11-30", "exchange"),
        (R3, "2025-12-01", "theory_test"),
        (R3, "2026-11-30", "theory_test"),
        (R3, "2026-12-01", "theory_and_practice"),
    ],
)
def test_what_an_expired_licence_needs(rules, filed_on, outcome):
    assert after_expiry(rules, expiry_date=ENDED, filed_on=date.fromisoformat(filed_on)).outcome == outcome


def test_12_2025_art_19_2_less_than_a_month_by_hardship_needs_no_test():
    last = date(2025, 12, 30)
    for filed_on, outcome in ((last, "exchange"), (last + DAY, "theory_test")):
        assert after_expiry(R3, expiry_date=ENDED, filed_on=filed_on, hardship=True).outcome == outcome
    assert after_expiry(R3, expiry_date=ENDED, filed_on=last).outcome == "theory_test"
    assert after_expiry(R2, expiry_date=ENDED, filed_on=last, hardship=True).outcome == "theory_test"
    assert after_expiry(R3, expiry_date=ENDED, filed_on=last, hardship=True).by_relief


def test_12_2017_art_36_1_below_three_months_is_inferred():
    assert after_expiry(R1, expiry_date=ENDED, filed_on=ENDED + DAY).inferred
    assert not after_expiry(R1, expiry_date=ENDED, filed_on=ENDED).inferred
    for rules, months in ((R1, 3), (R1, 12), (R2, 0), (R2, 12), (R3, 0), (R3, 12)):
        found = after_expiry(rules, expiry_date=ENDED, filed_on=add_months(ENDED, months) + DAY)
        assert (found.inferred, found.by_relief) == (False, False)


def test_36_2024_art_57_5_a_class_without_a_term_never_expires():
    for rules, filed_on, source in (
        (R1, date(2024, 12, 31), "12/2017/TT-BGTVT art. 17"),
        (R2, date(2025, 1, 1), "36/2024/QH15 art. 57(5)(a)"),
        (R3, date(2099, 1, 1), "36/2024/QH15 art. 57(5)(a)"),
    ):
        found = after_expiry(rules, expiry_date=None, filed_on=filed_on)
        assert (found.outcome, found.source, found.last_day) == ("exchange", source, None)


ORDER = ("exchange", "theory_test", "theory_and_practice")


@given(SETS, DAYS, st.integers(0, 900), st.integers(0, 900), st.booleans())
def test_waiting_longer_never_asks_for_less(rules, ended, one, other, hardship):
    sooner, later = sorted((one, other))
    first = after_expiry(rules, expiry_date=ended, filed_on=ended + sooner * DAY, hardship=hardship)
    then = after_expiry(rules, expiry_date=ended, filed_on=ended + later * DAY, hardship=hardship)
    assert ORDER.index(first.outcome) <= ORDER.index(then.outcome)


@given(SETS, DAYS, st.integers(-30, 900), st.booleans())
def test_an_answer_holds_until_its_last_day_and_not_longer(rules, ended, days, hardship):
    filed_on = ended + days * DAY
    found = after_expiry(rules, expiry_date=ended, filed_on=filed_on, hardship=hardship)
    if found.last_day is None:
        assert filed_on > add_months(ended, 12)
    else:
        assert filed_on <= found.last_day
        again = after_expiry(rules, expiry_date=ended, filed_on=found.last_day, hardship=hardship)
        assert again == found
        assert after_expiry(rules, expiry_date=ended, filed_on=found.last_day + DAY, hardship=hardship) != found
