"""Register the key of another test system, so that it may send official results (docs/sittings.md); or list systems.

The key is public: a JWK on P-256. A second registration under the same name puts the new key in the old one's place.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from gplx.accounts.models import MachineClient
from gplx.sittings.models import TestSystem
from gplx.sittings.official_actions import register_system


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="results_command", required=True, metavar="COMMAND")
    register = commands.add_parser("register", help="keep the public key of a test system")
    register.add_argument("name", help="the system's name; it stands as kid in what it signs")
    register.add_argument("--client", required=True, metavar="ID", help="the machine client it calls with")
    register.add_argument("--key", required=True, type=Path, metavar="FILE", help="its public key as JWK")
    commands.add_parser("list", help="the registered systems")


def run(arguments: argparse.Namespace) -> int:
    if arguments.results_command == "list":
        for system in TestSystem.objects.select_related("client").order_by("name"):
            print("\t".join([system.name, system.client.client_id, "active" if system.active else "closed"]))
        return 0
    client = MachineClient.objects.filter(client_id=arguments.client, active=True).first()
    if client is None:
        print(f"There is no open client {arguments.client}. `gplx client list` shows all.", file=sys.stderr)
        return 2
    try:
        system = register_system(arguments.name, client, json.loads(arguments.key.read_text()))
    except (OSError, ValueError) as error:
        print(f"{arguments.key}: {error}", file=sys.stderr)
        return 2
    print(f"{system.name} may send results with the client {client.client_id}.")
    return 0
