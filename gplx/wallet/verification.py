"""What is common to the check of both forms: against what is checked, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cryptography import x509

from gplx.wallet.checks import Finding
from gplx.wallet.status_list import Reference

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # reading 7: all days are days there
SKEW = timedelta(seconds=60)


@dataclass(frozen=True)
class Against:
    """What a credential is held against.

    Attributes:
        at: the instant for which the question is asked, with time zone.
        audience: the verifier, as the holder's proof must name it.
        nonce: what the verifier asked the holder to sign, so that an old proof is of no use.
        proof_age: how old the holder's proof may be.
        with_holder: False looks at what the issuer signed only, and leaves open who carries it.
    """

    at: datetime
    anchors: Sequence[x509.Certificate]
    audience: str = ""
    nonce: str = ""
    proof_age: timedelta = timedelta(minutes=10)
    with_holder: bool = True

    @property
    def day(self) -> date:
        return self.at.astimezone(ZONE).date()


@dataclass(frozen=True)
class Verified:
    """What a credential says, and what is wrong with it.

    Attributes:
        elements: the disclosed fields by their ISO names. To be believed only when there are no findings.
        holder_is_proven: whoever presented it had the holder's key; False when that was not asked.
    """

    form: Literal["sd-jwt", "mdoc"]
    findings: list[Finding]
    elements: dict[str, Any]
    valid_from: datetime | None
    valid_until: datetime | None
    status: Reference | None
    holder_is_proven: bool

    @property
    def is_genuine(self) -> bool:
        return not self.findings
