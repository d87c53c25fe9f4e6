"""The proof by which a phone shows that it has the key a credential is to be bound to.

Source:
    OpenID4VCI 1.0 Appendix F.1 (jwt proof type), F.4 (what is verified).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from gplx.wallet import es256, jose
from gplx.wallet.checks import Checks
from gplx.wallet.jose import Jws

TYP = "openid4vci-proof+jwt"
AGE_MAX = timedelta(minutes=5)
SKEW = timedelta(seconds=60)


@dataclass(frozen=True)
class Case:
    """A proof, taken apart, and what it is to be held against."""

    token: Jws
    issuer: str
    at: datetime

    def key(self) -> ec.EllipticCurvePublicKey:
        return es256.from_jwk(self.token.header["jwk"])


CHECKS: Checks[Case] = Checks()


def read(text: str, *, issuer: str, at: datetime) -> Case:
    """Take a proof apart. Whether its nonce is ours and new is `grants`' to say.

    Raises:
        UnreadableError: it is no signed token.
    """
    return Case(jose.read(text), issuer, at)


@CHECKS.add("proof_strict", "bằng chứng ghi hai lần cùng một trường", "the proof names something twice")
def _strict(case: Case) -> bool:
    return not case.token.repeats_a_member


@CHECKS.add("proof_type", "bằng chứng sai loại", "the proof is not of its type")
def _type(case: Case) -> bool:
    return bool(case.token.header["typ"] == TYP)


@CHECKS.add("proof_algorithm", "bằng chứng không dùng ES256", "the proof is not signed with ES256")
def _algorithm(case: Case) -> bool:
    return bool(case.token.header["alg"] == es256.JOSE_NAME)


@CHECKS.add("proof_critical", "bằng chứng có phần mở rộng bắt buộc", "the proof has a critical extension")
def _critical(case: Case) -> bool:
    return "crit" not in case.token.header


@CHECKS.add("proof_one_key", "bằng chứng nêu khoá theo hai cách", "the proof names its key in two ways")
def _one_key(case: Case) -> bool:
    return not {"kid", "x5c", "trust_chain"} & case.token.header.keys()


@CHECKS.add("proof_public_key", "bằng chứng chứa khoá bí mật", "the proof contains a private key")
def _public_key(case: Case) -> bool:
    return "d" not in case.token.header["jwk"]


@CHECKS.add("proof_signature", "bằng chứng do khoá khác ký", "the proof is signed by another key")
def _signature(case: Case) -> bool:
    return es256.verify(case.key(), case.token.signed, case.token.signature)


@CHECKS.add("proof_audience", "bằng chứng dành cho nơi cấp khác", "the proof is for another issuer")
def _audience(case: Case) -> bool:
    return bool(case.token.claims["aud"] == case.issuer)


@CHECKS.add("proof_age", "bằng chứng quá cũ hoặc ở tương lai", "the proof is too old, or in the future")
def _age(case: Case) -> bool:
    made = case.token.claims["iat"]
    if isinstance(made, bool) or not isinstance(made, int) or not 0 < made < 1 << 40:
        return False
    return case.at - AGE_MAX <= datetime.fromtimestamp(made, UTC) <= case.at + SKEW


@CHECKS.add("proof_nonce", "bằng chứng không trả lời câu hỏi nào", "the proof answers no question")
def _nonce(case: Case) -> bool:
    return isinstance(case.token.claims["nonce"], str)


def make(key: ec.EllipticCurvePrivateKey, *, issuer: str, nonce: str, at: datetime) -> str:
    """A proof as a phone makes it."""
    header = {"typ": TYP, "alg": es256.JOSE_NAME, "jwk": es256.to_jwk(key.public_key())}
    signed = jose.signing_input(header, {"aud": issuer, "iat": int(at.timestamp()), "nonce": nonce})
    return f"{signed}.{es256.to_base64url(es256.sign(key, signed.encode('ascii')))}"
