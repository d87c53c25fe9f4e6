"""`gplx replay --lines` on one core, against its goal of 20,000 documents a second.

A document is a life of one to six facts with one question, as a recorded account has it. The time is that of the whole
program, from its start to its last answer.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from bench.report import Context, Row

GOAL_RATE = 20_000
ROUNDS = 3


def run(context: Context) -> list[Row]:
    count = 20_000 if context.quick else 400_000
    chosen = random.Random(168)
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lives.jsonl"
        facts = 0
        with path.open("wb") as file:
            for _ in range(count):
                document = life(chosen)
                facts += len(document["facts"])
                file.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        program = [str(Path(sys.executable).with_name("gplx")), "replay", "--lines", str(path)]
        for number in range(ROUNDS):
            begun = time.perf_counter()
            with (Path(folder) / "answers.jsonl").open("wb") as answers:
                subprocess.run(program, stdout=answers, check=True, preexec_fn=_on_one_core)
            rates.append(count / (time.perf_counter() - begun))
            context.say(f"replay: round {number + 1} of {ROUNDS}")
        with (Path(folder) / "answers.jsonl").open("rb") as answered:
            assert sum(1 for _ in answered) == count
    detail = {"facts a document": facts / count}
    case = f"gplx replay --lines, {count:,} documents"
    return [
        Row("replay", case, statistics.median(rates), "documents/s", goal=1.0, rounds=tuple(rates), detail=detail),
        Row("replay", "the goal", GOAL_RATE, "documents/s", yardstick=True),
    ]


def life(chosen: random.Random) -> dict[str, Any]:
    """One replay document."""
    facts: list[dict[str, Any]] = []
    day = date(2025, 1, 1)
    for number in range(chosen.choice((1, 1, 2, 2, 3, 4))):
        day += timedelta(days=chosen.randrange(10, 200))
        offence = {"points": chosen.choice((2, 2, 4, 4, 6, 10, 12))}
        code = {"code": "168/2024:6.9.b"}
        acted_on = day - timedelta(days=9)
        fact = {
            "kind": "decision",
            "number": f"QD-{number}",
            "acted_on": acted_on.isoformat(),
            "effective_on": day.isoformat(),
            "offences": [chosen.choice((offence, code))],
        }
        facts.append(fact)
    if chosen.random() < 0.1:
        facts.append({"kind": "annulment", "decision": "QD-0", "recorded_on": day.isoformat()})
    if chosen.random() < 0.1:
        until = day + timedelta(days=60)
        facts.append({"kind": "revocation", "from": day.isoformat(), "to": until.isoformat()})
    if chosen.random() < 0.1:
        facts.append({"kind": "test", "on": (day + timedelta(days=400)).isoformat(), "passed": True})
    asked = {"on": (day + timedelta(days=100)).isoformat()}
    return {"law": "draft-2024-10", "since": "2025-01-01", "facts": facts, "ask": [asked]}


def _on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
