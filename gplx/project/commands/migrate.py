"""Create or update the tables of the register; the first time, the profile of the settings is stored in them."""

from __future__ import annotations

import argparse

from django.core.management import call_command

from gplx.audit import grants
from gplx.points import installation
from gplx.questions.actions import record_own_bank


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only show what would be done")
    parser.add_argument(
        "--role",
        nargs="?",
        const=grants.ROLE,
        metavar="NAME",
        help=f"also make the role that web server and worker run as (default: {grants.ROLE}, when it exists)",
    )


def run(arguments: argparse.Namespace) -> int:
    installation.refuse_another_profile()
    call_command("migrate", plan=arguments.plan, interactive=False, verbosity=1)
    if not arguments.plan:
        record_own_bank()
    role = arguments.role or (grants.ROLE if grants.exists(grants.ROLE) else None)
    if role and not arguments.plan:
        protected = grants.grant(role)
        print(f"Role {role} may read and add to {', '.join(protected)}, and never change them.")
    return 0
