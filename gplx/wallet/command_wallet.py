"""Ví: khoá ký và giấy phép điện tử mẫu.

The wallet's keys, and an invented licence to try `gplx verify` with.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gplx.wallet import certificates, es256, kit, sample
from gplx.wallet.certificates import Use
from gplx.wallet.errors import KeyStoreError, UnreadableError
from gplx.wallet.keys import KeyStore, default_folder
from gplx.wallet.verification import ZONE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="wallet_command", required=True, metavar="LỆNH")
    keys = commands.add_parser("keys", help="tạo khoá còn thiếu và liệt kê / make what is missing, and list")
    keys.set_defaults(handle=_keys)
    example = commands.add_parser("sample", help="giấy phép và danh sách mẫu / an invented licence and its lists")
    example.add_argument("folder", metavar="FOLDER", type=Path, help="nơi ghi / where to write them")
    example.set_defaults(handle=_sample)
    fetch = commands.add_parser("fetch", help="tải danh sách trạng thái để dùng khi không có mạng / keep lists")
    fetch.add_argument("address", metavar="ADDRESS", nargs="*", help="địa chỉ danh sách / address of a list")
    fetch.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="nơi giữ / where to keep them")
    fetch.set_defaults(handle=_fetch)
    for command in (keys, example):
        command.add_argument(
            "--keys", metavar="FOLDER", type=Path, default=default_folder(), help="kho khoá / the key store"
        )


def run(arguments: argparse.Namespace) -> int:
    """Run one sub-command; its exit status: 0, or 2 when the key store cannot be used."""
    try:
        return int(arguments.handle(arguments))
    except (KeyStoreError, UnreadableError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2


def _fetch(arguments: argparse.Namespace) -> int:
    """The lists named, or all that were kept before, anew."""
    addresses = arguments.address or list(kit.kept(arguments.to))
    for path in kit.fetch(addresses, arguments.to):
        print(path)
    return 0


def _keys(arguments: argparse.Namespace) -> int:
    store = KeyStore(arguments.keys)
    made = store.make_missing(at=sample.now())
    print(f"Kho khoá: {arguments.keys}")
    for use in Use:
        certificate = store.certificate(use)
        if use is not Use.ROOT:
            store.signer(use)  # says so if the key is missing, is another's, or can be read by others
        until = certificate.not_valid_after_utc.astimezone(ZONE).strftime("%d/%m/%Y")
        name = es256.thumbprint(certificates.public_key(certificate))
        print(f"  {use.value:<12} {name}  đến {until}{'  (mới tạo)' if use in made else ''}")
    return 0


def _sample(arguments: argparse.Namespace) -> int:
    store = KeyStore(arguments.keys)
    at = sample.now()
    store.make_missing(at=at)
    for path in sample.write(arguments.folder, store, at=at):
        print(path)
    return 0
