"""The drawings: files as the code makes them, harmless to a strict browser, described without the answer."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from gplx.law.text import fold
from gplx.questions.own import own_bank
from gplx.questions.pictures import FOLDER, PICTURES, Picture

EACH = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
_SVG = "{http://www.w3.org/2000/svg}"


@EACH
def test_a_file_is_what_the_code_draws(picture: Picture) -> None:
    assert (FOLDER / f"{picture.key}.svg").read_text(encoding="utf-8") == picture.svg, (
        "python -m gplx.questions.drawing"
    )


def test_there_are_no_other_files_and_no_other_descriptions() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == PICTURES.keys()
    assert len(PICTURES) >= 50


@EACH
def test_a_drawing_needs_neither_script_nor_style_nor_anything_from_elsewhere(picture: Picture) -> None:
    tree = ElementTree.fromstring(picture.svg)
    for element in tree.iter():
        assert element.tag.removeprefix(_SVG) in {"svg", "g", "path", "circle", "rect", "text", "defs", "marker"}
        assert not {"style", "href", "onload"} & set(element.attrib)
    assert not re.search(r"url\((?!#head\))", picture.svg)


@EACH
def test_a_description_is_there_in_both_languages_and_differs_from_others(picture: Picture) -> None:
    assert picture.alt("vi").endswith(".")
    assert picture.alt("en").endswith(".")
    assert picture.alt_vi not in {other.alt_vi for other in PICTURES.values() if other.key != picture.key}


def test_a_sign_is_not_described_by_the_right_answer() -> None:
    for key, said in own_bank():
        if said.picture.startswith("bien"):
            answer = fold(said.options[said.correct].vi).rstrip(".")
            assert len(answer) < 12 or answer not in fold(PICTURES[said.picture].alt_vi), key


@pytest.mark.parametrize("key", [key for key in PICTURES if key.startswith("sa-hinh")])
def test_vehicles_carry_the_letters_that_the_description_names(key: str) -> None:
    tree = ElementTree.fromstring(PICTURES[key].svg)
    letters = {element.text for element in tree.iter(f"{_SVG}text")} - {"STOP"}
    named = set(re.findall(r"\b[ABC]\b", PICTURES[key].alt_vi))
    assert letters == named
