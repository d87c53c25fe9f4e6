"""Status lists for checks without a network: as a kit that the register packs, or fetched into a folder.

A folder of lists holds each list as it was signed, under a name that follows from its address, and `lists.json`, which
says which is which. Whoever changes a file is found out by the signature; the index is not trusted.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization

from gplx.wallet import status_list
from gplx.wallet.errors import UnreadableError

INDEX, ROOT = "lists.json", "root.pem"
_BYTES_MAX = status_list.BYTES_MAX
_SECONDS_MAX = 10


class Kit(NamedTuple):
    """A packed kit."""

    content: bytes
    made_at: datetime


class NotFetchedError(UnreadableError):
    """A status list could not be fetched."""


def pack(*, at: datetime) -> Kit:
    """Root certificate, last lists and how to use them, as a ZIP file.

    Raises:
        KeyStoreError: the root certificate is not there.
    """
    from gplx.wallet import publication, store
    from gplx.wallet.certificates import Use
    from gplx.wallet.models import StatusList

    root = store.key_store().certificate(Use.ROOT).public_bytes(serialization.Encoding.PEM)
    index: dict[str, str] = {}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(ROOT, root)
        for row in StatusList.objects.order_by("name"):
            last = publication.latest(row.name)
            if last is not None:
                address = publication.uri(row.name)
                index[address] = _file_name(address)
                archive.writestr(index[address], last.jwt)
        archive.writestr(INDEX, json.dumps(index, indent=1))
        archive.writestr("README.txt", _README.format(at=at))
    return Kit(packed.getvalue(), at)


_README = """Bộ kiểm tra giấy phép lái xe điện tử khi không có mạng, lập lúc {at:%Y-%m-%d %H:%M} UTC.
Kit for checking electronic driving licences without a network.

    gplx verify FILE --trust root.pem --status-lists .

Mỗi danh sách trạng thái được ký và ghi lúc lập; lệnh nói danh sách đã bao nhiêu tuổi.
Each status list is signed and dated; the command says how old it is.
"""


def fetch(addresses: Iterable[str], folder: Path) -> list[Path]:
    """Fetch lists and keep them for checks without a network; a list that could not be fetched stays as it was.

    Raises:
        NotFetchedError: one could not be fetched, or is not a signed list of its address; the others were kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index, kept, failed = _index(folder), [], []
    for address in addresses:
        try:
            data = _fetched(address)
        except (requests.RequestException, UnreadableError) as error:
            failed.append(f"{address}: {error}")
            continue
        path = folder / _file_name(address)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(data)
        unfinished.replace(path)
        index[address] = path.name
        kept.append(path)
    (folder / INDEX).write_text(json.dumps(index, indent=1), encoding="utf-8")
    if failed:
        raise NotFetchedError("; ".join(failed))
    return kept


def kept(folder: Path) -> dict[str, bytes]:
    """The lists of a folder by the address that each itself names; the index is not trusted.

    Raises:
        UnreadableError: there is no folder of lists there.
    """
    index = _index(folder)
    if not index:
        raise UnreadableError(f"There are no status lists in {folder}.")
    lists = {}
    for address, name in index.items():
        path = folder / name
        if path.name == name and path.is_file():
            lists[address] = path.read_bytes()
    return lists


def _fetched(address: str) -> bytes:
    if urlsplit(address).scheme not in ("https", "http"):
        raise UnreadableError("An address of a list begins with https:// or http://.")
    with requests.get(
        address,
        headers={"Accept": "application/statuslist+jwt"},
        timeout=_SECONDS_MAX,
        allow_redirects=False,
        stream=True,
    ) as response:
        if response.status_code != 200:
            raise UnreadableError(f"The answer was {response.status_code}.")
        data = response.raw.read(_BYTES_MAX + 1, decode_content=True)
    if len(data) > _BYTES_MAX:
        raise UnreadableError(f"The list is larger than {_BYTES_MAX} bytes.")
    status_list.read(data, uri=address, at=datetime.min.replace(tzinfo=UTC), anchors=())
    return bytes(data)


def _index(folder: Path) -> dict[str, str]:
    try:
        value = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(address): str(name) for address, name in value.items()} if isinstance(value, dict) else {}


def _file_name(address: str) -> str:
    return f"list-{hashlib.sha256(address.encode()).hexdigest()[:16]}.jwt"
