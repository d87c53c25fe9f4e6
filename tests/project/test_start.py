"""What a command says when it cannot start: one sentence with the cure, exit status 2, and never a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

from gplx.project.cli import COMMANDS, Needs


def gplx(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as an operator does, in a process of its own, on the tests' database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GPLX_", "DJANGO_SETTINGS"))}
    return subprocess.run(
        [sys.executable, "-m", "gplx.project.cli", *arguments],
        env={**kept, "GPLX_DEMO": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def database_url(transactional_db: None) -> str:
    at = connection.settings_dict
    user = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}@" if at["PASSWORD"] else f"{quote(at['USER'])}@"
    if at["HOST"].startswith("/"):
        return f"postgresql://{user}/{at['NAME']}?host={quote(at['HOST'], safe='')}"
    return f"postgresql://{user}{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_every_command_that_may_write_is_checked() -> None:
    unchecked = {name for name, command in COMMANDS.items() if command.needs in (Needs.NOTHING, Needs.SETTINGS)}
    assert unchecked == {"replay", "law", "up", "sandbox", "verify", "seal", "wallet"}
    # These look at the profile themselves, tested below.
    assert {name for name, command in COMMANDS.items() if command.needs is Needs.DATABASE} == {"migrate", "demo"}


@pytest.mark.parametrize(
    "command",
    [
        ["serve", "--port", "8189"],
        ["sweep"],
        ["migrate"],
        ["demo"],
        ["demo", "--people"],
        # The same check stands before each of these.
        pytest.param(["worker"], marks=pytest.mark.long),
        pytest.param(["fsck"], marks=pytest.mark.long),
        pytest.param(["clock"], marks=pytest.mark.long),
        pytest.param(
            ["client", "create", "x", "--authority", "A", "--scope", "decisions:write"], marks=pytest.mark.long
        ),
        pytest.param(["intake", "nothing.csv", "--authority", "A"], marks=pytest.mark.long),
    ],
    ids=" ".join,
)
def test_reading_01_no_command_works_under_another_profile(command: list[str], database_url: str) -> None:
    done = gplx(*command, DATABASE_URL=database_url, GPLX_LAW="in-force")
    refused(done, "draft-2024-10", "in-force", "GPLX_LAW=draft-2024-10", "gplx demo --reset")


def test_reading_01_the_register_is_not_prepared_under_another_profile(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gplx.project.up"],
        env={**os.environ, "DATABASE_URL": database_url, "GPLX_LAW": "in-force", "GPLX_DEMO": "1",
             "DJANGO_SETTINGS_MODULE": "gplx.project.settings"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    refused(done, "draft-2024-10", "in-force")


def test_the_profile_of_the_settings_is_served(database_url: str) -> None:
    done = gplx("clock", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_profile_is_said_with_the_known_ones() -> None:
    refused(gplx("clock", GPLX_LAW="foo"), "GPLX_LAW", "foo", "draft-2024-10", "in-force")
    refused(gplx("up", GPLX_LAW="foo"), "GPLX_LAW")
    refused(gplx("sandbox", GPLX_LAW="foo"), "GPLX_LAW")


def test_a_missing_setting_is_said_by_its_name() -> None:
    refused(gplx("sweep", GPLX_DEMO="0"), "GPLX_SECRET_KEY", "docs/operations.md")


def test_a_database_that_is_not_there_is_said_without_its_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        port = taken.getsockname()[1]
        done = gplx("fsck", DATABASE_URL=f"postgresql://gplx:hidden@127.0.0.1:{port}/gplx")
    refused(done, "does not answer", "DATABASE_URL")
    assert "hidden" not in done.stderr


@pytest.mark.parametrize(
    "setting",
    [
        {"GPLX_PORT": "eight"},
        {"GPLX_TODAY": "tomorrow"},
        {"DATABASE_URL": "postgresql://gplx:hidden@host:hidden/gplx"},
        {"DATABASE_URL": "postgresql://gplx:hidden@host:99999/gplx"},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_read_is_said_without_repeating_it(setting: dict[str, str]) -> None:
    done = gplx("clock", **setting)
    refused(done, *setting)
    assert "hidden" not in done.stderr
