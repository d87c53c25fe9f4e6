"""The law engine against a second computation that shares nothing with it, on invented lives.

A difference is a finding about one of the two or about a reading that says too little: see the list in `oracle.py`.

Source: docs/readings.md.
"""

from __future__ import annotations

import itertools
import random
from datetime import date
from typing import Any

import pytest

from gplx.law.replay_document import DocumentError, replay
from tests.law import oracle
from tests.law.random_lives import codes_of_day, documents
from tests.law.test_golden_lives import CASES, differences

LINE_KEYS = ("on", "kind", "points", "balance", "decision")


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """What both computations must say alike; an explanation beside a finding only where the format shows it."""
    return {
        "law": result["law"],
        "answers": result["answers"],
        "lines": [{key: line.get(key) for key in LINE_KEYS} for line in result["lines"]],
        "findings": [
            (finding["code"], finding["on"], finding["test_from"] if finding["code"] == "test_too_early" else None)
            for finding in result["findings"]
        ],
    }


def both(document: dict[str, Any], law: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    engine: dict[str, Any] = replay(document, law)
    return comparable(engine), comparable(oracle.answer(document, law))


@pytest.mark.parametrize("seed", range(1, 6))
def test_invented_lives(seed: int) -> None:
    for document in documents(seed, 300):
        engine, slow = both(document)
        assert engine == slow, document


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1020))
def test_many_invented_lives(seed: int) -> None:
    for document in documents(seed, 10_000):
        engine, slow = both(document)
        assert engine == slow, document


def test_the_draft_law_can_be_asked_about_any_life() -> None:
    """Whatever may be stated under the law in force may be stated under the draft. Source: readings 1, 2."""
    for document in documents(77, 200):
        engine, slow = both(document, oracle.DRAFT)
        assert engine == slow, document


def test_the_order_of_the_facts_says_nothing() -> None:
    chance = random.Random(78)
    for document in documents(78, 200):
        engine, slow = both(document)
        chance.shuffle(document["facts"])
        assert both(document) == (engine, slow), document


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_the_lives_worked_out_by_hand(case: dict[str, Any]) -> None:
    result: dict[str, Any] = replay(case["document"])
    assert differences(result, case["expect"]) == []
    assert all(line["sources"] for line in result["lines"])


def one_life(law: str, decisions: list[dict[str, Any]], asks: list[str], since: str = "2025-01-01") -> dict[str, Any]:
    return {"law": law, "since": since, "facts": decisions, "ask": [{"on": day} for day in asks]}


def decision(number: str, day: str, offence: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "decision", "number": number, "acted_on": day, "effective_on": day, "offences": [offence]}


@pytest.mark.parametrize("law", [oracle.DRAFT, oracle.IN_FORCE])
@pytest.mark.parametrize(
    "acted_on", ["2024-12-31", "2025-01-01", "2026-06-30", "2026-07-01", "2026-08-14", "2026-08-15", "2030-01-01"]
)
def test_every_code_of_the_official_tables(law: str, acted_on: str) -> None:
    """Every code has its printed level on the day of the act, or is refused. Source: readings 2, 3."""
    day = date.fromisoformat(acted_on)
    allowed = set(codes_of_day(law, day, tuple(range(1, 13))))
    for code in sorted({row.code for row in oracle.official_rows()}):
        document = one_life(law, [decision("QD-1", acted_on, {"code": code})], [acted_on])
        if code in allowed:
            engine, slow = both(document)
            assert engine == slow, code
            assert engine["answers"][0]["balance"] == 12 - oracle.level_of_code(code, day).points
        else:
            with pytest.raises(DocumentError):
                replay(document)


@pytest.mark.parametrize("offence", [{"points": 4}, {"points": 10}, {"points": 12}, {"points": 12, "drug": True}])
def test_every_first_day_of_a_period(offence: dict[str, Any]) -> None:
    """A period may start on any day of four years and more. Source: reading 5."""
    for first in range(date(2025, 1, 1).toordinal(), date(2029, 3, 2).toordinal()):
        day = date.fromordinal(first).isoformat()
        for before in ([], [decision("QD-0", day, {"points": 8})]):
            engine, slow = both(one_life(oracle.DRAFT, [*before, decision("QD-1", day, offence)], [day]))
            assert engine == slow, (day, before)


def test_every_short_row_of_levels() -> None:
    """Up to four decisions of every kind of level fix the ground and the wait. Source: readings 9, 12."""
    offences = [{"points": points, "drug": drug} for points in (1, 3, 4, 6, 12) for drug in (False, True)]
    for law in (oracle.DRAFT, oracle.IN_FORCE):
        possible = [one for one in offences if law == oracle.DRAFT or one["points"] in (3, 4, 6)]
        for length in (1, 2, 3, 4) if law == oracle.IN_FORCE else (1, 2, 3):
            for row in itertools.product(possible, repeat=length):
                decisions = [decision(f"QD-{i}", f"2025-0{i + 1}-28", one) for i, one in enumerate(row)]
                engine, slow = both(one_life(law, decisions, ["2025-04-28", "2026-01-01"]))
                assert engine == slow, (law, row)
