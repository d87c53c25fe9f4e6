"""Every drawing by its key, with what it shows in words: for those who do not see it, and without the answer."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

from gplx.questions.drawing import shapes as s
from gplx.questions.drawing import signs
from gplx.questions.drawing.situations import Vehicle, crossing, hill, obstacle, people_crossing, railway

FOLDER = Path(__file__).parent / "static" / "questions" / "pictures"
_DESCRIPTIONS = Path(__file__).parent / "drawing" / "descriptions.toml"


class Picture(NamedTuple):
    """One drawing.

    Attributes:
        alt_vi: shapes, colours and places; neither the sign's name nor what follows from it.
        svg: the whole file.
    """

    key: str
    alt_vi: str
    alt_en: str
    svg: str

    @property
    def path(self) -> str:
        """Its static file."""
        return f"questions/pictures/{self.key}.svg"

    def alt(self, language: str) -> str:
        return self.alt_en if language == "en" else self.alt_vi


_SIGNS: dict[str, str] = {
    "bien-01": signs.no_entry(),
    "bien-02": signs.closed(),
    "bien-03": signs.stop(),
    "bien-04": signs.give_way(),
    "bien-05": signs.forbidden(s.car()),
    "bien-06": signs.forbidden(s.motorcycle()),
    "bien-07": signs.forbidden(s.lorry()),
    "bien-08": signs.forbidden(s.bicycle()),
    "bien-09": signs.forbidden(s.walker()),
    "bien-10": signs.forbidden(s.to_left()),
    "bien-11": signs.forbidden(s.to_right()),
    "bien-12": signs.forbidden(s.back()),
    "bien-13": signs.forbidden(signs.overtaking(), bar=False),
    "bien-14": signs.forbidden(s.horn()),
    "bien-15": signs.limited("50"),
    "bien-16": signs.ended("50"),
    "bien-17": signs.no_waiting(stopping=True),
    "bien-18": signs.no_waiting(stopping=False),
    "bien-19": signs.height("3,5m"),
    "bien-20": signs.width("2,5m"),
    "bien-21": signs.distance("70m"),
    "bien-22": signs.limited("10t", size=64),
    "bien-23": signs.warning(signs.crossing_roads(of_equals=True)),
    "bien-24": signs.warning(signs.crossing_roads(of_equals=False)),
    "bien-25": signs.warning(s.lights()),
    "bien-26": signs.warning(s.fence()),
    "bien-27": signs.warning(s.engine(), y=134),
    "bien-28": signs.warning(s.child()),
    "bien-29": signs.warning(s.worker()),
    "bien-30": signs.warning(signs.narrowing()),
    "bien-31": signs.warning(signs.both_ways()),
    "bien-32": signs.warning(signs.slope(down=True), y=134),
    "bien-33": signs.warning(signs.slippery(), y=124),
    "bien-34": signs.warning(signs.bumps()),
    "bien-35": signs.warning(signs.bend(left=True)),
    "bien-36": signs.warning(s.cattle()),
    "bien-37": signs.warning(signs.other_danger()),
    "bien-38": signs.ordered(s.straight(s.WHITE)),
    "bien-39": signs.ordered(s.to_right(s.WHITE)),
    "bien-40": signs.ordered(signs.roundabout()),
    "bien-41": signs.ordered(s.walker(s.WHITE)),
    "bien-42": signs.ordered(s.words("30", 0, 0, 76, s.WHITE)),
    "bien-43": signs.ordered(s.bicycle(s.WHITE)),
    "bien-44": signs.priority(),
    "bien-45": signs.priority(ends=True),
    "bien-46": signs.told(s.words("P", 100, 100, 130, s.WHITE)),
    "bien-47": signs.told(s.moved(s.straight(s.WHITE), 100, 100, scale=1.3)),
    "bien-48": signs.told(s.line("M100 176V66", 28, s.WHITE, "butt") + s.box(58, 34, 84, 32, s.RED)),
    "bien-49": signs.place_name(ends=False),
    "bien-50": signs.place_name(ends=True),
}

_A_SOUTH_STRAIGHT = Vehicle("A", "car", "S", "straight")

_SITUATIONS: dict[str, str] = {
    "sa-hinh-01": crossing([_A_SOUTH_STRAIGHT, Vehicle("B", "car", "E", "straight")]),
    "sa-hinh-02": crossing([Vehicle("A", "motorcycle", "S", "straight"), Vehicle("B", "car", "W", "straight")]),
    "sa-hinh-03": crossing(
        [_A_SOUTH_STRAIGHT, Vehicle("B", "lorry", "E", "straight")],
        plates={"S": "priority", "N": "priority", "E": "give way", "W": "give way"},
    ),
    "sa-hinh-04": crossing(
        [_A_SOUTH_STRAIGHT, Vehicle("B", "coach", "W", "straight")],
        plates={"S": "stop", "N": "stop", "E": "priority", "W": "priority"},
    ),
    "sa-hinh-05": crossing([Vehicle("A", "car", "S", "left"), Vehicle("B", "car", "N", "straight")]),
    "sa-hinh-06": crossing([_A_SOUTH_STRAIGHT, Vehicle("B", "fire engine", "W", "straight")]),
    "sa-hinh-07": crossing([Vehicle("A", "fire engine", "S", "straight"), Vehicle("B", "ambulance", "E", "straight")]),
    "sa-hinh-08": crossing([_A_SOUTH_STRAIGHT, Vehicle("B", "car", "W", "straight")], circle=True),
    "sa-hinh-09": crossing(
        [Vehicle("A", "motorcycle", "S", "straight"), Vehicle("B", "car", "E", "straight")], circle=True
    ),
    "sa-hinh-10": crossing(
        [_A_SOUTH_STRAIGHT, Vehicle("B", "car", "E", "straight")],
        lights={"S": "green", "N": "green", "E": "red", "W": "red"},
    ),
    "sa-hinh-11": crossing(
        [Vehicle("A", "ambulance", "S", "straight"), Vehicle("B", "car", "E", "straight")],
        lights={"S": "red", "N": "red", "E": "green", "W": "green"},
    ),
    "sa-hinh-12": crossing([_A_SOUTH_STRAIGHT, Vehicle("B", "car", "E", "straight")], officer=True),
    "sa-hinh-13": crossing(
        [Vehicle("A", "motorcycle", "S", "right"), Vehicle("B", "car", "W", "straight")],
        roads=("S", "W", "E"),
        plates={"S": "give way"},
    ),
    "sa-hinh-14": crossing([Vehicle("A", "car", "S", "right"), Vehicle("B", "car", "N", "left")]),
    "sa-hinh-15": crossing(
        [_A_SOUTH_STRAIGHT, Vehicle("B", "car", "E", "straight"), Vehicle("C", "lorry", "N", "straight")]
    ),
    "sa-hinh-16": railway(light=True),
    "sa-hinh-17": railway(light=False),
    "sa-hinh-18": hill(),
    "sa-hinh-19": obstacle(),
    "sa-hinh-20": people_crossing(turning=False),
    "sa-hinh-21": people_crossing(turning=True),
}

_SAID: dict[str, dict[str, str]] = tomllib.loads(_DESCRIPTIONS.read_text(encoding="utf-8"))

PICTURES: dict[str, Picture] = {
    key: Picture(key, _SAID[key]["vi"], _SAID[key]["en"], svg) for key, svg in {**_SIGNS, **_SITUATIONS}.items()
}
