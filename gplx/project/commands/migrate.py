"""Create or update the tables of the register."""

from __future__ import annotations

import argparse

from django.core.management import call_command

from gplx.audit import grants


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only show what would be done")
    parser.add_argument(
        "--role",
        nargs="?",
        const=grants.ROLE,
        metavar="NAME",
        help=f"also make the role that web server and worker run as (default name: {grants.ROLE})",
    )


def run(arguments: argparse.Namespace) -> int:
    call_command("migrate", plan=arguments.plan, interactive=False, verbosity=1)
    if arguments.role and not arguments.plan:
        protected = grants.grant(arguments.role)
        print(f"Role {arguments.role} may read and add to {', '.join(protected)}, and never change them.")
    return 0
