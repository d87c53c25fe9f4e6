"""The commands of `./dev`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from tooling import environment, frontend
from tooling.say import PROJECT_DIR, DevError

BIN = environment.VENV / "bin"


def setup(given: argparse.Namespace) -> int:
    """Make .venv with the pinned packages and fetch the frontend files."""
    environment.ensure(given.set)
    frontend.ensure()
    print("Ready. The command line is .venv/bin/gplx; ./dev up starts the register.")
    return 0


def check(given: argparse.Namespace) -> int:
    """Check style, types and the direction of imports."""
    environment.ensure("test")
    failed = False
    for command in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports"]):
        print(f"· {' '.join(command)}", flush=True)
        failed |= subprocess.call([str(BIN / command[0]), *command[1:]], cwd=PROJECT_DIR) != 0
    return int(failed)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./dev", description="Sets up, runs, tests and checks the register.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, action: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=action.__doc__, description=action.__doc__)
        command.set_defaults(action=action)
        return command

    chosen = add("setup", setup)
    chosen.add_argument("set", nargs="?", choices=environment.SETS, default="runtime", help="which packages")
    add("check", check)

    given = parser.parse_args(arguments)
    os.chdir(PROJECT_DIR)
    try:
        return int(given.action(given))
    except DevError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
