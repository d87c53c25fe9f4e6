"""The law engine against a second computation that shares nothing with it, on invented lives.

A difference is a finding about one of the two or about a reading that says too little: see the list in `oracle.py`.
Findings are compared up to the last day asked for: whether later ones are shown is left open by the format (choice 11).

Source: docs/readings.md.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from gplx.law.replay_document import replay
from tests.law import oracle
from tests.law.random_lives import documents
from tests.law.test_golden_lives import CASES, differences

LINE_KEYS = ("on", "kind", "points", "balance", "decision")


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """What both computations must say alike; an explanation beside a finding only where the format shows it."""
    last_asked = max((one["on"] for one in result["answers"]), default="9999-12-31")
    return {
        "law": result["law"],
        "answers": result["answers"],
        "lines": [{key: line.get(key) for key in LINE_KEYS} for line in result["lines"]],
        "findings": [
            (finding["code"], finding["on"], finding["test_from"] if finding["code"] == "test_too_early" else None)
            for finding in result["findings"]
            if finding["on"] <= last_asked
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
