"""An invented licence of an invented person, in both forms, with lists: to try the check without a register."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from gplx.wallet import es256, indices, mdoc, sd_jwt, status_list
from gplx.wallet.certificates import Use
from gplx.wallet.keys import KeyStore
from gplx.wallet.licence import LicenceData, Privilege
from gplx.wallet.status_list import Reference, StatusList

ISSUER = "https://gplx.example"
LIST_URI = "https://gplx.example/status/1"
AUDIENCE = "urn:gplx:verify"
LIST_SIZE = 1 << 16
LIST_BITS = 2
VALID = timedelta(days=30)
LIST_VALID = timedelta(days=7)
LIST_TTL = timedelta(hours=1)

PERSON = LicenceData(
    family_name="NGƯỜI MẪU",
    given_name="HAI",
    birth_date=date(1990, 1, 1),
    issue_date=date(2025, 1, 2),
    expiry_date=date(2035, 1, 2),
    issuing_authority="Cơ quan Mẫu",
    document_number="990000000002",
    driving_privileges=(
        Privilege("A1", date(2025, 1, 2)),
        Privilege("B", date(2025, 1, 2), date(2035, 1, 2)),
    ),
)
EVERY_FIELD = tuple(PERSON.elements())


def write(folder: Path, store: KeyStore, *, at: datetime) -> list[Path]:
    """Write credential and lists into a folder; the lists say first that it is valid, then that it is suspended."""
    folder.mkdir(parents=True, exist_ok=True)
    holder = es256.new_key()
    secret = es256.to_base64url(holder.private_numbers().private_value.to_bytes(32, "big")).encode()
    first = indices.draw(frozenset(), 0, LIST_SIZE, secret)
    second = indices.draw({first}, 1, LIST_SIZE, secret)
    until = at + VALID
    root = store.certificate(Use.ROOT).public_bytes(serialization.Encoding.PEM)

    kept = sd_jwt.issue(
        PERSON,
        holder.public_key(),
        store.signer(Use.SD_JWT),
        issuer=ISSUER,
        status=Reference(LIST_URI, first),
        at=at,
        until=until,
    )
    shown = sd_jwt.present(kept, EVERY_FIELD, holder, audience=AUDIENCE, nonce="", at=at)
    document = mdoc.issue(
        PERSON, holder.public_key(), store.signer(Use.MDOC), status=Reference(LIST_URI, second), at=at, until=until
    )
    response = mdoc.present(document, EVERY_FIELD, holder, audience=AUDIENCE, nonce="")

    statuses = StatusList.of_size(LIST_SIZE, LIST_BITS)
    for index in range(LIST_SIZE):
        if indices.is_decoy(secret, index):
            statuses[index] = indices.decoy_status(secret, index, at)
    signer = store.signer(Use.STATUS_LIST)
    before = status_list.sign_jwt(statuses, LIST_URI, signer, at=at, valid=LIST_VALID, ttl=LIST_TTL)
    statuses[first] = statuses[second] = status_list.SUSPENDED
    after = status_list.sign_cwt(statuses, LIST_URI, signer, at=at, valid=LIST_VALID, ttl=LIST_TTL)

    contents = {
        "root.pem": root,
        "licence.sd-jwt": shown.encode(),
        "licence.mdoc": response,
        "status-valid.jwt": before.encode(),
        "status-suspended.cwt": after,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def now() -> datetime:
    """The instant, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
