"""Đăng ký hệ thống được báo khi điểm hoặc quyền lái thay đổi, và gửi những gì đang chờ.

Register the systems that hear of every change of an account, and send what waits (docs/wallet.md).
"""

from __future__ import annotations

import argparse
import sys

from gplx.wallet import lags, pushes, store
from gplx.wallet.errors import KeyStoreError
from gplx.wallet.models import Target, TargetKind
from gplx.wallet.webhooks import TargetRefusedError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="push_command", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="register a system, and print the secret it checks signatures with")
    add.add_argument("name", help="lower case, digits and hyphens")
    add.add_argument("--kind", required=True, choices=[kind.value for kind in TargetKind])
    add.add_argument("--url", required=True, help="https only, outside a demo")
    stop = commands.add_parser("stop", help="push nothing to a system any more")
    stop.add_argument("name")
    commands.add_parser("list", help="all systems, and how far behind each is")
    commands.add_parser("send", help="send what waits, without the worker")


def run(arguments: argparse.Namespace) -> int:
    if arguments.push_command == "add":
        return _add(arguments)
    if arguments.push_command == "stop":
        return 0 if Target.objects.filter(name=arguments.name).update(is_active=False) else 1
    if arguments.push_command == "send":
        for name in Target.objects.filter(is_active=True).values_list("name", flat=True):
            print(f"{name}\t{pushes.send_waiting(name)}")
        return 0
    for one in lags.lags():
        state = "active" if one.is_active else "stopped"
        print(f"{one.name}\t{one.kind}\t{state}\twaiting {one.waiting}\tgiven up {one.dead}")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    if not arguments.name.replace("-", "").isalnum() or arguments.name != arguments.name.lower():
        print("A name has lower-case letters, digits and hyphens.", file=sys.stderr)
        return 2
    try:
        pushes.register(arguments.name, TargetKind(arguments.kind), arguments.url)
        print(store.key_store().push_secret(arguments.name))
    except (TargetRefusedError, KeyStoreError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0
