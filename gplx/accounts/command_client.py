"""Make, list or close the machine clients of the API (docs/api.md).

The secret of a new client is printed once and kept nowhere.
"""

from __future__ import annotations

import argparse
import sys

from gplx.accounts import tokens
from gplx.accounts.models import MachineClient


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="client_command", required=True, metavar="COMMAND")
    create = commands.add_parser("create", help="make a client and print its identifier and secret, once")
    create.add_argument("name", help="the system, as a person would know it")
    create.add_argument("--authority", required=True, help="the authority whose decisions the client may send")
    create.add_argument(
        "--scope", action="append", required=True, choices=sorted(tokens.SCOPES), help="may be given several times"
    )
    close = commands.add_parser("close", help="close a client and take its tokens away at once")
    close.add_argument("client_id", metavar="ID")
    commands.add_parser("list", help="all clients, open and closed")


def run(arguments: argparse.Namespace) -> int:
    if arguments.client_command == "create":
        return _create(arguments)
    if arguments.client_command == "close":
        return _close(arguments.client_id)
    for client in MachineClient.objects.order_by("created_at", "id"):
        state = "open" if client.active else "closed"
        print("\t".join([client.client_id, state, client.name, client.authority, " ".join(client.scopes)]))
    return 0


def _create(arguments: argparse.Namespace) -> int:
    try:
        made = tokens.create_client(arguments.name, arguments.authority, arguments.scope)
    except tokens.ClientRefusedError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"client_id={made.client_id}\nclient_secret={made.secret}")
    print("The secret is shown this once; only its digest is kept.", file=sys.stderr)
    return 0


def _close(client_id: str) -> int:
    if tokens.close_client(client_id):
        print(f"{client_id} is closed; its tokens no longer work.")
        return 0
    print(f"There is no open client {client_id}. `gplx client list` shows all.", file=sys.stderr)
    return 1
