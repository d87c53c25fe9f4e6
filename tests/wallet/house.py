"""What the wallet tests build on: keys, a licence of an invented person, and ways to make credentials wrong."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gplx.wallet import certificates, cose, disclosures, es256, jose, mdoc, sample, sd_jwt
from gplx.wallet.certificates import Use
from gplx.wallet.keys import KeyStore, Signer
from gplx.wallet.licence import NAMESPACE
from gplx.wallet.status_list import Reference
from gplx.wallet.verification import Against

NOW = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
URI = "https://gplx.example/status/7"
AUDIENCE, NONCE = "urn:gplx:verify", "n-0001"
PLACE = Reference(URI, 41)


@dataclass(frozen=True)
class House:
    """A register's keys, the keys of somebody else, and a holder."""

    store: KeyStore
    stranger: KeyStore
    holder: ec.EllipticCurvePrivateKey
    root_key: ec.EllipticCurvePrivateKey
    sd_jwt: str
    mdoc: bytes

    @property
    def anchors(self) -> list[x509.Certificate]:
        return [self.store.certificate(Use.ROOT)]

    def against(self, **changes: Any) -> Against:
        return dataclasses.replace(Against(at=NOW, anchors=self.anchors, audience=AUDIENCE, nonce=NONCE), **changes)

    def signer_of(self, use: Use, *, at: datetime, days: int) -> Signer:
        """A signer of our root whose certificate has other dates."""
        key = es256.new_key()
        certificate = certificates.make_signer(
            key.public_key(),
            use,
            root=self.store.certificate(Use.ROOT),
            root_key=self.root_key,
            name="Other dates",
            at=at,
            days=days,
        )
        return Signer(use, certificate, self.store.folder / "other.jsonl", key)

    def with_other_key(self, use: Use) -> Signer:
        """A signer that shows our certificate without having its key."""
        return Signer(use, self.store.certificate(use), self.store.folder / "other.jsonl", es256.new_key())


def build(folder: Path) -> House:
    made_at = NOW - timedelta(days=100)
    store, stranger = KeyStore(folder / "keys"), KeyStore(folder / "stranger")
    store.make_missing(at=made_at)
    stranger.make_missing(at=made_at)
    holder = es256.new_key()
    root_key = serialization.load_pem_private_key((folder / "keys" / "root.key.pem").read_bytes(), None)
    assert isinstance(root_key, ec.EllipticCurvePrivateKey)
    return House(
        store,
        stranger,
        holder,
        root_key,
        sd_jwt.issue(
            sample.PERSON,
            holder.public_key(),
            store.signer(Use.SD_JWT),
            issuer=sample.ISSUER,
            status=PLACE,
            at=NOW,
            until=UNTIL,
        ),
        mdoc.issue(sample.PERSON, holder.public_key(), store.signer(Use.MDOC), status=PLACE, at=NOW, until=UNTIL),
    )


# --- SD-JWT -----------------------------------------------------------------------------------------------------


def kept_sd_jwt(
    house: House,
    *,
    header: dict[str, Any] | None = None,
    claims: Callable[[dict[str, Any]], None] = lambda claims: None,
    signer: Signer | None = None,
    replaced: dict[str, str] | None = None,
    added: tuple[str, ...] = (),
) -> str:
    """The house's SD-JWT with other header or claims, signed anew.

    Args:
        replaced: disclosures by name, to stand instead of the house's; the signed digests follow.
        added: further disclosures, whose digests are signed as well.
    """
    token, *texts, _ = house.sd_jwt.split("~")
    body = jose.read(token).claims
    for name, text in (replaced or {}).items():
        old = next(each for each in texts if disclosures.read(each, []).name == name)
        texts[texts.index(old)] = text
        body["_sd"][body["_sd"].index(disclosures.digest_of(old))] = disclosures.digest_of(text)
    body["_sd"] += [disclosures.digest_of(text) for text in added]
    claims(body)
    full = {"typ": sd_jwt.TYP, **(header or {})}
    signed = jose.write(
        {k: v for k, v in full.items() if v is not None}, body, signer or house.store.signer(Use.SD_JWT)
    )
    return "~".join([signed, *texts, *added, ""])


def disclosure(*parts: Any) -> str:
    return es256.to_base64url(jose.dumps(["c2FsdC1zYWx0LXNhbHQtcw", *parts]).encode())


def shown_sd_jwt(
    kept: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    header: dict[str, Any] | None = None,
    claims: dict[str, Any] | None = None,
    hash_of: str | None = None,
) -> str:
    """With the holder's proof; everything that the credential has is shown."""
    sd_hash = es256.to_base64url(hashlib.sha256((hash_of or kept).encode()).digest())
    full = {"alg": "ES256", "typ": "kb+jwt", **(header or {})}
    body = {"iat": int(NOW.timestamp()), "aud": AUDIENCE, "nonce": NONCE, "sd_hash": sd_hash, **(claims or {})}
    signed = jose.signing_input(full, body)
    return f"{kept}{signed}.{es256.to_base64url(es256.sign(key, signed.encode()))}"


def raw_token(signer: Signer, header: str, claims: str) -> str:
    """A token of texts that `json.dumps` would not write; CERT stands for the certificate."""
    der = base64.b64encode(signer.certificate.public_bytes(serialization.Encoding.DER)).decode()
    signed = ".".join(es256.to_base64url(part.encode()) for part in (header.replace("CERT", der), claims))
    return f"{signed}.{es256.to_base64url(signer.sign(signed.encode()))}"


# --- mdoc -------------------------------------------------------------------------------------------------------


def kept_mdoc(
    house: House,
    *,
    items: Callable[[list[dict[str, Any]]], None] = lambda items: None,
    mso: Callable[[dict[str, Any]], None] = lambda mso: None,
    signer: Signer | None = None,
    protected: dict[int, Any] | None = None,
    encoded_mso: Callable[[bytes], bytes] = lambda data: data,
    encoded_item: Callable[[bytes], bytes] = lambda data: data,
) -> bytes:
    """The house's mdoc with other fields or another security object, digested and signed anew."""
    document = cbor2.loads(house.mdoc)
    fields = [cbor2.loads(tagged.value) for tagged in document["issuerSigned"]["nameSpaces"][NAMESPACE]]
    body = cbor2.loads(cbor2.loads(document["issuerSigned"]["issuerAuth"][2]).value)
    items(fields)
    written = [encoded_item(cbor2.dumps(each)) for each in fields]
    body["valueDigests"] = {
        NAMESPACE: {
            each["digestID"]: hashlib.sha256(cose.embed(data)).digest()
            for each, data in zip(fields, written, strict=True)
        }
    }
    mso(body)
    payload = cose.embed(encoded_mso(cbor2.dumps(body)))
    document["issuerSigned"] = {
        "nameSpaces": {NAMESPACE: [cbor2.CBORTag(24, data) for data in written]},
        "issuerAuth": cose.sign1(payload, signer or house.store.signer(Use.MDOC), protected),
    }
    return cbor2.dumps(document)


def shown_mdoc(
    house: House,
    kept: bytes,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    audience: str = AUDIENCE,
    nonce: str = NONCE,
    fields: dict[str, Any] | None = None,
    protected: dict[int, Any] | None = None,
) -> bytes:
    """With the holder's signature; everything that the document has is shown."""
    own = cbor2.dumps(fields or {})
    info = hashlib.sha256(cbor2.dumps([audience, nonce, None, audience])).digest()
    transcript = [None, None, ["OpenID4VPHandover", info]]
    document = cbor2.loads(kept)
    signed_type = cbor2.loads(cbor2.loads(document["issuerSigned"]["issuerAuth"][2]).value)["docType"]
    payload = cose.embed(cbor2.dumps(["DeviceAuthentication", transcript, signed_type, cbor2.CBORTag(24, own)]))
    header = cbor2.dumps(protected or {1: -7})
    signature = es256.sign(key or house.holder, cbor2.dumps(["Signature1", header, b"", payload]))
    document["deviceSigned"] = {
        "nameSpaces": cbor2.CBORTag(24, own),
        "deviceAuth": {"deviceSignature": [header, {}, None, signature]},
    }
    return cbor2.dumps({"version": "1.0", "documents": [document], "status": 0})


def changed(response: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A presented document with something changed that its holder did not sign."""
    answer = cbor2.loads(response)
    change(answer["documents"][0])
    return cbor2.dumps(answer)
