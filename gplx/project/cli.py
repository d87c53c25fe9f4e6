"""The command line `gplx`. Each command is a module with `add_arguments(parser)` and `run(arguments) -> int`.

A command's module is imported only when it is the one asked for, so that `gplx replay` starts without Django.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple


class Command(NamedTuple):
    """A command: where it lives, what it does in a few words, and whether it needs the database."""

    module: str
    help: str
    needs_register: bool = True


COMMANDS: dict[str, Command] = {
    "replay": Command("gplx.project.commands.replay", "what the law makes of the facts of one account", False),
    "law": Command("gplx.law.cli", "look up offences, and what of the law is built", False),
    "up": Command("gplx.project.up", "run web server, worker, sandbox and database together", False),
    "serve": Command("gplx.project.commands.serve", "run the web server", False),
    "worker": Command("gplx.project.commands.worker", "run the background worker"),
    "sandbox": Command("gplx.gateways.sandbox.command", "play the outside systems", False),
    "migrate": Command("gplx.project.commands.migrate", "create or update the tables"),
    "demo": Command("gplx.demo.command", "fill the register with an invented population"),
    "clock": Command("gplx.project.commands.clock", "show or move the demo's day"),
    "sweep": Command("gplx.points.command_sweep", "settle the accounts that are due today"),
    "fsck": Command("gplx.points.command_fsck", "prove that the stored record agrees with the facts"),
    "client": Command("gplx.accounts.command_client", "make or close a machine client"),
    "verify": Command("gplx.wallet.command_verify", "check an electronic licence without a network", False),
    "wallet": Command("gplx.wallet.command_wallet", "the wallet's keys, and an invented licence to try", False),
    "intake": Command("gplx.sanctions.command_intake", "check or take a file of decisions"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(
        prog="gplx", description="GPLX: sổ đăng ký giấy phép lái xe và điểm / a register of driving licences."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = given[0] if given else ""
    for name, command in COMMANDS.items():
        if name != named:
            subparsers.add_parser(name, help=command.help)
            continue
        if command.needs_register:
            _start_register()
        room = importlib.import_module(command.module)
        subparser = subparsers.add_parser(name, help=command.help, description=room.__doc__)
        room.add_arguments(subparser)
        subparser.set_defaults(run=room.run)
    parsed = parser.parse_args(given)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:
        # The reader (`| head`) has seen enough.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  closed by the exit
        return 0
    except KeyboardInterrupt:
        return 130


def _start_register() -> None:
    """Set Django up and make sure that the private database runs, where there is no `DATABASE_URL`."""
    import django
    from django.apps import apps

    from gplx import pgdev

    if apps.ready:  # called by a program that has its own settings, such as a test
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gplx.project.settings")
    pgdev.database_url("gplx")
    django.setup()


if __name__ == "__main__":
    sys.exit(main())
