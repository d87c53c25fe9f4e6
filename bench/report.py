"""What a benchmark found, and how it is written down: a table, a JSON file and a plot.

Each benchmark is a module with `run(context: Context) -> list[Row]`. A row is one bar of the plot. Rows of one
benchmark share their `benchmark` and `unit`; one of them is the yardstick (`yardstick=True`), and a row with a `goal`
says at least which share of the yardstick it should reach.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from html import escape
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Row:
    """One measured case.

    Attributes:
        benchmark: the name of the benchmark, as on the command line.
        case: what was measured, in a few words.
        rate: how many a second; the median of the rounds.
        unit: of what: "decisions/s".
        yardstick: the others of this benchmark are measured against this one.
        goal: the least share of the yardstick, or None.
        rounds: every round's rate.
        detail: what else is worth keeping: latencies in milliseconds, a query plan.
    """

    benchmark: str
    case: str
    rate: float
    unit: str
    yardstick: bool = False
    goal: float | None = None
    rounds: tuple[float, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a benchmark may use.

    Attributes:
        database_url: a database of its own with all tables, empty; Django is set up for it.
        quick: smaller numbers, to see that it runs.
        say: prints a line of progress.
    """

    database_url: str
    quick: bool
    say: Callable[[str], None]

    def connect(self, *, autocommit: bool = True) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of its own to the benchmark's database."""
        return psycopg.connect(self.database_url, autocommit=autocommit)


def yardstick_of(rows: Sequence[Row], row: Row) -> Row | None:
    return next((other for other in rows if other.benchmark == row.benchmark and other.yardstick), None)


def ratio(rows: Sequence[Row], row: Row) -> float | None:
    """A row's share of its yardstick; None for the yardstick itself."""
    against = yardstick_of(rows, row)
    return None if against is None or against is row or not against.rate else row.rate / against.rate


def is_met(rows: Sequence[Row], row: Row) -> bool | None:
    """Whether a row reaches its goal; None when it has none."""
    share = ratio(rows, row)
    return None if row.goal is None or share is None else share >= row.goal


def machine() -> dict[str, str]:
    """What the figures depend on; asked for before the first benchmark."""
    return {
        "when": datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y-%m-%d %H:%M"),
        "commit": _commit(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "memory": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("Django", "psycopg", "procrastinate", "granian")},
    }


def write(rows: Sequence[Row], about: dict[str, str]) -> Path:
    """Write the JSON file of this run, and the table and the plot of the newest one; the JSON file's path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{about['when'][:10]}.json"
    kept = [{**asdict(row), "ratio": ratio(rows, row), "met": is_met(rows, row)} for row in rows]
    path.write_text(json.dumps({"about": about, "rows": kept}, ensure_ascii=False, indent=1) + "\n")
    (RESULTS / "README.md").write_text(markdown(rows, about))
    (RESULTS / "plot.svg").write_text(svg(rows, about))
    return path


def read(path: Path) -> tuple[list[Row], dict[str, str]]:
    """The rows of an earlier run, to renew single benchmarks of it."""
    kept = json.loads(path.read_text())
    names = set(Row.__dataclass_fields__)
    rows = [Row(**{name: value for name, value in row.items() if name in names}) for row in kept["rows"]]
    return rows, kept["about"]


def table(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str, str]]:
    """Benchmark, case, rate, share of the yardstick, goal: as text."""
    for row in rows:
        share, met = ratio(rows, row), is_met(rows, row)
        latencies = ", ".join(f"{name} {value:.2g} ms" for name, value in row.detail.items() if name in ("p50", "p99"))
        yield (
            row.benchmark,
            row.case + (f" ({latencies})" if latencies else ""),
            f"{row.rate:,.0f} {row.unit}",
            "yardstick" if row.yardstick else "" if share is None else f"{share:.2f} ×",
            "" if met is None else f"≥ {row.goal:.2g} × {'✓ met' if met else '✗ not met'}",
        )


def markdown(rows: Sequence[Row], about: dict[str, str]) -> str:
    lines = [
        "# Results of the benchmarks",
        "",
        "Written by `python -m bench`. Rates are medians of several rounds of one run; what counts is the share of the"
        " yardstick measured in the same run, on the same machine.",
        "",
        "![Rates by benchmark](plot.svg)",
        "",
        "| Benchmark | Case | Rate | Against the yardstick | Goal |",
        "|---|---|---|---|---|",
        *("| " + " | ".join(cells) + " |" for cells in table(rows)),
        "",
        "Measured on: " + " · ".join(f"{name} {value}" for name, value in about.items() if value) + ".",
        "",
    ]
    for row in rows:
        for name, text in row.detail.items():
            if isinstance(text, str):
                lines += [f"{row.benchmark}, {row.case}: {name}", "", "```", text, "```", ""]
    return "\n".join(lines)


_WIDTH, _LABEL, _BAR, _LINE = 960, 330, 420, 26


def svg(rows: Sequence[Row], about: dict[str, str]) -> str:
    """A bar for each row, longest of its benchmark full; the yardstick is hatched, the goal a mark on the bar.

    Everything is said by text, pattern and position, so that it reads without colour.
    """
    parts: list[str] = []
    y = 64
    for benchmark, of_benchmark in groupby(rows, key=lambda row: row.benchmark):
        group = list(of_benchmark)
        longest = max(row.rate for row in group) or 1
        parts.append(f'<text x="16" y="{y}" class="name">{escape(benchmark)}</text>')
        y += 10
        for row in group:
            width = max(1.0, _BAR * row.rate / longest)
            fill = "url(#hatch)" if row.yardstick else "#1d4f5c"
            share, met = ratio(rows, row), is_met(rows, row)
            said = f"{row.rate:,.0f} {row.unit}"
            if share is not None:
                said += f" = {share:.2f} ×"
            if met is not None:
                said += " ✓" if met else " ✗"
            parts += [
                f'<text x="{_LABEL - 10}" y="{y + 15}" text-anchor="end">{escape(row.case)}</text>',
                f'<rect x="{_LABEL}" y="{y + 2}" width="{width:.1f}" height="18" fill="{fill}" stroke="#0b0c0c"/>',
                f'<text x="{_LABEL + width + 8:.1f}" y="{y + 15}">{escape(said)}</text>',
            ]
            against = yardstick_of(rows, row)
            if row.goal is not None and against is not None:
                x = _LABEL + _BAR * row.goal * against.rate / longest
                parts.append(f'<path d="M{x:.1f} {y - 1}v24" class="goal"><title>goal {row.goal:.2g} ×</title></path>')
            y += _LINE
        y += 26
    note = f"{about['when']} · {about['processor']} · {about['cores']} cores · commit {about['commit']}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 12}" role="img"'
            ' font-family="system-ui, sans-serif" font-size="13">',
            "<title>Rates by benchmark</title>",
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
            ' patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
            '<path d="M0 0v6" stroke="#0b0c0c" stroke-width="2"/></pattern></defs>',
            "<style>.name{font-weight:700;font-size:15px}.goal{stroke:#b10e1e;stroke-width:3}</style>",
            f'<rect width="{_WIDTH}" height="{y + 12}" fill="#fff"/>',
            '<text x="16" y="28">Solid: the register. Hatched: what it is measured against. Upright mark: the goal.'
            " ✓ met, ✗ not met.</text>",
            *parts,
            f'<text x="16" y="{y}" font-size="11">{escape(note)}</text>',
            "</svg>",
            "",
        ]
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _commit() -> str:
    where = Path(__file__).resolve().parent
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=where, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (OSError, ValueError):
        return ""
