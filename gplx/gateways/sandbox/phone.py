"""What a phone's wallet does: take an offer, fetch credentials with keys of its own, and show them.

Written from the standards alone, without the register's own wallet room, so that each is a test of the other.

Source:
    OpenID4VCI 1.0 (issuance); RFC 9901 section 4.3 (key binding); ISO/IEC 18013-5 section 9.1.3 (device signature).
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cbor2
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
_SECONDS_MAX = 10
_NAMESPACE = "org.iso.18013.5.1"
_MDOC, _SD_JWT = "mso_mdoc", "dc+sd-jwt"


class RefusedError(Exception):
    """The issuer refused, or the offer is none; the message is what the issuer said."""


@dataclass
class Held:
    """A credential on the phone, with its key."""

    name: str
    form: str
    content: str
    key: ec.EllipticCurvePrivateKey
    notification_id: str = ""

    def fields(self) -> dict[str, Any]:
        """What it says, as the phone shows it to its owner."""
        if self.form == _SD_JWT:
            told = [json.loads(_bytes(text)) for text in self.content.split("~")[1:] if text]
            return {name: value for _, name, value in told}
        items = cbor2.loads(_bytes(self.content))["nameSpaces"][_NAMESPACE]
        told = [cbor2.loads(item.value) for item in items]
        return {item["elementIdentifier"]: item["elementValue"] for item in told}

    def present(self, names: Collection[str], *, audience: str, nonce: str) -> bytes:
        """The fields of these names, signed for this verifier and this question."""
        if self.form == _SD_JWT:
            return self._present_sd_jwt(names, audience, nonce).encode()
        return self._present_mdoc(names, audience, nonce)

    def _present_sd_jwt(self, names: Collection[str], audience: str, nonce: str) -> str:
        token, *disclosures = self.content.split("~")
        shown = [text for text in disclosures if text and json.loads(_bytes(text))[1] in names]
        without_proof = "~".join([token, *shown, ""])
        digest = _text(hashlib.sha256(without_proof.encode()).digest())
        claims = {"iat": int(time.time()), "aud": audience, "nonce": nonce, "sd_hash": digest}
        return without_proof + _jwt(self.key, {"alg": "ES256", "typ": "kb+jwt"}, claims)

    def _present_mdoc(self, names: Collection[str], audience: str, nonce: str) -> bytes:
        issuer_signed = cbor2.loads(_bytes(self.content))
        items = issuer_signed["nameSpaces"][_NAMESPACE]
        shown = [item for item in items if cbor2.loads(item.value)["elementIdentifier"] in names]
        doc_type = "org.iso.18013.5.1.mDL"
        handover = ["OpenID4VPHandover", hashlib.sha256(cbor2.dumps([audience, nonce, None, audience])).digest()]
        own = cbor2.CBORTag(24, cbor2.dumps({}))
        authentication = ["DeviceAuthentication", [None, None, handover], doc_type, own]
        payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(authentication)))
        header = cbor2.dumps({1: -7})
        signature = _sign(self.key, cbor2.dumps(["Signature1", header, b"", payload]))
        document = {
            "docType": doc_type,
            "issuerSigned": {"nameSpaces": {_NAMESPACE: shown}, "issuerAuth": issuer_signed["issuerAuth"]},
            "deviceSigned": {"nameSpaces": own, "deviceAuth": {"deviceSignature": [header, {}, None, signature]}},
        }
        return cbor2.dumps({"version": "1.0", "documents": [document], "status": 0})


@dataclass
class Phone:
    """A phone with its wallet. It fetches from these issuers only: an offer may be anybody's.

    Attributes:
        name: how it names itself to the issuer.
        issuers: origins it knows.
    """

    name: str
    issuers: frozenset[str]
    held: list[Held] = field(default_factory=list)

    def fetch(self, link: str, tx_code: str, *, keys: int = 1) -> list[Held]:
        """Take an offer: fetch every kind of credential that it names, with new keys.

        Raises:
            RefusedError: the offer is none, of an unknown issuer, or the issuer refused.
        """
        offer = self.read(link)
        issuer = offer["credential_issuer"]
        metadata = self._get(f"{issuer}/.well-known/openid-credential-issuer")
        server = self._get(f"{issuer}/.well-known/oauth-authorization-server")
        grant = offer["grants"][GRANT_TYPE]
        told = {
            "grant_type": GRANT_TYPE,
            "pre-authorized_code": grant["pre-authorized_code"],
            "tx_code": tx_code,
            "client_id": self.name,
        }
        token = self._answer(requests.post(server["token_endpoint"], data=told, **_how()))["access_token"]
        fetched = []
        for name in offer["credential_configuration_ids"]:
            form = metadata["credential_configurations_supported"][name]["format"]
            made = [ec.generate_private_key(ec.SECP256R1()) for _ in range(keys)]
            nonce = self._answer(requests.post(metadata["nonce_endpoint"], **_how()))["c_nonce"]
            proofs = [proof(key, issuer, nonce) for key in made]
            answer = self._answer(
                requests.post(
                    metadata["credential_endpoint"],
                    json={"credential_configuration_id": name, "proofs": {"jwt": proofs}},
                    headers={"Authorization": f"Bearer {token}"},
                    **_how(),
                )
            )
            number = answer.get("notification_id", "")
            for key, one in zip(made, answer["credentials"], strict=True):
                fetched.append(Held(name, form, one["credential"], key, number))
            requests.post(
                metadata["notification_endpoint"],
                json={"notification_id": number, "event": "credential_accepted"},
                headers={"Authorization": f"Bearer {token}"},
                **_how(),
            )
        names = {one.name for one in fetched}
        self.held = [one for one in self.held if one.name not in names] + fetched
        return fetched

    def read(self, link: str) -> dict[str, Any]:
        """The offer inside a link.

        Raises:
            RefusedError: there is none, or of an issuer that this phone does not know.
        """
        told = parse_qs(urlsplit(link.strip()).query).get("credential_offer", [""])[0]
        try:
            offer: dict[str, Any] = json.loads(told)
            known = offer["credential_issuer"] in self.issuers and GRANT_TYPE in offer["grants"]
        except (ValueError, KeyError, TypeError):
            raise RefusedError("offer") from None
        if not known:
            raise RefusedError("issuer")
        return offer

    def _get(self, address: str) -> dict[str, Any]:
        return self._answer(requests.get(address, **_how()))

    def _answer(self, response: requests.Response) -> dict[str, Any]:
        try:
            value = response.json()
        except ValueError:
            raise RefusedError(str(response.status_code)) from None
        if response.status_code != 200 or not isinstance(value, dict):
            raise RefusedError(str(value.get("error", response.status_code)))
        return value


def proof(key: ec.EllipticCurvePrivateKey, issuer: str, nonce: str, **changes: Any) -> str:
    """The proof that the phone has the key; `changes` go into its claims."""
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": _text(numbers.x.to_bytes(32)), "y": _text(numbers.y.to_bytes(32))}
    header = {"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk}
    return _jwt(key, header, {"aud": issuer, "iat": int(time.time()), "nonce": nonce, **changes})


def _how() -> dict[str, Any]:
    return {"timeout": _SECONDS_MAX, "allow_redirects": False}


def _jwt(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    signed = ".".join(_text(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_text(_sign(key, signed.encode()))}"


def _sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
