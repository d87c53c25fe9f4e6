"""Checks a credential of either form with the status list at hand, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509

from gplx.wallet import mdoc, sd_jwt, status_list
from gplx.wallet.checks import Finding
from gplx.wallet.errors import UnreadableError
from gplx.wallet.status_list import Reference
from gplx.wallet.verification import Against, Verified

# What only says that time has passed. A credential with no other finding was genuine, and what it says can be shown.
ABOUT_TIME = frozenset({"valid_from", "valid_until", "licence_expired"})
_STATES: dict[int, Literal["valid", "suspended", "revoked"]] = {
    status_list.VALID: "valid",
    status_list.INVALID: "revoked",
    status_list.SUSPENDED: "suspended",
}
_INDEX = Finding("list_index", "danh sách không có vị trí của giấy này", "the list ends before this credential's place")
_NO_REFERENCE = Finding(
    "list_reference", "giấy không ghi nơi tra tình trạng", "it does not say where its status stands"
)
_STRANGE = Finding("list_value", "danh sách có giá trị không hiểu được", "the list has a value that we do not know")


@dataclass(frozen=True)
class Status:
    """What the status list says. `unknown` is an answer of its own: it never means suspended or revoked.

    Attributes:
        findings: why a list that was given cannot be used; empty also when none was given.
        issued_at: when the list was made.
        is_stale: a newer list should have been fetched by now; this one may still be used.
    """

    state: Literal["valid", "suspended", "revoked", "unknown"]
    findings: tuple[Finding, ...] = ()
    issued_at: datetime | None = None
    age: timedelta | None = None
    is_stale: bool = False


@dataclass(frozen=True)
class Answer:
    """The credential and its status."""

    credential: Verified
    status: Status

    @property
    def can_be_shown(self) -> bool:
        """Whether its fields were signed by the issuer for this holder, be it in time or not."""
        return all(finding.check in ABOUT_TIME for finding in self.credential.findings)

    @property
    def is_good(self) -> bool:
        """Genuine, in time, and nothing is known against it."""
        return self.credential.is_genuine and not self.status.findings and self.status.state in ("valid", "unknown")


def verify(data: bytes, against: Against, list_data: bytes | None) -> Answer:
    """Check a credential in whichever form it is.

    Args:
        list_data: the last signed status list; None when there is none at hand.

    Raises:
        UnreadableError: it is neither an SD-JWT nor an mdoc.
    """
    text = data.strip()
    if text.startswith(b"ey"):
        try:
            credential = sd_jwt.verify(text.decode("ascii"), against)
        except UnicodeDecodeError as error:
            raise UnreadableError("An SD-JWT is plain ASCII.") from error
    else:
        credential = mdoc.verify(data, against)
    answer = Answer(credential, Status("unknown"))
    if list_data is None or not answer.can_be_shown:
        return answer  # what is not genuine says nothing, not even where its status stands
    return Answer(credential, _status(credential.status, list_data, at=against.at, anchors=against.anchors))


def _status(
    reference: Reference | None, list_data: bytes, *, at: datetime, anchors: Sequence[x509.Certificate]
) -> Status:
    if reference is None:
        return Status("unknown", (_NO_REFERENCE,))
    verified = status_list.verify(list_data, uri=reference.uri, at=at, anchors=anchors)
    age = None if verified.issued_at is None else max(at - verified.issued_at, timedelta(0))
    stale = verified.fresh_until is not None and at > verified.fresh_until
    if verified.statuses is None:
        return Status("unknown", tuple(verified.findings), verified.issued_at, age, stale)
    if reference.index >= len(verified.statuses):
        return Status("unknown", (_INDEX,), verified.issued_at, age, stale)
    value = verified.statuses[reference.index]
    if value not in _STATES:
        return Status("unknown", (_STRANGE,), verified.issued_at, age, stale)
    return Status(_STATES[value], (), verified.issued_at, age, stale)
