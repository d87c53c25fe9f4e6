"""Pieces of drawings, in a square of 200; presentation attributes only, so that no style is needed."""

from __future__ import annotations

RED, BLUE, YELLOW, WHITE, BLACK, GREEN, GREY = (
    "#c8102e",
    "#0b4ea2",
    "#ffc72c",
    "#ffffff",
    "#0b0c0c",
    "#00703c",
    "#6f777b",
)


def svg(body: str, *, width: int = 200, height: int = 200) -> str:
    """A whole file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{body}</svg>\n"
    )


def moved(body: str, x: float, y: float, *, scale: float = 1, turn: float = 0) -> str:
    """Something drawn around 0,0, put at a place."""
    turned = f" rotate({turn:g})" if turn else ""
    scaled = f" scale({scale:g})" if scale != 1 else ""
    return f'<g transform="translate({x:g} {y:g}){turned}{scaled}">{body}</g>'


def line(path: str, width: float = 12, colour: str = BLACK, cap: str = "round") -> str:
    """A stroked path."""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="{cap}" '
        'stroke-linejoin="round"/>'
    )


def area(path: str, colour: str = BLACK) -> str:
    """A filled path."""
    return f'<path d="{path}" fill="{colour}"/>'


def dot(x: float, y: float, radius: float, colour: str = BLACK, rim: str = "", rim_width: float = 0) -> str:
    """A disc, with a rim if asked."""
    edge = f' stroke="{rim}" stroke-width="{rim_width:g}"' if rim else ""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"{edge}/>'


def box(x: float, y: float, width: float, height: float, colour: str = BLACK, rounded: float = 0, rim: str = "") -> str:
    """A rectangle, with a rim of 4 if asked."""
    edge = f' stroke="{rim}" stroke-width="4"' if rim else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{rounded:g}" fill="{colour}"{edge}/>'


def words(text: str, x: float, y: float, size: float, colour: str = BLACK) -> str:
    """Text centred on a point."""
    return (
        f'<text x="{x:g}" y="{y + size * 0.36:g}" font-family="Arial, Helvetica, sans-serif" font-size="{size:g}" '
        f'font-weight="700" text-anchor="middle" fill="{colour}">{text}</text>'
    )


# -- what stands on signs, drawn around 0,0 in about 100 by 100 ------------------------------------------------------


def car(colour: str = BLACK) -> str:
    return (
        area("M-50 20V2q0-8 9-10l12-3 14-17h28l16 17 14 3q7 2 7 10v18z", colour)
        + dot(-27, 22, 11, colour, WHITE, 4)
        + (dot(27, 22, 11, colour, WHITE, 4))
    )


def lorry(colour: str = BLACK) -> str:
    return (
        area("M-50 18v-46h58v46zM12 18v-34h22l16 16v18z", colour)
        + dot(-30, 22, 11, colour, WHITE, 4)
        + dot(30, 22, 11, colour, WHITE, 4)
    )


def coach(colour: str = BLACK) -> str:
    windows = "".join(box(x, -20, 14, 14, WHITE) for x in (-42, -22, -2, 18))
    return (
        area("M-50 18v-40q0-8 8-8h84q8 0 8 8v40z", colour)
        + windows
        + dot(-28, 20, 11, colour, WHITE, 4)
        + (dot(28, 20, 11, colour, WHITE, 4))
    )


def motorcycle(colour: str = BLACK) -> str:
    return (
        dot(-30, 22, 17, WHITE, colour, 7)
        + dot(30, 22, 17, WHITE, colour, 7)
        + line("M-30 22l14-22h26l20 22M10 0l8-16h10", 8, colour)
        + line("M-16-2q4-22 10-26l14 12 12 2", 9, colour)
        + dot(-2, -38, 10, colour)
    )


def bicycle(colour: str = BLACK) -> str:
    return (
        dot(-28, 18, 20, "none", colour, 6)
        + dot(28, 18, 20, "none", colour, 6)
        + line("M-28 18l14-34h28l14 34M-14-16l16 34 14-34M-28 18h30M-20-24h14M14-16l-4-12h14", 6, colour)
    )


def walker(colour: str = BLACK) -> str:
    return dot(2, -40, 10, colour) + line("M0-24v30M0 6l-16 34M0 6l18 32M0-18l-18 18M0-18l18 16", 10, colour)


def child(colour: str = BLACK) -> str:
    return moved(walker(colour), -20, 8, scale=0.8) + moved(walker(colour), 26, 14, scale=0.62)


def worker(colour: str = BLACK) -> str:
    return (
        dot(-6, -38, 10, colour)
        + line("M-8-24l-6 28M-14 4l-16 34M-14 4l16 14v20M-8-20l22 14 14 14", 10, colour)
        + line("M6-12l30 36", 6, colour)
        + area("M22 40q16-24 32 0z", colour)
    )


def cattle(colour: str = BLACK) -> str:
    return (
        area("M-42-16h62l14-14 16 6-4 16-14 4v16h-74z", colour)
        + line("M-36 8v30M-20 8v30M8 8v30M24 8v30", 9, colour)
        + line("M-42-12v26", 5, colour)
    )


def horn(colour: str = BLACK) -> str:
    return area("M-50-8h18v16h-18zM-30-6q40-2 56-26v64q-16-24-56-26z", colour) + line(
        "M34-14q8 14 0 28M44-22q14 22 0 44", 6, colour
    )


def engine(colour: str = BLACK) -> str:
    smoke = "".join(dot(x, y, r, colour) for x, y, r in ((-14, -44, 7), (2, -50, 6), (18, -54, 5)))
    return (
        area("M-46 20v-26h44v-18h34v44zM-38-6v-18h12v18z", colour)
        + "".join(dot(x, 26, 10, colour, WHITE, 3) for x in (-32, -6, 20))
        + smoke
        + line("M-52 40H48", 6, colour)
    )


def fence(colour: str = BLACK) -> str:
    return line("M-40-26v58M-14-26v58M14-26v58M40-26v58M-50-10h100M-50 16h100", 9, colour)


def lights() -> str:
    return (
        box(-17, -48, 34, 96, BLACK, 8) + dot(0, -30, 11, RED) + dot(0, 0, 11, YELLOW) + dot(0, 30, 11, "#00a651")
    )  # fmt: skip


def arrow(colour: str, path: str, head: tuple[float, float, float], width: float = 16) -> str:
    """A line that ends in a head: where, and which way it points (0 is up)."""
    x, y, turn = head
    return line(path, width, colour, "butt") + moved(area("M0-22L20 10h-40z", colour), x, y, turn=turn)


def straight(colour: str = BLACK) -> str:
    return arrow(colour, "M0 46V-22", (0, -28, 0))


def to_right(colour: str = BLACK) -> str:
    return arrow(colour, "M-24 46V4q0-20 20-20H20", (30, -16, 90))


def to_left(colour: str = BLACK) -> str:
    return f'<g transform="scale(-1 1)">{to_right(colour)}</g>'


def back(colour: str = BLACK) -> str:
    return f'<g transform="scale(-1 1)">{arrow(colour, "M-24 46V-8q0-24 24-24t24 24V12", (24, 24, 180))}</g>'
