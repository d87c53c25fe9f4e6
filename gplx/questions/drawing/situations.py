"""Situations from above: a crossing, vehicles with letters, and where each of them wants to go. Traffic keeps right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, radians, sin
from typing import Literal, NamedTuple, TypeAlias

from gplx.questions.drawing import shapes as s
from gplx.questions.drawing import signs
from gplx.questions.drawing.shapes import BLACK, RED, WHITE

Side: TypeAlias = Literal["S", "W", "N", "E"]
Way: TypeAlias = Literal["straight", "left", "right"]
Kind: TypeAlias = Literal["car", "motorcycle", "lorry", "coach", "fire engine", "ambulance", "police car"]

SIZE, MIDDLE, HALF, LANE = 400, 200, 60, 30
_ASPHALT, _GRASS = "#5b6770", "#dfe8d8"
_TURN: dict[Side, float] = {"S": 0, "W": 90, "N": 180, "E": 270}
_PATHS: dict[Way, str] = {
    "straight": "M30 72V-62",
    "right": "M30 72V52Q30 30 52 30H70",
    "left": "M30 72V-2Q30-30 2-30H-70",
}
_COLOURS: dict[Kind, str] = {
    "car": "#1d70b8", "motorcycle": "#b58840", "lorry": "#85994b", "coach": "#912b88", "fire engine": "#c8102e",
    "ambulance": "#f3f2f1", "police car": "#003078",
}  # fmt: skip
_LENGTH: dict[Kind, tuple[float, float]] = {
    "car": (34, 58), "motorcycle": (22, 50), "lorry": (38, 84), "coach": (38, 84), "fire engine": (38, 84),
    "ambulance": (36, 70), "police car": (34, 58),
}  # fmt: skip


class Vehicle(NamedTuple):
    """A vehicle at a side of the crossing, with the way it wants to go."""

    letter: str
    kind: Kind
    side: Side
    way: Way


def crossing(
    vehicles: Sequence[Vehicle],
    *,
    roads: Sequence[Side] = ("S", "W", "N", "E"),
    plates: Mapping[Side, str] | None = None,
    lights: Mapping[Side, str] | None = None,
    circle: bool = False,
    officer: bool = False,
) -> str:
    """A crossing with its vehicles.

    Args:
        plates: the sign that traffic from a side sees: `priority`, `give way`, `stop`.
        lights: the light that traffic from a side sees: `red` or `green`.
        circle: a roundabout with its sign at each side.
    """
    body = s.box(0, 0, SIZE, SIZE, _GRASS)
    for side in roads:
        body += s.moved(s.box(-HALF, 0, 2 * HALF, MIDDLE, _ASPHALT), MIDDLE, MIDDLE, turn=_TURN[side])
    body += s.dot(MIDDLE, MIDDLE, 104, _ASPHALT) if circle else s.box(MIDDLE - HALF, MIDDLE - HALF, 120, 120, _ASPHALT)
    for side in roads:
        edge = 106 if circle else HALF + 2
        middle = f'<path d="M0 {edge + 10}V{MIDDLE}" stroke="{WHITE}" stroke-width="4" stroke-dasharray="16 12"/>'
        body += s.moved(middle + s.line(f"M4 {edge}H{HALF - 4}", 6, WHITE, "butt"), MIDDLE, MIDDLE, turn=_TURN[side])
    if circle:
        body += s.dot(MIDDLE, MIDDLE, 44, _GRASS, WHITE, 5)
    for side in roads:
        sign = _plate((plates or {}).get(side, ""), circle)
        if sign:
            x, y = _turned(92, 112, side)
            body += s.moved(_small(sign), MIDDLE + x - 17, MIDDLE + y - 17, scale=0.17)
    for side, colour in (lights or {}).items():
        x, y = _turned(84, 84, side)
        body += s.moved(_light(colour), MIDDLE + x, MIDDLE + y)
    for vehicle in vehicles:
        body += _vehicle(vehicle, circle)
    if officer:
        body += s.dot(MIDDLE, MIDDLE, 15, "#b58840", BLACK, 3) + s.line("M162 200H238", 9, "#b58840")
    return s.svg(_ARROWHEAD + body, width=SIZE, height=SIZE)


_ARROWHEAD = (
    '<defs><marker id="head" viewBox="0 0 10 10" refX="5" refY="5" markerWidth="4" markerHeight="4" orient="auto">'
    f'<path d="M0 0L10 5L0 10z" fill="{WHITE}"/></marker></defs>'
)


def _vehicle(vehicle: Vehicle, circle: bool) -> str:
    width, length = _LENGTH[vehicle.kind]
    far = 154 if circle else 84 + length / 2
    path = "M30 116V88" if circle else _PATHS[vehicle.way]
    wanted = f'<path d="{path}" fill="none" stroke="{WHITE}" stroke-width="5" marker-end="url(#head)"/>'
    shape = s.box(-width / 2, -length / 2, width, length, _COLOURS[vehicle.kind], 8, BLACK)
    shape += s.line(f"M{-width / 2 + 6} {-length / 2 + 10}H{width / 2 - 6}", 5, "#cfd8dc")
    if vehicle.kind in ("fire engine", "ambulance", "police car"):
        shape += s.dot(-7, -length / 2 + 20, 5, RED, WHITE, 2) + s.dot(7, -length / 2 + 20, 5, "#2b8cff", WHITE, 2)
    body = s.moved(wanted + s.moved(shape, LANE, far), MIDDLE, MIDDLE, turn=_TURN[vehicle.side])
    behind = length / 2 + 12 if vehicle.kind == "motorcycle" else 6
    x, y = _turned(LANE, far + behind, vehicle.side)
    ground = s.dot(MIDDLE + x, MIDDLE + y, 13, WHITE, BLACK, 2)
    return body + ground + s.words(vehicle.letter, MIDDLE + x, MIDDLE + y, 20)


def _turned(x: float, y: float, side: Side) -> tuple[float, float]:
    angle = radians(_TURN[side])
    return x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)


def _plate(name: str, circle: bool) -> str:
    if circle:
        return signs.ordered(signs.roundabout())
    return {"priority": signs.priority, "give way": signs.give_way, "stop": signs.stop}[name]() if name else ""


def _small(sign: str) -> str:
    """What is inside a sign's file."""
    return sign[sign.index(">") + 1 : sign.rindex("</svg>")]


def _light(colour: str) -> str:
    # The place of the light that is on tells it without colour: red above, green below.
    red, green = (RED, "#333") if colour == "red" else ("#333", "#00a651")
    return s.box(-10, -22, 20, 44, BLACK, 5) + s.dot(0, -11, 7, red) + s.dot(0, 11, 7, green)


def railway(*, light: bool) -> str:
    """A road that crosses a railway, a car A before it; a red light that is on if asked."""
    body = s.box(0, 0, SIZE, SIZE, _GRASS) + s.box(140, 0, 120, SIZE, _ASPHALT)
    body += s.line(f"M0 120H{SIZE}M0 160H{SIZE}", 7, "#3d3d3d", "butt")
    body += "".join(s.box(x, 106, 10, 68, "#7a5c3e") for x in range(5, SIZE, 30))
    body += s.line(f"M0 120H{SIZE}M0 160H{SIZE}", 7, "#1b1b1b", "butt")
    body += s.line("M204 224H256", 6, WHITE, "butt")
    body += f'<path d="M200 236V{SIZE}" stroke="{WHITE}" stroke-width="4" stroke-dasharray="16 12"/>'
    if light:
        body += s.box(280, 196, 44, 24, BLACK, 6) + s.dot(292, 208, 8, RED) + s.dot(312, 208, 8, RED)
        body += s.line("M288 186l28-10M288 230l28 10", 3)
    car = Vehicle("A", "car", "S", "straight")
    return s.svg(_ARROWHEAD + body + s.moved(_vehicle(car, False), 0, 36), width=SIZE, height=SIZE)


def hill() -> str:
    """Two vehicles that meet on a narrow slope, from the side: A goes up, B comes down."""
    ground = s.area("M0 300L400 120V400H0z", _ASPHALT)
    up = s.moved(s.car("#1d70b8"), 110, 226, scale=0.9, turn=-24) + s.dot(110, 222, 15, WHITE, BLACK, 2)
    down = s.moved(f'<g transform="scale(-1 1)">{s.lorry("#85994b")}</g>', 300, 138, turn=-24)
    letters = s.words("A", 110, 222, 22) + s.dot(296, 132, 15, WHITE, BLACK, 2) + s.words("B", 296, 132, 22)
    return s.svg(s.box(0, 0, SIZE, SIZE, "#e6f0f7") + ground + up + down + letters, width=SIZE, height=SIZE)


def obstacle() -> str:
    """A road from above: heap in front of A, B comes towards it."""
    body = s.box(0, 0, SIZE, SIZE, _GRASS) + s.box(140, 0, 120, SIZE, _ASPHALT)
    body += f'<path d="M200 0V{SIZE}" stroke="{WHITE}" stroke-width="4" stroke-dasharray="16 12"/>'
    body += s.area("M206 150q26-40 50 0v30h-50z", "#7a5c3e") + s.line("M206 186h50", 8, "#ffc72c", "butt")
    first = s.moved(_vehicle(Vehicle("A", "car", "S", "straight"), False), 0, 44)
    second = s.moved(_vehicle(Vehicle("B", "car", "N", "straight"), False), 0, -30)
    return s.svg(_ARROWHEAD + body + first + second, width=SIZE, height=SIZE)


def people_crossing(*, turning: bool) -> str:
    """A car that comes to a striped crossing with somebody on it."""
    body = s.box(0, 0, SIZE, SIZE, _GRASS) + s.box(140, 0, 120, SIZE, _ASPHALT)
    if turning:
        body += s.box(200, 140, 200, 120, _ASPHALT)
    across = range(146, 256, 20)
    if turning:
        body += "".join(s.box(286, y, 44, 11, WHITE) for y in across) + s.moved(s.walker(), 308, 196, scale=0.7)
    else:
        body += "".join(s.box(x, 150, 11, 44, WHITE) for x in across) + s.moved(s.walker(), 186, 168, scale=0.7)
    car = Vehicle("A", "car", "S", "right" if turning else "straight")
    return s.svg(_ARROWHEAD + body + s.moved(_vehicle(car, False), 0, 0 if turning else 40), width=SIZE, height=SIZE)
