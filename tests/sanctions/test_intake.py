"""The strict reader: each fault by its place and code, all of them at once, nothing personal repeated."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest

from gplx.law.profiles import DRAFT, IN_FORCE
from gplx.sanctions.intake import IntakeError, read_amendment, read_annulment, read_authority, read_decision
from tests.sanctions.conftest import TODAY, a_decision, read


def faults(value: object, **options: Any) -> dict[str, str]:
    """The faults of a decision, by field."""
    with pytest.raises(IntakeError) as caught:
        read_decision(value, **{"today": TODAY, **options})
    return {fault.field: fault.code for fault in caught.value.faults}


def test_what_is_read() -> None:
    decision = read(number="  7/QĐ - XPHC ", place="Đường Mẫu", offences=[{"points": 4}, {"code": "168/2024:6.9.b"}])
    assert decision.key == ("CSGT-01", "7/QĐ - XPHC", 2026)
    assert decision.offences == ({"points": 4, "drug": False}, {"code": "168/2024:6.9.b"})
    assert (decision.birth_date, decision.part, decision.findings) == (date(1999, 1, 1), "car", ())


@pytest.mark.parametrize("points", ["2", True, 2.0, float("nan"), [2], "hai"])
def test_b01_points_are_a_whole_number(points: object) -> None:
    assert faults(a_decision(offences=[{"points": points}])) == {"offences[0].points": "not_integer"}


@pytest.mark.parametrize("points", [-1, 0, 13, 10**400])
def test_b02_points_lie_between_1_and_12(points: int) -> None:
    assert faults(a_decision(offences=[{"points": points}])) == {"offences[0].points": "out_of_range"}


@pytest.mark.parametrize("points", [1, 5, 7, 9, 11, 12])
def test_b02_under_the_law_in_force_only_its_levels(points: int) -> None:
    stated = a_decision(offences=[{"points": points}])
    assert faults(stated, under=IN_FORCE) == {"offences[0].points": "not_in_schedule"}
    assert read_decision(stated, today=TODAY, under=DRAFT).offences[0]["points"] == points


def test_b03_unknown_missing_and_null_fields_are_named_together() -> None:
    value = {**a_decision(number=None), "birth_date": None, "points": 12, "offences": [{"points": 2, "drugs": True}]}
    assert faults(value) == {
        "number": "required",
        "birth_date": "required",
        "points": "unknown_field",
        "offences[0].drugs": "unknown_field",
    }


@pytest.mark.parametrize("value", [None, [], "{}", 7, True])
def test_b04_only_an_object_is_a_decision(value: object) -> None:
    assert faults(value) == {"": "not_an_object"}


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\n",
        "\t",
        "\x1b",
        "\ud800",
        "\ufffd",  # noqa: PT014  a lone surrogate is another one
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ue000",
        "\u2028",
    ],
)
@pytest.mark.parametrize("field", ["holder_name", "number", "authority", "place"])
def test_b06_characters_that_are_never_part_of_a_name(field: str, character: str) -> None:
    assert faults(a_decision(**{field: f"Mẫu{character}Một"})) == {field: "text_character"}


def test_b07_names_are_kept_composed_and_a_false_d_is_refused_with_a_hint() -> None:
    composed = "Người Mẫu Đỏ"
    assert read(holder_name=unicodedata.normalize("NFD", composed)).holder_name == composed
    assert faults(a_decision(holder_name="Người Mẫu Ðỏ")) == {"holder_name": "letter_eth"}
    assert faults(a_decision(holder_name="M" + "\u0301" * 5)) == {"holder_name": "too_many_marks"}
    assert read(holder_name="M" + "\u0301" * 4)


@pytest.mark.parametrize(("field", "limit"), [("authority", 80), ("number", 80), ("holder_name", 120), ("place", 200)])
def test_b08_one_character_over_the_limit(field: str, limit: int) -> None:
    assert read(**{field: "Ệ" * limit})
    assert faults(a_decision(**{field: "Ệ" * (limit + 1)})) == {field: "too_long"}
    assert faults(a_decision(**{field: "x" * 1_000_000})) == {field: "too_long"}


@pytest.mark.parametrize(
    "number",
    [
        "79000000001",
        "7900000000011",
        "７９０００００００００１",
        "٧٩٠٠٠٠٠٠٠٠٠١",
        "790 000 000 001",
        "790000000001x",
        "7.9E+11",
    ],
)
def test_b09_a_licence_number_has_exactly_12_ascii_digits(number: str) -> None:
    assert faults(a_decision(licence_number=number)) == {"licence_number": "licence_number"}


@pytest.mark.parametrize("number", [790000000001, 7.9e11, True])
def test_b09_a_licence_number_is_text(number: object) -> None:
    assert faults(a_decision(licence_number=number)) == {"licence_number": "not_text"}


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "01/11/2026",
        "2026-11-01T00:00:00+07:00",
        "20261101",
        "2026-W01-1",
        "２０２６-11-01",
        1793491200,
        46327,
        True,
    ],
)
def test_b15_a_day_is_written_in_one_way(day: object) -> None:
    assert faults(a_decision(acted_on=day)) == {"acted_on": "not_a_day"}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_b15_no_day_before_anybody_was_born_or_long_after(day: str) -> None:
    assert faults(a_decision(birth_date=day))["birth_date"] == "out_of_range"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"decided_on": "2026-10-31"}, {"decided_on": "order_of_dates"}),
        ({"effective_on": "2026-11-01"}, {"effective_on": "order_of_dates"}),
        ({"birth_date": "2026-11-01"}, {"birth_date": "order_of_dates"}),
        (
            {"acted_on": "2026-11-23", "decided_on": "2026-11-24", "effective_on": "2026-11-25"},
            {"acted_on": "future"},
        ),
        ({"decided_on": "2026-11-23", "effective_on": "2026-11-23"}, {"decided_on": "future"}),
        ({"year": 2025}, {"year": "year_differs"}),
        ({"revocation": {"from": "2026-12-01", "to": "2026-11-30"}}, {"revocation.to": "order_of_dates"}),
    ],
)
def test_b16_days_follow_one_another(changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(a_decision(**changes)) == expected


def test_b16_everything_may_happen_today_and_take_effect_later() -> None:
    today = TODAY.isoformat()
    assert read(acted_on=today, decided_on=today, effective_on=today)
    assert read(acted_on=today, decided_on=today, effective_on="2026-12-24")


def coded(code: str, acted_on: str, **changes: Any) -> dict[str, Any]:
    year = int(acted_on[:4])
    days = {"acted_on": acted_on, "decided_on": f"{year}-12-31", "effective_on": f"{year}-12-31", "year": year}
    return a_decision(**{**days, "offences": [{"code": code}], **changes})


def test_b17_a_code_holds_from_its_first_day_and_the_refusal_names_both_dates() -> None:
    later = date(2027, 6, 1)
    assert read_decision(coded("168/2024:20.8a", "2026-08-15"), today=later).offences == ({"code": "168/2024:20.8a"},)
    with pytest.raises(IntakeError) as caught:
        read_decision(coded("168/2024:20.8a", "2026-08-14"), today=later)
    (fault,) = caught.value.faults
    assert (fault.field, fault.code) == ("offences[0].code", "code_not_in_force")
    for message in (fault.message_vi, fault.message_en):
        assert "2026-08-15" in message
        assert "2026-08-14" in message


def test_b17_before_the_points_system_only_stated_points() -> None:
    later = date(2027, 6, 1)
    assert read_decision(coded("168/2024:6.9.b", "2025-01-01"), today=later).findings == ()
    assert faults(coded("168/2024:6.9.b", "2024-12-31"), today=later) == {"offences[0].code": "code_not_in_force"}
    stated = coded("", "2024-12-31", offences=[{"points": 4}])
    assert read_decision(stated, today=later).findings == ("act_before_points_system",)


def test_reading_2_a_code_must_belong_to_the_installed_law() -> None:
    draft = coded("draft-2024:car.alcohol.level3", "2026-11-01", decided_on="2026-11-02", effective_on="2026-11-02")
    assert read_decision(draft, today=TODAY, under=DRAFT)
    assert faults(draft, under=IN_FORCE) == {"offences[0].code": "code_of_other_law"}
    with pytest.raises(IntakeError) as caught:
        read(offences=[{"code": "168/2024:6.9.B"}])
    (fault,) = caught.value.faults
    assert fault.code == "unknown_code"
    assert "168/2024:6.9.b" in fault.message_vi


def test_b20_the_part_is_stated_or_told_by_the_codes() -> None:
    assert faults(a_decision(part=None)) == {"part": "part_unknown"}
    assert read(part=None, offences=[{"code": "168/2024:6.9.b"}]).part == "car"
    assert read(part=None, offences=[{"points": 4}, {"code": "168/2024:6.9.b"}]).part == "car"
    assert faults(a_decision(part="motorcycle", offences=[{"code": "168/2024:6.9.b"}])) == {"part": "part_contradicts"}
    assert faults(a_decision(part="xe máy")) == {"part": "not_a_part"}


@pytest.mark.parametrize(
    ("offences", "expected"),
    [
        ([], {"offences": "required"}),
        ({}, {"offences": "not_a_list"}),
        ([[]], {"offences[0]": "not_an_object"}),
        ([{}], {"offences[0].points": "required"}),
        ([{"points": 2, "drug": "no"}], {"offences[0].drug": "not_boolean"}),
        ([{"points": 2, "code": "168/2024:6.9.b"}], {"offences[0].points": "unknown_field"}),
        ([{"code": 6}], {"offences[0].code": "not_text"}),
        ([{"points": 2}] * 51, {"offences": "too_long"}),
    ],
)
def test_offences(offences: object, expected: dict[str, str]) -> None:
    assert faults(a_decision(offences=offences)) == expected


def test_a_revocation_may_stand_without_offences() -> None:
    revocation = read(offences=[], revocation={"from": "2026-11-03", "to": "2027-01-02"}).revocation
    assert revocation is not None
    assert (revocation.first_day, revocation.last_day) == (date(2026, 11, 3), date(2027, 1, 2))


def test_reading_21_a_foreign_licence_is_said_to_be_one_and_needs_no_part() -> None:
    decision = read(foreign_licence=True, licence_number="KOR-11-12/345.6", part=None)
    assert (decision.foreign_licence, decision.part) == (True, "")
    assert faults(a_decision(licence_number="KOR-11-12/345.6")) == {"licence_number": "licence_number"}


@pytest.mark.parametrize(("field", "value"), [("authority", "A/B"), ("authority", "A|B"), ("number", "1|2")])
def test_what_joins_the_words_of_a_key_is_not_part_of_one(field: str, value: str) -> None:
    assert faults(a_decision(**{field: value})) == {field: "text_character"}


def test_t44_no_message_repeats_what_was_given() -> None:
    value = {
        **a_decision(
            licence_number="7900000000019",
            holder_name="Ðặng Văn Lộ",
            birth_date="31/01/1987",
            number="x" * 81,
            offences=[{"code": "Đặng Văn Lộ"}, {"points": "0912345678"}],
        ),
        "Đặng Văn Lộ": 1,
    }
    with pytest.raises(IntakeError) as caught:
        read_decision(value, today=TODAY)
    said = " ".join(" ".join(fault) for fault in caught.value.faults) + str(caught.value)
    assert not [piece for piece in ("7900000000019", "Lộ", "1987", "xxxx", "0912345678") if piece in said]


def test_a_digest_stands_for_the_content() -> None:
    first = read()
    assert first.digest == read(holder_name="NGƯỜI MẪU MỘT").digest
    two = [{"points": 2}, {"code": "168/2024:6.9.b"}]
    assert read(offences=two).digest == read(offences=two[::-1]).digest
    others: list[dict[str, Any]] = [
        {"number": "2"}, {"authority": "CSGT-02"}, {"licence_number": "790000000002"}, {"holder_name": "Người Mẫu Hai"},
        {"birth_date": "1999-01-02"}, {"part": "motorcycle"}, {"acted_on": "2026-11-02"}, {"decided_on": "2026-11-03"},
        {"effective_on": "2026-11-04"}, {"offences": [{"points": 3}]}, {"offences": [{"points": 4, "drug": True}]},
        {"place": "Đường Mẫu"}, {"revocation": {"from": "2026-11-03", "to": "2026-11-04"}}, {"foreign_licence": True},
    ]  # fmt: skip
    assert len({first.digest, *(read(**changes).digest for changes in others)}) == len(others) + 1


def test_an_authority_by_itself() -> None:
    assert read_authority(" CSGT  Mẫu ") == "CSGT Mẫu"
    for value in ("", "A/B", 7, None, "x" * 81):
        with pytest.raises(IntakeError):
            read_authority(value)


def test_a_name_has_letters() -> None:
    assert faults(a_decision(holder_name="1234")) == {"holder_name": "not_a_name"}


def test_a_foreign_number_has_its_form() -> None:
    for number in ("ab1", "Đ1", "1 2", "X" * 21):
        assert faults(a_decision(foreign_licence=True, licence_number=number))["licence_number"] == "licence_number"
    assert faults(a_decision(foreign_licence="yes"))["foreign_licence"] == "not_boolean"


def test_an_annulment_is_read() -> None:
    value = {
        "authority": "CSGT-01",
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "document_number": "9/QĐ-HB",
        "annulled_on": "2026-11-20",
        "reason": "Ban hành sai",
    }
    assert read_annulment(value, today=TODAY).key == ("CSGT-01", "1/QĐ-XPHC", 2026)
    with pytest.raises(IntakeError) as caught:
        read_annulment({**value, "annulled_on": "2026-11-23", "reason": "", "x": 1}, today=TODAY)
    codes = {fault.field: fault.code for fault in caught.value.faults}
    assert codes == {"annulled_on": "future", "reason": "required", "x": "unknown_field"}


def test_an_amendment_is_read_with_the_faults_of_its_decision() -> None:
    value = {
        "authority": "CSGT-01",
        "number": "1/QĐ-XPHC",
        "year": 2026,
        "annulled_on": "2026-11-20",
        "reason": "Sửa mức",
        "decision": a_decision(number="2/QĐ-XPHC", offences=[{"points": 2}]),
    }
    amendment = read_amendment(value, today=TODAY)
    assert amendment.annulment.document_number == amendment.decision.number == "2/QĐ-XPHC"
    with pytest.raises(IntakeError) as caught:
        read_amendment({**value, "year": "2026", "decision": a_decision(offences=[])}, today=TODAY)
    codes = {fault.field: fault.code for fault in caught.value.faults}
    assert codes == {"year": "not_integer", "decision.offences": "required"}
    with pytest.raises(IntakeError, match="same_number"):
        read_amendment({**value, "decision": a_decision()}, today=TODAY)


def test_a_fault_says_what_to_do() -> None:
    def said(**changes: Any) -> str:
        with pytest.raises(IntakeError) as caught:
            read(**changes)
        return caught.value.faults[0].message_vi

    assert "xem lại ngày và năm" in said(acted_on="2026-12-01", decided_on="2026-12-01", effective_on="2026-12-01")
    car, motorcycle = "168/2024:6.9.b", "168/2024:7.7.c"
    assert "một quyết định riêng" in said(part=None, offences=[{"code": car}, {"code": motorcycle}])
    assert "sửa phần giấy phép hoặc mã" in said(part="motorcycle", offences=[{"code": car}])
