"""What `./dev` promises before anything is installed."""

from __future__ import annotations

import ast
import re
import socket
import sys
from pathlib import Path

import pytest

from gplx.project import up
from tooling import environment, frontend
from tooling.say import PROJECT_DIR, DevError

LOCK_FILES = [*sorted((PROJECT_DIR / "requirements").glob("*.txt")), PROJECT_DIR / "package-lock.json"]


@pytest.mark.parametrize("lock_file", LOCK_FILES, ids=lambda path: path.name)
def test_a_lock_file_names_no_address(lock_file: Path) -> None:
    assert not re.search(r"https?:|file:|git\+|--(extra-)?index-url|--find-links", lock_file.read_text())


@pytest.mark.parametrize("lock_file", LOCK_FILES[:-1], ids=lambda path: path.name)
def test_every_locked_package_has_hashes(lock_file: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock_file.read_text().strip())
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_wanted_package_has_its_reason() -> None:
    reasons = (PROJECT_DIR / "docs" / "dependencies.md").read_text().lower()
    wanted = [
        re.split(r"[\[<>=]", line)[0].lower()
        for source in (PROJECT_DIR / "requirements").glob("*.in")
        for line in source.read_text().splitlines()
        if line and not line.startswith(("#", "-r"))
    ]
    assert len(wanted) > 30
    assert [name for name in wanted if name not in reasons] == []


def test_larger_sets_hold_the_same_versions() -> None:
    def locked(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (PROJECT_DIR / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))

    assert locked("runtime") < locked("test") < locked("bench")


def test_what_runs_before_the_packages_needs_the_standard_library_only() -> None:
    waiting, seen, foreign = [PROJECT_DIR / "dev", PROJECT_DIR / "gplx" / "pgdev.py"], set[Path](), set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            module = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            names = [f"{one}.{name.name}" for one in module for name in node.names] + module
            own = {PROJECT_DIR / f"{name.replace('.', '/')}.py" for name in names if name.startswith("tooling")}
            waiting += [one for one in own if one.exists() and one not in seen]
            foreign |= {name.split(".")[0] for name in module} - set(sys.stdlib_module_names) - {"tooling"}
    assert PROJECT_DIR / "tooling" / "environment.py" in seen
    assert foreign == set()


def test_the_adapted_style_sheet_is_free_of_foreign_marks() -> None:
    sheet = (
        '@charset "UTF-8";/* Crown */@font-face{font-family:"GDS Transport";src:url(/assets/fonts/x.woff2)}'
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".b:before{display:block;background-image:url(/assets/images/govuk-crest.svg);width:1px}"
        "/*# sourceMappingURL=x.css.map */"
    )
    assert frontend.adapt(sheet) == (
        '.a{font-family:"Be Vietnam Pro",arial,sans-serif;color:red}.b:before{display:block;width:1px}\n'
    )


def test_a_style_sheet_written_in_a_new_way_is_refused() -> None:
    with pytest.raises(DevError, match="/assets/"):
        frontend.adapt(".a{background:image-set('/assets/images/crest.png')}")


def test_packages_come_from_where_pip_is_set_up_to_look(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE", "PIP_CERT", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://mirror.example/simple\nextra-index-url = https://second.example/simple\n"
        f"find-links = {tmp_path / 'wheels'} {tmp_path / 'missing'}\ncert = /etc/own.pem\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    settings = environment.uv_environment()
    assert settings["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert settings["UV_INDEX"].split()[-1] == "https://second.example/simple"
    assert settings["UV_FIND_LINKS"] == str(tmp_path / "wheels")
    assert settings["SSL_CERT_FILE"] == "/etc/own.pem"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://asked-for.example/simple")
    assert "UV_DEFAULT_INDEX" not in environment.uv_environment()


def test_a_taken_port_is_named_with_its_cure() -> None:
    with socket.create_server((up.HOST, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(up.UpError, match=rf"Port {port} .*\n.*\n +./dev up --port 8100"):
            up.check_port(port, cure="./dev up --port 8100", patience_seconds=0)
