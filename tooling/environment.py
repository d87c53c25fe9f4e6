"""The Python environment in `.venv`: made once, brought in line with `requirements/` whenever that changes."""

from __future__ import annotations

import ast
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tooling.say import PROJECT_DIR, DevError, output, run, step

VENV = PROJECT_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / "gplx-installed.json"
REQUIREMENTS = PROJECT_DIR / "requirements"

SETS = ("runtime", "test", "bench")
"""Requirement sets; each holds the one before it. A larger one that is installed is never taken away."""


def ensure(wanted: str) -> None:
    """Make `.venv` hold at least the set `wanted`, and the command `gplx`."""
    with _alone():
        if not _works():
            with step("Making .venv"):
                _create()
        installed = _stamp()
        level = max(SETS.index(wanted), SETS.index(installed.get("set", SETS[0])))
        target = {"set": SETS[level], "digest": _digest(SETS[level]), "tool": _digest("tool")}
        if installed == target:
            return
        with step(f"Installing packages ({SETS[level]})"):
            if installed.get("tool") != target["tool"] or not UV.exists():
                install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
                run([PYTHON, *install, "-r", REQUIREMENTS / "tool.txt"])
            STAMP.unlink(missing_ok=True)
            sync(PYTHON, REQUIREMENTS / f"{SETS[level]}.txt")
            run([UV, "pip", "install", "--python", PYTHON, "--no-deps", "--editable", "."], env=uv_environment())
            STAMP.write_text(json.dumps(target))


def sync(python: Path, lock_file: Path) -> None:
    """Install exactly what a lock file names, checked by hash."""
    run([UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock_file], env=uv_environment())


def uv_environment() -> dict[str, str]:
    """Settings for uv: no downloads of Python, the system's certificates, and the package index pip is set up for.

    uv does not read pip's configuration; where an organisation has its own mirror, pip is what knows of it. Addresses
    travel by environment and not by command line, because they may hold a password.
    """
    pip = _pip_config()
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "1", "UV_NO_CONFIG": "1", "VIRTUAL_ENV": str(VENV)}
    if "cert" in pip:
        settings["SSL_CERT_FILE"] = pip["cert"]
    if "index-url" in pip:
        settings["UV_DEFAULT_INDEX"] = pip["index-url"]
    if "extra-index-url" in pip:
        # pip takes the best file of all indexes, uv by default only looks at the first that knows the name.
        indexes = [index for index in pip["extra-index-url"].split() if not _is_missing_folder(index)]
        settings.update({"UV_INDEX": " ".join(indexes), "UV_INDEX_STRATEGY": "unsafe-best-match"})
    if "find-links" in pip:
        links = [link for link in pip["find-links"].split() if not _is_missing_folder(link)]
        settings["UV_FIND_LINKS"] = ",".join(links)
    if pip.get("no-index", "").lower() in {"1", "true", "yes", "on"}:
        settings["UV_NO_INDEX"] = "1"
    if "trusted-host" in pip:
        settings["UV_INSECURE_HOST"] = " ".join(pip["trusted-host"].split())
    own = {"VIRTUAL_ENV"}
    return {name: value for name, value in settings.items() if value and (name in own or name not in os.environ)}


def ensure_debian_package(package: str, why: str) -> None:
    """Install a Debian package when that is possible without asking.

    Raises:
        DevError: it is not; the message holds the line to type.
    """
    by_hand = f"{why} Type this once, then start again:\n\n    sudo apt-get install -y {package}\n"
    apt = shutil.which("apt-get")
    if apt is None:
        raise DevError(by_hand)
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or not output(["sudo", "-n", "echo", "may"]):
            raise DevError(by_hand)
        prefix = ["sudo", "-n"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Installing {package} with apt-get"):
        run([*prefix, apt, "update", "-q"], env=quiet)
        run([*prefix, apt, "install", "-q", "-y", "--no-install-recommends", package], env=quiet)


def _create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        package = "python3-venv" if sys.executable.startswith("/usr/bin/") else f"python{version}-venv"
        ensure_debian_package(package, f"Python {version} is here, but its module for virtual environments is not.")
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", VENV])


def _works() -> bool:
    """Whether `.venv` is complete and its Python still runs here (the folder may have been moved)."""
    if not PYTHON.exists():
        return False
    says = output([PYTHON, "-c", "import sys, pip; print(sys.version_info >= (3, 11), sys.prefix)"]).split(maxsplit=1)
    return says == ["True", f"{VENV}\n"]


def _stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("set") in SETS else {}


def _digest(name: str) -> str:
    """Changes when the set has to be installed anew."""
    content = (REQUIREMENTS / f"{name}.txt").read_bytes()
    if name != "tool":
        package = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text())
        content += json.dumps([package["project"], package["build-system"]]).encode()
    return hashlib.sha256(content).hexdigest()


def _pip_config() -> dict[str, str]:
    """What pip is told by its files and its environment, the environment last because it wins."""
    settings: dict[str, str] = {}
    by_environment: dict[str, str] = {}
    for line in output([PYTHON, "-m", "pip", "config", "list"]).splitlines():
        key, _, quoted = line.partition("=")
        section, _, name = key.rpartition(".")
        try:
            value = str(ast.literal_eval(quoted))
        except (ValueError, SyntaxError):
            continue
        if section == ":env:":
            by_environment[name] = value
        elif section in {"global", "install"}:
            settings[name] = value
    return {**settings, **by_environment}


def _is_missing_folder(address: str) -> bool:
    """Whether the address is a folder of this machine that is not there; pip passes over those, uv stops."""
    parts = urlsplit(address)
    return parts.scheme in {"", "file"} and not Path(unquote(parts.path)).exists()


@contextmanager
def _alone() -> Iterator[None]:
    """Let one `./dev` at a time change the environment."""
    (PROJECT_DIR / ".data").mkdir(exist_ok=True)
    with (PROJECT_DIR / ".data" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
