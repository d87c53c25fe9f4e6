"""F01, F04 in the test room: killed at any named place, all of a result is there or nothing; no answer is lost."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from gplx.wallet.keys import KeyStore
from tests.faults import sitting_work as work
from tests.faults.register import KilledError, Register, until
from tests.sittings import room

CONFIRM = "from tests.faults.sitting_work import confirm; confirm"
AFTERWARDS = """
    SELECT (SELECT count(*) FROM sittings_minutes minutes WHERE minutes.sitting_id = sitting.id),
           (SELECT count(*) FROM points_fact fact JOIN points_account account ON account.id = fact.account_id
            WHERE account.holder_id = sitting.holder_id AND fact.kind = 'test'),
           (SELECT count(*) FROM points_entry entry JOIN points_account account ON account.id = entry.account_id
            WHERE account.holder_id = sitting.holder_id AND entry.kind = 'test_restoration'),
           (SELECT count(*) FROM notices_notice notice
            WHERE notice.holder_id = sitting.holder_id AND notice.kind = 'test_restoration'),
           (SELECT count(*) FROM dossiers_dossier dossier
            WHERE dossier.holder_id = sitting.holder_id AND dossier.state = 'finished'),
           sitting.state
    FROM sittings_sitting sitting WHERE sitting.id = %s
"""


@pytest.fixture(autouse=True)
def _day_and_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, register: Register) -> Iterator[None]:
    monkeypatch.setenv("GPLX_TODAY", room.TODAY.isoformat())
    KeyStore(tmp_path / "keys").make_missing(at=datetime(2026, 1, 1, tzinfo=UTC))
    monkeypatch.setenv("GPLX_KEYS", str(tmp_path / "keys"))
    yield
    register.cluster.ensure_running()
    assert register.run(work.broken) == []


def confirm(register: Register, sitting: int, officer: int, *, crash_at: str = "") -> int:
    """Confirm in a program that was started, not forked: what sets papers has threads that a fork would lose."""
    program = f"from gplx.project import cli; cli._set_up(cli.Needs.DATABASE); {CONFIRM}({sitting}, {officer})"
    environment = {**os.environ, "DATABASE_URL": register.url, "GPLX_DEMO": "1", "GPLX_CRASH_AT": crash_at}
    environment["DJANGO_SETTINGS_MODULE"] = "gplx.project.settings"
    ended = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode


@pytest.mark.parametrize(
    "place",
    [
        "result.minutes",
        "result.told",
        pytest.param("result.copies", marks=pytest.mark.long),
        pytest.param("settle.told", marks=pytest.mark.long),
    ],
)
def test_f01_a_confirmation_is_all_or_nothing(register: Register, place: str) -> None:
    first, second = register.run(work.officers)
    sitting, admission, secret = register.run(work.begin, register.run(work.a_candidate), first)
    register.run(work.answer_rightly, admission, secret)
    register.run(work.submit, admission, secret)
    register.run(work.sign, sitting, first)
    assert confirm(register, sitting, second, crash_at=place) == -signal.SIGKILL
    assert register.ask(AFTERWARDS, sitting) == [(0, 0, 0, 0, 0, "signed")]
    assert register.run(work.broken) == []
    assert confirm(register, sitting, second) == 0
    assert register.ask(AFTERWARDS, sitting) == [(1, 1, 1, 1, 1, "confirmed")]


def test_f01_marking_is_all_or_nothing(register: Register) -> None:
    first, _ = register.run(work.officers)
    sitting, admission, secret = register.run(work.begin, register.run(work.a_candidate), first)
    with pytest.raises(KilledError):
        register.run(work.submit, admission, secret, crash_at="sitting.marked")
    assert register.one("SELECT state FROM sittings_sitting WHERE id = %s", sitting) == "started"
    assert register.one("SELECT count(*) FROM sittings_result WHERE sitting_id = %s", sitting) == 0
    register.run(work.submit, admission, secret)
    assert register.one("SELECT count(*) FROM sittings_result WHERE sitting_id = %s", sitting) == 1


def test_f01_an_admission_is_all_or_nothing(register: Register) -> None:
    first, _ = register.run(work.officers)
    registration = register.run(work.a_candidate)
    with pytest.raises(KilledError):
        register.run(work.admit, registration, first, crash_at="sitting.admitted")
    assert register.one("SELECT count(*) FROM sittings_sitting WHERE registration_id = %s", registration) == 0
    register.run(work.admit, registration, first)


def test_f04_what_was_answered_survives_the_program_and_the_database(register: Register) -> None:
    first, _ = register.run(work.officers)
    sitting, admission, secret = register.run(work.begin, register.run(work.a_candidate), first)
    deadline = register.one("SELECT deadline_at FROM sittings_sitting WHERE id = %s", sitting)
    choices = [(position, 1 + position % 3) for position in range(1, 10)]
    with pytest.raises(KilledError):
        register.run(work.answer, admission, secret, choices, crash_at="sitting.answered:6")
    kept = "SELECT position, choice FROM sittings_answer WHERE sitting_id = %s ORDER BY position"
    # The sixth was not acknowledged, so it need not be there; the five before are.
    assert register.ask(kept, sitting) == choices[:5]
    register.kill_server()
    register.cluster.ensure_running()
    assert register.ask(kept, sitting) == choices[:5]
    register.run(work.answer, admission, secret, choices)
    assert register.ask(kept, sitting) == choices
    assert register.one("SELECT deadline_at FROM sittings_sitting WHERE id = %s", sitting) == deadline


class Tablet:
    """A browser without JavaScript: it follows redirects, keeps cookies and fills in forms."""

    def __init__(self, base: str) -> None:
        self.base, self.web, self.page = base, requests.Session(), ""
        self.at = ""

    def open(self, path: str) -> None:
        self._see(self.web.get(self.base + path, timeout=20))

    def send(self, path: str, **given: str) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        assert token is not None
        self._see(self.web.post(self.base + path, {"csrfmiddlewaretoken": token[1], **given}, timeout=20))

    def _see(self, answer: requests.Response) -> None:
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
        self.page, self.at = answer.text, answer.url.removeprefix(self.base)


def test_f04_a_tablet_goes_on_after_its_server_was_killed(register: Register) -> None:
    first, _ = register.run(work.officers)
    sitting, number, code = register.run(work.admit_with_code, register.run(work.a_candidate), first)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = register.start(work.serve, port)
    tablet = Tablet(f"http://127.0.0.1:{port}")

    def is_up() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    until(is_up)
    tablet.open("/phong-thi")
    tablet.send("/phong-thi", number=number, code=code)
    tablet.send("/phong-thi/huong-dan")
    for place in (1, 2, 3):
        assert tablet.at == f"/phong-thi/cau/{place}"
        tablet.send(tablet.at, choice="2", act="next")
    deadline = register.one("SELECT deadline_at FROM sittings_sitting WHERE id = %s", sitting)
    server.send(signal.SIGKILL)
    server.process.join()
    register.start(work.serve, port)
    until(is_up)
    tablet.open("/phong-thi")
    assert tablet.at == "/phong-thi/cau/4"
    tablet.send(tablet.at, choice="1", act="next")
    assert tablet.at == "/phong-thi/cau/5"
    kept = register.ask("SELECT position, choice FROM sittings_answer WHERE sitting_id = %s ORDER BY id", sitting)
    assert kept == [(1, 2), (2, 2), (3, 2), (4, 1)]
    assert register.one("SELECT deadline_at FROM sittings_sitting WHERE id = %s", sitting) == deadline
    register.end_children()
