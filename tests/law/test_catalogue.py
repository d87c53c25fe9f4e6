"""The catalogue of offences: every row of the tables, by the day of the act."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gplx.law import catalogue, tables
from gplx.law.catalogue import CodeNotInForceError, UnknownCodeError, offence, offences, search

START = date(2025, 1, 1)
AMENDED = date(2026, 8, 15)
LAST_DAY_BEFORE = date(2026, 8, 14)
DRAFT, IN_FORCE = "draft-2024-10", "in-force"

# Article: rows at 2, 3, 4, 6, 8 and 10 points. Counted by hand from the deduction clauses of 168/2024.
LEVELS_BY_ARTICLE_2025 = {
    6: (19, 0, 9, 4, 0, 4),
    7: (8, 0, 6, 2, 0, 3),
    12: (2, 0, 0, 0, 0, 0),
    13: (12, 0, 0, 2, 0, 1),
    14: (3, 0, 0, 2, 0, 0),
    17: (2, 0, 0, 0, 0, 0),
    18: (3, 0, 0, 0, 0, 0),
    20: (21, 0, 2, 1, 0, 2),
    21: (12, 0, 7, 1, 2, 3),
    22: (2, 0, 5, 0, 0, 0),
    23: (2, 0, 1, 0, 0, 0),
    24: (1, 0, 0, 0, 0, 0),
    25: (1, 0, 0, 0, 0, 0),
    26: (8, 0, 0, 1, 0, 0),
    27: (5, 0, 0, 0, 0, 0),
    28: (1, 0, 0, 1, 0, 0),
    29: (1, 0, 0, 0, 0, 0),
    30: (1, 0, 0, 0, 0, 0),
    32: (16, 2, 10, 2, 1, 4),
    34: (6, 2, 1, 0, 0, 1),
}
LEVELS = (2, 3, 4, 6, 8, 10)
# 238/2026 art. 7(3), 10(1), 11(3): article, level, number of added rows.
ADDED_2026 = {"168/2024:20.8a": 6, "168/2024:29.3a.a": 2, "168/2024:29.3a.b": 2, "168/2024:32.13.e": 4}
# Rows whose wording changed without a change of level: 238/2026 (29 codes) and 118/2025/QH15 art. 7(15) (3 codes).
REWORDED_BY_238_2026 = 29
REWORDED_BY_118_2025 = {"168/2024:20.6.d", "168/2024:21.5.b", "168/2024:32.9.d"}


def by_article(day: date) -> dict[int, tuple[int, ...]]:
    counted = Counter((int(row.article), row.points) for row in offences(day, IN_FORCE))
    return {article: tuple(counted[article, level] for level in LEVELS) for article, _ in counted}


# --- coverage in time -------------------------------------------------------------------------------------------


def test_every_code_has_exactly_one_level_on_every_day_since_its_first():
    rows_by_code: dict[str, list[tuple[date, int]]] = {}
    for table in ("offences-168-2024", "offences-draft-2024-10"):
        for row in tables.rows(table):
            dated = (date.fromisoformat(row["first_day"]), int(row["points"]))
            rows_by_code.setdefault(row["code"], []).append(dated)
    assert len(rows_by_code) == 212 + 27
    for day in (START + timedelta(days=number) for number in range(366 * 6)):
        listed = {row.code: row.points for row in offences(day, DRAFT)}
        assert len(listed) == len(offences(day, DRAFT)), day
        for code, rows in rows_by_code.items():
            holding = [points for first_day, points in rows if first_day <= day]
            assert listed.get(code) == (holding[-1] if holding else None), (code, day)


def test_listing_and_look_up_agree_on_every_day_around_a_change():
    changes = [START, date(2026, 7, 1), AMENDED]
    for day in [*changes, *(day - timedelta(days=1) for day in changes[1:]), date(2031, 1, 1)]:
        for row in offences(day, DRAFT):
            assert offence(row.code, day) is row


def test_no_two_rows_of_a_code_begin_on_one_day():
    for table in ("offences-168-2024", "offences-draft-2024-10"):
        keys = Counter((row["code"], row["first_day"]) for row in tables.rows(table))
        assert max(keys.values()) == 1


def test_nothing_costs_points_before_the_points_system():
    assert offences(date(2024, 12, 31), DRAFT) == ()
    assert offences(date(2024, 12, 31), IN_FORCE) == ()


# --- totals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [START, date(2026, 6, 30), date(2026, 7, 1), LAST_DAY_BEFORE])
def test_168_2024_holds_208_rows_by_level_and_article(day):
    assert by_article(day) == LEVELS_BY_ARTICLE_2025
    rows = offences(day, IN_FORCE)
    assert len(rows) == 208
    assert Counter(row.points for row in rows) == {2: 126, 3: 4, 4: 41, 6: 16, 8: 3, 10: 18}


def test_208_rows_are_204_provisions():
    assert len({row.code.partition("@")[0] for row in offences(START, IN_FORCE)}) == 204
    assert len({row.code.partition("@")[0] for row in offences(AMENDED, IN_FORCE)}) == 208


@pytest.mark.parametrize("day", [AMENDED, date(2028, 1, 1), date(2035, 12, 31)])
def test_238_2026_adds_four_rows_and_takes_none(day):
    before = {row.code: row.points for row in offences(LAST_DAY_BEFORE, IN_FORCE)}
    after = {row.code: row.points for row in offences(day, IN_FORCE)}
    assert len(after) == 212
    assert {code: after[code] for code in after.keys() - before.keys()} == ADDED_2026
    assert {code: after[code] for code in before} == before


def test_the_amendments_reword_29_rows_and_the_new_driving_time_rule_three():
    changed: Counter[str] = Counter()
    for row in offences(AMENDED, IN_FORCE):
        for later in catalogue.history(row.code)[1:]:
            changed[later.source.instrument] += 1
    assert changed == {"238/2026": REWORDED_BY_238_2026, "118/2025/QH15": len(REWORDED_BY_118_2025)}
    new_wording = [row for row in offences(date(2026, 7, 1), IN_FORCE) if row.first_day == date(2026, 7, 1)]
    assert {row.code for row in new_wording} == REWORDED_BY_118_2025


@pytest.mark.parametrize("provision", ["6.1a", "20.5.n", "21.8.e", "26.7.k", "26.7.l", "26.8.d", "32.9a.a", "32.11.e"])
def test_provisions_added_without_points_are_not_in_the_catalogue(provision):
    with pytest.raises(UnknownCodeError):
        offence(f"168/2024:{provision}", AMENDED)


def test_the_law_in_force_never_takes_12_points_at_once_and_uses_no_other_level():
    assert {row.points for row in offences(AMENDED, IN_FORCE)} == set(LEVELS)


def test_articles_that_deduct_nothing_have_no_row():
    listed = {int(row.article) for row in offences(AMENDED, IN_FORCE)}
    assert listed.isdisjoint({8, 9, 10, 11, 15, 16, 19, 31, 33, 35, 36, 37, 38, 39, 40})
    assert len(listed) == 20


# --- the draft --------------------------------------------------------------------------------------------------


def test_the_draft_rows_are_known_by_level():
    rows = [row for row in offences(START, DRAFT) if row.code.startswith("draft-2024:")]
    assert Counter(row.points for row in rows) == {12: 10, 10: 2, 6: 6, 3: 6, 2: 3}


def test_of_all_acts_only_driving_with_drugs_is_a_drug_offence():
    assert [row.code for row in offences(AMENDED, DRAFT) if row.drug] == ["draft-2024:any.drugs.driving"]


def test_draft_codes_belong_to_the_draft_profile_alone():
    assert not any(row.code.startswith("draft-2024:") for row in offences(AMENDED, IN_FORCE))
    assert set(offences(AMENDED, IN_FORCE)) < set(offences(AMENDED, DRAFT))
    assert not catalogue.is_of_profile("draft-2024:any.weaving", IN_FORCE)
    assert catalogue.is_of_profile("draft-2024:any.weaving", DRAFT)
    assert catalogue.is_of_profile("168/2024:6.9.b", IN_FORCE)


def test_the_catalogue_says_how_much_of_the_draft_it_knows():
    known = catalogue.known_count(DRAFT)
    assert (known.topics, known.topics_in_all) == (24, 189)
    assert (known.twelve_point_topics, known.twelve_point_topics_in_all) == (9, 28)
    assert known.rows == ((START, 27),)
    assert not known.is_complete


def test_the_enacted_list_is_complete():
    known = catalogue.known_count(IN_FORCE)
    assert known.rows == ((START, 208), (AMENDED, 212))
    assert known.is_complete
    assert known.topics == 212
    assert known.twelve_point_topics == 0


def test_each_draft_row_names_its_publications_and_how_sure_they_are():
    for row in offences(START, DRAFT):
        is_draft = row.code.startswith("draft-2024:")
        assert bool(row.reported_by) is is_draft
        assert row.certainty in ({"press-list", "press-single"} if is_draft else {""})


def test_each_nearest_provision_of_a_draft_row_exists_or_is_a_revocation():
    for row in offences(START, DRAFT):
        for provision in row.nearest:
            if not provision.startswith("revocation:"):
                assert offence(f"168/2024:{provision}", START).code


# --- single values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provision", "points"),
    [
        ("6.9.b", 4),  # red light, car
        ("7.7.c", 4),  # red light, motorcycle
        ("6.6.c", 4),  # alcohol level 1
        ("7.6.a", 4),
        ("6.9.a", 10),  # alcohol level 2
        ("7.8.b", 10),
        ("6.5.đ", 2),  # speeding 10 to 20, 20 to 35, over 35
        ("6.6.a", 4),
        ("6.7.a", 6),
        ("7.8.a", 4),
        ("6.5.h", 4),  # phone in the hand
        ("7.4.đ", 4),
        ("6.9.d", 4),  # one-way street
        ("7.7.a", 2),
        ("6.11.đ", 10),  # against the traffic on an expressway
        ("6.8", 6),  # hit and run
        ("7.9.c", 6),
        ("6.10.a", 10),  # crash-aggravated
        ("6.10.b", 10),
        ("7.10.a", 10),
        ("7.10.b", 10),
        ("21.11", 10),
        ("34.4.b", 3),
        ("34.4.c", 3),
        ("32.14.e", 3),
        ("32.14.g", 3),
        ("21.7.a", 8),
        ("21.7.b", 8),
        ("32.15", 8),
        ("20.2@50-100", 4),
        ("20.2@over100", 10),
        ("32.6@50-100", 4),
        ("32.6@over100", 10),
    ],
)
def test_anchor_values_of_168_2024(provision, points):
    for day in (START, LAST_DAY_BEFORE, AMENDED):
        assert offence(f"168/2024:{provision}", day).points == points


# An owner who drives is sanctioned under article 32 instead: 168/2024 art. 47(3). The points are the same.
@pytest.mark.parametrize(
    ("driver", "owner"),
    [
        ("13.4.a", "32.12.a"),
        ("13.6.a", "32.9.đ"),
        ("13.7.b", "32.12.b"),
        ("13.8.a", "32.13.d"),
        ("14.3.a", "32.8.h"),
        ("20.2@50-100", "32.5@50-100"),
        ("20.4@over100", "32.6@over100"),
        ("21.5.a", "32.11.b"),
        ("21.6.a", "32.13.a"),
        ("21.7.a", "32.15"),
        ("21.8.a", "32.16.b"),
        ("22.3.a", "32.14.a"),
        ("34.4.a", "32.14.đ"),
        ("34.5.a", "32.16.a"),
        ("20.8", "26.8.c"),
        ("27.3.b", "26.6.b"),
    ],
)
def test_art_47_3_owner_and_driver_lose_the_same_points(driver, owner):
    assert offence(f"168/2024:{driver}", START).points == offence(f"168/2024:{owner}", START).points


def test_a_row_holds_everything_the_table_says():
    row = offence("168/2024:6.9.b", date(2025, 2, 1))
    assert (row.article, row.clause, row.point, row.deduct_clause) == ("6", "9", "b", "6.16.b")
    assert (row.vehicle_group, row.part, row.drug) == ("car", "car", False)
    assert (row.fine_min_vnd, row.fine_max_vnd) == (18_000_000, 20_000_000)
    assert row.summary_vi == "Vượt đèn tín hiệu"
    assert str(row.source) == "168/2024 art. 6(16)(b)"
    assert row.first_day == START


def test_the_vehicle_of_the_code_decides_the_part_of_the_licence():
    assert offence("168/2024:7.7.c", START).part == "motorcycle"
    assert offence("168/2024:12.11.a", START).part is None  # any vehicle
    assert offence("168/2024:34.3.b", START).part is None  # tracked vehicle
    assert offence("draft-2024:any.weaving", START).part is None
    assert offence("draft-2024:car.steering.feet", START).part == "car"


# --- by the day of the act --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(ADDED_2026))
def test_an_added_row_begins_on_2026_08_15(code):
    assert offence(code, AMENDED).first_day == AMENDED
    with pytest.raises(CodeNotInForceError, match=r"from 2026-08-15; the act is of 2026-08-14"):
        offence(code, LAST_DAY_BEFORE)


def test_the_wording_of_the_day_of_the_act_counts():
    assert "cắt nóc" in offence("168/2024:21.8.d", LAST_DAY_BEFORE).summary_vi
    assert "cắt nóc" not in offence("168/2024:21.8.d", AMENDED).summary_vi
    assert str(offence("168/2024:21.8.d", AMENDED).source) == "238/2026 art. 8(4)(a)"


def test_driving_time_has_three_wordings():
    days = {date(2026, 6, 30): "168/2024", date(2026, 7, 1): "118/2025/QH15", LAST_DAY_BEFORE: "118/2025/QH15"}
    for day, instrument in {**days, AMENDED: "238/2026"}.items():
        assert offence("168/2024:20.6.d", day).source.instrument == instrument


def test_an_act_before_the_first_day_is_refused_with_both_dates():
    with pytest.raises(CodeNotInForceError, match=r"168/2024:6\.9\.b .* 2025-01-01; the act is of 2024-12-31"):
        offence("168/2024:6.9.b", date(2024, 12, 31))
    assert offence("168/2024:6.9.b", START).points == 4


def test_a_repealed_code_is_refused_with_its_last_day(monkeypatch):
    rows = dict(catalogue._by_code())
    code = "168/2024:6.9.b"
    rows[code] = (catalogue._DatedRow(date(2030, 1, 1), None), *rows[code])
    monkeypatch.setattr(catalogue, "_by_code", lambda: rows)
    assert offence(code, date(2029, 12, 31)).points == 4
    with pytest.raises(CodeNotInForceError, match=r"until 2029-12-31; the act is of 2030-01-01") as refused:
        offence(code, date(2030, 1, 1))
    assert (refused.value.first_day, refused.value.last_day) == (START, date(2029, 12, 31))
    assert code not in {row.code for row in offences(date(2030, 1, 1), IN_FORCE)}
    assert len(catalogue.history(code)) == 1


def test_an_unknown_code_is_refused():
    for code in ("168/2024:6.9.z", "6.9.b", "", "168/2024:6.9.B", " 168/2024:6.9.b"):
        with pytest.raises(UnknownCodeError):
            offence(code, START)
        with pytest.raises(UnknownCodeError):
            catalogue.history(code)


def test_codes_that_look_alike_are_suggested():
    assert "168/2024:6.9.b" in catalogue.nearest("168/2024:6.9.bb", IN_FORCE)
    assert catalogue.nearest("draft-2024:car.stering.feet", DRAFT)[0] == "draft-2024:car.steering.feet"
    assert not any(code.startswith("draft") for code in catalogue.nearest("draft-2024:car.stering.feet", IN_FORCE))
    assert len(catalogue.nearest("168/2024:6.5", IN_FORCE)) == 3
    assert catalogue.nearest("x" * 100_000, DRAFT) == []


# --- search -----------------------------------------------------------------------------------------------------


def codes(**conditions: Any) -> list[str]:
    return [row.code.removeprefix("168/2024:") for row in search(AMENDED, IN_FORCE, **conditions)]


def test_search_without_conditions_is_the_whole_list():
    assert tuple(search(AMENDED, IN_FORCE)) == offences(AMENDED, IN_FORCE)
    assert tuple(search(AMENDED, IN_FORCE, text=" ?! ")) == offences(AMENDED, IN_FORCE)


def test_search_by_level_vehicle_and_article():
    assert codes(level=8) == ["21.7.a", "21.7.b", "32.15"]
    assert codes(level=10, vehicle="motorcycle") == ["7.8.b", "7.10.a", "7.10.b"]
    assert codes(article="29") == ["29.3", "29.3a.a", "29.3a.b"]
    assert codes(article="6", level=6) == ["6.5.p", "6.7.a", "6.7.c", "6.8"]
    assert codes(level=12) == []


@pytest.mark.parametrize("typed", ["vượt đèn tín hiệu", "tín hiệu đèn vượt", "vuot den tin hieu", "VƯỢT ĐÈN TÍN HIỆU"])
def test_search_needs_neither_diacritics_nor_order(typed):
    assert codes(text=typed) == ["6.9.b", "7.7.c"]


def test_words_typed_with_diacritics_match_with_them_first():
    exact = codes(text="cồn")
    assert exact == ["6.6.c", "6.9.a", "7.6.a", "7.8.b"]
    assert set(exact) < set(codes(text="con"))


def test_wrong_diacritics_still_find_something():
    assert codes(text="vươt đen tin hiêu") == ["6.9.b", "7.7.c"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("vượt đèn đỏ", "6.9.b"),
        ("vuot den do", "7.7.c"),
        ("nồng độ cồn", "6.6.c"),
        ("nong do con", "6.6.c"),
        ("rượu bia", "7.8.b"),
        ("xe hơi vỉa hè", "6.6.d"),
        ("red light", "7.7.c"),
        ("drunk driving", "6.9.a"),
        ("gây tai nạn bỏ chạy", "6.8"),
        ("chở ba", "7.3.b"),
    ],
)
def test_everyday_words_find_the_words_of_the_decree(typed, found):
    assert found in codes(text=typed)


def test_an_everyday_word_beside_a_wrongly_accented_one():
    assert codes(text="vươt đèn đỏ xe máy") == ["7.7.c"]


def test_search_finds_a_code_or_its_beginning():
    assert codes(text="6.9") == ["6.9.a", "6.9.b", "6.9.c", "6.9.d"]
    assert codes(text="168/2024:6.9.b") == ["6.9.b"]
    assert codes(text="20.2@over100") == ["20.2@over100"]


def test_a_word_matches_at_its_beginning_only():
    assert codes(text="alcoh") == codes(text="alcohol")
    assert codes(text="cohol") == []


def test_the_vehicle_can_be_typed_too():
    assert codes(text="đèn tín hiệu xe máy") == ["7.7.c"]
    assert codes(text="ô tô vượt đèn tín hiệu") == ["6.9.b"]


def test_rows_come_in_the_order_of_the_text():
    article_6 = codes(article="6")
    assert article_6.index("6.5.d") < article_6.index("6.5.đ") < article_6.index("6.5.e")
    assert article_6.index("6.9.d") < article_6.index("6.10.a")
    article_20 = codes(article="20")
    assert article_20.index("20.8") < article_20.index("20.8a")


# --- against the official lists ----------------------------------------------------------------------------------


def official(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / "official" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("name", "count"), [("points-168-2024.csv", 208), ("points-amended-2026.csv", 36)])
def test_every_row_of_the_decree_and_its_amendments_is_there_as_it_was_read(name, count):
    rows = official(name)
    assert len(rows) == count
    for wanted in rows:
        day = date.fromisoformat(wanted.get("effective_from") or "2025-01-01")
        row = offence(wanted["code"], day)
        assert row.first_day == day
        for column in ("points", "vehicle_group", "article", "clause", "point", "fine_min_vnd", "fine_max_vnd"):
            assert str(getattr(row, column)) == wanted[column], (row.code, column)
        for column in ("summary_vi", "summary_en", "deduct_clause", "notes"):
            assert getattr(row, column) == wanted[column], (row.code, column)


def test_every_row_of_the_draft_is_there_as_it_was_read():
    rows = official("points-draft-2024-10.csv")
    assert len(rows) == 27
    for wanted in rows:
        row = offence(wanted["code"], START)
        assert str(row.points) == wanted["points"]
        assert row.drug is (wanted["drug_related"] == "true")
        for column in ("vehicle_group", "summary_vi", "summary_en", "certainty"):
            assert getattr(row, column) == wanted[column], (row.code, column)


# --- the tables -------------------------------------------------------------------------------------------------


def test_every_row_is_whole():
    for day in catalogue.first_days():
        for row in offences(day, DRAFT):
            assert row.summary_vi
            assert row.summary_en
            assert row.source.locator
            assert row.vehicle_group in {"car", "motorcycle", "other", "specialised"}
            assert row.part == (row.vehicle_group if row.vehicle_group in {"car", "motorcycle"} else None)
            if row.code.startswith("168/2024:"):
                whole = ".".join(cell for cell in (row.article, row.clause, row.point) if cell)
                assert row.code.partition("@")[0] == f"168/2024:{whole}"
                assert row.deduct_clause.split(".")[0] == row.article
                assert row.fine_min_vnd is not None
                assert row.fine_max_vnd is not None
                assert 0 < row.fine_min_vnd < row.fine_max_vnd


def test_equal_levels_of_one_article_come_from_one_deduction_clause():
    # 168/2024 gathers all behaviours of one level of an article in one clause; 20.2 and its owner twin stand apart.
    clauses: dict[str, set[int]] = {}
    for row in offences(AMENDED, IN_FORCE):
        if row.article != "32":
            clauses.setdefault(row.deduct_clause, set()).add(row.points)
    assert all(len(levels) == 1 for levels in clauses.values()), clauses


@pytest.mark.parametrize("order", [slice(None, None, -1), [0, 0]])
def test_rows_of_a_code_out_of_order_stop_the_reading(monkeypatch, order):
    rows = [row for row in tables.rows("offences-168-2024") if row["code"] == "168/2024:20.6.d"]
    wrong = rows[order] if isinstance(order, slice) else [rows[index] for index in order]
    monkeypatch.setattr(tables, "rows", lambda name: iter(wrong if name == "offences-168-2024" else ()))
    with pytest.raises(ValueError, match="order of their days"):
        catalogue._by_code.__wrapped__()


@pytest.mark.parametrize("typed", ["đèn đỏ", "den do", "vuot den do", "red light"])
def test_a_red_light_is_no_lamp_of_a_cargo(typed: str) -> None:
    found = {row.code for row in catalogue.search(date(2026, 11, 22), "in-force", text=typed)}
    assert found == {"168/2024:6.9.b", "168/2024:7.7.c"}


def test_three_on_a_motorcycle_are_found_by_the_everyday_word() -> None:
    assert "168/2024:7.3.b" in {row.code for row in catalogue.search(date(2026, 11, 22), "in-force", text="cho ba")}
