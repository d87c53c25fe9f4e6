"""Lives worked out by hand from the readings, each with the sentence that decides it.

An expected answer, line or finding names the keys that matter to the case; lines and findings are complete lists.

Source: docs/readings.md; `golden/*.json` names the reading of each case.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.law.oracle import answer

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in GOLDEN
    for case in json.loads(file.read_text("utf-8"))
]


def differences(got: dict[str, Any], expect: dict[str, Any]) -> list[str]:
    """What the answer says otherwise than expected, key by key."""
    found = []
    for part, wanted in expect.items():
        if len(got[part]) != len(wanted):
            found.append(f"{part}: {len(got[part])} instead of {len(wanted)}: {got[part]}")
            continue
        for index, (has, wants) in enumerate(zip(got[part], wanted, strict=True)):
            found += [
                f"{part}[{index}].{key}: {has.get(key)!r} instead of {value!r}"
                for key, value in wants.items()
                if key not in has or has[key] != value
            ]
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_slow_computation_agrees(case: dict[str, Any]) -> None:
    assert differences(answer(case["document"]), case["expect"]) == []


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_every_case_names_its_reading(file: Path) -> None:
    for case in json.loads(file.read_text("utf-8")):
        assert case["readings"]
        assert case["why"].endswith(".")
