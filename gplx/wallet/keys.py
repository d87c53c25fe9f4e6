"""The key store: a folder outside the database that only its owner may read, with one key for each use.

Whoever steals the database cannot sign, and whoever steals one key can sign one kind of thing. Each signature leaves a
line in `signatures.jsonl` beside the keys, so that a signature that the register did not ask for can be found.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gplx.wallet import certificates, es256
from gplx.wallet.certificates import Use
from gplx.wallet.errors import KeyStoreError

LOG = "signatures.jsonl"
LIST_SECRET = "status-lists.secret"
_SECRET_BYTES = 32
_ROOT_DAYS = 3650
_SIGNER_DAYS = 455  # ISO/IEC 18013-5 Annex B allows a document signer 457 days.
_COUNTRY = "VN"
_DEMO_NAME = "GPLX demo"
_PROJECT_FOLDER = Path(__file__).resolve().parents[2]


def default_folder() -> Path:
    """Where the keys are: `GPLX_KEYS`, or `.data/keys` beside the package."""
    return Path(os.environ.get("GPLX_KEYS", _PROJECT_FOLDER / ".data" / "keys"))


@dataclass(frozen=True)
class Signer:
    """A key of the store, with the certificate that says what it is for."""

    use: Use
    certificate: x509.Certificate
    log: Path
    _key: ec.EllipticCurvePrivateKey

    @property
    def key_id(self) -> str:
        return es256.thumbprint(self._key.public_key())

    def sign(self, data: bytes) -> bytes:
        """An ES256 signature, of 64 bytes; it is logged before it is handed out."""
        signature = es256.sign(self._key, data)
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "use": self.use.value,
            "key": self.key_id,
            "signed_sha256": hashlib.sha256(data).hexdigest(),
        }
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as log:
            log.write(json.dumps(line) + "\n")
        return signature


class KeyStore:
    """The keys and certificates of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make_missing(self, *, at: datetime) -> list[Use]:
        """Make what is not there: the demo's own root, and a key and certificate for each use. Say what was made.

        A register in service has its root elsewhere: it puts the root's certificate, and a signer's key and
        certificate for each use, into the folder; then nothing is missing.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = []
        for use in Use:
            if self._certificate_path(use).exists():
                continue
            key = es256.new_key()
            if use is Use.ROOT:
                certificate = certificates.make_root(key, name=_DEMO_NAME, country=_COUNTRY, at=at, days=_ROOT_DAYS)
            else:
                certificate = certificates.make_signer(
                    key.public_key(),
                    use,
                    root=self.certificate(Use.ROOT),
                    root_key=self._key(Use.ROOT),
                    name=f"{_DEMO_NAME} {use.value}",
                    at=at,
                    days=_SIGNER_DAYS,
                )
            self._write(use, key, certificate)
            made.append(use)
        if not (self.folder / LIST_SECRET).exists():
            _write_private(self.folder / LIST_SECRET, secrets.token_bytes(_SECRET_BYTES))
        return made

    def list_secret(self, name: str) -> bytes:
        """What hides the decoys of one status list: derived from the store's secret, and nowhere else (ADR 0059).

        Raises:
            KeyStoreError: the store's secret is missing, or others may read it.
        """
        path = self.folder / LIST_SECRET
        secret = _private_bytes(path)
        if len(secret) != _SECRET_BYTES:
            raise KeyStoreError(f"{path} is not a secret of {_SECRET_BYTES} bytes.")
        return hmac.digest(secret, name.encode(), hashlib.sha256)

    def make_push_secret(self, target: str) -> None:
        """Make the secret that a target's messages are signed with, unless there is one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"push-{target}.secret"
        if not path.exists():
            _write_private(path, b"whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)))

    def push_secret(self, target: str) -> str:
        """The secret of a target, as its operator is told it.

        Raises:
            KeyStoreError: there is none, or others may read it.
        """
        return _private_bytes(self.folder / f"push-{target}.secret").decode("ascii").strip()

    def certificate(self, use: Use) -> x509.Certificate:
        """The certificate of this use.

        Raises:
            KeyStoreError: there is none.
        """
        path = self._certificate_path(use)
        try:
            return certificates.read(path.read_bytes())[0]
        except (OSError, ValueError) as error:
            raise KeyStoreError(f"{path} is missing or not a certificate. Make it with: gplx wallet keys") from error

    def signer(self, use: Use) -> Signer:
        """The signer of this use.

        Raises:
            KeyStoreError: key or certificate is missing, does not fit the other, or others may read the key.
        """
        key, certificate = self._key(use), self.certificate(use)
        if certificates.public_key(certificate) != key.public_key():
            raise KeyStoreError(f"Key and certificate of {use.value} in {self.folder} do not belong together.")
        return Signer(use, certificate, self.folder / LOG, key)

    def _key(self, use: Use) -> ec.EllipticCurvePrivateKey:
        path = self._key_path(use)
        pem = _private_bytes(path)
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise KeyStoreError(f"{path} is not a private key in PEM form.") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise KeyStoreError(f"{path} is not a key on P-256.")
        return key

    def _write(self, use: Use, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        """The certificate last: a key without one is made anew, which overwrites nothing that was ever used."""
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._key_path(use)
        path.unlink(missing_ok=True)
        _write_private(path, pem)
        self._certificate_path(use).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _key_path(self, use: Use) -> Path:
        return self.folder / f"{use.value}.key.pem"

    def _certificate_path(self, use: Use) -> Path:
        return self.folder / f"{use.value}.cert.pem"


def _private_bytes(path: Path) -> bytes:
    """What is in a file that only its owner may read.

    Raises:
        KeyStoreError: it cannot be read, or others may read it.
    """
    try:
        mode, content = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise KeyStoreError(f"{path} cannot be read. Make it with: gplx wallet keys") from error
    if mode & 0o077:
        raise KeyStoreError(f"Others than its owner may read {path}. Replace the key, and set its mode to 0600.")
    return content


def _write_private(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
