"""An offer as a link, for phones that open it and as what a QR code says.

Source:
    OpenID4VCI 1.0 section 4.1 (credential offer).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from gplx.wallet import jose, store
from gplx.wallet.grants import TX_CODE_DIGITS, Offer

SCHEME = "openid-credential-offer"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def link(offer: Offer, configurations: Sequence[str]) -> str:
    """The link that a wallet opens. The digits are not in it: the holder reads them from his page."""
    described = {
        "credential_issuer": store.issuer(),
        "credential_configuration_ids": list(configurations),
        "grants": {
            GRANT_TYPE: {
                "pre-authorized_code": offer.code,
                "tx_code": {"length": TX_CODE_DIGITS, "input_mode": "numeric"},
            }
        },
    }
    return f"{SCHEME}://?{urlencode({'credential_offer': jose.dumps(described)})}"
