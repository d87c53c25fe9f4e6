"""The command line `gplx`. Each command is a module with `add_arguments(parser)` and `run(arguments) -> int`.

A command's module is imported only when it is the one asked for, so that `gplx replay` starts without Django.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from gplx.errors import CannotStartError


class Needs(Enum):
    """What must be there before a command begins its work."""

    NOTHING = "not even settings"
    SETTINGS = "settings"
    DATABASE = "a database; the command looks at the profile itself"
    REGISTER = "a database that was prepared under the profile of the settings (ADR 0012)"
    REGISTER_SOON = "the same, and the command waits a while for the database"


class Command(NamedTuple):
    """A command: where it lives, what it does in a few words, and what it needs."""

    module: str
    help: str
    needs: Needs = Needs.REGISTER


COMMANDS: dict[str, Command] = {
    "replay": Command("gplx.project.commands.replay", "what the law makes of the facts of one account", Needs.NOTHING),
    "law": Command("gplx.law.cli", "look up offences, and what of the law is built", Needs.NOTHING),
    "up": Command("gplx.project.up", "run web server, worker, sandbox and database together", Needs.SETTINGS),
    "serve": Command("gplx.project.commands.serve", "run the web server", Needs.REGISTER_SOON),
    "worker": Command("gplx.project.commands.worker", "run the background worker", Needs.REGISTER_SOON),
    "sandbox": Command("gplx.gateways.sandbox.command", "play the outside systems", Needs.SETTINGS),
    "migrate": Command("gplx.project.commands.migrate", "create or update the tables", Needs.DATABASE),
    "demo": Command("gplx.demo.command", "fill the register with an invented population", Needs.DATABASE),
    "clock": Command("gplx.project.commands.clock", "show or move the demo's day"),
    "sweep": Command("gplx.points.command_sweep", "settle the accounts that are due today"),
    "fsck": Command("gplx.project.commands.fsck", "prove that the stored record agrees with the facts"),
    "client": Command("gplx.accounts.command_client", "make or close a machine client"),
    "results": Command("gplx.sittings.command_results", "register a test system that sends official results"),
    "verify": Command("gplx.wallet.command_verify", "check an electronic licence without a network", Needs.NOTHING),
    "seal": Command("gplx.letters.command_seal", "check the seal on a PDF without a network", Needs.NOTHING),
    "wallet": Command("gplx.wallet.command_wallet", "the wallet's keys, and an invented licence to try", Needs.NOTHING),
    "questions": Command("gplx.questions.command_questions", "the question bank: take a file, list, show, count"),
    "push": Command("gplx.wallet.command_push", "register systems that are told of changes, and send what waits"),
    "intake": Command("gplx.sanctions.command_intake", "check or take a file of decisions"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    named = given[0] if given else ""
    try:
        needs = COMMANDS[named].needs if named in COMMANDS else Needs.NOTHING
        is_ours = _set_up(needs)
        parsed = parser(named).parse_args(given)
        if is_ours:
            _check(needs)
        return int(parsed.run(parsed))
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader (`| head`) has seen enough.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  closed by the exit
        return 0
    except KeyboardInterrupt:
        return 130


def parser(named: str) -> argparse.ArgumentParser:
    """The parser of the command line: every command's name, and the arguments of the one that was named."""
    made = argparse.ArgumentParser(
        prog="gplx", description="GPLX: sổ đăng ký giấy phép lái xe và điểm / a register of driving licences."
    )
    subparsers = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        if name != named:
            subparsers.add_parser(name, help=command.help)
            continue
        room = importlib.import_module(command.module)
        subparser = subparsers.add_parser(name, help=command.help, description=room.__doc__)
        room.add_arguments(subparser)
        subparser.set_defaults(run=room.run)
    return made


def _set_up(needs: Needs) -> bool:
    """What a command's module must find when it is imported; False when nobody here has a database to check."""
    if needs is Needs.NOTHING:
        return False
    from django.apps import apps

    from gplx.project import start

    if needs is Needs.SETTINGS:
        start.read_settings()
        return False
    if apps.ready:  # called by a program that has its own settings, such as a test
        return False
    start.set_up()
    return True


def _check(needs: Needs) -> None:
    """The first connection, and the profile."""
    from gplx.points import installation
    from gplx.project import start

    start.connect(patience_seconds=start.DATABASE_SECONDS_MAX if needs is Needs.REGISTER_SOON else 0)
    if needs is not Needs.DATABASE:
        installation.check()


if __name__ == "__main__":
    sys.exit(main())
