"""Road signs as QCVN 41:2024/BGTVT has them, drawn anew and simplified."""

from __future__ import annotations

from gplx.questions.drawing import shapes as s
from gplx.questions.drawing.shapes import BLACK, BLUE, RED, WHITE, YELLOW

_MIDDLE = 100


def _at_middle(body: str, *, scale: float = 1, y: float = _MIDDLE) -> str:
    return s.moved(body, _MIDDLE, y, scale=scale)


def forbidden(body: str, *, scale: float = 1, bar: bool = True) -> str:
    """A white disc with a red rim, and a red bar from upper left to lower right in front of what is forbidden."""
    across = s.line("M48 48L152 152", 14, RED, "butt") if bar else ""
    return s.svg(s.dot(100, 100, 84, WHITE, RED, 20) + _at_middle(body, scale=scale) + across)


def limited(text: str, *, size: float = 76, more: str = "") -> str:
    """A white disc with a red rim and a figure."""
    return s.svg(s.dot(100, 100, 84, WHITE, RED, 20) + s.words(text, 100, 100, size) + more)


def ended(text: str = "", body: str = "") -> str:
    """A white disc with a thin black rim, something grey, and black lines across."""
    inside = s.words(text, 100, 100, 76, s.GREY) if text else body
    lines = "".join(s.line(f"M{42 + step} {134 + step}L{134 + step} {42 + step}", 5) for step in (0, 12, 24))
    return s.svg(s.dot(100, 100, 88, WHITE, BLACK, 6) + inside + lines)


def no_waiting(*, stopping: bool) -> str:
    """A blue disc with a red rim and one red bar, or two that cross."""
    bars = "M44 44L156 156" + ("M156 44L44 156" if stopping else "")
    return s.svg(s.dot(100, 100, 84, BLUE, RED, 20) + s.line(bars, 18, RED, "butt"))


def no_entry() -> str:
    return s.svg(s.dot(100, 100, 92, RED, WHITE, 4) + s.box(34, 82, 132, 36, WHITE))


def closed() -> str:
    return s.svg(s.dot(100, 100, 84, WHITE, RED, 20))


def stop() -> str:
    corners = "M65 10h70l55 55v70l-55 55H65l-55-55V65z"
    return s.svg(
        s.area(corners, WHITE)
        + s.area("M68 17h64l51 51v64l-51 51H68l-51-51V68z", RED)
        + s.words("STOP", 100, 100, 52, WHITE)
    )


def give_way() -> str:
    return s.svg(
        s.area("M6 14h188q6 0 3 6L105 186q-5 7-10 0L3 20q-3-6 3-6z", RED) + s.area("M38 36h124L100 148z", WHITE)
    )


def warning(body: str, *, scale: float = 0.8, y: float = 128) -> str:
    """A yellow triangle with a red rim, its point upwards."""
    return s.svg(
        s.area("M95 12q5-7 10 0l92 164q3 8-5 8H8q-8 0-5-8z", RED)
        + s.area("M100 42l70 126H30z", YELLOW)
        + _at_middle(body, scale=scale, y=y)
    )


def ordered(body: str, *, scale: float = 1) -> str:
    """A blue disc with something white."""
    return s.svg(s.dot(100, 100, 92, BLUE, WHITE, 4) + _at_middle(body, scale=scale))


def told(body: str, *, width: int = 200) -> str:
    """A blue square."""
    return s.svg(s.box(6, 6, width - 12, 188, BLUE, 12, WHITE) + body, width=width)


def priority(*, ends: bool = False) -> str:
    """A yellow square on its corner, with a white rim."""
    crossed = s.line("M48 152L152 48", 10) if ends else ""
    return s.svg(
        s.area("M100 8l92 92-92 92L8 100z", BLACK)
        + s.area("M100 13l87 87-87 87-87-87z", WHITE)
        + s.area("M100 38l62 62-62 62-62-62z", YELLOW)
        + crossed
    )


def place_name(*, ends: bool) -> str:
    """A wide blue plate with white houses; a red bar across where the place ends."""
    houses = s.area("M40 150V96l34-30 34 30v54zM118 150V62h46v88zM176 150v-62l34-28 34 28v62z", WHITE)
    crossed = s.line("M24 176L276 24", 14, RED, "butt") if ends else ""
    return s.svg(s.box(6, 6, 288, 188, BLUE, 12, WHITE) + houses + crossed, width=300)


def crossing_roads(*, of_equals: bool) -> str:
    """A cross of two thick lines, or of a thick and a thin one."""
    side = 18 if of_equals else 9
    return s.line("M0 46V-50", 18, cap="butt") + s.line("M-42 6H42", side, cap="butt")


def roundabout() -> str:
    arm = s.arrow(WHITE, "M-48 14A50 50 0 0 1 14-48", (24, -46, 96), 14)
    return "".join(s.moved(arm, 0, 0, turn=turn) for turn in (0, 120, 240))


def overtaking() -> str:
    return s.moved(s.car(RED), -26, 6, scale=0.62) + s.moved(s.car(), 28, 6, scale=0.62)


def height(text: str) -> str:
    return limited(text, size=48, more=s.area("M100 28l16 22H84zM100 172l16-22H84z"))


def width(text: str) -> str:
    return limited(text, size=36, more=s.area("M30 100l16-13v26zM170 100l-16-13v26z"))


def distance(text: str) -> str:
    cars = s.moved(s.car(), 66, 78, scale=0.4) + s.moved(s.car(), 134, 78, scale=0.4)
    return s.svg(s.dot(100, 100, 84, WHITE, RED, 20) + cars + s.words(text, 100, 122, 36))


def narrowing() -> str:
    return s.line("M-34 46V14l18-22v-40M34 46V14L16-8v-40", 9)


def both_ways() -> str:
    return s.arrow(BLACK, "M-22 44V-18", (-22, -26, 0), 12) + s.arrow(BLACK, "M22-44V18", (22, 26, 180), 12)


def slope(*, down: bool) -> str:
    hill = "M-54 36h108v-58z" if not down else "M-54 36h108L-54-22z"
    return s.area(hill) + s.words("10%", 0, -36, 26)


def slippery() -> str:
    return s.moved(s.car(), 0, -16, scale=0.66) + s.line("M-26 16q16 10 0 18t0 18M14 16q16 10 0 18t0 18", 7)


def bumps() -> str:
    return s.area("M-54 34q27-50 54-8 27-42 54 8z")


def bend(*, left: bool) -> str:
    curve = s.arrow(BLACK, "M10 46V10Q10-8-6-22", (-12, -28, -45), 13)
    return curve if left else f'<g transform="scale(-1 1)">{curve}</g>'


def other_danger() -> str:
    return s.area("M-9-46H9L5 14H-5z") + s.dot(0, 32, 10)
