"""Folding and dictionary order of Vietnamese words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gplx.law.text import fold, plain, sort_key


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Nguyễn Thị Đặng Ươm", "nguyen thi dang uom"),
        ("NGUYỄN  thị\tĐặng Ươm ", "nguyen thi dang uom"),
        ("Ðào", "dao"),  # U+00D0, left by old keyboards in place of Đ
        ("Quách Thị Lượng", "quach thi luong"),
        ("trên 80 mg/100 ml", "tren 80 mg/100 ml"),
        ("", ""),
    ],
)
def test_words_fold_to_lower_case_without_diacritics(typed, folded):
    assert fold(typed) == folded


@given(st.text())
def test_composed_and_decomposed_spellings_fold_alike(words):
    assert fold(unicodedata.normalize("NFC", words)) == fold(unicodedata.normalize("NFD", words))


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậ ĐÂĂÊÔƠƯ"))
def test_folding_twice_changes_nothing_and_leaves_ascii(words):
    once = fold(words)
    assert fold(once) == once
    assert once.isascii()


def test_plain_words_keep_their_diacritics():
    assert plain(unicodedata.normalize("NFD", "  Đèn  Tín HIỆU ")) == "đèn tín hiệu"


def test_letters_sort_as_in_a_dictionary():
    words = ["đa", "da", "ân", "ăn", "an", "ươm", "uôm", "ôm", "om", "ơm", "êm", "em", "z", "y"]
    assert sorted(words, key=sort_key) == [
        "an", "ăn", "ân", "da", "đa", "em", "êm", "om", "ôm", "ơm", "uôm", "ươm", "y", "z",
    ]  # fmt: skip


def test_tones_sort_level_grave_hook_tilde_acute_dot():
    words = ["mạ", "má", "mã", "mả", "mà", "ma"]
    assert sorted(words, key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_tones_only_break_ties_between_equal_letters():
    assert sorted(["hoà bình", "hòa an", "hoa bính"], key=sort_key) == ["hòa an", "hoa bính", "hoà bình"]


def test_a_shorter_name_comes_before_its_continuation():
    assert sorted(["Lan Anh", "Lan", "Lân"], key=sort_key) == ["Lan", "Lan Anh", "Lân"]


def test_letters_of_other_alphabets_come_last():
    assert sorted(["жук", "Yến", "zoo"], key=sort_key) == ["Yến", "zoo", "жук"]


@given(st.text(max_size=60))
def test_a_key_is_as_long_as_two_names_and_the_same_for_both_spellings(words):
    key = sort_key(words)
    assert len(key) == 2 * len(plain(words)) + 1
    assert key == sort_key(unicodedata.normalize("NFD", words))
