"""The replay document: what it answers, and the fault it names for each thing it does not understand."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gplx.law import replay_document
from gplx.law.replay_document import DocumentError
from gplx.project.cli import main

EXAMPLE: dict[str, Any] = {
    "law": "draft-2024-10",
    "since": "2025-01-01",
    "facts": [
        {
            "kind": "decision",
            "number": "QD-1",
            "acted_on": "2025-02-01",
            "effective_on": "2025-02-20",
            "offences": [{"code": "168/2024:6.9.b"}, {"points": 2}],
            "recorded_on": "2025-02-21",
        },
        {
            "kind": "decision",
            "number": "QD-2",
            "acted_on": "2025-03-01",
            "effective_on": "2025-03-15",
            "offences": [{"points": 12, "drug": True}],
        },
        {"kind": "annulment", "decision": "QD-1", "recorded_on": "2025-06-01"},
        {"kind": "revocation", "from": "2025-07-01", "to": "2026-06-30"},
        {"kind": "drug_free_certificate", "concluded_on": "2027-03-20"},
        {"kind": "test", "on": "2027-04-01", "passed": True},
    ],
    "ask": [{"on": "2025-04-01"}, {"on": "2025-04-01", "as_known_on": "2025-05-01"}],
}


def changed(*path_and_value: Any) -> dict[str, Any]:
    """The example with one value put at a path."""
    *path, last, value = path_and_value
    document = copy.deepcopy(EXAMPLE)
    place: Any = document
    for step in path:
        place = place[step]
    place[last] = value
    return document


def faults(document: object, law: str | None = None) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        replay_document.parse(document, law)
    return caught.value.faults


def test_the_example_of_the_format() -> None:
    answer = replay_document.replay(EXAMPLE)
    assert answer["answers"][0] == {
        "on": "2025-04-01",
        "as_known_on": None,
        "balance": 0,
        "standing": "exhausted",
        "may_drive": False,
        "restores_on": None,
        "exhausted_on": "2025-03-15",
        "wait_months": 24,
        "test_from": "2027-03-16",
        "needs_drug_free_certificate": True,
    }
    assert answer["answers"][1]["as_known_on"] == "2025-05-01"
    [line] = answer["lines"]
    assert {key: line[key] for key in ("on", "kind", "points", "balance", "decision")} == {
        "on": "2025-03-15",
        "kind": "deduction",
        "points": -12,
        "balance": 0,
        "decision": "QD-2",
    }
    assert "seed 003" in line["sources"]
    assert answer["findings"] == []


def test_nothing_asked_shows_all_lines() -> None:
    document = {**EXAMPLE, "ask": []}
    assert [line["kind"] for line in replay_document.replay(document)["lines"]] == ["deduction", "test_restoration"]


def test_the_law_of_the_call_wins_over_the_document() -> None:
    document = changed("facts", 1, "offences", [{"points": 10}])
    assert replay_document.replay(document, "in-force")["law"] == "in-force"


def test_reading_01_the_draft_is_the_default() -> None:
    document = {key: value for key, value in EXAMPLE.items() if key != "law"}
    assert replay_document.replay(document)["law"] == "draft-2024-10"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "document: not an object"),
        (changed("extra", 1), "extra: unknown key"),
        (changed("law", "roman"), "law: unknown profile: roman; known: draft-2024-10, in-force"),
        (changed("since", "2025-02-30"), "since: not a calendar day: 2025-02-30"),
        (changed("since", 20250101), "since: not a calendar day: 20250101"),
        (changed("since", "20250101"), "since: not a calendar day: 20250101"),
        (changed("since", "2025-W01-1"), "since: not a calendar day: 2025-W01-1"),
        (changed("since", "٢٠٢٥-01-01"), "since: not a calendar day: ٢٠٢٥-01-01"),
        (changed("facts", {}), "facts: not a list: {}"),
        (changed("facts", 0, 5), "facts[0]: not an object"),
        (changed("facts", 2, "kind", "pardon"), "facts[2].kind: not a kind of fact: pardon"),
        (changed("facts", 0, "effective_on", "2025-02-30"), "facts[0].effective_on: not a calendar day: 2025-02-30"),
        (changed("facts", 0, "effective_on", "2025-01-31"), "facts[0].effective_on: before acted_on"),
        (changed("facts", 0, "number", ""), "facts[0].number: not a text: "),
        (changed("facts", 0, "number", 7), "facts[0].number: not a text: 7"),
        (changed("facts", 0, "number", "\ud800"), "facts[0].number: not a text: \\ud800"),
        (changed("facts", 1, "number", "QD-1"), "facts[1].number: used twice: QD-1"),
        (changed("facts", 0, "offences", []), "facts[0].offences: not a list of at least one offence"),
        (changed("facts", 0, "offences", 0, {}), "facts[0].offences[0].points: required"),
        (changed("facts", 0, "offences", 1, {"points": 0}), "facts[0].offences[1].points: not a level of draft"),
        (changed("facts", 0, "offences", 1, {"points": 13}), "facts[0].offences[1].points: not a level"),
        (changed("facts", 0, "offences", 1, {"points": True}), "facts[0].offences[1].points: not a whole number: true"),
        (changed("facts", 0, "offences", 1, {"points": "2"}), "facts[0].offences[1].points: not a whole number: 2"),
        (changed("facts", 0, "offences", 1, {"points": 2.0}), "facts[0].offences[1].points: not a whole number: 2.0"),
        (changed("facts", 0, "offences", 1, {"points": 2, "drug": 1}), "facts[0].offences[1].drug: not true or false"),
        (changed("facts", 0, "offences", 0, "points", 4), "facts[0].offences[0].points: unknown key"),
        (changed("facts", 0, "offences", 0, {"code": "168/2024:99.z"}), "facts[0].offences[0].code: unknown code:"),
        (changed("facts", 0, "offences", 0, {"code": "168/2024:20.8a"}), "facts[0].offences[0].code: "),
        (changed("facts", 0, "offences", 0, {"code": "100/2019:5"}), "facts[0].offences[0].code: not a code of"),
        (changed("facts", 2, "decision", "QD-9"), "facts[2].decision: no decision with that number: QD-9"),
        (changed("facts", 3, "to", "2025-06-30"), "facts[3].to: before from: 2025-06-30 < 2025-07-01"),
        (changed("facts", 5, "passed", "yes"), "facts[5].passed: not true or false: yes"),
        (changed("facts", 5, "score", 30), "facts[5].score: unknown key"),
        (changed("facts", 5, "recorded_on", None), "facts[5].recorded_on: not a calendar day: null"),
        (changed("ask", 0, "when", "2025-04-01"), "ask[0].when: unknown key"),
        (changed("ask", 1, "as_known_on", "soon"), "ask[1].as_known_on: not a calendar day: soon"),
    ],
)  # fmt: skip
def test_a_fault_names_its_place(document: object, fault: str) -> None:
    found = faults(document)
    assert any(one.startswith(fault) for one in found), found


def test_an_annulment_must_say_when_it_was_learnt() -> None:
    document = changed("facts", 2, {"kind": "annulment", "decision": "QD-1"})
    assert faults(document) == ["facts[2].recorded_on: required"]


def test_all_faults_are_reported_at_once() -> None:
    document = changed("since", "x")
    document["facts"][0]["number"] = ""
    assert len(faults(document)) == 3  # since, number, and the annulment that now names nothing


def test_a_code_of_the_amendment_is_refused_for_an_earlier_act_with_both_days() -> None:
    document = changed("facts", 0, "offences", 0, {"code": "168/2024:20.8a"})
    [fault] = faults(document)
    assert "2025-02-01" in fault
    assert "2026-08-15" in fault


def test_reading_02_stated_points_under_the_law_in_force() -> None:
    for points in (2, 3, 4, 6, 8, 10):
        document = changed("facts", 1, "offences", [{"points": points}])
        replay_document.parse(document, "in-force")
    for points in (1, 5, 7, 9, 11, 12):
        document = changed("facts", 1, "offences", [{"points": points}])
        assert faults(document, "in-force")[0].startswith("facts[1].offences[0].points: not a level of in-force")


def test_reading_02_draft_codes_are_not_codes_of_the_law_in_force() -> None:
    document = changed("facts", 1, "offences", [{"code": "draft-2024:any.drugs.driving"}])
    assert replay_document.replay(document)["answers"][0]["wait_months"] == 24
    assert faults(document, "in-force") == [
        "facts[1].offences[0].code: not a code of in-force: draft-2024:any.drugs.driving"
    ]


def test_reading_03_an_act_of_2024_with_stated_points_is_a_finding() -> None:
    document = changed("facts", 0, "acted_on", "2024-12-31")
    document["facts"][0]["offences"] = [{"points": 2}]
    assert replay_document.replay(document)["findings"] == []  # annulled: it was never there
    document["facts"].pop(2)
    assert replay_document.replay(document)["findings"] == [
        {"code": "act_before_points_system", "on": "2025-02-20", "decision": "QD-1"}
    ]


def test_reading_03_a_code_is_refused_for_an_act_of_2024() -> None:
    [fault] = faults(changed("facts", 0, "acted_on", "2024-12-31"))
    assert fault.startswith("facts[0].offences[0].code: ")
    assert "2024-12-31" in fault
    assert "2025-01-01" in fault


def test_findings_after_the_last_day_asked_for_are_shown_too() -> None:
    document = changed("facts", 5, "on", "2027-03-15")
    assert replay_document.replay(document)["findings"] == [
        {"code": "test_too_early", "on": "2027-03-15", "test_from": "2027-03-16"}
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "document: not JSON"),
        ("{", "document: not JSON"),
        ('{"a": NaN}', "document: not a JSON number: NaN"),
        ('{"a": 1, "a": 2}', "document: key given twice: a"),
        ("[" * 100_000, "document: nested too deeply"),
        (b"\xff\xfe", "document: not UTF-8 text"),
        ('{"a": ' + "9" * 5000 + "}", "document: not JSON"),
    ],
)
def test_what_is_not_json(text: str | bytes, fault: str) -> None:
    with pytest.raises(DocumentError) as caught:
        replay_document.loads(text)
    assert caught.value.faults[0].startswith(fault)


def gplx(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gplx.project.cli", *arguments], input=given, capture_output=True, text=True, check=False
    )


def test_the_command_answers_standard_input() -> None:
    done = gplx("replay", "-", given=json.dumps(EXAMPLE))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(json.dumps(replay_document.replay(EXAMPLE)))


def test_the_command_refuses_bad_input_with_nothing_on_standard_output() -> None:
    done = gplx("replay", "-", given=json.dumps(changed("facts", 2, "recorded_on", "2025-02-30")))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "facts[2].recorded_on: not a calendar day: 2025-02-30\n"


def test_lines_in_give_lines_out_in_order_and_stop_at_a_fault() -> None:
    documents = [{**EXAMPLE, "ask": [{"on": f"2025-0{month}-28"}]} for month in (1, 2, 3)]
    text = "".join(json.dumps(document) + "\n" for document in documents)
    done = gplx("replay", "-", "--lines", given=text)
    assert [json.loads(line)["answers"][0]["balance"] for line in done.stdout.splitlines()] == [12, 12, 0]
    broken = gplx("replay", "-", "--lines", given=text + '{"since": 1}\n' + text)
    assert broken.returncode == 2
    assert len(broken.stdout.splitlines()) == 3
    assert broken.stderr.splitlines()[0].startswith("line 4: ")


def test_lines_are_answered_as_they_come() -> None:
    """A reader that waits for the answer to its line is not kept waiting for more lines."""
    command = [sys.executable, "-m", "gplx.project.cli", "replay", "-", "--lines"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(json.dumps(EXAMPLE) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["law"] == "draft-2024-10"
        process.stdin.close()
    assert process.returncode == 0


def test_the_command_starts_without_django(tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_text(json.dumps(EXAMPLE))
    code = (
        "import sys; from gplx.project.cli import main; "
        f"status = main(['replay', {str(document)!r}]); assert 'django' not in sys.modules; sys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_missing_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "/nowhere/at/all.json"]) == 2
    assert capsys.readouterr().err == "/nowhere/at/all.json: No such file or directory\n"
