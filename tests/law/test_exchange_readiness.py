"""The readiness check: 36/2024/QH15 art. 57(7), 58, 62; 12/2025/TT-BCA art. 18(8), 19, 21, 25; readings 5 and 20."""

import string
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.exchange_readiness import (
    SILENT,
    Asked,
    Held,
    Printed,
    is_genuine,
    readiness,
    service_is_open,
    verdict,
)
from gplx.law.exchange_rules import rule_set
from gplx.law.exchange_texts import TEXTS, told
from gplx.law.health import Certificate, ClassMeant
from gplx.law.licences import classes
from gplx.law.provinces import UnknownProvinceError, provinces

ON = date(2026, 3, 10)
FIT = Certificate(date(2026, 1, 5), "eligible", ClassMeant("B", "2025", False), False)
READY = Asked(
    on=ON,
    province_code="01",
    birth_date=date(1985, 2, 1),
    sex="male",
    licence=Held("B2", "pre-2025", date(2026, 9, 1)),
    genuine=True,
    certificates=[FIT],
    open_cases=[],
    balance=12,
)


def held(category: str, regime: str = "pre-2025", until: str | None = "2026-09-01", **more: bool) -> Held:
    return Held(
        category,
        "pre-2025" if regime == "pre-2025" else "2025",
        date.fromisoformat(until) if until else None,
        **more,
    )


def ask(**changes: object):
    asked = replace(READY, **changes)  # type: ignore[arg-type]
    return readiness(asked, rule_set(asked.on))


def test_all_is_ready():
    found = ask()
    assert [condition.code for condition in found] == [
        "service_open",
        "licence_found",
        "licence_genuine",
        "case_named",
        "class_exchanged",
        "in_term",
        "not_revoked",
        "no_open_case",
        "health_certificate",
        "points",
    ]
    assert {condition.state for condition in found} == {"met"}
    assert verdict(found) == "ready"


def fit(**changes: object) -> list[Certificate]:
    return [replace(FIT, **changes)]  # type: ignore[arg-type]


PILOT, R1_GAP, R2_DAY, R4_DAY = date(2021, 9, 30), date(2022, 6, 1), date(2025, 2, 3), date(2026, 7, 1)
CASES: list[tuple[str, str, dict[str, object]]] = [
    # what is said, the state of its condition, and what differs from a person who is ready
    ("service.open", "met", {}),
    ("service.open", "met", {"on": PILOT, "province_code": "35"}),
    ("service.open", "met", {"on": R1_GAP, "opened_in": frozenset({"01"})}),
    ("service.closed", "not_met", {"on": PILOT, "province_code": "22"}),
    ("service.closed", "not_met", {"on": R1_GAP, "opened_in": frozenset({"08"})}),
    ("service.not_known", "not_known", {"on": R1_GAP}),
    ("licence.found", "met", {}),
    ("licence.not_found", "not_met", {"licence": None}),
    ("licence.silent", "not_known", {"licence": SILENT}),
    ("genuine.yes", "met", {}),
    ("genuine.differs", "not_met", {"genuine": False}),
    ("genuine.not_known", "not_known", {"genuine": None}),
    ("reason.named", "met", {"case": "damaged"}),
    ("reason.not_named", "not_known", {"case": "split"}),
    ("class.same", "met", {"licence": held("B", "2025")}),
    ("class.converted", "met", {}),
    ("class.downgrade", "met", {"licence": held("C"), "target": "B"}),
    ("class.over_age", "met", {"on": PILOT, "licence": held("E"), "birth_date": date(1966, 9, 29)}),
    ("class.restricted", "met", {"licence": held("A1", until=None)}),
    ("class.without_largest", "met", {"licence": held("E"), "birth_date": date(1969, 3, 9)}),
    ("class.too_young", "not_met", {"licence": held("FB2"), "birth_date": date(2003, 1, 1), "target": "C1E"}),
    ("class.not_offered", "not_met", {"target": "D"}),
    (
        "class.not_offered",
        "not_met",
        {"on": R4_DAY, "licence": held("D", "2025"), "birth_date": date(1969, 7, 1)},
    ),
    ("class.none", "not_met", {"licence": held("A4")}),
    ("term.none", "met", {"licence": held("A2", until=None)}),
    ("term.running", "met", {"licence": held("B2", until="2026-03-10")}),
    ("term.relief", "met", {"licence": held("B2", until="2026-02-10"), "hardship": True}),
    ("term.inferred", "met", {"on": PILOT, "licence": held("B2", until="2021-06-30")}),
    ("term.theory_test", "not_met", {"licence": held("B2", until="2026-03-09")}),
    ("term.theory_test", "not_met", {"licence": held("B2", until="2026-02-09"), "hardship": True}),
    ("term.theory_and_practice", "not_met", {"licence": held("B2", until="2025-03-09")}),
    ("withdrawn.unfit", "not_met", {"withdrawn": "unfit"}),
    ("withdrawn.wrongly_issued", "not_met", {"withdrawn": "wrongly_issued"}),
    ("withdrawn.uncollected", "not_met", {"withdrawn": "uncollected"}),
    ("revoked.no", "met", {"revoked_until": date(2026, 3, 9)}),
    ("revoked.until", "not_met", {"revoked_until": ON}),
    ("revoked.other_part", "met", {"other_part_revoked": True}),
    ("revoked.other_part_decision", "met", {"on": R2_DAY, "other_part_revoked": True}),
    ("revoked.silent", "not_known", {"revoked_until": SILENT}),
    ("case.none", "met", {}),
    ("case.open", "not_met", {"open_cases": ["BB-999"]}),
    ("case.noted", "not_met", {"on": PILOT, "open_cases": ["BB-999"]}),
    ("case.silent", "not_known", {"open_cases": SILENT}),
    ("health.not_needed", "met", {"licence": held("A2", until=None), "certificates": []}),
    ("health.suits", "met", {}),
    ("health.silent", "not_known", {"certificates": SILENT}),
    ("health.certificate_missing", "not_met", {"certificates": []}),
    ("health.certificate_from_future", "not_met", {"certificates": fit(concluded_on=date(2026, 3, 11))}),
    ("health.certificate_expired", "not_met", {"certificates": fit(concluded_on=date(2025, 3, 9))}),
    ("health.not_eligible", "not_met", {"certificates": fit(conclusion="not_eligible")}),
    ("health.reexamination_due", "not_met", {"certificates": fit(conclusion="reexamine", reexamine_on=ON)}),
    ("health.class_unknown", "not_known", {"certificates": fit(meant=None)}),
    ("health.class_not_covered", "not_met", {"target": "C1"}),
    ("health.drugs_found", "not_met", {"certificates": fit(drugs_found=True)}),
    ("points.kept", "met", {"balance": 1}),
    ("points.exhausted", "met", {"balance": 0}),
    ("points.silent", "not_known", {"balance": SILENT}),
    ("rules.not_read", "not_known", {"on": R4_DAY}),
]


@pytest.mark.parametrize(("says", "state", "changes"), CASES)
def test_what_is_said_and_when(says, state, changes):
    assert [condition.state for condition in ask(**changes) if condition.says == says] == [state]


def test_everything_that_can_be_said_has_a_case():
    assert {says for says, _, _ in CASES} == TEXTS.keys()


def test_what_is_not_met_or_not_known_says_what_to_do():
    for says, state, _ in CASES:
        if state != "met" and says != "points.silent":
            assert TEXTS[says].remedy_vi
            assert TEXTS[says].remedy_en
    for text in TEXTS.values():
        assert bool(text.remedy_vi) is bool(text.remedy_en)


def test_both_languages_name_the_same_values():
    def named(*texts: str) -> set[str]:
        found = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
        return {name.removesuffix("_vi").removesuffix("_en") for name in found}

    for key, text in TEXTS.items():
        assert named(text.says_vi, text.remedy_vi) == named(text.says_en, text.remedy_en), key


def test_a_person_is_told_in_both_languages():
    (term,) = [one for one in ask(licence=held("B2", until="2026-03-09")) if one.code == "in_term"]
    assert told(term, "vi")[0] == "Giấy phép hết hạn ngày 09/03/2026: phải sát hạch lại lý thuyết."
    assert told(term, "en")[0] == "The licence expired on 2026-03-09: the theory test has to be taken again."
    assert [str(source) for source in term.sources] == ["12/2025/TT-BCA art. 19(2)"]


def test_an_automatic_b_needs_a_certificate_for_b():
    b1_auto = held("B1_AUTO")
    for meant, says in (("B1", "health.class_not_covered"), ("B", "health.suits")):
        found = ask(licence=b1_auto, certificates=fit(meant=ClassMeant(meant, "2025", False)))
        assert [one.says for one in found if one.code == "health_certificate"] == [says]
        assert [one.says for one in found if one.code == "class_exchanged"] == ["class.restricted"]


# -- what bars, what does not ----------------------------------------------------------------------------------------


def test_fact_28_zero_points_is_no_bar():
    found = ask(balance=0)
    assert verdict(found) == "ready"
    assert "36/2024/QH15 art. 58(3), 58(4)" in found[-1].sources


def test_there_were_no_points_before_2025():
    assert "points" not in {condition.code for condition in ask(on=PILOT)}
    assert "points" in {condition.code for condition in ask(on=R2_DAY)}


def test_a_silent_source_never_counts_against_the_person():
    for changes in ({"certificates": SILENT}, {"open_cases": SILENT}, {"revoked_until": SILENT}, {"licence": SILENT}):
        found = ask(**changes)
        assert verdict(found) == "not_known"
        assert not any(condition.stands_in_the_way for condition in found)


def test_not_found_is_verified_not_refused():
    (condition,) = [one for one in ask(licence=None) if one.code == "licence_found"]
    assert (condition.state, condition.stands_in_the_way) == ("not_met", False)


def test_an_unfinished_case_bars_since_2025_01_01():
    for day, expected in ((date(2024, 12, 31), "not_known"), (date(2025, 1, 1), "not_ready")):
        certificates = fit(concluded_on=day)
        found = ask(on=day, open_cases=["BB-999"], certificates=certificates)
        assert verdict(found) == expected  # in 2024 no text says where the service was open
        (case,) = [one for one in found if one.code == "no_open_case"]
        assert case.stands_in_the_way is (expected == "not_ready")


def test_12_2025_art_18_8_a_genuine_licence_agrees_in_three_things():
    recorded = Printed("AB123456", date(2016, 9, 1), date(2026, 9, 1))
    assert is_genuine(recorded, recorded) is True
    assert is_genuine(recorded._replace(blank_number="AB123457"), recorded) is False
    assert is_genuine(recorded._replace(issue_date=date(2016, 9, 2)), recorded) is False
    assert is_genuine(recorded._replace(expiry_date=None), recorded) is False
    assert is_genuine(None, recorded) is None
    assert is_genuine(None, recorded, in_e_id_account=True) is True


@pytest.mark.parametrize(
    ("day", "count"), [("2020-07-01", 2), ("2021-09-30", 2), ("2021-10-01", 12), ("2021-12-31", 12), ("2025-01-01", 63)]
)
def test_the_pilot_began_in_two_provinces_and_went_on_in_twelve(day, count):
    on = date.fromisoformat(day)
    assert sum(service_is_open(unit.code, on) is True for unit in provinces(on)) == count


def test_where_the_service_was_open_from_2022_to_2024_is_not_known():
    assert service_is_open("01", date(2022, 1, 1)) is None
    assert service_is_open("01", date(2024, 12, 31)) is None
    assert service_is_open("01", date(2024, 12, 31), frozenset({"01"})) is True


def test_a_province_is_one_of_its_day():
    assert service_is_open("35", date(2025, 6, 30))
    with pytest.raises(UnknownProvinceError):
        service_is_open("35", date(2025, 7, 1))


# -- whoever asks ----------------------------------------------------------------------------------------------------

CERTIFICATES = st.builds(
    Certificate,
    concluded_on=st.dates(date(2019, 1, 1), date(2028, 1, 1)),
    conclusion=st.sampled_from(["eligible", "not_eligible", "reexamine"]),
    meant=st.none() | st.sampled_from([ClassMeant(one.code, one.regime, False) for one in classes("2025")]),
    drugs_found=st.booleans(),
)


@st.composite
def people(draw):
    on = draw(st.dates(date(2020, 7, 1), date(2028, 12, 31)))
    known = draw(st.sampled_from(classes("pre-2025") + (classes("2025") if on.year >= 2025 else ())))
    ended = None if known.term_years is None else on + timedelta(days=draw(st.integers(-800, 3000)))
    return Asked(
        on=on,
        province_code=draw(st.sampled_from([unit.code for unit in provinces(on)])),
        birth_date=draw(st.dates(date(1950, 1, 1), date(2002, 1, 1))),
        sex=draw(st.sampled_from(["male", "female"])),
        licence=draw(st.sampled_from([None, SILENT, Held(known.code, known.regime, ended, draw(st.booleans()))])),
        genuine=draw(st.sampled_from([True, False, None, SILENT])),
        target=draw(st.sampled_from([None, "A", "B", "C1", "D"])),
        certificates=draw(st.just(SILENT) | st.lists(CERTIFICATES, max_size=2)),
        open_cases=draw(st.sampled_from([SILENT, [], ["BB-999"]])),
        revoked_until=draw(st.sampled_from([SILENT, None, on])),
        withdrawn=draw(st.sampled_from([None, None, "unfit", "uncollected"])),
        balance=draw(st.just(SILENT) | st.integers(0, 12)),
        hardship=draw(st.booleans()),
    )


@given(people())
def test_whoever_asks_is_told_in_words_and_with_an_article(asked):
    found = readiness(asked, rule_set(asked.on))
    assert len({condition.code for condition in found}) == len(found)
    for condition in found:
        assert condition.sources
        for language in ("vi", "en"):
            says, remedy = told(condition, "vi" if language == "vi" else "en")
            assert says
            assert "{" not in says + remedy


@given(people(), st.integers(0, 12))
def test_points_never_decide(asked, balance):
    one = verdict(readiness(replace(asked, balance=balance), rule_set(asked.on)))
    assert one == verdict(readiness(replace(asked, balance=0), rule_set(asked.on)))


@given(people())
def test_silence_never_makes_it_worse(asked):
    silent = replace(asked, certificates=SILENT, open_cases=SILENT, revoked_until=SILENT, genuine=SILENT)
    rules = rule_set(asked.on)
    against = {one.code for one in readiness(asked, rules) if one.stands_in_the_way}
    assert {one.code for one in readiness(silent, rules) if one.stands_in_the_way} <= against
