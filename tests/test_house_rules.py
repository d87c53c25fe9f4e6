"""Rules of the house about the code and the texts themselves. Each rule also finds a violation that is made up here."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from gplx.law import catalogue, coverage
from gplx.law.profiles import PROFILES
from gplx.law.sources import INSTRUMENTS
from gplx.project import cli

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(path for path in (ROOT / "gplx").rglob("*.py") if "migrations" not in path.parts)
TEXTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(paths: Iterable[Path]) -> list[tuple[str, str]]:
    return [(place(path), path.read_text()) for path in paths if path.exists()]


# -- one writer of the points record ----------------------------------------------------------------------------------

WRITERS = {"gplx/points/actions.py"}
EMPTIES = {"gplx/demo/command.py"}
"""Who has a statement TRUNCATE: the reset of a demo."""

_SQL = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|COPY|MERGE\s+INTO|ALTER\s+TABLE)\s+(?:ONLY\s+)?\"?"
    r"points_(?:fact|entry|account)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(r"[\"']\s*TRUNCATE\s+\S", re.IGNORECASE)
_METHODS = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create", "update_or_create"}
_RECORD = re.compile(r"\b(?:Fact|Entry|Account)\b|\.(?:facts|entries|accounts)\b|^(?:fact|entry|account)$")


def writings(source: str) -> Iterator[str]:
    """Where code writes the points record: by SQL, by a manager, by a row of its own."""
    yield from (found.group() for found in _SQL.finditer(source))
    tree = ast.parse(source)
    models = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "gplx.points.models"
        for name in node.names
        if name.name in ("Fact", "Entry", "Account")
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            on = ast.unparse(node.func.value)
            if _RECORD.search(on):
                yield f"{on}.{node.func.attr}()"
        elif isinstance(node.func, ast.Name) and node.func.id in models:
            yield f"{node.func.id}()"


def test_only_the_actions_of_points_write_the_record() -> None:
    found = {name: list(writings(source)) for name, source in read(CODE)}
    assert {name for name, written in found.items() if written} == WRITERS, found
    assert {name for name, source in read(CODE) if _EMPTY.search(source)} == EMPTIES


@pytest.mark.parametrize(
    "source",
    [
        "cursor.execute('update points_account SET balance = 12')",
        "cursor.execute('''INSERT INTO\n  points_entry VALUES (1)''')",
        "from gplx.points.models import Fact\nFact.objects.filter(pk=1).delete()",
        "from gplx.points.models import Entry\nEntry(number=1)",
        "holder.accounts.update(balance=12)",
        "account.save()",
    ],
)
def test_a_second_writer_is_found(source: str) -> None:
    assert list(writings(source))


# -- one mover of dossiers --------------------------------------------------------------------------------------------

_DOSSIER_SQL = re.compile(r"\bUPDATE\s+(?:ONLY\s+)?\"?dossiers_dossier\b|\bINSERT\s+INTO\s+\"?dossiers_", re.IGNORECASE)
_DOSSIER = re.compile(r"\bDossier\b|\bdossier\b|\.dossiers\b|\bMove\b|\.moves\b")


def moved(source: str) -> Iterator[str]:
    """Where code changes a dossier or adds a step to one: by SQL, by a manager, by assigning its state."""
    yield from (found.group() for found in _DOSSIER_SQL.finditer(source))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            on = ast.unparse(node.func.value)
            if _DOSSIER.search(on):
                yield f"{on}.{node.func.attr}()"
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (leaf for one in targets for leaf in ast.walk(one)):
                if isinstance(target, ast.Attribute) and target.attr in ("state", "version"):
                    on = ast.unparse(target.value)
                    if _DOSSIER.search(on):
                        yield f"{on}.{target.attr} ="


def test_only_the_actions_of_dossiers_move_one() -> None:
    found = {name: list(moved(source)) for name, source in read(CODE)}
    assert {name for name, written in found.items() if written} == {"gplx/dossiers/actions.py"}, found
    within = next(source for name, source in read(CODE) if name == "gplx/dossiers/actions.py")
    functions = {node.name: node for node in ast.parse(within).body if isinstance(node, ast.FunctionDef)}
    changing = {name for name, node in functions.items() if any(".state =" in m for m in moved(ast.unparse(node)))}
    assert changing == {"_move"}


@pytest.mark.parametrize(
    "source",
    [
        "cursor.execute('update dossiers_dossier set state = 1')",
        "Dossier.objects.filter(pk=1).update(state='received')",
        "registration.dossier.state = State.RECEIVED",
        "registration.dossier.save()",
        "dossier.version, other = 3, 4",
    ],
)
def test_a_second_mover_is_found(source: str) -> None:
    assert list(moved(source))


# -- one clock --------------------------------------------------------------------------------------------------------

READS_INSTANTS = {
    "gplx/clock.py": "the only source of today",
    "gplx/desk/looks.py": "how many minutes a look stays open",
    "gplx/desk/views/undelivered.py": "how long a notice that could not be told has waited",
    "gplx/desk/views/look_up.py": "the minute at which an officer read a record",
    "gplx/letters/seal.py": "a paper is sealed at an instant",
    "gplx/letters/seal_check.py": "a signature from the future is no signature",
    "gplx/wallet/fsck.py": "how old a published list is",
    "gplx/wallet/publication.py": "a status list is signed at an instant",
    "gplx/gateways/sandbox/hospital_pages.py": "the sandbox's hospital has a clock of its own",
    "gplx/wallet/command_verify.py": "an electronic licence is checked at an instant",
    "gplx/wallet/keys.py": "when a key was made",
    "gplx/wallet/sample.py": "an invented licence is signed at an instant",
}
_CLOCKS = re.compile(
    r"\b(?:date|datetime|timezone)\.(?:today|now|utcnow|localdate|localtime)\(|\bcurrent_date\b|\bnow\(\)\s*::\s*date\b"
    r"|\btime\.(?:localtime|gmtime|strftime)\(",
    re.IGNORECASE,
)


def test_only_the_clock_reads_the_machine_s_day() -> None:
    assert {name for name, source in read(CODE) if _CLOCKS.search(source)} == READS_INSTANTS.keys()


@pytest.mark.parametrize("source", ["date.today()", "datetime.now(UTC)", "timezone.localdate()", "SELECT current_date"])
def test_a_second_clock_is_found(source: str) -> None:
    assert _CLOCKS.search(source)


# -- the law stands alone ---------------------------------------------------------------------------------------------


def outside_imports(source: str) -> Iterator[str]:
    """Imports of anything but the standard library and the law itself."""
    for node in ast.walk(ast.parse(source)):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
            if node.module == "gplx":
                names = [f"gplx.{name.name}" for name in node.names]
        for name in names:
            if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("gplx.law."):
                yield name


def test_the_law_imports_the_standard_library_only() -> None:
    found = {place(path): list(outside_imports(path.read_text())) for path in (ROOT / "gplx" / "law").rglob("*.py")}
    assert len(found) > 10
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source", ["import django", "from gplx import clock", "def f():\n    from orjson import loads"]
)
def test_an_import_from_outside_is_found(source: str) -> None:
    assert list(outside_imports(source))


# -- what is cited exists ---------------------------------------------------------------------------------------------

_INSTRUMENT = re.compile(r"(?<![\w/])(\d+/\d{4}(?:/[A-ZĐ][A-ZĐ0-9-]*)?) (?:art|annex)\b")
_READING = re.compile(r"\breading (\d+)\b")
_RECORDED = re.compile(r"\bADR (\d{4})\b")


def cited_nowhere(source: str) -> Iterator[str]:
    """Instruments, readings and decision records that a text names and that do not exist."""
    readings = set(re.findall(r"^### Reading (\d+):", (ROOT / "docs/readings.md").read_text(), re.MULTILINE))
    records = {path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")}
    yield from (found for found in _INSTRUMENT.findall(source) if found not in INSTRUMENTS)
    yield from (f"reading {found}" for found in _READING.findall(source) if found not in readings)
    yield from (f"ADR {found}" for found in _RECORDED.findall(source) if found not in records)


def test_every_citation_names_something_that_exists() -> None:
    for name, source in read([*CODE, *TEXTS]):
        assert list(cited_nowhere(source)) == [], name
    named = [
        node.args[0].value
        for _, source in read(CODE)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cite"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert len(named) > 10
    assert set(named) <= INSTRUMENTS.keys()
    # The tables cite through the same function: to read them is to check them.
    assert coverage.provisions()
    assert all(catalogue.known_count(name) for name in PROFILES)


@pytest.mark.parametrize("text", ["999/2024 art. 1(2)", "Source:\n    reading 99.", "ADR 0999"])
def test_a_citation_of_nothing_is_found(text: str) -> None:
    assert list(cited_nowhere(text))


# -- settings ---------------------------------------------------------------------------------------------------------

_VARIABLE = re.compile(r"\b(?:GPLX_[A-Z_]*[A-Z]|DATABASE_URL)\b")


def undocumented(source: str) -> set[str]:
    return set(_VARIABLE.findall(source)) - set(_VARIABLE.findall((ROOT / "docs/operations.md").read_text()))


def test_every_environment_variable_is_documented() -> None:
    known = {variable for _, source in read(CODE) for variable in _VARIABLE.findall(source)}
    assert {"DATABASE_URL", "GPLX_LAW", "GPLX_PG_DIR"} <= known
    assert {name: undocumented(source) for name, source in read(CODE) if undocumented(source)} == {}


def test_an_undocumented_variable_is_found() -> None:
    assert undocumented("os.environ['GPLX_" + "NOT_TOLD']")


# -- the repository speaks of the product alone -----------------------------------------------------------------------

# Written in pieces, so that this file does not contain them.
_FORBIDDEN = re.compile(
    "|".join(
        [
            *(re.escape(a + b) for a, b in [
                ("pypi", ".org"), ("python", "hosted"), ("registry.", "npmjs"), ("crates", ".io"),
                ("proxy.", "golang"), ("/ho", "me/"), ("/ro", "ot/"), ("/wo", "rk/"), ("/Us", "ers/"),
                ("/tmp/", "team"), ("cla", "ude"), ("anthr", "opic"), ("chat", "gpt"), ("open", "ai"), ("copi", "lot"),
                ("language ", "model"), ("co-authored", "-by"), ("generated ", "with"),
            ]),
            r"(?<!user.)\bage" + r"nts?\b", r"\bL" + r"LMs?\b",
        ]
    ),
    re.IGNORECASE,
)  # fmt: skip


def test_no_tracked_file_names_a_registry_a_folder_of_somebody_or_how_it_was_made() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if tracked.returncode != 0:
        pytest.skip("This is no git working tree.")
    found = {}
    for name in filter(None, tracked.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".woff2", ".ico", ".gz", ".xlsx"):
            hits = [hit.group() for hit in _FORBIDDEN.finditer(path.read_bytes().decode(errors="replace"))]
            if hits:
                found[name] = hits
    assert found == {}


@pytest.mark.parametrize("text", ["https://py" + "pi.org/simple", "cd /ho" + "me/somebody", "written by an a" + "gent"])
def test_a_forbidden_word_is_found(text: str) -> None:
    assert _FORBIDDEN.search(text)
    assert not _FORBIDDEN.search("User-Age" + "nt: network/worker")


# -- commands that are shown can be typed -----------------------------------------------------------------------------

_SHOWN = re.compile(r"^ *(?:\.venv/bin/)?(gplx .*)$", re.MULTILINE)
_NAMED = re.compile(r"`gplx ([a-z]+)")


def shown(text: str) -> Iterator[str]:
    """Commands on lines of their own, without the explanation beside them."""
    for line in _SHOWN.findall(text):
        command = re.split(r" {3,}|\s+#", line)[0]
        for one in command.split(" · "):
            # A form such as `FILE|- [--law PROFILE]` with each of its options.
            yield re.sub(r"[\[\]]", "", one).replace("|-", "").replace("PROFILE", "in-force").replace("…", "")


def fault(command: str) -> str:
    """What the parser says against a command; empty when it takes it."""
    words = shlex.split(command)[1:]
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            cli.parser(words[0] if words else "").parse_args(words)
        except SystemExit:
            return f"{command}: {said.getvalue()}"
    return ""


@pytest.mark.parametrize("path", TEXTS, ids=place)
def test_each_command_in_a_text_parses(path: Path) -> None:
    text = path.read_text()
    assert [told for told in map(fault, shown(text)) if told] == []
    assert set(_NAMED.findall(text)) <= cli.COMMANDS.keys()


def test_texts_show_commands() -> None:
    assert len(list(shown((ROOT / "README.md").read_text()))) >= 8


@pytest.mark.django_db
def test_each_command_the_demo_prints_parses(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--people"]) == 0
    commands = list(shown(capsys.readouterr().out))
    assert any(command.startswith("gplx client create") for command in commands)
    assert [told for told in map(fault, commands) if told] == []


@pytest.mark.parametrize("command", ["gplx client create demo --authority CSGT-01", "gplx swep", "gplx fsck --all"])
def test_a_command_that_does_not_parse_is_found(command: str) -> None:
    assert fault(next(shown(f"    {command}   does something")))
