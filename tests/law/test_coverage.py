"""The coverage table tells the truth: what it names exists, and nothing of the law on points is left out."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from gplx.law.coverage import provisions
from gplx.law.profiles import PROFILES
from gplx.law.sources import INSTRUMENTS

ROOT = Path(__file__).parents[2]
PROVISIONS = [pytest.param(row, id=str(row.source)) for row in provisions()]
READING_ROWS = [pytest.param(row, id=str(row.source)) for row in provisions() if row.source.instrument == "reading"]
READINGS = range(1, 22)


@cache
def defined_in(path: Path) -> frozenset[str]:
    """Names that a module defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return frozenset(names)


@pytest.mark.parametrize("row", PROVISIONS)
def test_each_named_rule_exists(row):
    for rule in row.rules:
        module, _, name = rule.partition(":")
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
        assert path.is_file(), f"{rule}: no module {path.name}"
        assert name in defined_in(path), rule


@pytest.mark.parametrize("row", PROVISIONS)
def test_each_named_test_exists(row):
    for test in row.tests:
        file, _, name = test.partition("::")
        path = ROOT / file
        assert path.is_file(), test
        if path.suffix == ".json":
            assert name in {case["name"] for case in json.loads(path.read_text("utf-8"))}, test
        else:
            assert name.startswith("test_"), test
            assert name in defined_in(path), test


@pytest.mark.parametrize("row", PROVISIONS)
def test_each_provision_names_its_rule_and_test_or_says_why_not(row):
    if row.status == "built":
        assert row.rules
        assert row.tests
        assert not row.note_en
    elif row.status == "partly":
        assert row.rules
    else:
        assert not row.rules
        assert not row.tests
    if row.status != "built":
        assert row.note_vi
        assert row.note_en
    assert row.says_vi
    assert row.says_en


def test_no_provision_stands_twice():
    sources = [str(row.source) for row in provisions()]
    assert len(sources) == len(set(sources))


def test_every_reading_is_covered_and_written_down():
    covered = [int(row.source.locator) for row in provisions() if row.source.instrument == "reading"]
    assert covered == list(READINGS)
    written = (ROOT / "docs" / "readings.md").read_text("utf-8")
    assert [int(number) for number in re.findall(r"^### Reading (\d+)\b", written, re.MULTILINE)] == list(READINGS)


@pytest.mark.parametrize("row", READING_ROWS)
def test_each_written_reading_names_its_rules_and_the_files_of_its_tests(row):
    written = (ROOT / "docs" / "readings.md").read_text("utf-8")
    sections = dict(re.findall(r"^### Reading (\d+): (.+?)(?=^#|\Z)", written, re.MULTILINE | re.DOTALL))
    section = sections[row.source.locator]
    for named in (*row.rules, *(test.partition("::")[0] for test in row.tests)):
        assert f"`{named}`" in section, named


def test_every_article_of_the_decree_that_deducts_points_is_covered():
    covered = {
        article
        for row in provisions()
        if row.source.instrument == "168/2024"
        for article in re.findall(r"\b(\d+)\(", row.source.locator)
    }
    wanted = {*map(str, (6, 7, 12, 13, 14, 17, 18, *range(20, 31), 32, 34)), "50", "51", "54"}
    assert wanted <= covered


def test_every_clause_of_the_law_on_points_is_covered():
    locators = {row.source.locator for row in provisions() if row.source.instrument == "36/2024/QH15"}
    assert {f"art. 58({clause})" for clause in range(1, 6)} <= locators


def test_every_reading_the_code_cites_exists():
    cited: set[int] = set()
    for path in (ROOT / "gplx").rglob("*.py"):
        text = path.read_text("utf-8")
        for words in re.findall(r"\breadings? (\d+(?:(?:, | to | and )\d+)*)", text, re.IGNORECASE):
            cited |= {int(number) for number in re.findall(r"\d+", words)}
        cited |= {int(number) for number in re.findall(r"\breading\((\d+)\)", text)}
    assert cited
    assert cited <= set(READINGS)


def test_every_instrument_of_the_profiles_and_tables_is_known():
    for profile in PROFILES.values():
        for citation in (*profile.deduction, *profile.restoration, *profile.test_restoration):
            assert citation.instrument in INSTRUMENTS
    assert {row.source.instrument for row in provisions()} <= INSTRUMENTS.keys()
