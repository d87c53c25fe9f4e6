"""The commands of `./dev`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from tooling import browser, catalogue, environment, frontend, locks
from tooling.say import PROJECT_DIR, DevError, step

BIN = environment.VENV / "bin"
DATABASE = [str(environment.PYTHON), "-m", "gplx.pgdev"]
SUITE_OF_CHECKS = (
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    ["lint-imports", "--no-cache"],
)


def setup(given: argparse.Namespace) -> int:
    """make .venv with the pinned packages, the frontend files and the English catalogue"""
    _prepare(given.set)
    print("Ready. The command line is .venv/bin/gplx; ./dev up starts the register.")
    return 0


def up(given: argparse.Namespace) -> int:
    """set everything up and run the register with its demo; Ctrl-C stops it"""
    _prepare("runtime")
    gplx = str(BIN / "gplx")
    os.execv(gplx, [gplx, "up", *given.rest])


def test(given: argparse.Namespace) -> int:
    """set everything up and run the tests; further words go to pytest"""
    _prepare("test")
    settings = {**os.environ, **browser.ensure()}
    was_running = subprocess.call([*DATABASE, "--test", "status"], cwd=PROJECT_DIR, stdout=subprocess.DEVNULL) == 0
    try:
        return subprocess.call([str(BIN / "pytest"), *given.rest], cwd=PROJECT_DIR, env=settings)
    finally:
        if not was_running:
            subprocess.call([*DATABASE, "--test", "stop"], cwd=PROJECT_DIR)


def check(given: argparse.Namespace) -> int:
    """check style, types and the direction of imports"""
    environment.ensure("test")
    failed = []
    for command in SUITE_OF_CHECKS:
        with step(" ".join(command)):
            if subprocess.call([str(BIN / command[0]), *command[1:]], cwd=PROJECT_DIR) != 0:
                failed.append(command[0])
    if failed:
        print(f"\nFound something: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def mutate(given: argparse.Namespace) -> int:
    """change the law's code in small ways and see that its tests notice; further words go to mutmut run"""
    environment.ensure("test")
    ran = subprocess.call([str(BIN / "mutmut"), "run", *given.rest], cwd=PROJECT_DIR)
    return ran or subprocess.call([str(BIN / "mutmut"), "results"], cwd=PROJECT_DIR)


def psql(given: argparse.Namespace) -> int:
    """open the register's database; further words go to psql"""
    environment.ensure("runtime")
    os.execv(DATABASE[0], [*DATABASE, "psql", *given.rest])


def stop(given: argparse.Namespace) -> int:
    """stop the private database servers that other commands left running"""
    if environment.PYTHON.exists():
        subprocess.call([*DATABASE, "stop"], cwd=PROJECT_DIR)
        subprocess.call([*DATABASE, "--test", "stop"], cwd=PROJECT_DIR)
    return 0


def reset(given: argparse.Namespace) -> int:
    """delete this folder's register: database, uploaded files, logs; asks first"""
    data = PROJECT_DIR / ".data"
    if os.environ.get("DATABASE_URL"):
        raise DevError("DATABASE_URL names a real server: ./dev reset only deletes the private database.")
    if not given.yes:
        if not sys.stdin.isatty():
            raise DevError("./dev reset asks before it deletes; without a terminal say ./dev reset --yes.")
        print(f"This deletes the private database and everything in {data}.")
        if input("Type the word delete to go on: ").strip() != "delete":
            print("Nothing was deleted.")
            return 1
    if environment.PYTHON.exists():
        subprocess.call([*DATABASE, "remove"], cwd=PROJECT_DIR)
        subprocess.call([*DATABASE, "--test", "remove"], cwd=PROJECT_DIR)
    shutil.rmtree(data, ignore_errors=True)
    print("Deleted. ./dev up starts with an empty register.")
    return 0


def lock(given: argparse.Namespace) -> int:
    """write the lock files anew from requirements/*.in and package.json"""
    environment.ensure("runtime")
    locks.write(upgrade=given.upgrade)
    return 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev", description="Sets up, runs, tests and checks the register.")
    commands = parser.add_subparsers(required=True, metavar="command", dest="name")

    def add(action: Callable[[argparse.Namespace], int], *, passes_on: bool = False) -> argparse.ArgumentParser:
        about = action.__doc__
        # A command that passes words on leaves even --help to the program behind it.
        command = commands.add_parser(action.__name__, help=about, description=about, add_help=not passes_on)
        command.set_defaults(action=action, passes_on=passes_on)
        return command

    add(up, passes_on=True)
    add(test, passes_on=True)
    add(check)
    add(setup).add_argument("set", nargs="?", choices=environment.SETS, default="runtime", help="which packages")
    add(psql, passes_on=True)
    add(stop)
    add(reset).add_argument("--yes", action="store_true", help="do not ask")
    add(mutate, passes_on=True)
    add(lock).add_argument("--upgrade", action="store_true", help="take the newest versions that the .in files allow")

    given, rest = parser.parse_known_args(arguments)
    if rest and not given.passes_on:
        parser.error(f"{given.name} does not know {' '.join(rest)}")
    given.rest = list(arguments[1:]) if given.passes_on else []
    os.chdir(PROJECT_DIR)
    try:
        return given.action(given)  # type: ignore[no-any-return]
    except DevError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _prepare(wanted: str) -> None:
    environment.ensure(wanted)
    frontend.ensure()
    catalogue.ensure()
