"""Who can sign in at the sandbox: the demo's people, as soon as they are published."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from gplx.demo.people import PEOPLE
from gplx.gateways.sandbox import people as sandbox_people


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data" / "sandbox-people.json"
    monkeypatch.setattr(sandbox_people, "WRITTEN_BY_THE_DEMO", path)
    return path


def test_until_the_demo_has_run_a_short_list_serves(written: Path):
    roles = {person.role for person in sandbox_people.people()}
    assert roles == {"citizen", "roadside", "case_officer", "administrator"}


def test_the_demos_people_are_known_at_once(written: Path):
    sandbox_people.people()
    sandbox_people.publish(asdict(person) for person in PEOPLE)
    known = {person.key: person for person in sandbox_people.people()}
    assert set(known) == {person.key for person in PEOPLE}
    assert known["four-left"].special_vi == "còn 4 điểm"
    assert known["old-number"].old_number == "999000012"
    sandbox_people.publish([{"key": "only", "name": "Mẫu Văn Một", "birth_date": "x"}])
    assert [person.key for person in sandbox_people.people()] == ["only"]


def test_everybody_has_a_number_of_his_own(written: Path):
    for listed in (PEOPLE, sandbox_people.people()):
        numbers = [person.citizen_number for person in listed]
        assert all(len(number) == 12 for number in numbers)
        assert len(set(numbers)) == len(numbers)
