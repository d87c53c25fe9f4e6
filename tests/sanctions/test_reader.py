"""Texts that look like another: the same number in other letters is not a second decision."""

from __future__ import annotations

import pytest

from gplx.sanctions.intake import IntakeError, read_annulment, read_authority
from tests.sanctions.conftest import TODAY, a_decision, read
from tests.sanctions.test_intake import faults

# Full width, Arabic, Eastern Arabic, Devanagari, bold mathematical.
OTHER_DIGITS = ["１２３", "١٢٣", "۱۲۳", "१२३", "𝟏𝟐𝟑"]


@pytest.mark.parametrize("digits", OTHER_DIGITS)
@pytest.mark.parametrize("field", ["number", "authority", "holder_name", "place"])
def test_digits_are_those_of_ascii(field: str, digits: str) -> None:
    assert faults(a_decision(**{field: f"Mẫu {digits}"})) == {field: "text_character"}


@pytest.mark.parametrize("text", ["12／QĐ", "ＱĐ", "ｑđ", "QĐ－XPHC"])
def test_letters_of_another_width_are_refused(text: str) -> None:
    assert faults(a_decision(number=text)) == {"number": "text_character"}


def test_everywhere_a_key_is_named() -> None:
    with pytest.raises(IntakeError):
        read_authority("CSGT-０１")
    stated = {
        "authority": "CSGT-01", "number": "١٢", "year": 2026, "document_number": "３", "annulled_on": "2026-11-03",
        "reason": "Mẫu",
    }  # fmt: skip
    with pytest.raises(IntakeError) as caught:
        read_annulment(stated, today=TODAY)
    assert {(fault.field, fault.code) for fault in caught.value.faults} == {
        ("number", "text_character"),
        ("document_number", "text_character"),
    }


def test_vietnamese_and_ascii_stay() -> None:
    decision = read(number="0123456789/QĐ-XPHC (bổ sung)", authority="Phòng Cảnh sát giao thông 08", place="Bãi 12 m²")
    assert decision.key == ("Phòng Cảnh sát giao thông 08", "0123456789/QĐ-XPHC (bổ sung)", 2026)
